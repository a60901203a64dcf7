"""What owners type as the terms of a price rule."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money import Rupiah
from bot.domain.price_input import PriceFault, PriceInputError, parse_pricing
from bot.domain.prices import Band, Discount, Pricing, Tariff

BEFORE = Tariff((Band(None, Rupiah(1_000), Decimal(0)),), 100, Rupiah(200))


def parsed(text: str, *, is_for_level: bool = False) -> Pricing:
    return parse_pricing(text, BEFORE, is_for_level=is_for_level)


def only(flat: int, percent: str = "0") -> tuple[Band, ...]:
    return (Band(None, Rupiah(flat), Decimal(percent)),)


@pytest.mark.parametrize(
    ("text", "bands"),
    [
        ("1500", only(1_500)),
        ("+ Rp1.500", only(1_500)),
        ("1,5rb", only(1_500)),
        ("0", only(0)),
        ("2%", only(0, "2")),
        ("2,5 persen", only(0, "2.5")),
        ("100%", only(0, "100")),
        ("1500 + 2%", only(1_500, "2")),
        ("1.25% + 1.500", only(1_500, "1.25")),
        ("\u200e1500\ufeff", only(1_500)),
    ],
)
def test_a_markup(text: str, bands: tuple[Band, ...]) -> None:
    assert parsed(text) == Tariff(bands, 100, Rupiah(200))


BANDS = (
    Band(Rupiah(20_000), Rupiah(1_500), Decimal(0)),
    Band(Rupiah(100_000), Rupiah(2_000), Decimal(1)),
    Band(None, Rupiah(0), Decimal(2)),
)


@pytest.mark.parametrize(
    "text",
    [
        "sampai 20.000: +1.500\nsampai 100rb: 2000 + 1%\ndi atasnya: 2%",
        "up to 20.000: 1500; up to 100.000: 2000+1%; above: 2%",
        "Sampai Rp 20.000 +1500\ns/d 100.000 = 2000 + 1%\nselebihnya: 2%",
        "sampai 20000: 1500\nsampai 100000: 2000 + 1%\ndi atas 100.000: 2%",
        "sampai 20000: 1500\nsampai 100000: 2000 + 1%\n2%",
        "sampai 20rb +1500, sampai 100rb +2000 +1%, sisanya 2%",
        "sampai 20rb 1500\nsampai 100.000 2000 + 1%\ndi atas 2%",
    ],
)
def test_bands_by_lines(text: str) -> None:
    assert parsed(text) == Tariff(BANDS, 100, Rupiah(200))


@pytest.mark.parametrize(
    ("text", "tariff"),
    [
        ("1500\nbulat 500", Tariff(only(1_500), 500, Rupiah(200))),
        ("1500\ndibulatkan ke 50; untung minimal 300", Tariff(only(1_500), 50, Rupiah(300))),
        ("round to 1; least margin 0", Tariff(only(1_000), 1, Rupiah(0))),
        ("minimal Rp250", Tariff(only(1_000), 100, Rupiah(250))),
    ],
)
def test_rounding_and_least_margin_are_kept_unless_they_are_typed(
    text: str, tariff: Tariff
) -> None:
    assert parsed(text) == tariff


@pytest.mark.parametrize(
    "text", ["umum - 300", "harga umum - Rp300", "-300", "\u2212 300", "everybody's price - 300"]
)
def test_a_level_pays_less_than_everybody(text: str) -> None:
    assert parsed(text, is_for_level=True) == Discount(Rupiah(300))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", PriceFault.NOT_UNDERSTOOD),
        ("murah", PriceFault.NOT_UNDERSTOOD),
        ("x" * 700, PriceFault.NOT_UNDERSTOOD),
        ("1500 + 2000", PriceFault.NOT_UNDERSTOOD),
        ("2% + 3%", PriceFault.NOT_UNDERSTOOD),
        ("1500\n2000", PriceFault.NOT_UNDERSTOOD),
        ("١٥٠٠", PriceFault.NOT_UNDERSTOOD),
        ("1000%", PriceFault.PERCENT_TOO_LARGE),
        ("100,01%", PriceFault.PERCENT_TOO_LARGE),
        ("5jt", PriceFault.FLAT_TOO_LARGE),
        ("-500", PriceFault.BELOW_COST),
        ("1500 + -2%", PriceFault.BELOW_COST),
        ("sampai 20.000: -500\n2%", PriceFault.BELOW_COST),
        ("minimal -5", PriceFault.BELOW_COST),
        ("1500\nbulat 20.000", PriceFault.ROUNDING),
        ("sampai 20.000: 1500\nsampai 20.000: 1000\n2%", PriceFault.BANDS_NOT_RISING),
        ("sampai 20.000: 1500", PriceFault.NO_LAST_BAND),
        ("\n".join(f"sampai {at}: 1" for at in range(1, 20)), PriceFault.TOO_MANY_LINES),
        ("umum - 300", PriceFault.DISCOUNT_FOR_EVERYBODY),
    ],
)
def test_what_is_wrong_with_a_text(text: str, fault: PriceFault) -> None:
    with pytest.raises(PriceInputError) as raised:
        parsed(text)
    assert raised.value.fault is fault


def test_a_discount_stands_alone() -> None:
    with pytest.raises(PriceInputError) as raised:
        parsed("umum - 300\nbulat 500", is_for_level=True)
    assert raised.value.fault is PriceFault.DISCOUNT_WITH_MORE


@given(st.text(alphabet="0123456789.,%+-: \nsampaibult", max_size=60), st.booleans())
def test_any_text_is_a_sound_pricing_or_an_error(text: str, is_for_level: bool) -> None:
    try:
        pricing = parsed(text, is_for_level=is_for_level)
    except PriceInputError:
        return
    assert isinstance(pricing, Tariff | Discount)
