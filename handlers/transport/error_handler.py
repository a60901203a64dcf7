"""The error handler: logs an error of a handler, and tells the sender with an incident number."""

from __future__ import annotations

import structlog
from telegram import Update
from telegram.error import TelegramError
from telegram.ext import ApplicationHandlerStop

from bot.domain.errors import StoreUnavailableError
from handlers.ui.buttons import ButtonError
from handlers.ui.context import ShopContext
from handlers.ui.fallbacks import old_button
from handlers.ui.i18n import Translator
from handlers.ui.telegram_errors import incident_number, is_network, is_normal

log = structlog.get_logger(__name__)


async def on_error(update: object, context: ShopContext) -> None:
    """Log the error and tell the sender; the library calls this for every failed handler."""
    error = context.error
    if error is None:
        return
    if not isinstance(update, Update):
        log.error("handler_failed", exc_info=error)
        return
    await _handle(update, context, error)
    # The handlers of later groups must not act on an update that failed.
    raise ApplicationHandlerStop


async def _handle(update: Update, context: ShopContext, error: Exception) -> None:
    number = incident_number(update)
    if isinstance(error, ButtonError):
        await _load_language(update, context)
        await _answer(update, old_button(context.words))
    elif is_normal(error):
        log.debug("telegram_refusal_ignored", cause=str(error))
        await _answer(update)
    elif is_network(error):
        log.warning("reply_failed", incident=number, cause=str(error))
        await _answer(update)
    else:
        _log_error(error, number)
        await _answer(update)
        await _apologise(update, context, error, number)


def _log_error(error: Exception, number: str) -> None:
    if isinstance(error, StoreUnavailableError):
        log.error("database_unavailable", incident=number, cause=str(error))
    else:
        log.error("handler_failed", incident=number, exc_info=error)


def apology(words: Translator, error: Exception, number: str) -> str:
    """Return the message to the sender about an error."""
    if isinstance(error, StoreUnavailableError):
        return words.gettext(
            "That did not work, and nothing was ordered. Please try again in a moment."
        )
    return words.gettext(
        "Something went wrong on our side ({number}). Your money is safe. "
        "Please try again, or tell us this number."
    ).format(number=number)


async def _answer(update: Update, text: str = "") -> None:
    """Answer the callback query, which ends the progress sign on a pressed button."""
    if update.callback_query is None:
        return
    try:
        await update.callback_query.answer(text or None, show_alert=bool(text))
    except TelegramError as error:
        log.debug("callback_query_not_answered", cause=str(error))


async def _load_language(update: Update, context: ShopContext) -> None:
    try:
        await context.customer(update)
    except Exception as error:  # noqa: BLE001 - this call may be the one that failed before
        log.debug("chosen_language_not_loaded", cause=str(error))


async def _apologise(update: Update, context: ShopContext, error: Exception, number: str) -> None:
    if update.effective_chat is None:
        return
    await _load_language(update, context)
    try:
        await update.effective_chat.send_message(apology(context.words, error, number))
    except TelegramError as failure:
        log.warning("apology_not_sent", incident=number, cause=str(failure))
