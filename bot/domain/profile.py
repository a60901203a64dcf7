"""A panel's profile: the words, patterns and tables in which panels of one family differ."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.destination import DestinationKind, GameForm
from bot.domain.errors import RefusalClass


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


_OF_ONE_ORDER = frozenset({RefusalClass.OTHER, RefusalClass.PRODUCT})
_JUDGED_AS_A_WHOLE = frozenset({RefusalClass.OTHER, RefusalClass.THROTTLE})
_CLASSED_LENGTH = 500
_READ_LENGTH = 10_000
"""Characters of a message: so many are put to a class, and so many searched for open words."""
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
    """Phrases of a note that speak of the reseller's own balance."""
    no_such_order_patterns: tuple[re.Pattern[str], ...] = ()
    """How the panel says that it knows no order of the ref_id that was asked for."""
    no_answer_patterns: tuple[re.Pattern[str], ...] = ()
    """Words that leave open whether an order was taken, whatever else a message says."""
    denial_patterns: tuple[re.Pattern[str], ...] = ()
    """Phrases that deny such words, or use them of something else."""
    beside_refusal_patterns: tuple[re.Pattern[str], ...] = ()
    """What may stand beside a refusal and changes nothing of its meaning."""

    def status_of(self, word: str) -> SupplierStatus:
        """Return what a status word means; an unknown or empty word is not final."""
        return self.status_words.get(word.strip().casefold(), SupplierStatus.UNKNOWN)

    def refusal_of(self, message: str) -> RefusalClass:
        """Return the class of a refusal's message; OTHER unless its whole meaning is "not taken".

        Every part of the message must be known: as a refusal of some class, or as a phrase that
        changes nothing beside one. Only the first 500 characters are looked at for it.
        """
        if self.is_no_answer(message):
            return RefusalClass.OTHER
        whole = message[:_CLASSED_LENGTH]
        parts = [part for part in _PART_ENDS.split(whole) if part.strip()]
        for refusal, pattern in self.refusal_patterns:
            if refusal in _JUDGED_AS_A_WHOLE:
                if pattern.search(whole):
                    return refusal
            elif any(map(pattern.search, parts)):
                is_whole_meaning = all(map(self._says_not_taken, parts))
                return refusal if is_whole_meaning else RefusalClass.OTHER
        return RefusalClass.OTHER

    def _says_not_taken(self, part: str) -> bool:
        """Tell whether a part of a message is a refusal, or may stand beside one."""
        return any(
            pattern.search(part)
            for refusal, pattern in self.refusal_patterns
            if refusal is not RefusalClass.OTHER
        ) or any(pattern.search(part) for pattern in self.beside_refusal_patterns)

    def is_no_answer(self, message: str) -> bool:
        """Tell whether a refusal's words leave open what became of the order.

        They speak of later processing, of a lost upstream, or of success, whatever else they say:
        such an order is found or parked, and never failed because a list lacks it. A message of
        more than 10,000 characters is no answer either.
        """
        if len(message) > _READ_LENGTH:
            return True
        for pattern in self.denial_patterns:
            message = pattern.sub(" ", message)
        return any(pattern.search(message) for pattern in self.no_answer_patterns)

    def denies(self, message: str) -> bool:
        """Tell whether a refused status call says that there is no such order."""
        is_of_the_account = self.refusal_of(message) not in _OF_ONE_ORDER
        return not is_of_the_account and any(
            pattern.search(message) for pattern in self.no_such_order_patterns
        )

    def kind_of(self, category_type: str, main: str) -> DestinationKind:
        """Return what a product of this type and brand is delivered to."""
        if main in self.kinds_by_brand:
            return self.kinds_by_brand[main]
        return self.kinds_by_type.get(category_type, DestinationKind.OTHER)

    def game_form_of(self, main: str) -> GameForm:
        """Return how a brand's user id and zone are joined."""
        return self.game_forms.get(main, GameForm())

    def public_note(self, note: str) -> str:
        """Return a supplier's note without what only the reseller may read."""
        for pattern in self.private_note_patterns:
            note = pattern.sub("", note)
        return note.strip(" .,;-|\t\r\n")
