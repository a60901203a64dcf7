"""What customers read of a shop that is paused, or whose orders wait, and that it is open again."""

from __future__ import annotations

from bot.domain.reopening import Opening
from handlers.ui.html import bold, escaped, lines
from handlers.ui.i18n import Words


def opening_text(words: Words, opening: Opening) -> str:
    """Return what stands above every screen that sells; empty while the shop is open."""
    _ = words.gettext
    if opening.is_paused:
        title = _("The shop is taking a break.")
        return lines(
            f"⏸ {bold(title)}",
            _("No orders are taken just now."),
            f"💬 {escaped(opening.note)}" if opening.note else "",
            _("🔔 We will write to you as soon as it opens.") if opening.is_awaited else "",
        )
    if opening.is_slow:
        return _(
            "⏳ Orders take longer than usual just now. You can order: it is sent as soon as it "
            "can be, and if it is cancelled your money comes back."
        )
    return ""


def shop_paused(words: Words, note: str) -> str:
    """Return what pops up for a button that buys: no orders are taken for now, and why."""
    text = words.gettext("The shop is taking a break. Please try again once it is open.")
    return lines(text, f"💬 {note}" if note else "")


def promised(words: Words) -> str:
    """Return what pops up for whoever asks to be told."""
    return words.gettext("All right, we will write to you once, as soon as the shop opens.")


def taken_back(words: Words) -> str:
    """Return what pops up for whoever wants to be told nothing after all."""
    return words.gettext("All right, the reminder is off.")


def is_open_text(words: Words) -> str:
    """Return what pops up where the shop is open by now."""
    return words.gettext("The shop is open. You can order now.")


def reopened_text(words: Words, opening: Opening) -> str:
    """Return that the shop is open again, or what has become of it since."""
    if opening.is_paused:
        again = words.gettext("The shop was open again for a while.")
        return lines(again, opening_text(words, opening))
    title = words.gettext("The shop is open again.")
    return lines(f"🔔 {bold(title)}", words.gettext("You can order now."))
