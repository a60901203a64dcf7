"""Opening a top-up: a unique amount, one at a time, and a limited number a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.dialog import CONVERSATION, Step
from bot.domain.errors import DuplicateError, NoFreeAmountError, NotFoundError, TooManyTopUpsError
from bot.domain.money import Rupiah
from bot.domain.notice import NoticeKind
from bot.domain.order import CustomerId
from bot.domain.topup import PAYMENT_GRACE, PaymentProof, TopUp, TopUpState
from bot.ports.store import Transaction
from bot.services.money.topups.request import (
    MAX_CODE,
    MAX_REQUESTS_A_DAY,
    MAX_REQUESTS_A_DAY_UNPAID,
    MAX_RESERVED_TOTALS,
    open_topup,
)
from tests.services.money.topups.steps import HOUR, request_topup
from tests.services.shop import ADMIN, ANNI, BUDI, SECOND_ADMIN, Shop, shop_rules

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
CITRA = CustomerId(1003)
"""A customer who has never paid anything in."""
CODES = [code for code in range(1, MAX_CODE + 1) if code % 50]
"""The 980 codes of a round amount: the total is no multiple of 50."""


@pytest.fixture(params=[None, HOUR], ids=["arranged by hand", "with codes"])
async def any_shop(shop: Shop, request: pytest.FixtureRequest) -> Shop:
    """The shop in each mode: without and with payment details."""
    shop.rules = shop_rules(topup_expires=request.param)
    shop.build()
    await shop.customers.register(CITRA, "Citra", "", "id")
    return shop


async def state_of(topup_shop: Shop, topup: TopUp) -> TopUp:
    found = await topup_shop.store.read(lambda tx: tx.topups.get(topup.topup_id))
    assert found is not None
    return found


# --- the request ---


async def test_the_amount_step_is_stored(shop: Shop) -> None:
    await shop.topups.ask_amount(ANNI, 77)
    (dialog,) = await shop.store.read(lambda tx: tx.dialogs.all(CONVERSATION))
    assert (dialog.customer_id, dialog.step, dialog.message_id) == (ANNI, Step.AMOUNT, 77)


async def test_a_top_up_request_reaches_every_admin_once(shop: Shop) -> None:
    await shop.topups.ask_amount(ANNI, 77)
    topup = await request_topup(shop)
    with pytest.raises(DuplicateError):
        await request_topup(shop)
    assert topup.state is TopUpState.PENDING
    delivered = await shop.deliveries()
    assert [(d.notice.chat_id, d.notice.kind, d.topup) for d in delivered] == [
        (ADMIN, NoticeKind.TOPUP_REQUESTED, topup),
        (SECOND_ADMIN, NoticeKind.TOPUP_REQUESTED, topup),
    ]
    assert await shop.store.read(lambda tx: tx.dialogs.all(CONVERSATION)) == []


async def test_without_payment_details_amounts_have_no_code(shop: Shop) -> None:
    topup = await request_topup(shop, "a")
    assert (topup.code, topup.total, topup.expires_at) == (0, 50_000, None)


# --- amounts ---


async def customers(topup_shop: Shop, count: int) -> list[CustomerId]:
    """Add `count` new customers."""
    found, now = [CustomerId(5_000 + number) for number in range(count)], topup_shop.clock.now()

    def add(tx: Transaction) -> None:
        for who in found:
            tx.customers.seen(who, "X", "", "id", now)

    await topup_shop.store.write(add)
    return found


async def request_from_new_customers(topup_shop: Shop, count: int) -> list[TopUp]:
    """Let `count` new customers request 50,000 each, a second apart, in one transaction."""
    crowd, now = await customers(topup_shop, count), topup_shop.clock.now()

    def request_all(tx: Transaction) -> list[TopUp]:
        return [
            open_topup(
                tx, topup_shop.rules, who, Rupiah(50_000), f"crowd {who}", now + number * SECOND
            )
            for number, who in enumerate(crowd)
        ]

    return await topup_shop.store.write(request_all)


def reserve(tx: Transaction, like: TopUp, codes: Sequence[int]) -> None:
    """Store a top-up of another customer with each of these codes, a second apart."""
    for number, code in enumerate(codes, 1):
        other = replace(like, customer_id=CustomerId(ADMIN), code=code, request_key=f"code {code}")
        tx.topups.add(replace(other, created_at=like.created_at + number * SECOND))


async def test_an_amount_is_refused_when_its_980_codes_are_taken(topup_shop: Shop) -> None:
    mine = await request_topup(topup_shop, "mine")
    free = set(CODES[::100]) - {mine.code}
    await topup_shop.store.write(reserve, mine, sorted({*CODES} - free - {mine.code}))
    given = await request_from_new_customers(topup_shop, len(free))
    assert {topup.code for topup in given} == free
    with pytest.raises(NoFreeAmountError):
        await request_topup(topup_shop, "one more", BUDI)
    assert (await request_topup(topup_shop, "near by", BUDI, 51_000)).code


@pytest.mark.parametrize("amount", [50_000, 50_025, 99_999])
async def test_neither_the_code_nor_the_total_is_a_multiple_of_50(
    topup_shop: Shop, amount: int
) -> None:
    """People round, and pay such amounts without a request."""
    for number in range(40):
        topup = await request_topup(topup_shop, f"k{number}", amount=amount)
        assert topup.code % 50
        assert topup.total % 50
        topup_shop.clock.at += 3 * HOUR


async def test_the_least_recently_used_code_is_given_next(topup_shop: Shop) -> None:
    """A late payment of the amount's last owner is the least likely then."""
    first = await request_topup(topup_shop, "first")
    later = [code for code in reversed(CODES) if code != first.code]
    await topup_shop.store.write(reserve, first, later)
    topup_shop.clock.at += timedelta(days=30)
    again = [(await request_topup(topup_shop, f"k{number}")).code for number in range(3)]
    assert again == [first.code, *later[:2]]
    assert (await request_topup(topup_shop, "other", BUDI)).code == later[2]


