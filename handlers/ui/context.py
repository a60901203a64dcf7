"""The context of an update: the shop's use cases, the sender, and the sender's language."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from telegram import Bot, InlineKeyboardMarkup, Update, User
from telegram.ext import Application, CallbackContext, ContextTypes

from bot.domain.customer import Actor, Customer, Membership, TelegramId
from bot.domain.dialog import Dialog
from bot.domain.order import CustomerId
from bot.domain.policy import Policy
from bot.domain.shop_rules import ShopRules
from bot.domain.shop_settings import ShopSettings
from bot.domain.staff import Right
from bot.domain.viewer import EVERYBODY, Viewer
from bot.ports.clock import Clock
from bot.ports.store import Store
from bot.services.act_log import ActLog
from bot.services.admin.operations import Admin
from bot.services.admin.profit import Reports
from bot.services.case_pictures import CasePictures
from bot.services.catalogue.browse import Browse
from bot.services.catalogue.kept import Kept
from bot.services.catalogue.products_for_number import NumberProducts
from bot.services.catalogue.restock import Restock
from bot.services.catalogue.search import Search
from bot.services.catalogue.selection import ProductSelection
from bot.services.catalogue.withhold import Withholding
from bot.services.customers import Arrival, CustomerRecords
from bot.services.dialogs import CustomerDialogs
from bot.services.erasures import Erasures
from bot.services.first_start import FirstStart
from bot.services.help_requests import HelpRequests
from bot.services.joining import Joining
from bot.services.money.supplier_deposit import SupplierDeposit
from bot.services.money.topups.topups import CustomerTopUps
from bot.services.money.wallet import Wallets
from bot.services.orders.codes import Codes
from bot.services.orders.history import History
from bot.services.orders.place import Buy
from bot.services.orders.supplier_comparison import SupplierComparison
from bot.services.people.people import People
from bot.services.personal_data import PersonalDataFiles
from bot.services.prices.shop_prices import ShopPrices
from bot.services.reopening import Reopening
from bot.services.saved_numbers import CustomerNumbers
from bot.services.shop_settings import ChangeSettings
from bot.services.staffing import Staffing
from bot.services.threads import Threads
from handlers.ui.buttons import CatalogueView
from handlers.ui.i18n import Languages, Translator
from handlers.ui.text_bot import TextBot

MAX_SCREENS = 512
"""How many screens of products are kept; one takes about 6 kB."""
MAX_PLACES = 4_096


@dataclass(frozen=True, slots=True)
class Services:
    """The use cases and settings of the shop that handlers use."""

    browse: Browse
    products_for_number: NumberProducts
    search: Search
    dialogs: CustomerDialogs
    help_requests: HelpRequests
    threads: Threads
    case_pictures: CasePictures
    joining: Joining
    buy: Buy
    customers: CustomerRecords
    supplier_deposit: SupplierDeposit
    people: People
    wallets: Wallets
    topups: CustomerTopUps
    history: History
    saved_numbers: CustomerNumbers
    restock: Restock
    reopening: Reopening
    admin: Admin
    recon: SupplierComparison
    reports: Reports
    withholding: Withholding
    prices: ShopPrices
    staffing: Staffing
    act_log: ActLog
    codes: Codes
    erasures: Erasures
    personal_data: PersonalDataFiles
    selection: ProductSelection
    change_settings: ChangeSettings
    first_start: FirstStart
    store: Store
    rules: ShopRules
    clock: Clock
    languages: Languages
    screens: Kept[Hashable, tuple[str, InlineKeyboardMarkup]] = field(
        default_factory=lambda: Kept(MAX_SCREENS)
    )
    """Used by `kept_screens`."""
    places: Kept[Hashable, tuple[int, CatalogueView]] = field(
        default_factory=lambda: Kept(MAX_PLACES)
    )
    """The page and the view on which a product was found."""


class BotData:
    """The library's `bot_data`, which every context has; it holds only the services."""

    services: Services
    """Set by `build_application` before the first update."""


Data: TypeAlias = dict[Any, Any]


