"""The shop's settings: first values, and what the owner has set."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.shop_settings import NAMES, Overrides, ShopSettings, SignUp, stored

FIRST = ShopSettings(shop_name="Konter", qris_static="QR")


def test_the_first_values_count_until_the_owner_has_set_others() -> None:
    assert Overrides().over(FIRST) is FIRST
    set_ = Overrides({"shop_name": "Maju", "qris_static": ""})
    assert set_.over(FIRST) == replace(FIRST, shop_name="Maju", qris_static="")


def test_settings_are_merged_once() -> None:
    overrides = Overrides({"shop_name": "Maju"})
    assert overrides.over(FIRST) is overrides.over(FIRST)
    assert overrides.over(ShopSettings(terms="x")).terms == "x"


@pytest.mark.parametrize(
    ("name", "value"),
    [("closes_by_clock", True), ("low_balance", 500_000), ("signup", SignUp.APPROVAL)],
)
def test_a_value_is_read_as_it_was_stored(name: str, value: bool | int | str) -> None:
    assert getattr(Overrides({name: stored(value)}).over(FIRST), name) == value


def test_a_setting_of_another_version_is_left_out() -> None:
    assert Overrides({"colour": "red"}).over(FIRST) == FIRST
    assert "colour" not in NAMES


def test_top_ups_expire_where_a_way_to_pay_is_set() -> None:
    assert ShopSettings().topup_expires is None
    assert not ShopSettings().takes_payments
    assert FIRST.topup_expires == timedelta(hours=1)
    assert ShopSettings(topup_instructions="BCA").takes_payments
