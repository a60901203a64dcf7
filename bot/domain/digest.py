"""A short digest of the facts shown to a person, which makes their answer valid for these only."""

from __future__ import annotations

from hashlib import sha256

LENGTH = 12
"""In hexadecimal digits: enough to distinguish the questions about one order."""


def digest_of(*facts: object) -> str:
    """Return 12 hexadecimal digits of the SHA-256 of the facts' `repr`; pass plain values only."""
    text = "\x1f".join(repr(fact) for fact in facts)
    return sha256(text.encode(errors="backslashreplace")).hexdigest()[:LENGTH]
