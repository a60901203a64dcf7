"""Renderers of the notices about staff: somebody asks, and what an owner has decided."""

from __future__ import annotations

from bot.domain.notice import NoticeKind
from bot.domain.staff import StaffEvent
from bot.services.staffing import Application
from handlers.staff.joining import application_keyboard
from handlers.staff.texts import application_text, news_text
from handlers.ui.keyboards import home, keyboard
from handlers.ui.rendered_message import RenderedMessage, Renderers, RenderInput


def _asks(given: RenderInput) -> RenderedMessage:
    delivery = given.delivery
    link = given.subject(delivery.staff_link)
    asks = Application(link, delivery.customer, delivery.admin)
    text = application_text(given.translator, asks)
    return RenderedMessage(text, application_keyboard(given.translator, asks))


def _news(given: RenderInput) -> RenderedMessage:
    delivery, person = given.delivery, given.subject(given.delivery.customer)
    event = StaffEvent(str(given.subject(delivery.notice.data.get("event"))))
    text = news_text(given.translator, event, delivery.settings.shop_name, person.rights)
    return RenderedMessage(text, keyboard([home(given.translator)]))


RENDERERS: Renderers = {NoticeKind.STAFF_ASKS: _asks, NoticeKind.STAFF_NEWS: _news}
