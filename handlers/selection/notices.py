"""The renderer of a proposed disruption."""

from __future__ import annotations

from bot.domain.notice import NoticeKind
from handlers.selection.buttons import Disrupt, LeaveBrand
from handlers.selection.texts import proposal_text
from handlers.ui.keyboards import button, keyboard
from handlers.ui.product_names import trail_text
from handlers.ui.rendered_message import RenderedMessage, Renderers, RenderInput


def _proposed(given: RenderInput) -> RenderedMessage:
    translator, data = given.translator, given.delivery.notice.data
    brand = given.subject(given.delivery.brand or None)
    category_id, name = brand[-1].category_id, trail_text(translator, brand)
    text = proposal_text(translator, name, int(data["ended"]), int(data["failed"]))
    mark = button(translator.gettext("🚧 Mark as disrupted"), Disrupt(False, category_id))
    leave = button(translator.gettext("Leave it"), LeaveBrand(category_id))
    return RenderedMessage(text, keyboard([mark, leave]), is_decision=True)


RENDERERS: Renderers = {NoticeKind.DISRUPTION_PROPOSED: _proposed}
