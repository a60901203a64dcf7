"""What somebody looks for among past orders: numbers in any spelling, and words of a product."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.question_words import IGNORED
from bot.domain.search.query import NOISE, meanings
from bot.domain.typed_text import visible

MOST_TERMS: Final = 4
"""So many terms are looked for; what is said behind them is not."""
MOST_NAMES: Final = 3
MOST_NUMBERS: Final = 2
"""Spellings of one term."""
SHORTEST_NUMBER: Final = 4
"""Fewer digits are an amount, not a part of somebody's number."""
LONGEST: Final = 100
_TOKEN = re.compile(r"\+?[0-9]+|[^\W\d_]+", re.ASCII)
_THOUSANDS: Final = frozenset({"rb", "ribu", "rbu", "k"})
_KEPT: Final = frozenset({"transfer", "tf"})
_AMOUNT = re.compile(r"(?<![0-9.,])([1-9][0-9]{0,2})((?:[.,][0-9]{3})+)(?![0-9.,])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that an order has to have: any of the names, or any of the numbers."""

    names: tuple[str, ...] = ()
    """Parts of what was bought, in lower case: " name brand type " with a space at both ends."""
    numbers: tuple[str, ...] = ()
    """Parts of the destination."""


def terms_of(text: str) -> tuple[Term, ...]:
    """Return what to look for; nothing where a text says nothing that orders are told apart by.

    "+62 812-3456" looks for 08123456, "tsel 10" for telkomsel and 10.000.
    """
    seen = _AMOUNT.sub(lambda one: re.sub("[.,]", "", one[0]), visible(text[:LONGEST]).lower())
    return tuple(dict.fromkeys(_terms(_TOKEN.findall(seen))))[:MOST_TERMS]


def term_for(destinations: Sequence[str]) -> Term:
    """Return the term of orders for one of some destinations, of which the first ones count."""
    return Term(numbers=tuple(destinations[:MOST_NUMBERS]))


def _terms(tokens: Sequence[str]) -> Iterator[Term]:
    run: list[str] = []
    for token in tokens:
        if token[-1].isdigit():
            if run and _begins_anew(run, token):
                yield from _of_digits(run)
                run = []
            run.append(token)
            continue
        if token in _THOUSANDS and run:
            run[-1] += "000"
            continue
        yield from _of_digits(run)
        run = []
        if token in _KEPT or token not in NOISE | IGNORED:
            yield _of_word(token)
    yield from _of_digits(run)


def _begins_anew(run: Sequence[str], group: str) -> bool:
    """Return whether a group of digits is not the rest of those before it."""
    if group.startswith("+") or (group.startswith("08") and run not in (["62"], ["+62"])):
        return True
    is_amount = len(run) == 1 and len(run[0]) < SHORTEST_NUMBER and run[0][0] not in "+068"
    return is_amount and len(group) >= SHORTEST_NUMBER


def _of_digits(run: Sequence[str]) -> Iterator[Term]:
    digits = "".join(run).removeprefix("+")
    if len(digits) >= SHORTEST_NUMBER:
        yield Term(_as_names(digits), _as_numbers(digits, is_foreign=run[0].startswith("+")))
        return
    for group in run:
        yield Term(_as_names(group))


def _as_names(digits: str) -> tuple[str, ...]:
    """Return an amount as names have it: 10 as 10.000, 50000 as 50.000."""
    if digits.startswith("0"):
        return ()
    if len(digits) < SHORTEST_NUMBER:
        return (f" {digits}.000", f" {digits} ", f" {digits}gb")
    return (f" {int(digits):,}".replace(",", "."), f" {digits} ")


def _as_numbers(digits: str, *, is_foreign: bool) -> tuple[str, ...]:
    """Return a part of a number as orders keep it: 62812 and 0062812 as 0812, and as it stands."""
    home = re.sub(r"^(?:0062|62)0?(?=8)", "0", digits, flags=re.ASCII)
    return (home,) if is_foreign or home == digits else (home, digits)


def _of_word(word: str) -> Term:
    spellings = (name for parts in meanings(word) for name in (" ".join(parts), "".join(parts)))
    return Term(tuple(dict.fromkeys(spellings))[:MOST_NAMES])
