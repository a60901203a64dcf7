"""Top-ups: unique amounts, payment proofs, cancelling, expiry, and decisions made once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from bot.domain.dialog import Step

from bot.domain.errors import (
    AlreadyDecidedError,
    NotFoundError,
    NotPermittedError,
    OtherTopUpError,
)
from bot.domain.money import Rupiah
from bot.domain.notice import NoticeKind
from bot.domain.order import CustomerId
from bot.domain.topup import PAYMENT_GRACE, PaymentProof, TopUp, TopUpId, TopUpState
from bot.services.money.topups.decision import TopUpDecision
from bot.services.money.unmet_purchase import unmet_purchase_of
from tests.services.shop import ADMIN, ANNI, BUDI, SECOND_ADMIN, Shop, shop_rules

HOUR = timedelta(hours=1)
OPENING = 100_000


@pytest.fixture
async def topup_shop(shop: Shop) -> Shop:
    """A shop with payment details: top-ups have unique amounts and expire after an hour."""
    shop.rules = shop_rules(deposit_expires=HOUR)
    shop.build()
    return shop


async def ask(topup_shop: Shop, key: str, who: CustomerId = ANNI, amount: int = 50_000) -> TopUp:
    return await topup_shop.topups.request(who, Rupiah(amount), key)


async def reserved(topup_shop: Shop, total: int) -> bool:
    """Return whether a total is reserved now."""
    since = topup_shop.clock.now() - PAYMENT_GRACE
    return total in await topup_shop.store.read(
        lambda tx: tx.topups.reserved_totals(total, total, since)
    )


async def test_open_top_ups_have_different_totals_and_the_whole_is_credited(
    topup_shop: Shop,
) -> None:
    mine, others = await ask(topup_shop, "a"), await ask(topup_shop, "b", BUDI)
    assert 1 <= mine.code <= 999
    assert mine.total == 50_000 + mine.code != others.total
    assert mine.expires_at == topup_shop.clock.now() + HOUR
    await topup_shop.topups.decide(ADMIN, mine.topup_id, approve=True)
    assert (await topup_shop.wallet(ANNI)).posted == OPENING + mine.total


async def test_without_payment_details_amounts_have_no_code(shop: Shop) -> None:
    topup = await ask(shop, "a")
    assert (topup.code, topup.total, topup.expires_at) == (0, 50_000, None)


async def test_an_admin_credits_another_amount_than_requested(topup_shop: Shop) -> None:
    topup = await ask(topup_shop, "a")
    asked = await topup_shop.topups.ask_for_decision(
        ADMIN, topup.topup_id, for_amount=True, message_id=3
    )
    assert asked == topup
    dialog = await topup_shop.dialogs.of(CustomerId(ADMIN))
    assert dialog is not None
    assert (dialog.step, dialog.data["for_amount"]) == (Step.DECISION, 1)
    verdict = TopUpDecision(approve=True, credited=Rupiah(7_500))
    decided = await topup_shop.topups.decide_in_dialog(ADMIN, topup.topup_id, verdict)
    assert (decided.state, decided.credited) == (TopUpState.APPROVED, 7_500)
    assert (await topup_shop.wallet(ANNI)).posted == OPENING + 7_500
    assert await topup_shop.dialogs.of(CustomerId(ADMIN)) is None


async def test_the_total_of_another_top_up_cannot_be_credited(topup_shop: Shop) -> None:
    """Otherwise the same money could be credited once for each."""
    older, newer = await ask(topup_shop, "a"), await ask(topup_shop, "b", amount=75_000)
    asked = await topup_shop.topups.details(ADMIN, newer.topup_id)
    assert [one.topup_id for one in asked.others] == [older.topup_id]
    verdict = TopUpDecision(approve=True, credited=older.total)
    with pytest.raises(OtherTopUpError) as refused:
        await topup_shop.topups.decide_in_dialog(ADMIN, newer.topup_id, verdict)
    assert refused.value.topup_id == older.topup_id
    await topup_shop.topups.decide(ADMIN, older.topup_id, approve=True)
    assert (await topup_shop.wallet(ANNI)).posted == OPENING + older.total


async def test_the_total_of_an_unreachable_top_up_can_be_credited(topup_shop: Shop) -> None:
    """After expiry and grace no payment of it is expected."""
    older = await ask(topup_shop, "a")
    topup_shop.clock.at += HOUR + PAYMENT_GRACE
    newer = await ask(topup_shop, "b", amount=75_000)
    assert (await topup_shop.topups.details(ADMIN, newer.topup_id)).others == []
    verdict = TopUpDecision(approve=True, credited=older.total)
    await topup_shop.topups.decide_in_dialog(ADMIN, newer.topup_id, verdict)
    assert (await topup_shop.wallet(ANNI)).posted == OPENING + older.total


async def test_a_payment_proof_is_shown_with_the_customers_other_top_ups(topup_shop: Shop) -> None:
    older, _ = await ask(topup_shop, "a"), await ask(topup_shop, "b")
    await topup_shop.told()
    await topup_shop.topups.submit_proof(ANNI, PaymentProof("f"), "update:7")
    (shown,) = await topup_shop.deliveries(ADMIN)
    assert [one.topup_id for one in shown.others] == [older.topup_id]


async def test_a_rejection_stores_its_reason_and_credits_nothing(topup_shop: Shop) -> None:
    topup = await ask(topup_shop, "a")
    verdict = TopUpDecision(approve=False, reason="belum masuk")
    decided = await topup_shop.topups.decide_in_dialog(ADMIN, topup.topup_id, verdict)
    assert (decided.state, decided.reason, decided.credited) == (
        TopUpState.REJECTED,
        "belum masuk",
        None,
    )
    assert (await topup_shop.wallet(ANNI)).posted == OPENING


async def test_of_several_decisions_at_once_one_wins(topup_shop: Shop) -> None:
    topup = await ask(topup_shop, "a")
    other = TopUpDecision(approve=True, credited=Rupiah(1_000_000))
    results = await asyncio.gather(
        topup_shop.topups.decide(ADMIN, topup.topup_id, approve=True),
        topup_shop.topups.decide(SECOND_ADMIN, topup.topup_id, approve=True),
        topup_shop.topups.decide_in_dialog(SECOND_ADMIN, topup.topup_id, other),
        return_exceptions=True,
    )
    assert sum(isinstance(end, AlreadyDecidedError) for end in results) == 2
    (won,) = (end for end in results if isinstance(end, TopUp))
    assert (await topup_shop.wallet(ANNI)).posted == OPENING + (won.credited or 0)
    with pytest.raises(AlreadyDecidedError):
        await topup_shop.topups.ask_for_decision(
            ADMIN, topup.topup_id, for_amount=False, message_id=None
        )


async def test_only_admins_decide_and_only_existing_top_ups(topup_shop: Shop) -> None:
    topup, verdict = await ask(topup_shop, "a"), TopUpDecision(approve=True)
    with pytest.raises(NotPermittedError):
        await topup_shop.topups.ask_for_decision(
            ANNI, topup.topup_id, for_amount=True, message_id=None
        )
    with pytest.raises(NotPermittedError):
        await topup_shop.topups.decide_in_dialog(ANNI, topup.topup_id, verdict)
    with pytest.raises(NotFoundError):
        await topup_shop.topups.ask_for_decision(
            ADMIN, TopUpId(99), for_amount=True, message_id=None
        )
    with pytest.raises(NotFoundError):
        await topup_shop.topups.decide_in_dialog(ADMIN, TopUpId(99), verdict)


async def test_the_quote_that_lacked_money_is_offered_after_the_top_up(topup_shop: Shop) -> None:
    await topup_shop.credit(ANNI, -95_000)
    token = await topup_shop.token(code="SM20")
    topup = await ask(topup_shop, "a")
    await topup_shop.told()
    await topup_shop.topups.decide(ADMIN, topup.topup_id, approve=True)
    (delivered,) = await topup_shop.deliveries(ANNI)
    assert delivered.notice.data["wish"] == token
    await topup_shop.buy.requote(ANNI, token, None)
    assert await topup_shop.store.read(unmet_purchase_of, ANNI) == ""


# --- cancelled and expired ---


async def test_a_cancelled_top_up_is_not_open_but_keeps_its_total_reserved(
    topup_shop: Shop,
) -> None:
    asked = await ask(topup_shop, "a")
    gone = await topup_shop.topups.cancel(ANNI, asked.topup_id)
    assert gone.cancelled_at == topup_shop.clock.now()
    assert await topup_shop.topups.cancel(ANNI, asked.topup_id) == gone
    assert await topup_shop.topups.open_of(ANNI) == []
    assert (await ask(topup_shop, "more")).total != gone.total
    topup_shop.clock.at += HOUR + PAYMENT_GRACE
    assert await reserved(topup_shop, gone.total)


async def test_a_cancelled_top_up_can_still_be_approved(topup_shop: Shop) -> None:
    topup = await ask(topup_shop, "a")
    await topup_shop.topups.cancel(ANNI, topup.topup_id)
    decided = await topup_shop.topups.decide(ADMIN, topup.topup_id, approve=True)
    assert decided.credited == topup.total
    assert (await topup_shop.wallet(ANNI)).posted == OPENING + topup.total
    assert (await topup_shop.topups.cancel(ANNI, topup.topup_id)).state is TopUpState.APPROVED


async def test_cancelling_and_approving_at_once_credits_once(topup_shop: Shop) -> None:
    topup = await ask(topup_shop, "a")
    await asyncio.gather(
        topup_shop.topups.cancel(ANNI, topup.topup_id),
        topup_shop.topups.decide(ADMIN, topup.topup_id, approve=True),
    )
    assert (await topup_shop.wallet(ANNI)).posted == OPENING + topup.total


async def test_only_its_customer_sees_and_cancels_a_top_up(topup_shop: Shop) -> None:
    topup = await ask(topup_shop, "a")
    for who, topup_id in ((BUDI, topup.topup_id), (ANNI, TopUpId(99))):
        with pytest.raises(NotFoundError):
            await topup_shop.topups.cancel(who, topup_id)
        with pytest.raises(NotFoundError):
            await topup_shop.topups.get(who, topup_id)
    assert await topup_shop.topups.get(ANNI, topup.topup_id) == topup


async def test_a_top_up_with_a_payment_proof_cannot_be_cancelled(topup_shop: Shop) -> None:
    topup = await ask(topup_shop, "a")
    await topup_shop.topups.submit_proof(ANNI, PaymentProof("f"), "update:7")
    assert (await topup_shop.topups.cancel(ANNI, topup.topup_id)).cancelled_at is None


async def test_a_top_up_without_code_is_shown_for_a_day(shop: Shop) -> None:
    """It never expires, and can still be decided afterwards."""
    first = await ask(shop, "a")
    assert await shop.topups.open_of(ANNI) == [first]
    assert await shop.topups.expire() is None
    await shop.topups.cancel(ANNI, first.topup_id)
    assert await shop.topups.open_of(ANNI) == []
    second = await ask(shop, "b")
    shop.clock.at += timedelta(days=1)
    assert await shop.topups.open_of(ANNI) == []
    await shop.topups.decide(ADMIN, second.topup_id, approve=True)
    assert (await shop.wallet(ANNI)).posted == OPENING + 50_000


async def test_waiting_top_ups_include_the_grace_and_those_with_proof(topup_shop: Shop) -> None:
    asked = await ask(topup_shop, "a")
    assert await topup_shop.topups.waiting_of(ANNI) == [asked]
    assert await topup_shop.topups.waiting_of(BUDI) == []
    topup_shop.clock.at += HOUR
    assert await topup_shop.topups.open_of(ANNI) == []
    assert await topup_shop.topups.waiting_of(ANNI) == [asked]
    topup_shop.clock.at += PAYMENT_GRACE
    assert await topup_shop.topups.waiting_of(ANNI) == []
    gone = await ask(topup_shop, "b", BUDI)
    await topup_shop.topups.cancel(BUDI, gone.topup_id)
    assert await topup_shop.topups.waiting_of(BUDI) == []
    proven = await ask(topup_shop, "c", BUDI)
    await topup_shop.topups.submit_proof(BUDI, PaymentProof("f"), "update:7")
    assert [one.topup_id for one in await topup_shop.topups.waiting_of(BUDI)] == [proven.topup_id]


async def test_the_newest_top_up_is_returned_for_a_day_after_its_decision(topup_shop: Shop) -> None:
    assert await topup_shop.topups.recently_decided(ANNI) is None
    asked = await ask(topup_shop, "a")
    assert await topup_shop.topups.recently_decided(ANNI) is None
    decided = await topup_shop.topups.decide(ADMIN, asked.topup_id, approve=False)
    assert await topup_shop.topups.recently_decided(ANNI) == decided
    topup_shop.clock.at += PAYMENT_GRACE + timedelta(seconds=1)
    assert await topup_shop.topups.recently_decided(ANNI) is None


async def test_an_expired_top_up_is_notified_once_to_its_customer(topup_shop: Shop) -> None:
    """Top-ups that were replaced, cancelled, or have a proof are not notified."""
    await ask(topup_shop, "replaced")
    proven = await ask(topup_shop, "proven")
    await topup_shop.topups.submit_proof(ANNI, PaymentProof("f"), "update:7")
    asked = [await ask(topup_shop, "let go", BUDI), proven, await ask(topup_shop, "open")]
    await topup_shop.topups.cancel(BUDI, asked[0].topup_id)
    await topup_shop.told()
    assert await topup_shop.topups.expire() == HOUR.total_seconds()
    topup_shop.clock.at += HOUR
    assert await topup_shop.topups.open_of(ANNI) == []
    assert await topup_shop.topups.expire() == 0
    assert await topup_shop.topups.expire() is None
    delivered = await topup_shop.deliveries()
    assert [(one.notice.chat_id, one.notice.kind) for one in delivered] == [
        (ANNI, NoticeKind.TOPUP_EXPIRED)
    ]
    assert delivered[0].topup is not None
    assert delivered[0].topup.topup_id == asked[2].topup_id
    assert delivered[0].topup.expired_at == topup_shop.clock.now()


async def test_a_top_up_that_expired_long_ago_is_not_notified(topup_shop: Shop) -> None:
    """The bot was off for days."""
    await ask(topup_shop, "a")
    await topup_shop.told()
    topup_shop.clock.at += HOUR + PAYMENT_GRACE
    assert await topup_shop.topups.expire() == 0
    assert await topup_shop.told() == []


async def test_an_expired_top_up_can_still_be_approved(topup_shop: Shop) -> None:
    topup = await ask(topup_shop, "a")
    topup_shop.clock.at += HOUR
    await topup_shop.topups.expire()
    await topup_shop.topups.decide(ADMIN, topup.topup_id, approve=True)
    assert (await topup_shop.wallet(ANNI)).posted == OPENING + topup.total
