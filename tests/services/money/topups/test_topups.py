"""Top-ups: which ones a customer sees, and cancelling them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.errors import NotFoundError
from bot.domain.topup import PAYMENT_GRACE, PaymentProof, TopUpId
from tests.services.money.topups.steps import HOUR, OPENING, request_topup
from tests.services.shop import ADMIN, ANNI, BUDI, Shop


async def reserved(topup_shop: Shop, total: int) -> bool:
    """Return whether a total is reserved now."""
    since = topup_shop.clock.now() - PAYMENT_GRACE
    return total in await topup_shop.store.read(
        lambda tx: tx.topups.reserved_totals(total, total, since)
    )


async def test_a_cancelled_top_up_is_not_open_but_keeps_its_total_reserved(
    topup_shop: Shop,
) -> None:
    asked = await request_topup(topup_shop, "a")
    gone = await topup_shop.topups.cancel(ANNI, asked.topup_id)
    assert gone.cancelled_at == topup_shop.clock.now()
    assert await topup_shop.topups.cancel(ANNI, asked.topup_id) == gone
    assert await topup_shop.topups.open_of(ANNI) == []
    assert (await request_topup(topup_shop, "more")).total != gone.total
    topup_shop.clock.at += HOUR + PAYMENT_GRACE
    assert await reserved(topup_shop, gone.total)


async def test_only_its_customer_sees_and_cancels_a_top_up(topup_shop: Shop) -> None:
    topup = await request_topup(topup_shop, "a")
    for who, topup_id in ((BUDI, topup.topup_id), (ANNI, TopUpId(99))):
        with pytest.raises(NotFoundError):
            await topup_shop.topups.cancel(who, topup_id)
        with pytest.raises(NotFoundError):
            await topup_shop.topups.get(who, topup_id)
    assert await topup_shop.topups.get(ANNI, topup.topup_id) == topup


async def test_a_top_up_with_a_payment_proof_cannot_be_cancelled(topup_shop: Shop) -> None:
    topup = await request_topup(topup_shop, "a")
    await topup_shop.topups.submit_proof(ANNI, PaymentProof("f"), "update:7")
    assert (await topup_shop.topups.cancel(ANNI, topup.topup_id)).cancelled_at is None


async def test_a_top_up_without_code_is_shown_for_a_day(shop: Shop) -> None:
    """It never expires, and can still be decided afterwards."""
    first = await request_topup(shop, "a")
    assert await shop.topups.open_of(ANNI) == [first]
    assert await shop.topups.expire() is None
    await shop.topups.cancel(ANNI, first.topup_id)
    assert await shop.topups.open_of(ANNI) == []
    second = await request_topup(shop, "b")
    shop.clock.at += timedelta(days=1)
    assert await shop.topups.open_of(ANNI) == []
    await shop.topups.decide(ADMIN, second.topup_id, approve=True)
    assert (await shop.wallet(ANNI)).posted == OPENING + 50_000


async def test_waiting_top_ups_include_the_grace_and_those_with_proof(topup_shop: Shop) -> None:
    asked = await request_topup(topup_shop, "a")
    assert await topup_shop.topups.waiting_of(ANNI) == [asked]
    assert await topup_shop.topups.waiting_of(BUDI) == []
    topup_shop.clock.at += HOUR
    assert await topup_shop.topups.open_of(ANNI) == []
    assert await topup_shop.topups.waiting_of(ANNI) == [asked]
    topup_shop.clock.at += PAYMENT_GRACE
    assert await topup_shop.topups.waiting_of(ANNI) == []
    gone = await request_topup(topup_shop, "b", BUDI)
    await topup_shop.topups.cancel(BUDI, gone.topup_id)
    assert await topup_shop.topups.waiting_of(BUDI) == []
    proven = await request_topup(topup_shop, "c", BUDI)
    await topup_shop.topups.submit_proof(BUDI, PaymentProof("f"), "update:7")
    assert [one.topup_id for one in await topup_shop.topups.waiting_of(BUDI)] == [proven.topup_id]


async def test_the_newest_top_up_is_returned_for_a_day_after_its_decision(topup_shop: Shop) -> None:
    assert await topup_shop.topups.recently_decided(ANNI) is None
    asked = await request_topup(topup_shop, "a")
    assert await topup_shop.topups.recently_decided(ANNI) is None
    decided = await topup_shop.topups.decide(ADMIN, asked.topup_id, approve=False)
    assert await topup_shop.topups.recently_decided(ANNI) == decided
    topup_shop.clock.at += PAYMENT_GRACE + timedelta(seconds=1)
    assert await topup_shop.topups.recently_decided(ANNI) is None
