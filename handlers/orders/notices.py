"""Renderers of the notices to a customer about an order."""

from __future__ import annotations

from bot.domain.notice import NoticeKind
from bot.domain.order import CancelReason, Order
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import Row, keyboard, order_rows, restock_button
from handlers.ui.order_card import goods_row, order_text, outcome_text, parked_order_text
from handlers.ui.rendered_message import RenderedMessage, Renderers, RenderInput


def _order(given: RenderInput) -> RenderedMessage:
    """Render the order's message, which is edited whenever the order's state changes."""
    translator, order = given.translator, given.subject(given.delivery.order)
    # A final order has its buttons below the notice of its outcome, which follows.
    rows = [] if order.state.is_final else order_rows(translator, order)
    text = order_text(translator, order, given.profile, given.at)
    return RenderedMessage(text, keyboard(*rows) if rows else None)


def _outcome(given: RenderInput) -> RenderedMessage:
    translator, wallet = given.translator, given.delivery.wallet
    order = given.subject(given.delivery.order)
    balance = 0 if wallet is None else wallet.balance
    text = outcome_text(translator, order, given.profile, balance, given.contact)
    rows = [*order_rows(translator, order), _restock_row(translator, order)]
    return RenderedMessage(text, keyboard(goods_row(translator, order, given.profile), *rows))


def _parked(given: RenderInput) -> RenderedMessage:
    translator, order = given.translator, given.subject(given.delivery.order)
    text = parked_order_text(translator, order, given.profile, given.at)
    return RenderedMessage(text, keyboard(*order_rows(translator, order)))


def _restock_row(translator: Translator, order: Order) -> Row:
    """Return the restock button for an order cancelled as unavailable."""
    if order.cancel_reason not in (CancelReason.NOT_READY, CancelReason.CUTOFF):
        return []
    return [restock_button(translator, order.product_id, is_kept=True)]


RENDERERS: Renderers = {
    NoticeKind.ORDER: _order,
    NoticeKind.OUTCOME: _outcome,
    NoticeKind.ORDER_PARKED: _parked,
}
