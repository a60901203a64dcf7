"""Deposits: amounts that tell whose they are, pictures of transfers, and decisions made once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.domain.customer import Step, TopUp, TopUpId, TopUpState
from bot.domain.deposit import GRACE, Proof
from bot.domain.errors import (
    AlreadyDecidedError,
    AmountsTakenError,
    DuplicateError,
    NotFoundError,
    NotPermittedError,
    OtherTopUpError,
    TooManyDepositsError,
)
from bot.domain.money import Rupiah
from bot.domain.notice import NoticeKind
from bot.domain.order import CustomerId
from bot.services.deposits import CODES, OPEN_AT_MOST, RESERVED_AT_MOST, Verdict
from bot.services.quote import WISH
from tests.services.shop import ADMIN, ANNI, BUDI, SECOND_ADMIN, Shop, shop_rules

HOUR = timedelta(hours=1)
OPENING = 100_000


@pytest.fixture
async def till(shop: Shop) -> Shop:
    """Return the shop with a way to pay money in, for an hour a deposit."""
    shop.rules = shop_rules(deposit_expires=HOUR)
    shop.build()
    return shop


async def ask(till: Shop, key: str, who: CustomerId = ANNI, amount: int = 50_000) -> TopUp:
    return await till.wallets.request_topup(who, Rupiah(amount), key)


async def test_an_amount_tells_whose_it_is(till: Shop) -> None:
    """No two open deposits are of one total; the part on top is credited too."""
    mine, others = await ask(till, "a"), await ask(till, "b", BUDI)
    assert 1 <= mine.code <= CODES
    assert mine.total == 50_000 + mine.code != others.total
    assert mine.expires_at == till.clock.now() + HOUR
    await till.wallets.decide_topup(ADMIN, mine.topup_id, approve=True)
    assert (await till.wallet(ANNI)).posted == OPENING + mine.total


async def test_a_code_that_is_taken_goes_to_nobody_else(till: Shop) -> None:
    """Every code of an amount can be given out, each once; then it is refused."""
    codes = set()
    for number in range(CODES):
        who = CustomerId(5_000 + number)
        await till.wallets.greet(who, "X", "", "id")
        codes.add((await ask(till, f"k{number}", who)).code)
    assert codes == set(range(1, CODES + 1))
    with pytest.raises(AmountsTakenError):
        await ask(till, "one more", BUDI)
    assert (await ask(till, "near by", BUDI, 51_000)).code


async def test_an_amount_is_free_again_after_its_time_and_grace(till: Shop) -> None:
    """Transfers come late: until then nobody else is asked for it."""
    first = await ask(till, "same key")
    till.clock.at += HOUR + GRACE
    reserved = await till.store.read(lambda tx: tx.topups.reserved(first.total, first.total))
    assert reserved == {first.total}
    till.clock.at += timedelta(seconds=1)
    await ask(till, "another", BUDI, 200_000)
    reserved = await till.store.read(lambda tx: tx.topups.reserved(first.total, first.total))
    assert reserved == frozenset()
    decided = await till.wallets.decide_topup(ADMIN, first.topup_id, approve=True)
    assert decided.credited == first.total


async def test_one_customer_keeps_only_some_open(till: Shop) -> None:
    """Those past their time do not count; a replayed update is only a duplicate."""
    for number in range(OPEN_AT_MOST):
        await ask(till, f"k{number}")
    with pytest.raises(TooManyDepositsError):
        await ask(till, "more")
    with pytest.raises(DuplicateError):
        await ask(till, "k0")
    till.clock.at += HOUR
    assert (await ask(till, "more")).code


async def test_without_a_way_to_pay_amounts_are_round(shop: Shop) -> None:
    """The shop arranges the payment by hand, as before."""
    topup = await ask(shop, "a")
    assert (topup.code, topup.total, topup.expires_at) == (0, 50_000, None)


async def test_another_amount_is_credited_as_it_arrived(till: Shop) -> None:
    """More or less than asked for."""
    topup = await ask(till, "a")
    asked = await till.deposits.ask(ADMIN, topup.topup_id, for_amount=True, message_id=3)
    assert asked == topup
    dialog = await till.buy.dialog(CustomerId(ADMIN))
    assert dialog is not None
    assert (dialog.step, dialog.data["for_amount"]) == (Step.DECISION, 1)
    verdict = Verdict(approve=True, credited=Rupiah(7_500))
    decided = await till.deposits.answer(ADMIN, topup.topup_id, verdict)
    assert (decided.state, decided.credited) == (TopUpState.APPROVED, 7_500)
    assert (await till.wallet(ANNI)).posted == OPENING + 7_500
    assert await till.buy.dialog(CustomerId(ADMIN)) is None


async def test_the_amount_of_another_request_is_credited_for_that_one_alone(till: Shop) -> None:
    """Else the same money would be credited twice, once for each."""
    older, newer = await ask(till, "a"), await ask(till, "b", amount=75_000)
    asked = await till.wallets.topup(ADMIN, newer.topup_id)
    assert asked.others == [older]
    verdict = Verdict(approve=True, credited=older.total)
    with pytest.raises(OtherTopUpError) as refused:
        await till.deposits.answer(ADMIN, newer.topup_id, verdict)
    assert refused.value.topup_id == older.topup_id
    await till.wallets.decide_topup(ADMIN, older.topup_id, approve=True)
    assert (await till.wallet(ANNI)).posted == OPENING + older.total
    await till.deposits.answer(ADMIN, newer.topup_id, verdict)
    assert (await till.wallet(ANNI)).posted == OPENING + 2 * older.total


async def test_a_request_out_of_reach_stands_in_nothings_way(till: Shop) -> None:
    """Nor does one of somebody else, nor one for the same round amount."""
    older, _ = await ask(till, "a"), await ask(till, "other", BUDI)
    till.clock.at += HOUR + GRACE
    newer = await ask(till, "b", amount=75_000)
    assert (await till.wallets.topup(ADMIN, newer.topup_id)).others == []
    verdict = Verdict(approve=True, credited=older.total)
    await till.deposits.answer(ADMIN, newer.topup_id, verdict)
    assert (await till.wallet(ANNI)).posted == OPENING + older.total


async def test_two_requests_for_the_same_round_amount_are_decided_each(shop: Shop) -> None:
    """Without codes they cannot be told apart."""
    first, _ = await ask(shop, "a"), await ask(shop, "b")
    verdict = Verdict(approve=True, credited=Rupiah(50_000))
    await shop.deposits.answer(ADMIN, first.topup_id, verdict)
    assert (await shop.wallet(ANNI)).posted == OPENING + 50_000


async def test_a_picture_goes_to_the_admins_with_the_other_requests(till: Shop) -> None:
    """The customer may have paid the older one."""
    older, _ = await ask(till, "a"), await ask(till, "b")
    await till.told()
    await till.deposits.prove(ANNI, Proof("f"), "update:7")
    (shown,) = await till.deliveries(ADMIN)
    assert shown.others == (older,)


async def test_a_rejection_says_why(till: Shop) -> None:
    """And credits nothing."""
    topup = await ask(till, "a")
    verdict = Verdict(approve=False, reason="belum masuk")
    decided = await till.deposits.answer(ADMIN, topup.topup_id, verdict)
    assert (decided.state, decided.reason, decided.credited) == (
        TopUpState.REJECTED,
        "belum masuk",
        None,
    )
    assert (await till.wallet(ANNI)).posted == OPENING


async def test_two_admins_at_once_credit_once(till: Shop) -> None:
    """Whoever is second reads that it is decided, whichever way they came."""
    topup = await ask(till, "a")
    other = Verdict(approve=True, credited=Rupiah(1_000_000))
    ends = await asyncio.gather(
        till.wallets.decide_topup(ADMIN, topup.topup_id, approve=True),
        till.wallets.decide_topup(SECOND_ADMIN, topup.topup_id, approve=True),
        till.deposits.answer(SECOND_ADMIN, topup.topup_id, other),
        return_exceptions=True,
    )
    assert sum(isinstance(end, AlreadyDecidedError) for end in ends) == 2
    (won,) = (end for end in ends if isinstance(end, TopUp))
    assert (await till.wallet(ANNI)).posted == OPENING + (won.credited or 0)
    with pytest.raises(AlreadyDecidedError):
        await till.deposits.ask(ADMIN, topup.topup_id, for_amount=False, message_id=None)


async def test_only_admins_decide_and_only_what_there_is(till: Shop) -> None:
    """A stranger's forged button does nothing."""
    topup, verdict = await ask(till, "a"), Verdict(approve=True)
    with pytest.raises(NotPermittedError):
        await till.deposits.ask(ANNI, topup.topup_id, for_amount=True, message_id=None)
    with pytest.raises(NotPermittedError):
        await till.deposits.answer(ANNI, topup.topup_id, verdict)
    with pytest.raises(NotFoundError):
        await till.deposits.ask(ADMIN, TopUpId(99), for_amount=True, message_id=None)
    with pytest.raises(NotFoundError):
        await till.deposits.answer(ADMIN, TopUpId(99), verdict)


