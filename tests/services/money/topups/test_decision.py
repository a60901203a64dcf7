"""Decisions: an admin approves or rejects a top-up, once."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.dialog import Step
from bot.domain.errors import AlreadyDecidedError, NotFoundError, NotPermittedError, OtherTopUpError
from bot.domain.ledger import Purpose
from bot.domain.money import Rupiah
from bot.domain.notice import NoticeKind
from bot.domain.order import CustomerId
from bot.domain.topup import PAYMENT_GRACE, TopUp, TopUpId, TopUpState
from bot.services.money.topups.decision import TopUpDecision
from bot.services.money.unmet_purchase import unmet_purchase_of
from tests.services.money.topups.steps import HOUR, OPENING, request_topup
from tests.services.shop import ADMIN, ANNI, BUDI, SECOND_ADMIN, Shop


async def test_open_top_ups_have_different_totals_and_the_whole_is_credited(
    topup_shop: Shop,
) -> None:
    mine, others = await request_topup(topup_shop, "a"), await request_topup(topup_shop, "b", BUDI)
    assert 1 <= mine.code <= 999
    assert mine.total == 50_000 + mine.code != others.total
    assert mine.expires_at == topup_shop.clock.now() + HOUR
    await topup_shop.topups.decide(ADMIN, mine.topup_id, approve=True)
    assert (await topup_shop.wallet(ANNI)).posted == OPENING + mine.total


async def test_an_admin_credits_another_amount_than_requested(topup_shop: Shop) -> None:
    topup = await request_topup(topup_shop, "a")
    asked = await topup_shop.topups.ask_for_decision(
        ADMIN, topup.topup_id, for_amount=True, message_id=3
    )
    assert asked == topup
    dialog = await topup_shop.dialogs.of(CustomerId(ADMIN))
    assert dialog is not None
    assert (dialog.step, dialog.data["for_amount"]) == (Step.DECISION, 1)
    decision = TopUpDecision(approve=True, credited=Rupiah(7_500))
    decided = await topup_shop.topups.decide_in_dialog(ADMIN, topup.topup_id, decision)
    assert (decided.state, decided.credited) == (TopUpState.APPROVED, 7_500)
    assert (await topup_shop.wallet(ANNI)).posted == OPENING + 7_500
    assert await topup_shop.dialogs.of(CustomerId(ADMIN)) is None


async def test_the_total_of_another_top_up_cannot_be_credited(topup_shop: Shop) -> None:
    """Otherwise the same money could be credited once for each."""
    older, newer = (
        await request_topup(topup_shop, "a"),
        await request_topup(topup_shop, "b", amount=75_000),
    )
    asked = await topup_shop.topups.details(ADMIN, newer.topup_id)
    assert [one.topup_id for one in asked.others] == [older.topup_id]
    decision = TopUpDecision(approve=True, credited=older.total)
    with pytest.raises(OtherTopUpError) as refused:
        await topup_shop.topups.decide_in_dialog(ADMIN, newer.topup_id, decision)
    assert refused.value.topup_id == older.topup_id
    await topup_shop.topups.decide(ADMIN, older.topup_id, approve=True)
    assert (await topup_shop.wallet(ANNI)).posted == OPENING + older.total


async def test_the_total_of_an_unreachable_top_up_can_be_credited(topup_shop: Shop) -> None:
    """After expiry and grace no payment of it is expected."""
    older = await request_topup(topup_shop, "a")
    topup_shop.clock.at += HOUR + PAYMENT_GRACE
    newer = await request_topup(topup_shop, "b", amount=75_000)
    assert (await topup_shop.topups.details(ADMIN, newer.topup_id)).others == []
    decision = TopUpDecision(approve=True, credited=older.total)
    await topup_shop.topups.decide_in_dialog(ADMIN, newer.topup_id, decision)
    assert (await topup_shop.wallet(ANNI)).posted == OPENING + older.total


async def test_a_rejection_stores_its_reason_and_credits_nothing(topup_shop: Shop) -> None:
    topup = await request_topup(topup_shop, "a")
    decision = TopUpDecision(approve=False, reason="belum masuk")
    decided = await topup_shop.topups.decide_in_dialog(ADMIN, topup.topup_id, decision)
    assert (decided.state, decided.reason, decided.credited) == (
        TopUpState.REJECTED,
        "belum masuk",
        None,
    )
    assert (await topup_shop.wallet(ANNI)).posted == OPENING


async def test_of_several_decisions_at_once_one_wins(topup_shop: Shop) -> None:
    topup = await request_topup(topup_shop, "a")
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
    topup, decision = await request_topup(topup_shop, "a"), TopUpDecision(approve=True)
    with pytest.raises(NotPermittedError):
        await topup_shop.topups.decide(ANNI, topup.topup_id, approve=True)
    with pytest.raises(NotPermittedError):
        await topup_shop.topups.ask_for_decision(
            ANNI, topup.topup_id, for_amount=True, message_id=None
        )
    with pytest.raises(NotPermittedError):
        await topup_shop.topups.decide_in_dialog(ANNI, topup.topup_id, decision)
    with pytest.raises(NotFoundError):
        await topup_shop.topups.ask_for_decision(
            ADMIN, TopUpId(99), for_amount=True, message_id=None
        )
    with pytest.raises(NotFoundError):
        await topup_shop.topups.decide_in_dialog(ADMIN, TopUpId(99), decision)


async def test_the_quote_that_lacked_money_is_offered_after_the_top_up(topup_shop: Shop) -> None:
    await topup_shop.credit(ANNI, -95_000)
    token = await topup_shop.token(code="SM20")
    topup = await request_topup(topup_shop, "a")
    await topup_shop.delivered_kinds()
    await topup_shop.topups.decide(ADMIN, topup.topup_id, approve=True)
    (delivered,) = await topup_shop.deliveries(ANNI)
    assert delivered.notice.data["quote_token"] == token
    await topup_shop.buy.requote(ANNI, token, None)
    assert await topup_shop.store.read(unmet_purchase_of, ANNI) == ""


async def test_a_cancelled_top_up_can_still_be_approved(topup_shop: Shop) -> None:
    topup = await request_topup(topup_shop, "a")
    await topup_shop.topups.cancel(ANNI, topup.topup_id)
    decided = await topup_shop.topups.decide(ADMIN, topup.topup_id, approve=True)
    assert decided.credited == topup.total
    assert (await topup_shop.wallet(ANNI)).posted == OPENING + topup.total
    assert (await topup_shop.topups.cancel(ANNI, topup.topup_id)).state is TopUpState.APPROVED


async def test_cancelling_and_approving_at_once_credits_once(topup_shop: Shop) -> None:
    topup = await request_topup(topup_shop, "a")
    await asyncio.gather(
        topup_shop.topups.cancel(ANNI, topup.topup_id),
        topup_shop.topups.decide(ADMIN, topup.topup_id, approve=True),
    )
    assert (await topup_shop.wallet(ANNI)).posted == OPENING + topup.total


async def test_an_approved_top_up_is_credited_once_and_notified(shop: Shop) -> None:
    topup = await request_topup(shop)
    await shop.delivered_kinds()
    approved = await shop.topups.decide(ADMIN, topup.topup_id, approve=True)
    assert (approved.state, approved.decided_by) == (TopUpState.APPROVED, ADMIN)
    with pytest.raises(AlreadyDecidedError) as caught:
        await shop.topups.decide(SECOND_ADMIN, topup.topup_id, approve=False)
    assert caught.value.state == TopUpState.APPROVED
    assert (await shop.wallet()).posted == 150_000
    (told,) = await shop.deliveries(ANNI)
    assert told.notice.kind is NoticeKind.WALLET
    assert told.transfer is not None
    assert (told.transfer.amount, told.transfer.purpose) == (50_000, Purpose.TOPUP)
    assert told.wallet is not None
    assert told.wallet.posted == 150_000
    (act, *_) = await shop.store.read(lambda tx: tx.admin_acts.latest(1))
    assert (act.action, act.subject) == ("topup_approved", f"topup:{topup.topup_id}")


async def test_concurrent_approvals_credit_once(shop: Shop) -> None:
    topup = await request_topup(shop)
    results = await asyncio.gather(
        *(
            shop.topups.decide(actor_id, topup.topup_id, approve=True)
            for actor_id in (ADMIN, SECOND_ADMIN, ADMIN)
        ),
        return_exceptions=True,
    )
    assert len([end for end in results if isinstance(end, TopUp)]) == 1
    assert (await shop.wallet()).posted == 150_000


async def test_a_rejected_top_up_moves_no_money_and_is_notified(shop: Shop) -> None:
    topup = await request_topup(shop)
    await shop.delivered_kinds()
    rejected = await shop.topups.decide(ADMIN, topup.topup_id, approve=False)
    assert rejected.state is TopUpState.REJECTED
    assert (await shop.wallet()).posted == 100_000
    (told,) = await shop.deliveries(ANNI)
    assert (told.notice.kind, told.topup) == (NoticeKind.TOPUP_REJECTED, rejected)


async def test_an_unknown_top_up_is_not_found(shop: Shop) -> None:
    with pytest.raises(NotFoundError):
        await shop.topups.decide(ADMIN, TopUpId(99), approve=True)
