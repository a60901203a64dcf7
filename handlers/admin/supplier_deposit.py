"""/deposit for admins: record money paid to the supplier, after a confirmation."""

from __future__ import annotations

from typing import Final

from telegram import Update

from bot.domain.errors import AmountError, NotFoundError, TokenError, TokenFault
from bot.domain.money import parse_rupiah
from bot.domain.typed_text import without_invisible
from handlers.admin.adjustment_texts import adjust_too_late, adjust_unknown, adjusted_before
from handlers.admin.buttons import NoteDeposit
from handlers.admin.keyboards import deposit_keyboard
from handlers.admin.money_texts import (
    deposit_usage,
    deposited_now,
    deposited_text,
    proposed_deposit_text,
)
from handlers.ui.amounts import amount_fault
from handlers.ui.context import ShopContext
from handlers.ui.handler_factories import pressed
from handlers.ui.html import paragraphs
from handlers.ui.replies import alert, answer, show, show_new

_MINUS: Final = ("-", "\N{MINUS SIGN}", "\N{EN DASH}")


async def deposit(update: Update, context: ShopContext) -> None:
    """Propose to record a deposit: /deposit AMOUNT; a negative amount corrects an earlier one.

    Without an amount, or by a button, it says how.
    """
    translator, typed = context.translator, without_invisible(" ".join(context.args or ())).strip()
    sign = -1 if typed[:1] in _MINUS else 1
    try:
        amount = sign * parse_rupiah(typed[1:] if sign < 0 else typed)
    except AmountError as error:
        problem = amount_fault(translator, error.fault) if typed else ""
        await show_new(update, context, paragraphs(problem, deposit_usage(translator)))
        return
    proposed = await context.shop.supplier_deposit.propose(context.actor, amount)
    markup = deposit_keyboard(translator, proposed)
    await show_new(update, context, proposed_deposit_text(translator, proposed), markup)


async def note_deposit(update: Update, context: ShopContext) -> None:
    """Record a proposed deposit, once; a second press shows the recorded one."""
    translator, shop, admin_id = context.translator, context.shop, context.actor
    token, news = pressed(update, NoteDeposit).token, deposited_now(translator)
    try:
        await shop.supplier_deposit.record(admin_id, token)
    except TokenError as error:
        if error.fault is TokenFault.EXPIRED:
            await show(update, context, adjust_too_late(translator))
            return
        news = adjusted_before(translator)
    try:
        noted = await shop.supplier_deposit.recorded(admin_id, token)
    except NotFoundError:  # Dismissed, another admin's, or unknown.
        await alert(update, context, adjust_unknown(translator))
        return
    await answer(update, context, news)
    await show(update, context, deposited_text(translator, noted))
