"""Told when the shop opens: with the whole bot, through a blocked chat, a 429, and a restart."""

from __future__ import annotations

import pytest

from tests.sandbox.guest import Guest
from tests.sandbox.running_shop import House

pytestmark = pytest.mark.timeout(240)
OPEN = {"sarah": "The shop is open again.", "budi": "Toko sudah buka lagi."}


def times_told(guest: Guest, text: str) -> int:
    """Return how many messages say that the shop is open."""
    return sum(text in message.text for message in guest.messages)


async def test_each_asker_is_told_once_over_a_flood_and_a_block(shop: House) -> None:
    """Telegram asks one message for patience; whoever blocked the bot reads it at their /start."""
    await shop.admin.say("/pause back <b>soon</b>", shows="Pelanggan membaca")
    for guest, label in ((shop.sarah, "Tell me when it opens"), (shop.budi, "Kabari kalau buka")):
        screen = await guest.say("/start", button=label)
        assert "back <b>soon</b>" in screen.text
        await guest.tap(label, on=screen)
    shop.telegram.block(shop.budi.user_id)
    shop.telegram.fail_next("sendMessage", "429", retry_after=1)
    await shop.admin.say("/resume", shows="2 pelanggan yang menunggu dikabari")
    await shop.sarah.sees(OPEN["sarah"])
    assert times_told(shop.budi, OPEN["budi"]) == 0
    shop.telegram.unblock(shop.budi.user_id)
    await shop.budi.say("/start", shows=OPEN["budi"])
    await shop.admin.say("/resume", shows="Toko tidak sedang ditutup")
    assert times_told(shop.sarah, OPEN["sarah"]) == 1
    assert times_told(shop.budi, OPEN["budi"]) == 1
