"""Text and contacts sent unasked: a number, a search, a command, a question."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Final, Literal, TypeAlias, TypeVar

from telegram import Update

from bot.domain.dialog import Step
from bot.domain.errors import NotFoundError
from bot.domain.money import Rupiah
from bot.domain.order import order_id_of
from bot.domain.typed_input.topup_amount import topup_amount
from bot.domain.typed_text import without_invisible
from handlers.catalogue.browse import show_catalogue
from handlers.catalogue.buttons import Find
from handlers.catalogue.search import kept_search_screen, no_results
from handlers.typed_input.questions import answer_question
from handlers.typed_input.recognition import CodePurchase, code_purchase
from handlers.typed_input.sent_numbers import offer_for_number, with_saved
from handlers.typed_input.text_commands import command_in, history_query, is_greeting, is_thanks
from handlers.ui.buttons import ShowHistory
from handlers.ui.context import ShopContext, message_text
from handlers.ui.handler_factories import Callback
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import shop_or_home
from handlers.ui.number_picker import number_in
from handlers.ui.opening import with_opening
from handlers.ui.order_card import order_screen
from handlers.ui.product_names import short_search
from handlers.ui.replies import show_new

R = TypeVar("R")
Quoted: TypeAlias = Literal[Step.PRODUCT, Step.CONFIRM] | None

_PART_OF_NUMBER: Final = re.compile(r"(?:\+62|62(?=[\s.-]*8)|0)(?:[\s.-]*[0-9]){3,8}", re.ASCII)
"""The beginning of a phone number, and not the whole number."""
_GAME_ID: Final = re.compile(
    r"\W*(?:u\s?id|(?:user|player)\s?id|id\s?game|game\s?id)(?:-?nya)?[\W\d]*\d[\W\d]*"
    r"|[1-9]\d{5,9}\s*\(\d{4,5}\)",
    re.ASCII | re.IGNORECASE,
)
"""A game account's id with its label or its zone in brackets; other numbers have neither."""


@dataclass(frozen=True, slots=True)
class Commands:
    """The handlers of the commands that a word can stand for."""

    balance: Callback[None]
    help: Callback[None]
    status: Callback[None]
    topup: Callable[[Update, ShopContext, Rupiah], Awaitable[object]]
    """Requests a top-up of an amount."""
    find_orders: Callable[[Update, ShopContext, str], Awaitable[None]]
    """Shows the customer's orders that match a query; all for ""."""
    quote_by_code: Callable[[Update, ShopContext, CodePurchase], Awaitable[Quoted]]
    """Shows the quote of a product for a number, or what is wrong with it."""


