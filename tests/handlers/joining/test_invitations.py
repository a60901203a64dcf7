"""/undang: making, listing and deleting invitations."""

from __future__ import annotations

import pytest

from bot.services.joining import MAX_OPEN
from tests.handlers.admins import INDONESIAN_ADMIN
from tests.handlers.harness import BotHarness
from tests.services.shop import ADMIN


async def test_an_invitation_is_made_listed_and_deleted(harness: BotHarness) -> None:
    await harness.say("/undang", INDONESIAN_ADMIN)
    assert "Belum ada undangan" in harness.text(INDONESIAN_ADMIN)
    await harness.press("10 orang · 30 hari", INDONESIAN_ADMIN)
    assert harness.text(INDONESIAN_ADMIN).startswith("✅ Undangan baru.")
    assert "0 dari 10 sudah dipakai · sampai" in harness.text(INDONESIAN_ADMIN)
    await harness.press("siapa saja", INDONESIAN_ADMIN)
    assert "sudah dipakai 0" in harness.text(INDONESIAN_ADMIN)
    assert len(harness.said(INDONESIAN_ADMIN)) == 1
    await harness.press("Hapus 1", INDONESIAN_ADMIN)
    assert harness.text(INDONESIAN_ADMIN).startswith("Undangan dihapus.")
    assert not any("Hapus 2" in label for label in harness.labels(INDONESIAN_ADMIN))


async def test_a_typed_invitation_has_the_typed_limits(harness: BotHarness) -> None:
    await harness.say("/invite 5 3", INDONESIAN_ADMIN)
    assert "0 dari 5 sudah dipakai · sampai" in harness.text(INDONESIAN_ADMIN)
    await harness.say("/undang 2", INDONESIAN_ADMIN)
    assert "0 dari 2 sudah dipakai\n" in harness.text(INDONESIAN_ADMIN)
    (copy,) = [
        one for row in harness.last(INDONESIAN_ADMIN).buttons for one in row if "copy_text" in one
    ]
    assert f"https://t.me/{harness.bot.username}?start=i" in copy["copy_text"]["text"]


@pytest.mark.parametrize("typed", ["0", "lima", "-1", "1 2 3", "1.5", "9999999999", "٣", "1 x"])
async def test_wrong_limits_are_explained(harness: BotHarness, typed: str) -> None:
    await harness.say(f"/undang {typed}", INDONESIAN_ADMIN)
    assert harness.text(INDONESIAN_ADMIN).startswith("Ketik untuk berapa orang")


async def test_a_deleted_invitation_is_deleted_once(harness: BotHarness) -> None:
    await harness.say("/undang 1", INDONESIAN_ADMIN)
    message, data = harness.find("Hapus 1", INDONESIAN_ADMIN)
    for says in ("Undangan dihapus.", "Undangan ini sudah dihapus sebelumnya."):
        await harness.press_data(data, message.message_id, INDONESIAN_ADMIN)
        assert harness.text(INDONESIAN_ADMIN).startswith(says)


async def test_open_invitations_are_limited_and_still_fit(harness: BotHarness) -> None:
    for _ in range(MAX_OPEN):
        await harness.shop.joining.invite(ADMIN, 9_999, 300)
    await harness.say("/undang", INDONESIAN_ADMIN)
    assert f"{MAX_OPEN}. " in harness.text(INDONESIAN_ADMIN)
    await harness.press("1 orang", INDONESIAN_ADMIN)
    assert harness.text(INDONESIAN_ADMIN).startswith(f"Sudah ada {MAX_OPEN} undangan")
