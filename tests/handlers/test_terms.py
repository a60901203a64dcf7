"""The terms and the help with payments, as they come and as a shopkeeper wrote them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.handlers.counter import CLARE, CONTACT, Counter
from tests.handlers.till import furnish


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("/terms", "what you pay"),
        ("/syarat", "what you pay"),
        ("/paysupport", "An order is late"),
    ],
)
async def test_there_are_sensible_texts(counter: Counter, command: str, says: str) -> None:
    """With whom to turn to."""
    await counter.say(command, CLARE)
    assert says in counter.text(CLARE)
    assert CONTACT in counter.text(CLARE)


async def test_a_picture_is_asked_for_where_one_is_taken(counter: Counter) -> None:
    """A shop that tells no way to pay does not know what to do with one sent unasked."""
    await counter.say("/paysupport", CLARE)
    assert "picture" not in counter.text(CLARE)
    await counter.stop()
    furnish(counter, "")
    await counter.start()
    await counter.say("/paysupport", CLARE)
    assert "Send the picture of the transfer here" in counter.text(CLARE)


async def test_a_shopkeepers_own_texts_go_before(counter: Counter) -> None:
    """Shown letter by letter."""
    data = counter.application.bot_data
    data.services = replace(data.services, terms="No <refunds>.", paysupport="Call & ask.")
    await counter.say("/terms")
    assert counter.text().endswith("No <refunds>.")
    await counter.say("/paysupport")
    assert counter.text().endswith("Call & ask.")
