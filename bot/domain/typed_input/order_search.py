"""Parses a search in past orders: numbers in any spelling, and words of a product's name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.question_words import IGNORED
from bot.domain.search.query import FILLER_WORDS, word_meanings
from bot.domain.typed_text import without_invisible

MAX_TERMS: Final = 4
"""The maximum number of terms; later ones are ignored."""
MAX_NAMES: Final = 3
MAX_NUMBERS: Final = 2
"""The maximum number of spellings of one term."""
MIN_NUMBER_LENGTH: Final = 4
"""The minimum number of digits of a part of a number; fewer are an amount."""
MAX_LENGTH: Final = 100
"""The number of characters of a text that are read."""
_TOKEN = re.compile(r"\+?[0-9]+|[^\W\d_]+", re.ASCII)
_THOUSANDS: Final = frozenset({"rb", "ribu", "rbu", "k"})
_AMOUNT = re.compile(r"(?<![0-9.,])([1-9][0-9]{0,2})((?:[.,][0-9]{3})+)(?![0-9.,])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Term:
    """A condition of a search: the order has one of the names or one of the numbers."""

    names: tuple[str, ...] = ()
    """Substrings, in lower case, of " name brand type " with a space at both ends."""
    numbers: tuple[str, ...] = ()
    """Substrings of the destination."""


def terms_of(text: str) -> tuple[Term, ...]:
    """Return the terms of a search; empty for a text that cannot distinguish orders.

    "+62 812-3456" becomes the number 08123456, "tsel 10" the names telkomsel and 10.000.
    """
    plain = without_invisible(text[:MAX_LENGTH]).lower()
    plain = _AMOUNT.sub(lambda match: re.sub("[.,]", "", match[0]), plain)
    return tuple(dict.fromkeys(_terms(_TOKEN.findall(plain))))[:MAX_TERMS]


def destination_term(destinations: Sequence[str]) -> Term:
    """Return the term for orders of any of the first `MAX_NUMBERS` destinations."""
    return Term(numbers=tuple(destinations[:MAX_NUMBERS]))


def _terms(tokens: Sequence[str]) -> Iterator[Term]:
    run: list[str] = []
    for token in tokens:
        if token[-1].isdigit():
            if run and _begins_new_number(run, token):
                yield from _of_digits(run)
                run = []
            run.append(token)
            continue
        if token in _THOUSANDS and run:
            run[-1] += "000"
            continue
        yield from _of_digits(run)
        run = []
        if token not in FILLER_WORDS | IGNORED:
            yield _of_word(token)
    yield from _of_digits(run)


def _begins_new_number(run: Sequence[str], group: str) -> bool:
    """Return whether a group of digits does not continue the groups before it."""
    if group.startswith("+") or (group.startswith("08") and run not in (["62"], ["+62"])):
        return True
    is_amount = len(run) == 1 and len(run[0]) < MIN_NUMBER_LENGTH and run[0][0] not in "+068"
    return is_amount and len(group) >= MIN_NUMBER_LENGTH


def _of_digits(run: Sequence[str]) -> Iterator[Term]:
    digits = "".join(run).removeprefix("+")
    if len(digits) >= MIN_NUMBER_LENGTH:
        yield Term(_as_names(digits), _as_numbers(digits, is_foreign=run[0].startswith("+")))
        return
    for group in run:
        yield Term(_as_names(group))


def _as_names(digits: str) -> tuple[str, ...]:
    """Return an amount as product names write it: 10 as 10.000, 50000 as 50.000."""
    if digits.startswith("0"):
        return ()
    if len(digits) < MIN_NUMBER_LENGTH:
        return (f" {digits}.000", f" {digits} ", f" {digits}gb")
    return (f" {int(digits):,}".replace(",", "."), f" {digits} ")


def _as_numbers(digits: str, *, is_foreign: bool) -> tuple[str, ...]:
    """Return a part of a number in the stored form (62812 and 0062812 as 0812) and unchanged."""
    national = re.sub(r"^(?:0062|62)0?(?=8)", "0", digits, flags=re.ASCII)
    return (national,) if is_foreign or national == digits else (national, digits)


def _of_word(word: str) -> Term:
    spellings = (
        name for parts in word_meanings(word) for name in (" ".join(parts), "".join(parts))
    )
    return Term(tuple(dict.fromkeys(spellings))[:MAX_NAMES])
