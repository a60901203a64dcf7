"""A customer's own orders: the list, one of them with its code, and those under way."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.order import Order, OrderState
from bot.domain.profile import PanelProfile
from bot.services.history import HistoryPage
from handlers.i18n import Words
from handlers.texts.alerts import state_name
from handlers.texts.labels import beside, fits_beside
from handlers.texts.markup import bold, code, escaped, lines, paragraphs
from handlers.texts.orders import delivered_text, order_head, order_state, order_text
from handlers.texts.product_names import order_name
from handlers.texts.vouchers import voucher_of

_SIGNS = {
    OrderState.SUCCEEDED: "✅",
    OrderState.FAILED: "❌",
    OrderState.CANCELLED: "❌",
    OrderState.AMBIGUOUS: "🔎",
    OrderState.PARKED: "🔎",
}


def history_text(words: Words, page: HistoryPage) -> str:
    """Return the head of a page of one's orders."""
    _ = words.gettext
    if not page.orders:
        return _("You have not ordered anything yet.")
    head = bold(_("Your orders"))
    if page.pages > 1:
        head = lines(head, _("Page {page} of {pages}").format(page=page.page + 1, pages=page.pages))
    return paragraphs(head, _("Press one to see it with its code."), _legend(words, page.orders))


def _legend(words: Words, orders: Sequence[Order]) -> str:
    """Return what the signs on the orders' buttons say, in words."""
    states = {order.state for order in orders}
    signs: dict[str, list[str]] = {}
    for state in OrderState:
        if state in states:
            signs.setdefault(_sign(state), []).append(state_name(words, state))
    return lines(*(f"{sign} {words.either(names)}" for sign, names in signs.items()))


def _sign(state: OrderState) -> str:
    return _SIGNS.get(state, "⏳")


def order_label(words: Words, order: Order) -> str:
    """Return what stands on an order's button: its number, and what was ordered."""
    start = f"{_sign(order.state)} {order.number} · "
    return beside(order_name(words, order), start=start)


def past_label(words: Words, order: Order) -> str:
    """Return what stands on a past order's button: what it was, for whom, and on which day.

    Where the name leaves no room for both, the day goes first: the list is in its order.
    """
    name, start = order_name(words, order), f"{_sign(order.state)} "
    end = f" · …{order.destination[-4:]}"
    dated = f"{end}, {words.day(order.created_at)}"
    return beside(
        name, start=start, end=dated if fits_beside(name, start=start, end=dated) else end
    )


def again_label(words: Words, order: Order) -> str:
    """Return what stands on the button that buys an order's product for its number once more."""
    end = f" · …{order.destination[-4:]}"
    return beside(order_name(words, order), start="🔁 ", end=end)


def order_view(words: Words, order: Order, profile: PanelProfile) -> str:
    """Return an order as it is opened from the history: with what was delivered."""
    if order.state is not OrderState.SUCCEEDED:
        return order_text(words, order, profile)
    voucher = voucher_of(order, profile)
    return paragraphs(
        order_head(words, order),
        order_state(words, order, profile),
        "" if voucher is None else delivered_text(words, voucher),
    )


def open_orders_text(words: Words, orders: Sequence[Order], profile: PanelProfile) -> str:
    """Return one's orders that are not over, each with its state."""
    _ = words.gettext
    if not orders:
        return _("You have no order under way. /history shows the past ones.")
    return paragraphs(*(order_text(words, order, profile) for order in orders))


def help_asked(words: Words, order: Order, contact: str) -> str:
    """Return that the admins were called to an order."""
    asked = words.gettext("We have been told about {number}, and will look into it.").format(
        number=order.number
    )
    return lines(asked, contact)


def help_request_text(words: Words, order: Order, person: str) -> str:
    """Return to an admin that a customer asks for help with an order."""
    _ = words.gettext
    asked = _("A customer asks for help with {number}").format(number=order.number)
    return paragraphs(
        f"💬 {bold(asked)}",
        lines(
            person,
            f"{escaped(order_name(words, order))} · {words.money(order.price)}",
            code(order.destination),
            _("State: {state}").format(state=state_name(words, order.state)),
            words.datetime(order.created_at),
        ),
        _("Write to them, or look at the order with {command}.").format(
            command=code(f"/status {order.number}")
        ),
    )
