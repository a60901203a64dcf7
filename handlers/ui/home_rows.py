"""The buttons for admins on the start screen, and the counts of pending decisions."""

from __future__ import annotations

from bot.services.admin.pending_decisions import Waiting
from handlers.ui.buttons import Pause, Resume, ShowOverview, ShowPendingDecisions, ShowShopBalance
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import InlineButton, Row, button, main_button


def admin_rows(translator: Translator, pending: Waiting) -> list[Row]:
    """Return the rows of buttons that only admins have on the start screen."""
    money = button(translator.gettext("💼 Shop's money"), ShowShopBalance())
    status = button(translator.gettext("📊 Status"), ShowOverview())
    return [
        [button(pending_decisions_label(translator, pending), ShowPendingDecisions())],
        [money, status],
        [pause_or_resume_button(translator, pending.stopped_since)],
    ]


def pending_decisions_label(translator: Translator, pending: Waiting) -> str:
    """Return the label of the button that shows what waits, with its number."""
    if pending.count:
        count = translator.number(pending.count)
        return translator.gettext("⚖️ To decide: {count}").format(count=count)
    return translator.gettext("⚖️ Nothing to decide")


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
