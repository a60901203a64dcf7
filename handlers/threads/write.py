"""Staff write to customers: a message is typed, shown, and sent by one button."""

from __future__ import annotations

from typing import Literal

from telegram import InlineKeyboardMarkup, Update

from bot.domain.dialog import Step
from bot.domain.errors import MessageError, NotFoundError, TokenError, TokenFault
from bot.domain.order import CustomerId
from bot.domain.thread import About, Thread, ThreadId, Topic
from bot.services.threads import ProposedMessage, ThreadView
from handlers.threads.asking import ask, ask_again
from handlers.threads.buttons import SendMessage
from handlers.threads.texts import (
    ask_message_text,
    closed_text,
    message_fault,
    no_such_thread,
    proposed_text,
    send_again_text,
    sent_before,
    sent_text,
    thread_text,
    too_late_to_send,
    unsuitable_message,
)
from handlers.ui.attachments import draft_of
from handlers.ui.context import ShopContext, is_of_other_bot
from handlers.ui.fallbacks import say_old_button, say_unknown_message
from handlers.ui.handler_factories import END, pressed
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import back, button, cancel_button, keyboard, main_button
from handlers.ui.replies import alert, answer, remove_buttons, show, show_new
from handlers.ui.staff_buttons import CloseThread, ShowPendingDecisions, ShowThread, WriteTo
from handlers.ui.thread_titles import thread_row


async def ask_message(update: Update, context: ShopContext) -> Literal[Step.WRITE] | None:
    """Ask for a message to a customer."""
    translator, wanted = context.translator, pressed(update, WriteTo)
    if wanted.about not in set(About):
        await say_old_button(update, context)
        return None
    topic = Topic(CustomerId(wanted.customer_id), About(wanted.about), wanted.subject_id)
    try:
        about = await context.shop.threads.ask(context.actor, topic)
    except NotFoundError:
        await say_old_button(update, context)
        return None
    except MessageError as error:
        await alert(update, context, message_fault(translator, error.fault))
        return None
    await ask(update, context, ask_message_text(translator, about))
    return Step.WRITE


async def take_message(update: Update, context: ShopContext) -> Literal[-1] | None:
    """Show the message that will be sent; one that was shown before loses its buttons."""
    translator, dialog = context.translator, context.dialog_at_arrival
    draft = draft_of(update.message)
    if draft is None:
        await ask_again(update, context, unsuitable_message(translator))
        return None
    if draft.file_id and is_of_other_bot(update):
        await ask_again(update, context, send_again_text(translator))
        return None
    try:
        proposed = await context.shop.threads.propose(context.actor, draft)
    except NotFoundError:
        await say_unknown_message(update, context)
        return END
    except MessageError as error:
        await ask_again(update, context, message_fault(translator, error.fault))
        return None
    await remove_buttons(update, context, None if dialog is None else dialog.message_id)
    await show_proposed(update, context, proposed)
    return None


async def show_proposed(update: Update, context: ShopContext, proposed: ProposedMessage) -> None:
    """Show a message with the button that sends it."""
    translator = context.translator
    send = main_button(translator.gettext("📨 Send"), SendMessage(proposed.token))
    markup = keyboard([send], [cancel_button(translator)])
    shown_id = await show_new(update, context, proposed_text(translator, proposed), markup)
    await context.shop.dialogs.set_message(context.customer_id, shown_id)


async def send_message(update: Update, context: ShopContext) -> Literal[-1] | None:
    """Send the message that was shown, once."""
    translator, threads = context.translator, context.shop.threads
    try:
        view = await threads.send(context.actor, pressed(update, SendMessage).token)
    except TokenError as error:
        if error.fault is TokenFault.EXPIRED:
            await show(update, context, too_late_to_send(translator))
        elif error.fault is TokenFault.USED:
            await alert(update, context, sent_before(translator))
        else:
            await say_old_button(update, context)
        return None
    await show(update, context, sent_text(translator, view), _buttons(translator, view))
    return END


async def show_thread(update: Update, context: ShopContext) -> None:
    """Show a conversation to the staff."""
    thread_id = ThreadId(pressed(update, ShowThread).thread_id)
    try:
        view = await context.shop.threads.thread(context.actor, thread_id)
    except NotFoundError:
        await say_old_button(update, context)
        return
    await _show(update, context, view)


async def close_thread(update: Update, context: ShopContext) -> None:
    """Close a conversation; nobody waits in it any more."""
    translator, thread_id = context.translator, ThreadId(pressed(update, CloseThread).thread_id)
    try:
        view = await context.shop.threads.close(context.actor, thread_id)
    except NotFoundError:
        await alert(update, context, no_such_thread(translator))
        return
    await answer(update, context, closed_text(translator))
    await _show(update, context, view)


async def propose_answer(update: Update, context: ShopContext, thread: Thread) -> bool:
    """Show a reply to a message of a conversation with the button that sends it.

    Returns False if the message is neither a text nor a file that can be sent.
    """
    draft = draft_of(update.message)
    if draft is None or (draft.file_id and is_of_other_bot(update)):
        return False
    try:
        proposed = await context.shop.threads.propose_answer(context.actor, thread.thread_id, draft)
    except MessageError as error:
        await show_new(update, context, message_fault(context.translator, error.fault))
        return True
    await show_proposed(update, context, proposed)
    return True


async def _show(update: Update, context: ShopContext, view: ThreadView) -> None:
    text = thread_text(context.translator, view, context.shop.clock.now())
    await show(update, context, text, _buttons(context.translator, view))


def _buttons(translator: Translator, view: ThreadView) -> InlineKeyboardMarkup:
    thread = view.known.thread
    again = button(translator.gettext("🔄 Look again"), ShowThread(thread.thread_id))
    return keyboard(
        thread_row(translator, thread), [again, back(translator, ShowPendingDecisions())]
    )
