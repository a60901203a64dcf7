"""Deposits: amounts that tell whose they are, pictures of transfers, and decisions made once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.domain.customer import Step, TopUp, TopUpId, TopUpState
from bot.domain.errors import (
    AlreadyDecidedError,
    NotFoundError,
    NotPermittedError,
    OtherTopUpError,
)
from bot.domain.money import Rupiah
from bot.domain.notice import NoticeKind
from bot.domain.order import CustomerId
from bot.domain.topup import GRACE, Proof
from bot.services.money.topups.decision import Verdict
from bot.services.money.unmet_purchase import unmet_purchase_of
from tests.services.shop import ADMIN, ANNI, BUDI, SECOND_ADMIN, Shop, shop_rules

HOUR = timedelta(hours=1)
OPENING = 100_000


@pytest.fixture
async def till(shop: Shop) -> Shop:
    """Return the shop with a way to pay money in, for an hour a deposit."""
    shop.rules = shop_rules(topup_expires=HOUR)
    shop.build()
    return shop


async def ask(till: Shop, key: str, who: CustomerId = ANNI, amount: int = 50_000) -> TopUp:
    return await till.wallets.request_topup(who, Rupiah(amount), key)


async def reserved(till: Shop, total: int) -> bool:
    """Tell whether nobody else would be given a total now."""
    since = till.clock.now() - GRACE
    return total in await till.store.read(lambda tx: tx.topups.reserved(total, total, since))


async def test_an_amount_tells_whose_it_is(till: Shop) -> None:
    """No two open deposits are of one total; the part on top is credited too."""
    mine, others = await ask(till, "a"), await ask(till, "b", BUDI)
    assert 1 <= mine.code <= 999
    assert mine.total == 50_000 + mine.code != others.total
    assert mine.expires_at == till.clock.now() + HOUR
    await till.wallets.decide_topup(ADMIN, mine.topup_id, approve=True)
    assert (await till.wallet(ANNI)).posted == OPENING + mine.total


async def test_without_a_way_to_pay_amounts_are_round(shop: Shop) -> None:
    """The shop arranges the payment by hand, as before."""
    topup = await ask(shop, "a")
    assert (topup.code, topup.total, topup.expires_at) == (0, 50_000, None)


async def test_another_amount_is_credited_as_it_arrived(till: Shop) -> None:
    """More or less than asked for."""
    topup = await ask(till, "a")
    asked = await till.topups.ask(ADMIN, topup.topup_id, for_amount=True, message_id=3)
    assert asked == topup
    dialog = await till.dialogs.of(CustomerId(ADMIN))
    assert dialog is not None
    assert (dialog.step, dialog.data["for_amount"]) == (Step.DECISION, 1)
    verdict = Verdict(approve=True, credited=Rupiah(7_500))
    decided = await till.topups.answer(ADMIN, topup.topup_id, verdict)
    assert (decided.state, decided.credited) == (TopUpState.APPROVED, 7_500)
    assert (await till.wallet(ANNI)).posted == OPENING + 7_500
    assert await till.dialogs.of(CustomerId(ADMIN)) is None


async def test_the_amount_of_another_request_is_credited_for_that_one_alone(till: Shop) -> None:
    """Else the same money would be credited twice, once for each."""
    older, newer = await ask(till, "a"), await ask(till, "b", amount=75_000)
    asked = await till.wallets.topup(ADMIN, newer.topup_id)
    assert [one.topup_id for one in asked.others] == [older.topup_id]
    verdict = Verdict(approve=True, credited=older.total)
    with pytest.raises(OtherTopUpError) as refused:
        await till.topups.answer(ADMIN, newer.topup_id, verdict)
    assert refused.value.topup_id == older.topup_id
    await till.wallets.decide_topup(ADMIN, older.topup_id, approve=True)
    assert (await till.wallet(ANNI)).posted == OPENING + older.total


async def test_a_request_out_of_reach_stands_in_nothings_way(till: Shop) -> None:
    """Nobody pays it any more."""
    older = await ask(till, "a")
    till.clock.at += HOUR + GRACE
    newer = await ask(till, "b", amount=75_000)
    assert (await till.wallets.topup(ADMIN, newer.topup_id)).others == []
    verdict = Verdict(approve=True, credited=older.total)
    await till.topups.answer(ADMIN, newer.topup_id, verdict)
    assert (await till.wallet(ANNI)).posted == OPENING + older.total


async def test_a_picture_goes_to_the_admins_with_the_other_requests(till: Shop) -> None:
    """The customer may have paid the older one."""
    older, _ = await ask(till, "a"), await ask(till, "b")
    await till.told()
    await till.topups.prove(ANNI, Proof("f"), "update:7")
    (shown,) = await till.deliveries(ADMIN)
    assert [one.topup_id for one in shown.others] == [older.topup_id]


async def test_a_rejection_says_why(till: Shop) -> None:
    """And credits nothing."""
    topup = await ask(till, "a")
    verdict = Verdict(approve=False, reason="belum masuk")
    decided = await till.topups.answer(ADMIN, topup.topup_id, verdict)
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
        till.topups.answer(SECOND_ADMIN, topup.topup_id, other),
        return_exceptions=True,
    )
    assert sum(isinstance(end, AlreadyDecidedError) for end in ends) == 2
    (won,) = (end for end in ends if isinstance(end, TopUp))
    assert (await till.wallet(ANNI)).posted == OPENING + (won.credited or 0)
    with pytest.raises(AlreadyDecidedError):
        await till.topups.ask(ADMIN, topup.topup_id, for_amount=False, message_id=None)


async def test_only_admins_decide_and_only_what_there_is(till: Shop) -> None:
    """A stranger's forged button does nothing."""
    topup, verdict = await ask(till, "a"), Verdict(approve=True)
    with pytest.raises(NotPermittedError):
        await till.topups.ask(ANNI, topup.topup_id, for_amount=True, message_id=None)
    with pytest.raises(NotPermittedError):
        await till.topups.answer(ANNI, topup.topup_id, verdict)
    with pytest.raises(NotFoundError):
        await till.topups.ask(ADMIN, TopUpId(99), for_amount=True, message_id=None)
    with pytest.raises(NotFoundError):
        await till.topups.answer(ADMIN, TopUpId(99), verdict)


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
    assert await till.store.read(unmet_purchase_of, ANNI) == ""


