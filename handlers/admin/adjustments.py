"""/credit and /debit: an admin changes a customer's balance, after a confirmation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardMarkup, Update

from bot.domain.errors import (
    AmountError,
    AmountFault,
    BalanceChangedError,
    InsufficientFundsError,
    NotFoundError,
    TokenError,
    TokenFault,
)
from bot.domain.money import Rupiah
from bot.domain.money_source import SOURCES, MoneySource
from bot.domain.order import CustomerId
from bot.domain.staff import Right
from bot.domain.typed_text import without_invisible
from handlers.admin.adjustment_texts import (
    adjust_dropped,
    adjust_too_late,
    adjust_unknown,
    adjust_usage,
    adjusted_before,
    adjusted_now,
    adjusted_text,
    balance_changed,
    never_wrote,
    not_an_id,
    too_little_in_wallet,
)
from handlers.admin.buttons import Adjust, AdjustFor, ChooseSource, DropAdjust, MakeAdjustment
from handlers.admin.named_adjustments import choice_of, choice_too_late, customers_to_adjust
from handlers.admin.proposed_adjustment import ASK_AGAIN, MAX_NOTE_LENGTH, proposal_screen
from handlers.ui.amounts import amount_fault, split_amount
from handlers.ui.buttons import ButtonError
from handlers.ui.context import ShopContext
from handlers.ui.customer_rows import nobody_found
from handlers.ui.fallbacks import say_old_button
from handlers.ui.handler_factories import pressed
from handlers.ui.html import paragraphs
from handlers.ui.replies import alert, answer, show, show_new

_USER_ID = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)


@dataclass(frozen=True, slots=True)
class AdjustmentRequest:
    """The arguments of /credit or /debit."""

    user_id: str
    """An id, or the name of a customer, as the admin typed it."""
    amount: Rupiah
    note: str


class UsageError(Exception):
    """The arguments of a command are missing or malformed.

    `problem` is the reason as the admin reads it; it is empty if arguments are missing.
    """

    def __init__(self, problem: str = "") -> None:
        super().__init__(problem)
        self.problem = problem


async def credit(update: Update, context: ShopContext) -> None:
    """Propose a credit to a customer's wallet: /credit USER AMOUNT [note].

    USER is an id; a name, a user name or a part of a number opens a list.
    """
    await _propose(update, context, "credit", 1)


async def debit(update: Update, context: ShopContext) -> None:
    """Propose a debit of a customer's wallet: /debit USER AMOUNT [note]."""
    await _propose(update, context, "debit", -1)


async def _propose(update: Update, context: ShopContext, command: str, sign: int) -> None:
    translator = context.translator
    try:
        text, markup = await _proposal(context, sign)
    except UsageError as error:
        text, markup = paragraphs(error.problem, adjust_usage(translator, command)), None
    except AmountError as error:
        text = paragraphs(amount_fault(translator, error.fault), adjust_usage(translator, command))
        markup = None
    except InsufficientFundsError as error:
        text, markup = too_little_in_wallet(translator, error), None
    await show_new(update, context, text, markup)


async def _proposal(context: ShopContext, sign: int) -> tuple[str, InlineKeyboardMarkup | None]:
    translator = context.translator
    request = _parse_request(context, context.args or ())
    customer = await context.shop.customers.find(request.user_id)
    if customer is None:
        amount = sign * request.amount
        meant = await customers_to_adjust(context, request.user_id, amount, request.note)
        is_id = _USER_ID.fullmatch(request.user_id) is not None
        nobody = never_wrote if is_id else nobody_found
        return meant or (nobody(translator, request.user_id), None)
    proposed = await context.shop.wallets.propose_adjustment(
        context.actor, customer.customer_id, sign * request.amount, request.note
    )
    return proposal_screen(context, proposed)


def _parse_request(context: ShopContext, typed: Sequence[str]) -> AdjustmentRequest:
    """Parse the arguments of a command. Raises `UsageError` and `AmountError`."""
    typed = [word for word in typed if without_invisible(word)]
    if not typed:
        raise UsageError
    user_id, words = without_invisible(typed[0]), 1
    if not _USER_ID.fullmatch(user_id):
        if not context.may(Right.CUSTOMERS):
            raise UsageError(not_an_id(context.translator, typed[0]))
        words = _words_of_name(typed)
        user_id = " ".join(map(without_invisible, typed[:words]))
    if len(typed) == 1:
        raise UsageError
    amount, rest = split_amount(typed[words:])
    return AdjustmentRequest(user_id, amount, " ".join(rest)[:MAX_NOTE_LENGTH])


