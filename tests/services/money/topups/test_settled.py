"""What has become of a top-up is told on every message about it, once for each change."""

from datetime import timedelta

import pytest

from bot.domain.customer import CONVERSATION, Dialog, Step, TopUp, TopUpId, TopUpMessage
from bot.domain.notice import NoticeKind
from bot.domain.order import CustomerId
from bot.domain.topup import Proof, is_let_go
from bot.services.money.topups.decision import Verdict
from tests.services.money.topups.test_topups import ask
from tests.services.shop import ADMIN, ANNI, SECOND_ADMIN, Shop, shop_rules

HOUR = timedelta(hours=1)
NEWS = (NoticeKind.TOPUP_NEWS, NoticeKind.TOPUP_SETTLED)


@pytest.fixture
async def till(shop: Shop) -> Shop:
    """Return the shop with a way to pay money in, for an hour a top-up."""
    shop.rules = shop_rules(topup_expires=HOUR)
    shop.build()
    return shop


async def news(shop: Shop) -> list[tuple[int, NoticeKind, tuple[int, ...]]]:
    """Deliver what waits; return the edits: in which chat, of which kind and messages."""
    return [
        (one.notice.chat_id, one.notice.kind, one.message_ids)
        for one in await shop.deliveries()
        if one.notice.kind in NEWS
    ]


async def shown(shop: Shop, topup: TopUp, *message_ids: int) -> None:
    for message_id in message_ids:
        await shop.topups.shown(topup.topup_id, message_id)


async def test_a_decision_is_told_where_the_request_was_shown(till: Shop) -> None:
    """On the customer's messages, the newest first; who decided is named."""
    topup = await ask(till, "a")
    await shown(till, topup, 71, 72, 71)
    await till.told()
    await till.wallets.decide_topup(ADMIN, topup.topup_id, approve=True)
    told = [one for one in await till.deliveries(ANNI) if one.notice.kind in NEWS]
    assert [one.message_ids for one in told] == [(72, 71)]
    assert told[0].topup is not None
    assert told[0].topup.credited == topup.total


async def test_each_change_is_told_once(till: Shop) -> None:
    """Run out, then credited; a second decision changes nothing."""
    topup = await ask(till, "a")
    await shown(till, topup, 71)
    await till.told()
    till.clock.at += HOUR
    await till.topups.expire()
    assert await news(till) == [(ANNI, NoticeKind.TOPUP_SETTLED, (71,))]
    await till.topups.answer(ADMIN, topup.topup_id, Verdict(approve=False, reason="late"))
    assert await news(till) == [(ANNI, NoticeKind.TOPUP_SETTLED, (71,))]
    assert await till.topups.expire() is None
    assert await news(till) == []


async def test_a_message_that_comes_too_late_is_told_at_once(till: Shop) -> None:
    """It was on its way when the request was let go; one of no request is nobody's."""
    topup = await ask(till, "a")
    await till.topups.cancel(ANNI, topup.topup_id)
    await till.told()
    await shown(till, topup, 73)
    assert await news(till) == [(ANNI, NoticeKind.TOPUP_SETTLED, (73,))]
    await till.topups.shown(TopUpId(99), 74)
    assert await news(till) == []


async def test_the_questions_about_what_is_decided_end(till: Shop) -> None:
    """Those of other admins; a question about something else, or without a message, is no news."""
    mine, other = await ask(till, "a"), await ask(till, "b", CustomerId(SECOND_ADMIN))
    await till.told()
    await till.topups.ask(SECOND_ADMIN, mine.topup_id, for_amount=True, message_id=81)
    await till.topups.ask(ADMIN, other.topup_id, for_amount=False, message_id=82)
    await till.wallets.decide_topup(ADMIN, mine.topup_id, approve=True)
    assert await till.dialogs.of(CustomerId(SECOND_ADMIN)) is None
    assert await till.dialogs.of(CustomerId(ADMIN)) is not None
    assert await news(till) == [(SECOND_ADMIN, NoticeKind.TOPUP_NEWS, (81,))]
    data = {"topup_id": int(other.topup_id), "for_amount": 1}
    silent = Dialog(CustomerId(ADMIN), CONVERSATION, Step.DECISION, till.clock.now(), data=data)
    await till.store.write(lambda tx: tx.dialogs.put(silent))
    await till.wallets.decide_topup(SECOND_ADMIN, other.topup_id, approve=False)
    assert await till.dialogs.of(CustomerId(ADMIN)) is None
    assert await news(till) == []


async def test_which_messages_are_about_a_request(till: Shop) -> None:
    """Kept by chat, with what they are for, the newest of a chat first."""
    topup = await ask(till, "a")
    wanted = [TopUpMessage(5, 9, True), TopUpMessage(5, 2, False), TopUpMessage(7, 1, True)]
    for one in (*reversed(wanted), wanted[0]):
        await till.store.write(lambda tx, one=one: tx.topups.note_message(topup.topup_id, one))  # type: ignore[misc]
    assert await till.store.read(lambda tx: tx.topups.messages(topup.topup_id)) == wanted


async def test_a_request_is_let_go_until_its_picture_comes(till: Shop) -> None:
    """Then there is something to decide again."""
    topup = await ask(till, "a")
    assert not is_let_go(topup)
    await till.topups.cancel(ANNI, topup.topup_id)
    gone = await till.topups.one(ANNI, topup.topup_id)
    assert is_let_go(gone)
    await till.topups.prove(ANNI, Proof("f"), "update:7")
    assert not is_let_go(await till.topups.one(ANNI, topup.topup_id))