class ShopContext(CallbackContext[TextBot, Data, Data, BotData]):
    """The context of one update."""

    def __init__(
        self, application: ShopApplication, chat_id: int | None = None, user_id: int | None = None
    ) -> None:
        super().__init__(application, chat_id, user_id)
        self.telegram_language = ""
        """The language code of the sender's Telegram client, or empty."""
        self.is_answered = False
        """Whether the callback query was answered."""
        self._arrival: Arrival | None = None

    @classmethod
    def from_update(
        cls, update: object, application: Application[Any, Any, Any, Any, Any, Any]
    ) -> ShopContext:
        """Set the client's language, which is used until the customer is loaded."""
        context = super().from_update(update, application)
        user = update.effective_user if isinstance(update, Update) else None
        context.telegram_language = (user and user.language_code) or ""
        return context

    @property
    def shop(self) -> Services:
        """The shop's use cases."""
        return self.bot_data.services

    @property
    def translator(self) -> Translator:
        """The texts in the sender's language.

        It is the chosen language once `customer` was awaited, else that of the Telegram client.
        """
        chosen = "" if self._arrival is None else self._arrival.customer.chosen_language
        return self.shop.languages.words_for(chosen, self.telegram_language)

    @property
    def settings(self) -> ShopSettings:
        """The shop's settings, as they were when the sender was loaded."""
        first = self.shop.rules.first_settings
        return first if self._arrival is None else self._arrival.policy.overrides.over(first)

    @property
    def policy(self) -> Policy:
        """The shop's policy when the sender was loaded."""
        return Policy() if self._arrival is None else self._arrival.policy

    @property
    def viewer(self) -> Viewer:
        """How the catalogue is shown to the sender."""
        return EVERYBODY if self._arrival is None else self._arrival.viewer

    def may(self, right: Right) -> bool:
        """Return whether the sender had a right when they were loaded.

        It decides what is shown; an act checks the right again, in its transaction.
        """
        return self._arrival is not None and right in self._arrival.rights

    @property
    def is_owner(self) -> bool:
        """Whether the sender is an owner."""
        return self.may(Right.OWNER)

    @property
    def is_staff(self) -> bool:
        """Whether the sender may do anything that customers may not."""
        return self._arrival is not None and bool(self._arrival.rights)

    @property
    def actor(self) -> Actor:
        """The sender: the person, and their Telegram account.

        `admit` loads them before any handler is called. Raises `ValueError` if it was not called.
        """
        if self._arrival is None:
            raise ValueError("the sender was not loaded")
        return self._arrival.actor

    @property
    def customer_id(self) -> CustomerId:
        """The sender's customer id; raises `ValueError` as `actor` does."""
        return self.actor.customer_id

    @property
    def is_admitted(self) -> bool:
        """Whether the sender may use the shop, as of the arrival of the update."""
        return self.membership is Membership.MEMBER

    @property
    def membership(self) -> Membership:
        """What the sender is to the shop; raises `ValueError` as `actor` does."""
        if self._arrival is None:
            raise ValueError("the sender was not loaded")
        return self._arrival.customer.membership

    def use_membership(self, membership: Membership) -> None:
        """Use what the sender has just become for the rest of the update."""
        if self._arrival is not None:
            customer = replace(self._arrival.customer, membership=membership)
            self._arrival = replace(self._arrival, customer=customer)

    async def customer(self, update: Update, *, is_start: bool = False) -> Customer:
        """Return the sender as a customer, and store their names; a wallet is opened if needed.

        The database is asked once per update. With `is_start` (/start), notices that could
        not be delivered because the sender had blocked the bot are delivered now.
        """
        if self._arrival is None or is_start:
            user = sender(update)
            self._arrival = await self.shop.customers.register(
                TelegramId(user.id),
                user.first_name,
                user.username or "",
                user.language_code or "",
                is_start=is_start,
            )
            self.shop.languages.follow(self.settings)
        return self._arrival.customer

    async def reload(self, update: Update) -> None:
        """Read the sender, their rights and the shop's settings again, after a change of them."""
        self._arrival = None
        await self.customer(update)

    @property
    def dialog_at_arrival(self) -> Dialog | None:
        """The sender's dialog as `customer` read it; a handler that changes it reads it again."""
        return None if self._arrival is None else self._arrival.dialog

    def dialog_ended(self) -> None:
        """Take note that the sender's dialog was ended before the update's handler was called."""
        if self._arrival is not None:
            self._arrival = replace(self._arrival, dialog=None)

    def use_language(self, language: str) -> None:
        """Use a language that the customer has just chosen for the rest of the update."""
        if self._arrival is not None:
            customer = replace(self._arrival.customer, chosen_language=language)
            self._arrival = replace(self._arrival, customer=customer)


def sender(update: Update) -> User:
    """Return the sender; every update of the requested types in a private chat has one."""
    if update.effective_user is None:
        raise ValueError("update has no sender")
    return update.effective_user


def act_key(update: Update, context: ShopContext) -> str:
    """Return the idempotency key of what an update asks for; a replayed update has it again.

    Another bot on the same database, which numbers its updates by itself, makes other keys.
    """
    return f"update:{bot_id_of(context.bot)}:{update.update_id}"


def bot_id_of(bot: Bot) -> str:
    """Return the id of a bot, which is a part of its token (Bot API, "Authorizing your bot")."""
    return bot.token.partition(":")[0]


def is_of_other_bot(update: Update) -> bool:
    """Return whether a stored update was for the bot before this one (`Inbox.free_ids`)."""
    return update.update_id < 0


def message_text(update: Update) -> str:
    """Return the text of a message; empty for a press, or a message without text."""
    return "" if update.message is None else update.message.text or ""


ShopApplication: TypeAlias = Application[TextBot, ShopContext, Data, Data, BotData, Any]


def context_types() -> ContextTypes[ShopContext, Data, Data, BotData]:
    """Return the classes from which the application builds contexts."""
    return ContextTypes(context=ShopContext, bot_data=BotData)
