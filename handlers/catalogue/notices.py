"""Renders the notice that products are available again."""

from __future__ import annotations

from bot.domain.notice import NoticeKind
from handlers.catalogue.restock_texts import restocked_label, restocked_text
from handlers.ui.buttons import PickInNewMessage
from handlers.ui.keyboards import keyboard, main_button
from handlers.ui.rendered_message import RenderedMessage, Renderers, RenderInput


def _restocked(given: RenderInput) -> RenderedMessage:
    translator, products = given.translator, given.subject(given.delivery.restocked or None)
    rows = [
        [main_button(restocked_label(translator, one), PickInNewMessage(one.product.product_id))]
        for one in products
    ]
    return RenderedMessage(restocked_text(translator, products), keyboard(*rows))


RENDERERS: Renderers = {NoticeKind.RESTOCKED: _restocked}
