"""Texts of conversations between the shop and a customer."""

from __future__ import annotations

from datetime import datetime

from bot.domain.errors import MessageFault
from bot.domain.thread import Draft, FileKind, ThreadMessage
from bot.services.thread_messages import KnownThread
from bot.services.threads import ProposedMessage, ThreadView
from handlers.ui.durations import age
from handlers.ui.html import bold, cut, escaped, lines, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.order_card import state_name
from handlers.ui.people import who, who_with_id
from handlers.ui.product_names import order_name
from handlers.ui.thread_titles import file_sign, thread_state, thread_title

LONGEST_SHOWN = 350
"""In characters: of each message in the list of a conversation."""


def ask_message_text(translator: Translator, about: KnownThread) -> str:
    """Return the question for a message to a customer."""
    return paragraphs(
        _to(translator, about),
        translator.gettext(
            "Type your message, or send a photo, a file or a voice message. You see it before it "
            "is sent."
        ),
    )


def proposed_text(translator: Translator, proposed: ProposedMessage) -> str:
    """Return a message as it will be sent, and the question whether to send it."""
    return paragraphs(
        _to(translator, proposed.about),
        _shown(translator, proposed.draft),
        translator.gettext("Send this? To change it, write it again."),
    )


def sent_text(translator: Translator, view: ThreadView) -> str:
    """Return that a message was sent, with its conversation."""
    return paragraphs(
        bold(translator.gettext("📨 Sent. You are told if it does not arrive.")),
        thread_text(translator, view, None),
    )


def thread_text(translator: Translator, view: ThreadView, now: datetime | None) -> str:
    """Return a conversation: what it is about, with whom, its state and its newest messages.

    The state is left out without `now`.
    """
    known = view.known
    thread, order = known.thread, known.order
    about = ""
    if order is not None:
        name, state = order_name(translator, order), state_name(translator, order.state)
        about = f"{escaped(name)} · {translator.money(order.price)} · {state}"
    state = ""
    if now is not None:
        waits = "" if thread.waits_since is None else age(translator, now - thread.waits_since)
        closer = view.closed_by
        by = "" if closer is None else who(translator, closer.customer_id, closer)
        state = thread_state(translator, thread, waits, by)
    return paragraphs(
        lines(
            f"💬 {bold(thread_title(translator, thread, order, known.topup))}",
            who_with_id(translator, thread.customer_id, known.customer),
            about,
            state,
        ),
        *(_message(translator, view, one) for one in view.messages),
        "" if view.messages else translator.gettext("No message yet."),
    )


def shop_message_text(
    translator: Translator, shop_name: str, about: str, message: ThreadMessage
) -> str:
    """Return a message of the shop, as its customer reads it; `about` may be empty."""
    head = translator.gettext("Message from {shop}").format(shop=shop_name)
    return paragraphs(lines(f"💬 {bold(head)}", escaped(about)), escaped(message.body))


def customer_message_text(title: str, person: str, message: ThreadMessage) -> str:
    """Return a customer's message, as the staff read it."""
    return paragraphs(lines(f"💬 {bold(title)}", person), escaped(message.body))


def message_lost_text(
    translator: Translator, person: str, message: ThreadMessage, *, is_blocked: bool
) -> str:
    """Return that a message did not reach its customer."""
    _ = translator.gettext
    reason = _("⚠️ Your message was not delivered: Telegram refused it.")
    if is_blocked:
        reason = _(
            "⚠️ Your message was not delivered: the customer has blocked the bot, or has deleted "
            "their account. It is delivered when they come back."
        )
    shown = Draft(cut(message.body), message.file_kind)
    return paragraphs(reason, person, _shown(translator, shown))


def ask_answer_text(translator: Translator, title: str) -> str:
    """Return the question for an answer to the shop."""
    return paragraphs(
        bold(title),
        translator.gettext(
            "Type your message to the shop, or send a photo, a file or a voice message."
        ),
    )


def answered_text(translator: Translator) -> str:
    """Return that a message was passed on to the shop."""
    return translator.gettext("✅ Passed on to the shop. The answer comes here.")


def message_fault(translator: Translator, fault: MessageFault) -> str:
    """Return why a message cannot be sent, as plain text."""
    _ = translator.gettext
    texts = {
        MessageFault.EMPTY: _("The message is empty."),
        MessageFault.TOO_LONG: _(
            "The message is too long: at most 1,000 characters, or 800 beside a photo or a file. "
            "Nothing was sent."
        ),
        MessageFault.TOO_MANY: _(
            "You have sent many messages within an hour; the shop has them all. Please wait for "
            "an answer, or try again later."
        ),
        MessageFault.NO_ACCOUNT: _("This customer has no Telegram account to write to."),
    }
    return texts[fault]


def unsuitable_message(translator: Translator) -> str:
    """Return what can be sent: for a sticker, a video or the like."""
    return translator.gettext(
        "Only a text, a photo, a PDF or a voice message can be sent on. Please send one of these."
    )


def send_again_text(translator: Translator) -> str:
    """Return that the file of a message has to be sent again, because another bot received it."""
    return translator.gettext("This file has been lost. Please send it again.")


def too_late_to_send(translator: Translator) -> str:
    """Return that a message was confirmed too late."""
    return translator.gettext("This is more than half an hour old. Nothing was sent; write again.")


def sent_before(translator: Translator) -> str:
    """Return the pop-up for a message that was sent before."""
    return translator.gettext("This message is sent already.")


def closed_text(translator: Translator) -> str:
    """Return the pop-up after a conversation was closed."""
    return translator.gettext("Done: nobody waits here any more.")


def no_such_thread(translator: Translator) -> str:
    """Return the pop-up for a conversation that the presser has no part in."""
    return translator.gettext("This conversation does not exist any more.")


def what_is_it_text(translator: Translator) -> str:
    """Return the question what a picture shows."""
    return translator.gettext("What does this picture show?")


def _to(translator: Translator, about: KnownThread) -> str:
    person = who(translator, about.thread.customer_id, about.customer)
    title = thread_title(translator, about.thread, about.order, about.topup)
    return lines(translator.gettext("✍️ To {person}").format(person=person), bold(title))


def _shown(translator: Translator, draft: Draft) -> str:
    sign = file_sign(translator, draft.file_kind)
    body = f"<blockquote>{escaped(draft.text)}</blockquote>" if draft.text else ""
    return lines(sign, body)


def _message(translator: Translator, view: ThreadView, message: ThreadMessage) -> str:
    author = view.known.customer
    if message.is_from_shop:
        author = view.authors[message.author_id]
    name = who(translator, message.author_id, author)
    side = "🏪" if message.is_from_shop else "👤"
    sign = "" if message.file_kind is FileKind.NONE else file_sign(translator, message.file_kind)
    head = f"{side} {name} · {translator.datetime(message.sent_at)}"
    return lines(head, sign, escaped(cut(message.body, LONGEST_SHOWN)))
