"""Owners change the rules of the prices: previewed, applied once, taken back."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.admin_act import AdminAct
from bot.domain.catalogue import CategoryId, ProductId
from bot.domain.customer import Actor
from bot.domain.errors import (
    ConfirmationOutdatedError,
    NotFoundError,
    NotPermittedError,
    PriceChangedError,
    TokenError,
    TokenFault,
)
from bot.domain.money import Rupiah
from bot.domain.order import OrderState
from bot.domain.price_change import PriceChange, PriceChangeId
from bot.domain.prices import Band, Discount, FixedPrice, Pricing, Target, Tariff, tariff_of
from bot.domain.shop_rules import TOKEN_LIFETIME
from bot.domain.viewer import EVERYBODY, LevelId, Viewer
from bot.services.prices.rules import target_of
from tests.services.shop import ADMIN, ANNI, ANNI_CHAT, PRICE, SECOND_ADMIN, Shop

ALL = Target()
ANNI_HERSELF = Actor(ANNI, ANNI_CHAT)


def tariff(flat: int, *, least: int = 0, round_to: int = 100) -> Tariff:
    return Tariff((Band(None, Rupiah(flat), Decimal(0)),), round_to, Rupiah(least))


async def apply(shop: Shop, target: Target, pricing: Pricing | None) -> PriceChange:
    proposed = await shop.prices.rules.propose(ADMIN, target, pricing)
    return await shop.prices.rules.apply(ADMIN, proposed.token)


async def price_of(shop: Shop, code: str = "SM10", level_id: LevelId | None = None) -> int:
    """Return the price in a new quote, or that in the list in memory for a level."""
    if level_id is None:
        quote = await shop.buy.quote(ANNI, shop.product(code), "081234567890")
        return quote.offer.price
    shop.catalogue_cache.policy = await shop.store.read(lambda tx: tx.policy.current())
    return shop.browse.offer(shop.product(code), Viewer(level_id)).price


async def newest_act(shop: Shop) -> AdminAct:
    (act,) = await shop.store.read(lambda tx: tx.admin_acts.latest(1))
    return act


def category(shop: Shop, code: str, depth: int) -> CategoryId:
    assert shop.catalogue_cache.catalogue is not None
    product = shop.catalogue_cache.catalogue.product(shop.product(code))
    assert product is not None
    return shop.catalogue_cache.catalogue.path_of(product.sub_id)[depth].category_id


async def test_a_rule_is_previewed_applied_once_and_taken_back(shop: Shop) -> None:
    await shop.queue()
    rules = shop.prices.rules
    proposed = await rules.propose(ADMIN, ALL, tariff(1_500))
    seen = proposed.preview
    assert (seen.dearer, seen.cheaper, seen.same, seen.held) == (8, 0, 0, 0)
    first = seen.changed[0]
    assert (first.product.listing.code, first.before, first.after, first.profit) == (
        "SM10",
        11_200,
        11_700,
        1_500,
    )
    assert proposed.before is None
    assert await price_of(shop) == PRICE
    change = await rules.apply(ADMIN, proposed.token)
    assert await price_of(shop) == 11_700
    assert (change.before, change.pricing) == ("", tariff(1_500))
    act = await newest_act(shop)
    assert (act.action, act.subject, act.detail) == (
        "price",
        "*",
        "- -> +1500, round 100, least 0",
    )
    with pytest.raises(TokenError) as raised:
        await rules.apply(ADMIN, proposed.token)
    assert (raised.value.fault, raised.value.outcome) == (TokenFault.USED, str(change.change_id))
    undone = await rules.undo(ADMIN, change.change_id)
    assert undone.pricing is None
    assert await price_of(shop) == PRICE
    assert await rules.last_change(ADMIN) == undone
    with pytest.raises(ConfirmationOutdatedError):
        await rules.undo(ADMIN, change.change_id)


async def test_nothing_can_be_taken_back_before_there_was_a_change(shop: Shop) -> None:
    assert await shop.prices.rules.last_change(ADMIN) is None
    with pytest.raises(ConfirmationOutdatedError):
        await shop.prices.rules.undo(ADMIN, PriceChangeId(1))


async def test_of_two_owners_the_second_sees_the_preview_again(shop: Shop) -> None:
    rules = shop.prices.rules
    mine = await rules.propose(ADMIN, ALL, tariff(1_500))
    other = await rules.propose(SECOND_ADMIN, ALL, tariff(2_000))
    await rules.apply(SECOND_ADMIN, other.token)
    with pytest.raises(ConfirmationOutdatedError):
        await rules.apply(ADMIN, mine.token)
    assert await price_of(shop) == 12_200
    again = await rules.repeat(ADMIN, mine.token)
    assert (again.before, again.pricing) == (tariff(2_000), tariff(1_500))
    assert again.preview.cheaper == 8
    await rules.apply(ADMIN, again.token)
    assert await price_of(shop) == 11_700


async def test_two_confirmations_at_once_make_one_change(shop: Shop) -> None:
    rules = shop.prices.rules
    proposed = [await rules.propose(who, ALL, tariff(2_000)) for who in (ADMIN, SECOND_ADMIN)]
    results = await asyncio.gather(
        rules.apply(ADMIN, proposed[0].token),
        rules.apply(SECOND_ADMIN, proposed[1].token),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in results) == [
        "ConfirmationOutdatedError",
        "PriceChange",
    ]


async def test_a_preview_is_shown_again_with_another_rounding_and_margin(shop: Shop) -> None:
    rules = shop.prices.rules
    proposed = await rules.propose(ADMIN, ALL, tariff(1_450))
    assert (await rules.shown(ADMIN, proposed.token)).preview == proposed.preview
    rounded = await rules.repeat(ADMIN, proposed.token, round_to=500)
    assert rounded.pricing == tariff(1_450, round_to=500)
    margin = await rules.repeat(ADMIN, rounded.token, least=Rupiah(3_000))
    assert margin.pricing == tariff(1_450, least=3_000, round_to=500)
    assert margin.preview.held == 8
    fixed = await rules.propose(
        ADMIN, Target(product_id=shop.product("SM10")), FixedPrice(Rupiah(11_500))
    )
    again = await rules.repeat(ADMIN, fixed.token, round_to=500)
    assert again.pricing == fixed.pricing
    with pytest.raises(TokenError):
        await rules.shown(SECOND_ADMIN, proposed.token)


async def test_an_old_preview_cannot_be_applied(shop: Shop) -> None:
    proposed = await shop.prices.rules.propose(ADMIN, ALL, tariff(1_500))
    shop.clock.advance(TOKEN_LIFETIME.total_seconds() + 1)
    with pytest.raises(TokenError) as raised:
        await shop.prices.rules.apply(ADMIN, proposed.token)
    assert raised.value.fault is TokenFault.EXPIRED


async def test_a_fixed_price_below_the_cost_sells_at_the_floor(shop: Shop) -> None:
    await apply(shop, ALL, tariff(1_500, least=300))
    target = Target(product_id=shop.product("SM10"))
    proposed = await shop.prices.rules.propose(ADMIN, target, FixedPrice(Rupiah(9_000)))
    (changed,) = proposed.preview.changed
    assert (changed.after, changed.is_held) == (10_500, True)
    await shop.prices.rules.apply(ADMIN, proposed.token)
    assert await price_of(shop) == 10_500
    assert (await newest_act(shop)).subject == "SM10"
    await shop.relist("SM10", cost=Rupiah(11_000))
    assert await price_of(shop) == 11_300
    taken = await apply(shop, target, None)
    assert (taken.pricing_before, taken.pricing) == (FixedPrice(Rupiah(9_000)), None)
    assert await price_of(shop) == 12_500


async def test_the_newest_cost_counts_though_memory_has_an_older_list(shop: Shop) -> None:
    """Quote and confirm read the cost of their transaction."""
    target = Target(product_id=shop.product("SM10"))
    await apply(shop, target, FixedPrice(Rupiah(10_300)))
    token = await shop.token()
    other = await shop.other_process()
    await other.relist("SM10", cost=Rupiah(10_900))
    with pytest.raises(PriceChangedError) as raised:
        await shop.buy.confirm(ANNI, token, 55)
    assert (raised.value.shown, raised.value.current) == (10_300, 10_900)
    assert await price_of(shop) == 10_900


async def test_nothing_is_sent_whose_cost_has_risen_above_the_confirmed_price(shop: Shop) -> None:
    await apply(shop, Target(product_id=shop.product("SM10")), FixedPrice(Rupiah(10_300)))
    order = await shop.queue()
    await shop.relist("SM10", cost=Rupiah(10_301))
    await shop.wait()
    assert (await shop.get(order.order_id)).state is OrderState.CANCELLED


async def test_a_price_that_a_rule_changed_has_to_be_confirmed_again(shop: Shop) -> None:
    token = await shop.token()
    await apply(shop, Target(category_id=category(shop, "SM10", 1)), tariff(700))
    with pytest.raises(PriceChangedError) as raised:
        await shop.buy.confirm(ANNI, token, 55)
    assert (raised.value.shown, raised.value.current) == (PRICE, 10_900)
    order = await shop.buy.confirm(ANNI, (await shop.buy.requote(ANNI, token, 55)).token, 55)
    assert order.price == 10_900
    assert (await newest_act(shop)).subject == "pulsa-reguler/TELKOMSEL"


async def test_a_level_pays_less_and_its_customers_from_the_next_quote_on(shop: Shop) -> None:
    agent = await shop.prices.levels.add(ADMIN, "Agen")
    token = await shop.token()
    level = Target(agent.level_id)
    proposed = await shop.prices.rules.propose(ADMIN, level, Discount(Rupiah(300)))
    assert proposed.preview.cheaper == 8
    await shop.prices.rules.apply(ADMIN, proposed.token)
    assert (await newest_act(shop)).subject == "* (Agen)"
    assert await price_of(shop) == PRICE
    await shop.people.set_level(ADMIN, ANNI, agent.level_id)
    with pytest.raises(PriceChangedError):
        await shop.buy.confirm(ANNI, token, 55)
    assert await price_of(shop) == PRICE - 300
    general = await shop.prices.rules.propose(ADMIN, ALL, tariff(2_000))
    assert general.preview.followers == ("Agen",)
    await shop.prices.rules.apply(ADMIN, general.token)
    assert await price_of(shop, level_id=agent.level_id) == 11_900


@pytest.mark.parametrize(
    ("target", "pricing"),
    [
        (ALL, Discount(Rupiah(300))),
        (ALL, FixedPrice(Rupiah(300))),
        (Target(product_id=ProductId(999)), FixedPrice(Rupiah(300))),
        (Target(category_id=CategoryId(999)), None),
        (Target(LevelId(9)), Discount(Rupiah(300))),
    ],
)
async def test_what_does_not_exist_or_makes_no_sense_is_refused(
    shop: Shop, target: Target, pricing: Pricing | None
) -> None:
    with pytest.raises(NotFoundError):
        await shop.prices.rules.propose(ADMIN, target, pricing)


async def test_only_owners_change_prices(shop: Shop) -> None:
    proposed = await shop.prices.rules.propose(ADMIN, ALL, tariff(1_500))
    for act in (
        shop.prices.rules.propose(ANNI_HERSELF, ALL, tariff(1)),
        shop.prices.rules.shown(ANNI_HERSELF, proposed.token),
        shop.prices.rules.apply(ANNI_HERSELF, proposed.token),
        shop.prices.rules.undo(ANNI_HERSELF, PriceChangeId(1)),
        shop.prices.rules.last_change(ANNI_HERSELF),
    ):
        with pytest.raises(NotPermittedError):
            await act


async def test_without_a_list_nothing_can_be_proposed(shop: Shop) -> None:
    shop.catalogue_cache.catalogue = None
    with pytest.raises(NotFoundError):
        await shop.prices.rules.propose(ADMIN, ALL, tariff(1_500))
    assert shop.prices.codes.product("SM10") is None
    assert shop.prices.codes.offer("S10") is None
    assert shop.prices.lists.found("tsel") == ()
    assert shop.prices.lists.of_category(CategoryId(1)) == ()


async def test_a_rule_for_what_left_the_list_stays_and_can_be_undone(shop: Shop) -> None:
    """The preview shows no product then."""
    target = Target(product_id=shop.product("SM10"))
    proposed = await shop.prices.rules.propose(ADMIN, target, FixedPrice(Rupiah(11_500)))
    listings = tuple(one for one in shop.supplier.listings.listings if one.code != "SM10")
    shop.supplier.listings = replace(shop.supplier.listings, listings=listings)
    await shop.refresh.refresh()
    shown = await shop.prices.rules.shown(ADMIN, proposed.token)
    assert shown.preview.changed == []
    with pytest.raises(NotFoundError):
        await shop.prices.rules.apply(ADMIN, proposed.token)


async def test_rounding_and_margin_are_taken_from_the_rule_before(shop: Shop) -> None:
    rules, target = shop.prices.rules, target_of(0, int(category(shop, "SM10", 0)), 0)

    async def before() -> Tariff:
        prices = (await shop.store.read(lambda tx: tx.policy.current())).prices
        return rules.tariff_before(prices, target)

    assert await before() == tariff_of(shop.rules.markup)
    await apply(shop, ALL, tariff(1_500, least=200))
    assert await before() == tariff(1_500, least=200)
    await apply(shop, target, tariff(900, least=50))
    assert await before() == tariff(900, least=50)
    assert EVERYBODY.level_id is None
