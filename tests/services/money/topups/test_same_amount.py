"""One transfer is credited once: an amount that was credited lately is asked about first."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import timedelta

import pytest

from bot.domain.customer import TopUp, TopUpState
from bot.domain.errors import (
    AlreadyDecidedError,
    BalanceChangedError,
    NotFoundError,
    NotPermittedError,
    SameMoneyError,
    TokenError,
    TokenFault,
)
from bot.domain.ledger import Transfer
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from bot.domain.topup import GRACE
from bot.services.money.topups.decision import Doubt, Verdict
from tests.services.shop import ADMIN, ANNI, BUDI, SECOND_ADMIN, Shop, shop_rules

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)
OPENING = 100_000
SECOND = timedelta(seconds=1)


@pytest.fixture
async def till(shop: Shop) -> Shop:
    """Return the shop with a way to pay money in, for an hour a top-up."""
    shop.rules = shop_rules(topup_expires=HOUR)
    shop.build()
    return shop


async def ask(till: Shop, key: str, who: CustomerId = ANNI, amount: int = 50_000) -> TopUp:
    return await till.wallets.request_topup(who, Rupiah(amount), key)


async def approve(till: Shop, topup: TopUp, admin_id: int = ADMIN) -> TopUp:
    return await till.wallets.decide_topup(admin_id, topup.topup_id, approve=True)


async def credit_for(till: Shop, topup: TopUp, amount: int, admin_id: int = ADMIN) -> TopUp:
    """Credit another amount than was asked for."""
    verdict = Verdict(approve=True, credited=Rupiah(amount))
    return await till.topups.answer(admin_id, topup.topup_id, verdict)


async def doubted(till: Shop, act: Awaitable[object], admin_id: int = ADMIN) -> Doubt:
    """Return what an admin is asked instead of what they wanted to do."""
    with pytest.raises(SameMoneyError) as asked:
        await act
    return await till.topups.doubt(admin_id, asked.value.token)


async def posted(till: Shop, who: CustomerId = ANNI) -> int:
    return (await till.wallet(who)).posted


def ids_of(doubt: Doubt) -> list[int | None]:
    """Return the numbers of the top-ups and transfers that a doubt names."""
    return [
        one.same.transfer_id if isinstance(one.same, Transfer) else one.same.topup_id
        for one in doubt.same
    ]


# --- what was credited ---


async def test_a_transfer_that_was_credited_is_not_credited_for_another_top_up(till: Shop) -> None:
    """Two top-ups, one payment: the admin reads which one has the money."""
    older, newer = await ask(till, "a"), await ask(till, "b")
    await approve(till, older, SECOND_ADMIN)
    doubt = await doubted(till, credit_for(till, newer, older.total))
    assert (doubt.topup.topup_id, doubt.amount) == (newer.topup_id, older.total)
    (named,) = doubt.same
    assert isinstance(named.same, TopUp)
    assert named.same.topup_id == older.topup_id
    assert named.customer is not None
    assert (named.customer_id, named.customer.first_name) == (ANNI, "User 1001")
    assert named.admin is not None
    assert (named.actor_id, named.same.decided_at) == (SECOND_ADMIN, till.clock.now())
    assert await posted(till) == OPENING + older.total
    await till.topups.insist(ADMIN, doubt.token)
    assert await posted(till) == OPENING + 2 * older.total
    (act, *_) = await till.store.read(lambda tx: tx.admin_acts.latest(1))
    assert f"second payment besides topup:{older.topup_id}:approved" in act.detail


@pytest.mark.parametrize("who", [ANNI, BUDI])
@pytest.mark.parametrize("amount", [42_017, 50_000, 7_500, 1_250_001])
async def test_the_amount_that_arrived_counts_like_the_one_asked_for(
    till: Shop, who: CustomerId, amount: int
) -> None:
    """Of the customer and of anybody else: both name the top-up."""
    first = await ask(till, "a", who)
    await credit_for(till, first, amount)
    second = await ask(till, "b")
    assert ids_of(await doubted(till, credit_for(till, second, amount))) == [first.topup_id]
    assert ids_of(await doubted(till, credit_for(till, second, first.total))) == [first.topup_id]
    await credit_for(till, second, amount + 1)


@pytest.mark.parametrize(
    ("passed", "is_asked"),
    [
        (timedelta(0), True),
        (timedelta(days=6, hours=23), True),
        (WEEK, True),
        (WEEK + SECOND, False),
        (timedelta(days=30), False),
    ],
)
async def test_a_credit_is_remembered_for_seven_days(
    till: Shop, passed: timedelta, is_asked: bool
) -> None:
    """From its decision on, however long ago it was asked for."""
    first = await ask(till, "a", BUDI)
    till.clock.at += timedelta(days=3)
    await approve(till, first)
    till.clock.at += passed
    second = await ask(till, "b")
    if is_asked:
        await doubted(till, credit_for(till, second, first.total))
    else:
        await credit_for(till, second, first.total)


async def test_the_approve_button_asks_as_well(shop: Shop) -> None:
    """Without codes two top-ups have one amount: the second may be paid by the first's money."""
    first, second = await ask(shop, "a", BUDI), await ask(shop, "b")
    await approve(shop, first)
    doubt = await doubted(shop, approve(shop, second))
    assert ids_of(doubt) == [first.topup_id]
    assert await posted(shop) == OPENING
    decided = await shop.topups.insist(ADMIN, doubt.token)
    assert (decided.state, decided.credited) == (TopUpState.APPROVED, 50_000)
    assert await posted(shop) == OPENING + 50_000


