"""A panel's profile: the words, patterns and tables in which panels of one family differ."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.destination import DestinationKind, GameForm
from bot.domain.errors import RefusalClass
from bot.domain.search.brand_words import joined, spellings

ANY_TYPE = "*"
"""In place of a type: words that say what a brand of any type is delivered to."""


class SupplierStatus(StrEnum):
    """What a status word of the supplier means for the order."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    PARTIAL = "partial"
    UNKNOWN = "unknown"

    @property
    def is_final(self) -> bool:
        """Whether the order is decided; partial and unknown words are not final."""
        return self in (SupplierStatus.SUCCEEDED, SupplierStatus.FAILED)


_CLASSED_LENGTH = 500
_READ_LENGTH = 10_000
"""Characters of a message: a longer one is put to no class, or is no answer. The time that a
pattern takes may grow with the square of a text's length."""
_DENIAL_LENGTH = 250
"""Characters that the words for "no such order", which are a whole message, have at most."""
_PIECE, _STEP = 400, 200
"""A long text is searched in pieces that overlap, so any phrase of up to 200 characters is seen."""
_SPACES = re.compile(r"\s+")
_EMPTY_BRACKETS = re.compile(r"\( ?\)|\[ ?\]")
_OF_ONE_ORDER = frozenset({RefusalClass.OTHER, RefusalClass.PRODUCT})
_JUDGED_AS_A_WHOLE = frozenset({RefusalClass.OTHER, RefusalClass.THROTTLE})
_PART_ENDS = re.compile(
    r"[.!?](?=\s|$)|(?<=[a-z]{3})\.(?=[a-z]{3})|[;|()\[\]\n]|,(?!\d)|\s[-\u2013\u2014]+\s"
    r"|\b(?:tetapi|tapi|namun|sedangkan|however|but|although)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PanelProfile:
    """Everything that is assumed, not documented, of one panel (`supplier-api.md`, part 2)."""

    status_words: Mapping[str, SupplierStatus]
    refusal_patterns: tuple[tuple[RefusalClass, re.Pattern[str]], ...]
    repeatable_values: frozenset[str]
    """The texts of `multi` that allow a second order to one destination on the same day."""
    prefixes: Mapping[str, tuple[str, ...]]
    """Brand (`category.main`) to the number prefixes of its operator."""
    kinds_by_type: Mapping[str, DestinationKind]
    kinds_by_brand: Mapping[str, DestinationKind]
    """Brands whose kind differs from their type's (e-toll cards among the e-money)."""
    game_forms: Mapping[str, GameForm]
    hidden_types: frozenset[str]
    max_cost: int
    """Rows dearer than this are junk ("bulk" rows of 100 million rupiah)."""
    private_note_patterns: tuple[re.Pattern[str], ...]
    """Phrases of a note or voucher that only the reseller may read: balance, cost, contact."""
    private_link_patterns: tuple[re.Pattern[str], ...] = ()
    """Addresses that are cut out of a note alone: in a voucher they are what was bought."""
    no_such_order_patterns: tuple[re.Pattern[str], ...] = ()
    """How the panel says that it knows no order of the ref_id that was asked for."""
    no_answer_patterns: tuple[re.Pattern[str], ...] = ()
    """Words that leave open whether an order was taken, whatever else a message says."""
    denial_patterns: tuple[re.Pattern[str], ...] = ()
    """Phrases that deny such words, or use them of something else."""
    beside_refusal_patterns: tuple[re.Pattern[str], ...] = ()
    """What may stand beside a refusal and changes nothing of its meaning."""
    kinds_by_word: Mapping[str, Mapping[str, DestinationKind]] = field(default_factory=dict)
    """By type, or `ANY_TYPE`: joined words of brands that `kinds_by_brand` does not name."""

    def status_of(self, word: str) -> SupplierStatus:
        """Return what a status word means; an unknown or empty word is not final."""
        return self.status_words.get(word.strip().casefold(), SupplierStatus.UNKNOWN)

    def refusal_of(self, message: str) -> RefusalClass:
        """Return the class of a refusal's message; OTHER unless its whole meaning is "not taken".

        Every part of the message must be known: as a refusal of some class, or as a phrase that
        changes nothing beside one. Of more than 500 characters, runs of spaces counted as one,
        the whole meaning is not known.
        """
        message = _single_spaced(message)
        if len(message) > _CLASSED_LENGTH or self.is_no_answer(message):
            return RefusalClass.OTHER
        parts = [part for part in _PART_ENDS.split(message) if part.strip()]
        for refusal, pattern in self.refusal_patterns:
            if refusal in _JUDGED_AS_A_WHOLE:
                if pattern.search(message):
                    return refusal
            elif any(map(pattern.search, parts)):
                is_whole_meaning = all(map(self._says_not_taken, parts))
                return refusal if is_whole_meaning else RefusalClass.OTHER
        return RefusalClass.OTHER

    def _says_not_taken(self, part: str) -> bool:
        """Return whether a part of a message is a refusal, or may stand beside one."""
        return any(
            pattern.search(part)
            for refusal, pattern in self.refusal_patterns
            if refusal is not RefusalClass.OTHER
        ) or any(pattern.search(part) for pattern in self.beside_refusal_patterns)

    def is_no_answer(self, message: str) -> bool:
        """Return whether a refusal's words leave open what became of the order.

        They speak of later processing, of a lost upstream, or of success, whatever else they say:
        such an order is found or parked, and never failed because a list lacks it. A message of
        more than 10,000 characters is no answer either.
        """
        message = _single_spaced(message)
        if len(message) > _READ_LENGTH:
            return True
        return any(self._leaves_open(message[start : start + _PIECE]) for start in _pieces(message))

    def _leaves_open(self, piece: str) -> bool:
        for pattern in self.denial_patterns:
            piece = pattern.sub(" ", piece)
        return any(pattern.search(piece) for pattern in self.no_answer_patterns)

    def denies(self, message: str) -> bool:
        """Return whether a refused status call says that there is no such order.

        A message of more than 250 characters says more than that.
        """
        message = _single_spaced(message)
        if len(message) > _DENIAL_LENGTH:
            return False
        is_of_the_account = self.refusal_of(message) not in _OF_ONE_ORDER
        return not is_of_the_account and any(
            pattern.search(message) for pattern in self.no_such_order_patterns
        )

    def kind_of(self, category_type: str, main: str) -> DestinationKind:
        """Return what a product of this type and brand is delivered to.

        A brand that is not named is known by its words, else by its type. Of a type that is not
        named, a brand with a game's name is that game.
        """
        if main in self.kinds_by_brand:
            return self.kinds_by_brand[main]
        known = spellings(main)
        for words in (ANY_TYPE, category_type):
            for word, kind in self.kinds_by_word.get(words, {}).items():
                if word in known:
                    return kind
        if category_type in self.kinds_by_type:
            return self.kinds_by_type[category_type]
        return DestinationKind.GAME if self._game_in(main) else DestinationKind.OTHER

    def game_form_of(self, main: str) -> GameForm:
        """Return how a brand's user id and zone are joined.

        A name that holds a listed game's ("LIFEAFTER CREDITS") is of that game; of two such the
        longer.
        """
        form = self.game_forms.get(main)
        return form or self.game_forms.get(self._game_in(main), GameForm())

    def _game_in(self, main: str) -> str:
        """Return the listed game that a brand's name holds as whole words, or the empty text."""
        known = spellings(main)
        return max((name for name in self.game_forms if joined(name) in known), key=len, default="")

    def public_note(self, note: str) -> str:
        """Return a supplier's note without what only the reseller may read.

        Runs of spaces become one, and blank lines one: some patterns are slow on them.
        """
        return _public(note, (*self.private_note_patterns, *self.private_link_patterns))

    def public_voucher(self, voucher: str) -> str:
        """Return what was delivered, letter by letter unless it holds a private phrase."""
        if not self.has_private_part(voucher):
            return voucher.strip()
        return _public(voucher, self.private_note_patterns)

    def has_private_part(self, text: str) -> bool:
        """Return whether a text of the supplier holds what only the reseller may read."""
        text = _single_spaced(text)
        return any(_is_in(pattern, text) for pattern in self.private_note_patterns)


def _public(text: str, private: Iterable[re.Pattern[str]]) -> str:
    """Return a text without what the patterns find, and without the brackets around it."""
    text = _single_spaced(text)
    for pattern in private:
        shorter = _without(pattern, text)
        text = text if shorter == text else _EMPTY_BRACKETS.sub("", shorter)
    return text.strip(" .,;-|\t\r\n")


def _single_spaced(text: str) -> str:
    return _SPACES.sub(_as_one, text)


def _as_one(spaces: re.Match[str]) -> str:
    return "\n" * min(spaces[0].count("\n"), 2) or " "


def _without(pattern: re.Pattern[str], text: str) -> str:
    """Return a text without what a pattern finds in its pieces."""
    kept, end = [], 0
    for start, stop in _spans(pattern, text):
        kept.append(text[end:start])
        end = max(end, stop)
    return "".join([*kept, text[end:]])


def _is_in(pattern: re.Pattern[str], text: str) -> bool:
    """Return whether a pattern is found in any piece of a text."""
    return bool(_spans(pattern, text))


def _spans(pattern: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    """Return where a pattern is found, in order; pieces that overlap find a place twice.

    Where a piece ends, a pattern may find less than there is: what begins behind the middle of a
    piece is left to the next one, which holds all of it.
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
    """Return where the pieces of a text begin, each `_PIECE` long."""
    return range(0, max(len(text) - _STEP, 1), _STEP)
