"""Opening a top-up: an amount of its own, one at a time, and not more than the shop can read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.customer import TopUp, TopUpState
from bot.domain.errors import (
    AmountsTakenError,
    DuplicateError,
    NotFoundError,
    TooManyDepositsError,
)
from bot.domain.money import Rupiah
from bot.domain.notice import NoticeKind
from bot.domain.order import CustomerId
from bot.domain.topup import GRACE, Proof
from bot.ports.store import Transaction
from bot.services.money.topups.request import (
    ASKED_AT_MOST,
    ASKED_UNPAID_AT_MOST,
    CODES,
    RESERVED_AT_MOST,
    open_topup,
)
from tests.services.shop import ADMIN, ANNI, BUDI, SECOND_ADMIN, Shop, shop_rules

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
CITRA = CustomerId(1003)
"""She has never paid anything in."""
USABLE = 980
"""Of a round amount: 999 codes without the 19 multiples of 50."""


@pytest.fixture
async def till(shop: Shop) -> Shop:
    """Return the shop with a way to pay money in, for an hour a top-up, and a new customer."""
    shop.rules = shop_rules(topup_expires=HOUR)
    shop.build()
    await shop.wallets.greet(CITRA, "Citra", "", "id")
    return shop


@pytest.fixture(params=[None, HOUR], ids=["arranged by hand", "with codes"])
async def any_till(shop: Shop, request: pytest.FixtureRequest) -> Shop:
    """Return a shop in each of its modes."""
    shop.rules = shop_rules(topup_expires=request.param)
    shop.build()
    await shop.wallets.greet(CITRA, "Citra", "", "id")
    return shop


async def ask(till: Shop, key: str, who: CustomerId = ANNI, amount: int = 50_000) -> TopUp:
    return await till.wallets.request_topup(who, Rupiah(amount), key)


async def state_of(till: Shop, topup: TopUp) -> TopUp:
    found = await till.store.read(lambda tx: tx.topups.get(topup.topup_id))
    assert found is not None
    return found


# --- amounts ---


async def customers(till: Shop, count: int) -> list[CustomerId]:
    """Let so many newcomers in."""
    found, now = [CustomerId(5_000 + number) for number in range(count)], till.clock.now()

    def let_in(tx: Transaction) -> None:
        for who in found:
            tx.customers.seen(who, "X", "", "id", now)

    await till.store.write(let_in)
    return found


async def crowd_asks(till: Shop, count: int) -> list[TopUp]:
    """Let so many newcomers ask for 50,000, a second apart, in one transaction."""
    crowd, now = await customers(till, count), till.clock.now()

    def ask_all(tx: Transaction) -> list[TopUp]:
        return [
            open_topup(tx, till.rules, who, Rupiah(50_000), f"crowd {who}", now + number * SECOND)
            for number, who in enumerate(crowd)
        ]

    return await till.store.write(ask_all)


async def test_every_code_is_given_once_and_none_is_round(till: Shop) -> None:
    """Then the amount is refused, and one near by is not."""
    codes = {topup.code for topup in await crowd_asks(till, USABLE)}
    assert len(codes) == USABLE
    assert codes == {code for code in range(1, CODES + 1) if code % 50}
    with pytest.raises(AmountsTakenError):
        await ask(till, "one more", BUDI)
    assert (await ask(till, "near by", BUDI, 51_000)).code


@pytest.mark.parametrize("amount", [50_000, 50_025, 10_010, 123_456, 99_999])
async def test_neither_the_code_nor_the_amount_is_round(till: Shop, amount: int) -> None:
    """People round, and pay such amounts without being asked."""
    for number in range(40):
        topup = await ask(till, f"k{number}", amount=amount)
        assert topup.code % 50
        assert topup.total % 50
        till.clock.at += 3 * HOUR


async def test_the_amount_given_longest_ago_is_given_next(till: Shop) -> None:
    """A late payer of the one before is the last to meet it again."""
    given = [topup.total for topup in await crowd_asks(till, USABLE)]
    till.clock.at += timedelta(days=30)
    again = [(await ask(till, f"k{number}")).total for number in range(3)]
    assert again == given[:3]
    others = (await ask(till, "other", BUDI)).total
    assert others == given[3]


async def test_an_amount_is_free_again_after_its_time_and_grace(till: Shop) -> None:
    """Transfers come late: until then nobody else is asked for it."""
    first = await ask(till, "a")
    for passed, is_taken in ((HOUR + GRACE, True), (SECOND, False)):
        till.clock.at += passed
        since = till.clock.now() - GRACE
        await till.store.write(lambda tx, before=since: tx.topups.release(before))  # type: ignore[misc]
        taken = await till.store.read(
            lambda tx, since=since: tx.topups.reserved(first.total, first.total, since)  # type: ignore[misc]
        )
        assert (first.total in taken) is is_taken


@pytest.mark.parametrize("fate", ["cancelled", "replaced", "rejected", "approved", "run out"])
async def test_a_late_payer_never_meets_somebody_elses_amount(till: Shop, fate: str) -> None:
    """Whatever became of the top-up: its amount is kept until its end and the grace after it."""
    mine = await ask(till, "mine")
    others = await crowd_asks(till, USABLE - 1)
    assert mine.total not in {topup.total for topup in others}
    if fate == "cancelled":
        await till.topups.cancel(ANNI, mine.topup_id)
    elif fate == "replaced":
        await ask(till, "instead", amount=90_000)
    elif fate in ("rejected", "approved"):
        await till.wallets.decide_topup(ADMIN, mine.topup_id, approve=fate == "approved")
    else:
        till.clock.at += HOUR
        assert await till.topups.expire() == 0
    with pytest.raises(AmountsTakenError):
        await ask(till, "budi", BUDI)


# --- one at a time ---


async def test_a_new_top_up_takes_the_place_of_the_open_one(any_till: Shop) -> None:
    """The old one is cancelled, and what asked the admins for it says so."""
    old = await ask(any_till, "a")
    new = await ask(any_till, "b", amount=75_000)
    assert [one.topup_id for one in await any_till.topups.open_of(ANNI)] == [new.topup_id]
    gone = await state_of(any_till, old)
    assert (gone.cancelled_at, gone.replaced_by) == (any_till.clock.now(), new.topup_id)
    assert gone.is_reserved == old.is_reserved
    assert await any_till.topups.replaced_by(ANNI, new.topup_id) == [gone]
    told = await any_till.deliveries(ADMIN)
    assert [(one.notice.kind, one.topup) for one in told] == [
        (NoticeKind.TOPUP_REQUESTED, gone),
        (NoticeKind.TOPUP_NEWS, gone),
        (NoticeKind.TOPUP_REQUESTED, new),
    ]


async def test_a_top_up_knows_the_message_that_shows_it(till: Shop) -> None:
    """So that it can say when it is cancelled."""
    topup = await ask(till, "a")
    await till.topups.shown(topup.topup_id, 77)
    new = await ask(till, "b")
    (old,) = await till.topups.replaced_by(ANNI, new.topup_id)
    assert old.message_id == 77
    with pytest.raises(NotFoundError):
        await till.topups.replaced_by(BUDI, new.topup_id)


async def test_what_cannot_be_paid_any_more_is_not_cancelled_anew(any_till: Shop) -> None:
    """Neither what ran out, nor what was let go, nor what is decided; nor another customer's."""
    out = await ask(any_till, "a")
    any_till.clock.at += DAY
    let_go = await ask(any_till, "b")
    gone = await any_till.topups.cancel(ANNI, let_go.topup_id)
    others = await ask(any_till, "c", BUDI, 60_000)
    new = await ask(any_till, "d", amount=75_000)
    assert await any_till.topups.replaced_by(ANNI, new.topup_id) == []
    assert (await state_of(any_till, out)).cancelled_at is None
    assert await state_of(any_till, let_go) == gone
    assert (await state_of(any_till, others)).cancelled_at is None


