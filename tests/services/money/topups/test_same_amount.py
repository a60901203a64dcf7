"""One transfer is credited once: a recently credited amount needs a confirmation."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.customer import Actor
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
from bot.domain.money_source import MoneySource
from bot.domain.order import CustomerId
from bot.domain.topup import PAYMENT_GRACE, TopUp, TopUpState
from bot.services.money.topups.decision import SamePaymentQuestion
from tests.services.money.topups.steps import (
    HOUR,
    OPENING,
    approve,
    credit_for,
    posted,
    reject,
    request_topup,
)
from tests.services.shop import ADMIN, ANNI, BUDI, BUDI_CHAT, SECOND_ADMIN, Shop

WEEK = timedelta(days=7)
SECOND = timedelta(seconds=1)


async def two_topups(shop: Shop, first_of: CustomerId = ANNI) -> tuple[TopUp, TopUp]:
    """Request a top-up of a customer, then one of Anni's."""
    return await request_topup(shop, "a", first_of), await request_topup(shop, "b")


async def question_of(
    shop: Shop, act: Awaitable[object], admin_id: Actor = ADMIN
) -> SamePaymentQuestion:
    """Return the question that an act raises instead of crediting."""
    with pytest.raises(SamePaymentError) as asked:
        await act
    return await shop.topups.same_payment_question(admin_id, asked.value.token)


async def question_before_credit(
    shop: Shop, topup: TopUp, amount: int, admin_id: Actor = ADMIN
) -> SamePaymentQuestion:
    """Return the question that crediting this amount for a top-up raises."""
    return await question_of(shop, credit_for(shop, topup, amount, admin_id), admin_id)


async def same_as_proposed(
    shop: Shop, amount: int, who: CustomerId = ANNI
) -> list[Transfer | TopUp]:
    """Return what the proposal of /credit names as possibly the same payment."""
    proposed = await shop.wallets.propose_adjustment(
        SECOND_ADMIN, who, amount, "", MoneySource.TRANSFER
    )
    return [one.same for one in proposed.same]


def ids_of(question: SamePaymentQuestion) -> list[int | None]:
    """Return the ids of the top-ups and transfers that a question names."""
    return [
        one.same.transfer_id if isinstance(one.same, Transfer) else one.same.topup_id
        for one in question.same
    ]


# --- credited amounts ---


async def test_crediting_the_total_of_a_credited_top_up_needs_confirming(shop: Shop) -> None:
    older, newer = await two_topups(shop)
    credited = await approve(shop, older, SECOND_ADMIN)
    question = await question_before_credit(shop, newer, older.total)
    assert (question.topup.topup_id, question.amount) == (newer.topup_id, older.total)
    (details,) = question.same
    assert details.same == credited
    assert details.customer is not None
    assert (details.customer_id, details.customer.name) == (ANNI, "User 1001")
    assert details.admin is not None
    assert details.actor_id == SECOND_ADMIN.customer_id
    assert await posted(shop) == OPENING + older.total
    await shop.topups.confirm_second_payment(ADMIN, question.token)
    assert await posted(shop) == OPENING + 2 * older.total
    (act, *_) = await shop.store.read(lambda tx: tx.admin_acts.latest(1))
    assert f"second payment besides topup:{older.topup_id}:approved" in act.detail


@pytest.mark.parametrize(("who", "amount"), [(ANNI, 42_017), (BUDI, 50_000)])
async def test_the_credited_amount_counts_like_the_requested_one(
    shop: Shop, who: CustomerId, amount: int
) -> None:
    first = await request_topup(shop, "a", who)
    await credit_for(shop, first, amount)
    second = await request_topup(shop, "b")
    for same in (amount, first.total):
        assert ids_of(await question_before_credit(shop, second, same)) == [first.topup_id]
    await credit_for(shop, second, amount + 1)


@pytest.mark.parametrize(("passed", "is_asked"), [(WEEK, True), (WEEK + SECOND, False)])
async def test_a_credited_amount_needs_confirming_for_seven_days(
    shop: Shop, passed: timedelta, is_asked: bool
) -> None:
    first = await request_topup(shop, "a", BUDI)
    shop.clock.at += timedelta(days=3)
    await approve(shop, first)
    shop.clock.at += passed
    second = await request_topup(shop, "b")
    if is_asked:
        await question_before_credit(shop, second, first.total)
    else:
        await credit_for(shop, second, first.total)


async def test_approving_a_credited_amount_needs_confirming_too(plain_shop: Shop) -> None:
    """Without codes two top-ups have one amount: one payment may seem to be for both."""
    first, second = await two_topups(plain_shop, BUDI)
    await approve(plain_shop, first)
    question = await question_of(plain_shop, approve(plain_shop, second))
    assert ids_of(question) == [first.topup_id]
    assert await posted(plain_shop) == OPENING
    decided = await plain_shop.topups.confirm_second_payment(ADMIN, question.token)
    assert (decided.state, decided.credited) == (TopUpState.APPROVED, 50_000)
    assert await posted(plain_shop) == OPENING + 50_000


