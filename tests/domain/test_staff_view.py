"""What employees see of other people's orders."""

from dataclasses import replace

import pytest

from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from bot.domain.staff import ALL_RIGHTS, Right
from bot.domain.staff_view import StaffView, masked_code, masked_number, masked_text
from bot.domain.supplier_comparison import Finding, FindingKind
from bot.domain.supplier_row import SupplierRow
from tests.samples import NOON
from tests.samples import ORDER as SAMPLE

READER = CustomerId(7)
OWNER = StaffView(READER, ALL_RIGHTS)
OPERATOR = StaffView(READER, frozenset({Right.CASES}))
ACCOUNTANT = StaffView(READER, frozenset({Right.CASES, Right.COSTS}))
ORDER = replace(
    SAMPLE,
    customer_id=CustomerId(8),
    destination="081234567890",
    cost=Rupiah(10_200),
    supplier_cost=Rupiah(10_200),
    voucher="1234-5678-9012-3456-7890",
    note="SN: 12345678901234567890 a.n. BUDI",
    refusal_message="nomor 081234567890 salah",
)
ROW = SupplierRow("r1", "SM10", "081234567890", Rupiah(10_200), "sukses", "SN1234567890", "ok")


@pytest.mark.parametrize(
    ("number", "masked"),
    [("081234567890", "0812••••7890"), ("12345678", "12••••78"), ("1234", "••••"), ("", "")],
)
def test_the_middle_of_a_number_is_masked(number: str, masked: str) -> None:
    assert masked_number(number) == masked


@pytest.mark.parametrize(
    ("code", "masked"), [("1234567890123456", "••••3456"), ("AB12", "••••"), ("", "")]
)
def test_only_the_end_of_a_code_is_shown(code: str, masked: str) -> None:
    assert masked_code(code) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("SN: 1234567890123456 a.n. BUDI", "SN: ••••3456 a.n. BUDI"),
        ("token 1234 5678 9012 3456 7890", "token ••••7890"),
        ("SN:ABC123DEF456/BUDI", "SN:••••BUDI"),
        ("Harga 10213, saldo 99.123, Rp4500.", "Harga ••••, saldo ••••, ••••"),
        ("gagal 503, coba lagi", "gagal 503, coba lagi"),
    ],
)
def test_numbers_and_codes_in_a_text_are_masked(text: str, masked: str) -> None:
    assert masked_text(text) == masked


def test_owners_see_everything() -> None:
    assert OWNER.order(ORDER) == ORDER
    assert OWNER.row(ROW) == ROW
    assert OWNER.text(ORDER.note) == ORDER.note
    assert not OWNER.can_show_codes


def test_others_see_masked_numbers_and_codes_and_no_cost() -> None:
    shown = OPERATOR.order(ORDER)
    assert (shown.destination, shown.voucher, shown.cost) == ("0812••••7890", "••••7890", 0)
    assert shown.supplier_cost is None
    for text in (shown.note, shown.refusal_message):
        assert "123456" not in text
    row = OPERATOR.row(ROW)
    assert (row.destination, row.voucher, row.cost) == ("0812••••7890", "••••7890", None)


def test_costs_are_shown_with_the_right_alone() -> None:
    assert ACCOUNTANT.order(ORDER).cost == ORDER.cost
    assert ACCOUNTANT.row(ROW).cost == ROW.cost
    assert ACCOUNTANT.order(ORDER).destination == "0812••••7890"


def test_their_own_purchases_are_shown_whole_but_for_the_cost() -> None:
    own = replace(ORDER, customer_id=READER)
    assert OPERATOR.order(own) == replace(own, cost=Rupiah(0), supplier_cost=None)


def test_differences_name_no_cost_without_the_right() -> None:
    price = Finding(FindingKind.PRICE, "r1", "10200 / 10900", NOON)
    target = Finding(FindingKind.TARGET, "r1", "SM10 081234567890", NOON)
    assert OPERATOR.finding(price).detail == ""
    assert ACCOUNTANT.finding(price) == price
    assert OPERATOR.finding(target).detail == "SM10 ••••7890"
    assert OWNER.finding(price) == price
