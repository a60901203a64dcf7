"""Deciding who asks to join."""

from __future__ import annotations

from telegram import Update

from bot.domain.customer import Membership
from bot.domain.errors import NotFoundError
from bot.domain.order import CustomerId
from bot.services.joining import Applicant
from handlers.joining.buttons import DecideJoin
from handlers.joining.keyboards import opened_applicant_keyboard
from handlers.joining.texts import already_decided, applicant_text, no_applicant
from handlers.ui.context import ShopContext
from handlers.ui.handler_factories import pressed
from handlers.ui.replies import alert, show, show_new
from handlers.ui.staff_buttons import ShowApplicant


async def show_applicant(update: Update, context: ShopContext) -> None:
    """Show somebody's request in a new message."""
    customer_id = CustomerId(pressed(update, ShowApplicant).customer_id)
    try:
        applicant = await context.shop.joining.applicant(context.actor, customer_id)
    except NotFoundError:
        await alert(update, context, no_applicant(context.translator))
        return
    text = applicant_text(context.translator, applicant)
    await show_new(update, context, text, opened_applicant_keyboard(context.translator, applicant))


async def decide_join(update: Update, context: ShopContext) -> None:
    """Let somebody in or refuse them; show the result, also if somebody else decided first."""
    wanted, translator = pressed(update, DecideJoin), context.translator
    customer_id = CustomerId(wanted.customer_id)
    try:
        decided = await context.shop.joining.decide(
            context.actor, customer_id, accepts=wanted.accepts
        )
    except NotFoundError:
        await alert(update, context, no_applicant(translator))
        return
    if not _is_as_wanted(decided, accepts=wanted.accepts):
        await alert(update, context, already_decided(translator))
    text = applicant_text(translator, decided)
    await show(update, context, text, opened_applicant_keyboard(translator, decided))


def _is_as_wanted(decided: Applicant, *, accepts: bool) -> bool:
    return (decided.customer.membership is Membership.MEMBER) is accepts
