"""A refusal is definite only if all of it means "not taken": phrases of many panels."""

import itertools
import time

import pytest

from bot.domain.errors import RefusalClass
from tests.supplier.panel_calls import PROFILE
from tests.supplier.refusal_phrases import (
    NO_ANSWER,
    NO_DENIAL,
    NO_SUCH_ORDER,
    NOT_TAKEN,
    THROTTLED,
    UNKNOWN,
)


@pytest.mark.parametrize("refusal", NOT_TAKEN)
def test_a_refusal_that_says_not_taken_is_definite(refusal: RefusalClass) -> None:
    for message in NOT_TAKEN[refusal]:
        for written in (message, message.upper(), f"{message}.", f"Mohon maaf. {message}"):
            assert not PROFILE.leaves_outcome_unknown(written), written
            assert PROFILE.refusal_of(written) is refusal, written


def test_words_that_leave_the_outcome_open_are_no_answer() -> None:
    for message in NO_ANSWER:
        with_others = (f"Stok habis. {message}", f"{message}, nomor salah")
        for written in (message, message.upper(), *with_others):
            assert PROFILE.leaves_outcome_unknown(written), written
            assert PROFILE.refusal_of(written) is RefusalClass.OTHER, written


def test_unknown_words_are_an_answer_that_is_not_believed_at_once() -> None:
    """The order fails only after covering misses at 60 and 120 s."""
    for written in itertools.chain(UNKNOWN, map(str.upper, UNKNOWN)):
        assert PROFILE.refusal_of(written) is RefusalClass.OTHER, written
        assert not PROFILE.leaves_outcome_unknown(written), written


def test_a_throttle_refusal_is_only_the_throttle_phrase() -> None:
    for written in itertools.chain(THROTTLED, map(str.upper, THROTTLED)):
        assert PROFILE.refusal_of(written) is RefusalClass.THROTTLE, written


@pytest.mark.parametrize(
    "message",
    [
        "Nomor salah, transaksi dibatasi",
        "Transaksi dibatasi, nomor salah",
        "Produk gangguan. Transactions are limited, try again in 6 seconds",
    ],
)
def test_a_throttle_phrase_beside_other_words_is_no_throttle_refusal(message: str) -> None:
    """An order returns to the queue only if the throttle phrase is the whole message."""
    assert PROFILE.refusal_of(message) is not RefusalClass.THROTTLE


def test_messages_that_deny_an_order_are_recognised() -> None:
    for message in NO_SUCH_ORDER:
        for written in (message, message.upper()):
            assert PROFILE.says_no_such_order(written), written
        assert PROFILE.refusal_of(message) is RefusalClass.OTHER, message


def test_other_refusals_of_a_status_call_deny_no_order() -> None:
    others = [*itertools.chain(*NOT_TAKEN.values()), *THROTTLED, *NO_ANSWER, *UNKNOWN, *NO_DENIAL]
    assert [message for message in others if PROFILE.says_no_such_order(message)] == []


def test_a_message_that_is_too_long_is_no_answer() -> None:
    """Words that leave the outcome open may stand at its end."""
    assert PROFILE.leaves_outcome_unknown("Nomor salah. " + "x" * 10_000)
    assert PROFILE.leaves_outcome_unknown("Nomor salah. " + "x " * 4_000 + "akan diproses")


@pytest.mark.parametrize(
    "unit",
    [" ", "1234 ", "1.1 - ", "trx -1 ", "nomor ", "tidak dapat ", "akan segera ", "koneksi ",
     "status 5 ", "saldo rp 1 ", "maaf ", "1234-", "ref ", "di ", "waktu ", ", ", "untuk ", "ip ",
     "R#9 ", "trx#1 ", "no 1a ", "ke-1-",
     "mulai jam ", "harga rp ", "id 1 ", "nanti 5 ", "pukul 1 wib ", "produk 1@", "error 5, "],
)  # fmt: skip
def test_hostile_messages_are_matched_in_linear_time(unit: str) -> None:
    """Only messages of up to 500 characters are classified, part by part."""
    for head in ("Nomor salah, ", "Stok habis ", ""):
        for length in (480, 9_000):
            message = (head + unit * 5_000)[:length] + "~"
            began = time.process_time()
            PROFILE.leaves_outcome_unknown(message)
            PROFILE.refusal_of(message)
            assert time.process_time() - began < 2, message[:40]
