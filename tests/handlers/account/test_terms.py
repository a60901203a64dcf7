"""The terms and the help with payments, as shipped and as set by the shop."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.handlers.harness import CLARE, CONTACT, BotHarness


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("/terms", "what you pay"),
        ("/syarat", "what you pay"),
        ("/paysupport", "An order is late"),
    ],
)
async def test_the_shipped_texts_name_the_contact(
    harness: BotHarness, command: str, says: str
) -> None:
    await harness.say(command, CLARE)
    assert says in harness.text(CLARE)
    assert CONTACT in harness.text(CLARE)


async def test_a_shop_without_a_way_to_pay_asks_for_no_proof(harness: BotHarness) -> None:
    await harness.say("/paysupport", CLARE)
    assert "picture" not in harness.text(CLARE)


async def test_a_shop_with_a_way_to_pay_asks_for_a_proof(topup_harness: BotHarness) -> None:
    await topup_harness.say("/paysupport", CLARE)
    assert "Send the picture of the transfer here" in topup_harness.text(CLARE)


async def test_the_shops_own_texts_replace_the_shipped_ones(harness: BotHarness) -> None:
    data = harness.application.bot_data
    data.services = replace(data.services, terms="No <refunds>.", paysupport="Call & ask.")
    await harness.say("/terms")
    assert harness.text().endswith("No <refunds>.")
    await harness.say("/paysupport")
    assert harness.text().endswith("Call & ask.")
