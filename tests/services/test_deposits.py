"""Deposits: amounts that tell whose they are, pictures of transfers, and decisions made once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.domain.customer import Step, TopUp, TopUpId, TopUpState
from bot.domain.errors import (
    AlreadyDecidedError,
    DuplicateError,
    NotFoundError,
    NotPermittedError,
    TooManyDepositsError,
)
from bot.domain.money import Rupiah
from bot.domain.notice import NoticeKind
from bot.domain.order import CustomerId
from bot.services.deposits import CODES, GRACE, OPEN_AT_MOST, Verdict
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
    with pytest.raises(TooManyDepositsError):
        await ask(till, "one more", BUDI)


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


async def test_a_picture_goes_to_every_admin(till: Shop) -> None:
    """With the request that it is for, once an update; past its time too."""
    topup = await ask(till, "a")
    await till.told()
    till.clock.at += 3 * HOUR
    proved = await till.deposits.prove(ANNI, "file-1", "update:7")
    assert proved is not None
    assert (proved.topup_id, proved.proof) == (topup.topup_id, "file-1")
    await till.deposits.prove(ANNI, "file-1", "update:7")
    told = await till.deliveries()
    assert [(one.notice.chat_id, one.notice.kind) for one in told] == [
        (ADMIN, NoticeKind.TOPUP_PROOF),
        (SECOND_ADMIN, NoticeKind.TOPUP_PROOF),
    ]
    assert {one.notice.data["photo"] for one in told} == {"file-1"}
    assert told[0].topup == proved
    assert told[0].customer is not None


async def test_a_picture_without_a_deposit_is_a_case_too(till: Shop) -> None:
    """Paid twice, or for one that was decided: never lost; unless nobody wants such."""
    assert await till.deposits.prove(ANNI, "f", "update:8", stray=False) is None
    assert await till.told() == []
    assert await till.deposits.prove(ANNI, "f", "update:8") is None
    told = await till.deliveries(ADMIN)
    assert [one.notice.kind for one in told] == [NoticeKind.STRAY_PROOF]
    assert told[0].customer is not None
    assert told[0].customer.customer_id == ANNI


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
