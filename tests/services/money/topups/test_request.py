"""Opening a top-up: a unique amount, one at a time, and a limited number a day."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.customer import FIRST_CUSTOMER_ID, TelegramId
from bot.domain.dialog import CONVERSATION, Step
from bot.domain.errors import (
    DuplicateError,
    NoFreeAmountError,
    NotFoundError,
    TooManyTopUpsError,
    TopUpLimitError,
)
from bot.domain.money import Rupiah
from bot.domain.notice import NoticeKind
from bot.domain.order import CustomerId
from bot.domain.topup import PAYMENT_GRACE, TopUp, TopUpState
from bot.ports.store import Transaction
from bot.services.money.topups.request import (
    MAX_CODE,
    MAX_REQUESTS_A_DAY,
    MAX_REQUESTS_A_DAY_UNPAID,
    MAX_RESERVED_TOTALS,
    open_topup,
)
from tests.services.money.topups.steps import HOUR, approve, reject, request_topup, send_picture
from tests.services.shop import (
    ADMIN,
    ADMIN_CHAT,
    ANNI,
    ANNI_CHAT,
    BUDI,
    SECOND_ADMIN,
    SECOND_ADMIN_CHAT,
    Shop,
    shop_rules,
)

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
CITRA_CHAT = TelegramId(1003)
CITRA = CustomerId(FIRST_CUSTOMER_ID + 4)
"""A customer who has never paid anything in."""
CODES = [code for code in range(1, MAX_CODE + 1) if code % 50]
"""The 980 codes of a round amount: the total is no multiple of 50."""


@pytest.fixture(params=[None, HOUR], ids=["arranged by hand", "with codes"])
async def any_shop(plain_shop: Shop, request: pytest.FixtureRequest) -> Shop:
    """The shop in each mode: without and with payment details."""
    plain_shop.rules = shop_rules(topup_expires=request.param)
    plain_shop.build()
    await plain_shop.customers.register(CITRA_CHAT, "Citra", "", "id")
    return plain_shop


async def state_of(shop: Shop, topup: TopUp) -> TopUp:
    found = await shop.store.read(lambda tx: tx.topups.get(topup.topup_id))
    assert found is not None
    return found


# --- the request ---


async def test_the_amount_step_is_stored(plain_shop: Shop) -> None:
    await plain_shop.topups.ask_amount(ANNI, 77)
    (dialog,) = await plain_shop.store.read(lambda tx: tx.dialogs.all(CONVERSATION))
    assert (dialog.customer_id, dialog.step, dialog.message_id) == (ANNI, Step.AMOUNT, 77)


async def test_a_top_up_request_reaches_every_admin_once(plain_shop: Shop) -> None:
    await plain_shop.topups.ask_amount(ANNI, 77)
    topup = await request_topup(plain_shop)
    with pytest.raises(DuplicateError):
        await request_topup(plain_shop)
    assert (topup.state, topup.code, topup.expires_at) == (TopUpState.PENDING, 0, None)
    delivered = await plain_shop.deliveries()
    assert [(d.notice.chat_id, d.notice.kind, d.topup) for d in delivered] == [
        (ADMIN_CHAT, NoticeKind.TOPUP_REQUESTED, topup),
        (SECOND_ADMIN_CHAT, NoticeKind.TOPUP_REQUESTED, topup),
    ]
    assert await plain_shop.store.read(lambda tx: tx.dialogs.all(CONVERSATION)) == []


# --- amounts ---


async def customers(shop: Shop, count: int) -> list[CustomerId]:
    """Add `count` new customers."""
    now = shop.clock.now()

    def add(tx: Transaction) -> list[CustomerId]:
        return [tx.customers.add("X", now).customer_id for _ in range(count)]

    return await shop.store.write(add)


def reserve(tx: Transaction, like: TopUp, codes: Sequence[int]) -> None:
    """Store a top-up of another customer with each of these codes, a second apart."""
    for number, code in enumerate(codes, 1):
        other = replace(like, customer_id=ADMIN.customer_id, code=code, request_key=f"code {code}")
        tx.topups.add(replace(other, created_at=like.created_at + number * SECOND))


async def test_an_amount_is_refused_when_its_980_codes_are_taken(shop: Shop) -> None:
    mine = await request_topup(shop, "mine")
    free = set(CODES[::300]) - {mine.code}
    await shop.store.write(reserve, mine, sorted({*CODES} - free - {mine.code}))
    crowd = await customers(shop, len(free))
    assert {(await request_topup(shop, f"crowd {who}", who)).code for who in crowd} == free
    with pytest.raises(NoFreeAmountError):
        await request_topup(shop, "one more", BUDI)
    assert (await request_topup(shop, "near by", BUDI, 51_000)).code


@pytest.mark.parametrize("amount", [50_000, 50_025, 99_999])
async def test_neither_the_code_nor_the_total_is_a_multiple_of_50(shop: Shop, amount: int) -> None:
    """People round, and pay such amounts without a request."""
    for who in await customers(shop, 40):
        topup = await request_topup(shop, f"k{who}", who, amount)
        assert topup.code % 50
        assert topup.total % 50


async def test_the_least_recently_used_code_is_given_next(shop: Shop) -> None:
    """A late payment of the amount's last owner is the least likely then."""
    first = await request_topup(shop, "first")
    later = [code for code in reversed(CODES) if code != first.code]
    await shop.store.write(reserve, first, later)
    shop.clock.at += timedelta(days=30)
    again = [(await request_topup(shop, f"k{number}")).code for number in range(3)]
    assert again == [first.code, *later[:2]]
    assert (await request_topup(shop, "other", BUDI)).code == later[2]


