"""Questions that are typed: where an order or a payment stands, bills, and how to reach the shop.

They are heard at every step, and what a step waits for is asked again after the answer.
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
from bot.domain.typed_input.phone_number import NumberError, parse_number
from handlers.catalogue.buttons import Find
from handlers.orders.buttons import ShowOrder
from handlers.typed_input.text_commands import command_in, is_greeting, is_thanks
from handlers.ui.buttons import AskForHelp
from handlers.ui.context import ShopContext, customer_of
from handlers.ui.handler_factories import Callback
from handlers.ui.html import bold, lines, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import (
    Row,
    ask_shop,
    button,
    history,
    home,
    keyboard,
    of_order,
    shop_anew,
    top_up,
)
from handlers.ui.order_card import (
    OPEN_SHOWN,
    goods_row,
    nobody_to_call,
    order_label,
    order_view,
    questions,
)
from handlers.ui.payment_row import payment_row
from handlers.ui.replies import answer, show_anew
from handlers.ui.topup_card import paid_all_the_same, why_not_open

R = TypeVar("R")
TOKENS: Final = "token pln"
"""What is looked for in the place of an electricity bill."""


@dataclass(frozen=True, slots=True)
class _Standing:
    """What of a customer's is told."""

    orders: Sequence[Order]
    topups: Sequence[TopUp]
    is_open: bool
    """Whether these are under way; else they are what came last."""


async def answer_question(
    update: Update, context: ShopContext, show_help: Callback[None], *, is_name: bool = False
) -> bool:
    """Answer a text that is a question; return False for any other text.

    `show_help` answers how to buy and pay. `is_name`: the step asks for a name, and "Admin" or
    "PDAM" may be the name that a customer gives to a number.
    """
    text = "" if update.message is None else update.message.text or ""
    question = question_of(text)
    if question is None or is_greeting(text) or is_thanks(text) or command_in(text) is not None:
        return False
    if is_name and not (question.asked is QuestionTopic.STATE and question.is_sure):
        return False
    if question.asked is QuestionTopic.BILL:
        return await _answer_bill(update, context, text)
    if not question.is_sure and await _is_of_product(update, context, question, text):
        return False
    if question.asked is QuestionTopic.WAY and not await _has_to_pay(update, context):
        await show_help(update, context)
        return True
    await show_anew(update, context, *await _answer(update, context, question, text))
    return True


async def call_shop(update: Update, context: ShopContext) -> None:
    """Call the admins to a customer, about no order."""
    shop = context.shop
    await shop.help_requests.ask_for_message(customer_of(update), f"update:{update.update_id}")
    has_admins = bool(shop.rules.admin_ids)
    text = shop_called(context.words, shop.shop_contact, has_admins=has_admins)
    await answer(update, context, text, is_alert=True)


async def _answer_bill(update: Update, context: ShopContext, text: str) -> bool:
    """Say that bills are not sold, and what is; False where the list has what was named."""
    words, search = context.words, context.shop.search
    found = search.look(text)
    if found.offers and found.is_exact and search.is_specific(text) and not _is_power(text):
        return False
    tokens: Row = []
    if search.look(TOKENS).is_exact and search.find(TOKENS):
        tokens = [button(tokens_label(words), Find(0, TOKENS))]
    ways = keyboard(tokens, [ask_shop(words)], [shop_anew(words), home(words)])
    await show_anew(update, context, no_bills(words), ways)
    return True


def _is_power(text: str) -> bool:
    """Tell whether electricity is named: its tokens are in the list, and no bill is."""
    return any(word in text.casefold() for word in ("listrik", "pln", "electricity"))


async def _is_of_product(
    update: Update, context: ShopContext, question: Question, text: str
) -> bool:
    """Tell whether a text that may be a question rather looks for a product.

    While something is under way, "tri 5 mana?" asks after that.
    """
    shop = context.shop
    found = shop.search.look(text)
    if question.asked is QuestionTopic.WAY and not shop.search.is_named(_without_paying(text)):
        return False
    if question.is_of_goods or question.asked is QuestionTopic.WAY:
        return bool(found.offers) and found.is_exact
    if not (found.offers and shop.search.is_specific(text)):
        return False
    customer_id = customer_of(update)
    has_open = bool(await shop.history.open_orders(customer_id))
    return not has_open and not await shop.topups.waiting_of(customer_id)


async def _has_to_pay(update: Update, context: ShopContext) -> bool:
    """Tell whether a top-up is open, which says best how it is paid."""
    return bool(await context.shop.topups.waiting_of(customer_of(update)))


def _without_paying(text: str) -> str:
    """Return what else is said: "pay" and "saldo" are in the list, but paid is the shop."""
    words = re.findall(r"\w+", text.casefold())
    return " ".join(one for one in words if one not in PAY and one != "saldo")


# --- how things stand ---


async def _answer(
    update: Update, context: ShopContext, question: Question, text: str
) -> tuple[str, InlineKeyboardMarkup]:
    words, shop = context.words, context.shop
    standing = await _standing(update, context, text)
    if question.asked is QuestionTopic.CONTACT and not standing.is_open:
        # Whoever looks for the shop did not ask what came last.
        standing = _Standing((), (), is_open=True)
    now = shop.clock.now()
    orders = [order_view(words, one, shop.rules.profile, now) for one in standing.orders]
    topups = [topup_state(words, one, is_open=is_open(one, now)) for one in standing.topups]
    if not standing.is_open:
        orders = [last_order(words, one) for one in orders]
        topups = [last_topup(words, one) for one in topups]
    wallet = await shop.wallets.wallet(customer_of(update))
    return paragraphs(
        asked_head(words, question.asked),
        "" if standing.is_open else nothing_open(words),
        *orders,
        *topups,
        "" if standing.is_open else balance_line(words, wallet.balance),
        questions(words, shop.shop_contact),
    ), _ways(context, standing)


