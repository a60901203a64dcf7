"""Products that can be bought for a phone or meter number."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.catalogue import Listing
from bot.domain.money import Rupiah
from bot.domain.typed_input.phone_number import ParsedNumber, parse_number
from bot.ports.supplier import ServiceList
from bot.services.catalogue.products_for_number import ProductsForNumber
from tests.services.catalogue.test_search import products
from tests.services.shop import LISTINGS, Shop

DANA = replace(LISTINGS[0], code="DN10", name="DANA 10.000", type="saldo-emoney", main="DANA")
BYU = replace(LISTINGS[0], code="BU10", name="by.U 10.000", main="BY.U")
DATA = replace(LISTINGS[0], code="SD1", name="Data 1 GB", type="paket-internet")


def products_for(shop: Shop, text: str) -> ProductsForNumber:
    """Return the products for the phone or meter number in a text."""
    number = known(text, shop)
    found = shop.products_for_number.phone(number) or shop.products_for_number.meter(number)
    assert found is not None
    return found


def known(text: str, shop: Shop) -> ParsedNumber:
    number = parse_number(text, shop.rules.profile.prefixes)
    assert number is not None
    return number


def brands(found: ProductsForNumber) -> list[tuple[str, str]]:
    """Return the types and brands offered."""
    return [(choice.type.name, choice.brand.name) for choice in found.choices]


def codes(found: ProductsForNumber) -> list[str]:
    """Return the codes of the products offered at once."""
    return [one.product.listing.code for one in found.at_once]


async def list_also(shop: Shop, *listings: Listing) -> None:
    """Let the supplier list these too."""
    shop.supplier.listings = ServiceList((*LISTINGS, *listings), 0)
    await shop.refresh.refresh()


async def test_a_phone_is_offered_its_operators_products_and_e_money(shop: Shop) -> None:
    await list_also(shop, DANA, BYU, DATA)
    found = products_for(shop, "081234567890")
    assert brands(found) == [("pulsa-reguler", "TELKOMSEL"), ("paket-internet", "TELKOMSEL")]
    assert [one.name for one in found.wallets] == ["saldo-emoney"]
    assert codes(found) == ["SM10", "ONCE", "NIGHT", "SM20"]


async def test_a_prefix_of_two_brands_is_offered_both_and_no_products(shop: Shop) -> None:
    await list_also(shop, BYU)
    found = products_for(shop, "085112345678")
    assert brands(found) == [("pulsa-reguler", "TELKOMSEL"), ("pulsa-reguler", "BY.U")]
    assert codes(found) == []


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("081234567890 20", ["SM20", "SM10"]),
        ("081234567890 75", ["SM10"]),
        ("pulsa 10rb ke 085112345678", ["SM10", "BU10"]),
        ("12345678901 50", ["PLN50", "PLN20"]),
    ],
)
async def test_products_of_the_typed_amount_come_first(
    shop: Shop, text: str, first: list[str]
) -> None:
    await list_also(shop, BYU, replace(LISTINGS[6], code="PLN50", name="PLN 50.000"))
    assert codes(products_for(shop, text))[: len(first)] == first


@pytest.mark.parametrize("nominal", [5, 25, 100])
async def test_the_typed_amount_comes_first_in_the_full_catalogue(shop: Shop, nominal: int) -> None:
    listings = tuple(replace(one.listing, cost=Rupiah(nominal * 1_000)) for one in products())
    shop.supplier.listings = ServiceList(listings, 0)
    await shop.refresh.refresh()
    found = products_for(shop, f"081234567890 {nominal}")
    assert found.at_once[0].product.listing.name == f"Telkomsel {nominal}.000"


async def test_an_unknown_operator_is_offered_no_brand(shop: Shop) -> None:
    assert brands(products_for(shop, "080012345678")) == []
    assert shop.products_for_number.meter(known("080012345678", shop)) is None


async def test_a_meter_is_offered_tokens_of_the_only_brand(shop: Shop) -> None:
    found = products_for(shop, "12345678901")
    assert brands(found) == [("token-pln", "PLN")]
    assert codes(found) == ["PLN20"]
    assert shop.products_for_number.phone(known("12345678901", shop)) is None


async def test_without_a_catalogue_nothing_is_offered(shop: Shop) -> None:
    number = known("81234567890", shop)
    shop.catalogue_cache.catalogue = None
    for find in (shop.products_for_number.phone, shop.products_for_number.meter):
        found = find(number)
        assert found is not None
        assert brands(found) == []
