"""Texts of buying: the question for a destination, its faults, and answers to old quotes."""

from __future__ import annotations

from typing import assert_never

from bot.domain.destination import DestinationKind
from bot.domain.errors import DestinationError, DestinationFault
from bot.services.catalogue.browse import Offer
from handlers.ui.destination_texts import foreign_number, meter_warning, number_trails
from handlers.ui.html import bold, code, escaped, lines, paragraphs, spaced, warning
from handlers.ui.i18n import Translator
from handlers.ui.product_names import brand_name, listing_name


def destination_text(translator: Translator, offer: Offer, note: str, problem: str = "") -> str:
    """Return the question for a product's destination, with an example, below the `problem`."""
    listing = offer.product.listing
    return paragraphs(
        warning(problem),
        lines(
            f"{bold(listing_name(translator, listing))} · {translator.money(offer.price)}",
            escaped(translator.numbers_in(spaced(note))) if note.strip(" -") else "",
        ),
        ask_destination(translator, offer),
    )


def ask_destination(translator: Translator, offer: Offer) -> str:
    """Return the instruction for the product's kind of destination."""
    _ = translator.gettext
    brand = bold(brand_name(offer.product.listing.main))
    match offer.kind:
        case DestinationKind.PHONE:
            return _("Send the phone number, for example 081234567890.")
        case DestinationKind.METER:
            return lines(
                _("Send the meter number (11 digits) or customer number (12 digits)."),
                meter_warning(translator),
            )
        case DestinationKind.GAME if offer.game_form.has_zone:
            return _(
                "Send your {brand} user ID and zone with a space between, for example "
                "12345678 1234."
            ).format(brand=brand)
        case DestinationKind.GAME:
            return _("Send your {brand} user ID, for example 12345678.").format(brand=brand)
        case DestinationKind.CARD:
            return _("Send the {brand} card number, for example 6013500123456789.").format(
                brand=brand
            )
        case DestinationKind.CUSTOMER_NUMBER:
            return _("Send the {brand} customer number, for example 1234567890.").format(
                brand=brand
            )
        case DestinationKind.OTHER:
            return _("Send the number or account that {brand} is for.").format(brand=brand)
        case _:
            assert_never(offer.kind)


def destination_fault(translator: Translator, error: DestinationError, offer: Offer) -> str:
    """Return the fault of a typed destination, and how to correct it."""
    _ = translator.gettext
    match error.fault:
        case DestinationFault.EMPTY:
            return _("Nothing was sent. Please type the number.")
        case DestinationFault.NOT_DIGITS if offer.kind is DestinationKind.PHONE:
            return _("That is not a phone number. Please use the digits 0 to 9 only.")
        case DestinationFault.NOT_DIGITS:
            return _("Please use the digits 0 to 9 only.")
        case DestinationFault.NOT_INDONESIAN_MOBILE | DestinationFault.FOREIGN:
            other = _("That is not an Indonesian mobile number. It begins with 08 or +62 8.")
            return foreign_number(translator) if error.fault is DestinationFault.FOREIGN else other
        case DestinationFault.LENGTH:
            return _length_fault(translator, offer.kind)
        case DestinationFault.NOT_ASCII:
            return _("Please use plain letters and digits, without emoji or special characters.")
        case DestinationFault.ZONE_MISSING | DestinationFault.ZONE_UNEXPECTED:
            return _zone_fault(translator, is_missing=error.fault is DestinationFault.ZONE_MISSING)
        case DestinationFault.TRAILING | DestinationFault.UNCLEAR:
            is_unclear = error.fault is DestinationFault.UNCLEAR
            return _unclear_fault(translator, offer) if is_unclear else number_trails(translator)
        case _:
            assert_never(error.fault)


def _zone_fault(translator: Translator, *, is_missing: bool) -> str:
    if is_missing:
        return translator.gettext("The zone is missing. Send both, for example 12345678 1234.")
    return translator.gettext("This game needs the user ID alone, without a zone.")


def _unclear_fault(translator: Translator, offer: Offer) -> str:
    _ = translator.gettext
    if offer.kind is not DestinationKind.GAME:
        return _("We are not sure which digits are meant. Please send the number alone.")
    if offer.game_form.has_zone:
        return _(
            "We cannot tell the user ID and the zone apart. Send them like this: 12345678 (1234)."
        )
    return _("We are not sure which digits are the user ID. Send it alone, without spaces.")


def _length_fault(translator: Translator, kind: DestinationKind) -> str:
    _ = translator.gettext
    match kind:
        case DestinationKind.PHONE:
            return _("A phone number has 10 to 13 digits. Please count again.")
        case DestinationKind.METER:
            return _("A meter number has 11 digits, a customer number 12. Please count again.")
        case DestinationKind.CARD:
            return _("A card number has 8 to 20 digits. Please count again.")
        case DestinationKind.CUSTOMER_NUMBER:
            return _("A customer number has 6 to 20 digits. Please count again.")
        case DestinationKind.GAME:
            return _("That is not a user ID. Please copy it from your profile in the game.")
        case DestinationKind.OTHER:
            return _("It has to be 3 to 64 characters long.")
        case _:
            assert_never(kind)


def not_a_number(translator: Translator) -> str:
    """Return the answer to a photo, a sticker or a voice message instead of a number."""
    return translator.gettext("We cannot read that. Please type the number as a message.")


def contact_not_wanted(translator: Translator) -> str:
    """Return the answer to a shared contact instead of another kind of destination."""
    return translator.gettext("A phone number does not help here. Please type the number.")


def still_quoted(
    translator: Translator, offer: Offer, destination: str, problem: str, *, is_payable: bool
) -> str:
    """Return the reminder of an open quote, below the `problem` of another destination.

    `is_payable`: the message has the button that pays for the quote.
    """
    pay = translator.gettext(
        "Nothing has changed: press the button to pay for {product} for {destination}, or send "
        "another number."
    )
    above = translator.gettext(
        "Nothing was ordered. The screen above is {product} for {destination}."
    )
    product = bold(listing_name(translator, offer.product.listing))
    still = (pay if is_payable else above).format(product=product, destination=code(destination))
    return paragraphs(warning(problem), still)


def price_changed(translator: Translator, shown: int) -> str:
    """Return that the price has changed; `shown` is the old one, in rupiah."""
    return translator.gettext(
        "The price has just changed; it was {price}. Is the new price fine?"
    ).format(price=translator.money(shown))


def quote_expired(translator: Translator) -> str:
    """Return that an expired confirm button ordered nothing, above a new quote."""
    return translator.gettext("That screen was too old, so nothing was ordered. Here is a new one.")


def quote_unknown(translator: Translator) -> str:
    """Return that a button is too old to order; its earlier order, if any, stays valid."""
    return translator.gettext(
        "This button is too old and no longer works, so nothing was ordered just now. Earlier "
        "orders are in /history. To buy something, please choose again."
    )


def ordered_already(translator: Translator, number: str) -> str:
    """Return that the button's order exists already."""
    return translator.gettext(
        "This is already ordered: {number}. Nothing was charged twice."
    ).format(number=number)


def order_taken(translator: Translator, number: str) -> str:
    """Return that the order was placed."""
    return translator.gettext("Thank you! Your order is {number}.").format(number=number)
