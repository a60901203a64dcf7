"""The way to people: sends and edits messages, and tells the outbox what became of them."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from contextlib import suppress
from functools import partial
from typing import TypeVar

import structlog
from telegram import InlineKeyboardMarkup, Message
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.domain.errors import (
    RecipientUnreachableError,
    RetryLaterError,
    UndeliverableError,
)
from bot.domain.notice import NoticeKind
from bot.domain.shop_rules import ShopRules
from bot.ports.notifier import Delivery
from handlers.transport.bot import ShopBot
from handlers.transport.rate_limiter import NO_RETRY, seconds_of
from handlers.ui.html import parts_of, plain
from handlers.ui.i18n import Languages, Translator
from handlers.ui.rendered_message import RenderedMessage, Renderers, RenderInput

T = TypeVar("T")

log = structlog.get_logger(__name__)

NETWORK_PAUSE_SECONDS = 5.0
REFUSED_PAUSE_SECONDS = 60.0
"""After an error that is no message's fault: a wrong token."""
_GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")
_HAS_PICTURE = ("no text in the message to edit",)
_OF_A_TOPUP = (NoticeKind.TOPUP_NEWS, NoticeKind.TOPUP_SETTLED)
_UNREACHABLE = ("chat not found", "peer_id_invalid", "user not found")


