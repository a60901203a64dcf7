"""Texts for admins about withheld products."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.order import Order
from bot.domain.withheld_products import WithheldProduct
from handlers.admin.list_texts import rest_line
from handlers.ui.html import bold, code, escaped, lines, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.labels import fit_name
from handlers.ui.product_names import listing_name

PRODUCTS_SHOWN = 3
"""The largest number of products that are listed, each with a button."""


def withheld_text(translator: Translator, shown: WithheldProduct, order: Order | None) -> str:
    """Return why a product is withheld and when it is sold again; or that it is sold again."""
    _ = translator.gettext
    withheld, listing = shown.withheld, shown.product.listing
    name = f"{escaped(fit_name(listing_name(translator, listing), 80))} ({code(listing.code)})"
    if not withheld.is_withheld:
        return lines(bold(_("No longer held back from sale")), name)
    title = _("Held back from sale")
    cost, price = translator.money(withheld.cost), translator.money(withheld.price)
    took = _("The supplier took {cost}. Its list said {listed}, and your price was {price}.")
    return paragraphs(
        lines(f"⛔ {bold(title)}", name),
        lines(
            took.format(cost=cost, listed=translator.money(withheld.listed_cost), price=price),
            "" if order is None else _("Seen on order {number}.").format(number=order.number),
            _open_orders(translator, shown.open_orders),
        ),
        _(
            "It is sold again by itself once the list says {cost} or more. Press the button only "
            "if you want to sell it at today's price all the same."
        ).format(cost=cost),
    )


def _open_orders(translator: Translator, count: int) -> str:
    if not count:
        return ""
    return translator.ngettext(
        "{count} other order of it was open. Those in the queue are cancelled, with the money "
        "back.",
        "{count} other orders of it were open. Those in the queue are cancelled, with the money "
        "back.",
        count,
    ).format(count=translator.number(count))


def withheld_list(translator: Translator, withheld: Sequence[WithheldProduct]) -> str:
    """Return the withheld products for the overview; empty without any."""
    if not withheld:
        return ""
    title = translator.gettext("Held back from sale: the supplier takes more than your price")
    shown = [_one(translator, one) for one in withheld[:PRODUCTS_SHOWN]]
    return lines(f"⛔ {bold(title)}", *shown, rest_line(translator, len(withheld) - PRODUCTS_SHOWN))


def _one(translator: Translator, shown: WithheldProduct) -> str:
    withheld = shown.withheld
    text = translator.gettext("cost {cost}, listed {listed}, price {price}").format(
        cost=translator.money(withheld.cost),
        listed=translator.money(withheld.listed_cost),
        price=translator.money(withheld.price),
    )
    return f"• {code(fit_name(shown.product.listing.code, 20))}: {text}"


def sell_again_label(translator: Translator, shown: WithheldProduct) -> str:
    """Return the label of the button that releases a product."""
    code_ = fit_name(shown.product.listing.code, 20)
    return translator.gettext("▶️ Sell {code} again").format(code=code_)


def sold_again(translator: Translator, shown: WithheldProduct) -> str:
    """Return that a product was released."""
    return translator.gettext("{code} is on sale again.").format(code=shown.product.listing.code)


def not_sold_again(translator: Translator, shown: WithheldProduct) -> str:
    """Return why a product was not released: it is on sale, or its cost has risen since."""
    _ = translator.gettext
    if shown.withheld.is_withheld:
        return _(
            "The supplier has named a higher cost since that message: {cost}. Please read it anew."
        ).format(cost=translator.money(shown.withheld.cost))
    return _("That is over: {code} is no longer held back for this cost.").format(
        code=shown.product.listing.code
    )


def no_such_product(translator: Translator) -> str:
    """Return that the withheld product of a button does not exist."""
    return translator.gettext("There is no such product.")
