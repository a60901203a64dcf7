"""Top-ups: which ones a customer sees, and cancelling them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.errors import NotFoundError
from bot.domain.topup import PAYMENT_GRACE, TopUpId
from tests.services.money.topups.steps import (
    HOUR,
    OPENING,
    approve,
    posted,
    reject,
    request_topup,
    send_picture,
)
from tests.services.shop import ANNI, BUDI, Shop


async def test_a_cancelled_top_up_is_not_open_and_is_cancelled_once(shop: Shop) -> None:
    asked = await request_topup(shop, "a")
    gone = await shop.topups.cancel(ANNI, asked.topup_id)
    assert gone.cancelled_at == shop.clock.now()
    shop.clock.at += timedelta(seconds=1)
    assert await shop.topups.cancel(ANNI, asked.topup_id) == gone
    assert await shop.topups.open_of(ANNI) == []


async def test_only_its_customer_sees_and_cancels_a_top_up(shop: Shop) -> None:
    topup = await request_topup(shop, "a")
    for who, topup_id in ((BUDI, topup.topup_id), (ANNI, TopUpId(99))):
        with pytest.raises(NotFoundError):
            await shop.topups.cancel(who, topup_id)
        with pytest.raises(NotFoundError):
            await shop.topups.get(who, topup_id)
    assert await shop.topups.get(ANNI, topup.topup_id) == topup


async def test_a_top_up_with_a_payment_proof_cannot_be_cancelled(shop: Shop) -> None:
    topup = await request_topup(shop, "a")
    await send_picture(shop)
    assert (await shop.topups.cancel(ANNI, topup.topup_id)).cancelled_at is None


async def test_a_top_up_without_code_is_shown_for_a_day(plain_shop: Shop) -> None:
    """It never expires, and can still be decided afterwards."""
    first = await request_topup(plain_shop, "a")
    assert await plain_shop.topups.open_of(ANNI) == [first]
    assert await plain_shop.topups.expire() is None
    await plain_shop.topups.cancel(ANNI, first.topup_id)
    assert await plain_shop.topups.open_of(ANNI) == []
    second = await request_topup(plain_shop, "b")
    plain_shop.clock.at += timedelta(days=1)
    assert await plain_shop.topups.open_of(ANNI) == []
    await approve(plain_shop, second)
    assert await posted(plain_shop) == OPENING + 50_000


async def test_waiting_top_ups_include_the_grace_and_those_with_proof(shop: Shop) -> None:
    asked = await request_topup(shop, "a")
    assert await shop.topups.waiting_of(ANNI) == [asked]
    assert await shop.topups.waiting_of(BUDI) == []
    shop.clock.at += HOUR
    assert await shop.topups.open_of(ANNI) == []
    assert await shop.topups.waiting_of(ANNI) == [asked]
    shop.clock.at += PAYMENT_GRACE
    assert await shop.topups.waiting_of(ANNI) == []
    gone = await request_topup(shop, "b", BUDI)
    await shop.topups.cancel(BUDI, gone.topup_id)
    assert await shop.topups.waiting_of(BUDI) == []
    proven = await request_topup(shop, "c", BUDI)
    await send_picture(shop, BUDI)
    assert [one.topup_id for one in await shop.topups.waiting_of(BUDI)] == [proven.topup_id]


async def test_the_newest_top_up_is_returned_for_a_day_after_its_decision(shop: Shop) -> None:
    assert await shop.topups.recently_decided(ANNI) is None
    asked = await request_topup(shop, "a")
    assert await shop.topups.recently_decided(ANNI) is None
    decided = await reject(shop, asked)
    assert await shop.topups.recently_decided(ANNI) == decided
    shop.clock.at += PAYMENT_GRACE + timedelta(seconds=1)
    assert await shop.topups.recently_decided(ANNI) is None