async def test_what_money_was_lacking_for_is_offered_after_the_deposit(till: Shop) -> None:
    """By its token; unless a later quote had the money."""
    await till.credit(ANNI, -95_000)
    token = await till.token(code="SM20")
    topup = await ask(till, "a")
    await till.told()
    await till.wallets.decide_topup(ADMIN, topup.topup_id, approve=True)
    (told,) = await till.deliveries(ANNI)
    assert told.notice.data["wish"] == token
    await till.buy.requote(ANNI, token, None)
    assert await till.store.read(lambda tx: tx.facts.get(f"{WISH}{ANNI}")) == ""


# --- let go, and run out ---


async def test_a_deposit_is_let_go_and_shown_no_more(till: Shop) -> None:
    """Its amount stays reserved through the grace, and its place is free for another."""
    asked = [await ask(till, f"k{number}") for number in range(OPEN_AT_MOST)]
    gone = await till.deposits.cancel(ANNI, asked[0].topup_id)
    assert gone.cancelled_at == till.clock.now()
    assert await till.deposits.cancel(ANNI, asked[0].topup_id) == gone
    assert [one.topup_id for one in await till.deposits.open_of(ANNI)] == [3, 2]
    assert (await ask(till, "more")).total != gone.total
    till.clock.at += HOUR + GRACE
    reserved = await till.store.read(lambda tx: tx.topups.reserved(gone.total, gone.total))
    assert reserved == {gone.total}