# --- let go, and run out ---


async def test_a_deposit_is_let_go_and_shown_no_more(till: Shop) -> None:
    """Its amount stays reserved through the grace."""
    asked = await ask(till, "a")
    gone = await till.topups.cancel(ANNI, asked.topup_id)
    assert gone.cancelled_at == till.clock.now()
    assert await till.topups.cancel(ANNI, asked.topup_id) == gone
    assert await till.topups.open_of(ANNI) == []
    assert (await ask(till, "more")).total != gone.total
    till.clock.at += HOUR + GRACE
    assert await reserved(till, gone.total)


async def test_money_for_a_deposit_that_was_let_go_is_credited(till: Shop) -> None:
    """A transfer that arrives all the same is an admin's to approve, once."""
    topup = await ask(till, "a")
    await till.topups.cancel(ANNI, topup.topup_id)
    decided = await till.wallets.decide_topup(ADMIN, topup.topup_id, approve=True)
    assert decided.credited == topup.total
    assert (await till.wallet(ANNI)).posted == OPENING + topup.total
    assert (await till.topups.cancel(ANNI, topup.topup_id)).state is TopUpState.APPROVED


async def test_letting_go_and_approving_at_once_credits_once(till: Shop) -> None:
    """Whoever is first, the money is there, and the books are right."""
    topup = await ask(till, "a")
    await asyncio.gather(
        till.topups.cancel(ANNI, topup.topup_id),
        till.wallets.decide_topup(ADMIN, topup.topup_id, approve=True),
    )
    assert (await till.wallet(ANNI)).posted == OPENING + topup.total


async def test_nobody_lets_go_of_anothers_deposit(till: Shop) -> None:
    """Nor of what there is not, nor sees it."""
    topup = await ask(till, "a")
    for who, topup_id in ((BUDI, topup.topup_id), (ANNI, TopUpId(99))):
        with pytest.raises(NotFoundError):
            await till.topups.cancel(who, topup_id)
        with pytest.raises(NotFoundError):
            await till.topups.one(who, topup_id)
    assert await till.topups.one(ANNI, topup.topup_id) == topup


