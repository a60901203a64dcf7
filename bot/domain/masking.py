"""Masks secrets in texts: as they are, in capitals, and as web addresses or JSON write them."""

from __future__ import annotations

import re
from collections.abc import Iterable

MASK = "***"
_ESCAPES = "%&\\"
"""Characters by which an encoded text is known: without one a secret stands as it is."""

_CUT_LENGTH = 500
"""Foreign texts are cut to this length or more, perhaps in the middle of a secret."""
_PART_LENGTH = 8
"""The shortest beginning of a secret that is masked there."""


class Masker:
    """Replaces secrets in texts by `***`, whatever the case of their letters.

    Any character may be percent-encoded, also twice, or a JSON escape of four hex digits; one that
    is no letter or digit also an HTML entity, or behind a backslash.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        """Take the secrets; empty ones are left out."""
        # The longest first, so that a secret inside another leaves no rest of it behind.
        ordered = sorted({one for one in secrets if one}, key=len, reverse=True)
        self._secrets = ordered
        self._longest = max(map(len, ordered), default=1)
        self._plain = _pattern(map(re.escape, ordered))
        self._encoded = _pattern("".join(map(_spellings, one)) for one in ordered)

    def __repr__(self) -> str:
        return "Masker()"

    def text(self, text: str) -> str:
        """Return a text with each secret in it masked, at a long text's end also a part of one."""
        is_encoded = any(sign in text for sign in _ESCAPES)
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
    """Return a pattern of the alternatives; of none, one that is found nowhere."""
    return re.compile("|".join(alternatives) or r"(?!)", re.IGNORECASE)


def _spellings(character: str) -> str:
    """Return a pattern of the ways in which one character of a secret may be written."""
    percent = "".join(f"%(?:25){{0,2}}{byte:02x}" for byte in character.encode(errors="replace"))
    ways = [re.escape(character), percent, rf"\\u{ord(character):04x}"]
    if not character.isalnum():
        ways += [rf"\\{re.escape(character)}", r"&#?\w{1,6};"]
    return f"(?:{'|'.join(ways)})"
