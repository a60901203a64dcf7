"""Prices by rules: never below cost, rising with the cost, and the right rule of several."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue import CategoryId, Product, ProductId
from bot.domain.money import Rupiah
from bot.domain.price_preview import preview_of
from bot.domain.prices import (
    Band,
    Discount,
    FixedPrice,
    Level,
    Prices,
    Pricing,
    Rule,
    Target,
    Tariff,
    pricing_in,
    shorthand,
    written,
)
from bot.domain.pricing import Markup
from bot.domain.viewer import LevelId
from tests.samples import LISTING

FIRST = Markup(Rupiah(1_000), Decimal(0), 100)
AGENT, VIP = LevelId(1), LevelId(2)
LEVELS = (Level(AGENT, "Agen", 1), Level(VIP, "VIP", 2))
PATH = LISTING.path


def product(cost: int = 10_200, product_id: int = 1) -> Product:
    listing = replace(LISTING, cost=Rupiah(cost))
    return Product(ProductId(product_id), CategoryId(3), listing)


def flat(amount: int, *, least: int = 0, round_to: int = 1) -> Tariff:
    return Tariff((Band(None, Rupiah(amount), Decimal(0)),), round_to, Rupiah(least))


def rule(
    pricing: Pricing, depth: int = 0, level: LevelId | None = None, product_id: int | None = None
) -> Rule:
    """Return a rule for the first categories of the sample's path, or for a product."""
    if product_id is not None:
        return Rule(Target(level, product_id=ProductId(product_id)), pricing)
    category = CategoryId(depth) if depth else None
    return Rule(Target(level, category), pricing, PATH[:depth])


bands = st.lists(
    st.tuples(st.integers(0, 5_000), st.decimals(0, 100, places=2)), min_size=1, max_size=4
)
ends = st.lists(st.integers(1, 200_000), min_size=3, max_size=3, unique=True).map(sorted)
costs = st.integers(1, 300_000)


@st.composite
def tariffs(draw: st.DrawFn) -> Tariff:
    markups, up_to = draw(bands), draw(ends)
    count = len(markups)
    made = (
        Band(Rupiah(up_to[at]) if at < count - 1 else None, Rupiah(one), percent)
        for at, (one, percent) in enumerate(markups)
    )
    return Tariff(
        tuple(made), draw(st.sampled_from([1, 50, 100, 500])), Rupiah(draw(st.integers(0, 2_000)))
    )


@given(tariffs(), costs, st.integers(0, 5_000))
def test_a_price_covers_cost_and_least_margin_and_rises_with_the_cost(
    tariff: Tariff, cost: int, more: int
) -> None:
    prices = Prices(rules=(rule(tariff),))
    price = prices.price_of(product(cost), None, FIRST)
    assert price >= cost + tariff.least
    assert price % tariff.round_to == 0
    assert prices.price_of(product(cost + more), None, FIRST) >= price


@given(tariffs(), costs, st.integers(1, 50_000), st.integers(0, 5_000))
def test_a_discount_never_goes_below_the_floor_and_rises_with_the_cost(
    tariff: Tariff, cost: int, less: int, more: int
) -> None:
    prices = Prices(LEVELS, (rule(tariff), rule(Discount(Rupiah(less)), level=AGENT)))
    priced = prices.priced(product(cost), AGENT, FIRST)
    general = prices.price_of(product(cost), None, FIRST)
    assert priced.price == max(general - less, priced.floor) >= cost + tariff.least
    assert priced.is_held == (general - less < priced.floor)
    assert prices.price_of(product(cost + more), AGENT, FIRST) >= priced.price


@given(tariffs(), costs, st.integers(1, 400_000))
def test_a_fixed_price_is_never_below_the_floor(tariff: Tariff, cost: int, price: int) -> None:
    prices = Prices(rules=(rule(tariff), rule(FixedPrice(Rupiah(price)), product_id=1)))
    priced = prices.priced(product(cost), None, FIRST)
    assert priced.price == max(price, tariff.floor_of(cost)) >= cost


@given(st.one_of(tariffs(), st.builds(Discount, costs), st.builds(FixedPrice, costs)))
def test_a_pricing_is_read_as_it_was_written(pricing: Pricing) -> None:
    assert pricing_in(written(pricing)) == pricing


def test_the_log_has_a_shorthand_of_each_pricing() -> None:
    tariff = Tariff(
        (
            Band(Rupiah(20_000), Rupiah(1_500), Decimal(0)),
            Band(Rupiah(50_000), Rupiah(500), Decimal("1.5")),
            Band(None, Rupiah(0), Decimal(2)),
        ),
        100,
        Rupiah(300),
    )
    found = [shorthand(one) for one in (tariff, flat(0), Discount(Rupiah(3)), None)]
    assert found == [
        "+1500 (20000), +500+1.5% (50000), +2%, round 100, least 300",
        "+0, round 1, least 0",
        "less 3",
        "-",
    ]


def test_no_pricing_is_an_empty_text_and_another_text_is_refused() -> None:
    assert pricing_in(written(None)) is None
    with pytest.raises(ValueError, match="no pricing"):
        pricing_in("gift 3")


