"""Decisions about top-ups: approve, reject, credit another amount or a second payment."""

from __future__ import annotations

from typing import Literal

from telegram import Update

from bot.domain.dialog import Dialog, Step
from bot.domain.errors import (
    AlreadyDecidedError,
    AmountError,
    AmountFault,
    NotFoundError,
    OtherTopUpError,
    SamePaymentError,
    TokenError,
    TokenFault,
)
from bot.domain.money import MAX_AMOUNT, Rupiah, parse_rupiah
from bot.domain.topup import TopUpId
from bot.services.money.topups.decision import MAX_REASON_LENGTH, TopUpDecision
from bot.services.money.topups.topups import TopUpDetails
from handlers.admin.alerts import topup_details_text
from handlers.admin.buttons import ApproveAmount, AskDecision, CreditAgain, DecideTopUp
from handlers.admin.keyboards import (
    amount_keyboard,
    other_topup_keyboard,
    same_payment_keyboard,
    topup_keyboard,
)
from handlers.admin.same_amount_texts import same_payment_question_text, second_payment_too_late
from handlers.admin.topup_texts import (
    ask_arrived_text,
    ask_reason_text,
    asked_for_elsewhere,
    other_amount_text,
    topup_decided,
    topup_decided_before,
)
from handlers.ui.amounts import amount_fault
from handlers.ui.context import ShopContext, message_text
from handlers.ui.fallbacks import say_old_button, say_unknown_message, say_unreadable
from handlers.ui.handler_factories import END, pressed
from handlers.ui.html import spaced
from handlers.ui.keyboards import cancel_button, keyboard
from handlers.ui.replies import alert, answer, pressed_message_id, remove_buttons, show, show_new


async def decide_topup(update: Update, context: ShopContext) -> None:
    """Approve or reject a top-up; if it is decided already, show how."""
    button, translator = pressed(update, DecideTopUp), context.translator
    admin_id, topup_id = context.actor, TopUpId(button.topup_id)
    topups = context.shop.topups
    try:
        topup = await topups.decide(admin_id, topup_id, approve=button.approve)
    except NotFoundError:
        await say_old_button(update, context)
        return
    except SamePaymentError as error:
        await _show_same_payment_question(update, context, error)
        return
    except AlreadyDecidedError:
        await alert(update, context, topup_decided_before(translator))
    else:
        await answer(update, context, topup_decided(translator, topup.state))
    request = await topups.details(admin_id, topup_id)
    text = topup_details_text(translator, request)
    markup = topup_keyboard(translator, request.topup)
    # Telegram cannot edit a picture into a text: its buttons are removed, and the text follows.
    await show(update, context, text, markup, message_id=pressed_message_id(update))


async def ask_decision(update: Update, context: ShopContext) -> Literal[Step.DECISION] | None:
    """Ask which amount arrived, or why a request is rejected."""
    button, translator = pressed(update, AskDecision), context.translator
    admin_id, topup_id = context.actor, TopUpId(button.topup_id)
    try:
        topup = await context.shop.topups.ask_for_decision(
            admin_id, topup_id, for_amount=button.for_amount, message_id=None
        )
    except NotFoundError:
        await say_old_button(update, context)
        return None
    except AlreadyDecidedError:
        await alert(update, context, topup_decided_before(translator))
        return None
    text = (
        ask_arrived_text(translator, topup)
        if button.for_amount
        else ask_reason_text(translator, topup)
    )
    shown_id = await show_new(update, context, text, keyboard([cancel_button(translator)]))
    await _save_question(context, topup_id, shown_id)
    return Step.DECISION


async def take_no_decision(update: Update, context: ShopContext) -> Literal[-1] | None:
    """Answer a photo or a sticker, which is neither an amount nor a reason, and ask again."""
    dialog = await context.shop.dialogs.of(context.customer_id)
    if dialog is None or dialog.step != Step.DECISION:
        await say_unknown_message(update, context)
        return END
    is_answered = await say_unreadable(update, context)
    problem = "" if is_answered else amount_fault(context.translator, AmountFault.NOT_A_NUMBER)
    await _ask_once_more(update, context, dialog, problem)
    return None


async def ask_decision_once_more(update: Update, context: ShopContext) -> None:
    """Repeat an open question, below the answer to something else."""
    dialog = await context.shop.dialogs.of(context.customer_id)
    if dialog is not None and dialog.step == Step.DECISION:
        await _ask_once_more(update, context, dialog)


async def _ask_once_more(
    update: Update, context: ShopContext, dialog: Dialog, problem: str = ""
) -> None:
    translator, topup_id = context.translator, TopUpId(int(dialog.data["topup_id"]))
    topup = (await context.shop.topups.details(context.actor, topup_id)).topup
    text = ask_reason_text(translator, topup)
    if dialog.data["for_amount"]:
        text = ask_arrived_text(translator, topup, problem)
    await remove_buttons(update, context, dialog.message_id)
    shown_id = await show_new(update, context, text, keyboard([cancel_button(translator)]))
    await _save_question(context, topup_id, shown_id)


async def _save_question(context: ShopContext, topup_id: TopUpId, shown_id: int | None) -> None:
    """Save which message asks.

    The newest is the one that is answered. All of them are edited once the top-up is decided.
    """
    await context.shop.dialogs.set_message(context.customer_id, shown_id)
    await _save_screen(context, topup_id, shown_id)