async def test_a_rejected_top_up_has_no_money(till: Shop) -> None:
    """And a rejection asks nothing."""
    first, second = await ask(till, "a", BUDI), await ask(till, "b")
    await till.wallets.decide_topup(ADMIN, first.topup_id, approve=False)
    await credit_for(till, second, first.total)
    third = await ask(till, "c")
    await till.wallets.decide_topup(ADMIN, third.topup_id, approve=False)


async def test_what_was_credited_by_hand_is_money_too(till: Shop) -> None:
    """A picture without a top-up was credited with /credit; then the top-up is approved."""
    topup = await ask(till, "a")
    await till.credit(ANNI, topup.total)
    doubt = await doubted(till, approve(till, topup))
    (named,) = doubt.same
    assert isinstance(named.same, Transfer)
    assert (named.same.amount, named.customer_id, named.actor_id) == (topup.total, ANNI, ADMIN)
    assert await posted(till) == OPENING + topup.total


async def test_what_others_were_given_by_hand_counts_where_it_names_one_payment(
    till: Shop,
) -> None:
    """Two people send one picture; a round bonus is not a transfer."""
    topup = await ask(till, "a")
    await till.credit(BUDI, topup.total)
    await doubted(till, approve(till, topup))
    await till.credit(BUDI, 50_000)
    other = await ask(till, "b")
    await credit_for(till, other, 50_000)


# --- what is open ---


async def test_the_amount_of_somebody_elses_open_top_up_is_asked_about(till: Shop) -> None:
    """Cancelled and run out, too, as long as it may be paid."""
    budis, annis = await ask(till, "a", BUDI), await ask(till, "b")
    for _ in range(2):
        assert ids_of(await doubted(till, credit_for(till, annis, budis.total))) == [budis.topup_id]
        await till.topups.cancel(BUDI, budis.topup_id)
    till.clock.at += HOUR + GRACE - SECOND
    await doubted(till, credit_for(till, annis, budis.total))
    till.clock.at += SECOND
    await credit_for(till, annis, budis.total)