@pytest.mark.parametrize("fate", ["cancelled", "replaced", "rejected", "approved", "run out"])
async def test_a_total_stays_reserved_whatever_becomes_of_its_top_up(shop: Shop, fate: str) -> None:
    """A late payment must not look like another customer's."""
    mine = await request_topup(shop, "mine")
    await shop.store.write(reserve, mine, [code for code in CODES if code != mine.code])
    if fate == "cancelled":
        await shop.topups.cancel(ANNI, mine.topup_id)
    elif fate == "replaced":
        await request_topup(shop, "instead", amount=90_000)
    elif fate in ("rejected", "approved"):
        await shop.topups.decide(ADMIN, mine.topup_id, approve=fate == "approved")
    else:
        shop.clock.at += HOUR
        assert await shop.topups.expire() == 0
    with pytest.raises(NoFreeAmountError):
        await request_topup(shop, "budi", BUDI)


# --- one at a time ---


async def test_a_new_top_up_cancels_and_replaces_the_open_one(any_shop: Shop) -> None:
    old = await request_topup(any_shop, "a")
    new = await request_topup(any_shop, "b", amount=75_000)
    assert [one.topup_id for one in await any_shop.topups.open_of(ANNI)] == [new.topup_id]
    gone = await state_of(any_shop, old)
    assert (gone.cancelled_at, gone.replaced_by) == (any_shop.clock.now(), new.topup_id)
    assert gone.is_reserved == old.is_reserved
    assert await any_shop.topups.replaced_by(ANNI, new.topup_id) == [gone]
    delivered = await any_shop.deliveries(ADMIN_CHAT)
    assert [(one.notice.kind, one.topup) for one in delivered] == [
        (NoticeKind.TOPUP_REQUESTED, gone),
        (NoticeKind.TOPUP_NEWS, gone),
        (NoticeKind.TOPUP_REQUESTED, new),
    ]


async def test_a_replaced_top_up_keeps_its_message_id(shop: Shop) -> None:
    topup = await request_topup(shop, "a")
    await shop.topups.record_payment_message(ANNI_CHAT, topup.topup_id, 77)
    new = await request_topup(shop, "b")
    (old,) = await shop.topups.replaced_by(ANNI, new.topup_id)
    assert old.message_id == 77
    with pytest.raises(NotFoundError):
        await shop.topups.replaced_by(BUDI, new.topup_id)


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


async def test_a_top_up_with_a_payment_proof_is_not_replaced(shop: Shop) -> None:
    paid = await request_topup(shop, "a")
    await send_picture(shop)
    await request_topup(shop, "b")
    assert (await state_of(shop, paid)).cancelled_at is None


async def test_all_open_top_ups_of_an_older_version_are_replaced(shop: Shop) -> None:
    """An older version allowed a customer three."""
    old = await request_topup(shop, "a")
    more = await shop.store.write(
        lambda tx: tx.topups.add(replace(old, code=old.code % 40 + 1, request_key="older"))
    )
    new = await request_topup(shop, "b")
    replaced = await shop.topups.replaced_by(ANNI, new.topup_id)
    assert {one.topup_id for one in replaced} == {old.topup_id, more.topup_id}


async def test_a_replayed_update_opens_and_cancels_nothing(any_shop: Shop) -> None:
    await request_topup(any_shop, "a")
    new = await request_topup(any_shop, "b")
    for key in ("a", "b"):
        with pytest.raises(DuplicateError):
            await request_topup(any_shop, key)
    assert await any_shop.topups.open_of(ANNI) == [new]


# --- limits ---