async def test_money_for_a_deposit_that_was_let_go_is_credited(till: Shop) -> None:
    """A transfer that arrives all the same is an admin's to approve, once."""
    topup = await ask(till, "a")
    await till.deposits.cancel(ANNI, topup.topup_id)
    decided = await till.wallets.decide_topup(ADMIN, topup.topup_id, approve=True)
    assert decided.credited == topup.total
    assert (await till.wallet(ANNI)).posted == OPENING + topup.total
    assert (await till.deposits.cancel(ANNI, topup.topup_id)).state is TopUpState.APPROVED


async def test_letting_go_and_approving_at_once_credits_once(till: Shop) -> None:
    """Whoever is first, the money is there, and the books are right."""
    topup = await ask(till, "a")
    await asyncio.gather(
        till.deposits.cancel(ANNI, topup.topup_id),
        till.wallets.decide_topup(ADMIN, topup.topup_id, approve=True),
    )
    assert (await till.wallet(ANNI)).posted == OPENING + topup.total


async def test_nobody_lets_go_of_anothers_deposit(till: Shop) -> None:
    """Nor of what there is not, nor sees it."""
    topup = await ask(till, "a")
    for who, topup_id in ((BUDI, topup.topup_id), (ANNI, TopUpId(99))):
        with pytest.raises(NotFoundError):
            await till.deposits.cancel(who, topup_id)
        with pytest.raises(NotFoundError):
            await till.deposits.one(who, topup_id)
    assert await till.deposits.one(ANNI, topup.topup_id) == topup


