"""Another bot on the same database forgets the messages that it cannot edit."""

from __future__ import annotations

from bot.domain.notice import NoticeKind
from bot.domain.order import OrderState
from bot.domain.topup import TopUpMessage
from bot.ports.store import Transaction
from bot.services.other_bot import forget_messages
from tests.services.money.topups.steps import request_topup
from tests.services.shop import ADMIN, ADMIN_CHAT, ANNI, ANNI_CHAT, SENDING_LIMIT, Shop


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
