"""Erasures: a person's own data is erased at their request (Indonesia's law 27/2022).

The person's row stays under a pseudonym, because orders and transfers refer to it. What no longer
says whose it was replaces everything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.destination import comparison_key
from bot.domain.errors import DomainError
from bot.domain.masking import MASK
from bot.domain.order import CustomerId

ERASED = MASK
"""In place of an erased destination or code."""
_SEPARATOR = re.compile(r"[\s\"'`,;:/|()\[\]{}<>=\\]+", re.ASCII)
_NUMBER = re.compile(r"[0-9]{8}", re.ASCII)
"""Only numbers have other spellings."""
_LEAST_LENGTH = 6
"""Shorter words may mean anything, so they are not looked for in texts about other matters."""
_LONGEST_AMOUNT = 9
_WITH_AMOUNT = frozenset({"credit", "debit", "topup_approved", "topup_rejected", "credit_limit"})
"""The acts whose details begin with an amount."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """One entry of the list of erasures, which outlives a restore."""

    customer_id: CustomerId
    number: int
    """Counts the erasures of the shop, for the pseudonym."""
    known_since: datetime
    """When the person was created. Another shop's person with the same id has another time."""
    erased_at: datetime


class ErasureObstacle(StrEnum):
    """Why a person's data cannot be erased now."""

    ORDERS = "orders"
    """An order is under way, or is still looked for at the supplier."""
    CASES = "cases"
    """An order waits for a decision by the shop, or a question for its answer."""
    TOPUPS = "topups"
    """A top-up may still be paid, or waits for a decision."""
    BALANCE = "balance"
    DEBT = "debt"
    STAFF = "staff"
    """The person works for the shop."""
    BLOCKED = "blocked"
    """The shop has blocked or refused the person, who would come back as somebody new."""


class ErasureRefusedError(DomainError):
    """A person's data cannot be erased while the `obstacles` are there."""

    def __init__(self, obstacles: Sequence[ErasureObstacle]) -> None:
        super().__init__()
        self.obstacles = tuple(obstacles)


def pseudonym_of(number: int) -> str:
    """Return the name under which an erased person's orders and transfers stay."""
    return f"Pelanggan terhapus {number}"


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """Return the words of a person's destinations and codes by which texts may name them."""
    found = {comparison_key(text) for text in texts}
    for text in texts:
        found.update(_stripped(word) for word in _split(text))
    return frozenset(word for word in found if len(word) >= _LEAST_LENGTH)


def without_words(text: str, words: frozenset[str]) -> str:
    """Return a text with `ERASED` in place of each of the words, and of other spellings of it."""
    for word in set(_split(text)):
        bare = _stripped(word)
        if bare in words or (_NUMBER.search(bare) and comparison_key(bare) in words):
            text = text.replace(bare, ERASED)
    return text


def amount_of(action: str, detail: str) -> str:
    """Return the amount with which the detail of an act begins; empty if it begins with none.

    Only acts about money begin with one. A note, a reason or an account's id may begin with a
    number, too: that may be the person's.
    """
    first = detail.partition(" ")[0]
    digits = first.removeprefix("-")
    is_amount = digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_AMOUNT
    return first if is_amount and action in _WITH_AMOUNT else ""


def _split(text: str) -> list[str]:
    return _SEPARATOR.split(text)


def _stripped(word: str) -> str:
    return word.strip(".!?")
