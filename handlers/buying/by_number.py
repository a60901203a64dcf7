"""Buying for a number that was sent first: its products, with the number already filled in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from telegram import Update

from bot.domain.catalogue import Product
from bot.domain.destination import DestinationKind
from bot.domain.selection import place_of
from bot.domain.typed_input.phone_number import ParsedNumber
from bot.services.catalogue.products_for_number import BrandOfType, ProductsForNumber
from handlers.buying.number_texts import choice_label, number_products_text, unclear_text
from handlers.buying.texts import quote_unknown
from handlers.ui.buttons import Button, CatalogueView, OpenFor, PickFor, ShowNumber, fits
from handlers.ui.context import ShopContext
from handlers.ui.handler_factories import pressed
from handlers.ui.html import paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.kept_screens import kept_screen_for
from handlers.ui.keyboards import (
    Row,
    Screen,
    button,
    home,
    keyboard,
    shop_here,
    shop_or_home,
    side_by_side,
)
from handlers.ui.number_picker import number_in
from handlers.ui.offers import (
    group_offers,
    nothing_on_sale,
    offer_buttons,
    offer_labels,
    spelled_out_on,
    spelled_out_text,
)
from handlers.ui.opening import with_opening
from handlers.ui.product_names import (
    BRANDS,
    TYPES,
    category_label,
    place_in,
    short_name,
    whole_name,
)
from handlers.ui.replies import alert, show

AT_ONCE: Final = 12
"""The largest number of products above the types."""
ROWS_AT_ONCE: Final = 8
"""The largest number of rows of buttons for these products."""


async def show_number(update: Update, context: ShopContext) -> None:
    """Show the products for the number of the pressed button, on the pressed message."""
    wanted = pressed(update, ShowNumber)
    number = number_in(context, wanted.number)
    shown = None if number is None else _kept_screen(context, number, is_meter=wanted.is_meter)
    if shown is None:
        await alert(update, context, quote_unknown(context.translator))
        return
    await show(update, context, *await with_opening(context, shown))


def number_screen(context: ShopContext, number: ParsedNumber, *, is_phone: bool) -> Screen:
    """Return the products for a number, or the question whether it is a phone or a meter.

    `is_phone`: it is known to be a phone number, since it was shared as a contact.
    """
    if number.is_unclear and not is_phone:
        return _unclear_screen(context.translator, number)
    shown = _kept_screen(context, number, is_meter=number.phone is None)
    assert shown is not None  # noqa: S101 - for the type checker: a number is of a phone or a meter
    return shown


def _kept_screen(context: ShopContext, number: ParsedNumber, *, is_meter: bool) -> Screen | None:
    """Return the products for a number, if possible from a kept screen; None if it is not such."""
    translator, shop = context.translator, context.shop
    destination = number.meter if is_meter else number.phone
    if destination is None:
        return None

    def make(written: str) -> Screen:
        by_number = shop.products_for_number
        find = by_number.meter if is_meter else by_number.phone
        products = find(number, context.viewer)
        assert products is not None  # noqa: S101 - for the type checker: it has this number
        return number_products_screen(translator, replace(products, destination=written))

    if shop.browse.fetched_at is None:
        return nothing_on_sale(translator), shop_or_home(translator)
    return kept_screen_for(context, (is_meter, number.brands, number.nominal), destination, make)


def number_products_screen(
    translator: Translator,
    products: ProductsForNumber,
    name_of: Callable[[Product], str] = short_name,
) -> Screen:
    """Return some products for a number, and below them the types that have more."""
    has_brands = len({choice.brand.name for choice in products.choices}) > 1
    choices = sorted(products.choices, key=_sort_key)
    types = [
        button(
            choice_label(translator, choice, with_brand=has_brands),
            _open(products, choice.brand.category_id),
        )
        for choice in choices
    ]
    wallets = [
        button(category_label(translator, one, 0), _open(products, one.category_id))
        for one in products.wallets
    ]
    rows, spelled_out = _product_rows(translator, products, name_of)
    return paragraphs(
        number_products_text(translator, products), spelled_out_text(spelled_out)
    ), keyboard(*rows, *side_by_side([*types, *wallets]), [shop_here(translator), home(translator)])


def _unclear_screen(translator: Translator, number: ParsedNumber) -> Screen:
    phone, meter = number.phone or "", number.meter or ""
    # Buttons carry the number as it was typed, with the amount after it.
    amount = "" if number.nominal is None else f" {number.nominal}"
    as_phone = ShowNumber(is_meter=False, number=phone + amount)
    as_meter = ShowNumber(is_meter=True, number=meter + amount)
    return unclear_text(translator, meter), keyboard(
        [button(translator.gettext("📱 Phone"), as_phone)],
        [button(translator.gettext("⚡ Electricity meter"), as_meter)],
        [home(translator)],
    )


def _product_rows(
    translator: Translator, products: ProductsForNumber, name_of: Callable[[Product], str]
) -> tuple[list[Row], list[str]]:
    """Return rows of products, and the full names of those whose labels are shortened."""
    number = products.destination
    groups = group_offers(products.at_once, name_of, across_subs=name_of is short_name)
    offers = [
        offer
        for offer in [*groups.first, *groups.empty][:AT_ONCE]
        if fits(PickFor(offer.product.product_id, number))
    ]
    # With more than one brand, each label names its own.
    brands = {choice.brand.name for choice in products.choices}
    brands |= {offer.product.listing.main for offer in offers}
    labels = offer_labels(translator, offers, whole_name if len(brands) > 1 else name_of)
    rows = side_by_side(offer_buttons(offers, labels.of, number))[:ROWS_AT_ONCE]
    return rows, spelled_out_on(rows, labels.spelled_out)


def _open(products: ProductsForNumber, category_id: int) -> Button:
    is_meter = products.kind is DestinationKind.METER
    return OpenFor(
        category_id, 0, CatalogueView.AVAILABLE, is_meter=is_meter, number=products.destination
    )


def _sort_key(choice: BrandOfType) -> tuple[object, ...]:
    """Return the sort key of a choice: the place of its brand, then of its type."""
    brand, type_ = choice.brand.name, choice.type
    return place_in(BRANDS, brand), brand, place_of(type_), place_in(TYPES, type_.name)