class TelegramNotifier:
    """Delivers notices in Telegram; the outbox decides when, and how often."""

    def __init__(
        self,
        bot: ShopBot,
        renderers: Renderers,
        languages: Languages,
        rules: ShopRules,
        shop_contact: str = "",
    ) -> None:
        self._renderers = renderers
        self._bot = bot
        self._languages = languages
        self._rules = rules
        self._shop_contact = shop_contact

    async def deliver(self, delivery: Delivery) -> int | None:
        """Send or edit, and return the id of the message that now shows it.

        Raises `RecipientUnreachableError` when the reader blocked the bot, `RetryLaterError`
        when Telegram asks for patience or did not answer (then it may have been sent all the
        same), `UndeliverableError` when it refuses the text as plain and in parts too.
        """
        words = self._words(delivery)
        given = RenderInput(words, delivery, self._rules.profile, self._shop_contact)
        message = self._renderers[delivery.notice.kind](given)
        if message is None:
            raise UndeliverableError(f"{delivery.notice.kind} of something that is gone")
        chat_id = delivery.notice.chat_id
        if delivery.notice.kind is NoticeKind.PARKED_NEWS:
            return await self._edit_each(chat_id, delivery.message_ids, message)
        if delivery.notice.kind in _OF_A_TOPUP:
            for one in delivery.message_ids:
                await self._edit(chat_id, one, message)
            return None
        if delivery.notice.kind is not NoticeKind.ORDER:
            return await self._send(chat_id, message)
        message_id = None if delivery.order is None else delivery.order.message_id
        if message_id is not None and await self._edit(chat_id, message_id, message):
            return message_id
        # The outcome will make a sound; this one need not.
        return await self._send(chat_id, message, is_silent=True)

    def _words(self, delivery: Delivery) -> Translator:
        reader = delivery.reader
        if reader is None:
            return self._languages.words_for()
        return self._languages.words_for(reader.chosen_language, reader.telegram_language)

    async def _edit_each(
        self, chat_id: int, message_ids: Sequence[int], message: RenderedMessage
    ) -> int | None:
        """Bring messages up to date; one that Telegram does not edit is left as it is."""
        for message_id in message_ids:
            try:
                await self._edit(chat_id, message_id, message)
            except RetryLaterError:
                if message_id == message_ids[0]:
                    raise
                # The older ones are not worth asking for the first again.
                log.info("older announcements not edited", chat_id=chat_id)
                break
        return message_ids[0] if message_ids else None

    async def _edit(self, chat_id: int, message_id: int, message: RenderedMessage) -> bool:
        """Bring a message up to date; False when it has to be sent anew."""
        try:
            await _asked(
                self._bot.edit_message_text(
                    message.text,
                    chat_id=chat_id,
                    message_id=message_id,
                    reply_markup=message.keyboard,
                    rate_limit_args=NO_RETRY,
                )
            )
        except BadRequest as error:
            if "message is not modified" in error.message.lower():
                return True
            if _says(error, _HAS_PICTURE):
                return await self._edit_below_picture(chat_id, message_id, message)
            if not _says(error, _GONE):
                log.warning("message not edited", cause=error.message)
            return False
        return True

    async def _edit_below_picture(
        self, chat_id: int, message_id: int, message: RenderedMessage
    ) -> bool:
        """Bring what stands below a picture up to date; where it does not fit, take its buttons.

        Ways on are for a message of its own: below a picture only what decides is kept.
        """
        markup = message.keyboard if message.is_decision else None
        try:
            await _asked(
                self._bot.edit_message_caption(
                    chat_id,
                    message_id,
                    caption=message.text,
                    reply_markup=markup,
                    rate_limit_args=NO_RETRY,
                )
            )
        except BadRequest as error:
            if _says(error, (*_GONE, "message is not modified")):
                return True
            log.warning("caption not edited", cause=error.message)
            with suppress(BadRequest):
                await _asked(
                    self._bot.edit_message_reply_markup(
                        chat_id, message_id, reply_markup=markup, rate_limit_args=NO_RETRY
                    )
                )
        return True

    async def _send(
        self, chat_id: int, message: RenderedMessage, *, is_silent: bool = False
    ) -> int:
        """Send as HTML, else as plain text, else in parts, else without buttons."""
        if message.photo or message.document:
            sent_id = await self._send_picture(chat_id, message)
            if sent_id is not None:
                return sent_id
        try:
            sent = await _asked(
                self._bot.send_message(
                    chat_id,
                    message.text,
                    reply_markup=message.keyboard,
                    disable_notification=is_silent,
                    rate_limit_args=NO_RETRY,
                )
            )
        except BadRequest as error:
            log.warning("message refused, sent as plain text", cause=error.message)
        else:
            return sent.message_id
        text = plain(message.text)
        for parts in ([text], parts_of(text)):
            for keyboard in (message.keyboard, None):
                try:
                    return await self._send_plain(chat_id, parts, keyboard)
                except BadRequest as error:
                    log.warning("message refused", cause=error.message, parts=len(parts))
        raise UndeliverableError(f"refused as plain text too, {len(text)} characters")

    async def _send_picture(self, chat_id: int, message: RenderedMessage) -> int | None:
        """Send what Telegram has already, with its text; None where it refuses."""
        send = partial(self._bot.send_photo, photo=message.photo)
        if message.document:
            send = partial(self._bot.send_document, document=message.document)
        try:
            sent = await _asked(
                send(
                    chat_id=chat_id,
                    caption=message.text,
                    reply_markup=message.keyboard,
                    rate_limit_args=NO_RETRY,
                )
            )
        except BadRequest as error:
            log.warning("picture refused, sent as text", cause=error.message)
            return None
        return sent.message_id

    async def _send_plain(
        self, chat_id: int, parts: list[str], keyboard: InlineKeyboardMarkup | None
    ) -> int:
        """Send the parts of a text without markup, the buttons below the last."""
        sent: Message | None = None
        for number, part in enumerate(parts, start=1):
            markup = keyboard if number == len(parts) else None
            sent = await _asked(
                self._bot.send_message(
                    chat_id, part, parse_mode=None, reply_markup=markup, rate_limit_args=NO_RETRY
                )
            )
        if sent is None:
            raise UndeliverableError("an empty text")
        return sent.message_id


async def _asked(call: Awaitable[T]) -> T:
    """Ask Telegram, and raise what the outbox understands; `BadRequest` is left to the caller."""
    try:
        return await call
    except RetryAfter as error:
        raise RetryLaterError(seconds_of(error)) from error
    except Forbidden as error:
        raise RecipientUnreachableError(error.message) from error
    except BadRequest as error:
        if _says(error, _UNREACHABLE):
            raise RecipientUnreachableError(error.message) from error
        raise
    except NetworkError as error:
        raise RetryLaterError(NETWORK_PAUSE_SECONDS) from error
    except TelegramError as error:
        log.exception("telegram refuses every call")
        raise RetryLaterError(REFUSED_PAUSE_SECONDS) from error


def _says(error: BadRequest, phrases: tuple[str, ...]) -> bool:
    return any(phrase in error.message.lower() for phrase in phrases)
