"""Renderers of the notices to admins: parked orders, top-ups, alerts and help requests."""

from __future__ import annotations

from bot.domain.notice import Alert, NoticeKind
from bot.domain.order import CustomerId, OrderState
from bot.domain.thread import About
from bot.domain.topup import is_cancelled_without_proof
from handlers.admin.alerts import (
    alert_text,
    contact_request_text,
    help_request_text,
    parked_text,
    topup_text,
)
from handlers.admin.keyboards import (
    alert_keyboard,
    look_row,
    parked_keyboard,
    topup_keyboard,
    withheld_keyboard,
)
from handlers.admin.parked_orders_texts import settled_by
from handlers.admin.topup_texts import stray_proof_text
from handlers.admin.withheld_products_texts import withheld_text
from handlers.ui.html import lines
from handlers.ui.keyboards import Row, keyboard
from handlers.ui.people import who
from handlers.ui.rendered_message import RenderedMessage, Renderers, RenderInput, with_proof
from handlers.ui.thread_titles import thread_row, write_button


def _parked(given: RenderInput) -> RenderedMessage:
    translator, delivery = given.translator, given.delivery
    order = given.subject(delivery.order)
    text = parked_text(
        translator, order, delivery.customer, delivery.candidates, profile=given.profile
    )
    by = settled_by(translator, order, delivery.act, delivery.admin)
    return RenderedMessage(lines(text, by), parked_keyboard(translator, order))


def _help(given: RenderInput) -> RenderedMessage:
    translator, order = given.translator, given.subject(given.delivery.order)
    person = who(translator, order.customer_id, given.delivery.customer)
    look = look_row(translator, order) if order.state is OrderState.PARKED else []
    return RenderedMessage(
        help_request_text(translator, order, person), keyboard(look, _answer_row(given))
    )


def _asked(given: RenderInput) -> RenderedMessage:
    """Render a customer's request for contact."""
    delivery = given.delivery
    customer_id = CustomerId(given.subject(delivery.notice.subject_id))
    person = who(given.translator, customer_id, delivery.customer)
    text = contact_request_text(given.translator, person, delivery.topup)
    return RenderedMessage(text, keyboard(_answer_row(given)))


def _answer_row(given: RenderInput) -> Row:
    """Return the buttons of the case that a request for help has opened."""
    thread = given.delivery.thread
    return [] if thread is None else thread_row(given.translator, thread)


def _stray_proof(given: RenderInput) -> RenderedMessage:
    """Render a payment proof that belongs to no open top-up."""
    delivery = given.delivery
    customer_id = CustomerId(given.subject(delivery.notice.subject_id))
    is_lost = "is_lost" in delivery.notice.data
    text = stray_proof_text(given.translator, customer_id, delivery.customer, is_lost=is_lost)
    write = write_button(given.translator, customer_id, About.TOPUP)
    return with_proof(given, RenderedMessage(text, keyboard([write])))


def _topup(given: RenderInput) -> RenderedMessage:
    translator, delivery = given.translator, given.delivery
    topup = given.subject(delivery.topup)
    text = topup_text(
        translator, topup, delivery.customer, delivery.wallet, delivery.others, delivery.admin
    )
    # A proof may arrive after its top-up was cancelled; an admin can still decide then.
    is_cancelled = (
        is_cancelled_without_proof(topup) and delivery.notice.kind is not NoticeKind.TOPUP_PROOF
    )
    markup = None if is_cancelled else topup_keyboard(translator, topup, delivery.others)
    return with_proof(given, RenderedMessage(text, markup, is_decision=True))


def _alert(given: RenderInput) -> RenderedMessage:
    translator, delivery = given.translator, given.delivery
    data = delivery.notice.data
    alert = Alert(str(data["condition"]))
    text = alert_text(translator, alert, data, delivery.order, given.command_line)
    markup = alert_keyboard(translator, alert, delivery.order, delivery.notice.created_at)
    return RenderedMessage(text, markup)


def _withheld(given: RenderInput) -> RenderedMessage:
    translator, withheld = given.translator, given.subject(given.delivery.withheld)
    text = withheld_text(translator, withheld, given.delivery.order)
    return RenderedMessage(text, withheld_keyboard(translator, withheld))


RENDERERS: Renderers = {
    NoticeKind.PARKED: _parked,
    NoticeKind.PARKED_NEWS: _parked,
    NoticeKind.HELP: _help,
    NoticeKind.ASKED: _asked,
    NoticeKind.STRAY_PROOF: _stray_proof,
    NoticeKind.TOPUP_REQUESTED: _topup,
    NoticeKind.TOPUP_NEWS: _topup,
    NoticeKind.TOPUP_PROOF: _topup,
    NoticeKind.ALERT: _alert,
    NoticeKind.WITHHELD: _withheld,
}