async def test_a_deposit_with_a_picture_is_not_let_go(till: Shop) -> None:
    """An admin looks for that money."""
    topup = await ask(till, "a")
    await till.topups.prove(ANNI, Proof("f"), "update:7")
    assert (await till.topups.cancel(ANNI, topup.topup_id)).cancelled_at is None


async def test_a_plain_request_is_shown_for_a_day(shop: Shop) -> None:
    """It never runs out, and can be decided and let go, but nobody is reminded of it for ever."""
    first = await ask(shop, "a")
    assert await shop.topups.open_of(ANNI) == [first]
    assert await shop.topups.expire() is None
    await shop.topups.cancel(ANNI, first.topup_id)
    assert await shop.topups.open_of(ANNI) == []
    second = await ask(shop, "b")
    shop.clock.at += timedelta(days=1)
    assert await shop.topups.open_of(ANNI) == []
    await shop.wallets.decide_topup(ADMIN, second.topup_id, approve=True)
    assert (await shop.wallet(ANNI)).posted == OPENING + 50_000


async def test_what_is_waited_for_is_more_than_what_may_be_paid(till: Shop) -> None:
    """Money comes late, and a picture is looked at; what was let go is not waited for."""
    asked = await ask(till, "a")
    assert await till.topups.waiting_of(ANNI) == [asked]
    assert await till.topups.waiting_of(BUDI) == []
    till.clock.at += HOUR
    assert await till.topups.open_of(ANNI) == []
    assert await till.topups.waiting_of(ANNI) == [asked]
    till.clock.at += GRACE
    assert await till.topups.waiting_of(ANNI) == []
    gone = await ask(till, "b", BUDI)
    await till.topups.cancel(BUDI, gone.topup_id)
    assert await till.topups.waiting_of(BUDI) == []
    proven = await ask(till, "c", BUDI)
    await till.topups.prove(BUDI, Proof("f"), "update:7")
    assert [one.topup_id for one in await till.topups.waiting_of(BUDI)] == [proven.topup_id]


async def test_the_newest_request_is_told_for_a_day_after_it_was_decided(till: Shop) -> None:
    """Not before, and not where another one was asked for since."""
    assert await till.topups.decided_lately(ANNI) is None
    asked = await ask(till, "a")
    assert await till.topups.decided_lately(ANNI) is None
    decided = await till.wallets.decide_topup(ADMIN, asked.topup_id, approve=False)
    assert await till.topups.decided_lately(ANNI) == decided
    till.clock.at += GRACE + timedelta(seconds=1)
    assert await till.topups.decided_lately(ANNI) is None


async def test_a_deposit_that_runs_out_is_told_once(till: Shop) -> None:
    """To its customer alone; whoever has let theirs go, or sent a picture, is not told."""
    await ask(till, "replaced")
    proven = await ask(till, "proven")
    await till.topups.prove(ANNI, Proof("f"), "update:7")
    asked = [await ask(till, "let go", BUDI), proven, await ask(till, "open")]
    await till.topups.cancel(BUDI, asked[0].topup_id)
    await till.told()
    assert await till.topups.expire() == HOUR.total_seconds()
    till.clock.at += HOUR
    assert await till.topups.open_of(ANNI) == []
    assert await till.topups.expire() == 0
    assert await till.topups.expire() is None
    told = await till.deliveries()
    assert [(one.notice.chat_id, one.notice.kind) for one in told] == [
        (ANNI, NoticeKind.TOPUP_EXPIRED)
    ]
    assert told[0].topup is not None
    assert told[0].topup.topup_id == asked[2].topup_id
    assert told[0].topup.expired_at == till.clock.now()


async def test_what_ran_out_long_ago_is_told_to_nobody(till: Shop) -> None:
    """The bot was off for days: the news would only surprise."""
    await ask(till, "a")
    await till.told()
    till.clock.at += HOUR + GRACE
    assert await till.topups.expire() == 0
    assert await till.told() == []


async def test_a_deposit_that_ran_out_is_credited_all_the_same(till: Shop) -> None:
    """The money came late."""
    topup = await ask(till, "a")
    till.clock.at += HOUR
    await till.topups.expire()
    await till.wallets.decide_topup(ADMIN, topup.topup_id, approve=True)
    assert (await till.wallet(ANNI)).posted == OPENING + topup.total