async def test_a_top_up_with_a_picture_is_left_with_the_admins(till: Shop) -> None:
    """It is paid, as far as anybody knows."""
    paid = await ask(till, "a")
    await till.topups.prove(ANNI, Proof("f"), "update:7")
    await ask(till, "b")
    assert (await state_of(till, paid)).cancelled_at is None


async def test_several_that_were_open_before_an_update_are_all_cancelled(till: Shop) -> None:
    """An older version let a customer have three."""
    old = await ask(till, "a")
    more = await till.store.write(
        lambda tx: tx.topups.add(replace(old, code=old.code % 40 + 1, request_key="older"))
    )
    new = await ask(till, "b")
    replaced = await till.topups.replaced_by(ANNI, new.topup_id)
    assert {one.topup_id for one in replaced} == {old.topup_id, more.topup_id}


async def test_a_replayed_update_asks_once_and_cancels_nothing(any_till: Shop) -> None:
    """Also when it was replaced meanwhile."""
    await ask(any_till, "a")
    new = await ask(any_till, "b")
    for key in ("a", "b"):
        with pytest.raises(DuplicateError):
            await ask(any_till, key)
    assert await any_till.topups.open_of(ANNI) == [new]


# --- not too many ---


async def asked_until_refused(till: Shop, who: CustomerId, *, is_let_go: bool = False) -> int:
    """Ask again and again, some seconds apart; return how often it worked."""
    for number in range(900):
        till.clock.at += SECOND
        try:
            topup = await ask(till, f"{who} {number}", who)
        except TooManyDepositsError:
            return number
        if is_let_go:
            await till.topups.cancel(who, topup.topup_id)
    return 900


