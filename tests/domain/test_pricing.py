"""The reseller's price is never below cost."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money import Rupiah
from bot.domain.pricing import Markup

markups = st.builds(
    Markup,
    flat=st.integers(0, 100_000).map(Rupiah),
    percent=st.decimals(0, 100, places=2),
    round_to=st.sampled_from([1, 5, 50, 100, 500, 1_000]),
)


@given(markups, st.integers(1, 20_000_000).map(Rupiah))
def test_the_price_covers_cost_and_markup_and_is_rounded_up(markup: Markup, cost: Rupiah) -> None:
    price = markup.price_of(cost)
    wanted = cost + markup.flat + cost * markup.percent / 100
    assert cost <= wanted <= price < wanted + 1 + markup.round_to
    assert price % markup.round_to == 0


@given(markups, st.integers(1, 1_000_000), st.integers(0, 1_000))
def test_a_dearer_product_never_costs_less(markup: Markup, cost: int, more: int) -> None:
    assert markup.price_of(Rupiah(cost)) <= markup.price_of(Rupiah(cost + more))


def test_the_defaults_add_a_thousand_and_round_up_to_a_hundred() -> None:
    markup = Markup(Rupiah(1_000), Decimal(0), 100)
    assert markup.price_of(Rupiah(5_250)) == 6_300
    assert markup.price_of(Rupiah(5_200)) == 6_200


def test_a_percentage_is_rounded_up_to_whole_rupiah() -> None:
    assert Markup(Rupiah(0), Decimal("2.5"), 1).price_of(Rupiah(10_001)) == 10_252


@pytest.mark.parametrize(
    ("flat", "percent", "round_to"), [(-1, "0", 100), (0, "-0.1", 100), (0, "0", 0)]
)
def test_a_markup_that_could_sell_below_cost_is_refused(
    flat: int, percent: str, round_to: int
) -> None:
    with pytest.raises(ValueError, match="markup"):
        Markup(Rupiah(flat), Decimal(percent), round_to)
