"""The words of brand names, independent of spelling: E-TOLL, E TOLL and ETOLL are equal."""

from __future__ import annotations

import re
from functools import lru_cache

MAX_WORDS = 12
"""The maximum number of words of a name that are used; a brand has about four."""
_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=4096)
def joined_name(name: str) -> str:
    """Return a name in capitals without spaces and punctuation: "e-money" becomes EMONEY."""
    return "".join(_WORD.findall(name.upper()))


@lru_cache(maxsize=4096)
def word_runs(name: str) -> frozenset[str]:
    """Return each sequence of consecutive whole words in a name, joined and in capitals.

    "BNI TAP CASH" has BNI, TAP, CASH, BNITAP, TAPCASH and BNITAPCASH; parts of words are never
    included.
    """
    words = _WORD.findall(name.upper())[:MAX_WORDS]
    places = range(len(words))
    return frozenset("".join(words[at : end + 1]) for at in places for end in places[at:])
