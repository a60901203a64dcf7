"""The profile of a supplier panel, and the rules that the shop's owner sets."""

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import cast

import pytest

from bot.domain.destination import DestinationKind, GameForm
from bot.domain.errors import RefusalClass
from bot.domain.supplier_profile import PanelProfile, SupplierStatus
from tests.samples import ADMIN_CHAT, ANNI_CHAT, default_rules


def profile(private_notes: Iterable[str] = ()) -> PanelProfile:
    """Return a small profile."""
    return PanelProfile(
        status_words={"waiting": SupplierStatus.PENDING, "sukses": SupplierStatus.SUCCEEDED},
        refusal_patterns=(
            (RefusalClass.THROTTLE, re.compile("dibatasi", re.IGNORECASE)),
            (RefusalClass.PRODUCT, re.compile("gangguan|dibatasi", re.IGNORECASE)),
        ),
        repeatable_values=frozenset({"1"}),
        prefixes={},
        kinds_by_type={"pulsa-reguler": DestinationKind.PHONE, "emoney": DestinationKind.PHONE},
        kinds_by_brand={"E-TOLL": DestinationKind.CARD},
        game_forms={"MOBILE LEGENDS": GameForm("{user}{zone}")},
        hidden_types=frozenset(),
        max_cost=20_000_000,
        private_note_patterns=tuple(re.compile(pattern) for pattern in private_notes),
    )


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("waiting", SupplierStatus.PENDING),
        (" SUKSES ", SupplierStatus.SUCCEEDED),
        ("finished", SupplierStatus.UNKNOWN),
        ("", SupplierStatus.UNKNOWN),
    ],
)
def test_status_words_are_matched_in_any_case_and_others_are_unknown(
    word: str, status: SupplierStatus
) -> None:
    assert profile().status_of(word) is status


def test_a_refusal_that_concerns_the_account_does_not_deny_the_order() -> None:
    panel = replace(profile(), no_such_order_patterns=(re.compile("not found"),))
    assert panel.says_no_such_order("order not found")
    assert panel.says_no_such_order("gangguan: not found")
    assert not panel.says_no_such_order("dibatasi: not found")
    assert not panel.says_no_such_order("something went wrong")
    assert not profile().says_no_such_order("order not found")


def test_the_first_matching_pattern_decides_the_class_of_a_refusal() -> None:
    assert profile().refusal_of("Transaksi dibatasi") is RefusalClass.THROTTLE
    assert profile().refusal_of("Produk sedang GANGGUAN") is RefusalClass.PRODUCT
    assert profile().refusal_of("Something went wrong") is RefusalClass.OTHER


def test_the_brand_overrides_the_type_for_the_kind_of_destination() -> None:
    assert profile().kind_of("emoney", "DANA") is DestinationKind.PHONE
    assert profile().kind_of("emoney", "E-TOLL") is DestinationKind.CARD
    assert profile().kind_of("brand-new", "NEW") is DestinationKind.OTHER


def test_a_game_without_a_form_takes_a_user_id_only() -> None:
    """The separator is not documented, so there is a template for each brand."""
    assert profile().game_form_of("MOBILE LEGENDS").has_zone
    assert not profile().game_form_of("FREE FIRE").has_zone


def test_an_unlisted_brand_gets_its_kind_from_the_words_of_its_name() -> None:
    """Words for any type come first, then those of the product's type; first match wins."""
    words = {
        "*": {"ETOLL": DestinationKind.CARD},
        "emoney": {"DANA": DestinationKind.PHONE, "CARD": DestinationKind.CARD},
    }
    panel = replace(profile(), kinds_by_word=words)
    assert panel.kind_of("emoney", "DANA CARD") is DestinationKind.PHONE
    assert panel.kind_of("emoney", "BLUE CARD") is DestinationKind.CARD
    assert panel.kind_of("brand-new", "E TOLL BLUE") is DestinationKind.CARD
    assert panel.kind_of("brand-new", "BLUE CARD") is DestinationKind.OTHER
    assert panel.kind_of("brand-new", "MOBILE LEGENDS B") is DestinationKind.GAME


