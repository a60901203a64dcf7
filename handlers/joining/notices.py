"""Renderers of the notices about joining."""

from __future__ import annotations

from bot.domain.customer import Membership
from bot.domain.notice import NoticeKind
from bot.domain.shop_settings import SignUp
from bot.domain.start_link import StartLink, StartLinkError, parse_payload
from bot.services.joining import Applicant
from handlers.joining.keyboards import applicant_keyboard, joined_keyboard
from handlers.joining.texts import applicant_text, joined_text
from handlers.ui.closed_door import door_text
from handlers.ui.rendered_message import RenderedMessage, Renderers, RenderInput


def _requested(given: RenderInput) -> RenderedMessage:
    delivery = given.delivery
    request, customer = given.subject(delivery.join_request), given.subject(delivery.customer)
    applicant = Applicant(request, customer, delivery.admin)
    text = applicant_text(given.translator, applicant)
    return RenderedMessage(text, applicant_keyboard(given.translator, applicant), is_decision=True)


def _joined(given: RenderInput) -> RenderedMessage:
    request = given.subject(given.delivery.join_request)
    try:
        destination = parse_payload(request.destination)
    except StartLinkError:
        destination = StartLink()
    text = joined_text(given.translator, given.contact)
    return RenderedMessage(text, joined_keyboard(given.translator, destination))


def _refused(given: RenderInput) -> RenderedMessage:
    given.subject(given.delivery.join_request)
    text = door_text(given.translator, Membership.REFUSED, SignUp.APPROVAL, given.contact)
    return RenderedMessage(text)


RENDERERS: Renderers = {
    NoticeKind.JOIN_REQUESTED: _requested,
    NoticeKind.JOINED: _joined,
    NoticeKind.JOIN_REFUSED: _refused,
}
"""The renderers of the feature."""
