"""What a handler is given with an update: the shop's use cases, and who is writing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from telegram import Update, User
from telegram.ext import Application, CallbackContext, ContextTypes, ExtBot

from bot.domain.customer import Customer
from bot.domain.order import CustomerId
from bot.domain.shop_rules import ShopRules
from bot.ports.clock import Clock
from bot.ports.store import Store
from bot.services.admin.operations import Admin
from bot.services.catalogue.browse import Browse
from bot.services.catalogue.products_for_number import NumberProducts
from bot.services.catalogue.restock import Restock
from bot.services.catalogue.search import Search
from bot.services.catalogue.withhold import Withholding
from bot.services.customers import CustomerRecords
from bot.services.dialogs import CustomerDialogs
from bot.services.help_requests import HelpRequests
from bot.services.money.supplier_deposit import SupplierDeposit
from bot.services.money.topups.topups import CustomerTopUps
from bot.services.money.wallet import Wallets
from bot.services.orders.history import History
from bot.services.orders.place import Buy
from bot.services.orders.supplier_comparison import SupplierComparison
from bot.services.reopening import Reopening
from bot.services.saved_numbers import CustomerNumbers
from handlers.ui.i18n import Languages, Translator


@dataclass(frozen=True, slots=True)
class Services:
    """The use cases and facts of the shop that handlers work with."""

    browse: Browse
    fit: NumberProducts
    search: Search
    dialogs: CustomerDialogs
    help_requests: HelpRequests
    buy: Buy
    customers: CustomerRecords
    supplier_deposit: SupplierDeposit
    wallets: Wallets
    topups: CustomerTopUps
    history: History
    saved_numbers: CustomerNumbers
    restock: Restock
    reopening: Reopening
    admin: Admin
    recon: SupplierComparison
    withholding: Withholding
    store: Store
    rules: ShopRules
    clock: Clock
    languages: Languages
    shop_name: str
    shop_contact: str
    qris_static: str = ""
    """The text of the shop's own payment code, or empty."""
    topup_instructions: str = ""
    """How else to pay money in, or empty."""
    terms: str = ""
    """The shop's own terms, or empty for the usual ones."""
    paysupport: str = ""
    """The shop's own words on trouble with payments, or empty."""


class BotData:
    """What python-telegram-bot hands to every context: here, the shop and nothing else."""

    services: Services
    """Set once, by `build_application`, before the first update."""


Data: TypeAlias = dict[Any, Any]


class ShopContext(CallbackContext[ExtBot[int], Data, Data, BotData]):
    """The context of one update from one person."""

    def __init__(
        self, application: ShopApplication, chat_id: int | None = None, user_id: int | None = None
    ) -> None:
        super().__init__(application, chat_id, user_id)
        self.telegram_language = ""
        """The language code of the sender's Telegram, or empty."""
        self.is_answered = False
        """Whether the pressed button was answered."""
        self._customer: Customer | None = None

    @classmethod
    def from_update(
        cls, update: object, application: Application[Any, Any, Any, Any, Any, Any]
    ) -> ShopContext:
        """Note the language of the sender's Telegram, for words before the customer is known."""
        context = super().from_update(update, application)
        user = update.effective_user if isinstance(update, Update) else None
        context.telegram_language = (user and user.language_code) or ""
        return context

    @property
    def shop(self) -> Services:
        """The shop's use cases."""
        return self.bot_data.services

    @property
    def words(self) -> Translator:
        """The words of whoever wrote: as they chose (once `customer` was asked), or as Telegram."""
        chosen = "" if self._customer is None else self._customer.chosen_language
        return self.shop.languages.words_for(chosen, self.telegram_language)

    @property
    def is_admin(self) -> bool:
        """Whether whoever wrote is an admin now."""
        return self._user_id is not None and self.shop.rules.is_admin(self._user_id)

    async def customer(self, update: Update, *, is_start: bool = False) -> Customer:
        """Return who writes, noted in the database with an open wallet; asked once an update.

        On /start, say so: messages that waited because the bot was blocked go out again.
        """
        if self._customer is None or is_start:
            user = sender(update)
            self._customer = await self.shop.customers.register(
                CustomerId(user.id),
                user.first_name,
                user.username or "",
                user.language_code or "",
                is_start=is_start,
            )
        return self._customer

    def speak(self, language: str) -> None:
        """Use the language that the customer has just chosen."""
        if self._customer is not None:
            self._customer = replace(self._customer, chosen_language=language)


def sender(update: Update) -> User:
    """Return who sent an update; every kind that the bot asks for has a sender."""
    if update.effective_user is None:
        raise ValueError("an update without a sender")
    return update.effective_user


def customer_of(update: Update) -> CustomerId:
    """Return the customer who sent an update."""
    return CustomerId(sender(update).id)


ShopApplication: TypeAlias = Application[ExtBot[int], ShopContext, Data, Data, BotData, Any]


def context_types() -> ContextTypes[ShopContext, Data, Data, BotData]:
    """Return what the application builds its contexts with."""
    return ContextTypes(context=ShopContext, bot_data=BotData)
