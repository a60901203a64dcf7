"""Decisions about parked orders: attach a reference, count as delivered, refund, keep waiting.

The first admin's decision wins. An open question for a reference ends when another screen is shown,
so that a later text is not read as the reference of an order that is no longer on the screen.
"""

from __future__ import annotations

import re
from typing import Literal

from telegram import InlineKeyboardMarkup, Update

from bot.domain.dialog import Dialog, Step
from bot.domain.errors import (
    AlreadyDecidedError,
    AttachError,
    ConfirmationOutdatedError,
    NotFoundError,
    RefundUncertainError,
)
from bot.domain.order import OrderId, OrderState, order_number_of
from bot.services.orders.parked_orders import OrderEvidence
from handlers.admin.buttons import (
    Attach,
    AttachRow,
    CountDelivered,
    CountForGood,
    KeepWaiting,
    Refund,
    RefundAnyway,
)
from handlers.admin.keyboards import delivered_keyboard, doubt_keyboard, reference_keyboard
from handlers.admin.parked_orders_texts import (
    attach_fault,
    attached,
    counted_delivered,
    decided_before,
    delivered_question,
    facts_changed,
    kept_waiting,
    no_such_order,
    not_a_reference,
    reference_question,
    refund_doubt,
    refunded,
)
from handlers.admin.status import evidence_screen, overview
from handlers.ui.context import ShopContext, message_text
from handlers.ui.fallbacks import say_unknown_message, say_unreadable
from handlers.ui.handler_factories import END, pressed
from handlers.ui.html import bold, paragraphs
from handlers.ui.replies import alert, answer, pressed_message_id, show, show_step
from handlers.ui.staff_buttons import ShowParked

AwaitingReference = Literal[Step.REFERENCE]
Ended = Literal[-1] | None
OLD_FORCE = "old"
"""The digest for a button of an older version; it matches no doubt, so the doubt is shown."""
_REFERENCE = re.compile(r"\S{1,100}")


async def show_parked(update: Update, context: ShopContext) -> Ended:
    """Show an order with all its facts, on the pressed message."""
    order_id = OrderId(pressed(update, ShowParked).order_id)
    return await _show_evidence(update, context, order_id)


async def show_overview(update: Update, context: ShopContext) -> Ended:
    """Show the shop's status, on the pressed message."""
    ended = await _end_question(context)
    await show(update, context, *await overview(context))
    return ended


async def keep_waiting(update: Update, context: ShopContext) -> Ended:
    """Leave an order parked."""
    order_id = OrderId(pressed(update, KeepWaiting).order_id)
    try:
        order = await context.shop.admin.keep_waiting(context.actor, order_id)
    except (NotFoundError, AlreadyDecidedError) as error:
        return await _say_settled(update, context, order_id, error)
    await answer(update, context, kept_waiting(context.translator, order))
    return await _show_evidence(update, context, order_id)


async def ask_delivered(update: Update, context: ShopContext) -> Ended:
    """Ask for a confirmation before an order is settled as delivered: the hold is posted."""
    translator, order_id = context.translator, OrderId(pressed(update, CountDelivered).order_id)
    try:
        evidence = await context.shop.admin.order_evidence(context.actor, order_id)
    except NotFoundError as error:
        return await _say_settled(update, context, order_id, error)
    order = evidence.order
    if order.state is not OrderState.PARKED:
        return await _say_settled(update, context, order_id, AlreadyDecidedError(order.state))
    question = delivered_question(translator, order)
    markup = delivered_keyboard(translator, order_id, evidence.digest)
    return await _ask_to_confirm(update, context, order_id, question, markup)


