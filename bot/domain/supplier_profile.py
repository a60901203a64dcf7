"""The panel profile: the words, patterns and tables that differ between panels of the family."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.destination import DestinationKind, GameForm
from bot.domain.errors import RefusalClass
from bot.domain.search.brand_words import joined_name, word_runs

ANY_TYPE = "*"
"""The key of `kinds_by_word` for brand words that apply to every type."""


class SupplierStatus(StrEnum):
    """The meaning of a status word (docs/supplier-api.md, "2.3 Order status")."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    PARTIAL = "partial"
    UNKNOWN = "unknown"

    @property
    def is_final(self) -> bool:
        """Whether the order has succeeded or failed; partial and unknown are not final."""
        return self in (SupplierStatus.SUCCEEDED, SupplierStatus.FAILED)


_MAX_CLASSIFIED_LENGTH = 500
"""A longer message, in characters, has no refusal class.

The limits exist because the time of a pattern may grow with the square of the text's length.
"""
_MAX_MESSAGE_LENGTH = 10_000
"""A longer message, in characters, is not a well-formed answer."""
_MAX_NO_SUCH_ORDER_LENGTH = 250
"""A longer message, in characters, says more than "no such order"."""
_PIECE, _STEP = 400, 200
"""Long texts are searched in overlapping pieces, so a phrase of up to 200 characters is found."""
_SPACES = re.compile(r"\s+")
_EMPTY_BRACKETS = re.compile(r"\( ?\)|\[ ?\]")
_NOT_ABOUT_ACCOUNT = frozenset({RefusalClass.OTHER, RefusalClass.PRODUCT})
_MATCHED_AS_WHOLE = frozenset({RefusalClass.OTHER, RefusalClass.THROTTLE})
_PART_ENDS = re.compile(
    r"[.!?](?=\s|$)|(?<=[a-z]{3})\.(?=[a-z]{3})|[;|()\[\]\n]|,(?!\d)|\s[-\u2013\u2014]+\s"
    r"|\b(?:tetapi|tapi|namun|sedangkan|however|but|although)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PanelProfile:
    """The assumptions about one panel that its documentation does not cover.

    Sources: docs/supplier-api.md, "2 Panel family" and "3.11 Panel profile".
    """

    status_words: Mapping[str, SupplierStatus]
    refusal_patterns: tuple[tuple[RefusalClass, re.Pattern[str]], ...]
    repeatable_values: frozenset[str]
    """The values of `multi` that allow a second order for one destination on the same day."""
    prefixes: Mapping[str, tuple[str, ...]]
    """The number prefixes of each operator, by brand (`category.main`)."""
    kinds_by_type: Mapping[str, DestinationKind]
    kinds_by_brand: Mapping[str, DestinationKind]
    """Brands whose kind differs from that of their type, such as e-toll cards in e-money."""
    game_forms: Mapping[str, GameForm]
    """How a game's user id and zone are joined, by brand."""
    hidden_types: frozenset[str]
    """Types that are not sold."""
    max_cost: int
    """In rupiah: rows with a higher cost are junk ("bulk" rows of 100 million rupiah)."""
    private_note_patterns: tuple[re.Pattern[str], ...]
    """Phrases of a note or voucher that only the reseller may read: balance, cost, contact."""
    private_link_patterns: tuple[re.Pattern[str], ...] = ()
    """Addresses that are removed from notes only: in a voucher they may be the goods."""
    no_such_order_patterns: tuple[re.Pattern[str], ...] = ()
    """Messages with which the panel says that it has no order of the requested ref_id."""
    no_answer_patterns: tuple[re.Pattern[str], ...] = ()
    """Phrases that leave open whether an order was accepted, anywhere in a message."""
    denial_patterns: tuple[re.Pattern[str], ...] = ()
    """Phrases that negate those of `no_answer_patterns`, or use them in another sense."""
    beside_refusal_patterns: tuple[re.Pattern[str], ...] = ()
    """Phrases that may accompany a refusal without changing its meaning."""
    kinds_by_word: Mapping[str, Mapping[str, DestinationKind]] = field(default_factory=dict)
    """Kinds by type (or `ANY_TYPE`) and joined brand words, for brands not in `kinds_by_brand`."""

    def status_of(self, word: str) -> SupplierStatus:
        """Return the meaning of a status word in any case; UNKNOWN for an unknown or empty word."""
        return self.status_words.get(word.strip().casefold(), SupplierStatus.UNKNOWN)

    def refusal_of(self, message: str) -> RefusalClass:
        """Return the class of a refusal's message; OTHER unless the whole message is a refusal.

        Every part of the message must match a refusal of some class, or a phrase that may
        accompany one. A message of more than 500 characters, after whitespace is collapsed, is
        OTHER (docs/supplier-api.md, "3.8 Refusal messages").
        """
        message = _single_spaced(message)
        if len(message) > _MAX_CLASSIFIED_LENGTH or self.leaves_outcome_unknown(message):
            return RefusalClass.OTHER
        parts = [part for part in _PART_ENDS.split(message) if part.strip()]
        for refusal, pattern in self.refusal_patterns:
            if refusal in _MATCHED_AS_WHOLE:
                if pattern.search(message):
                    return refusal
            elif any(map(pattern.search, parts)):
                is_whole_refusal = all(map(self._is_part_of_refusal, parts))
                return refusal if is_whole_refusal else RefusalClass.OTHER
        return RefusalClass.OTHER

    def _is_part_of_refusal(self, part: str) -> bool:
        """Return whether a part of a message is a refusal, or may accompany one."""
        return any(
            pattern.search(part)
            for refusal, pattern in self.refusal_patterns
            if refusal is not RefusalClass.OTHER
        ) or any(pattern.search(part) for pattern in self.beside_refusal_patterns)

    def leaves_outcome_unknown(self, message: str) -> bool:
        """Return whether a refusal's message leaves the outcome of the order unknown.

        It does if any part of it is about later processing, a lost upstream or success. Such an
        order is found in the list or parked; it never fails because a list lacks it. A message of
        more than 10,000 characters also leaves the outcome unknown.
        """
        message = _single_spaced(message)
        if len(message) > _MAX_MESSAGE_LENGTH:
            return True
        return any(self._leaves_open(message[start : start + _PIECE]) for start in _pieces(message))

    def _leaves_open(self, piece: str) -> bool:
        for pattern in self.denial_patterns:
            piece = pattern.sub(" ", piece)
        return any(pattern.search(piece) for pattern in self.no_answer_patterns)

    def says_no_such_order(self, message: str) -> bool:
        """Return whether the message of a refused status call says "no such order".

        A message of more than 250 characters does not (docs/supplier-api.md, "3.5 Status reply").
        """
        message = _single_spaced(message)
        if len(message) > _MAX_NO_SUCH_ORDER_LENGTH:
            return False
        is_about_account = self.refusal_of(message) not in _NOT_ABOUT_ACCOUNT
        return not is_about_account and any(
            pattern.search(message) for pattern in self.no_such_order_patterns
        )

    def kind_of(self, category_type: str, main: str) -> DestinationKind:
        """Return the destination kind of a product of this type and brand.

        It is looked up by the brand, then by the words of the brand's name, then by the type. For
        an unknown type, a brand whose name contains a known game is GAME; any other is OTHER.
        """
        if main in self.kinds_by_brand:
            return self.kinds_by_brand[main]
        runs = word_runs(main)
        for words in (ANY_TYPE, category_type):
            for word, kind in self.kinds_by_word.get(words, {}).items():
                if word in runs:
                    return kind
        if category_type in self.kinds_by_type:
            return self.kinds_by_type[category_type]
        return DestinationKind.GAME if self._game_in(main) else DestinationKind.OTHER

    def game_form_of(self, main: str) -> GameForm:
        """Return how the user id and zone of a brand are joined.

        A brand whose name contains a known game ("LIFEAFTER CREDITS") has the form of that game;
        of several games, the one with the longest name.
        """
        form = self.game_forms.get(main)
        return form or self.game_forms.get(self._game_in(main), GameForm())

    def _game_in(self, main: str) -> str:
        """Return the known game whose name a brand contains as whole words, or ""."""
        runs = word_runs(main)
        return max(
            (name for name in self.game_forms if joined_name(name) in runs), key=len, default=""
        )

    def public_note(self, note: str) -> str:
        """Return a note of the supplier without the phrases that only the reseller may read.

        Runs of spaces and of blank lines are collapsed, because some patterns are slow on them.
        """
        return _public(note, (*self.private_note_patterns, *self.private_link_patterns))

    def public_voucher(self, voucher: str) -> str:
        """Return a voucher without private phrases; unchanged, but stripped, if it has none."""
        if not self.has_private_part(voucher):
            return voucher.strip()
        return _public(voucher, self.private_note_patterns)

    def has_private_part(self, text: str) -> bool:
        """Return whether a text of the supplier has a phrase that only the reseller may read."""
        text = _single_spaced(text)
        return any(_is_in(pattern, text) for pattern in self.private_note_patterns)


def _public(text: str, private: Iterable[re.Pattern[str]]) -> str:
    """Return a text without the matches of the patterns, and without brackets left empty."""
    if not text:
        return ""
    text = _single_spaced(text)
    for pattern in private:
        shorter = _without(pattern, text)
        text = text if shorter == text else _EMPTY_BRACKETS.sub("", shorter)
    return text.strip(" .,;-|\t\r\n")


def _single_spaced(text: str) -> str:
    return _SPACES.sub(_collapsed, text)


def _collapsed(spaces: re.Match[str]) -> str:
    return "\n" * min(spaces[0].count("\n"), 2) or " "


def _without(pattern: re.Pattern[str], text: str) -> str:
    """Return a text without the matches of a pattern in its pieces."""
    kept, end = [], 0
    for start, stop in _spans(pattern, text):
        kept.append(text[end:start])
        end = max(end, stop)
    return "".join([*kept, text[end:]])


def _is_in(pattern: re.Pattern[str], text: str) -> bool:
    """Return whether a pattern is found in any piece of a text."""
    return bool(_spans(pattern, text))


def _spans(pattern: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    """Return the spans of a pattern's matches, sorted and without duplicates.

    At the end of a piece a match may be cut short. So a match that begins after the middle of a
    piece is ignored: the next piece contains all of it.
    """
    pieces = _pieces(text)
    return sorted(
        {
            match.span()
            for start in pieces
            for match in pattern.finditer(text, start, start + _PIECE)
            if match.start() < start + _STEP or start == pieces[-1]
        }
    )


def _pieces(text: str) -> range:
    """Return the start positions of the pieces of a text, each `_PIECE` long."""
    return range(0, max(len(text) - _STEP, 1), _STEP)
