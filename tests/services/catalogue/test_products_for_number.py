"""What can be bought for a number."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.money import Rupiah
from bot.domain.typed_input.phone_number import KnownNumber, read_number
from bot.ports.supplier import ServiceList
from bot.services.catalogue.products_for_number import Fitting
from tests.services.catalogue.test_search import products
from tests.services.shop import LISTINGS, Shop

DANA = replace(LISTINGS[0], code="DN10", name="DANA 10.000", type="saldo-emoney", main="DANA")
BYU = replace(LISTINGS[0], code="BU10", name="by.U 10.000", main="BY.U")
DATA = replace(LISTINGS[0], code="SD1", name="Data 1 GB", type="paket-internet")


def known(text: str, shop: Shop) -> KnownNumber:
    number = read_number(text, shop.rules.profile.prefixes)
    assert number is not None
    return number


def shown(fitting: Fitting | None) -> list[tuple[str, str]]:
    assert fitting is not None
    return [(choice.type.name, choice.brand.name) for choice in fitting.choices]


async def test_a_phone_is_offered_its_operators_products(shop: Shop) -> None:
    """Its brand's kinds, the pulsa at once, and e-money, which any number takes."""
    shop.supplier.listings = ServiceList((*LISTINGS, DANA, BYU, DATA), 0)
    await shop.refresh.refresh()
    fitting = shop.fit.phone(known("081234567890", shop))
    assert shown(fitting) == [("pulsa-reguler", "TELKOMSEL"), ("paket-internet", "TELKOMSEL")]
    assert fitting is not None
    assert [one.name for one in fitting.wallets] == ["saldo-emoney"]
    codes = [one.product.listing.code for one in fitting.at_once]
    assert codes == ["SM10", "ONCE", "NIGHT", "SM20"]


async def test_a_shared_prefix_is_offered_both_brands(shop: Shop) -> None:
    """And none of them at once."""
    shop.supplier.listings = ServiceList((*LISTINGS, BYU), 0)
    await shop.refresh.refresh()
    fitting = shop.fit.phone(known("085112345678", shop))
    assert shown(fitting) == [("pulsa-reguler", "TELKOMSEL"), ("pulsa-reguler", "BY.U")]
    assert fitting is not None
    assert fitting.at_once == []


async def test_the_nominal_that_was_sent_comes_first(shop: Shop) -> None:
    """Of pulsa and of tokens, of each brand that it may be of; another changes nothing."""
    dear = replace(LISTINGS[6], code="PLN50", name="PLN 50.000")
    shop.supplier.listings = ServiceList((*LISTINGS, BYU, dear), 0)
    await shop.refresh.refresh()

    def codes(fitting: Fitting | None) -> list[str]:
        assert fitting is not None
        return [one.product.listing.code for one in fitting.at_once]

    assert codes(shop.fit.phone(known("081234567890 20", shop)))[:2] == ["SM20", "SM10"]
    assert codes(shop.fit.phone(known("081234567890 75", shop)))[0] == "SM10"
    assert codes(shop.fit.phone(known("pulsa 10rb ke 085112345678", shop))) == ["SM10", "BU10"]
    assert codes(shop.fit.meter(known("12345678901 50", shop))) == ["PLN50", "PLN20"]


@pytest.mark.parametrize("nominal", [5, 10, 20, 25, 50, 100])
async def test_common_amounts_are_first_in_a_long_list_too(shop: Shop, nominal: int) -> None:
    """Among the whole sandbox's products, where each amount has many sources."""
    listings = tuple(replace(one.listing, cost=Rupiah(nominal * 1_000)) for one in products())
    shop.supplier.listings = ServiceList(listings, 0)
    await shop.refresh.refresh()
    fitting = shop.fit.phone(known(f"081234567890 {nominal}", shop))
    assert fitting is not None
    assert fitting.at_once[0].product.listing.name == f"Telkomsel {nominal}.000"


async def test_an_unknown_operator_is_offered_nothing_of_one(shop: Shop) -> None:
    """It may be none of those that we sell."""
    fitting = shop.fit.phone(known("080012345678", shop))
    assert shown(fitting) == []
    assert shop.fit.meter(known("080012345678", shop)) is None


async def test_a_meter_is_offered_tokens(shop: Shop) -> None:
    """At once, since there is one brand of them."""
    fitting = shop.fit.meter(known("12345678901", shop))
    assert shown(fitting) == [("token-pln", "PLN")]
    assert fitting is not None
    assert [one.product.listing.code for one in fitting.at_once] == ["PLN20"]
    assert shop.fit.phone(known("12345678901", shop)) is None


async def test_an_empty_shelf_offers_nothing(shop: Shop) -> None:
    """Before the first list there is nothing, whatever the number."""
    number = known("81234567890", shop)
    shop.shelf.catalogue = None
    for fitting in (shop.fit.phone(number), shop.fit.meter(number)):
        assert shown(fitting) == []
