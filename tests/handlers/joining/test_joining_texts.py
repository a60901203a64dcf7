"""Snapshots of what people and owners read about joining, in both languages."""

from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.handlers.harness import BotHarness
from tests.handlers.transcript import TranscribedUser


@pytest.fixture
def stranger(harness: BotHarness, language: str) -> TranscribedUser:
    """Somebody who writes to the shop for the first time."""
    who = harness.add_newcomer(1_050, "Dewi", language)
    return TranscribedUser(harness, who, harness.services.languages[language])


async def test_a_shop_with_approval(
    admin: TranscribedUser, stranger: TranscribedUser, stored: SnapshotAssertion
) -> None:
    """Somebody comes for a product, is refused, is accepted after all, and goes on."""
    await admin.harness.set_settings(signup="approval")
    await stranger.say(f"/start p{admin.harness.shop.product('SM10')}")
    await stranger.press("🙋 Ask to join")
    await stranger.say("halo")
    admin.look("somebody asks to join")
    await admin.press("❌ Refuse")
    stranger.look("refused")
    await admin.press("✅ Accept")
    stranger.look("accepted")
    await stranger.press("▶️ Open what you came for")
    assert f"{admin.transcript}\n=== stranger\n\n{stranger.transcript}" == stored


async def test_a_shop_by_invitation(
    admin: TranscribedUser, stranger: TranscribedUser, stored: SnapshotAssertion
) -> None:
    """An owner makes invitations, and somebody comes by one that has ended."""
    await admin.harness.set_settings(signup="invitation")
    await admin.say("/invite")
    await admin.say("/invite x")
    await admin.say("/invite 5 3")
    await admin.press("🗑 Delete {count}", count=1)
    await stranger.say("/start")
    await stranger.say("/start iunknown")
    await admin.harness.set_settings(signup="open")
    await stranger.say("/start x9")
    await stranger.say("/start b999")
    assert f"{admin.transcript}\n=== stranger\n\n{stranger.transcript}" == stored


async def test_links_to_share(admin: TranscribedUser, stored: SnapshotAssertion) -> None:
    """The links of a level and of a product, and the poster."""
    await admin.say("/order")
    await admin.press("📱 Pulsa")
    await admin.press("🔗 Share")
    await admin.say("/invite")
    await admin.press("🖼 Poster to print")
    assert admin.transcript == stored