async def _standing(update: Update, context: ShopContext, text: str) -> _Standing:
    """Return the orders that a text names, else all that is under way, else what came last."""
    shop, customer_id = context.shop, customer_of(update)
    opened = await shop.history.open_orders(customer_id)
    named = await _named(update, context, text)
    if named:
        return _Standing(named, (), is_open=True)
    topups = await shop.topups.waiting_of(customer_id)
    if opened or topups:
        return _Standing(opened[:OPEN_SHOWN], topups, is_open=True)
    last = (await shop.history.page(customer_id, 0, 1)).orders
    decided = await shop.topups.recently_decided(customer_id)
    return _Standing(last, () if decided is None else (decided,), is_open=False)


async def _named(update: Update, context: ShopContext, text: str) -> Sequence[Order]:
    """Return the customer's orders whose number, or whose phone or meter, stands in a text."""
    shop, customer_id = context.shop, customer_of(update)
    ids = order_ids_in(text)
    if ids:
        return await shop.history.own(customer_id, ids[:OPEN_SHOWN])
    try:
        number = parse_number(text, shop.rules.profile.prefixes)
    except NumberError:
        return ()
    destinations = () if number is None else (number.phone, number.meter)
    return await shop.history.bound_for(customer_id, [one for one in destinations if one])


def _ways(context: ShopContext, standing: _Standing) -> InlineKeyboardMarkup:
    """Return what can be done: with one order all of it, and the way to the shop always."""
    words, shop, orders = context.words, context.shop, standing.orders
    rows: list[Row] = []
    asking: Row = [ask_shop(words)]
    if len(orders) == 1:
        rows = [goods_row(words, orders[0], shop.rules.profile), *of_order(words, orders[0])]
        helping = button(words.gettext("💬 Ask the shop"), AskForHelp(orders[0].order_id))
        has_helping = any(helping.callback_data == one.callback_data for row in rows for one in row)
        asking = [] if has_helping else [helping]
    else:
        rows = [[button(order_label(words, one), ShowOrder(one.order_id))] for one in orders]
    now = shop.clock.now()
    to_pay = [one for one in standing.topups if is_open(one, now) and not one.proof]
    rows += [payment_row(words, one) for one in to_pay]
    if not standing.is_open:
        asking = [top_up(words), *asking]
    return keyboard(*rows, asking, [history(words), home(words)])


def asked_head(words: Translator, asked: QuestionTopic) -> str:
    """Return what is said first to a question, above how things stand; empty for most."""
    _ = words.gettext
    match asked:
        case QuestionTopic.REFUND:
            return _(
                "When an order fails, its money is back in your balance at once. Is something "
                "wrong all the same? Ask the shop with the button below."
            )
        case QuestionTopic.CONTACT:
            return _("Press the button below: the shop is called and will write to you.")
        case QuestionTopic.STATE | QuestionTopic.BILL | QuestionTopic.WAY:
            return ""
        case _:
            assert_never(asked)


def nothing_open(words: Translator) -> str:
    """Return that neither an order nor a top-up is under way."""
    return words.gettext("You have no order and no top-up under way.")


def last_order(words: Translator, order_text: str) -> str:
    """Return the last order, as it is shown elsewhere."""
    return lines(words.gettext("Your last order:"), order_text)


def last_topup(words: Translator, topup_text: str) -> str:
    """Return the last top-up, as `topup_state` tells it."""
    return lines(words.gettext("Your last top-up:"), topup_text)


def balance_line(words: Translator, balance: int) -> str:
    """Return what the customer has."""
    return words.gettext("Your balance: {balance}").format(balance=bold(words.money(balance)))


def topup_state(words: Translator, topup: TopUp, *, is_open: bool) -> str:
    """Return where a top-up stands, in a sentence or two; `is_open`: it may still be paid."""
    _ = words.gettext
    head = bold(_("Top-up of {amount}").format(amount=words.money(topup.total)))
    if topup.state is not TopUpState.PENDING or topup.proof:
        return lines(head, why_not_open(words, topup))
    if not is_open:
        return lines(head, _("⌛ The time to pay is over."), paid_all_the_same(words))
    until = (
        ""
        if topup.expires_at is None
        else _("Pay before {time}.").format(time=words.datetime(topup.expires_at))
    )
    return lines(
        head, lines(_("⏳ We have not seen this money yet."), until), paid_all_the_same(words)
    )


def no_bills(words: Translator) -> str:
    """Return that bills which are paid afterwards are not sold, and what is."""
    return words.gettext(
        "We do not sell bills yet: electricity paid afterwards, BPJS, water, internet. There are "
        "PLN tokens, for prepaid meters."
    )


def tokens_label(words: Translator) -> str:
    """Return what stands on the button that shows the tokens."""
    return words.gettext("⚡ PLN tokens")


def shop_called(words: Translator, contact: str, *, has_admins: bool) -> str:
    """Return what pops up when the shop was called, or cannot be: plain text."""
    if not has_admins:
        return nobody_to_call(words, contact)
    called = words.gettext("We have been told, and will write to you.")
    return lines(called, contact)
