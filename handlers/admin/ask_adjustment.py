"""Asks an admin how much to credit to a customer, or to debit; the answer is typed."""

from __future__ import annotations

from typing import Literal, TypeAlias

from telegram import Update

from bot.domain.dialog import Dialog, Step
from bot.domain.errors import AmountError, AmountFault, InsufficientFundsError
from bot.domain.money_source import right_for
from bot.domain.order import CustomerId
from bot.domain.typed_text import without_invisible
from handlers.admin.adjustment_texts import ask_adjustment_text, too_little_in_wallet
from handlers.admin.proposed_adjustment import MAX_NOTE_LENGTH, proposal_screen
from handlers.ui.amounts import amount_fault, split_amount
from handlers.ui.context import ShopContext, message_text
from handlers.ui.fallbacks import say_old_button, say_unknown_message, say_unreadable
from handlers.ui.handler_factories import END, pressed
from handlers.ui.keyboards import cancel_button, keyboard
from handlers.ui.replies import remove_buttons, show_new, show_new_step
from handlers.ui.staff_buttons import AskAdjustment

Asked: TypeAlias = Literal[Step.ADJUSTMENT, -1]


async def ask_adjustment(update: Update, context: ShopContext) -> Literal[Step.ADJUSTMENT] | None:
    """Ask for the amount, in a message below the customer's card."""
    button = pressed(update, AskAdjustment)
    customer_id = CustomerId(button.customer_id)
    may_ask = context.may(right_for(None, -1 if button.is_debit else 1))
    if may_ask and await _ask(update, context, customer_id, is_debit=button.is_debit):
        return Step.ADJUSTMENT
    await say_old_button(update, context)
    return None


async def take_adjustment(update: Update, context: ShopContext) -> Asked:
    """Propose the typed amount with the words after it as the note."""
    dialog = await context.shop.dialogs.of(context.customer_id)
    if dialog is None or dialog.step != Step.ADJUSTMENT:
        await say_unknown_message(update, context)
        return END
    translator = context.translator
    typed = [word for word in message_text(update).split() if without_invisible(word)]
    try:
        amount, rest = split_amount(typed)
        proposed = await context.shop.wallets.propose_adjustment(
            context.actor,
            _customer_of(dialog),
            -amount if dialog.data["is_debit"] else amount,
            " ".join(rest)[:MAX_NOTE_LENGTH],
        )
    except AmountError as error:
        return await _ask_again(update, context, dialog, amount_fault(translator, error.fault))
    except InsufficientFundsError as error:
        return await _ask_again(update, context, dialog, too_little_in_wallet(translator, error))
    await context.shop.dialogs.end(context.customer_id)
    await remove_buttons(update, context, dialog.message_id)
    await show_new(update, context, *proposal_screen(context, proposed))
    return END


async def take_no_adjustment(update: Update, context: ShopContext) -> Asked:
    """Answer a photo or a sticker, which is no amount, and ask again."""
    dialog = await context.shop.dialogs.of(context.customer_id)
    if dialog is None or dialog.step != Step.ADJUSTMENT:
        await say_unknown_message(update, context)
        return END
    is_answered = await say_unreadable(update, context)
    problem = "" if is_answered else amount_fault(context.translator, AmountFault.NOT_A_NUMBER)
    return await _ask_again(update, context, dialog, problem)


async def _ask_again(update: Update, context: ShopContext, dialog: Dialog, problem: str) -> Asked:
    await remove_buttons(update, context, dialog.message_id)
    is_debit = bool(dialog.data["is_debit"])
    customer_id = _customer_of(dialog)
    await _ask(update, context, customer_id, is_debit=is_debit, problem=problem)
    return Step.ADJUSTMENT


async def _ask(
    update: Update,
    context: ShopContext,
    customer_id: CustomerId,
    *,
    is_debit: bool,
    problem: str = "",
) -> bool:
    """Ask for the amount; return False if nobody has this id."""
    customers = await context.shop.customers.get_many([customer_id])
    customer = customers.get(customer_id)
    if customer is None:
        return False
    await context.shop.dialogs.ask_adjustment(context.customer_id, customer_id, is_debit=is_debit)
    translator = context.translator
    text = ask_adjustment_text(translator, customer, is_debit=is_debit, problem=problem)
    await show_new_step(update, context, text, keyboard([cancel_button(translator)]))
    return True


def _customer_of(dialog: Dialog) -> CustomerId:
    return CustomerId(int(dialog.data["customer_id"]))
