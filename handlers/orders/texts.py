"""Texts of a customer's own orders: history, search, open orders, and requests for help."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.order import Order
from bot.domain.supplier_profile import PanelProfile
from bot.services.orders.history import HistoryPage
from handlers.ui.html import bold, code, escaped, lines, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import page_text
from handlers.ui.labels import fits_beside, label_with_name
from handlers.ui.order_card import (
    no_admins_text,
    order_text,
    shown_destination,
    state_name,
    state_sign,
)
from handlers.ui.product_names import order_name


def history_text(
    translator: Translator, page: HistoryPage, profile: PanelProfile, query: str = ""
) -> str:
    """Return a page of the history or, with a query, of the orders that match it."""
    _ = translator.gettext
    if not page.orders and query:
        return _(
            "No order of yours fits {query}. Try a part of the number, or the name of the product."
        ).format(query=bold(query))
    if not page.orders:
        return _("You have not ordered anything yet.")
    head = _("Your orders with {query}").format(query=bold(query)) if query else ""
    head = head or bold(_("Your orders"))
    return paragraphs(
        lines(head, page_text(translator, page.page, page.pages)),
        *(past_lines(translator, order, profile) for order in page.orders),
        _("Press one to see it with its code."),
        "" if query else _("To find one, type /history and a number, a name or a product."),
    )


def past_lines(translator: Translator, order: Order, profile: PanelProfile) -> str:
    """Return an order in three lines: product; destination; time, price and state."""
    return lines(
        f"{state_sign(order.state)} {order.number} · {escaped(order_name(translator, order))}",
        code(shown_destination(order, profile)),
        f"{translator.datetime(order.created_at)} · {translator.money(order.price)} · "
        f"{state_name(translator, order.state)}",
    )


def past_label(translator: Translator, order: Order) -> str:
    """Return the label of an order's button: product, end of the destination, and day.

    Without room for all of it the day is left out, because the list is sorted by time.
    """
    name, start = order_name(translator, order), f"{state_sign(order.state)} "
    end = f" · …{order.destination[-4:]}"
    dated = f"{end}, {translator.day(order.created_at)}"
    return label_with_name(
        name, start=start, end=dated if fits_beside(name, start=start, end=dated) else end
    )


def open_orders_text(
    translator: Translator, orders: Sequence[Order], profile: PanelProfile, now: datetime
) -> str:
    """Return the open orders, each with its state."""
    _ = translator.gettext
    if not orders:
        return _("You have no order under way. /history shows the past ones.")
    return paragraphs(*(order_text(translator, order, profile, now) for order in orders))


def help_asked(translator: Translator, order: Order, contact: str, *, has_admins: bool) -> str:
    """Return that the admins were notified, or that there are no admins."""
    if not has_admins:
        return no_admins_text(translator, contact)
    asked = translator.gettext("We have been told about {number}, and will look into it.").format(
        number=order.number
    )
    return lines(asked, contact)
