"""A shop with its bot for tests: real receiver and services, fake Telegram and supplier.

A test acts as a customer: it writes, presses buttons and reads. After each act it waits until the
update was handled and every due notice was delivered, so that it reads the same chat as a person
would.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from telegram.ext import ConversationHandler
from typing_extensions import override

from bot.domain.customer import FIRST_CUSTOMER_ID, TelegramId
from bot.domain.dialog import Dialog, Step
from bot.domain.order import CustomerId, Order
from bot.domain.shop_rules import ShopRules
from bot.domain.shop_settings import stored
from bot.ports.store import Store, Transaction
from bot.sandbox.telegram.server import CallbackAnswer, ChatMessage
from bot.sandbox.telegram.state import ChangeSignal
from bot.services.notice_contents import contents_of
from bot.services.notices.deliver import Deliver
from handlers.notices.notifier import TelegramNotifier
from handlers.registry import notice_renderers, register
from handlers.transport.application import build_application
from handlers.transport.bot import build_bot
from handlers.transport.rate_limiter import RateLimiter
from handlers.transport.update_inbox import PerChatProcessor, UpdateInbox
from handlers.transport.update_receiver import UpdateReceiver
from handlers.ui.buttons import Button, pack
from handlers.ui.context import Services
from handlers.ui.i18n import load_languages
from tests.services.shop import ADMIN, ANNI, BUDI, Shop
from tests.services.shop import CHATS as SHOP_CHATS
from tests.telegram_server import TOKEN, BotApiForTests

CLARE = CustomerId(FIRST_CUSTOMER_ID + 4)
"""Her Telegram client is in English."""
INDONESIAN_ADMIN = ADMIN.customer_id
CHATS = {**SHOP_CHATS, CLARE: TelegramId(1003)}
"""The Telegram accounts of the persons."""


class _SignallingInbox(UpdateInbox):
    """Says when an update was handled, so that tests need not poll."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._ended: set[int] = set()
        self._change = ChangeSignal()

    @override
    def done(self, update_id: int, error: str = "") -> None:
        super().done(update_id, error)
        self._ended.add(update_id)
        self._change.notify()

    async def until_handled(self, update_id: int) -> None:
        while update_id not in self._ended:
            await self._change.wait()


def services_of(shop: Shop) -> Services:
    """Return what the handlers need of a shop."""
    return Services(
        browse=shop.browse,
        products_for_number=shop.products_for_number,
        search=shop.search,
        buy=shop.buy,
        dialogs=shop.dialogs,
        help_requests=shop.help_requests,
        threads=shop.threads,
        case_pictures=shop.case_pictures,
        joining=shop.joining,
        customers=shop.customers,
        supplier_deposit=shop.supplier_deposit,
        people=shop.people,
        wallets=shop.wallets,
        topups=shop.topups,
        history=shop.history,
        saved_numbers=shop.saved_numbers,
        restock=shop.restock,
        reopening=shop.reopening,
        admin=shop.admin,
        recon=shop.recon,
        reports=shop.reports,
        withholding=shop.withholding,
        prices=shop.prices,
        staffing=shop.staffing,
        act_log=shop.act_log,
        codes=shop.codes,
        erasures=shop.erasures,
        personal_data=shop.personal_data,
        selection=shop.selection,
        change_settings=shop.change_settings,
        first_start=shop.first_start,
        store=shop.store,
        rules=shop.rules,
        clock=shop.clock,
        languages=load_languages(),
    )


