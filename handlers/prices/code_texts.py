"""Texts: short codes of products."""

from __future__ import annotations

from typing import assert_never

from bot.domain.catalogue import Catalogue, Product
from bot.domain.short_codes import MAX_LENGTH, CodeFault, ShortCodeError
from handlers.ui.html import bold, code, escaped, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.product_names import listing_name


def ask_code_text(translator: Translator, product: Product, known: str) -> str:
    """Return the question for a product's short code; `known` is its present one, or empty."""
    _ = translator.gettext
    now = _("Its code now: {code}").format(code=code(known)) if known else ""
    return paragraphs(
        bold(listing_name(translator, product.listing)),
        now,
        _("Type the new code, such as TS10; a minus takes the code away."),
    )


def code_set_text(translator: Translator, new: str) -> str:
    """Return which code a product has now; empty: none."""
    if not new:
        return translator.gettext("The product has no short code now.")
    return translator.gettext("The short code is {code}. Customers type it with a number.").format(
        code=code(new)
    )


def code_fault(translator: Translator, error: ShortCodeError, catalogue: Catalogue | None) -> str:
    """Return why a code was not accepted."""
    _ = translator.gettext
    match error.fault:
        case CodeFault.FORM:
            return _("A code has letters and then digits, at most {most}, such as TS10.").format(
                most=MAX_LENGTH
            )
        case CodeFault.ORDER_NUMBER:
            return _("That looks like an order number. Please choose another code.")
        case CodeFault.TAKEN:
            other = None
            if catalogue is not None and error.taken_by is not None:
                other = catalogue.product(error.taken_by)
            if other is None:
                return _("Another product has this code.")
            return _("{product} has this code.").format(
                product=escaped(listing_name(translator, other.listing))
            )
        case _:
            assert_never(error.fault)
