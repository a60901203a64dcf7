"""Shows on purchase screens that the shop is paused or slow, with the reopening button."""

from __future__ import annotations

from bot.domain.reopening import ShopStatus
from bot.domain.shop_settings import ShopSettings
from handlers.ui.context import ShopContext
from handlers.ui.html import bold, escaped, lines, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import Screen, keyboard, reopening_row, rows_of
from handlers.ui.setting_names import opening_hours


async def with_opening(context: ShopContext, screen: Screen) -> Screen:
    """Put the shop's state above a screen that starts a purchase.

    While the shop is paused, customers also get the button for the reopening notice. An open shop
    adds nothing.
    """
    translator, (text, markup) = context.translator, screen
    opening = await context.shop.reopening.opening(context.customer_id)
    row = [] if context.is_staff else reopening_row(translator, opening)
    news = opening_text(translator, opening)
    if not row and not news:
        return screen
    return paragraphs(news, text), keyboard(row, *rows_of(markup))


def goods_and_hours(translator: Translator, settings: ShopSettings) -> str:
    """Return in one sentence what the shop sells, and when."""
    _ = translator.gettext
    if not settings.closes_by_clock:
        return _("Pulsa, data, electricity tokens, e-money and game vouchers, day and night.")
    return _(
        "Pulsa, data, electricity tokens, e-money and game vouchers, every day {hours}."
    ).format(hours=opening_hours(settings))


def opening_text(translator: Translator, opening: ShopStatus) -> str:
    """Return the text above every screen that sells: paused or slow, else empty."""
    _ = translator.gettext
    if opening.opens_at is not None:
        title = _("The shop is closed now.")
        opens = _("It opens at {time}.").format(time=translator.clock(opening.opens_at))
        return lines(f"🌙 {bold(title)}", opens)
    if opening.is_paused:
        title = _("The shop is taking a break.")
        if opening.is_new:
            title = _("The shop is not open yet.")
        return lines(
            f"⏸ {bold(title)}",
            _("You can look around, and buy once it is open.")
            if opening.is_new
            else _("No orders are taken just now."),
            f"💬 {escaped(opening.note)}" if opening.note else "",
            _("🔔 We will write to you as soon as it opens.") if opening.is_subscribed else "",
        )
    if opening.cannot_send:
        return _(
            "⏳ Orders take longer than usual just now. You can order: it is sent as soon as it "
            "can be, and if it is cancelled your money comes back."
        )
    return ""