async def test_a_rejected_top_up_does_not_count(shop: Shop) -> None:
    first, second = await two_topups(shop, BUDI)
    await reject(shop, first)
    await credit_for(shop, second, first.total)


async def test_a_credit_by_an_admin_counts(shop: Shop) -> None:
    """A stray payment proof was credited with /credit before the top-up is approved."""
    topup = await request_topup(shop, "a")
    await shop.credit(ANNI, topup.total)
    (details,) = (await question_of(shop, approve(shop, topup))).same
    assert isinstance(details.same, Transfer)
    assert (details.same.amount, details.customer_id, details.actor_id) == (
        topup.total,
        ANNI,
        ADMIN.customer_id,
    )
    assert await posted(shop) == OPENING + topup.total


async def test_an_admins_credit_to_another_customer_counts_unless_round(shop: Shop) -> None:
    """Two customers may send one picture; a round credit may be a bonus."""
    topup = await request_topup(shop, "a")
    await shop.credit(BUDI, topup.total)
    await question_of(shop, approve(shop, topup))
    await shop.credit(BUDI, 50_000)
    await credit_for(shop, await request_topup(shop, "b"), 50_000)


# --- open top-ups ---


async def test_the_total_of_another_customers_open_top_up_needs_confirming(shop: Shop) -> None:
    budis, annis = await two_topups(shop, BUDI)
    for _ in range(2):
        question = await question_before_credit(shop, annis, budis.total)
        assert ids_of(question) == [budis.topup_id]
        await shop.topups.cancel(BUDI, budis.topup_id)
    shop.clock.at += HOUR + PAYMENT_GRACE - SECOND
    await question_before_credit(shop, annis, budis.total)
    shop.clock.at += SECOND
    await credit_for(shop, annis, budis.total)


async def test_approving_a_top_up_whose_total_was_given_again_needs_confirming(shop: Shop) -> None:
    old = await request_topup(shop, "a")
    shop.clock.at += HOUR + PAYMENT_GRACE + SECOND
    now = shop.clock.now()
    await shop.store.write(lambda tx: tx.topups.release_expired(now - PAYMENT_GRACE))
    again = replace(old, customer_id=BUDI, request_key="b", created_at=now, expires_at=now + HOUR)
    new = await shop.store.write(lambda tx: tx.topups.add(again))
    assert ids_of(await question_of(shop, approve(shop, old))) == [new.topup_id]
    await approve(shop, new)
    assert await posted(shop) == OPENING


async def test_open_top_ups_of_a_round_amount_are_named(plain_shop: Shop) -> None:
    """Without codes equal amounts are usual: approving the first needs no confirming."""
    first = await request_topup(plain_shop, "a")
    await request_topup(plain_shop, "b", BUDI)
    await approve(plain_shop, first)
    third = await request_topup(plain_shop, "c", amount=75_000)
    assert len((await question_before_credit(plain_shop, third, 50_000)).same) == 2


# --- confirming a second payment ---


async def test_the_token_of_a_second_payment_is_valid_once(shop: Shop) -> None:
    older, newer = await two_topups(shop)
    await approve(shop, older)
    question = await question_before_credit(shop, newer, older.total)
    presses = [shop.topups.confirm_second_payment(ADMIN, question.token) for _ in range(5)]
    results = await asyncio.gather(*presses, return_exceptions=True)
    used = [end for end in results if isinstance(end, TokenError)]
    assert [end.fault for end in used] == [TokenFault.USED] * 4
    assert await posted(shop) == OPENING + 2 * older.total


async def test_a_token_is_valid_only_for_its_question(shop: Shop) -> None:
    first, second = await two_topups(shop, BUDI)
    await approve(shop, first)
    old = await question_before_credit(shop, second, first.total)
    third = await request_topup(shop, "c", BUDI, 60_000)
    others = await question_before_credit(shop, third, first.total, SECOND_ADMIN)
    await shop.topups.confirm_second_payment(SECOND_ADMIN, others.token)
    fresh = await question_of(shop, shop.topups.confirm_second_payment(ADMIN, old.token))
    assert sorted(filter(None, ids_of(fresh))) == [first.topup_id, third.topup_id]
    assert await posted(shop) == OPENING
    await question_of(shop, shop.topups.confirm_second_payment(ADMIN, old.token))
    await shop.topups.confirm_second_payment(ADMIN, fresh.token)
    assert await posted(shop) == OPENING + first.total


