"""The buttons for admins on the start screen, and the counts of pending decisions."""

from __future__ import annotations

from handlers.ui.i18n import Translator
from handlers.ui.keyboards import InlineButton, button, main_button
from handlers.ui.staff_buttons import Pause, Resume


def pause_or_resume_button(translator: Translator, stopped_since: int) -> InlineButton:
    """Return the button that pauses the shop, or resumes it if it is not selling.

    `stopped_since` is when sales stopped, in seconds since 1970; 0 while the shop sells.
    """
    if stopped_since:
        return resume_button(translator, stopped_since)
    return button(translator.gettext("⏸ Pause the shop"), Pause())


def resume_button(translator: Translator, shown_at: int) -> InlineButton:
    """Return the button that resumes sales; `shown_at` is in seconds since 1970."""
    return main_button(translator.gettext("▶️ Sell again"), Resume(shown_at))
