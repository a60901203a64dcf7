"""Messages about a top-up are edited once for each change of it."""

from bot.domain.dialog import CONVERSATION, Dialog, Step
from bot.domain.notice import NoticeKind
from bot.domain.order import CustomerId
from bot.domain.topup import PaymentProof, TopUp, TopUpId, TopUpMessage, is_cancelled_without_proof
from bot.ports.store import Transaction
from bot.services.money.topups.decision import TopUpDecision
from tests.services.money.topups.steps import HOUR, request_topup
from tests.services.shop import ADMIN, ANNI, BUDI, SECOND_ADMIN, Shop

NEWS = (NoticeKind.TOPUP_NEWS, NoticeKind.TOPUP_SETTLED)


async def edits(shop: Shop) -> list[tuple[int, NoticeKind, tuple[int, ...]]]:
    """Deliver pending notices; return the edits: chat, kind and message ids."""
    return [
        (one.notice.chat_id, one.notice.kind, one.message_ids)
        for one in await shop.deliveries()
        if one.notice.kind in NEWS
    ]


async def record_messages(shop: Shop, topup: TopUp, *message_ids: int) -> None:
    for message_id in message_ids:
        await shop.topups.record_payment_message(topup.topup_id, message_id)


async def test_a_decision_edits_the_customers_messages_newest_first(topup_shop: Shop) -> None:
    topup = await request_topup(topup_shop, "a")
    await record_messages(topup_shop, topup, 71, 72, 71)
    await topup_shop.delivered_kinds()
    await topup_shop.topups.decide(ADMIN, topup.topup_id, approve=True)
    delivered = [one for one in await topup_shop.deliveries(ANNI) if one.notice.kind in NEWS]
    assert [one.message_ids for one in delivered] == [(72, 71)]
    assert delivered[0].topup is not None
    assert delivered[0].topup.credited == topup.total


async def test_each_change_edits_the_messages_once(topup_shop: Shop) -> None:
    topup = await request_topup(topup_shop, "a")
    await record_messages(topup_shop, topup, 71)
    await topup_shop.delivered_kinds()
    topup_shop.clock.at += HOUR
    await topup_shop.topups.expire()
    assert await edits(topup_shop) == [(ANNI, NoticeKind.TOPUP_SETTLED, (71,))]
    await topup_shop.topups.decide_in_dialog(
        ADMIN, topup.topup_id, TopUpDecision(approve=False, reason="late")
    )
    assert await edits(topup_shop) == [(ANNI, NoticeKind.TOPUP_SETTLED, (71,))]
    assert await topup_shop.topups.expire() is None
    assert await edits(topup_shop) == []


async def test_a_message_recorded_after_the_cancelling_is_edited_at_once(topup_shop: Shop) -> None:
    """It was being sent when the top-up was cancelled."""
    topup = await request_topup(topup_shop, "a")
    await topup_shop.topups.cancel(ANNI, topup.topup_id)
    await topup_shop.delivered_kinds()
    await record_messages(topup_shop, topup, 73)
    assert await edits(topup_shop) == [(ANNI, NoticeKind.TOPUP_SETTLED, (73,))]
    await topup_shop.topups.record_payment_message(TopUpId(99), 74)
    assert await edits(topup_shop) == []


async def test_a_decision_ends_the_other_admins_dialogs_about_it(topup_shop: Shop) -> None:
    mine, other = (
        await request_topup(topup_shop, "a"),
        await request_topup(topup_shop, "b", CustomerId(SECOND_ADMIN)),
    )
    await topup_shop.delivered_kinds()
    await topup_shop.topups.ask_for_decision(
        SECOND_ADMIN, mine.topup_id, for_amount=True, message_id=81
    )
    await topup_shop.topups.ask_for_decision(ADMIN, other.topup_id, for_amount=False, message_id=82)
    await topup_shop.topups.decide(ADMIN, mine.topup_id, approve=True)
    assert await topup_shop.dialogs.of(CustomerId(SECOND_ADMIN)) is None
    assert await topup_shop.dialogs.of(CustomerId(ADMIN)) is not None
    assert await edits(topup_shop) == [(SECOND_ADMIN, NoticeKind.TOPUP_NEWS, (81,))]
    data = {"topup_id": int(other.topup_id), "for_amount": 1}
    silent = Dialog(
        CustomerId(ADMIN), CONVERSATION, Step.DECISION, topup_shop.clock.now(), data=data
    )
    await topup_shop.store.write(lambda tx: tx.dialogs.put(silent))
    await topup_shop.topups.decide(SECOND_ADMIN, other.topup_id, approve=False)
    assert await topup_shop.dialogs.of(CustomerId(ADMIN)) is None
    assert await edits(topup_shop) == []


async def test_messages_of_a_top_up_are_stored_once_by_chat_newest_first(topup_shop: Shop) -> None:
    topup = await request_topup(topup_shop, "a")
    wanted = [TopUpMessage(5, 9, True), TopUpMessage(5, 2, False), TopUpMessage(7, 1, True)]
    for one in (*reversed(wanted), wanted[0]):
        await topup_shop.store.write(
            lambda tx, one=one: tx.topups.add_message(topup.topup_id, one)  # type: ignore[misc]
        )
    assert await topup_shop.store.read(lambda tx: tx.topups.messages(topup.topup_id)) == wanted


async def test_a_payment_proof_reopens_a_cancelled_top_up(topup_shop: Shop) -> None:
    topup = await request_topup(topup_shop, "a")
    assert not is_cancelled_without_proof(topup)
    await topup_shop.topups.cancel(ANNI, topup.topup_id)
    gone = await topup_shop.topups.get(ANNI, topup.topup_id)
    assert is_cancelled_without_proof(gone)
    await topup_shop.topups.submit_proof(ANNI, PaymentProof("f"), "update:7")
    assert not is_cancelled_without_proof(await topup_shop.topups.get(ANNI, topup.topup_id))


async def test_an_admins_question_is_edited_when_its_top_up_is_decided(topup_shop: Shop) -> None:
    """A question that was being sent when the decision was made is edited at once."""
    topup = await request_topup(topup_shop, "a")
    await topup_shop.delivered_kinds()
    await topup_shop.topups.record_question_message(SECOND_ADMIN, topup.topup_id, 81)
    assert await edits(topup_shop) == []
    await topup_shop.topups.decide(ADMIN, topup.topup_id, approve=False)
    assert await edits(topup_shop) == [(SECOND_ADMIN, NoticeKind.TOPUP_NEWS, (81,))]
    await topup_shop.topups.record_question_message(ADMIN, topup.topup_id, 82)
    assert await edits(topup_shop) == [(ADMIN, NoticeKind.TOPUP_NEWS, (82,))]


async def test_the_notice_that_asks_for_a_decision_is_recognised(topup_shop: Shop) -> None:
    topup = await request_topup(topup_shop, "a")
    await topup_shop.delivered_kinds()

    def record(tx: Transaction) -> None:
        for notice in tx.outbox.about(NoticeKind.TOPUP_REQUESTED, topup.topup_id):
            tx.outbox.set_message_id(notice, 71 if notice.chat_id == ADMIN else 72)

    await topup_shop.store.write(record)
    for admin_id, message_id in ((ADMIN, 71), (SECOND_ADMIN, 72)):
        assert await topup_shop.topups.is_request_message(admin_id, topup.topup_id, message_id)
    for chat_id, message_id in ((BUDI, 71), (ADMIN, 72), (ADMIN, 99)):
        assert not await topup_shop.topups.is_request_message(chat_id, topup.topup_id, message_id)
