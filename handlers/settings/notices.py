"""The notice to every owner that customers pay in another way."""

from __future__ import annotations

from bot.domain.notice import NoticeKind
from bot.domain.order import CustomerId
from handlers.settings.texts import changed_text
from handlers.ui.people import who
from handlers.ui.rendered_message import RenderedMessage, Renderers, RenderInput


def _setting_changed(given: RenderInput) -> RenderedMessage:
    delivery = given.delivery
    customer_id = CustomerId(given.subject(delivery.notice.subject_id))
    person = who(given.translator, customer_id, delivery.customer)
    return RenderedMessage(
        changed_text(given.translator, str(delivery.notice.data["name"]), person)
    )


RENDERERS: Renderers = {NoticeKind.SETTING_CHANGED: _setting_changed}
