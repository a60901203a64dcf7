"""Renderers of the messages between the shop and its customers."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.notice import NoticeKind
from bot.domain.thread import About, FileKind, ThreadMessage
from handlers.threads.buttons import AnswerShop
from handlers.threads.texts import customer_message_text, message_lost_text, shop_message_text
from handlers.ui.html import paragraphs
from handlers.ui.keyboards import button, keyboard
from handlers.ui.people import who
from handlers.ui.rendered_message import RenderedMessage, Renderers, RenderInput
from handlers.ui.thread_titles import thread_row, thread_title


def _shop_message(given: RenderInput) -> RenderedMessage:
    translator, delivery = given.translator, given.delivery
    message, thread = given.subject(delivery.message), given.subject(delivery.thread)
    about = ""
    if thread.about is not About.SHOP:
        about = thread_title(translator, thread, delivery.order, delivery.topup)
    text = shop_message_text(translator, delivery.settings.shop_name, about, message)
    answer = button(translator.gettext("↩️ Answer"), AnswerShop(thread.thread_id))
    return _with_file(given, message, RenderedMessage(text, keyboard([answer])))


def _customer_message(given: RenderInput) -> RenderedMessage:
    translator, delivery = given.translator, given.delivery
    message, thread = given.subject(delivery.message), given.subject(delivery.thread)
    title = thread_title(translator, thread, delivery.order, delivery.topup)
    person = who(translator, thread.customer_id, delivery.customer)
    text = customer_message_text(title, person, message)
    markup = keyboard(thread_row(translator, thread, is_answer=True))
    return _with_file(given, message, RenderedMessage(text, markup))


def _message_lost(given: RenderInput) -> RenderedMessage:
    translator, delivery = given.translator, given.delivery
    message, thread = given.subject(delivery.message), given.subject(delivery.thread)
    person = who(translator, thread.customer_id, delivery.customer)
    is_blocked = "is_blocked" in delivery.notice.data
    text = message_lost_text(translator, person, message, is_blocked=is_blocked)
    return RenderedMessage(text)


def _with_file(
    given: RenderInput, message: ThreadMessage, rendered: RenderedMessage
) -> RenderedMessage:
    """Return a message with its file, which is sent on by its id."""
    if message.file_kind is FileKind.NONE:
        return rendered
    refused = given.translator.gettext("⚠️ Telegram does not show the picture or file here.")
    kind, file_id = message.file_kind, message.file_id
    return replace(
        rendered,
        photo=file_id if kind is FileKind.PHOTO else "",
        document=file_id if kind is FileKind.DOCUMENT else "",
        voice=file_id if kind is FileKind.VOICE else "",
        without_picture=paragraphs(rendered.text, refused),
    )


RENDERERS: Renderers = {
    NoticeKind.SHOP_MESSAGE: _shop_message,
    NoticeKind.CUSTOMER_MESSAGE: _customer_message,
    NoticeKind.MESSAGE_LOST: _message_lost,
}