async def test_a_total_is_released_after_expiry_and_grace(topup_shop: Shop) -> None:
    first = await request_topup(topup_shop, "a")
    for passed, is_taken in ((HOUR + PAYMENT_GRACE, True), (SECOND, False)):
        topup_shop.clock.at += passed
        since = topup_shop.clock.now() - PAYMENT_GRACE
        await topup_shop.store.write(lambda tx, before=since: tx.topups.release_expired(before))  # type: ignore[misc]
        taken = await topup_shop.store.read(
            lambda tx, since=since: tx.topups.reserved_totals(first.total, first.total, since)  # type: ignore[misc]
        )
        assert (first.total in taken) is is_taken


@pytest.mark.parametrize("fate", ["cancelled", "replaced", "rejected", "approved", "run out"])
async def test_a_total_stays_reserved_whatever_becomes_of_its_top_up(
    topup_shop: Shop, fate: str
) -> None:
    """A late payment must not look like another customer's."""
    mine = await request_topup(topup_shop, "mine")
    await topup_shop.store.write(reserve, mine, [code for code in CODES if code != mine.code])
    if fate == "cancelled":
        await topup_shop.topups.cancel(ANNI, mine.topup_id)
    elif fate == "replaced":
        await request_topup(topup_shop, "instead", amount=90_000)
    elif fate in ("rejected", "approved"):
        await topup_shop.topups.decide(ADMIN, mine.topup_id, approve=fate == "approved")
    else:
        topup_shop.clock.at += HOUR
        assert await topup_shop.topups.expire() == 0
    with pytest.raises(NoFreeAmountError):
        await request_topup(topup_shop, "budi", BUDI)


# --- one at a time ---


async def test_a_new_top_up_cancels_and_replaces_the_open_one(any_shop: Shop) -> None:
    old = await request_topup(any_shop, "a")
    new = await request_topup(any_shop, "b", amount=75_000)
    assert [one.topup_id for one in await any_shop.topups.open_of(ANNI)] == [new.topup_id]
    gone = await state_of(any_shop, old)
    assert (gone.cancelled_at, gone.replaced_by) == (any_shop.clock.now(), new.topup_id)
    assert gone.is_reserved == old.is_reserved
    assert await any_shop.topups.replaced_by(ANNI, new.topup_id) == [gone]
    delivered = await any_shop.deliveries(ADMIN)
    assert [(one.notice.kind, one.topup) for one in delivered] == [
        (NoticeKind.TOPUP_REQUESTED, gone),
        (NoticeKind.TOPUP_NEWS, gone),
        (NoticeKind.TOPUP_REQUESTED, new),
    ]