@pytest.mark.parametrize("fate", ["cancelled", "rejected"])
async def test_cancelled_and_rejected_top_ups_count_towards_the_limit(
    any_shop: Shop, fate: str
) -> None:
    for number in range(MAX_REQUESTS_A_DAY_UNPAID):
        topup = await request_topup(any_shop, f"k{number}", CITRA)
        if fate == "cancelled":
            await any_shop.topups.cancel(CITRA, topup.topup_id)
        else:
            await reject(any_shop, topup, SECOND_ADMIN)
    with pytest.raises(TooManyTopUpsError):
        await request_topup(any_shop, "more", CITRA)


@pytest.mark.parametrize(("who", "most"), [(CITRA, 3), (ANNI, 10)])
async def test_the_next_top_up_is_allowed_a_day_after_the_first(
    any_shop: Shop, who: CustomerId, most: int
) -> None:
    """Fewer for a customer who has never paid: each request is a message to the admins."""
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
    if any_shop.rules.first_settings.topup_expires is None or who == CITRA:
        await request_topup(any_shop, "more", who)


@pytest.mark.parametrize("is_topup", [True, False], ids=["top-up", "credit by an admin"])
async def test_the_first_credit_raises_the_limit(any_shop: Shop, is_topup: bool) -> None:
    if is_topup:
        await approve(any_shop, await request_topup(any_shop, "a", CITRA))
    else:
        await any_shop.credit(CITRA, 20_000)
    for number in range(MAX_REQUESTS_A_DAY):
        any_shop.clock.at += SECOND
        await request_topup(any_shop, f"k{number}", CITRA)
    with pytest.raises(TooManyTopUpsError):
        await request_topup(any_shop, "more", CITRA)


async def test_top_ups_dated_in_the_future_do_not_count_towards_the_limit(any_shop: Shop) -> None:
    """The clock was set back."""
    for number in range(MAX_REQUESTS_A_DAY_UNPAID):
        await request_topup(any_shop, f"k{number}", CITRA)
    any_shop.clock.at -= 2 * DAY
    await request_topup(any_shop, "now", CITRA)


async def test_one_customer_reserves_a_limited_number_of_totals(plain_shop: Shop) -> None:
    """With a week to pay, daily requests must not use up an amount."""
    plain_shop.rules = shop_rules(topup_expires=7 * DAY)
    plain_shop.build()
    asked = []
    for number in range(MAX_RESERVED_TOTALS):
        asked.append(await request_topup(plain_shop, f"k{number}"))
        plain_shop.clock.at += timedelta(hours=3)
    assert asked[0].expires_at is not None
    plain_shop.clock.at += DAY
    with pytest.raises(TooManyTopUpsError) as refused:
        await request_topup(plain_shop, "more")
    assert refused.value.again_at == asked[0].expires_at + PAYMENT_GRACE
    assert (await request_topup(plain_shop, "others", BUDI)).code
    plain_shop.clock.at = refused.value.again_at + SECOND
    assert (await request_topup(plain_shop, "more")).code


async def test_an_amount_outside_the_limits_is_refused(shop: Shop) -> None:
    """The limits are read in the transaction: an owner may have changed them meanwhile."""
    with pytest.raises(TopUpLimitError):
        await request_topup(shop, "below every shop's", amount=9_999)
    await shop.change_settings.change(ADMIN, "topup_min", 20_000)
    await shop.change_settings.change(ADMIN, "topup_max", 50_000)
    for key, amount in (("below", 19_999), ("above", 50_001)):
        with pytest.raises(TopUpLimitError) as refused:
            await request_topup(shop, key, amount=amount)
        assert (refused.value.least, refused.value.most) == (20_000, 50_000)
    assert await shop.store.read(lambda tx: tx.topups.awaiting_decision(shop.clock.now())) == []
    assert (await request_topup(shop, "largest", amount=50_000)).amount == 50_000


@pytest.mark.unmeasured
async def test_fifty_new_customers_cannot_use_up_an_amount(shop: Shop) -> None:
    crowd = await customers(shop, 50)

    def request_while_allowed(tx: Transaction, hour: int) -> None:
        for who in crowd:
            with suppress(TooManyTopUpsError):
                for number in range(MAX_REQUESTS_A_DAY_UNPAID + 1):
                    key = f"{who} {hour} {number}"
                    open_topup(tx, shop.rules, who, Rupiah(50_000), key, shop.clock.now())

    for hour in (0, 1, 23, 24, 25):
        shop.clock.at = shop.opened_at + hour * HOUR
        await shop.store.write(request_while_allowed, hour)
        await approve(shop, await request_topup(shop, f"honest {hour}", BUDI))
    since = shop.clock.now() - PAYMENT_GRACE
    taken = await shop.store.read(lambda tx: tx.topups.reserved_totals(50_001, 50_999, since))
    assert len(taken) < len(CODES) // 2