@pytest.mark.parametrize("is_let_go", [False, True])
@pytest.mark.parametrize(("who", "most"), [(CITRA, 3), (ANNI, 10)])
async def test_a_customer_asks_only_so_often_a_day_in_every_mode(
    any_till: Shop, who: CustomerId, most: int, is_let_go: bool
) -> None:
    """Who has never paid three times: the admins read each of them, and other things too."""
    assert await asked_until_refused(any_till, who, is_let_go=is_let_go) == most
    await any_till.told()
    told = await any_till.store.read(lambda tx: tx.topups.pending(900))
    assert len(told) == most


@pytest.mark.parametrize(("who", "most"), [(CITRA, ASKED_UNPAID_AT_MOST), (ANNI, ASKED_AT_MOST)])
async def test_a_day_after_the_first_the_next_may_be_asked_for(
    any_till: Shop, who: CustomerId, most: int
) -> None:
    """And not a second earlier; the error says when."""
    first_at = any_till.clock.now()
    for number in range(most):
        await ask(any_till, f"k{number}", who)
        any_till.clock.at += timedelta(minutes=1)
    with pytest.raises(TooManyDepositsError) as refused:
        await ask(any_till, "more", who)
    assert (refused.value.most, refused.value.again_at) == (most, first_at + DAY)
    any_till.clock.at = first_at + DAY - SECOND
    with pytest.raises(TooManyDepositsError):
        await ask(any_till, "more", who)
    any_till.clock.at += SECOND
    if any_till.rules.topup_expires is None or who == CITRA:
        assert (await ask(any_till, "more", who)).state is TopUpState.PENDING


async def test_a_first_payment_opens_the_way(any_till: Shop) -> None:
    """By a top-up or by hand; what is paid does not count."""
    first = await ask(any_till, "a", CITRA)
    await any_till.wallets.decide_topup(ADMIN, first.topup_id, approve=True)
    assert await asked_until_refused(any_till, CITRA) == ASKED_AT_MOST


async def test_money_put_in_by_hand_is_a_payment(any_till: Shop) -> None:
    """The neighbour paid in cash."""
    await any_till.credit(CITRA, 20_000)
    assert await asked_until_refused(any_till, CITRA) == ASKED_AT_MOST


async def test_a_rejected_top_up_counts(any_till: Shop) -> None:
    """Else every rejection would invite another."""
    for number in range(ASKED_UNPAID_AT_MOST):
        topup = await ask(any_till, f"k{number}", CITRA)
        await any_till.wallets.decide_topup(SECOND_ADMIN, topup.topup_id, approve=False)
    with pytest.raises(TooManyDepositsError):
        await ask(any_till, "more", CITRA)


async def test_a_clock_that_was_set_back_locks_nobody_out(any_till: Shop) -> None:
    """What was asked for in the future says nothing of today."""
    for number in range(ASKED_UNPAID_AT_MOST):
        await ask(any_till, f"k{number}", CITRA)
    any_till.clock.at -= 2 * DAY
    assert (await ask(any_till, "now", CITRA)).state is TopUpState.PENDING


async def test_one_customer_keeps_only_some_amounts_from_the_others(shop: Shop) -> None:
    """Where a top-up may be paid for a week, asking day by day cannot use up an amount."""
    shop.rules = shop_rules(topup_expires=7 * DAY)
    shop.build()
    asked = []
    for number in range(RESERVED_AT_MOST):
        asked.append(await ask(shop, f"k{number}"))
        shop.clock.at += timedelta(hours=3)
    assert asked[0].expires_at is not None
    shop.clock.at += DAY
    with pytest.raises(TooManyDepositsError) as refused:
        await ask(shop, "more")
    assert refused.value.again_at == asked[0].expires_at + GRACE
    assert (await ask(shop, "others", BUDI)).code
    shop.clock.at = refused.value.again_at + SECOND
    assert (await ask(shop, "more")).code


async def test_fifty_accounts_without_money_do_not_use_up_an_amount(till: Shop) -> None:
    """They ask as often as they may, for a day and an hour, and everybody else is served."""
    crowd = await customers(till, 50)
    for hour in range(26):
        for who in crowd:
            for number in range(4):
                try:
                    await ask(till, f"{who} {hour} {number}", who)
                except TooManyDepositsError:
                    break
        assert (await ask(till, f"honest {hour}", BUDI)).code
        await till.wallets.decide_topup(
            ADMIN, (await till.topups.open_of(BUDI))[0].topup_id, approve=True
        )
        till.clock.at += HOUR
    taken = await till.store.read(
        lambda tx: tx.topups.reserved(50_001, 50_999, till.clock.now() - GRACE)
    )
    assert len(taken) < USABLE // 2
