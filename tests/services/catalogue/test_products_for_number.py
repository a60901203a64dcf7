"""Products that can be bought for a phone or meter number."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.money import Rupiah
from bot.domain.typed_input.phone_number import ParsedNumber, parse_number
from bot.ports.supplier import ServiceList
from bot.services.catalogue.products_for_number import ProductsForNumber
from tests.services.catalogue.test_search import products
from tests.services.shop import LISTINGS, Shop

DANA = replace(LISTINGS[0], code="DN10", name="DANA 10.000", type="saldo-emoney", main="DANA")
BYU = replace(LISTINGS[0], code="BU10", name="by.U 10.000", main="BY.U")
DATA = replace(LISTINGS[0], code="SD1", name="Data 1 GB", type="paket-internet")


def known(text: str, shop: Shop) -> ParsedNumber:
    number = parse_number(text, shop.rules.profile.prefixes)
    assert number is not None
    return number


def shown(found: ProductsForNumber | None) -> list[tuple[str, str]]:
    assert found is not None
    return [(choice.type.name, choice.brand.name) for choice in found.choices]


async def test_a_phone_is_offered_its_operators_products_and_e_money(shop: Shop) -> None:
    shop.supplier.listings = ServiceList((*LISTINGS, DANA, BYU, DATA), 0)
    await shop.refresh.refresh()
    found = shop.products_for_number.phone(known("081234567890", shop))
    assert shown(found) == [("pulsa-reguler", "TELKOMSEL"), ("paket-internet", "TELKOMSEL")]
    assert found is not None
    assert [one.name for one in found.wallets] == ["saldo-emoney"]
    codes = [one.product.listing.code for one in found.at_once]
    assert codes == ["SM10", "ONCE", "NIGHT", "SM20"]


async def test_a_prefix_of_two_brands_is_offered_both_and_no_products(shop: Shop) -> None:
    shop.supplier.listings = ServiceList((*LISTINGS, BYU), 0)
    await shop.refresh.refresh()
    found = shop.products_for_number.phone(known("085112345678", shop))
    assert shown(found) == [("pulsa-reguler", "TELKOMSEL"), ("pulsa-reguler", "BY.U")]
    assert found is not None
    assert found.at_once == []


async def test_products_of_the_typed_amount_come_first(shop: Shop) -> None:
    dear = replace(LISTINGS[6], code="PLN50", name="PLN 50.000")
    shop.supplier.listings = ServiceList((*LISTINGS, BYU, dear), 0)
    await shop.refresh.refresh()

    def codes(found: ProductsForNumber | None) -> list[str]:
        assert found is not None
        return [one.product.listing.code for one in found.at_once]

    assert codes(shop.products_for_number.phone(known("081234567890 20", shop)))[:2] == [
        "SM20",
        "SM10",
    ]
    assert codes(shop.products_for_number.phone(known("081234567890 75", shop)))[0] == "SM10"
    assert codes(shop.products_for_number.phone(known("pulsa 10rb ke 085112345678", shop))) == [
        "SM10",
        "BU10",
    ]
    assert codes(shop.products_for_number.meter(known("12345678901 50", shop))) == [
        "PLN50",
        "PLN20",
    ]


@pytest.mark.parametrize("nominal", [5, 10, 20, 25, 50, 100])
async def test_the_typed_amount_comes_first_in_the_full_catalogue(shop: Shop, nominal: int) -> None:
    listings = tuple(replace(one.listing, cost=Rupiah(nominal * 1_000)) for one in products())
    shop.supplier.listings = ServiceList(listings, 0)
    await shop.refresh.refresh()
    found = shop.products_for_number.phone(known(f"081234567890 {nominal}", shop))
    assert found is not None
    assert found.at_once[0].product.listing.name == f"Telkomsel {nominal}.000"


async def test_an_unknown_operator_is_offered_no_brand(shop: Shop) -> None:
    found = shop.products_for_number.phone(known("080012345678", shop))
    assert shown(found) == []
    assert shop.products_for_number.meter(known("080012345678", shop)) is None


async def test_a_meter_is_offered_tokens_of_the_only_brand(shop: Shop) -> None:
    found = shop.products_for_number.meter(known("12345678901", shop))
    assert shown(found) == [("token-pln", "PLN")]
    assert found is not None
    assert [one.product.listing.code for one in found.at_once] == ["PLN20"]
    assert shop.products_for_number.phone(known("12345678901", shop)) is None


async def test_without_a_catalogue_nothing_is_offered(shop: Shop) -> None:
    number = known("81234567890", shop)
    shop.catalogue_cache.catalogue = None
    for found in (shop.products_for_number.phone(number), shop.products_for_number.meter(number)):
        assert shown(found) == []
