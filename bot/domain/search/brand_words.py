"""Words in a brand's name, however the list spells it: E-TOLL, E TOLL and ETOLL are one."""

from __future__ import annotations

import re
from functools import lru_cache

MOST_WORDS = 12
"""Words of a name that are looked at; a brand has four or so."""
_WORD = re.compile(r"[^\W_]+")


def joined(name: str) -> str:
    """Return a name in capitals without spaces and signs: "e-money" is EMONEY."""
    return "".join(_WORD.findall(name.upper()))


@lru_cache(maxsize=4096)
def spellings(name: str) -> frozenset[str]:
    """Return each run of whole words in a name, joined.

    "BNI TAP CASH" has BNI, TAP, CASH, BNITAP, TAPCASH and BNITAPCASH, and never a part of a word.
    """
    words = _WORD.findall(name.upper())[:MOST_WORDS]
    places = range(len(words))
    return frozenset("".join(words[at : end + 1]) for at in places for end in places[at:])
