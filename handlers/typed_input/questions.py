"""Answers to typed questions: the state of orders and payments, bills, how to reach the shop.

They are answered at every step, and a step then repeats its own question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar, assert_never

from telegram import InlineKeyboardMarkup, Update

from bot.domain.order import Order
from bot.domain.question import Question, QuestionTopic, order_ids_in, question_of
from bot.domain.question_words import PAY
from bot.domain.topup import TopUp, TopUpState, is_open
from handlers.catalogue.buttons import Find
from handlers.orders.buttons import ShowOrder
from handlers.typed_input.text_commands import command_in, is_greeting, is_thanks
from handlers.ui.buttons import AskForHelp
from handlers.ui.context import ShopContext, act_key, message_text
from handlers.ui.handler_factories import Callback
from handlers.ui.html import bold, lines, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import (
    Row,
    Screen,
    ask_shop,
    button,
    history,
    home,
    keyboard,
    order_rows,
    shop_in_new_message,
    top_up,
)
from handlers.ui.number_picker import number_in
from handlers.ui.order_card import (
    OPEN_SHOWN,
    goods_row,
    no_admins_text,
    order_label,
    order_view,
    questions,
)
from handlers.ui.replies import alert, show_new
from handlers.ui.topup_card import (
    balance_line,
    paid_all_the_same,
    payment_row,
    until_text,
    why_not_open,
)

R = TypeVar("R")
TOKENS: Final = "token pln"
"""The search that is offered instead of an electricity bill."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """The orders and top-ups that an answer shows."""

    orders: Sequence[Order]
    topups: Sequence[TopUp]
    is_open: bool
    """Whether they are under way; otherwise they are the latest ones."""


async def answer_question(
    update: Update, context: ShopContext, show_help: Callback[None], *, is_name: bool = False
) -> bool:
    """Answer a text that is a question; return False for any other text.

    `show_help` answers how to buy and pay. `is_name`: the step asks for a name. Only a certain
    question about a state is then answered: "Admin" or "PDAM" may be the name of a number.
    """
    text = message_text(update)
    question = question_of(text)
    if question is None or is_greeting(text) or is_thanks(text) or command_in(text) is not None:
        return False
    if is_name and not (question.topic is QuestionTopic.STATE and question.is_certain):
        return False
    if question.topic is QuestionTopic.BILL:
        return await _answer_bill(update, context, text)
    if not question.is_certain and await _is_search(context, question, text):
        return False
    if question.topic is QuestionTopic.HOW_TO and not await _has_open_topup(context):
        await show_help(update, context)
        return True
    await show_new(update, context, *await _answer(context, question, text))
    return True


async def ask_for_contact(update: Update, context: ShopContext) -> None:
    """Ask the admins to write to the customer, without naming an order."""
    shop = context.shop
    await shop.help_requests.ask_for_message(context.customer_id, act_key(update, context))
    has_admins = bool(shop.rules.owner_ids)
    contact = context.settings.shop_contact
    text = contact_requested_text(context.translator, contact, has_admins=has_admins)
    await alert(update, context, text)


def topic_head(translator: Translator, topic: QuestionTopic) -> str:
    """Return the sentence above the orders and top-ups; empty for most questions."""
    _ = translator.gettext
    match topic:
        case QuestionTopic.REFUND:
            return _(
                "When an order fails, its money is back in your balance at once. Is something "
                "wrong all the same? Ask the shop with the button below."
            )
        case QuestionTopic.CONTACT:
            return _("Press the button below: the shop is called and will write to you.")
        case QuestionTopic.STATE | QuestionTopic.BILL | QuestionTopic.HOW_TO:
            return ""
        case _:
            assert_never(topic)


def topup_state(translator: Translator, topup: TopUp, *, is_open: bool) -> str:
    """Return the state of a top-up, in a sentence or two; `is_open`: it may still be paid."""
    _ = translator.gettext
    head = bold(_("Top-up of {amount}").format(amount=translator.money(topup.total)))
    if topup.state is not TopUpState.PENDING or topup.proof:
        return lines(head, why_not_open(translator, topup))
    if not is_open:
        return lines(head, _("⌛ The time to pay is over."), paid_all_the_same(translator))
    return lines(
        head,
        _("⏳ We have not seen this money yet."),
        until_text(translator, topup.expires_at),
        paid_all_the_same(translator),
    )


def contact_requested_text(translator: Translator, contact: str, *, has_admins: bool) -> str:
    """Return, as plain text, that the admins were notified, or that there are none."""
    if not has_admins:
        return no_admins_text(translator, contact)
    return lines(translator.gettext("We have been told, and will write to you."), contact)


async def _answer_bill(update: Update, context: ShopContext, text: str) -> bool:
    """Say that bills are not sold; return False when the text names a product on the list."""
    translator, search = context.translator, context.shop.search
    found = search.search(text, context.viewer)
    if (
        found.offers
        and found.match.is_exact
        and search.is_specific(text)
        and not _names_electricity(text)
    ):
        return False
    tokens: Row = []
    found = search.search(TOKENS, context.viewer)
    if found.offers and found.match.is_exact:
        tokens = [button(translator.gettext("⚡ PLN tokens"), Find(0, TOKENS))]
    markup = keyboard(
        tokens, [ask_shop(translator)], [shop_in_new_message(translator), home(translator)]
    )
    text = translator.gettext(
        "We do not sell bills yet: electricity paid afterwards, BPJS, water, internet. There are "
        "PLN tokens, for prepaid meters."
    )
    await show_new(update, context, text, markup)
    return True


def _names_electricity(text: str) -> bool:
    """Return whether a text names electricity: the list has tokens for it, but no bills."""
    return any(word in text.casefold() for word in ("listrik", "pln", "electricity"))


async def _is_search(context: ShopContext, question: Question, text: str) -> bool:
    """Return whether a text that may be a question is a search for a product instead.

    While an order or a top-up is under way, "tri 5 mana?" is a question about it.
    """
    shop = context.shop
    found = shop.search.search(text, context.viewer)
    if question.topic is QuestionTopic.HOW_TO and not shop.search.is_named(_without_paying(text)):
        return False
    if question.asks_availability or question.topic is QuestionTopic.HOW_TO:
        return bool(found.offers) and found.match.is_exact
    if not (found.offers and shop.search.is_specific(text)):
        return False
    customer_id = context.customer_id
    has_open = bool(await shop.history.open_orders(customer_id))
    return not has_open and not await shop.topups.waiting_of(customer_id)


async def _has_open_topup(context: ShopContext) -> bool:
    """Return whether a top-up is open; its text then says how to pay."""
    return bool(await context.shop.topups.waiting_of(context.customer_id))


def _without_paying(text: str) -> str:
    """Return a text without "saldo" and the words for paying.

    Names of products have them too, but in such a question the shop is paid.
    """
    words = re.findall(r"\w+", text.casefold())
    return " ".join(one for one in words if one not in PAY and one != "saldo")


async def _answer(context: ShopContext, question: Question, text: str) -> Screen:
    translator, shop = context.translator, context.shop
    _ = translator.gettext
    shown = await _orders_and_topups(context, text)
    if question.topic is QuestionTopic.CONTACT and not shown.is_open:
        # A question about how to reach the shop does not ask for the latest order.
        shown = _Shown((), (), is_open=True)
    now = shop.clock.now()
    orders = [order_view(translator, one, shop.rules.profile, now) for one in shown.orders]
    topups = [topup_state(translator, one, is_open=is_open(one, now)) for one in shown.topups]
    nothing_open, balance = "", ""
    if not shown.is_open:
        nothing_open = _("You have no order and no top-up under way.")
        orders = [lines(_("Your last order:"), one) for one in orders]
        topups = [lines(_("Your last top-up:"), one) for one in topups]
        wallet = await shop.wallets.wallet(context.customer_id)
        balance = balance_line(translator, wallet.balance)
    return paragraphs(
        topic_head(translator, question.topic),
        nothing_open,
        *orders,
        *topups,
        balance,
        questions(translator, context.settings.shop_contact),
    ), _buttons(context, shown)


async def _orders_and_topups(context: ShopContext, text: str) -> _Shown:
    """Return the orders that a text names, else all that is under way, else the latest ones."""
    shop, customer_id = context.shop, context.customer_id
    open_orders = await shop.history.open_orders(customer_id)
    named = await _named_orders(context, text)
    if named:
        return _Shown(named, (), is_open=True)
    topups = await shop.topups.waiting_of(customer_id)
    if open_orders or topups:
        return _Shown(open_orders[:OPEN_SHOWN], topups, is_open=True)
    last = (await shop.history.page(customer_id, 0, 1)).orders
    decided = await shop.topups.recently_decided(customer_id)
    return _Shown(last, () if decided is None else (decided,), is_open=False)


async def _named_orders(context: ShopContext, text: str) -> Sequence[Order]:
    """Return the customer's orders whose number or destination is in the text."""
    shop, customer_id = context.shop, context.customer_id
    ids = order_ids_in(text)
    if ids:
        return await shop.history.own(customer_id, ids[:OPEN_SHOWN])
    number = number_in(context, text)
    if number is None:
        return ()
    destinations = [one for one in (number.phone, number.meter) if one]
    return await shop.history.latest_for_destinations(customer_id, destinations)


def _buttons(context: ShopContext, shown: _Shown) -> InlineKeyboardMarkup:
    """Return the buttons: for a single order all its actions; always one that asks the shop."""
    translator, shop, orders = context.translator, context.shop, shown.orders
    rows: list[Row] = []
    ask_row: Row = [ask_shop(translator)]
    if len(orders) == 1:
        rows = [
            goods_row(translator, orders[0], shop.rules.profile),
            *order_rows(translator, orders[0]),
        ]
        help_button = button(translator.gettext("💬 Ask the shop"), AskForHelp(orders[0].order_id))
        has_help = any(
            help_button["callback_data"] == one.get("callback_data") for row in rows for one in row
        )
        ask_row = [] if has_help else [help_button]
    else:
        rows = [[button(order_label(translator, one), ShowOrder(one.order_id))] for one in orders]
    now = shop.clock.now()
    to_pay = [one for one in shown.topups if is_open(one, now) and not one.proof]
    rows += [payment_row(translator, one) for one in to_pay]
    if not shown.is_open:
        ask_row = [top_up(translator), *ask_row]
    return keyboard(*rows, ask_row, [history(translator), home(translator)])
