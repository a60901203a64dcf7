"""Texts of receipts, which are for the customer's own customer and never show the cost."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.order import Order
from bot.domain.supplier_profile import PanelProfile
from handlers.ui.html import escaped, paragraphs, warning
from handlers.ui.i18n import Translator
from handlers.ui.order_card import shown_destination
from handlers.ui.picture import Line
from handlers.ui.product_names import order_name
from handlers.ui.vouchers import Voucher, energy_text, voucher_of


def receipt_lines(
    translator: Translator, order: Order, profile: PanelProfile, shop: tuple[str, str], price: int
) -> list[Line]:
    """Return the lines of a receipt.

    `shop` is the name and the contact of the shop, `price` the selling price in rupiah, 0 for none.
    """
    _ = translator.gettext
    name, contact = shop
    voucher = voucher_of(order, profile)
    return [
        Line(name, size=44, is_centred=True),
        *([Line(contact, size=24, is_centred=True)] if contact else []),
        Line(""),
        Line(translator.datetime(order.ended_at or order.created_at), _("Date")),
        Line(order.number, _("Order")),
        Line(order_name(translator, order), _("Product")),
        Line(shown_destination(order, profile), _("For")),
        *([] if voucher is None else _delivered(translator, voucher)),
        *([Line(""), Line(translator.money(price), _("Price"), size=36)] if price else []),
        Line(""),
        Line(_("Thank you"), size=24, is_centred=True),
    ]


def _delivered(translator: Translator, voucher: Voucher) -> Iterator[Line]:
    _ = translator.gettext
    yield Line("")
    label = _("Token") if voucher.is_token else _("SN / code")
    yield Line(label, size=24, is_centred=True)
    yield Line(voucher.shown, size=40, is_centred=True, is_exact=True)
    if voucher.meter_owner:
        yield Line(voucher.meter_owner, _("Name"))
    if voucher.connection:
        yield Line(voucher.connection, _("Tariff/power"))
    if voucher.energy:
        yield Line(energy_text(translator, voucher), _("Energy"))


def receipt_caption(translator: Translator, order: Order) -> str:
    """Return the caption of a receipt: forwarded with it, so it has no other facts."""
    return escaped(f"{order.number} · {order_name(translator, order)}")


def receipt_hint(translator: Translator, number: str, price: int) -> str:
    """Return how to use a receipt, and how to put a selling price such as `price` on it."""
    return translator.gettext(
        "Forward this receipt to your customer. With your selling price: press one below, or "
        "type <code>/receipt {number} {price}</code>."
    ).format(number=number, price=price)


def ask_price_text(translator: Translator, number: str, problem: str = "") -> str:
    """Return the question for the price on a receipt, below the `problem` if any."""
    _ = translator.gettext
    return paragraphs(
        warning(problem),
        _(
            "Which price is to stand on the receipt of {number}? Type it, such as 15k or 15,000."
        ).format(number=number),
    )


def no_receipt_yet(translator: Translator) -> str:
    """Return that only a delivered order has a receipt."""
    return translator.gettext("There is a receipt once the order is done.")


def how_to_receipt(translator: Translator) -> str:
    """Return how /receipt is written."""
    return translator.gettext(
        "Type the order's number and your selling price, such as <code>/receipt K12 15000</code>."
    )
