"""Messages about a top-up are edited once for each change of it."""

from bot.domain.customer import TelegramId
from bot.domain.dialog import CONVERSATION, Dialog, Step
from bot.domain.notice import NoticeKind
from bot.domain.topup import TopUp, TopUpId, TopUpMessage
from bot.ports.store import Transaction
from tests.services.money.topups.steps import HOUR, approve, reject, request_topup
from tests.services.shop import (
    ADMIN,
    ADMIN_CHAT,
    ANNI,
    ANNI_CHAT,
    BUDI_CHAT,
    SECOND_ADMIN,
    SECOND_ADMIN_CHAT,
    Shop,
)

NEWS = (NoticeKind.TOPUP_NEWS, NoticeKind.TOPUP_SETTLED)


async def edits(shop: Shop) -> list[tuple[TelegramId, NoticeKind, tuple[int, ...]]]:
    """Deliver pending notices; return the edits: chat, kind and message ids."""
    return [
        (one.notice.chat_id, one.notice.kind, one.message_ids)
        for one in await shop.deliveries()
        if one.notice.kind in NEWS
    ]


async def with_messages(shop: Shop, *message_ids: int) -> TopUp:
    """Request a top-up that was shown to its customer in these messages."""
    topup = await request_topup(shop, "a")
    for message_id in message_ids:
        await shop.topups.record_payment_message(ANNI_CHAT, topup.topup_id, message_id)
    await shop.delivered_kinds()
    return topup


async def test_a_decision_edits_the_customers_messages_newest_first(shop: Shop) -> None:
    topup = await with_messages(shop, 71, 72, 71)
    await approve(shop, topup)
    delivered = [one for one in await shop.deliveries(ANNI_CHAT) if one.notice.kind in NEWS]
    assert [one.message_ids for one in delivered] == [(72, 71)]
    assert delivered[0].topup is not None
    assert delivered[0].topup.credited == topup.total


async def test_each_change_edits_the_messages_once(shop: Shop) -> None:
    topup = await with_messages(shop, 71)
    shop.clock.at += HOUR
    await shop.topups.expire()
    assert await edits(shop) == [(ANNI_CHAT, NoticeKind.TOPUP_SETTLED, (71,))]
    await reject(shop, topup)
    assert await edits(shop) == [(ANNI_CHAT, NoticeKind.TOPUP_SETTLED, (71,))]
    assert await shop.topups.expire() is None
    assert await edits(shop) == []


async def test_a_message_recorded_after_the_cancelling_is_edited_at_once(shop: Shop) -> None:
    """It was being sent when the top-up was cancelled."""
    topup = await request_topup(shop, "a")
    await shop.topups.cancel(ANNI, topup.topup_id)
    await shop.delivered_kinds()
    await shop.topups.record_payment_message(ANNI_CHAT, topup.topup_id, 73)
    assert await edits(shop) == [(ANNI_CHAT, NoticeKind.TOPUP_SETTLED, (73,))]
    await shop.topups.record_payment_message(ANNI_CHAT, TopUpId(99), 74)
    assert await edits(shop) == []


async def test_a_decision_ends_the_other_admins_dialogs_about_it(shop: Shop) -> None:
    mine = await request_topup(shop, "a")
    other = await request_topup(shop, "b", SECOND_ADMIN.customer_id)
    await shop.delivered_kinds()
    await shop.topups.ask_for_decision(SECOND_ADMIN, mine.topup_id, for_amount=True, message_id=81)
    await shop.topups.ask_for_decision(ADMIN, other.topup_id, for_amount=False, message_id=82)
    await approve(shop, mine)
    assert await shop.dialogs.of(SECOND_ADMIN.customer_id) is None
    assert await shop.dialogs.of(ADMIN.customer_id) is not None
    assert await edits(shop) == [(SECOND_ADMIN_CHAT, NoticeKind.TOPUP_NEWS, (81,))]
    data = {"topup_id": int(other.topup_id), "for_amount": 1}
    silent = Dialog(ADMIN.customer_id, CONVERSATION, Step.DECISION, shop.clock.now(), data=data)
    await shop.store.write(lambda tx: tx.dialogs.put(silent))
    await reject(shop, other, SECOND_ADMIN)
    assert await shop.dialogs.of(ADMIN.customer_id) is None
    assert await edits(shop) == []


async def test_messages_of_a_top_up_are_stored_once_by_chat_newest_first(shop: Shop) -> None:
    topup = await request_topup(shop, "a")
    wanted = [
        TopUpMessage(ANNI_CHAT, 9, True),
        TopUpMessage(ANNI_CHAT, 2, False),
        TopUpMessage(BUDI_CHAT, 1, True),
    ]

    def add(tx: Transaction) -> list[TopUpMessage]:
        for one in (*reversed(wanted), wanted[0]):
            tx.topups.add_message(topup.topup_id, one)
        return list(tx.topups.messages(topup.topup_id))

    assert await shop.store.write(add) == wanted


async def test_an_admins_question_is_edited_when_its_top_up_is_decided(shop: Shop) -> None:
    """A question that was being sent when the decision was made is edited at once."""
    topup = await with_messages(shop)
    await shop.topups.record_question_message(SECOND_ADMIN, topup.topup_id, 81)
    assert await edits(shop) == []
    await reject(shop, topup)
    assert await edits(shop) == [(SECOND_ADMIN_CHAT, NoticeKind.TOPUP_NEWS, (81,))]
    await shop.topups.record_question_message(ADMIN, topup.topup_id, 82)
    assert await edits(shop) == [(ADMIN_CHAT, NoticeKind.TOPUP_NEWS, (82,))]


async def test_the_notice_that_asks_for_a_decision_is_recognised(shop: Shop) -> None:
    topup = await with_messages(shop)

    def record(tx: Transaction) -> None:
        for notice in tx.outbox.about(NoticeKind.TOPUP_REQUESTED, topup.topup_id):
            tx.outbox.set_message_id(notice, 71 if notice.chat_id == ADMIN_CHAT else 72)

    await shop.store.write(record)
    for chat_id, message_id in ((ADMIN_CHAT, 71), (SECOND_ADMIN_CHAT, 72)):
        assert await shop.topups.is_request_message(chat_id, topup.topup_id, message_id)
    for chat_id, message_id in ((BUDI_CHAT, 71), (ADMIN_CHAT, 72), (ADMIN_CHAT, 99)):
        assert not await shop.topups.is_request_message(chat_id, topup.topup_id, message_id)
