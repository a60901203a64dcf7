"""The conversation: its picture, its steps, and that memory and database agree on them."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

import handlers
from bot.domain.dialog import CONVERSATION, Step
from handlers.buy import conversation
from tests.handlers.conversation_diagram import draw
from tests.handlers.counter import Counter

PICTURE = Path(handlers.__file__).parent / "buy.mmd"


def test_the_picture_shows_the_conversation_as_it_is() -> None:
    """When this fails, write the output of `python -m tests.handlers.conversation_diagram`."""
    assert PICTURE.read_text(encoding="utf-8") == draw()


def test_every_step_of_the_domain_is_a_state() -> None:
    """A step that is kept for somebody must lead somewhere when they come back."""
    assert set(conversation().states) == set(Step)
    assert conversation().name == CONVERSATION


def test_building_the_conversation_says_nothing() -> None:
    """The one warning of the library that is meant is silenced where it arises."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        conversation()


@pytest.mark.parametrize(
    "acts",
    [
        ["/order", "Pulsa", "Telkomsel", "10.000 · Rp11", "Batal"],
        ["/beli", "Pulsa", "Telkomsel", "10.000 · Rp11", *["Kembali"] * 3, "Menu"],
        ["/order", "Pulsa", "Telkomsel", "10.000 · Rp11", "=081234567890", "=x", "Batal"],
        ["/order", "Pulsa", "Telkomsel", "20.000 · Rp21", "=x", "=081234567890", "Ganti"],
        ["/saldo", "Isi saldo", "=x", "Kembali"],
        ["/saldo", "Isi saldo", "=/status", "=50rb"],
        ["/order", "Pulsa", "Telkomsel", "10.000 · Rp11", "=/start", "=081234567890"],
    ],
)
async def test_memory_and_database_agree_after_every_act(counter: Counter, acts: list[str]) -> None:
    """The library remembers where somebody is, and so does the database: never two truths."""
    for act in acts:
        if act.startswith(("/", "=")):
            await counter.say(act.removeprefix("="))
        else:
            await counter.press(act)
        dialog = await counter.dialog()
        assert counter.remembered() == (None if dialog is None else dialog.step), act
