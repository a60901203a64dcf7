"""The owner's input for settings."""

import pytest

from bot.domain.errors import AmountError
from bot.domain.setting_input import INPUTS, InputFault, SettingInputError, read_input
from bot.domain.shop_settings import MAX_NAME_LENGTH, NAMES, ShopSettings, SignUp
from tests.domain.test_qris import STATIC


def fault_of(name: str, text: str) -> InputFault:
    with pytest.raises(SettingInputError) as refused:
        read_input(name, text)
    return refused.value.fault


def test_every_input_is_a_setting_and_its_first_value_is_a_choice() -> None:
    first = ShopSettings()
    for name, given in INPUTS.items():
        assert name in NAMES
        assert not given.choices or getattr(first, name) in given.choices


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("shop_name", "  Maju \n Jaya ", "Maju Jaya"),
        ("shop_contact", "0812-3456-789", "0812-3456-789"),
        ("shop_contact", " ", ""),
        ("greeting", "Promo!\n\nSampai Jumat.", "Promo!\n\nSampai Jumat."),
        ("greeting", "\u200b", ""),
        ("topup_min", "25rb", 25_000),
        ("topup_max", "0", 0),
        ("topup_max", "", 0),
        ("staff_hours", "8-21", "08:00-21:00"),
        ("staff_hours", "08.30 sampai 24.00", "08:30-00:00"),
        ("qris_static", f" {STATIC}\n", STATIC),
        ("qris_static", "", ""),
        ("timezone", "Asia/Makassar", "Asia/Makassar"),
        ("closes_by_clock", "1", True),
        ("summary_hour", "21", 21),
        ("signup", "approval", SignUp.APPROVAL),
    ],
)
def test_a_typed_value_is_read(name: str, typed: str, value: str | int | bool) -> None:
    assert read_input(name, typed) == value


def test_a_wrong_value_is_refused_with_its_reason() -> None:
    assert fault_of("shop_name", "") is InputFault.EMPTY
    assert fault_of("shop_name", "\u200b") is InputFault.EMPTY
    assert fault_of("timezone", "") is InputFault.EMPTY
    assert fault_of("timezone", "Asia/Tokyo") is InputFault.NOT_A_CHOICE
    for typed in ("siang", "8", "25-26", "08:00-08:00", "08:61-10:00"):
        assert fault_of("staff_hours", typed) is InputFault.NOT_HOURS
    with pytest.raises(SettingInputError) as refused:
        read_input("shop_name", "x" * (MAX_NAME_LENGTH + 1))
    assert (refused.value.fault, refused.value.limit) == (InputFault.TOO_LONG, MAX_NAME_LENGTH)
    with pytest.raises(SettingInputError) as refused:
        read_input("qris_static", STATIC[:-1])
    assert refused.value.fault is InputFault.NOT_A_QRIS
    assert refused.value.detail
    with pytest.raises(AmountError):
        read_input("topup_min", "-5")
