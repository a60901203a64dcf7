"""Delivered vouchers and tokens, in messages and on receipts."""

import pytest

from bot.domain.order import OrderState
from handlers.receipts.texts import receipt_lines
from handlers.ui.i18n import load_languages
from handlers.ui.order_card import delivered_text
from handlers.ui.vouchers import Voucher, voucher_of
from tests.handlers.builders import an_order, profile

LANGUAGES = load_languages()
TOKEN = "12345678901234567890"
READ = Voucher("1234 5678 9012 3456 7890", TOKEN, "H. M. SYAFI'I", "32,1 kWh", "R1M / 900 VA")


def delivered(voucher: str = "", note: str = "", category_type: str = "token-pln") -> Voucher:
    """Return the voucher of a delivered order."""
    order = an_order(OrderState.SUCCEEDED, category_type=category_type, voucher=voucher, note=note)
    found = voucher_of(order, profile())
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("voucher", "note"),
    [
        (f"{TOKEN}/H. M. SYAFI'I/R1M/900/32,1", ""),
        (f"TOKEN: {TOKEN} NAMA: H. M. SYAFI'I TARIF: R1M DAYA: 900 KWH: 32,1", ""),
        (f"{TOKEN}/H. M. SYAFI'I/R1M/900/32,1/SISA SALDO: 990.000 - 20.500 = 969.500", ""),
        (f"HRG:20500 {TOKEN}/H. M. SYAFI'I/R1M/900VA/32,1 Wa:081234567890", ""),
        ("", f"H. M. SYAFI'I/R1M/900/32,1/{TOKEN}. Saldo 27.917.398 @22:21"),
        ("SUKSES", f"Token {TOKEN} a.n. H. M. SYAFI'I R1M/900 VA 32,1 kWh. CS: @panel"),
        ("REF: 99999999999999999999", f"{TOKEN}/H. M. SYAFI'I/R1M/900/32,1"),
    ],
)
def test_a_token_is_read_from_voucher_or_note(voucher: str, note: str) -> None:
    """Texts meant for the shop, such as its balance, are removed, and nothing else is."""
    assert delivered(voucher, note) == READ


@pytest.mark.parametrize(
    "voucher", [f"REF: {TOKEN}", f"{TOKEN}/99999999999999999999/BUDI", "sudah dikirim"]
)
def test_an_unclear_token_is_shown_unchanged(voucher: str) -> None:
    assert delivered(voucher) == Voucher(voucher, voucher)
    assert not delivered(voucher).is_token


def test_a_tokens_details_are_shown_as_far_as_they_are_known() -> None:
    assert delivered(f"Tarif: R1 Token: {TOKEN}").connection == "R1"
    assert delivered(f"Daya: 900 Token: {TOKEN}").connection == "900 VA"
    assert delivered(TOKEN).connection == ""


@pytest.mark.parametrize("category_type", ["voucher-game", "saldo-emoney", "pulsa-reguler"])
def test_codes_of_other_products_are_not_read_as_tokens(category_type: str) -> None:
    assert delivered(f"{TOKEN}/BUDI", category_type=category_type).shown == f"{TOKEN}/BUDI"
    text = "Saldo DANA 50.000 a.n. BUDI"
    assert delivered(text, category_type=category_type).shown == text
    raw = "ABCD-1234 Saldo=990000"
    assert delivered(raw, category_type=category_type).shown == "ABCD-1234"


@pytest.mark.parametrize(
    ("written", "english", "indonesian"),
    [
        ("32,1", "32.1", "32,1"),
        ("32.10", "32.10", "32,10"),
        ("1.234,56", "1,234.56", "1.234,56"),
        ("14,7525", "14.7525", "14,7525"),
        ("32", "32", "32"),
        ("32,100", "32,100", "32,100"),
        ("32.100", "32.100", "32.100"),
    ],
)
def test_energy_is_localised(written: str, english: str, indonesian: str) -> None:
    """Three digits after the separator may be thousands or decimals, so they stay."""
    voucher = f"{TOKEN}/BUDI/R1M/900/{written}"
    order = an_order(OrderState.SUCCEEDED, category_type="token-pln", voucher=voucher)
    for language, said in (("en", english), ("id", indonesian)):
        words = LANGUAGES[language]
        assert f"BUDI · {said} kWh" in delivered_text(words, delivered(voucher))
        lines = receipt_lines(words, order, profile(), ("Konter", ""), 0)
        assert f"{said} kWh" in [line.text for line in lines]