def _words_of_name(typed: Sequence[str]) -> int:
    """Return how many words the name before an amount has; 1 if no amount follows."""
    for words in range(1, len(typed)):
        try:
            split_amount(typed[words:])
        except AmountError as error:
            if error.fault is AmountFault.NOT_A_NUMBER:
                continue
        return words
    return 1


async def adjust_for(update: Update, context: ShopContext) -> None:
    """Propose the credit or debit of a list for the pressed customer."""
    button, translator = pressed(update, AdjustFor), context.translator
    choice = await choice_of(context, button.token)
    if choice is None:
        await alert(update, context, choice_too_late(translator))
        return
    try:
        proposed = await context.shop.wallets.propose_adjustment(
            context.actor, CustomerId(button.customer_id), choice.amount, choice.note
        )
    except NotFoundError:
        await say_old_button(update, context)
        return
    except InsufficientFundsError as error:
        await alert(update, context, too_little_in_wallet(translator, error))
        return
    await show(update, context, *proposal_screen(context, proposed))


async def choose_source(update: Update, context: ShopContext) -> None:
    """Show a proposed credit or debit with its source, or ask for the source again."""
    button = pressed(update, ChooseSource)
    source = None if button.source == ASK_AGAIN else _source_of(button.source)
    await _show_again(update, context, button.token, source)


async def make_adjustment(update: Update, context: ShopContext) -> None:
    """Make a proposed credit or debit, once, if the wallet is as it was shown."""
    button = pressed(update, MakeAdjustment)
    await _make(update, context, button.token, _source_of(button.source))


async def adjust(update: Update, context: ShopContext) -> None:
    """Make a credit or debit that an old version proposed; a newer proposal is shown again."""
    await _make(update, context, pressed(update, Adjust).token, None)


def _source_of(number: int) -> MoneySource:
    """Return the source of a button; raises `ButtonError` for a forged one."""
    if not 0 <= number < len(SOURCES):
        raise ButtonError
    return SOURCES[number]


async def _make(
    update: Update, context: ShopContext, token: str, source: MoneySource | None
) -> None:
    translator, wallets, news = context.translator, context.shop.wallets, ""
    try:
        await wallets.adjust(context.actor, token, source, only_as_shown=True)
    except BalanceChangedError as error:
        text = balance_changed(translator, is_same_payment=error.is_same_payment)
        await _show_again(update, context, token, source, text)
        return
    except InsufficientFundsError as error:
        await alert(update, context, too_little_in_wallet(translator, error))
        return
    except TokenError as error:
        if error.fault is not TokenFault.USED:
            await _say_useless(update, context, error)
            return
        news = adjusted_before(translator)
    await _show_done(update, context, token, news)


async def _show_done(update: Update, context: ShopContext, token: str, news: str) -> None:
    """Show what a token did; `news` is empty if it was done now."""
    translator = context.translator
    try:
        done = await context.shop.wallets.adjustment_result(context.actor, token)
    except NotFoundError:  # The proposal was cancelled.
        await alert(update, context, adjust_unknown(translator))
        return
    await answer(update, context, news or adjusted_now(translator, done.customer))
    await show(update, context, adjusted_text(translator, done))


async def _show_again(
    update: Update,
    context: ShopContext,
    token: str,
    source: MoneySource | None,
    news: str = "",
) -> None:
    """Show a proposed adjustment as it would be now; `news` is the pop-up, if any."""
    try:
        proposed = await context.shop.wallets.choose_source(context.actor, token, source)
    except InsufficientFundsError as short:
        await alert(update, context, too_little_in_wallet(context.translator, short))
        return
    except TokenError as error:
        if error.fault is TokenFault.USED:
            await _show_done(update, context, token, adjusted_before(context.translator))
            return
        await _say_useless(update, context, error)
        return
    if news:
        await alert(update, context, news)
    await show(update, context, *proposal_screen(context, proposed))


async def _say_useless(update: Update, context: ShopContext, error: TokenError) -> None:
    """Say that a button has expired, or that its token is unknown or another admin's."""
    if error.fault is TokenFault.EXPIRED:
        await show(update, context, adjust_too_late(context.translator))
        return
    await alert(update, context, adjust_unknown(context.translator))


async def drop_adjust(update: Update, context: ShopContext) -> None:
    """Dismiss a proposed credit, debit or deposit."""
    translator, token = context.translator, pressed(update, DropAdjust).token
    if await context.shop.wallets.dismiss_adjustment(context.actor, token):
        await show(update, context, adjust_dropped(translator))
        return
    await alert(update, context, adjust_unknown(translator))