class TypedText:
    """The handlers of text that no step asks for."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands

    async def take(self, update: Update, context: ShopContext) -> None:
        """Run the command, show the order, answer the question, or offer what the text names."""
        text = message_text(update)
        name = command_in(text)
        amount = None if context.is_owner else topup_amount(text)
        if name is not None:
            await self._run(name, update, context)
        elif amount is not None:
            await self._commands.topup(update, context, amount)
        elif not await self.show_named_order(
            update, context, text
        ) and not await self.answer_question(update, context):
            await self.offer(update, context, text)

    async def offer(self, update: Update, context: ShopContext, text: str) -> None:
        """Offer the products for the number in a text, or else those that the text names."""
        if _GAME_ID.fullmatch(without_invisible(text).strip()):
            game_first = context.translator.gettext(
                "This looks like a game's user ID. Please choose the game first, then send the ID."
            )
            await show_new(update, context, game_first, shop_or_home(context.translator))
            return
        text = await with_saved(context, text)
        by_code = code_purchase(context, text)
        if by_code is not None:
            await self._commands.quote_by_code(update, context, by_code)
        elif not await offer_for_number(update, context, text):
            await _search(update, context, text)

    async def search_command(self, update: Update, context: ShopContext) -> None:
        """Search for a product: /search tsel 10."""
        text = " ".join(context.args or [])
        if text:
            await self.offer(update, context, text)
            return
        translator = context.translator
        how = translator.gettext(
            "Type what you look for, such as tsel 10, axis 2gb or pln 50. No command is needed."
        )
        await show_new(update, context, how, shop_or_home(translator))

    async def order_command(self, update: Update, context: ShopContext) -> Quoted:
        """Show the catalogue, or what is typed behind the command: /order S10 081234567890."""
        text = " ".join(context.args or [])
        by_code = code_purchase(context, text)
        if by_code is not None:
            return await self._commands.quote_by_code(update, context, by_code)
        if text:
            await self.offer(update, context, text)
            return None
        return await show_catalogue(update, context)

    async def _run(self, name: str, update: Update, context: ShopContext) -> None:
        commands = self._commands
        named: Mapping[str, Callback[None]] = {
            "balance": commands.balance,
            "help": commands.help,
            "status": commands.status,
            "history": self.history_command,
        }
        await named[name](update, context)

    async def answer_question(
        self, update: Update, context: ShopContext, *, is_name: bool = False
    ) -> bool:
        """Answer a text that is a question or searches past orders; else return False.

        `is_name`: the step asks for a name, so only a certain question counts.
        """
        text = message_text(update)
        query = history_query(text)
        if query:
            await self.find_orders(update, context, query)
            return True
        return await answer_question(update, context, self._commands.help, is_name=is_name)

    def question_or(
        self, callback: Callback[R], repeat: Callback[R | None], *, is_name: bool = False
    ) -> Callback[R | None]:
        """Return a step's handler that answers a question first, then asks its own again."""

        @wraps(callback)
        async def take(update: Update, context: ShopContext) -> R | None:
            if await self.answer_question(update, context, is_name=is_name):
                return await repeat(update, context)
            return await callback(update, context)

        return take

    async def history_command(self, update: Update, context: ShopContext) -> None:
        """Show the newest orders, or those that match the query: /history 0812 3456."""
        await self.find_orders(update, context, " ".join(context.args or []))

    async def find_orders(self, update: Update, context: ShopContext, query: str) -> None:
        """Show the customer's orders that match a number, a name or a product; all for ""."""
        if not query or not await self.show_named_order(update, context, query):
            await self._commands.find_orders(update, context, query)

    async def show_named_order(self, update: Update, context: ShopContext, text: str) -> bool:
        """Show the order with the typed number; return False unless it is the customer's."""
        number = text.strip().upper()
        order_id = order_id_of(number)
        if order_id is None:
            return False
        if context.is_staff:
            context.args = [number]
            await self._commands.status(update, context)
            return True
        try:
            order = await context.shop.history.order(context.actor, order_id)
        except NotFoundError:
            return False
        await show_new(update, context, *order_screen(context, order, ShowHistory()))
        return True


async def _search(update: Update, context: ShopContext, text: str) -> None:
    translator, query = context.translator, short_search(_query_of(context, text))
    found = context.shop.search.search(query, context.viewer)
    no_product = _no_product(translator, text)
    if no_product is not None or not found.offers:
        screen = no_product or no_results(context), shop_or_home(translator)
    else:
        screen = kept_search_screen(context, Find(0, query))
    await show_new(update, context, *await with_opening(context, screen))


def _no_product(translator: Translator, text: str) -> str | None:
    """Return the answer to small talk, or to a part of a number; None for any other text."""
    _ = translator.gettext
    if is_greeting(text):
        return _(
            "Hello! What do you need? Type a product, such as tsel 10, axis 2gb or pln 50, or a "
            "phone number; or press the button to shop."
        )
    if is_thanks(text):
        return _("You are welcome! Just type when you need something else.")
    if _PART_OF_NUMBER.fullmatch(without_invisible(text).strip()):
        return _(
            "The number is too short: a phone number has 10 to 13 digits. Please send all of it."
        )
    return None


def _query_of(context: ShopContext, text: str) -> str:
    """Return the query of a text; with a number in it, only the words beside the number."""
    number = number_in(context, text)
    named = None if number is None else context.shop.search.beside(text, number, context.viewer)
    return text if named is None else named.query
