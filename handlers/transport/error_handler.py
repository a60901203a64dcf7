"""The error handler: logs an error of a handler, and tells the sender with an incident number."""

from __future__ import annotations

import structlog
from telegram import Update
from telegram.error import TelegramError
from telegram.ext import ApplicationHandlerStop

from bot.domain.errors import CustomerBlockedError, NotMemberError, StoreUnavailableError
from handlers.ui.buttons import ButtonError
from handlers.ui.closed_door import show_closed_door
from handlers.ui.context import ShopContext
from handlers.ui.fallbacks import say_old_button
from handlers.ui.html import escaped
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import shop_or_home
from handlers.ui.limit_texts import blocked_text
from handlers.ui.replies import alert, answer, show_new
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
        await say_old_button(update, context)
    elif isinstance(error, CustomerBlockedError):
        await _say_blocked(update, context)
    elif isinstance(error, NotMemberError):
        await _load_language(update, context)
        await show_closed_door(update, context)
    elif is_normal(error):
        log.debug("telegram_refusal_ignored", cause=str(error))
        await answer(update, context)
    elif is_network(error):
        log.warning("reply_failed", incident=number, cause=str(error))
        await answer(update, context)
    else:
        _log_error(error, number)
        await answer(update, context)
        await _apologise(update, context, error, number)


async def _say_blocked(update: Update, context: ShopContext) -> None:
    """Say that the shop has blocked the sender, whatever they were buying."""
    await _load_language(update, context)
    text = blocked_text(context.translator, context.settings.shop_contact)
    if update.callback_query is not None:
        await alert(update, context, text)
        return
    await context.shop.dialogs.end(context.customer_id)
    await show_new(update, context, escaped(text), shop_or_home(context.translator))


def _log_error(error: Exception, number: str) -> None:
    if isinstance(error, StoreUnavailableError):
        log.error("database_unavailable", incident=number, cause=str(error))
    else:
        log.error("handler_failed", incident=number, exc_info=error)


def apology(translator: Translator, error: Exception, number: str) -> str:
    """Return the message to the sender about an error."""
    if isinstance(error, StoreUnavailableError):
        return translator.gettext(
            "That did not work, and nothing was ordered. Please try again in a moment."
        )
    return translator.gettext(
        "Something went wrong on our side ({number}). Your money is safe. "
        "Please try again, or tell us this number."
    ).format(number=number)


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
        await update.effective_chat.send_message(apology(context.translator, error, number))
    except TelegramError as failure:
        log.warning("apology_not_sent", incident=number, cause=str(failure))
