"""Delivers notices by sending and editing messages; failures become the errors of the port."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TypeVar

import structlog
from telegram import InlineKeyboardMarkup, Message
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.domain.errors import RecipientUnreachableError, RetryLaterError, UndeliverableError
from bot.domain.notice import NoticeKind, Urgency
from bot.domain.shop_rules import ShopRules
from bot.domain.staff import StaffEvent
from bot.ports.notifier import Delivery
from handlers.transport.bot import ShopBot
from handlers.transport.command_menu import set_command_menu_of
from handlers.transport.pace import Precedence
from handlers.transport.rate_limiter import delivering, seconds_of
from handlers.ui.html import parts_of, plain
from handlers.ui.i18n import Languages, Translator
from handlers.ui.rendered_message import COMMAND_LINE, RenderedMessage, Renderers, RenderInput

T = TypeVar("T")

log = structlog.get_logger(__name__)

NETWORK_PAUSE_SECONDS = 5.0
"""The pause after a network failure."""
REFUSED_PAUSE_SECONDS = 60.0
"""The pause after an error that no message causes, such as a wrong token."""
_CANNOT_EDIT = ("message to edit not found", "message can't be edited", "message_id_invalid")
_HAS_NO_TEXT = ("no text in the message to edit",)
_EDITS_OF_A_TOPUP = (NoticeKind.TOPUP_NEWS, NoticeKind.TOPUP_SETTLED)
_PRECEDENCE = {
    Urgency.BULK: Precedence.BULK,
    Urgency.ORDINARY: Precedence.NOTICE,
    Urgency.ORDER: Precedence.ORDER,
    Urgency.OUTCOME: Precedence.OUTCOME,
    # Hundreds of parked orders may be announced: they must not delay vouchers.
    Urgency.ADMIN: Precedence.ORDER,
}
_UNREACHABLE = ("chat not found", "peer_id_invalid", "user not found")


class TelegramNotifier:
    """Implements the port `Notifier` with Telegram; the caller schedules and repeats deliveries."""

    def __init__(
        self,
        bot: ShopBot,
        renderers: Renderers,
        languages: Languages,
        rules: ShopRules,
        command_line: str = COMMAND_LINE,
    ) -> None:
        """Take what is typed on the server before the name of a command."""
        self._renderers = renderers
        self._bot = bot
        self._languages = languages
        self._rules = rules
        self._command_line = command_line

    async def deliver(self, delivery: Delivery) -> int | None:
        """Send or edit a message, and return the id of the message that now shows the notice.

        Raises `RecipientUnreachableError` if the reader blocked the bot; `RetryLaterError` if
        Telegram asks to wait or did not answer (the message may have been sent nevertheless);
        `UndeliverableError` if the notice has no subject, or Telegram refuses even plain text in
        parts.
        """
        with delivering(_PRECEDENCE[delivery.notice.urgency]):
            return await self._deliver(delivery)

    async def _deliver(self, delivery: Delivery) -> int | None:
        self._languages.follow(delivery.settings)
        translator = self._translator(delivery)
        given = RenderInput(
            translator,
            delivery,
            self._rules.profile,
            delivery.settings.shop_contact,
            self._command_line,
        )
        chat_id = delivery.notice.chat_id
        if delivery.notice.kind is NoticeKind.STAFF_NEWS and delivery.reader is not None:
            is_staff = bool(delivery.reader.rights) or self._rules.is_owner(chat_id)
            await set_command_menu_of(
                self._bot, self._languages, translator, chat_id, is_admin=is_staff
            )
            if delivery.notice.data["event"] == StaffEvent.CHANGED:
                return None
        message = self._renderers[delivery.notice.kind](given)
        if delivery.notice.kind is NoticeKind.PARKED_NEWS:
            return await self._edit_each(chat_id, delivery.message_ids, message)
        if delivery.notice.kind in _EDITS_OF_A_TOPUP:
            for one in delivery.message_ids:
                await self._edit(chat_id, one, message)
            return None
        if delivery.notice.kind is not NoticeKind.ORDER:
            return await self._send(chat_id, message)
        message_id = None if delivery.order is None else delivery.order.message_id
        if message_id is not None and await self._edit(chat_id, message_id, message):
            return message_id
        # Silent, since the notice of the outcome makes a sound.
        return await self._send(chat_id, message, is_silent=True)

    def _translator(self, delivery: Delivery) -> Translator:
        reader = delivery.reader
        if reader is None:
            return self._languages.words_for()
        return self._languages.words_for(reader.chosen_language, reader.telegram_language)

    async def _edit_each(
        self, chat_id: int, message_ids: Sequence[int], message: RenderedMessage
    ) -> int | None:
        """Edit several messages, newest first, and return the id of the newest.

        Messages that Telegram does not edit stay as they are. If an older one has to be retried
        later, it and those after it are skipped.
        """
        for message_id in message_ids:
            try:
                await self._edit(chat_id, message_id, message)
            except RetryLaterError:
                if message_id == message_ids[0]:
                    raise
                # A retry would edit the newest message again; the older ones do not justify that.
                log.info("older_messages_not_edited", chat_id=chat_id)
                break
        return message_ids[0] if message_ids else None

    async def _edit(self, chat_id: int, message_id: int, message: RenderedMessage) -> bool:
        """Edit a message; return False if it must be sent instead."""
        try:
            await _call(
                self._bot.edit_message_text(
                    message.text,
                    chat_id=chat_id,
                    message_id=message_id,
                    reply_markup=message.keyboard,
                )
            )
        except BadRequest as error:
            if "message is not modified" in error.message.lower():
                return True
            if _mentions(error, _HAS_NO_TEXT):
                return await self._edit_below_picture(chat_id, message_id, message)
            if not _mentions(error, _CANNOT_EDIT):
                log.warning("message_not_edited", cause=error.message)
            return False
        return True

    async def _edit_below_picture(
        self, chat_id: int, message_id: int, message: RenderedMessage
    ) -> bool:
        """Edit a caption; if Telegram refuses it, edit only the buttons.

        A picture keeps only buttons that decide about it; buttons that lead elsewhere belong to
        messages of their own. Returns True: the message is never sent instead.
        """
        markup = message.keyboard if message.is_decision else None
        try:
            await _call(
                self._bot.edit_message_caption(
                    chat_id,
                    message_id,
                    caption=message.text,
                    reply_markup=markup,
                )
            )
        except BadRequest as error:
            if _mentions(error, (*_CANNOT_EDIT, "message is not modified")):
                return True
            log.warning("caption_not_edited", cause=error.message)
            with suppress(BadRequest):
                await _call(
                    self._bot.edit_message_reply_markup(chat_id, message_id, reply_markup=markup)
                )
        return True

    async def _send(
        self, chat_id: int, message: RenderedMessage, *, is_silent: bool = False
    ) -> int:
        """Send a message as HTML; if Telegram refuses, as plain text, then in parts.

        Each plain form is tried with the buttons, then without.
        """
        if message.photo or message.document or message.voice:
            sent_id = await self._send_picture(chat_id, message)
            if sent_id is not None:
                return sent_id
            message = replace(message, text=message.without_picture or message.text)
        try:
            return await _call(
                self._bot.send_text(chat_id, message.text, message.keyboard, is_silent=is_silent)
            )
        except BadRequest as error:
            log.warning("html_message_refused", cause=error.message)
        text = plain(message.text)
        for parts in ([text], parts_of(text)):
            for keyboard in (message.keyboard, None):
                try:
                    return await self._send_plain(chat_id, parts, keyboard)
                except BadRequest as error:
                    log.warning("plain_message_refused", cause=error.message, parts=len(parts))
        raise UndeliverableError(f"plain text of {len(text)} characters refused")

    async def _send_picture(self, chat_id: int, message: RenderedMessage) -> int | None:
        """Send a photo, file or voice by its id, with its caption; None if Telegram refuses it."""
        send = partial(self._bot.send_photo, photo=message.photo)
        if message.document:
            send = partial(self._bot.send_document, document=message.document)
        elif message.voice:
            send = partial(self._bot.send_voice, voice=message.voice)
        try:
            sent = await _call(
                send(
                    chat_id=chat_id,
                    caption=message.text,
                    reply_markup=message.keyboard,
                )
            )
        except BadRequest as error:
            log.warning("picture_refused", cause=error.message)
            return None
        return sent.message_id

    async def _send_plain(
        self, chat_id: int, parts: list[str], keyboard: InlineKeyboardMarkup | None
    ) -> int:
        """Send the parts of a text as plain text, with the buttons below the last."""
        sent: Message | None = None
        for number, part in enumerate(parts, start=1):
            markup = keyboard if number == len(parts) else None
            sent = await _call(
                self._bot.send_message(chat_id, part, parse_mode=None, reply_markup=markup)
            )
        if sent is None:
            raise UndeliverableError("the text is empty")
        return sent.message_id


async def _call(call: Awaitable[T]) -> T:
    """Await a Bot API call and raise its failures as errors of the port, except `BadRequest`."""
    try:
        return await call
    except RetryAfter as error:
        raise RetryLaterError(seconds_of(error)) from error
    except Forbidden as error:
        raise RecipientUnreachableError(error.message) from error
    except BadRequest as error:
        if _mentions(error, _UNREACHABLE):
            raise RecipientUnreachableError(error.message) from error
        raise
    except NetworkError as error:
        raise RetryLaterError(NETWORK_PAUSE_SECONDS) from error
    except TelegramError as error:
        log.exception("telegram_call_failed")
        raise RetryLaterError(REFUSED_PAUSE_SECONDS) from error


def _mentions(error: BadRequest, phrases: tuple[str, ...]) -> bool:
    return any(phrase in error.message.lower() for phrase in phrases)
