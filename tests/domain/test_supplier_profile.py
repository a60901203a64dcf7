"""A panel's profile, and what the shop's owner set."""

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, timedelta
from decimal import Decimal
from typing import cast

import pytest

from bot.domain.destination import DestinationKind, GameForm
from bot.domain.errors import RefusalClass
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from bot.domain.pricing import Markup
from bot.domain.shop_rules import ShopRules
from bot.domain.supplier_profile import PanelProfile, SupplierStatus


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
def test_status_words_are_read_whatever_their_case(word: str, status: SupplierStatus) -> None:
    """A word that nobody taught us is unknown, and so not final."""
    assert profile().status_of(word) is status


def test_a_refusal_of_the_account_denies_no_order() -> None:
    """Whatever words it shares with one that does."""
    panel = replace(profile(), no_such_order_patterns=(re.compile("not found"),))
    assert panel.denies("order not found")
    assert panel.denies("gangguan: not found")
    assert not panel.denies("dibatasi: not found")
    assert not panel.denies("something went wrong")
    assert not profile().denies("order not found")


def test_only_success_and_failure_are_final() -> None:
    """Partial is for an admin, unknown is for patience."""
    finals = {status for status in SupplierStatus if status.is_final}
    assert finals == {SupplierStatus.SUCCEEDED, SupplierStatus.FAILED}


def test_the_first_pattern_that_knows_a_refusal_names_its_class() -> None:
    """A message that no pattern knows is of class other."""
    assert profile().refusal_of("Transaksi dibatasi") is RefusalClass.THROTTLE
    assert profile().refusal_of("Produk sedang GANGGUAN") is RefusalClass.PRODUCT
    assert profile().refusal_of("Something went wrong") is RefusalClass.OTHER


def test_the_brand_knows_better_than_the_type_what_it_is_delivered_to() -> None:
    """A toll card among the e-money is no phone; an unknown type takes any text."""
    assert profile().kind_of("emoney", "DANA") is DestinationKind.PHONE
    assert profile().kind_of("emoney", "E-TOLL") is DestinationKind.CARD
    assert profile().kind_of("brand-new", "NEW") is DestinationKind.OTHER


def test_a_game_without_a_form_has_a_user_id_alone() -> None:
    """The separator is not documented: a template for each brand."""
    assert profile().game_form_of("MOBILE LEGENDS").has_zone
    assert not profile().game_form_of("FREE FIRE").has_zone


def test_a_brand_that_is_not_named_is_known_by_its_words() -> None:
    """Those of any type first, then those of its own type; the first that is found decides."""
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
    """RAGNAROK M may be joined in another way than RAGNAROK."""
    forms = {"RAGNAROK": GameForm("{user}"), "RAGNAROK M": GameForm("{user}|{zone}")}
    panel = replace(profile(), game_forms=forms)
    assert panel.game_form_of("RAGNAROK M PROMO").has_zone
    assert not panel.game_form_of("RAGNAROK X").has_zone


def test_a_note_is_shown_without_the_resellers_balance() -> None:
    """The customer reads what was delivered, and nothing of the shop's deposit."""
    private = profile([r"Sisa saldo \S+"])
    assert private.public_note("SN 123. Sisa saldo 5.000") == "SN 123"
    assert private.public_note("SN 123") == "SN 123"


def test_a_voucher_is_delivered_letter_by_letter() -> None:
    """Unless it tells what only the reseller may read; an address in it is what was bought."""
    links = (re.compile("https://\\S+"),)
    private = replace(profile([r"Sisa saldo [\d.]+"]), private_link_patterns=links)
    assert private.public_voucher("  A  B ") == "A  B"
    assert private.public_voucher("A  B (Sisa saldo 5.000)") == "A B"
    assert private.public_voucher("https://redeem/1") == "https://redeem/1"
    assert private.public_note("A () https://redeem/1") == "A"


def test_half_of_what_a_piece_ends_with_is_not_believed() -> None:
    """A pattern that takes the end of a piece for the end of the text finds too much there."""
    private = profile([r"Wa \d{12}(?!\d)"])
    for before in range(370, 400):
        text = f"{'k' * before} Wa 0812345678901234 {'t' * 400}"
        assert private.public_voucher(text) == text
        assert not private.has_private_part(text)


def test_a_long_note_loses_the_balance_wherever_it_stands() -> None:
    """At its end as at its beginning, and nothing else of it."""
    private = profile([r"Sisa saldo [\d.]+\d"])
    for before in range(0, 1_300, 7):
        text = f"k{'k' * before} <Sisa saldo 1.234.567.890> {'t' * (1_300 - before)} VOUCHER-9"
        assert private.public_note(text) == text.replace("Sisa saldo 1.234.567.890", "")


def test_several_balances_in_a_long_note_are_cut_out() -> None:
    """Each once, though the pieces that are searched overlap."""
    private = profile([r"saldo \d+", "akhir"])
    part = "SN 12345 saldo 500 akhir. "
    assert private.public_note(part * 80) == ("SN 12345  . " * 80).strip(" .")


