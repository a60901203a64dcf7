"""Notices that the shop is open, with the whole bot: a blocked chat, a 429, and a restart."""

from __future__ import annotations

import pytest

from tests.sandbox.chat_user import ChatUser
from tests.sandbox.shop_environment import ShopEnvironment

pytestmark = pytest.mark.timeout(240)
OPEN = {"sarah": "The shop is open again.", "budi": "Toko sudah buka lagi."}


def count_open_notices(guest: ChatUser, text: str) -> int:
    """Return how many messages say that the shop is open."""
    return sum(text in message.text for message in guest.messages)


async def test_each_customer_who_asked_is_told_once_after_a_429_or_a_block(
    shop: ShopEnvironment,
) -> None:
    await shop.admin.say("/pause back <b>soon</b>", shows="Pelanggan membaca")
    for guest, label in ((shop.sarah, "Tell me when it opens"), (shop.budi, "Kabari kalau buka")):
        screen = await guest.say("/start", button=label)
        assert "back <b>soon</b>" in screen.text
        await guest.tap(label, on=screen)
    shop.telegram.block(shop.budi.user_id)
    shop.telegram.fail_next("sendMessage", "429", retry_after=1)
    await shop.admin.say("/resume", shows="2 pelanggan yang menunggu dikabari")
    await shop.sarah.sees(OPEN["sarah"])
    assert count_open_notices(shop.budi, OPEN["budi"]) == 0
    shop.telegram.unblock(shop.budi.user_id)
    await shop.budi.say("/start", shows=OPEN["budi"])
    await shop.admin.say("/resume", shows="Toko tidak sedang ditutup")
    assert count_open_notices(shop.sarah, OPEN["sarah"]) == 1
    assert count_open_notices(shop.budi, OPEN["budi"]) == 1
