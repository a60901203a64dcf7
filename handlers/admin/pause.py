"""/pause and /resume for admins: stop and resume taking and sending orders."""

from __future__ import annotations

from telegram import Update

from bot.domain.errors import ConfirmationOutdatedError, SupplierRowsUnreadError
from bot.domain.reopening import MAX_NOTE_LENGTH
from handlers.admin.pause_texts import paused_text, resume_outdated, resumed_text, rows_unread
from handlers.admin.status import overview
from handlers.ui.context import ShopContext
from handlers.ui.handler_factories import pressed
from handlers.ui.replies import alert, show, show_new
from handlers.ui.staff_buttons import Resume


async def pause(update: Update, context: ShopContext) -> None:
    """Stop taking and sending orders: /pause [note for customers]."""
    typed = " ".join(context.args or ())
    note = await context.shop.admin.pause(context.actor, typed)
    is_cut = len(typed) > MAX_NOTE_LENGTH
    await show_new(update, context, paused_text(context.translator, note, is_cut=is_cut))


async def press_pause(update: Update, context: ShopContext) -> None:
    """Stop taking and sending orders, on the pressed message; an existing note stays."""
    note = await context.shop.admin.pause(context.actor, None)
    await show(update, context, *await overview(context, paused_text(context.translator, note)))


async def resume(update: Update, context: ShopContext) -> None:
    """Take and send orders again, and close the circuit breaker: /resume."""
    await show_new(update, context, await _resumed(update, context))


async def press_resume(update: Update, context: ShopContext) -> None:
    """Take and send orders again, on the pressed message."""
    shown_at = pressed(update, Resume).shown_at
    news = await _resumed(update, context, shown_at)
    await show(update, context, *await overview(context, news))


async def _resumed(update: Update, context: ShopContext, shown_at: int | None = None) -> str:
    translator = context.translator
    try:
        resumed = await context.shop.admin.resume(context.actor, shown_at=shown_at)
    except ConfirmationOutdatedError:
        news = resume_outdated(translator)
        await alert(update, context, news)
        return news
    except SupplierRowsUnreadError:
        return rows_unread(translator)
    return resumed_text(translator, resumed)
