"""Browsing the catalogue in memory, and refreshing it."""

from datetime import timedelta

import pytest

from bot.domain.catalogue import CategoryId, Listing, ProductId
from bot.domain.errors import (
    ProductUnavailableError,
    RefusalClass,
    SupplierError,
    SupplierReadError,
    SupplierRefusedError,
    SupplierReplyTooLargeError,
    UnavailableReason,
)
from bot.domain.money import Rupiah
from bot.ports.supplier import ServiceList
from bot.services.catalogue.browse import CatalogueCache, Level
from tests.services.shop import ADMIN, ADMIN_CHAT, LISTINGS, NOON, PRICE, Shop


def names(level: Level) -> list[str]:
    """Return the names of a level's categories, or the codes of its offers."""
    return [category.name for category in level.categories] or [
        offer.product.listing.code for offer in level.offers
    ]


def opened(shop: Shop, *path: str) -> Level:
    """Open the categories with these names, one after the other."""
    level = shop.browse.level(None)
    for name in path:
        (found,) = [category for category in level.categories if category.name == name]
        level = shop.browse.level(found.category_id)
    return level


async def list_only(shop: Shop, *listings: Listing, skipped: int = 0) -> bool:
    """Let the supplier list these, and refresh; return whether the list was applied."""
    shop.supplier.listings = ServiceList(listings, skipped)
    return await shop.refresh.refresh()


async def test_the_first_screen_shows_the_types(shop: Shop) -> None:
    top = shop.browse.level(None)
    assert top.is_top
    assert names(top) == ["pulsa-reguler", "token-pln", "voucher-game"]
    assert top.up is None
    assert shop.browse.fetched_at == NOON


async def test_a_level_counts_the_sales_of_the_last_month(shop: Shop) -> None:
    """Sales are counted when the catalogue is fetched or loaded, and by whole weeks."""
    await shop.accepted(code="XL10", number="081799999999")
    shop.supplier.says("r1", "success")
    shop.clock.advance(5)
    await shop.reconcile.poll()
    assert set(shop.browse.level(None).sold.values()) == {0}
    await shop.refresh.refresh()
    top = shop.browse.level(None)
    assert [top.sold[one.category_id] for one in top.categories] == [1, 0, 0]
    pulsa = opened(shop, "pulsa-reguler")
    assert [pulsa.sold[one.category_id] for one in pulsa.categories] == [0, 1]
    shop.clock.advance(timedelta(days=38).total_seconds())
    await shop.refresh.load()
    assert set(shop.browse.level(None).sold.values()) == {0}


async def test_levels_with_one_choice_are_skipped(shop: Shop) -> None:
    tokens = opened(shop, "token-pln")
    assert [category.name for category in tokens.path] == ["token-pln", "PLN", "Token"]
    assert (names(tokens), tokens.up) == (["PLN20"], None)


async def test_back_leads_to_the_last_level_with_a_choice(shop: Shop) -> None:
    pulsa, brand = opened(shop, "pulsa-reguler"), opened(shop, "pulsa-reguler", "XL")
    assert (names(pulsa), pulsa.up) == (["TELKOMSEL", "XL"], None)
    assert (names(brand), brand.up) == (["XL10"], pulsa.path[-1].category_id)


async def test_a_shop_with_one_of_everything_shows_its_products_at_once(shop: Shop) -> None:
    for _ in range(3):
        await list_only(shop, LISTINGS[0])
    level = shop.browse.level(None)
    assert (names(level), level.up) == (["SM10"], None)


async def test_offers_are_sorted_by_price_the_available_ones_first(shop: Shop) -> None:
    shop.clock.advance(11.6 * 3600)
    level = opened(shop, "pulsa-reguler", "TELKOMSEL")
    assert names(level) == ["SM10", "ONCE", "SM20", "NIGHT", "GONE"]
    closed, empty = UnavailableReason.CLOSED, UnavailableReason.EMPTY
    assert [offer.unavailable for offer in level.offers] == [None, None, None, closed, empty]
    assert level.offers[3].opens_at is not None


async def test_an_offer_has_its_price_and_destination_kind(shop: Shop) -> None:
    assert shop.browse.offer(shop.product("SM10")).price == PRICE
    game = shop.browse.offer(shop.product("ML86"))
    assert (game.kind, game.game_form.has_zone) == ("game", True)
    with pytest.raises(ProductUnavailableError):
        shop.browse.offer(ProductId(999))


async def test_an_unknown_category_is_reported_as_gone(shop: Shop) -> None:
    with pytest.raises(ProductUnavailableError) as caught:
        shop.browse.level(CategoryId(999))
    assert caught.value.reason is UnavailableReason.GONE


