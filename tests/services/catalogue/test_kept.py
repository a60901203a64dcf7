"""What is made from the products on sale is kept until what is sold changes, and no longer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.catalogue import ProductId
from bot.domain.errors import UnavailableReason
from bot.domain.money import Rupiah
from bot.domain.viewer import EVERYBODY
from bot.services.catalogue.browse import Assortment
from bot.services.catalogue.kept import Kept
from tests.services.shop import Shop, shop_rules


def assortment(shop: Shop) -> Assortment:
    return shop.browse.assortment()


def unavailable(shop: Shop, code: str) -> UnavailableReason | None:
    return shop.browse.offer(shop.product(code)).unavailable


async def test_what_is_sold_stays_the_same_from_minute_to_minute(shop: Shop) -> None:
    before, offer = assortment(shop), shop.browse.offer(shop.product("SM10"))
    shop.clock.advance(3 * 60)
    assert assortment(shop) is before
    assert shop.browse.offer(shop.product("SM10")) is offer
    shop.catalogue_cache.withheld = frozenset()
    assert assortment(shop) is before


async def test_a_cutoff_shows_from_its_first_minute_to_its_last(shop: Shop) -> None:
    """NIGHT is closed from 23:30 to 0:30 in Jakarta."""
    seen = []
    for minute in ("23:29", "23:30", "23:59", "00:29", "00:30"):
        hour, minutes = map(int, minute.split(":"))
        day = 14 if hour == 23 else 15
        jakarta = datetime(2026, 3, day, hour, minutes, tzinfo=UTC) - timedelta(hours=7)
        shop.clock.advance((jakarta - shop.clock.now()).total_seconds())
        found = {one.product.listing.code: one for one in shop.search.search("night").offers}
        seen.append((unavailable(shop, "NIGHT"), found["NIGHT"].unavailable))
    closed = (UnavailableReason.CLOSED, UnavailableReason.CLOSED)
    assert seen == [(None, None), closed, closed, closed, (None, None)]


async def test_a_clock_set_back_opens_and_closes_as_it_says(shop: Shop) -> None:
    shop.clock.advance(12 * 3_600)
    assert unavailable(shop, "NIGHT") is UnavailableReason.CLOSED
    shop.clock.advance(-12 * 3_600)
    assert unavailable(shop, "NIGHT") is None


async def test_a_withheld_product_and_its_release_show_at_once(shop: Shop) -> None:
    level = shop.browse.level(None)
    sub_id = shop.browse.offer(shop.product("SM10")).product.sub_id
    for withheld, expected in (
        (frozenset({shop.product("SM10")}), UnavailableReason.EMPTY),
        (frozenset[ProductId](), None),
    ):
        shop.catalogue_cache.withheld = withheld
        assert unavailable(shop, "SM10") is expected
        for offers in (
            shop.browse.level(sub_id).offers,
            shop.search.search("telkomsel 10").offers,
        ):
            (offer,) = (one for one in offers if one.product.listing.code == "SM10")
            assert offer.unavailable is expected
    assert shop.browse.level(None) == level


async def test_a_new_list_replaces_what_was_kept(shop: Shop) -> None:
    assert shop.search.search("telkomsel 10").offers[0].price == 11_200
    await shop.relist("SM10", cost=Rupiah(10_900))
    assert shop.search.search("telkomsel 10").offers[0].price == 11_900


async def test_what_is_sold_stays_the_same_when_the_same_list_comes_again(shop: Shop) -> None:
    await shop.refresh.refresh()
    before = assortment(shop)
    shop.clock.advance(60)
    await shop.refresh.refresh()
    assert assortment(shop) is before


async def test_new_sales_sort_the_categories_anew(shop: Shop) -> None:
    catalogue, sold = shop.catalogue_cache.catalogue, {("token-pln", "PLN"): 3}
    assert catalogue is not None
    before = shop.browse.level(None).sold
    shop.catalogue_cache.replace(catalogue, sold)
    after = shop.browse.level(None).sold
    assert (sum(before.values()), sum(after.values())) == (0, 3)


async def test_other_rules_make_other_offers(shop: Shop) -> None:
    """The rules never change while the shop runs; tests and tools may use several."""
    now, cache = shop.clock.now(), shop.catalogue_cache
    rules = shop_rules()
    dearer = replace(rules, markup=replace(rules.markup, flat=Rupiah(2_000)))
    product = shop.browse.offer(shop.product("SM10")).product
    prices = []
    for one in (rules, dearer):
        sold = cache.assortment(one, now, EVERYBODY)
        assert sold is not None
        prices.append(sold.offer(product).price)
    assert prices == [11_200, 12_200]


async def test_the_results_used_last_are_kept(shop: Shop) -> None:
    kept, made = Kept[str, str](2), list[str]()

    def get(key: str) -> str:
        def make() -> str:
            made.append(key)
            return key.upper()

        return kept.get(assortment(shop), key, make)

    assert [get(key) for key in ("a", "b", "a", "c", "a", "b")] == ["A", "B", "A", "C", "A", "B"]
    assert made == ["a", "b", "c", "b"]
    await shop.relist("SM20", is_ready=False)
    assert get("b") == "B"
    assert made == ["a", "b", "c", "b", "b"]
