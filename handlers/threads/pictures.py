"""While a customer's case is open, an unasked picture may be a payment proof or about the case."""

from __future__ import annotations

from functools import wraps
from typing import TypeVar

from telegram import Update

from bot.domain.errors import MessageError, NotFoundError, TokenError, TokenFault
from bot.domain.thread import ThreadId
from handlers.threads.buttons import IsOfCase
from handlers.threads.texts import (
    answered_text,
    message_fault,
    no_such_thread,
    what_is_it_text,
)
from handlers.ui.attachments import picture_of
from handlers.ui.buttons import IsPaymentProof
from handlers.ui.context import ShopContext, is_of_other_bot
from handlers.ui.handler_factories import Callback, pressed
from handlers.ui.keyboards import button, keyboard, shop_or_home
from handlers.ui.picture_question import picture_question_answered
from handlers.ui.replies import alert, show, show_new
from handlers.ui.thread_titles import thread_title

R = TypeVar("R")


def ask_or(callback: Callback[R]) -> Callback[R | None]:
    """Return a handler of pictures that asks what one shows if the sender has an open case."""

    @wraps(callback)
    async def take(update: Update, context: ShopContext) -> R | None:
        if await _ask(update, context):
            return None
        return await callback(update, context)

    return take


async def _ask(update: Update, context: ShopContext) -> bool:
    translator, message = context.translator, update.message
    picture = picture_of(message)
    if message is None or picture is None or is_of_other_bot(update):
        return False
    caption = message.caption or ""
    question = await context.shop.case_pictures.ask(context.customer_id, picture, caption)
    if question is None:
        return False
    proof = button(translator.gettext("💰 Payment proof"), IsPaymentProof(question.token))
    cases = [
        button(
            thread_title(translator, one.thread, one.order, one.topup),
            IsOfCase(one.thread.thread_id, question.token),
        )
        for one in question.cases
    ]
    markup = keyboard([proof], *([one] for one in cases))
    await show_new(update, context, what_is_it_text(translator), markup)
    return True


async def take_picture_of_case(update: Update, context: ShopContext) -> None:
    """Send the picture of a question to the staff, as a message of a case."""
    translator, wanted = context.translator, pressed(update, IsOfCase)
    pictures, thread_id = context.shop.case_pictures, ThreadId(wanted.thread_id)
    try:
        await pictures.is_of_case(context.customer_id, wanted.token, thread_id)
    except TokenError as error:
        is_used = error.fault is TokenFault.USED
        await alert(update, context, picture_question_answered(translator, is_used=is_used))
        return
    except NotFoundError:
        await alert(update, context, no_such_thread(translator))
        return
    except MessageError as error:
        await alert(update, context, message_fault(translator, error.fault))
        return
    await show(update, context, answered_text(translator), shop_or_home(translator))
