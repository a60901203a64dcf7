"""Texts: a number that was sent before a product was chosen."""

from __future__ import annotations

from typing import assert_never

from bot.domain.destination import DestinationKind, group_digits
from bot.domain.typed_input.phone_number import NumberFault
from bot.services.catalogue.products_for_number import BrandOfType, ProductsForNumber
from handlers.ui.destination_texts import foreign_number, meter_warning, number_trails
from handlers.ui.html import bold, code, lines, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.product_names import (
    BRANDS,
    TYPES,
    brand_name,
    category_label,
    category_name,
    place_in,
)


def number_products_text(translator: Translator, products: ProductsForNumber) -> str:
    """Return the number with its operator, and the question what to buy for it."""
    _ = translator.gettext
    number = code(group_digits(products.destination))
    listed_names = sorted(
        {choice.brand.name for choice in products.choices}, key=lambda name: place_in(BRANDS, name)
    )
    brands = list(dict.fromkeys(map(brand_name, listed_names)))
    if products.kind is DestinationKind.METER:
        return paragraphs(
            lines(bold(_("Electricity tokens")), number),
            meter_warning(translator),
            _("What do you need for this number?"),
        )
    if not brands:
        return paragraphs(number, _("We do not recognise the operator of this number."))
    return paragraphs(
        lines(bold(translator.either(brands)), number), _("What do you need for this number?")
    )


def unclear_text(translator: Translator, digits: str) -> str:
    """Return the question whether a number is of a phone or a meter."""
    return paragraphs(
        code(group_digits(digits)),
        translator.gettext("Is this a phone number, or the number of an electricity meter?"),
    )


def choice_label(translator: Translator, choice: BrandOfType, *, with_brand: bool) -> str:
    """Return the label of the button of a type; `with_brand`: its brand is named too."""
    label = category_label(translator, choice.type, 0)
    if not with_brand:
        return label
    emoji = TYPES.get(choice.type.name, ("🛍", ""))[0]
    return f"{emoji} {category_name(translator, choice.type, 0)} {brand_name(choice.brand.name)}"


def number_fault(translator: Translator, fault: NumberFault) -> str:
    """Return the fault of a typed number, and how to correct it."""
    _ = translator.gettext
    match fault:
        case NumberFault.SEVERAL:
            return _("There is more than one number. Please send one at a time.")
        case NumberFault.FOREIGN:
            return foreign_number(translator)
        case NumberFault.LETTERS:
            return _("There are letters inside the number. Please use the digits 0 to 9 only.")
        case NumberFault.SCRIPT:
            return _("Please write the number with the digits 0 to 9.")
        case NumberFault.TRAILING:
            return number_trails(translator)
        case NumberFault.LENGTH:
            return _(
                "We do not recognise this number. A phone number begins with 08 and has 10 to "
                "13 digits, an electricity meter has 11 or 12."
            )
        case _:
            assert_never(fault)