async def test_before_the_first_list_nothing_is_on_sale(shop: Shop) -> None:
    shop.catalogue_cache = CatalogueCache()
    shop.build()
    assert shop.browse.fetched_at is None
    with pytest.raises(ProductUnavailableError):
        shop.browse.level(None)
    with pytest.raises(ProductUnavailableError):
        shop.browse.offer(ProductId(1))


async def test_the_stored_catalogue_is_loaded_at_start(empty_shop: Shop) -> None:
    assert await empty_shop.refresh.load() == 0
    await empty_shop.open()
    product_id = empty_shop.product("SM20")
    empty_shop.catalogue_cache = CatalogueCache()
    empty_shop.build()
    assert await empty_shop.refresh.load() == 8
    assert empty_shop.product("SM20") == product_id


async def test_a_product_that_comes_back_keeps_its_id(shop: Shop) -> None:
    before = {listing.code: shop.product(listing.code) for listing in LISTINGS}
    await list_only(shop, *LISTINGS[1:])
    assert shop.catalogue_cache.catalogue is not None
    assert shop.catalogue_cache.catalogue.by_code("SM10") is None
    await list_only(shop, *reversed(LISTINGS))
    assert {listing.code: shop.product(listing.code) for listing in LISTINGS} == before


async def test_types_that_the_order_call_does_not_serve_are_hidden(shop: Shop) -> None:
    await shop.relist("PLN20", type="pascabayar")
    assert names(shop.browse.level(None)) == ["pulsa-reguler", "voucher-game"]


async def test_a_collapsed_list_is_applied_after_two_more_like_it(shop: Shop) -> None:
    assert not await list_only(shop, *LISTINGS[:3], skipped=40)
    assert await shop.alerts() == ["catalogue_shrunk"]
    assert len(names(shop.browse.level(None))) == 3
    assert not await shop.refresh.refresh()
    assert await shop.refresh.refresh()
    assert shop.catalogue_cache.size == 3


async def test_a_list_too_large_is_refused_and_alerted_until_a_good_one(shop: Shop) -> None:
    shop.supplier.read_error = SupplierReplyTooLargeError("a list of 20,001 rows")
    delivered = []
    for _ in range(4):
        shop.clock.advance(300)
        with pytest.raises(SupplierReplyTooLargeError):
            await shop.refresh.refresh()
        delivered += [one.notice.data for one in await shop.deliveries(ADMIN_CHAT)]
    alert = {"condition": "catalogue_too_large", "detail": "a list of 20,001 rows"}
    assert delivered == [alert, alert]
    assert len(names(shop.browse.level(None))) == 3
    seen = await shop.admin.overview(ADMIN)
    assert seen.catalogue_fetched_at == NOON
    assert "alert:catalogue_too_large" not in seen.ended
    shop.supplier.read_error = None
    await shop.refresh.refresh()
    seen = await shop.admin.overview(ADMIN)
    assert seen.ended["alert:catalogue_too_large"] == shop.clock.now()


async def test_a_good_list_resets_the_count_of_collapsed_ones(shop: Shop) -> None:
    for listings in ((), LISTINGS, (), LISTINGS[:1]):
        assert await list_only(shop, *listings) is (listings is LISTINGS)


@pytest.mark.parametrize(
    ("error", "alerts"),
    [
        (SupplierRefusedError(RefusalClass.CREDENTIALS, "Maaf"), ["credentials_refused"]),
        (SupplierRefusedError(RefusalClass.MAINTENANCE, "Maaf"), ["maintenance"]),
        (SupplierRefusedError(RefusalClass.OTHER, "Maaf"), ["unknown_refusal"]),
        (SupplierReadError("502"), []),
    ],
)
async def test_a_refused_list_is_alerted_and_the_old_one_kept(
    shop: Shop, error: SupplierError, alerts: list[str]
) -> None:
    shop.supplier.read_error = error
    with pytest.raises(type(error)):
        await shop.refresh.refresh()
    assert await shop.alerts() == alerts
    assert shop.browse.offer(shop.product("SM10")).price == PRICE


async def test_a_fresh_list_brings_fresh_prices(shop: Shop) -> None:
    shop.clock.advance(900)
    await shop.relist("SM10", cost=Rupiah(9_950))
    assert shop.browse.offer(shop.product("SM10")).price == 11_000
    assert shop.browse.fetched_at == NOON + timedelta(seconds=900)


async def test_a_trail_omits_the_only_sub_of_a_brand(shop: Shop) -> None:
    brand = opened(shop, "pulsa-reguler", "TELKOMSEL")
    assert [one.name for one in brand.trail] == ["pulsa-reguler", "TELKOMSEL"]
    await shop.relist("SM20", sub="Promo")
    sub = shop.browse.level(brand.path[-1].category_id)
    assert [one.name for one in sub.trail] == ["pulsa-reguler", "TELKOMSEL", "Umum"]
