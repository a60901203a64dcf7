"""The terms and the help with payments, as shipped and as set by the shop."""

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
async def test_the_shipped_texts_name_the_contact(
    counter: Counter, command: str, says: str
) -> None:
    await counter.say(command, CLARE)
    assert says in counter.text(CLARE)
    assert CONTACT in counter.text(CLARE)


async def test_a_proof_is_asked_for_only_if_the_shop_has_a_way_to_pay(counter: Counter) -> None:
    await counter.say("/paysupport", CLARE)
    assert "picture" not in counter.text(CLARE)
    await counter.stop()
    furnish(counter, "")
    await counter.start()
    await counter.say("/paysupport", CLARE)
    assert "Send the picture of the transfer here" in counter.text(CLARE)


async def test_the_shops_own_texts_replace_the_shipped_ones(counter: Counter) -> None:
    data = counter.application.bot_data
    data.services = replace(data.services, terms="No <refunds>.", paysupport="Call & ask.")
    await counter.say("/terms")
    assert counter.text().endswith("No <refunds>.")
    await counter.say("/paysupport")
    assert counter.text().endswith("Call & ask.")