@pytest.mark.parametrize(
    "made",
    [
        lambda: Tariff(()),
        lambda: Tariff((Band(Rupiah(5), Rupiah(1), Decimal(0)),)),
        lambda: Tariff((Band(None, Rupiah(1), Decimal(0)),) * 2),
        lambda: Tariff(
            (
                Band(Rupiah(9), Rupiah(1), Decimal(0)),
                Band(Rupiah(5), Rupiah(1), Decimal(0)),
                Band(None, Rupiah(1), Decimal(0)),
            )
        ),
        lambda: flat(1, round_to=0),
        lambda: flat(1, least=-1),
        lambda: flat(-1),
        lambda: Tariff((Band(None, Rupiah(1), Decimal(-1)),)),
    ],
)
def test_a_tariff_that_makes_no_sense_is_refused(made: object) -> None:
    assert callable(made)
    with pytest.raises(ValueError, match="tariff"):
        made()


def test_without_rules_the_markup_of_the_settings_applies() -> None:
    priced = Prices().priced(product(), None, FIRST)
    assert (priced.price, priced.floor, priced.rule) == (11_200, 10_200, None)


def test_the_bands_of_the_owner() -> None:
    tariff = Tariff(
        (
            Band(Rupiah(20_000), Rupiah(1_500), Decimal(0)),
            Band(Rupiah(100_000), Rupiah(1_000), Decimal(0)),
            Band(None, Rupiah(0), Decimal(2)),
        ),
        100,
    )
    marked = [tariff.marked_up(cost) for cost in (20_000, 20_001, 20_600, 100_000, 100_001)]
    # From 20,001 on the price stays until the lower markup has caught up.
    assert marked == [21_500, 21_500, 21_600, 101_000, 102_100]


def test_of_several_rules_the_most_specific_counts() -> None:
    rules = [rule(flat(1)), *(rule(flat(10**depth), depth) for depth in (1, 2, 3))]
    found = []
    for count in range(len(rules) + 1):
        prices = Prices(rules=tuple(rules[:count]))
        found.append(prices.price_of(product(1_000), None, FIRST) - 1_000)
    of_product = Prices(rules=(rule(flat(7), product_id=1), *rules))
    found.append(of_product.price_of(product(1_000), None, FIRST) - 1_000)
    assert found == [1_000, 1, 10, 100, 1_000, 7]


def test_a_rule_of_a_level_comes_before_every_rule_for_everybody() -> None:
    prices = Prices(
        LEVELS,
        (rule(flat(50), level=AGENT), rule(FixedPrice(Rupiah(15_000)), product_id=1)),
    )
    found = [prices.price_of(product(), level, FIRST) for level in (None, AGENT, VIP)]
    assert found == [15_000, 10_250, 15_000]


def test_a_fixed_price_of_a_level_has_the_floor_of_the_tariff_behind_it() -> None:
    fixed = rule(FixedPrice(Rupiah(1)), level=AGENT, product_id=1)
    general = rule(flat(900, least=200))
    of_level = rule(flat(900, least=50), 1, AGENT)
    discount = rule(Discount(Rupiah(10)), level=AGENT)
    found = [
        Prices(LEVELS, rules).priced(product(), AGENT, FIRST)
        for rules in ((fixed,), (fixed, general), (fixed, general, of_level))
    ]
    assert [one.price for one in found] == [10_200, 10_400, 10_250]
    assert all(one.is_held for one in found)
    assert Prices(LEVELS, (fixed, general, discount)).price_of(product(), AGENT, FIRST) == 10_400


def test_rules_are_found_replaced_and_taken_away() -> None:
    one, other = rule(flat(1)), rule(flat(2), 1, AGENT)
    prices = Prices(LEVELS).with_rule(one).with_rule(other).with_rule(rule(flat(3)))
    assert prices.rule_at(one.target) == rule(flat(3))
    assert prices.of_level(AGENT) == (other,)
    assert prices.without(other.target).of_level(AGENT) == ()
    assert (prices.level(VIP), prices.level(None), prices.level(LevelId(9))) == (
        LEVELS[1],
        None,
        None,
    )


def test_a_preview_counts_and_shows_best_sellers_first() -> None:
    products = [product(1_000 * at, at) for at in (1, 2, 3, 4)]
    before = Prices(LEVELS, (rule(flat(100)), rule(Discount(Rupiah(50)), level=VIP)))
    after = before.with_rule(
        Rule(
            Target(),
            Tariff(
                (
                    Band(Rupiah(1_000), Rupiah(50), Decimal(0)),
                    Band(Rupiah(2_000), Rupiah(100), Decimal(0)),
                    Band(Rupiah(3_000), Rupiah(200), Decimal(0)),
                    Band(None, Rupiah(0), Decimal(0)),
                ),
                least=Rupiah(60),
            ),
        )
    )
    seen = preview_of(products, Target(), before, after, FIRST, {ProductId(3): 5})
    assert (seen.dearer, seen.cheaper, seen.same, seen.held) == (1, 2, 1, 2)
    assert [(one.product.product_id, one.before, one.after) for one in seen.changed] == [
        (3, 3_100, 3_200),
        (1, 1_100, 1_060),
        (4, 4_100, 4_060),
    ]
    assert [one.profit for one in seen.changed] == [200, 60, 60]
    assert seen.followers == ("VIP",)
    of_level = preview_of(products, Target(AGENT), before, after, FIRST, {})
    assert of_level.followers == ()