async def _save_screen(context: ShopContext, topup_id: TopUpId, shown_id: int | None) -> None:
    if shown_id is not None:
        await context.shop.topups.record_question_message(context.actor, topup_id, shown_id)


async def take_decision(update: Update, context: ShopContext) -> Literal[Step.DECISION, -1] | None:
    """Take the typed text as the amount that arrived, or as the reason of a rejection."""
    dialog = await context.shop.dialogs.of(context.customer_id)
    if dialog is None or dialog.step != Step.DECISION:
        await say_unknown_message(update, context)
        return END
    topup_id = TopUpId(int(dialog.data["topup_id"]))
    request = await context.shop.topups.details(context.actor, topup_id)
    text = message_text(update)
    if dialog.data["for_amount"]:
        await _propose_amount(update, context, request, text, dialog)
        return None
    decision = TopUpDecision(approve=False, reason=spaced(text)[:MAX_REASON_LENGTH])
    await _decide(update, context, topup_id, decision, dialog.message_id)
    return END


async def _propose_amount(
    update: Update, context: ShopContext, request: TopUpDetails, text: str, dialog: Dialog
) -> None:
    """Ask for a confirmation of the typed amount, because typing errors are likely."""
    translator, topup, admin_id = context.translator, request.topup, context.actor
    try:
        amount = parse_rupiah(text)
        await context.shop.topups.check_amount(admin_id, topup.topup_id, amount)
    except AmountError as error:
        await _ask_once_more(update, context, dialog, amount_fault(translator, error.fault))
        return
    except SamePaymentError as error:
        shown_id = await _show_same_payment_question(update, context, error)
    except AlreadyDecidedError:
        await _say_decided(update, context)
        return
    except OtherTopUpError as error:
        shown_id = await _show_other_topup(update, context, error)
    else:
        question = other_amount_text(translator, topup, amount, request.others)
        shown_id = await show_new(
            update, context, question, amount_keyboard(translator, topup, amount)
        )
    # Only the proposal of the amount typed last keeps its button.
    await remove_buttons(update, context, dialog.message_id)
    await _save_question(context, topup.topup_id, shown_id)


async def _show_same_payment_question(
    update: Update, context: ShopContext, error: SamePaymentError
) -> int | None:
    """Ask whether a second payment arrived, in a new message; the top-up's message stays."""
    translator = context.translator
    question = await context.shop.topups.same_payment_question(context.actor, error.token)
    markup = same_payment_keyboard(translator, question)
    shown_id = await show_new(
        update, context, same_payment_question_text(translator, question), markup
    )
    await _save_screen(context, question.topup.topup_id, shown_id)
    return shown_id


async def _show_other_topup(
    update: Update, context: ShopContext, error: OtherTopUpError
) -> int | None:
    """Show the top-up whose amount was typed, to approve it instead."""
    translator, topup_id = context.translator, TopUpId(error.topup_id)
    other = (await context.shop.topups.details(context.actor, topup_id)).topup
    text, markup = asked_for_elsewhere(translator, other), other_topup_keyboard(translator, other)
    return await show(update, context, text, markup)


async def credit_again(update: Update, context: ShopContext) -> Literal[-1] | None:
    """Credit the amount of a question, after the admin's answer that a second payment arrived."""
    translator, token = context.translator, pressed(update, CreditAgain).token
    try:
        topup = await context.shop.topups.confirm_second_payment(context.actor, token)
    except SamePaymentError as error:
        await remove_buttons(update, context, pressed_message_id(update))
        await _show_same_payment_question(update, context, error)
        return None
    except AlreadyDecidedError:
        await alert(update, context, topup_decided_before(translator))
        return None
    except TokenError as error:
        is_used = error.fault is TokenFault.USED
        text = topup_decided_before(translator) if is_used else second_payment_too_late(translator)
        await alert(update, context, text)
        return None
    await answer(update, context, topup_decided(translator, topup.state))
    request = await context.shop.topups.details(context.actor, topup.topup_id)
    await show(update, context, topup_details_text(translator, request))
    return END


async def approve_amount(update: Update, context: ShopContext) -> Literal[-1] | None:
    """Credit another amount than the requested one."""
    button = pressed(update, ApproveAmount)
    if not 1 <= button.amount <= MAX_AMOUNT:
        await say_old_button(update, context)
        return None
    decision = TopUpDecision(approve=True, credited=Rupiah(button.amount))
    topup_id, message_id = TopUpId(button.topup_id), pressed_message_id(update)
    await _decide(update, context, topup_id, decision, message_id)
    return END


async def _decide(
    update: Update,
    context: ShopContext,
    topup_id: TopUpId,
    decision: TopUpDecision,
    message_id: int | None,
) -> None:
    translator, admin_id = context.translator, context.actor
    try:
        await context.shop.topups.decide_in_dialog(admin_id, topup_id, decision)
    except NotFoundError:
        await say_old_button(update, context)
        return
    except SamePaymentError as error:
        await _show_same_payment_question(update, context, error)
        return
    except AlreadyDecidedError:
        await _say_decided(update, context)
        return
    except OtherTopUpError as error:
        await _show_other_topup(update, context, error)
        return
    request = await context.shop.topups.details(admin_id, topup_id)
    await show(update, context, topup_details_text(translator, request), message_id=message_id)


async def _say_decided(update: Update, context: ShopContext) -> None:
    """Say that another admin was first, and end this admin's question."""
    await context.shop.dialogs.end(context.customer_id)
    await show_new(update, context, topup_decided_before(context.translator))
