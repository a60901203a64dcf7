"""Texts: the shop's terms, and help with payments. Telegram requires both of shops."""

from __future__ import annotations

from handlers.ui.html import bold, escaped, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.order_card import questions


def terms_text(translator: Translator, shop_name: str, own: str, contact: str) -> str:
    """Return the shop's own terms, or the default ones when `own` is empty."""
    _ = translator.gettext
    head = bold(_("Terms of {shop}").format(shop=shop_name))
    if own:
        return paragraphs(head, escaped(own))
    return paragraphs(
        head,
        _(
            "The price on the confirm screen is what you pay. It is reserved when you order, taken "
            "when the goods are delivered, and comes back in full when an order fails."
        ),
        _(
            "What was delivered to the number that you gave cannot be taken back: please check "
            "the number before you pay."
        ),
        _("Your balance is for buying in this shop."),
        _(
            "We keep your Telegram name, your orders and the numbers that you bought for. The "
            "supplier is told the product and the number, and nobody is told anything else."
        ),
        questions(translator, contact),
    )


def paysupport_text(translator: Translator, own: str, contact: str, *, takes_pictures: bool) -> str:
    """Return the shop's own text about payments, or the default one when `own` is empty."""
    _ = translator.gettext
    head = bold(_("Help with a payment"))
    if own:
        return paragraphs(head, escaped(own))
    return paragraphs(
        head,
        _("Paid, and it is not in your balance? Send the picture of the transfer here.")
        if takes_pictures
        else "",
        _(
            "An order is late or did not arrive? Open it with /history and press "
            "“Ask the shop”. Until an order is clear, its money stays reserved."
        ),
        questions(translator, contact),
    )
