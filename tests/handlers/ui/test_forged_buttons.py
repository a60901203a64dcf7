"""Forged buttons with more data than a real button carries."""

from __future__ import annotations

import pytest

from handlers.catalogue.buttons import Find
from handlers.ui.buttons import MAX_BYTES, ButtonError, Confirm, OpenFor, pack, unpack
from tests.handlers.harness import CLARE, BotHarness

FILLED = "1:W:9:" + "1" * (MAX_BYTES - 6)
"""A search of 64 bytes: a page number of two digits would make it too long."""


def test_data_of_more_than_64_bytes_is_rejected() -> None:
    longest = Confirm("x" * (MAX_BYTES - 4))
    assert unpack(pack(longest), Confirm) == longest
    for data in (pack(longest) + "x", "1:k:" + "é" * 31, "1:k:" + "\ud800" * 61):
        with pytest.raises(ButtonError):
            unpack(data, Confirm)


async def test_a_forged_number_is_rejected(harness: BotHarness) -> None:
    await harness.say("/start", CLARE)
    before = harness.last(CLARE).text
    for data in (
        pack(OpenFor(1, 0, view=0, is_meter=False, number="x" * 40)),
        pack(OpenFor(1, 0, view=0, is_meter=False, number="٠٨١٢٣٤٥٦٧٨٩٠")),
        "1:C:1:0:0:0:" + "0" * 700,
        "1:W:0:" + "telkomsel " * 80,
    ):
        answer = await harness.forge(data, CLARE)
        assert "older version" in answer.text
        assert harness.last(CLARE).text == before


async def test_a_search_of_maximum_length_has_working_pages(harness: BotHarness) -> None:
    await harness.say("/start", CLARE)
    answer = await harness.forge(FILLED, CLARE)
    assert "wrong" not in answer.text
    await harness.forge(Find(10**17, "telkomsel"), CLARE)
    assert "wrong" not in harness.text(CLARE)
