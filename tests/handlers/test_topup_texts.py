"""Snapshots of what customers and admins read about top-ups, like those of `test_texts`."""

from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion

from bot.domain.money import Rupiah
from tests.handlers.harness import BotHarness
from tests.handlers.topups import photo
from tests.handlers.transcript import TranscribedUser


@pytest.fixture
def harness(topup_harness: BotHarness) -> BotHarness:
    """The shop of these visits takes top-ups."""
    return topup_harness


async def test_topups(
    harness: BotHarness,
    customer: TranscribedUser,
    admin: TranscribedUser,
    stored: SnapshotAssertion,
) -> None:
    """A top-up is requested, proved and approved; another is shown again and cancelled."""
    await customer.say("/balance")
    await customer.press("💵 Top up")
    for text in ("banyak", "5000", "50.00", "50rb"):
        await customer.say(text)
    await customer.send("photo", photo(harness))
    admin.look("a customer pays in")
    await admin.press("✅ Approve")
    customer.look("an admin approves it")
    await customer.say("/balance")
    await customer.press("💵 Top up")
    await customer.say("20rb")
    await customer.say("/balance")
    await customer.press("💵 Top up")
    await customer.press("💰 Another amount")
    await customer.say("30rb")
    await customer.press("✕ Cancel it")
    admin.look("others are cancelled")
    assert f"{admin.transcript}\n=== customer\n\n{customer.transcript}" == stored


async def test_topups_in_doubt(
    harness: BotHarness,
    customer: TranscribedUser,
    admin: TranscribedUser,
    stored: SnapshotAssertion,
) -> None:
    """A top-up is rejected, another amount arrives, one expires, and a picture is in nobody's."""
    await request_topup(customer)
    await admin.press("💬 Reject + reason")
    await admin.say("Belum <masuk>")
    customer.look("an admin rejects it")
    await customer.send("photo", photo(harness))
    admin.look("a picture without an open top-up")
    await request_topup(customer)
    await admin.press("✏️ Other amount")
    await admin.say("banyak")
    await admin.say("42.345")
    await admin.press("✅ Credit {amount}", amount=admin.words.money(42_345))
    customer.look("another amount arrives")
    await request_topup(customer)
    harness.shop.clock.advance(3600)
    await harness.shop.topups.expire()
    await harness.deliver.deliver()
    customer.look("the time to pay is over")
    await customer.send("photo", photo(harness))
    admin.look("it is paid all the same")
    assert f"{admin.transcript}\n=== customer\n\n{customer.transcript}" == stored


async def test_too_many_topups(
    harness: BotHarness, customer: TranscribedUser, stored: SnapshotAssertion
) -> None:
    """The eleventh request of a day is refused."""
    for number in range(10):
        await harness.shop.topups.request(customer.who, Rupiah(50_000), f"{number}")
    await customer.say("/balance")
    await customer.press("💵 Top up")
    await customer.press("💰 Another amount")
    await customer.say("50rb")
    assert customer.transcript == stored


async def request_topup(customer: TranscribedUser) -> None:
    """Request a top-up of 50,000 rupiah."""
    await customer.say("/balance")
    await customer.press("💵 Top up")
    await customer.say("50rb")