async def test_an_old_top_up_is_not_approved_with_the_money_of_a_new_one(till: Shop) -> None:
    """The amount was given to somebody else meanwhile; the old button is still there."""
    old = await ask(till, "a")
    till.clock.at += HOUR + GRACE + SECOND
    await till.store.write(lambda tx: tx.topups.release(till.clock.now() - GRACE))
    new = await till.store.write(
        lambda tx: tx.topups.add(
            TopUp(
                old.topup_id,
                BUDI,
                old.amount,
                TopUpState.PENDING,
                "b",
                till.clock.now(),
                code=old.code,
                expires_at=till.clock.now() + HOUR,
                is_reserved=True,
            )
        )
    )
    assert ids_of(await doubted(till, approve(till, old))) == [new.topup_id]
    await approve(till, new)
    assert await posted(till) == OPENING


async def test_round_amounts_that_are_open_are_told_by_name(shop: Shop) -> None:
    """Where there are no codes everybody asks for 50,000: the first is approved without a word."""
    first, _ = await ask(shop, "a"), await ask(shop, "b", BUDI)
    await approve(shop, first)
    third = await ask(shop, "c", amount=75_000)
    assert len((await doubted(shop, credit_for(shop, third, 50_000))).same) == 2


# --- the button of a second payment ---


async def test_the_button_of_a_second_payment_is_good_once(till: Shop) -> None:
    """Five presses, one credit."""
    older, newer = await ask(till, "a"), await ask(till, "b")
    await approve(till, older)
    doubt = await doubted(till, credit_for(till, newer, older.total))
    presses = [till.topups.insist(ADMIN, doubt.token) for _ in range(5)]
    ends = await asyncio.gather(*presses, return_exceptions=True)
    used = [end for end in ends if isinstance(end, TokenError)]
    assert [end.fault for end in used] == [TokenFault.USED] * 4
    assert await posted(till) == OPENING + 2 * older.total


async def test_the_button_is_for_the_doubt_that_it_was_shown_with(till: Shop) -> None:
    """The same amount was credited once more meanwhile: that is another doubt."""
    first, second = await ask(till, "a", BUDI), await ask(till, "b")
    await approve(till, first)
    old = await doubted(till, credit_for(till, second, first.total))
    third = await ask(till, "c", BUDI, 60_000)
    await till.topups.insist(
        SECOND_ADMIN,
        (
            await doubted(till, credit_for(till, third, first.total, SECOND_ADMIN), SECOND_ADMIN)
        ).token,
    )
    fresh = await doubted(till, till.topups.insist(ADMIN, old.token))
    assert sorted(filter(None, ids_of(fresh))) == [first.topup_id, third.topup_id]
    assert await posted(till) == OPENING
    await doubted(till, till.topups.insist(ADMIN, old.token))
    await till.topups.insist(ADMIN, fresh.token)
    assert await posted(till) == OPENING + first.total


async def test_an_open_top_up_that_is_credited_is_another_doubt(till: Shop) -> None:
    """What was shown as unpaid has its money now."""
    budis, annis = await ask(till, "a", BUDI), await ask(till, "b")
    old = await doubted(till, credit_for(till, annis, budis.total))
    await approve(till, budis)
    await doubted(till, till.topups.insist(ADMIN, old.token))
    assert await posted(till) == OPENING


async def test_two_admins_at_once_credit_one_transfer_once(till: Shop) -> None:
    """One approves the top-up, the other credits its amount for another one."""
    older, newer = await ask(till, "a", BUDI), await ask(till, "b")
    ends = await asyncio.gather(
        approve(till, older),
        credit_for(till, newer, older.total, SECOND_ADMIN),
        return_exceptions=True,
    )
    assert sum(isinstance(end, SameMoneyError) for end in ends) == 1
    assert await posted(till) + await posted(till, BUDI) == 2 * OPENING + older.total


