"""Decisions: an admin approves or rejects a top-up, once."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.customer import Actor
from bot.domain.dialog import Step
from bot.domain.errors import (
    AlreadyDecidedError,
    NotFoundError,
    NotPermittedError,
    OtherTopUpError,
    OwnAffairError,
)
from bot.domain.ledger import Purpose
from bot.domain.notice import NoticeKind
from bot.domain.staff import Right, StaffMember
from bot.domain.topup import PAYMENT_GRACE, TopUp, TopUpId, TopUpState
from bot.services.money.topups.decision import TopUpDecision
from bot.services.money.unmet_purchase import unmet_purchase_of
from tests.services.money.topups.steps import (
    HOUR,
    OPENING,
    approve,
    credit_for,
    posted,
    reject,
    request_topup,
)
from tests.services.shop import ADMIN, ANNI, ANNI_CHAT, BUDI, SECOND_ADMIN, Shop


async def test_open_top_ups_have_different_totals_and_the_whole_is_credited(shop: Shop) -> None:
    mine, others = await request_topup(shop, "a"), await request_topup(shop, "b", BUDI)
    assert 1 <= mine.code <= 999
    assert mine.total == 50_000 + mine.code != others.total
    assert mine.expires_at == shop.clock.now() + HOUR
    await approve(shop, mine)
    assert await posted(shop) == OPENING + mine.total


async def test_an_admin_credits_another_amount_than_requested(shop: Shop) -> None:
    topup = await request_topup(shop, "a")
    asked = await shop.topups.ask_for_decision(ADMIN, topup.topup_id, for_amount=True, message_id=3)
    assert asked == topup
    dialog = await shop.dialogs.of(ADMIN.customer_id)
    assert dialog is not None
    assert (dialog.step, dialog.data["for_amount"]) == (Step.DECISION, 1)
    decided = await credit_for(shop, topup, 7_500)
    assert (decided.state, decided.credited) == (TopUpState.APPROVED, 7_500)
    assert await posted(shop) == OPENING + 7_500
    assert await shop.dialogs.of(ADMIN.customer_id) is None


async def test_employees_do_not_decide_their_own_top_ups_but_owners_may(shop: Shop) -> None:
    cashier, now = Actor(ANNI, ANNI_CHAT), shop.clock.now()
    member = StaffMember(ANNI, Right.TOPUPS, ADMIN.customer_id, now)
    await shop.store.write(lambda tx: tx.staff.put(member))
    own, others = await request_topup(shop, "a"), await request_topup(shop, "b", BUDI)
    for attempt in (
        approve(shop, own, cashier),
        credit_for(shop, own, 1_000, cashier),
        shop.topups.ask_for_decision(cashier, own.topup_id, for_amount=True, message_id=None),
    ):
        with pytest.raises(OwnAffairError):
            await attempt
    assert await posted(shop) == OPENING
    await approve(shop, others, cashier)
    await approve(shop, await request_topup(shop, "c", ADMIN.customer_id))


async def test_the_total_of_another_top_up_cannot_be_credited(shop: Shop) -> None:
    """Otherwise the same money could be credited once for each."""
    older = await request_topup(shop, "a")
    newer = await request_topup(shop, "b", amount=75_000)
    asked = await shop.topups.details(ADMIN, newer.topup_id)
    assert [one.topup_id for one in asked.others] == [older.topup_id]
    with pytest.raises(OtherTopUpError) as refused:
        await credit_for(shop, newer, older.total)
    assert refused.value.topup_id == older.topup_id
    await approve(shop, older)
    assert await posted(shop) == OPENING + older.total


async def test_the_total_of_an_unreachable_top_up_can_be_credited(shop: Shop) -> None:
    """After expiry and grace no payment of it is expected."""
    older = await request_topup(shop, "a")
    shop.clock.at += HOUR + PAYMENT_GRACE
    newer = await request_topup(shop, "b", amount=75_000)
    assert (await shop.topups.details(ADMIN, newer.topup_id)).others == []
    await credit_for(shop, newer, older.total)
    assert await posted(shop) == OPENING + older.total


async def test_a_rejection_stores_its_reason_credits_nothing_and_is_notified(shop: Shop) -> None:
    topup = await request_topup(shop, "a")
    await shop.delivered_kinds()
    decision = TopUpDecision(approve=False, reason="belum masuk")
    rejected = await shop.topups.decide_in_dialog(ADMIN, topup.topup_id, decision)
    assert (rejected.state, rejected.reason, rejected.credited) == (
        TopUpState.REJECTED,
        "belum masuk",
        None,
    )
    assert await posted(shop) == OPENING
    (told,) = await shop.deliveries(ANNI_CHAT, NoticeKind.TOPUP_REJECTED)
    assert told.topup == rejected


async def test_of_several_decisions_at_once_one_wins(shop: Shop) -> None:
    topup = await request_topup(shop, "a")
    results = await asyncio.gather(
        approve(shop, topup),
        approve(shop, topup, SECOND_ADMIN),
        credit_for(shop, topup, 1_000_000, SECOND_ADMIN),
        return_exceptions=True,
    )
    assert sum(isinstance(end, AlreadyDecidedError) for end in results) == 2
    (won,) = (end for end in results if isinstance(end, TopUp))
    assert await posted(shop) == OPENING + (won.credited or 0)
    with pytest.raises(AlreadyDecidedError):
        await shop.topups.ask_for_decision(ADMIN, topup.topup_id, for_amount=False, message_id=None)


async def test_only_admins_decide_and_only_existing_top_ups(shop: Shop) -> None:
    topup, topups = await request_topup(shop, "a"), shop.topups
    refusals: tuple[tuple[Actor, TopUpId, type[Exception]], ...] = (
        (Actor(ANNI, ANNI_CHAT), topup.topup_id, NotPermittedError),
        (ADMIN, TopUpId(99), NotFoundError),
    )
    for actor, topup_id, error in refusals:
        for act in (
            topups.decide(actor, topup_id, approve=True),
            topups.ask_for_decision(actor, topup_id, for_amount=True, message_id=None),
            topups.decide_in_dialog(actor, topup_id, TopUpDecision(approve=True)),
        ):
            with pytest.raises(error):
                await act


async def test_the_quote_that_lacked_money_is_offered_after_the_top_up(shop: Shop) -> None:
    await shop.credit(ANNI, -95_000)
    token = await shop.token(code="SM20")
    topup = await request_topup(shop, "a")
    await shop.delivered_kinds()
    await approve(shop, topup)
    (delivered,) = await shop.deliveries(ANNI_CHAT)
    assert delivered.notice.data["quote_token"] == token
    await shop.buy.requote(ANNI, token, None)
    assert await shop.store.read(unmet_purchase_of, ANNI) == ""


async def test_a_cancelled_top_up_can_still_be_approved(shop: Shop) -> None:
    topup = await request_topup(shop, "a")
    await shop.topups.cancel(ANNI, topup.topup_id)
    decided = await approve(shop, topup)
    assert decided.credited == topup.total
    assert await posted(shop) == OPENING + topup.total
    assert (await shop.topups.cancel(ANNI, topup.topup_id)).state is TopUpState.APPROVED


async def test_cancelling_and_approving_at_once_credits_once(shop: Shop) -> None:
    topup = await request_topup(shop, "a")
    await asyncio.gather(shop.topups.cancel(ANNI, topup.topup_id), approve(shop, topup))
    assert await posted(shop) == OPENING + topup.total


async def test_an_approved_top_up_is_credited_once_and_notified(plain_shop: Shop) -> None:
    topup = await request_topup(plain_shop)
    await plain_shop.delivered_kinds()
    approved = await approve(plain_shop, topup)
    assert (approved.state, approved.decided_by) == (TopUpState.APPROVED, ADMIN.customer_id)
    with pytest.raises(AlreadyDecidedError) as caught:
        await reject(plain_shop, topup, SECOND_ADMIN)
    assert caught.value.state == TopUpState.APPROVED
    assert await posted(plain_shop) == 150_000
    (told,) = await plain_shop.deliveries(ANNI_CHAT)
    assert told.notice.kind is NoticeKind.WALLET
    assert told.transfer is not None
    assert (told.transfer.amount, told.transfer.purpose) == (50_000, Purpose.TOPUP)
    assert told.wallet is not None
    assert told.wallet.posted == 150_000
    (act, *_) = await plain_shop.store.read(lambda tx: tx.admin_acts.latest(1))
    assert (act.action, act.subject) == ("topup_approved", f"topup:{topup.topup_id}")
