"""A shop that closes by the clock, as its customers see it."""

from datetime import timedelta

import pytest

from handlers.ui.buttons import AskReopening
from tests.handlers.harness import INDONESIAN_ADMIN, BotHarness
from tests.services.shop import ANNI


@pytest.fixture
async def late(harness: BotHarness) -> BotHarness:
    """Five minutes after a quote, the shop has closed until 1 in the night of WITA."""
    await harness.set_settings(
        closes_by_clock=True, staff_hours="01:00-13:03", timezone="Asia/Makassar"
    )
    await harness.to_confirm()
    harness.shop.clock.at += timedelta(minutes=5)
    return harness


async def test_the_button_of_an_old_quote_orders_nothing(late: BotHarness) -> None:
    answer = await late.press("Bayar")
    assert answer.show_alert
    assert "01.00 WITA" in answer.text
    assert not await late.orders()
    assert not any("Kabari" in label for label in late.labels())


async def test_start_and_a_new_quote_say_when_the_shop_opens(late: BotHarness) -> None:
    for typed in ("/start", "/beli", ""):
        await (late.say(typed) if typed else late.to_confirm())
        assert "01.00 WITA" in late.text()
        assert "Kabari" not in " ".join(late.labels())


async def test_an_old_button_to_be_told_promises_nothing(late: BotHarness) -> None:
    answer = await late.forge(AskReopening())
    assert "01.00 WITA" in answer.text
    assert not await late.shop.store.read(lambda tx: tx.reopening_requests.of(ANNI))


async def test_the_owner_reads_until_when_and_sells(late: BotHarness) -> None:
    await late.say("/menu", INDONESIAN_ADMIN)
    assert "01.00 WITA" in late.text(INDONESIAN_ADMIN)
    assert "Tutup toko" in " ".join(late.labels(INDONESIAN_ADMIN))
    await late.say("/beli", INDONESIAN_ADMIN)
    assert "01.00 WITA" not in late.text(INDONESIAN_ADMIN)