async def test_the_button_is_of_no_use_to_anybody_else_or_later(till: Shop) -> None:
    """Nor for what was decided meanwhile, nor by another kind of button."""
    older, newer = await ask(till, "a"), await ask(till, "b")
    await approve(till, older)
    token = (await doubted(till, credit_for(till, newer, older.total))).token
    with pytest.raises(TokenError):
        await till.topups.insist(SECOND_ADMIN, token)
    for reader in (SECOND_ADMIN, ADMIN):
        with pytest.raises(NotFoundError):
            await till.topups.doubt(reader, token if reader == SECOND_ADMIN else "unknown")
    with pytest.raises(TokenError):
        await till.wallets.adjust(ADMIN, token)
    with pytest.raises(TokenError):
        await till.topups.insist(ADMIN, await till.token(CustomerId(ADMIN)))
    till.clock.at += timedelta(minutes=31)
    with pytest.raises(TokenError):
        await till.topups.insist(ADMIN, token)
    fresh = (await doubted(till, credit_for(till, newer, older.total))).token
    await till.wallets.decide_topup(SECOND_ADMIN, newer.topup_id, approve=False)
    with pytest.raises(AlreadyDecidedError):
        await till.topups.insist(ADMIN, fresh)
    assert await posted(till) == OPENING + older.total


async def test_only_an_admin_says_that_a_second_payment_arrived(till: Shop) -> None:
    """By the list of admins at the time of the act."""
    topup = await ask(till, "a")
    for act in (
        till.topups.insist(BUDI, "token0000001"),
        till.topups.doubt(BUDI, "token0000001"),
        till.topups.weigh(BUDI, topup.topup_id, Rupiah(1)),
    ):
        with pytest.raises(NotPermittedError):
            await act


async def test_an_amount_is_weighed_without_crediting_it(till: Shop) -> None:
    """As it is typed, before any button is pressed."""
    older, newer = await ask(till, "a", BUDI), await ask(till, "b")
    await till.topups.weigh(ADMIN, newer.topup_id, Rupiah(12_345))
    await approve(till, older)
    await doubted(till, till.topups.weigh(ADMIN, newer.topup_id, older.total))
    assert await posted(till) == OPENING


# --- /credit ---


async def test_a_credit_by_hand_names_the_top_ups_of_its_amount(till: Shop) -> None:
    """Credited lately, or open; of anybody."""
    paid, unpaid = await ask(till, "a"), await ask(till, "b", BUDI)
    await approve(till, paid)
    for amount, topup in ((paid.total, paid), (unpaid.total, unpaid)):
        (named,) = (await till.wallets.propose(ADMIN, ANNI, amount, "")).same
        assert isinstance(named.same, TopUp)
        assert named.same.topup_id == topup.topup_id
    assert (await till.wallets.propose(ADMIN, ANNI, paid.total + 1, "")).same == []
    assert (await till.wallets.propose(ADMIN, ANNI, -paid.total, "")).same == []


async def test_a_credit_that_was_shown_with_its_doubt_is_made(till: Shop) -> None:
    """The admin has read whose money it may be."""
    topup = await ask(till, "a")
    await approve(till, topup)
    shown = await till.wallets.propose(ADMIN, ANNI, topup.total, "twice")
    await till.wallets.adjust(ADMIN, shown.token, only_as_shown=True)
    assert await posted(till) == OPENING + 2 * topup.total


@pytest.mark.parametrize("only_as_shown", [True, False])
async def test_a_credit_is_shown_anew_when_its_amount_was_credited_meanwhile(
    till: Shop, only_as_shown: bool
) -> None:
    """By another admin, for anybody."""
    topup = await ask(till, "a", BUDI)
    await till.topups.cancel(BUDI, topup.topup_id)
    shown = await till.wallets.propose(SECOND_ADMIN, ANNI, topup.total, "stray picture")
    await approve(till, topup)
    with pytest.raises(BalanceChangedError) as changed:
        await till.wallets.adjust(SECOND_ADMIN, shown.token, only_as_shown=only_as_shown)
    assert changed.value.is_same_money
    assert await posted(till) == OPENING


async def test_the_same_credit_by_hand_is_named_the_second_time(till: Shop) -> None:
    """Typed again by the other admin, who had not seen the first."""
    await till.credit(ANNI, 50_000)
    shown = await till.wallets.propose(SECOND_ADMIN, ANNI, 50_000, "")
    assert [one.actor_id for one in shown.same] == [ADMIN]
    assert (await till.wallets.propose(SECOND_ADMIN, BUDI, 50_000, "")).same == []
