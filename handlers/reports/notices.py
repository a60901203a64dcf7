"""The renderer of the daily summary."""

from __future__ import annotations

from bot.domain.errors import UndeliverableError
from bot.domain.notice import NoticeKind
from handlers.reports.summary_texts import summary_text
from handlers.ui.keyboards import button, keyboard
from handlers.ui.rendered_message import RenderedMessage, Renderers, RenderInput
from handlers.ui.staff_buttons import ShowPendingDecisions, ShowReport


def _summary(given: RenderInput) -> RenderedMessage:
    translator, notice = given.translator, given.delivery.notice
    if "waiting" not in notice.data:
        raise UndeliverableError(f"{notice.kind}: its day does not exist")
    count = int(notice.data["waiting"])
    label = translator.gettext("🔔 Needs you ({count})").format(count=translator.number(count))
    row = [button(label, ShowPendingDecisions())] if count else []
    reports = button(translator.gettext("📊 Reports"), ShowReport())
    return RenderedMessage(summary_text(translator, notice), keyboard([*row, reports]))


RENDERERS: Renderers = {NoticeKind.DAY_SUMMARY: _summary}
