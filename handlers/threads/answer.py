"""Customers answer the shop: after a press on Answer, or by a reply to its message."""

from __future__ import annotations

from typing import Literal

from telegram import Update

from bot.domain.dialog import Step
from bot.domain.errors import MessageError, NotFoundError, NotPermittedError
from bot.domain.thread import Thread, ThreadId
from handlers.threads.asking import ask, ask_again
from handlers.threads.buttons import AnswerShop
from handlers.threads.texts import (
    answered_text,
    ask_answer_text,
    message_fault,
    no_such_thread,
    send_again_text,
    unsuitable_message,
)
from handlers.threads.write import propose_answer
from handlers.ui.attachments import draft_of
from handlers.ui.context import ShopContext, act_key, is_of_other_bot
from handlers.ui.fallbacks import say_unknown_message
from handlers.ui.handler_factories import END, pressed
from handlers.ui.keyboards import shop_or_home
from handlers.ui.replies import alert, remove_buttons, show_new
from handlers.ui.thread_titles import thread_title


async def ask_answer(update: Update, context: ShopContext) -> Literal[Step.REPLY] | None:
    """Ask for an answer to the shop."""
    translator, thread_id = context.translator, ThreadId(pressed(update, AnswerShop).thread_id)
    try:
        known = await context.shop.threads.ask_answer(context.customer_id, thread_id)
    except NotFoundError:
        await alert(update, context, no_such_thread(translator))
        return None
    title = thread_title(translator, known.thread, known.order, known.topup)
    await ask(update, context, ask_answer_text(translator, title))
    return Step.REPLY


async def take_answer(update: Update, context: ShopContext) -> Literal[-1] | None:
    """Pass a message on to the staff."""
    translator, dialog = context.translator, context.dialog_at_arrival
    draft = draft_of(update.message)
    if draft is None or (draft.file_id and is_of_other_bot(update)):
        text = unsuitable_message(translator) if draft is None else send_again_text(translator)
        await ask_again(update, context, text)
        return None
    threads, key = context.shop.threads, act_key(update, context)
    try:
        await threads.answer(context.customer_id, draft, key)
    except NotFoundError:
        await say_unknown_message(update, context)
        return END
    except MessageError as error:
        await ask_again(update, context, message_fault(translator, error.fault))
        return None
    await remove_buttons(update, context, None if dialog is None else dialog.message_id)
    await show_new(update, context, answered_text(translator), shop_or_home(translator))
    return END


async def take_reply(update: Update, context: ShopContext) -> bool:
    """Take a reply to a message of a conversation as part of it; return whether it was one.

    Commands, and replies to any other message, are for the other handlers.
    """
    message = update.message
    replied = None if message is None else message.reply_to_message
    if message is None or replied is None or (message.text or "").startswith("/"):
        return False
    thread = await context.shop.threads.shown_in(context.actor, replied.message_id)
    if thread is None:
        return False
    if thread.customer_id == context.customer_id:
        return await _answer(update, context, thread)
    try:
        return await propose_answer(update, context, thread)
    except NotPermittedError:
        return False


async def _answer(update: Update, context: ShopContext, thread: Thread) -> bool:
    translator, draft = context.translator, draft_of(update.message)
    if draft is None or (draft.file_id and is_of_other_bot(update)):
        return False
    threads, key = context.shop.threads, act_key(update, context)
    text = answered_text(translator)
    try:
        await threads.answer_in(context.customer_id, thread.thread_id, draft, key)
    except MessageError as error:
        text = message_fault(translator, error.fault)
    await show_new(update, context, text, shop_or_home(translator))
    return True
