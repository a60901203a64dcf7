"""The owner's note on a pause is cleaned to one short line."""

from __future__ import annotations

import pytest

from bot.domain.reopening import MAX_NOTE_LENGTH, clean_note


@pytest.mark.parametrize(
    ("typed", "note"),
    [
        ("", ""),
        ("  \n ", ""),
        ("Libur sampai Senin", "Libur sampai Senin"),
        ("libur\n\nsampai\tSenin\x00\x1b", "libur sampai Senin"),
        ("<b>tutup</b> & istirahat", "<b>tutup</b> & istirahat"),
        ("libur 👨‍👩‍👧 dulu", "libur 👨‍👩‍👧 dulu"),
        ("libur \ud83d dulu", "libur dulu"),
        ("x" * MAX_NOTE_LENGTH, "x" * MAX_NOTE_LENGTH),
        ("x" * (MAX_NOTE_LENGTH + 1), "x" * MAX_NOTE_LENGTH),
        ("x" * (MAX_NOTE_LENGTH - 1) + " y", "x" * (MAX_NOTE_LENGTH - 1)),
    ],
)
def test_a_note_is_one_short_line(typed: str, note: str) -> None:
    """Unprintable characters are dropped; markup stays and is escaped when shown."""
    assert clean_note(typed) == note
