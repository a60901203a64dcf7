"""The terms and the help with payments, as they come and as a shopkeeper wrote them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.handlers.counter import CLARE, CONTACT, Counter


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("/terms", "what you pay"),
        ("/syarat", "what you pay"),
        ("/paysupport", "picture of the transfer"),
    ],
)
async def test_there_are_sensible_texts(counter: Counter, command: str, says: str) -> None:
    """With whom to turn to."""
    await counter.say(command, CLARE)
    assert says in counter.text(CLARE)
    assert CONTACT in counter.text(CLARE)


async def test_a_shopkeepers_own_texts_go_before(counter: Counter) -> None:
    """Shown letter by letter."""
    data = counter.application.bot_data
    data.services = replace(data.services, terms="No <refunds>.", paysupport="Call & ask.")
    await counter.say("/terms")
    assert counter.text().endswith("No <refunds>.")
    await counter.say("/paysupport")
    assert counter.text().endswith("Call & ask.")
