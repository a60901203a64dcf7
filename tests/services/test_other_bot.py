"""Another bot on the same database forgets the messages that it cannot edit."""

from __future__ import annotations

from bot.domain.notice import NoticeKind
from bot.domain.order import OrderState
from bot.domain.topup import LOST_PROOF, PaymentProof, TopUpMessage
from bot.ports.store import Transaction
from bot.services.other_bot import forget_messages, replace_other_bot
from tests.services.money.topups.steps import approve, request_topup, send_picture
from tests.services.shop import (
    ADMIN,
    ADMIN_CHAT,
    ANNI,
    ANNI_CHAT,
    BUDI,
    BUDI_CHAT,
    SECOND_ADMIN_CHAT,
    SENDING_LIMIT,
    Shop,
)

ADMIN_CHATS = {ADMIN_CHAT, SECOND_ADMIN_CHAT}


async def test_open_work_has_no_messages_any_more(shop: Shop) -> None:
    parked = await shop.parked()
    topup = await request_topup(shop)
    await shop.topups.record_payment_message(ANNI_CHAT, topup.topup_id, 81)
    await shop.topups.record_question_message(ADMIN, topup.topup_id, 82)
    await shop.buy.choose(ANNI, shop.product("SM10"), 83)
    await shop.deliver.deliver()
    now = shop.clock.now()

    def announce(tx: Transaction) -> None:
        (notice, *_) = tx.outbox.about(NoticeKind.PARKED, parked.order_id)
        tx.outbox.set_message_id(notice, 84)

    await shop.store.write(announce)

    def shown(tx: Transaction) -> tuple[object, ...]:
        order, dialog = tx.orders.get(parked.order_id), tx.dialogs.get(ANNI)
        asked = tx.topups.get(topup.topup_id)
        assert order is not None
        assert dialog is not None
        assert asked is not None
        return (
            order.message_id,
            {
                one.data.get("message_id")
                for kind in (NoticeKind.PARKED, NoticeKind.TOPUP_REQUESTED)
                for subject in (parked.order_id, topup.topup_id)
                for one in tx.outbox.about(kind, subject)
            },
            asked.message_id,
            tx.topups.messages(topup.topup_id),
            dialog.message_id,
        )

    before = await shop.store.read(shown)
    assert None not in before
    assert before[1:] == (
        {84, None},
        81,
        [TopUpMessage(ANNI_CHAT, 81, True), TopUpMessage(ADMIN_CHAT, 82, False)],
        83,
    )
    await shop.store.write(forget_messages, now)
    assert await shop.store.read(shown) == (None, {None}, None, [], None)
    assert (await shop.get(parked.order_id)).state is OrderState.PARKED
    assert await shop.store.read(lambda tx: tx.audit.findings(now, SENDING_LIMIT)) == []
    await shop.store.write(forget_messages, now)


async def change_bot(shop: Shop) -> None:
    shop.clock.advance(60)
    await shop.store.write(replace_other_bot, shop.rules, shop.clock.now())


async def test_a_picture_that_only_the_other_bot_can_show_is_asked_for_again(shop: Shop) -> None:
    """Once, and the admins get the question in this bot's chat."""
    topup, unseen = [await request_topup(shop, key, who) for key, who in (("a", ANNI), ("b", BUDI))]
    await send_picture(shop)
    await shop.delivered_kinds()
    await change_bot(shop)
    delivered = await shop.deliveries()
    asked = {(one.notice.chat_id, one.notice.kind, one.notice.subject_id) for one in delivered}
    again = {
        (chat_id, NoticeKind.TOPUP_REQUESTED, one.topup_id)
        for chat_id in ADMIN_CHATS
        for one in (topup, unseen)
    }
    assert asked == again | {(ANNI_CHAT, NoticeKind.PROOF_LOST, topup.topup_id)}
    assert len(delivered) == len(asked)
    await shop.topups.submit_proof(ANNI, PaymentProof("new"), "update:8")
    delivered = await shop.deliveries(ADMIN_CHAT)
    assert [(one.notice.kind, dict(one.notice.data)) for one in delivered] == [
        (NoticeKind.TOPUP_PROOF, {"photo": "new"})
    ]
    assert (await approve(shop, topup)).proof == "new"


async def test_an_undelivered_picture_is_told_without_it(shop: Shop) -> None:
    """Telegram would refuse it, and an admin who waits for it gets one question and not two."""
    topup = await request_topup(shop)
    await approve(shop, await request_topup(shop, "b", BUDI))
    await shop.delivered_kinds()
    await send_picture(shop)
    await shop.topups.submit_proof(BUDI, PaymentProof("stray", is_file=True), "update:9")
    await change_bot(shop)
    delivered = await shop.deliveries()
    told = [(one.notice.chat_id, one.notice.kind, dict(one.notice.data)) for one in delivered]
    lost: dict[str, object] = {"is_lost": 1}
    assert sorted(told, key=str) == sorted(
        [
            *((one, NoticeKind.TOPUP_PROOF, lost) for one in ADMIN_CHATS),
            *((one, NoticeKind.STRAY_PROOF, lost) for one in ADMIN_CHATS),
            (ANNI_CHAT, NoticeKind.PROOF_LOST, {}),
            (BUDI_CHAT, NoticeKind.PROOF_LOST, {}),
        ],
        key=str,
    )
    assert {one.topup.proof for one in delivered if one.topup is not None} == {LOST_PROOF}
    assert (await shop.topups.get(ANNI, topup.topup_id)).proof == LOST_PROOF


async def test_a_picture_is_not_asked_for_after_the_decision(shop: Shop) -> None:
    topup = await request_topup(shop)
    await send_picture(shop)
    await shop.delivered_kinds()
    await change_bot(shop)
    await approve(shop, topup)
    assert NoticeKind.PROOF_LOST not in await shop.delivered_kinds(ANNI_CHAT)


async def test_a_picture_of_a_replayed_update_is_asked_for_again(shop: Shop) -> None:
    """It was sent to the other bot, which stored it and was stopped."""
    topup = await request_topup(shop)
    await shop.delivered_kinds()
    for _ in range(2):
        await shop.topups.submit_proof(ANNI, PaymentProof(LOST_PROOF), "update:-7")
    delivered = await shop.deliveries()
    assert [(one.notice.chat_id, one.notice.kind) for one in delivered] == [
        (ADMIN_CHAT, NoticeKind.TOPUP_PROOF),
        (SECOND_ADMIN_CHAT, NoticeKind.TOPUP_PROOF),
        (ANNI_CHAT, NoticeKind.PROOF_LOST),
    ]
    assert "photo" not in delivered[0].notice.data
    assert (await shop.topups.get(ANNI, topup.topup_id)).proof == LOST_PROOF
