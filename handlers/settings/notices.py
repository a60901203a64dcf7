"""The notice to every owner that customers pay in another way."""

from __future__ import annotations

from bot.domain.notice import NoticeKind
from handlers.settings.texts import changed_text
from handlers.ui.people import who
from handlers.ui.rendered_message import RenderedMessage, Renderers, RenderInput


def _setting_changed(given: RenderInput) -> RenderedMessage:
    customer = given.subject(given.delivery.customer)
    name = str(given.subject(given.delivery.notice.data.get("name")))
    person = who(given.translator, customer.customer_id, customer)
    return RenderedMessage(changed_text(given.translator, name, person))


RENDERERS: Renderers = {NoticeKind.SETTING_CHANGED: _setting_changed}