async def count_delivered(update: Update, context: ShopContext) -> Ended:
    """Settle an order as delivered, unless its row shows by now that it failed."""
    button, translator = pressed(update, CountForGood), context.translator
    order_id = OrderId(button.order_id)
    try:
        order = await context.shop.admin.count_delivered(
            context.actor, order_id, pressed_message_id(update), shown=button.shown
        )
    except ConfirmationOutdatedError:
        await alert(update, context, facts_changed(translator))
        return await _show_evidence(update, context, order_id, bold(facts_changed(translator)))
    except AttachError as error:
        await alert(update, context, attach_fault(translator, error.fault))
        return None
    except (NotFoundError, AlreadyDecidedError) as error:
        return await _say_settled(update, context, order_id, error)
    has_failed = order.state is OrderState.FAILED
    await answer(update, context, counted_delivered(translator, order), is_alert=has_failed)
    return await _show_evidence(
        update, context, order_id, bold(counted_delivered(translator, order))
    )


# --- refunding ---


async def refund(update: Update, context: ShopContext) -> Ended:
    """Refund a parked order; ask for a confirmation if its goods may have been bought."""
    button = pressed(update, Refund)
    doubt = OLD_FORCE if button.force else ""
    return await _refund(update, context, OrderId(button.order_id), doubt)


async def refund_anyway(update: Update, context: ShopContext) -> Ended:
    """Refund a parked order despite the doubt that was shown; show any other doubt first."""
    button = pressed(update, RefundAnyway)
    return await _refund(update, context, OrderId(button.order_id), button.doubt)


async def _refund(update: Update, context: ShopContext, order_id: OrderId, doubt: str) -> Ended:
    translator = context.translator
    try:
        order = await context.shop.admin.refund(
            context.actor, order_id, doubt=doubt, message_id=pressed_message_id(update)
        )
    except RefundUncertainError as error:
        return await _show_refund_doubt(update, context, order_id, error)
    except (NotFoundError, AlreadyDecidedError) as error:
        return await _say_settled(update, context, order_id, error)
    was_delivered = order.state is OrderState.SUCCEEDED
    await answer(update, context, refunded(translator, order), is_alert=was_delivered)
    return await _show_evidence(update, context, order_id, bold(refunded(translator, order)))


async def _show_refund_doubt(
    update: Update, context: ShopContext, order_id: OrderId, error: RefundUncertainError
) -> Ended:
    translator = context.translator
    order = (await context.shop.admin.order_evidence(context.actor, order_id)).order
    question = refund_doubt(translator, order, error)
    if error.has_changed:
        await alert(update, context, facts_changed(translator))
        question = paragraphs(bold(facts_changed(translator)), question)
    markup = doubt_keyboard(translator, order, error.doubt)
    return await _ask_to_confirm(update, context, order_id, question, markup)


async def _ask_to_confirm(
    update: Update,
    context: ShopContext,
    order_id: OrderId,
    question: str,
    markup: InlineKeyboardMarkup,
) -> Ended:
    """Show an order below a question, with the buttons that answer it."""
    ended = await _end_question(context)
    text, _ = await evidence_screen(context, order_id, question)
    await show(update, context, text, markup)
    return ended


# --- attaching a reference ---


async def ask_reference(update: Update, context: ShopContext) -> AwaitingReference | Ended:
    """Ask for the reference of a parked order, and show the rows that may be its own."""
    order_id = OrderId(pressed(update, Attach).order_id)
    try:
        await _ask(update, context, order_id, pressed_message_id(update))
    except (NotFoundError, AlreadyDecidedError) as error:
        return await _say_settled(update, context, order_id, error)
    return Step.REFERENCE


async def attach_row(update: Update, context: ShopContext) -> AwaitingReference | Ended:
    """Attach one of the rows that were shown."""
    button = pressed(update, AttachRow)
    return await _attach(update, context, OrderId(button.order_id), button.ref_id)