async def test_a_replaced_top_up_keeps_its_message_id(topup_shop: Shop) -> None:
    topup = await request_topup(topup_shop, "a")
    await topup_shop.topups.record_payment_message(topup.topup_id, 77)
    new = await request_topup(topup_shop, "b")
    (old,) = await topup_shop.topups.replaced_by(ANNI, new.topup_id)
    assert old.message_id == 77
    with pytest.raises(NotFoundError):
        await topup_shop.topups.replaced_by(BUDI, new.topup_id)


async def test_expired_cancelled_and_other_customers_top_ups_are_not_replaced(
    any_shop: Shop,
) -> None:
    out = await request_topup(any_shop, "a")
    any_shop.clock.at += DAY
    cancelled = await request_topup(any_shop, "b")
    gone = await any_shop.topups.cancel(ANNI, cancelled.topup_id)
    others = await request_topup(any_shop, "c", BUDI, 60_000)
    new = await request_topup(any_shop, "d", amount=75_000)
    assert await any_shop.topups.replaced_by(ANNI, new.topup_id) == []
    assert (await state_of(any_shop, out)).cancelled_at is None
    assert await state_of(any_shop, cancelled) == gone
    assert (await state_of(any_shop, others)).cancelled_at is None


async def test_a_top_up_with_a_payment_proof_is_not_replaced(topup_shop: Shop) -> None:
    paid = await request_topup(topup_shop, "a")
    await topup_shop.topups.submit_proof(ANNI, PaymentProof("f"), "update:7")
    await request_topup(topup_shop, "b")
    assert (await state_of(topup_shop, paid)).cancelled_at is None


async def test_all_open_top_ups_of_an_older_version_are_replaced(topup_shop: Shop) -> None:
    """An older version allowed a customer three."""
    old = await request_topup(topup_shop, "a")
    more = await topup_shop.store.write(
        lambda tx: tx.topups.add(replace(old, code=old.code % 40 + 1, request_key="older"))
    )
    new = await request_topup(topup_shop, "b")
    replaced = await topup_shop.topups.replaced_by(ANNI, new.topup_id)
    assert {one.topup_id for one in replaced} == {old.topup_id, more.topup_id}


async def test_a_replayed_update_opens_and_cancels_nothing(any_shop: Shop) -> None:
    await request_topup(any_shop, "a")
    new = await request_topup(any_shop, "b")
    for key in ("a", "b"):
        with pytest.raises(DuplicateError):
            await request_topup(any_shop, key)
    assert await any_shop.topups.open_of(ANNI) == [new]


# --- limits ---


async def asked_until_refused(
    topup_shop: Shop, who: CustomerId, *, is_cancelled: bool = False
) -> int:
    """Request top-ups a second apart; return how many were opened."""
    for number in range(900):
        topup_shop.clock.at += SECOND
        try:
            topup = await request_topup(topup_shop, f"{who} {number}", who)
        except TooManyTopUpsError:
            return number
        if is_cancelled:
            await topup_shop.topups.cancel(who, topup.topup_id)
    return 900


@pytest.mark.parametrize("is_cancelled", [False, True])
@pytest.mark.parametrize(("who", "most"), [(CITRA, 3), (ANNI, 10)])
async def test_the_daily_number_of_top_ups_is_limited_in_every_mode(
    any_shop: Shop, who: CustomerId, most: int, is_cancelled: bool
) -> None:
    """Fewer for a customer who has never paid: each request is a message to the admins."""
    assert await asked_until_refused(any_shop, who, is_cancelled=is_cancelled) == most
    await any_shop.delivered_kinds()
    pending = await any_shop.store.read(lambda tx: tx.topups.pending_of(who))
    assert len(pending) == most


