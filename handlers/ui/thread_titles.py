"""What a conversation between the shop and a customer is about, and the staff's buttons for it."""

from __future__ import annotations

from bot.domain.order import CustomerId, Order
from bot.domain.thread import About, FileKind, Thread
from bot.domain.topup import TopUp
from handlers.ui.html import dotted
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import InlineButton, Row, button
from handlers.ui.staff_buttons import CloseThread, WriteTo


def thread_title(
    translator: Translator, thread: Thread, order: Order | None, topup: TopUp | None
) -> str:
    """Return what a conversation is about, as plain text."""
    _ = translator.gettext
    if order is not None:
        form = _("Complaint about {number}") if thread.asked_at else _("About {number}")
        return form.format(number=order.number)
    if topup is not None:
        return _("About the top-up of {amount}").format(amount=translator.money(topup.total))
    if thread.about is About.TOPUP:
        return _("About a payment")
    return _("Question to the shop") if thread.asked_at else _("Conversation")


def file_sign(translator: Translator, kind: FileKind) -> str:
    """Return what kind of file a message has; empty for none."""
    _ = translator.gettext
    names = {
        FileKind.NONE: "",
        FileKind.PHOTO: _("🖼 a photo"),
        FileKind.DOCUMENT: _("📄 a file"),
        FileKind.VOICE: _("🎤 a voice message"),
    }
    return names[kind]


def write_button(
    translator: Translator, customer_id: CustomerId, about: About = About.SHOP, subject_id: int = 0
) -> InlineButton:
    """Return the button that asks for a message to a customer."""
    meaning = WriteTo(customer_id, subject_id, about.value)
    return button(translator.gettext("✍️ Write"), meaning)


def thread_row(translator: Translator, thread: Thread, *, is_answer: bool = False) -> Row:
    """Return the buttons to write in a conversation, and to close it while it is open.

    `is_answer`: the message above is the customer's.
    """
    label = translator.gettext("↩️ Answer") if is_answer else translator.gettext("✍️ Write")
    write = button(label, WriteTo(thread.customer_id, thread.subject_id, thread.about.value))
    if not thread.is_open:
        return [write]
    return [write, button(translator.gettext("✅ Done"), CloseThread(thread.thread_id))]


def thread_state(translator: Translator, thread: Thread, waits: str, closed_by: str = "") -> str:
    """Return the state of a conversation; `waits` is the age of what waits in it, or empty."""
    _ = translator.gettext
    if not thread.is_open:
        at = "" if thread.closed_at is None else translator.datetime(thread.closed_at)
        return dotted(_("Closed"), closed_by, at)
    if thread.waits_since is None:
        return _("Open, nobody waits for an answer.")
    return _("Open, waits for {age}.").format(age=waits)
