"""Masks secrets in texts, in any case and in URL, JSON or HTML encoding."""

from __future__ import annotations

import re
from collections.abc import Iterable

MASK = "***"
_ESCAPES = frozenset("%&\\")
"""Encoded texts contain one of these characters; in other texts secrets are not encoded."""

_CUT_LENGTH = 500
"""External texts are truncated to this length or more, perhaps in the middle of a secret."""
_PART_LENGTH = 8
"""The minimum length of the beginning of a secret that is masked at the end of such a text."""


class Masker:
    """Replaces secrets in texts by `***`, ignoring case.

    Any character of a secret may be percent-encoded (up to three times), or a JSON escape of four
    hex digits. Characters other than letters and digits may also be an HTML entity, or follow a
    backslash.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        """Compile the patterns of the secrets; empty secrets are ignored."""
        # The longest first, so that a secret which contains another one is masked completely.
        ordered = sorted({secret for secret in secrets if secret}, key=len, reverse=True)
        self._secrets = ordered
        self._longest = max(map(len, ordered), default=1)
        self._plain = _pattern(map(re.escape, ordered))
        self._encoded = _pattern("".join(map(_spellings, secret)) for secret in ordered)

    def __repr__(self) -> str:
        return "Masker()"

    def text(self, text: str) -> str:
        """Return a text with all secrets masked.

        In a text of 500 characters or more, the beginning of a secret at the end is masked too.
        """
        is_encoded = not _ESCAPES.isdisjoint(text)
        masked = (self._encoded if is_encoded else self._plain).sub(MASK, text)
        return masked if len(text) < _CUT_LENGTH else self._without_cut_end(masked)

    def _without_cut_end(self, text: str) -> str:
        end = text[-self._longest :].lower()
        for secret in self._secrets:
            for length in range(len(secret) - 1, _PART_LENGTH - 1, -1):
                if end.endswith(secret[:length].lower()):
                    return text[:-length] + MASK
        return text

    def is_secret(self, text: str) -> bool:
        """Return whether a text is one of the secrets and nothing else."""
        return self.text(text) == MASK != text


def _pattern(alternatives: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern of the alternatives; without any, a pattern that never matches."""
    return re.compile("|".join(alternatives) or r"(?!)", re.IGNORECASE)


def _spellings(character: str) -> str:
    """Return a pattern of the encodings of one character of a secret."""
    percent = "".join(f"%(?:25){{0,2}}{byte:02x}" for byte in character.encode(errors="replace"))
    ways = [re.escape(character), percent, rf"\\u{ord(character):04x}"]
    if not character.isalnum():
        ways += [rf"\\{re.escape(character)}", r"&#?\w{1,6};"]
    return f"(?:{'|'.join(ways)})"
