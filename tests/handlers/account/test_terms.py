"""The terms and the help with payments, as set by the shop."""

from __future__ import annotations

from tests.handlers.harness import CLARE, BotHarness


async def test_a_shop_with_a_way_to_pay_asks_for_a_proof(topup_harness: BotHarness) -> None:
    await topup_harness.say("/paysupport", CLARE)
    assert "Send the picture of the transfer here" in topup_harness.text(CLARE)


async def test_the_shops_own_texts_replace_the_shipped_ones(harness: BotHarness) -> None:
    await harness.set_settings(terms="No <refunds>.", paysupport="Call & ask.")
    await harness.say("/terms")
    assert harness.text().endswith("No <refunds>.")
    await harness.say("/paysupport")
    assert harness.text().endswith("Call & ask.")
