"""Static QRIS codes are parsed strictly; another parser accepts dynamic ones from them."""

from __future__ import annotations

import pytest
import qriskit
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money import Rupiah
from bot.domain.qris import QrisError, checksum, merchant_of, read_static, with_amount

BODY = (
    "00020101021126570011ID.DANA.WWW011893600915302259148102090225914810303UMI"
    "51440014ID.CO.QRIS.WWW0215ID10200176114730303UMI5204581253033605802ID5922Warung Sayur "
    "Bu Sugeng6010Kab. Demak610559567"
)


def signed(body: str) -> str:
    return f"{body}6304{checksum(body + '6304')}"


STATIC = signed(BODY)


def test_the_checksum_is_the_published_one() -> None:
    """The published check value of CRC-16/CCITT-FALSE, which EMVCo prescribes."""
    assert checksum("123456789") == "29B1"


@pytest.mark.parametrize(
    "pasted",
    [
        f" {STATIC}\n",
        f"\ufeff{STATIC}",
        f'"{STATIC}"',
        f"\u201c{STATIC}\u201d\n",
        f"'{STATIC}' ",
        f"\u200b{STATIC}\u200e",
        f"{STATIC[:40]}\u200b{STATIC[40:]}",
    ],
)
def test_spaces_quotes_and_invisible_characters_are_dropped(pasted: str) -> None:
    assert read_static(pasted) == STATIC


@given(st.integers(1, 999_999_999))
def test_another_parser_agrees_on_the_dynamic_code(amount: int) -> None:
    payload = with_amount(STATIC, Rupiah(amount))
    read = qriskit.parse(payload)
    assert qriskit.is_valid(payload)
    assert int(read.amount or 0) == amount
    assert read.merchant_name == "Warung Sayur Bu Sugeng"
    assert payload[6:12] == "010212"


def test_tips_and_fees_are_dropped() -> None:
    """With them the customer would be asked for more than the amount."""
    with_fee = signed(BODY.replace("5303360", "5303360540510000550202560500500"))
    assert with_amount(read_static(with_fee), Rupiah(50_123)) == with_amount(STATIC, Rupiah(50_123))


def test_a_code_without_a_method_becomes_dynamic_too() -> None:
    """Tag 01 (point of initiation method) is optional in a static code (EMVCo)."""
    bare = read_static(signed(BODY.replace("010211", "", 1)))
    assert with_amount(bare, Rupiah(50_123)) == with_amount(STATIC, Rupiah(50_123))


@pytest.mark.parametrize(
    ("payload", "says"),
    [
        ("", "empty"),
        ("hello", "character 1"),
        (STATIC[:-2], "paste"),
        (BODY, "cut off"),
        (STATIC[:-4] + "0000", "checksum"),
        (STATIC.replace("Demak", "Tegal"), "checksum"),
        (signed(BODY.replace("010211", "010212", 1)), "dynamic"),
        (signed(BODY.replace("5303360", "5303840")), "rupiah"),
        (signed(BODY.replace("5802ID", "5802SG")), "Indonesia"),
        (signed("0002015303360" + "5802ID"), "account"),
        (signed(BODY.replace("5922Warung Sayur Bu Sugeng", "")), "tag 59"),
        (signed(BODY.replace("Warung Sayur Bu Sugeng", " " * 22)), "tag 59"),
        (signed(BODY.replace("0011ID.DANA.WWW", "0099ID.DANA.WWW")), "inside tag 26"),
        (signed(BODY + "6205hello"), "inside tag 62"),
        (signed(BODY[6:]), "000201"),
        (signed(BODY + "5802ID"), "twice"),
        ("00" * 300, "too long"),
        ("0000", "paste"),
    ],
)
def test_a_faulty_code_is_refused_with_its_fault(payload: str, says: str) -> None:
    with pytest.raises(QrisError, match=says):
        read_static(payload)


@given(st.text())
def test_any_other_text_is_refused_with_a_qris_error(text: str) -> None:
    with pytest.raises(QrisError):
        read_static(text)


def test_the_merchant_is_shown_to_the_owner() -> None:
    assert merchant_of(STATIC) == "Warung Sayur Bu Sugeng, Kab. Demak"