@pytest.mark.parametrize(
    ("who", "most"), [(CITRA, MAX_REQUESTS_A_DAY_UNPAID), (ANNI, MAX_REQUESTS_A_DAY)]
)
async def test_the_next_top_up_is_allowed_a_day_after_the_first(
    any_shop: Shop, who: CustomerId, most: int
) -> None:
    first_at = any_shop.clock.now()
    for number in range(most):
        await request_topup(any_shop, f"k{number}", who)
        any_shop.clock.at += timedelta(minutes=1)
    with pytest.raises(TooManyTopUpsError) as refused:
        await request_topup(any_shop, "more", who)
    assert (refused.value.most, refused.value.again_at) == (most, first_at + DAY)
    any_shop.clock.at = first_at + DAY - SECOND
    with pytest.raises(TooManyTopUpsError):
        await request_topup(any_shop, "more", who)
    any_shop.clock.at += SECOND
    if any_shop.rules.topup_expires is None or who == CITRA:
        assert (await request_topup(any_shop, "more", who)).state is TopUpState.PENDING


async def test_an_approved_top_up_raises_the_limit(any_shop: Shop) -> None:
    first = await request_topup(any_shop, "a", CITRA)
    await any_shop.topups.decide(ADMIN, first.topup_id, approve=True)
    assert await asked_until_refused(any_shop, CITRA) == MAX_REQUESTS_A_DAY


async def test_a_credit_by_an_admin_raises_the_limit(any_shop: Shop) -> None:
    await any_shop.credit(CITRA, 20_000)
    assert await asked_until_refused(any_shop, CITRA) == MAX_REQUESTS_A_DAY


async def test_rejected_top_ups_count_towards_the_limit(any_shop: Shop) -> None:
    for number in range(MAX_REQUESTS_A_DAY_UNPAID):
        topup = await request_topup(any_shop, f"k{number}", CITRA)
        await any_shop.topups.decide(SECOND_ADMIN, topup.topup_id, approve=False)
    with pytest.raises(TooManyTopUpsError):
        await request_topup(any_shop, "more", CITRA)


async def test_top_ups_dated_in_the_future_do_not_count_towards_the_limit(any_shop: Shop) -> None:
    """The clock was set back."""
    for number in range(MAX_REQUESTS_A_DAY_UNPAID):
        await request_topup(any_shop, f"k{number}", CITRA)
    any_shop.clock.at -= 2 * DAY
    assert (await request_topup(any_shop, "now", CITRA)).state is TopUpState.PENDING


async def test_one_customer_reserves_a_limited_number_of_totals(shop: Shop) -> None:
    """With a week to pay, daily requests must not use up an amount."""
    shop.rules = shop_rules(topup_expires=7 * DAY)
    shop.build()
    asked = []
    for number in range(MAX_RESERVED_TOTALS):
        asked.append(await request_topup(shop, f"k{number}"))
        shop.clock.at += timedelta(hours=3)
    assert asked[0].expires_at is not None
    shop.clock.at += DAY
    with pytest.raises(TooManyTopUpsError) as refused:
        await request_topup(shop, "more")
    assert refused.value.again_at == asked[0].expires_at + PAYMENT_GRACE
    assert (await request_topup(shop, "others", BUDI)).code
    shop.clock.at = refused.value.again_at + SECOND
    assert (await request_topup(shop, "more")).code


async def test_fifty_new_customers_cannot_use_up_an_amount(topup_shop: Shop) -> None:
    crowd = await customers(topup_shop, 50)
    for hour in range(26):
        for who in crowd:
            for number in range(4):
                try:
                    await request_topup(topup_shop, f"{who} {hour} {number}", who)
                except TooManyTopUpsError:
                    break
        assert (await request_topup(topup_shop, f"honest {hour}", BUDI)).code
        await topup_shop.topups.decide(
            ADMIN, (await topup_shop.topups.open_of(BUDI))[0].topup_id, approve=True
        )
        topup_shop.clock.at += HOUR
    taken = await topup_shop.store.read(
        lambda tx: tx.topups.reserved_totals(50_001, 50_999, topup_shop.clock.now() - PAYMENT_GRACE)
    )
    assert len(taken) < len(CODES) // 2
