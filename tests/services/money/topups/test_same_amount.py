"""One transfer is credited once: a recently credited amount needs a confirmation."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import timedelta

import pytest

from bot.domain.errors import (
    AlreadyDecidedError,
    BalanceChangedError,
    NotFoundError,
    NotPermittedError,
    SamePaymentError,
    TokenError,
    TokenFault,
)
from bot.domain.ledger import Transfer
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from bot.domain.topup import PAYMENT_GRACE, TopUp, TopUpState
from bot.services.money.topups.decision import SamePaymentQuestion, TopUpDecision
from tests.services.money.topups.steps import HOUR, OPENING, request_topup
from tests.services.shop import ADMIN, ANNI, BUDI, SECOND_ADMIN, Shop

WEEK = timedelta(days=7)
SECOND = timedelta(seconds=1)


async def approve(topup_shop: Shop, topup: TopUp, admin_id: int = ADMIN) -> TopUp:
    return await topup_shop.topups.decide(admin_id, topup.topup_id, approve=True)


async def credit_for(topup_shop: Shop, topup: TopUp, amount: int, admin_id: int = ADMIN) -> TopUp:
    """Credit another amount than requested."""
    decision = TopUpDecision(approve=True, credited=Rupiah(amount))
    return await topup_shop.topups.decide_in_dialog(admin_id, topup.topup_id, decision)


async def question_of(
    topup_shop: Shop, act: Awaitable[object], admin_id: int = ADMIN
) -> SamePaymentQuestion:
    """Return the question that an act raises instead of crediting."""
    with pytest.raises(SamePaymentError) as asked:
        await act
    return await topup_shop.topups.same_payment_question(admin_id, asked.value.token)


async def posted(topup_shop: Shop, who: CustomerId = ANNI) -> int:
    return (await topup_shop.wallet(who)).posted


def ids_of(question: SamePaymentQuestion) -> list[int | None]:
    """Return the ids of the top-ups and transfers that a question names."""
    return [
        one.same.transfer_id if isinstance(one.same, Transfer) else one.same.topup_id
        for one in question.same
    ]


# --- credited amounts ---


async def test_crediting_the_total_of_a_credited_top_up_needs_confirming(topup_shop: Shop) -> None:
    older, newer = await request_topup(topup_shop, "a"), await request_topup(topup_shop, "b")
    await approve(topup_shop, older, SECOND_ADMIN)
    question = await question_of(topup_shop, credit_for(topup_shop, newer, older.total))
    assert (question.topup.topup_id, question.amount) == (newer.topup_id, older.total)
    (details,) = question.same
    assert isinstance(details.same, TopUp)
    assert details.same.topup_id == older.topup_id
    assert details.customer is not None
    assert (details.customer_id, details.customer.first_name) == (ANNI, "User 1001")
    assert details.admin is not None
    assert (details.actor_id, details.same.decided_at) == (SECOND_ADMIN, topup_shop.clock.now())
    assert await posted(topup_shop) == OPENING + older.total
    await topup_shop.topups.confirm_second_payment(ADMIN, question.token)
    assert await posted(topup_shop) == OPENING + 2 * older.total
    (act, *_) = await topup_shop.store.read(lambda tx: tx.admin_acts.latest(1))
    assert f"second payment besides topup:{older.topup_id}:approved" in act.detail


@pytest.mark.parametrize(
    ("who", "amount"), [(ANNI, 42_017), (BUDI, 50_000), (BUDI, 7_500), (ANNI, 1_250_001)]
)
async def test_the_credited_amount_counts_like_the_requested_one(
    topup_shop: Shop, who: CustomerId, amount: int
) -> None:
    first = await request_topup(topup_shop, "a", who)
    await credit_for(topup_shop, first, amount)
    second = await request_topup(topup_shop, "b")
    assert ids_of(await question_of(topup_shop, credit_for(topup_shop, second, amount))) == [
        first.topup_id
    ]
    assert ids_of(await question_of(topup_shop, credit_for(topup_shop, second, first.total))) == [
        first.topup_id
    ]
    await credit_for(topup_shop, second, amount + 1)


@pytest.mark.parametrize(
    ("passed", "is_asked"),
    [
        (timedelta(0), True),
        (WEEK, True),
        (WEEK + SECOND, False),
    ],
)
async def test_a_credited_amount_needs_confirming_for_seven_days(
    topup_shop: Shop, passed: timedelta, is_asked: bool
) -> None:
    first = await request_topup(topup_shop, "a", BUDI)
    topup_shop.clock.at += timedelta(days=3)
    await approve(topup_shop, first)
    topup_shop.clock.at += passed
    second = await request_topup(topup_shop, "b")
    if is_asked:
        await question_of(topup_shop, credit_for(topup_shop, second, first.total))
    else:
        await credit_for(topup_shop, second, first.total)


async def test_approving_a_credited_amount_needs_confirming_too(shop: Shop) -> None:
    """Without codes two top-ups have one amount: one payment may seem to be for both."""
    first, second = await request_topup(shop, "a", BUDI), await request_topup(shop, "b")
    await approve(shop, first)
    question = await question_of(shop, approve(shop, second))
    assert ids_of(question) == [first.topup_id]
    assert await posted(shop) == OPENING
    decided = await shop.topups.confirm_second_payment(ADMIN, question.token)
    assert (decided.state, decided.credited) == (TopUpState.APPROVED, 50_000)
    assert await posted(shop) == OPENING + 50_000


async def test_a_rejected_top_up_does_not_count(topup_shop: Shop) -> None:
    first, second = await request_topup(topup_shop, "a", BUDI), await request_topup(topup_shop, "b")
    await topup_shop.topups.decide(ADMIN, first.topup_id, approve=False)
    await credit_for(topup_shop, second, first.total)
    third = await request_topup(topup_shop, "c")
    await topup_shop.topups.decide(ADMIN, third.topup_id, approve=False)


async def test_a_credit_by_an_admin_counts(topup_shop: Shop) -> None:
    """A stray payment proof was credited with /credit before the top-up is approved."""
    topup = await request_topup(topup_shop, "a")
    await topup_shop.credit(ANNI, topup.total)
    question = await question_of(topup_shop, approve(topup_shop, topup))
    (details,) = question.same
    assert isinstance(details.same, Transfer)
    assert (details.same.amount, details.customer_id, details.actor_id) == (
        topup.total,
        ANNI,
        ADMIN,
    )
    assert await posted(topup_shop) == OPENING + topup.total


async def test_an_admins_credit_to_another_customer_counts_unless_round(
    topup_shop: Shop,
) -> None:
    """Two customers may send one picture; a round credit may be a bonus."""
    topup = await request_topup(topup_shop, "a")
    await topup_shop.credit(BUDI, topup.total)
    await question_of(topup_shop, approve(topup_shop, topup))
    await topup_shop.credit(BUDI, 50_000)
    other = await request_topup(topup_shop, "b")
    await credit_for(topup_shop, other, 50_000)


# --- open top-ups ---


async def test_the_total_of_another_customers_open_top_up_needs_confirming(
    topup_shop: Shop,
) -> None:
    budis, annis = await request_topup(topup_shop, "a", BUDI), await request_topup(topup_shop, "b")
    for _ in range(2):
        assert ids_of(
            await question_of(topup_shop, credit_for(topup_shop, annis, budis.total))
        ) == [budis.topup_id]
        await topup_shop.topups.cancel(BUDI, budis.topup_id)
    topup_shop.clock.at += HOUR + PAYMENT_GRACE - SECOND
    await question_of(topup_shop, credit_for(topup_shop, annis, budis.total))
    topup_shop.clock.at += SECOND
    await credit_for(topup_shop, annis, budis.total)


async def test_approving_an_old_top_up_whose_total_was_given_again_needs_confirming(
    topup_shop: Shop,
) -> None:
    old = await request_topup(topup_shop, "a")
    topup_shop.clock.at += HOUR + PAYMENT_GRACE + SECOND
    await topup_shop.store.write(
        lambda tx: tx.topups.release_expired(topup_shop.clock.now() - PAYMENT_GRACE)
    )
    new = await topup_shop.store.write(
        lambda tx: tx.topups.add(
            TopUp(
                old.topup_id,
                BUDI,
                old.amount,
                TopUpState.PENDING,
                "b",
                topup_shop.clock.now(),
                code=old.code,
                expires_at=topup_shop.clock.now() + HOUR,
                is_reserved=True,
            )
        )
    )
    assert ids_of(await question_of(topup_shop, approve(topup_shop, old))) == [new.topup_id]
    await approve(topup_shop, new)
    assert await posted(topup_shop) == OPENING


async def test_open_top_ups_of_a_round_amount_are_named(shop: Shop) -> None:
    """Without codes equal amounts are usual: approving the first needs no confirming."""
    first, _ = await request_topup(shop, "a"), await request_topup(shop, "b", BUDI)
    await approve(shop, first)
    third = await request_topup(shop, "c", amount=75_000)
    assert len((await question_of(shop, credit_for(shop, third, 50_000))).same) == 2


# --- confirming a second payment ---


async def test_the_token_of_a_second_payment_is_valid_once(topup_shop: Shop) -> None:
    older, newer = await request_topup(topup_shop, "a"), await request_topup(topup_shop, "b")
    await approve(topup_shop, older)
    question = await question_of(topup_shop, credit_for(topup_shop, newer, older.total))
    presses = [topup_shop.topups.confirm_second_payment(ADMIN, question.token) for _ in range(5)]
    results = await asyncio.gather(*presses, return_exceptions=True)
    used = [end for end in results if isinstance(end, TokenError)]
    assert [end.fault for end in used] == [TokenFault.USED] * 4
    assert await posted(topup_shop) == OPENING + 2 * older.total


async def test_a_token_is_valid_only_for_its_question(topup_shop: Shop) -> None:
    first, second = await request_topup(topup_shop, "a", BUDI), await request_topup(topup_shop, "b")
    await approve(topup_shop, first)
    old = await question_of(topup_shop, credit_for(topup_shop, second, first.total))
    third = await request_topup(topup_shop, "c", BUDI, 60_000)
    await topup_shop.topups.confirm_second_payment(
        SECOND_ADMIN,
        (
            await question_of(
                topup_shop, credit_for(topup_shop, third, first.total, SECOND_ADMIN), SECOND_ADMIN
            )
        ).token,
    )
    fresh = await question_of(
        topup_shop, topup_shop.topups.confirm_second_payment(ADMIN, old.token)
    )
    assert sorted(filter(None, ids_of(fresh))) == [first.topup_id, third.topup_id]
    assert await posted(topup_shop) == OPENING
    await question_of(topup_shop, topup_shop.topups.confirm_second_payment(ADMIN, old.token))
    await topup_shop.topups.confirm_second_payment(ADMIN, fresh.token)
    assert await posted(topup_shop) == OPENING + first.total


async def test_crediting_a_named_open_top_up_makes_another_question(topup_shop: Shop) -> None:
    budis, annis = await request_topup(topup_shop, "a", BUDI), await request_topup(topup_shop, "b")
    old = await question_of(topup_shop, credit_for(topup_shop, annis, budis.total))
    await approve(topup_shop, budis)
    await question_of(topup_shop, topup_shop.topups.confirm_second_payment(ADMIN, old.token))
    assert await posted(topup_shop) == OPENING


async def test_concurrent_decisions_credit_one_amount_once(topup_shop: Shop) -> None:
    older, newer = await request_topup(topup_shop, "a", BUDI), await request_topup(topup_shop, "b")
    results = await asyncio.gather(
        approve(topup_shop, older),
        credit_for(topup_shop, newer, older.total, SECOND_ADMIN),
        return_exceptions=True,
    )
    assert sum(isinstance(end, SamePaymentError) for end in results) == 1
    assert await posted(topup_shop) + await posted(topup_shop, BUDI) == 2 * OPENING + older.total


async def test_a_token_is_refused_for_others_when_expired_and_when_decided(
    topup_shop: Shop,
) -> None:
    older, newer = await request_topup(topup_shop, "a"), await request_topup(topup_shop, "b")
    await approve(topup_shop, older)
    token = (await question_of(topup_shop, credit_for(topup_shop, newer, older.total))).token
    with pytest.raises(TokenError):
        await topup_shop.topups.confirm_second_payment(SECOND_ADMIN, token)
    for reader in (SECOND_ADMIN, ADMIN):
        with pytest.raises(NotFoundError):
            await topup_shop.topups.same_payment_question(
                reader, token if reader == SECOND_ADMIN else "unknown"
            )
    with pytest.raises(TokenError):
        await topup_shop.wallets.adjust(ADMIN, token)
    with pytest.raises(TokenError):
        await topup_shop.topups.confirm_second_payment(
            ADMIN, await topup_shop.token(CustomerId(ADMIN))
        )
    topup_shop.clock.at += timedelta(minutes=31)
    with pytest.raises(TokenError):
        await topup_shop.topups.confirm_second_payment(ADMIN, token)
    fresh = (await question_of(topup_shop, credit_for(topup_shop, newer, older.total))).token
    await topup_shop.topups.decide(SECOND_ADMIN, newer.topup_id, approve=False)
    with pytest.raises(AlreadyDecidedError):
        await topup_shop.topups.confirm_second_payment(ADMIN, fresh)
    assert await posted(topup_shop) == OPENING + older.total


async def test_only_an_admin_confirms_a_second_payment(topup_shop: Shop) -> None:
    topup = await request_topup(topup_shop, "a")
    for act in (
        topup_shop.topups.confirm_second_payment(BUDI, "token0000001"),
        topup_shop.topups.same_payment_question(BUDI, "token0000001"),
        topup_shop.topups.check_amount(BUDI, topup.topup_id, Rupiah(1)),
    ):
        with pytest.raises(NotPermittedError):
            await act


async def test_an_amount_is_checked_without_crediting_it(topup_shop: Shop) -> None:
    older, newer = await request_topup(topup_shop, "a", BUDI), await request_topup(topup_shop, "b")
    await topup_shop.topups.check_amount(ADMIN, newer.topup_id, Rupiah(12_345))
    await approve(topup_shop, older)
    await question_of(
        topup_shop, topup_shop.topups.check_amount(ADMIN, newer.topup_id, older.total)
    )
    assert await posted(topup_shop) == OPENING


# --- /credit ---


async def test_a_proposed_credit_names_the_top_ups_of_its_amount(topup_shop: Shop) -> None:
    paid, unpaid = await request_topup(topup_shop, "a"), await request_topup(topup_shop, "b", BUDI)
    await approve(topup_shop, paid)
    for amount, topup in ((paid.total, paid), (unpaid.total, unpaid)):
        (details,) = (await topup_shop.wallets.propose_adjustment(ADMIN, ANNI, amount, "")).same
        assert isinstance(details.same, TopUp)
        assert details.same.topup_id == topup.topup_id
    assert (await topup_shop.wallets.propose_adjustment(ADMIN, ANNI, paid.total + 1, "")).same == []
    assert (await topup_shop.wallets.propose_adjustment(ADMIN, ANNI, -paid.total, "")).same == []


async def test_a_credit_proposed_with_the_same_amounts_is_carried_out(topup_shop: Shop) -> None:
    topup = await request_topup(topup_shop, "a")
    await approve(topup_shop, topup)
    shown = await topup_shop.wallets.propose_adjustment(ADMIN, ANNI, topup.total, "twice")
    await topup_shop.wallets.adjust(ADMIN, shown.token, only_as_shown=True)
    assert await posted(topup_shop) == OPENING + 2 * topup.total


@pytest.mark.parametrize("only_as_shown", [True, False])
async def test_a_proposed_credit_is_refused_when_its_amount_was_credited_since(
    topup_shop: Shop, only_as_shown: bool
) -> None:
    topup = await request_topup(topup_shop, "a", BUDI)
    await topup_shop.topups.cancel(BUDI, topup.topup_id)
    shown = await topup_shop.wallets.propose_adjustment(
        SECOND_ADMIN, ANNI, topup.total, "stray picture"
    )
    await approve(topup_shop, topup)
    with pytest.raises(BalanceChangedError) as changed:
        await topup_shop.wallets.adjust(SECOND_ADMIN, shown.token, only_as_shown=only_as_shown)
    assert changed.value.is_same_payment
    assert await posted(topup_shop) == OPENING


async def test_a_repeated_credit_names_the_first_one(topup_shop: Shop) -> None:
    await topup_shop.credit(ANNI, 50_000)
    shown = await topup_shop.wallets.propose_adjustment(SECOND_ADMIN, ANNI, 50_000, "")
    assert [one.actor_id for one in shown.same] == [ADMIN]
    assert (await topup_shop.wallets.propose_adjustment(SECOND_ADMIN, BUDI, 50_000, "")).same == []