class BotHarness:
    """A shop with its bot; each act is Anni's unless another person is given."""

    def __init__(self, shop: Shop, telegram: BotApiForTests, token: str = TOKEN) -> None:
        self.shop = shop
        self.token = token
        self.telegram = telegram
        self.chats = dict(CHATS)
        self.is_told = True
        """Whether due notices are delivered after each act; tests of the outbox switch it off."""
        self._build()

    def _build(self) -> None:
        shop = self.shop
        languages = load_languages()
        self.bot = build_bot(
            self.token, self.telegram.root, RateLimiter(10_000, again_after_seconds=0.01)
        )
        self.services = services_of(shop)
        notifier = TelegramNotifier(self.bot, notice_renderers(), languages, shop.rules)
        self.deliver = Deliver(
            shop.store, notifier, partial(contents_of, shop.rules), shop.rules, shop.clock
        )
        self.inbox = _SignallingInbox(shop.store, shop.rules, shop.clock, self.bot, lambda: None)
        self.processor = PerChatProcessor(self.inbox)
        self.application = build_application(self.bot, self.services, self.inbox, self.processor)
        register(self.application)
        (self.conversation,) = (
            handler
            for group in self.application.handlers.values()
            for handler in group
            if isinstance(handler, ConversationHandler)
        )
        # Without the two dozen calls that set menus and descriptions at each start.
        self.receiver = UpdateReceiver(
            self.application, self.bot, self.inbox, self.processor, announcements=()
        )

    async def start(self) -> None:
        """Start the bot and wait until the application runs."""
        await self.receiver.start()
        while not self.application.running:  # noqa: ASYNC110 - the library has no event
            await asyncio.sleep(0.002)

    async def stop(self) -> None:
        """Stop the bot; the shop and Telegram keep their state."""
        await self.receiver.stop()
        await self.receiver.close()

    async def restart(self) -> None:
        """Stop the bot and start it from the database, as after a crash."""
        await self.stop()
        await self.revive()

    async def revive(self) -> None:
        """Build the services and the bot again after `stop`, and start."""
        await self.shop.restart()
        self._build()
        await self.start()

    async def revive_with_received(self) -> None:
        """Start again with the update that the stopped process had stored, but not handled."""
        update = self.telegram.updates.pending.pop()
        update_id = int(update["update_id"])

        def keep(tx: Transaction) -> None:
            tx.inbox.add(update_id, json.dumps(update), self.shop.clock.now())

        await self.shop.store.write(keep)
        await self.revive()
        await self.settled(update_id)

    def add_newcomer(self, chat_id: int, name: str, language: str = "id") -> CustomerId:
        """Add a Telegram user, who must write before the next one; return who they will be."""
        self.telegram.add_user(chat_id, name, language)
        newcomer = CustomerId(max(self.chats) + 1)
        self.chats[newcomer] = TelegramId(chat_id)
        return newcomer

    async def set_settings(self, **values: str | int | bool) -> None:
        """Change settings of the shop, as an owner does in chat."""

        def change(tx: Transaction) -> None:
            for name, value in values.items():
                tx.policy.set(name, stored(value), ADMIN.customer_id, self.shop.clock.now())

        await self.shop.store.write(change)

    # --- acts of a user ---

    async def say(self, text: str, who: CustomerId = ANNI) -> None:
        """Send a text and wait until it was handled."""
        await self.settled(self.telegram.send_text(self.chats[who], text))

    async def contact(self, phone: str, who: CustomerId = ANNI) -> None:
        """Share a contact and wait until it was handled."""
        await self.settled(self.telegram.share_contact(self.chats[who], None, phone))

    async def send(self, content: dict[str, Any], who: CustomerId = ANNI) -> None:
        """Send a message with this content (Bot API fields) and wait until it was handled."""
        person = self.telegram.state.people[self.chats[who]]
        message = {
            "message_id": self.telegram.state.next_message_id(self.chats[who]),
            "date": 0,
            "chat": person.as_chat(),
            "from": person.as_user(),
            **content,
        }
        await self.settled(self.telegram.inject({"message": message}))

    async def press(self, label: str, who: CustomerId = ANNI) -> CallbackAnswer:
        """Press the newest button whose label contains this text; return the callback answer."""
        message, data = self.find(label, who)
        return await self.press_data(data, message.message_id, who)

    async def forge(self, button: Button | str, who: CustomerId = ANNI) -> CallbackAnswer:
        """Press a button that was never shown, on the newest message."""
        data = button if isinstance(button, str) else pack(button)
        return await self.press_data(data, self.last(who).message_id, who)

    async def press_data(
        self, data: str, message_id: int, who: CustomerId = ANNI
    ) -> CallbackAnswer:
        """Press a button of a message by its data; return the callback answer."""
        query_id = self.telegram.press_forged(self.chats[who], message_id, data)
        answer = await self.telegram.wait_answer(query_id)
        await self.settled(self.telegram.updates.next_id - 1)
        return answer

    async def settled(self, update_id: int) -> None:
        """Wait until an update was handled, then deliver every due notice."""
        await self.inbox.until_handled(update_id)
        if self.is_told:
            await self.deliver.deliver()

    # --- reading a chat ---

    def find(self, label: str, who: CustomerId = ANNI) -> tuple[ChatMessage, str]:
        """Return the newest message with a button whose label contains this text, and its data."""
        for message in reversed(self.said(who)):
            for row in message.buttons:
                for button in row:
                    if label in button["text"] and "callback_data" in button:
                        return message, str(button["callback_data"])
        raise AssertionError(f"no button {label!r} in:\n{self.shown(who)}")

    def said(self, who: CustomerId = ANNI) -> list[ChatMessage]:
        """Return the bot's messages in a chat in their current form, oldest first."""
        return [
            message for message in self.telegram.messages(self.chats[who]) if message.is_from_bot
        ]

    def last(self, who: CustomerId = ANNI) -> ChatMessage:
        """Return the bot's newest message."""
        return self.said(who)[-1]

    def message(self, message_id: int, who: CustomerId = ANNI) -> ChatMessage:
        """Return one of the bot's messages in its current form."""
        return next(one for one in self.said(who) if one.message_id == message_id)

    def text(self, who: CustomerId = ANNI) -> str:
        """Return the text of the bot's newest message."""
        return self.last(who).text

    def labels(self, who: CustomerId = ANNI) -> list[str]:
        """Return the labels of the newest message's buttons."""
        return [button["text"] for row in self.last(who).buttons for button in row]

    def money(self, amount: int) -> str:
        """Return an amount formatted in Indonesian."""
        return self.services.languages.words_for().money(amount)

    def shown(self, who: CustomerId = ANNI) -> str:
        """Return the chat as text, for the message of a failing test."""
        return "\n".join(
            f"{message.message_id}: {message.text!r} "
            f"{[[one['text'] for one in row] for row in message.buttons]}"
            for message in self.telegram.messages(self.chats[who])
        )

    async def dialog(self, who: CustomerId = ANNI) -> Dialog | None:
        """Return the stored dialog of a user, or None."""
        return await self.shop.store.read(lambda tx: tx.dialogs.get(who))

    async def step(self, who: CustomerId = ANNI) -> Step | None:
        """Return the stored step of a user, or None."""
        dialog = await self.dialog(who)
        return None if dialog is None else Step(dialog.step)

    async def is_idle(self, who: CustomerId = ANNI) -> bool:
        """Return whether neither the database nor the library holds a step of a user."""
        return await self.dialog(who) is None and self.library_step(who) is None

    def library_step(self, who: CustomerId = ANNI) -> object:
        """Return the step that the ConversationHandler holds for a user, or None."""
        return self.conversation._conversations.get((self.chats[who], self.chats[who]))

    async def orders(self, who: CustomerId = ANNI) -> list[Order]:
        """Return a customer's orders, newest first."""
        return await self.shop.store.read(lambda tx: tx.orders.history_of(who, 50, 0))

    # --- common paths ---

    async def to_products(self, who: CustomerId = ANNI) -> None:
        """Open the products of Pulsa, Telkomsel."""
        await self.say("/beli", who)
        await self.press("Pulsa", who)
        await self.press("Telkomsel", who)

    async def to_destination(self, label: str = "10.000", who: CustomerId = ANNI) -> None:
        """Choose a product of Pulsa, Telkomsel."""
        await self.to_products(who)
        await self.press(label, who)

    async def to_confirm(self, number: str = "081234567890", who: CustomerId = ANNI) -> None:
        """Go to the confirm screen of Telkomsel 10.000."""
        await self.to_destination(who=who)
        await self.say(number, who)


@asynccontextmanager
async def open_harness(store: Store, rules: ShopRules | None = None) -> AsyncIterator[BotHarness]:
    """Open a shop with a catalogue, money in every wallet, and its bot."""
    telegram = BotApiForTests(TOKEN)
    for who, name in ((ANNI, "Anni"), (BUDI, "Budi"), (INDONESIAN_ADMIN, "Pak Admin")):
        telegram.add_user(CHATS[who], name)
    telegram.add_user(CHATS[CLARE], "Clare", "en")
    shop = Shop(store, rules)
    await shop.open()
    await shop.customers.register(CHATS[CLARE], "Clare", "", "en")
    await shop.credit(CLARE, 100_000)
    await shop.delivered_kinds()
    async with telegram.served():
        harness = BotHarness(shop, telegram)
        await harness.start()
        try:
            yield harness
        finally:
            await harness.stop()