def test_the_longer_of_two_games_in_a_name_counts() -> None:
    forms = {"RAGNAROK": GameForm("{user}"), "RAGNAROK M": GameForm("{user}|{zone}")}
    panel = replace(profile(), game_forms=forms)
    assert panel.game_form_of("RAGNAROK M PROMO").has_zone
    assert not panel.game_form_of("RAGNAROK X").has_zone


def test_a_note_is_shown_without_the_resellers_balance() -> None:
    private = profile([r"Sisa saldo \S+"])
    assert private.public_note("SN 123. Sisa saldo 5.000") == "SN 123"
    assert private.public_note("SN 123") == "SN 123"


def test_a_voucher_is_delivered_literally_except_for_private_parts() -> None:
    """A link in a voucher is the goods, so it stays."""
    links = (re.compile("https://\\S+"),)
    private = replace(profile([r"Sisa saldo [\d.]+"]), private_link_patterns=links)
    assert private.public_voucher("  A  B ") == "A  B"
    assert private.public_voucher("A  B (Sisa saldo 5.000)") == "A B"
    assert private.public_voucher("https://redeem/1") == "https://redeem/1"
    assert private.public_note("A () https://redeem/1") == "A"


def test_a_match_that_ends_at_the_end_of_a_piece_is_ignored() -> None:
    """The pattern takes the end of the piece for the end of the text and matches too much."""
    private = profile([r"Wa \d{12}(?!\d)"])
    for before in range(370, 400):
        text = f"{'k' * before} Wa 0812345678901234 {'t' * 400}"
        assert private.public_voucher(text) == text
        assert not private.has_private_part(text)


def test_a_balance_is_removed_anywhere_in_a_long_note() -> None:
    private = profile([r"Sisa saldo [\d.]+\d"])
    for before in range(0, 1_300, 7):
        text = f"k{'k' * before} <Sisa saldo 1.234.567.890> {'t' * (1_300 - before)} VOUCHER-9"
        assert private.public_note(text) == text.replace("Sisa saldo 1.234.567.890", "")


def test_several_balances_in_a_long_note_are_removed_once_each() -> None:
    private = profile([r"saldo \d+", "akhir"])
    part = "SN 12345 saldo 500 akhir. "
    assert private.public_note(part * 80) == ("SN 12345  . " * 80).strip(" .")


@pytest.mark.parametrize("spaces", [" ", "\t", "\n", "\xa0", " \n", "\r\n", "\u2003"])
def test_a_balance_is_found_across_runs_of_spaces(spaces: str) -> None:
    private = profile([r"Sisa\s+saldo\s*\d+"])
    note = f"SN{spaces * 3000}123{spaces * 3000}Sisa{spaces * 3000}saldo{spaces * 3000}500"
    assert private.public_note(note) in ("SN 123", "SN\n\n123")
    assert private.has_private_part(note)
    assert not private.has_private_part(note[:6_000])


class RecordingPattern:
    """A pattern that matches nothing and records the length of each text it searches."""

    def __init__(self) -> None:
        self.pieces: list[int] = []

    def search(self, text: str, start: int = 0, stop: int = sys.maxsize) -> None:
        self.pieces.append(min(stop, len(text)) - start)

    def finditer(self, text: str, start: int, stop: int) -> Iterator[re.Match[str]]:
        self.search(text, start, stop)
        return iter(())


@pytest.mark.parametrize("length", [0, 10, 400, 401, 4_096, 8_000])
def test_patterns_are_searched_in_pieces_of_bounded_length(length: int) -> None:
    """A pattern may take quadratic time; all pieces together are at most twice the text."""
    pattern = RecordingPattern()
    as_pattern = cast("re.Pattern[str]", pattern)
    classes = ((RefusalClass.OTHER, as_pattern), (RefusalClass.PRODUCT, as_pattern))
    panel = replace(
        profile(),
        refusal_patterns=classes,
        private_note_patterns=(as_pattern,),
        no_such_order_patterns=(as_pattern,),
    )
    for judge in (
        panel.public_note,
        panel.has_private_part,
        panel.refusal_of,
        panel.says_no_such_order,
    ):
        pattern.pieces.clear()
        judge("1" * length)
        assert max(pattern.pieces, default=0) <= 510
        assert sum(pattern.pieces) <= 2 * length + 510