async def take_reference(update: Update, context: ShopContext) -> AwaitingReference | Ended:
    """Attach the typed reference; ask again if the text cannot be one."""
    dialog = await _question(context)
    if dialog is None:
        await say_unknown_message(update, context)
        return END
    order_id = OrderId(int(dialog.data["order_id"]))
    typed = message_text(update).strip()
    if not _REFERENCE.fullmatch(typed):
        return await _ask_again(update, context, order_id, not_a_reference(context.translator))
    return await _attach(update, context, order_id, typed)


async def take_no_reference(update: Update, context: ShopContext) -> AwaitingReference | Ended:
    """Answer a photo or a sticker, which is no reference, and ask again."""
    if await _question(context) is not None:
        await say_unreadable(update, context)
    return await take_reference(update, context)


async def drop_question(update: Update, context: ShopContext) -> Literal[-1]:
    """End the open question of a user who is no longer an admin."""
    await context.shop.dialogs.end(context.customer_id)
    await say_unknown_message(update, context)
    return END


async def _attach(
    update: Update, context: ShopContext, order_id: OrderId, ref_id: str
) -> AwaitingReference | Ended:
    translator = context.translator
    try:
        order = await context.shop.admin.attach(
            context.actor, order_id, ref_id, pressed_message_id(update)
        )
    except AttachError as error:
        return await _ask_again(update, context, order_id, attach_fault(translator, error.fault))
    except (NotFoundError, AlreadyDecidedError) as error:
        return await _say_settled(update, context, order_id, error)
    await answer(update, context, attached(translator, order))
    return await _show_evidence(update, context, order_id, bold(attached(translator, order)))


async def _ask_again(
    update: Update, context: ShopContext, order_id: OrderId, problem: str
) -> AwaitingReference | Ended:
    dialog = await _question(context)
    message_id = pressed_message_id(update) or (None if dialog is None else dialog.message_id)
    try:
        await _ask(update, context, order_id, message_id, problem)
    except (NotFoundError, AlreadyDecidedError) as error:
        return await _say_settled(update, context, order_id, error)
    return Step.REFERENCE


async def _ask(
    update: Update,
    context: ShopContext,
    order_id: OrderId,
    message_id: int | None,
    problem: str = "",
) -> None:
    translator, admin_id = context.translator, context.actor
    evidence: OrderEvidence = await context.shop.admin.ask_reference(admin_id, order_id, message_id)
    text = reference_question(translator, evidence.order, evidence.candidates, problem)
    markup = reference_keyboard(translator, evidence.order, evidence.candidates)
    await show_step(update, context, text, markup, message_id=message_id)


# --- showing the result ---


async def _say_settled(
    update: Update,
    context: ShopContext,
    order_id: OrderId,
    error: NotFoundError | AlreadyDecidedError,
) -> Ended:
    """Say that an order is settled already and show it; or that it does not exist."""
    if isinstance(error, NotFoundError):
        await alert(update, context, no_such_order(context.translator))
        return None
    text = decided_before(context.translator, order_number_of(order_id), OrderState(error.state))
    await alert(update, context, text)
    return await _show_evidence(update, context, order_id, bold(text))


async def _show_evidence(
    update: Update, context: ShopContext, order_id: OrderId, news: str = ""
) -> Ended:
    """Show an order as it is now, and end an open question for its reference."""
    dialog = await _question(context)
    message_id = None if dialog is None else dialog.message_id
    ended = await _end_question(context)
    try:
        screen = await evidence_screen(context, order_id, news)
    except NotFoundError:
        await alert(update, context, no_such_order(context.translator))
        return ended
    await show(update, context, *screen, message_id=message_id)
    return ended


async def _end_question(context: ShopContext) -> Ended:
    """End an open question for a reference; return END if there was one."""
    if await _question(context) is None:
        return None
    await context.shop.dialogs.end(context.customer_id)
    return END


async def _question(context: ShopContext) -> Dialog | None:
    """Return the admin's dialog if it waits for a reference."""
    dialog = await context.shop.dialogs.of(context.customer_id)
    return dialog if dialog is not None and dialog.step == Step.REFERENCE else None
