"""A shop that is paused: said wherever buying begins, with the button that tells when it opens."""

from __future__ import annotations

import structlog
from telegram import InlineKeyboardMarkup, Update

from bot.domain.reopening import ShopStatus
from handlers.ui.context import ShopContext, customer_of
from handlers.ui.html import bold, escaped, lines, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import keyboard, reopening_row

log = structlog.get_logger(__name__)

Screen = tuple[str, InlineKeyboardMarkup]


async def with_opening(update: Update, context: ShopContext, screen: Screen) -> Screen:
    """Return a screen on which buying begins, below what is in the way of it, if something is."""
    words, (text, markup) = context.words, screen
    opening = await context.shop.reopening.opening(customer_of(update))
    row = [] if context.is_admin else reopening_row(words, opening)
    rows = (list(one) for one in markup.inline_keyboard)
    return paragraphs(opening_text(words, opening), text), keyboard(row, *rows)


def opening_text(words: Translator, opening: ShopStatus) -> str:
    """Return what stands above every screen that sells; empty while the shop is open."""
    _ = words.gettext
    if opening.is_paused:
        title = _("The shop is taking a break.")
        return lines(
            f"⏸ {bold(title)}",
            _("No orders are taken just now."),
            f"💬 {escaped(opening.note)}" if opening.note else "",
            _("🔔 We will write to you as soon as it opens.") if opening.is_subscribed else "",
        )
    if opening.cannot_send:
        return _(
            "⏳ Orders take longer than usual just now. You can order: it is sent as soon as it "
            "can be, and if it is cancelled your money comes back."
        )
    return ""
