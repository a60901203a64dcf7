"""Typed and pasted text without its invisible characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.typed_text import without_invisible


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Rp\u00a050.000", "Rp 50.000"),
        ("Rp\u202f50.000", "Rp 50.000"),
        ("\u202a50.000\u202c", "50.000"),
        ("\u2066\u200e50.000\u200f\u2069", "50.000"),
        ("\ufeff50\u200b.\u200d000\u2060", "50.000"),
        ("50\u00ad000", "50000"),
        ("50\u034f000\ufe0f\u3164", "50000"),
        ("0812\u20113456\u2013789", "0812-3456-789"),
        ("a\u2028b\u2029c", "a\nb\nc"),
        ("\uff15\u0665", "\uff15\u0665"),
        ("saldo \U0001f64f", "saldo \U0001f64f"),
    ],
)
def test_invisible_characters_are_removed(text: str, seen: str) -> None:
    assert without_invisible(text) == seen


@given(st.text())
def test_cleaning_is_idempotent(text: str) -> None:
    assert without_invisible(without_invisible(text)) == without_invisible(text)
