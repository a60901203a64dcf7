"""The conversation: its diagram, its steps, and agreement of the library with the database."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

import handlers
from bot.domain.dialog import CONVERSATION, Step
from handlers.conversation import conversation
from tests.handlers.conversation_diagram import draw
from tests.handlers.harness import BotHarness

DIAGRAM = Path(handlers.__file__).parent / "conversation.mmd"


def test_the_diagram_matches_the_conversation() -> None:
    """On failure, write the output of `python -m tests.handlers.conversation_diagram` there."""
    assert DIAGRAM.read_text(encoding="utf-8") == draw()


def test_every_step_of_the_domain_is_a_state() -> None:
    """A customer who comes back at a stored step must get an answer."""
    assert set(conversation().states) == set(Step)
    assert conversation().name == CONVERSATION


def test_building_the_conversation_raises_no_warning() -> None:
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
async def test_library_and_database_agree_on_the_step_after_every_act(
    harness: BotHarness, acts: list[str]
) -> None:
    for act in acts:
        if act.startswith(("/", "=")):
            await harness.say(act.removeprefix("="))
        else:
            await harness.press(act)
        dialog = await harness.dialog()
        assert harness.library_step() == (None if dialog is None else dialog.step), act
