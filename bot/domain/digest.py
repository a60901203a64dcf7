"""A short digest of what a person was shown, so that their answer is good for nothing else."""

from __future__ import annotations

from hashlib import sha256

LENGTH = 12
"""Hexadecimal digits: enough to tell one question about an order from another."""


def digest_of(*facts: object) -> str:
    """Return 12 hexadecimal digits that differ where the facts do; a fact is a plain value."""
    text = "\x1f".join(repr(fact) for fact in facts)
    return sha256(text.encode(errors="backslashreplace")).hexdigest()[:LENGTH]
