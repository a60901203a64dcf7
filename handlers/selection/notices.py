"""The renderer of a proposed disruption."""

from __future__ import annotations

from bot.domain.notice import NoticeKind
from handlers.selection.buttons import Disrupt, LeaveBrand
from handlers.selection.texts import proposal_text
from handlers.ui.keyboards import button, keyboard
from handlers.ui.product_names import brand_name, type_name
from handlers.ui.rendered_message import RenderedMessage, Renderers, RenderInput


def _proposed(given: RenderInput) -> RenderedMessage:
    translator, notice = given.translator, given.delivery.notice
    category_id, data = given.subject(notice.subject_id), notice.data
    names = type_name(translator, str(data["type"])), brand_name(str(data["brand"]))
    text = proposal_text(translator, " ".join(names), int(data["ended"]), int(data["failed"]))
    mark = button(translator.gettext("🚧 Mark as disrupted"), Disrupt(False, category_id))
    leave = button(translator.gettext("Leave it"), LeaveBrand(category_id))
    return RenderedMessage(text, keyboard([mark, leave]), is_decision=True)


RENDERERS: Renderers = {NoticeKind.DISRUPTION_PROPOSED: _proposed}