def test_words_that_make_a_refusal_uncertain_are_found_anywhere() -> None:
    open_words = ((RefusalClass.OTHER, re.compile("sedang diproses")),)
    panel = replace(profile(), refusal_patterns=(*open_words, *profile().refusal_patterns))
    for gap in (0, 300, 395, 480, 900, 9_000):
        text = f"Produk gangguan {'x' * gap} sedang diproses"
        assert panel.refusal_of(text) is RefusalClass.OTHER
    assert panel.refusal_of("Produk gangguan " + "x" * 480) is RefusalClass.PRODUCT
    assert panel.refusal_of("Produk gangguan " + "x" * 500) is RefusalClass.OTHER
    assert panel.refusal_of("x" * 600 + " gangguan") is RefusalClass.OTHER
    assert panel.refusal_of("Produk gangguan " + "x" * 10_000) is RefusalClass.OTHER


def test_a_truncated_message_does_not_match_a_whole_message_pattern() -> None:
    whole = (RefusalClass.THROTTLE, re.compile(r"^dibatasi\W*$"))
    panel = replace(profile(), refusal_patterns=(whole,))
    assert panel.refusal_of("dibatasi" + "!" * 480) is RefusalClass.THROTTLE
    for length in (380, 391, 491, 492, 493, 600):
        text = "dibatasi" + "!" * length + " sukses SN 123"
        assert panel.refusal_of(text) is RefusalClass.OTHER


def test_a_long_text_does_not_deny_an_order() -> None:
    panel = replace(profile(), no_such_order_patterns=(re.compile(r"^not found\W*"),))
    assert panel.says_no_such_order("not found" + "!" * 200)
    assert panel.says_no_such_order("not found" + " " * 8_000)
    assert not panel.says_no_such_order("not found" + "!" * 250)


def test_admins_come_from_the_settings_and_have_a_credit_limit() -> None:
    rules = default_rules()
    assert rules.is_owner(ADMIN_CHAT)
    assert not rules.is_owner(ANNI_CHAT)
    assert rules.credit_limit_of(ADMIN_CHAT) == 1_000_000
    assert rules.credit_limit_of(ANNI_CHAT) == 0


def profile_with_open_phrases() -> PanelProfile:
    """Return a profile with phrases that leave the outcome open, and their negations."""

    def patterns(*texts: str) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(text, re.IGNORECASE) for text in texts)

    return replace(
        profile(),
        no_answer_patterns=patterns("diproses", "terputus"),
        denial_patterns=patterns("tidak diproses"),
        beside_refusal_patterns=patterns(r"^\W*coba lagi\W*$"),
    )


@pytest.mark.parametrize(
    ("message", "refusal"),
    [
        ("Gangguan, coba lagi.", RefusalClass.PRODUCT),
        ("Coba lagi! Ada gangguan (gangguan)", RefusalClass.PRODUCT),
        ("Gangguan, order tidak diproses", RefusalClass.OTHER),
        ("Gangguan order tidak diproses", RefusalClass.PRODUCT),
        ("Gangguan, kami simpan", RefusalClass.OTHER),
        ("Gangguan.Kami simpan", RefusalClass.OTHER),
        ("Gangguan tetapi kami simpan", RefusalClass.OTHER),
        ("Gangguan, diproses", RefusalClass.OTHER),
        ("Coba lagi", RefusalClass.OTHER),
        ("", RefusalClass.OTHER),
    ],
)
def test_every_part_of_a_refusal_must_say_not_taken(message: str, refusal: RefusalClass) -> None:
    """Or match a phrase that is harmless beside a refusal; otherwise the class is OTHER."""
    assert profile_with_open_phrases().refusal_of(message) is refusal


@pytest.mark.parametrize(
    ("message", "is_open"),
    [
        ("Gangguan, akan diproses", True),
        ("Koneksi TERPUTUS", True),
        ("Gangguan, tidak diproses", False),
        ("Tidak diproses sekarang, diproses besok", True),
        ("Kesalahan", False),
        ("Gangguan " + "x" * 9_000, False),
        ("Gangguan " + "x" * 10_000, True),
    ],
)
def test_words_of_an_open_outcome_count_unless_they_are_negated(
    message: str, is_open: bool
) -> None:
    assert profile_with_open_phrases().leaves_outcome_unknown(message) is is_open
    assert not profile().leaves_outcome_unknown(message) or len(message) > 10_000