async def test_a_deposit_with_a_picture_is_not_let_go(till: Shop) -> None:
    """An admin looks for that money."""
    topup = await ask(till, "a")
    await till.deposits.prove(ANNI, Proof("f"), "update:7")
    assert (await till.deposits.cancel(ANNI, topup.topup_id)).cancelled_at is None


async def test_one_customer_keeps_only_some_amounts_from_the_others(till: Shop) -> None:
    """Asking and letting go, again and again, cannot use up the codes of an amount."""
    for number in range(RESERVED_AT_MOST):
        topup = await ask(till, f"k{number}")
        await till.deposits.cancel(ANNI, topup.topup_id)
    with pytest.raises(TooManyDepositsError):
        await ask(till, "more")
    assert (await ask(till, "others", BUDI)).code
    till.clock.at += HOUR + GRACE + timedelta(seconds=1)
    assert (await ask(till, "more")).code


async def test_a_plain_request_is_shown_for_a_day(shop: Shop) -> None:
    """It never runs out, and can be decided and let go, but nobody is reminded of it for ever."""
    first = await ask(shop, "a")
    assert await shop.deposits.open_of(ANNI) == [first]
    assert await shop.deposits.expire() is None
    await shop.deposits.cancel(ANNI, first.topup_id)
    assert await shop.deposits.open_of(ANNI) == []
    second = await ask(shop, "b")
    shop.clock.at += timedelta(days=1)
    assert await shop.deposits.open_of(ANNI) == []
    await shop.wallets.decide_topup(ADMIN, second.topup_id, approve=True)
    assert (await shop.wallet(ANNI)).posted == OPENING + 50_000


async def test_a_deposit_that_runs_out_is_told_once(till: Shop) -> None:
    """To its customer alone; whoever has let theirs go, or sent a picture, is not told."""
    asked = [await ask(till, f"k{number}") for number in range(3)]
    await till.deposits.cancel(ANNI, asked[0].topup_id)
    await till.deposits.prove(ANNI, Proof("f"), "update:7")
    await till.told()
    assert await till.deposits.expire() == HOUR.total_seconds()
    till.clock.at += HOUR
    assert await till.deposits.open_of(ANNI) == []
    assert await till.deposits.expire() == 0
    assert await till.deposits.expire() is None
    told = await till.deliveries()
    assert [(one.notice.chat_id, one.notice.kind) for one in told] == [
        (ANNI, NoticeKind.TOPUP_EXPIRED)
    ]
    assert told[0].topup is not None
    assert told[0].topup.topup_id == asked[1].topup_id
    assert told[0].topup.expired_at == till.clock.now()


async def test_what_ran_out_long_ago_is_told_to_nobody(till: Shop) -> None:
    """The bot was off for days: the news would only surprise."""
    await ask(till, "a")
    await till.told()
    till.clock.at += HOUR + GRACE
    assert await till.deposits.expire() == 0
    assert await till.told() == []


async def test_a_deposit_that_ran_out_is_credited_all_the_same(till: Shop) -> None:
    """The money came late."""
    topup = await ask(till, "a")
    till.clock.at += HOUR
    await till.deposits.expire()
    await till.wallets.decide_topup(ADMIN, topup.topup_id, approve=True)
    assert (await till.wallet(ANNI)).posted == OPENING + topup.total