async def test_concurrent_decisions_credit_one_amount_once(shop: Shop) -> None:
    older, newer = await two_topups(shop, BUDI)
    results = await asyncio.gather(
        approve(shop, older),
        credit_for(shop, newer, older.total, SECOND_ADMIN),
        return_exceptions=True,
    )
    assert sum(isinstance(end, SamePaymentError) for end in results) == 1
    assert await posted(shop) + await posted(shop, BUDI) == 2 * OPENING + older.total


async def test_a_token_is_refused_for_others_when_expired_and_when_decided(shop: Shop) -> None:
    older, newer = await two_topups(shop)
    await approve(shop, older)
    token = (await question_before_credit(shop, newer, older.total)).token
    for reader, unreadable in ((SECOND_ADMIN, token), (ADMIN, "unknown")):
        with pytest.raises(NotFoundError):
            await shop.topups.same_payment_question(reader, unreadable)
    of_an_order = await shop.token(ADMIN.customer_id)
    for act in (
        shop.topups.confirm_second_payment(SECOND_ADMIN, token),
        shop.wallets.adjust(ADMIN, token, MoneySource.TRANSFER),
        shop.topups.confirm_second_payment(ADMIN, of_an_order),
    ):
        with pytest.raises(TokenError):
            await act
    shop.clock.at += timedelta(minutes=31)
    with pytest.raises(TokenError):
        await shop.topups.confirm_second_payment(ADMIN, token)
    fresh = (await question_before_credit(shop, newer, older.total)).token
    await reject(shop, newer, SECOND_ADMIN)
    with pytest.raises(AlreadyDecidedError):
        await shop.topups.confirm_second_payment(ADMIN, fresh)
    assert await posted(shop) == OPENING + older.total


async def test_only_an_admin_confirms_a_second_payment(shop: Shop) -> None:
    topup = await request_topup(shop, "a")
    for act in (
        shop.topups.confirm_second_payment(Actor(BUDI, BUDI_CHAT), "token0000001"),
        shop.topups.same_payment_question(Actor(BUDI, BUDI_CHAT), "token0000001"),
        shop.topups.check_amount(Actor(BUDI, BUDI_CHAT), topup.topup_id, Rupiah(1)),
    ):
        with pytest.raises(NotPermittedError):
            await act


async def test_an_amount_is_checked_without_crediting_it(shop: Shop) -> None:
    older, newer = await two_topups(shop, BUDI)
    await shop.topups.check_amount(ADMIN, newer.topup_id, Rupiah(12_345))
    await approve(shop, older)
    await question_of(shop, shop.topups.check_amount(ADMIN, newer.topup_id, older.total))
    assert await posted(shop) == OPENING


# --- /credit ---


async def test_a_proposed_credit_names_the_payments_of_its_amount(shop: Shop) -> None:
    paid, unpaid = await request_topup(shop, "a"), await request_topup(shop, "b", BUDI)
    paid = await approve(shop, paid)
    assert await same_as_proposed(shop, paid.total) == [paid]
    assert await same_as_proposed(shop, unpaid.total) == [unpaid]
    assert await same_as_proposed(shop, paid.total + 1) == []
    assert await same_as_proposed(shop, -paid.total) == []
    await shop.credit(ANNI, 50_000)
    (earlier,) = await same_as_proposed(shop, 50_000)
    assert isinstance(earlier, Transfer)
    assert earlier.actor_id == ADMIN.customer_id
    assert await same_as_proposed(shop, 50_000, BUDI) == []


async def test_a_credit_proposed_with_the_same_amounts_is_carried_out(shop: Shop) -> None:
    topup = await request_topup(shop, "a")
    await approve(shop, topup)
    shown = await shop.wallets.propose_adjustment(
        ADMIN, ANNI, topup.total, "twice", MoneySource.TRANSFER
    )
    await shop.wallets.adjust(ADMIN, shown.token, MoneySource.TRANSFER, only_as_shown=True)
    assert await posted(shop) == OPENING + 2 * topup.total


@pytest.mark.parametrize("only_as_shown", [True, False])
async def test_a_proposed_credit_is_refused_when_its_amount_was_credited_since(
    shop: Shop, only_as_shown: bool
) -> None:
    topup = await request_topup(shop, "a", BUDI)
    await shop.topups.cancel(BUDI, topup.topup_id)
    shown = await shop.wallets.propose_adjustment(
        SECOND_ADMIN, ANNI, topup.total, "stray picture", MoneySource.TRANSFER
    )
    await approve(shop, topup)
    with pytest.raises(BalanceChangedError) as changed:
        await shop.wallets.adjust(
            SECOND_ADMIN, shown.token, MoneySource.TRANSFER, only_as_shown=only_as_shown
        )
    assert changed.value.is_same_payment
    assert await posted(shop) == OPENING