@pytest.mark.parametrize("spaces", [" ", "\t", "\n", "\xa0", " \n", "\r\n", "\u2003"])
def test_runs_of_spaces_hide_no_balance(spaces: str) -> None:
    """However long they are; what is left has single ones, and one blank line at most."""
    private = profile([r"Sisa\s+saldo\s*\d+"])
    note = f"SN{spaces * 3000}123{spaces * 3000}Sisa{spaces * 3000}saldo{spaces * 3000}500"
    assert private.public_note(note) in ("SN 123", "SN\n\n123")
    assert private.has_private_part(note)
    assert not private.has_private_part(note[:6_000])


class Measured:
    """Stands in for a pattern that finds nothing, and notes how much it was given at a time."""

    def __init__(self) -> None:
        self.pieces: list[int] = []

    def search(self, text: str, start: int = 0, stop: int = sys.maxsize) -> None:
        self.pieces.append(min(stop, len(text)) - start)

    def finditer(self, text: str, start: int, stop: int) -> Iterator[re.Match[str]]:
        self.search(text, start, stop)
        return iter(())


@pytest.mark.parametrize("length", [0, 10, 400, 401, 4_096, 8_000])
def test_patterns_are_given_a_bounded_piece_of_a_text_at_a_time(length: int) -> None:
    """Their time may grow with its square; all pieces together are twice the text at most."""
    pattern = Measured()
    as_pattern = cast("re.Pattern[str]", pattern)
    classes = ((RefusalClass.OTHER, as_pattern), (RefusalClass.PRODUCT, as_pattern))
    panel = replace(
        profile(),
        refusal_patterns=classes,
        private_note_patterns=(as_pattern,),
        no_such_order_patterns=(as_pattern,),
    )
    for judge in (panel.public_note, panel.has_private_part, panel.refusal_of, panel.denies):
        pattern.pieces.clear()
        judge("1" * length)
        assert max(pattern.pieces, default=0) <= 510
        assert sum(pattern.pieces) <= 2 * length + 510


def test_what_makes_a_refusal_uncertain_is_found_anywhere() -> None:
    """Also behind a page of text, which has no class: its whole meaning is not known."""
    open_words = ((RefusalClass.OTHER, re.compile("sedang diproses")),)
    panel = replace(profile(), refusal_patterns=(*open_words, *profile().refusal_patterns))
    for gap in (0, 300, 395, 480, 900, 9_000):
        text = f"Produk gangguan {'x' * gap} sedang diproses"
        assert panel.refusal_of(text) is RefusalClass.OTHER
    assert panel.refusal_of("Produk gangguan " + "x" * 480) is RefusalClass.PRODUCT
    assert panel.refusal_of("Produk gangguan " + "x" * 500) is RefusalClass.OTHER
    assert panel.refusal_of("x" * 600 + " gangguan") is RefusalClass.OTHER
    assert panel.refusal_of("Produk gangguan " + "x" * 10_000) is RefusalClass.OTHER


def test_a_cut_message_is_not_the_whole_of_one() -> None:
    """A pattern of a whole message finds no end where only the reading ends."""
    whole = (RefusalClass.THROTTLE, re.compile(r"^dibatasi\W*$"))
    panel = replace(profile(), refusal_patterns=(whole,))
    assert panel.refusal_of("dibatasi" + "!" * 480) is RefusalClass.THROTTLE
    for length in (380, 391, 491, 492, 493, 600):
        text = "dibatasi" + "!" * length + " sukses SN 123"
        assert panel.refusal_of(text) is RefusalClass.OTHER


def test_a_page_of_text_denies_no_order() -> None:
    """It says more than "no such order"."""
    panel = replace(profile(), no_such_order_patterns=(re.compile(r"^not found\W*"),))
    assert panel.denies("not found" + "!" * 200)
    assert panel.denies("not found" + " " * 8_000)
    assert not panel.denies("not found" + "!" * 250)


def test_an_admin_is_one_by_the_settings_and_may_owe() -> None:
    """Everybody else's wallet ends at zero."""
    rules = ShopRules(
        account="U1",
        markup=Markup(Rupiah(1_000), Decimal(0), 100),
        timezone=UTC,
        profile=profile(),
        admin_ids=frozenset({99}),
        admin_credit_limit=Rupiah(1_000_000),
        supplier_timeout=timedelta(seconds=60),
        queue_max=timedelta(minutes=15),
        park_after=timedelta(minutes=10),
        poll_min=timedelta(seconds=5),
        calls_per_minute=60,
    )
    assert rules.is_admin(99)
    assert not rules.is_admin(98)
    assert rules.credit_limit_of(CustomerId(99)) == 1_000_000
    assert rules.credit_limit_of(CustomerId(98)) == 0


def wordy() -> PanelProfile:
    """Return a profile that knows words which leave an order open, and their denials."""

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
    """Or be of those that change nothing beside one; half a refusal is of class other."""
    assert wordy().refusal_of(message) is refusal


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
def test_open_words_count_unless_they_are_denied(message: str, is_open: bool) -> None:
    """A message that is too long to be read may hold any."""
    assert wordy().is_no_answer(message) is is_open
    assert not profile().is_no_answer(message) or len(message) > 10_000
