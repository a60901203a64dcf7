"""Delivering notices: in order per chat, at least once, and with the state at delivery."""

import pytest

from bot.domain.errors import (
    RecipientUnreachableError,
    RefusalClass,
    RetryLaterError,
    StoreUnavailableError,
    SupplierRefusedError,
    UndeliverableError,
)
from bot.domain.ledger import wallet_of
from bot.domain.notice import Alert, Notice, NoticeKind, NoticeState
from bot.domain.order import OrderState
from bot.ports import Transaction
from bot.services import tell
from tests.services.shop import ADMIN, ANNI, BUDI, SECOND_ADMIN, Shop
from tests.services.torn_store import TornStore

OTHER = "081299999999"


def _put(tx: Transaction, notice: Notice) -> None:
    tx.outbox.add(notice)


async def test_with_nothing_to_say_there_is_nothing_to_do(shop: Shop) -> None:
    """The worker sleeps until something changes."""
    assert await shop.deliver.deliver() is None


async def test_an_order_is_told_with_its_state_at_delivery(shop: Shop) -> None:
    """So that "being checked" never follows "done"."""
    order = await shop.queue()
    await shop.send_next(shop.reply(order, status_word="success"))
    delivered = await shop.deliveries(ANNI)
    assert {d.order.state for d in delivered if d.order} == {OrderState.SUCCEEDED}
    assert delivered[-1].notice.kind is NoticeKind.OUTCOME
    last = delivered[-1]
    assert last.reader == last.customer == await shop.wallets.customer(ANNI)
    assert last.wallet == await shop.store.read(lambda tx: tx.ledger.account(wallet_of(ANNI)))


async def test_the_message_of_an_order_is_remembered(shop: Shop) -> None:
    """It is edited from then on."""
    token = await shop.token()
    order = await shop.buy.confirm(ANNI, token, None)
    await shop.told()
    told = await shop.get(order.order_id)
    assert told.message_id == 1_000 + order.order_id
    await shop.buy.cancel(ANNI, order.order_id)
    await shop.told()
    assert (await shop.get(order.order_id)).message_id == told.message_id


async def test_one_message_in_flight_for_a_chat_in_order(shop: Shop) -> None:
    """While other chats are served beside it; the notifier checks that none overlap."""
    order = await shop.queue()
    await shop.queue(BUDI, number=OTHER)
    await shop.buy.cancel(ANNI, order.order_id)
    delivered = await shop.deliveries()
    ids = [d.notice.notice_id or 0 for d in delivered if d.notice.chat_id == ANNI]
    assert ids == sorted(ids)
    assert len(ids) == 3
    assert [d.notice.chat_id for d in delivered].index(BUDI) < 2


async def test_a_message_that_has_to_wait_holds_up_its_chat_alone(shop: Shop) -> None:
    """Telegram's `retry_after` is obeyed, and nothing overtakes it."""
    order = await shop.queue()
    await shop.queue(BUDI, number=OTHER)
    await shop.buy.cancel(ANNI, order.order_id)
    shop.notifier.fails(ANNI, RetryLaterError(20))
    assert await shop.deliver.deliver() == pytest.approx(20)
    assert [d.notice.chat_id for d in shop.notifier.delivered] == [BUDI]
    shop.clock.advance(19)
    assert await shop.deliver.deliver() == pytest.approx(1)
    shop.clock.advance(1)
    assert await shop.told(ANNI) == [NoticeKind.ORDER, NoticeKind.ORDER, NoticeKind.OUTCOME]


async def test_a_message_is_tried_again_less_and_less_often(shop: Shop) -> None:
    """Up to five minutes apart."""
    await shop.queue()
    shop.notifier.fails(ANNI, *[RetryLaterError(0.5)] * 12)
    pauses = []
    for _ in range(12):
        pause = await shop.deliver.deliver()
        assert pause is not None
        pauses.append(round(pause))
        shop.clock.advance(pause)
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    assert await shop.told(ANNI) == [NoticeKind.ORDER]


async def test_a_bug_in_one_text_does_not_stop_everybodys_messages(shop: Shop) -> None:
    """It is tried again half a minute later."""
    await shop.queue()
    await shop.queue(BUDI, number=OTHER)
    shop.notifier.fails(ANNI, ValueError("a bug"))
    assert await shop.deliver.deliver() == pytest.approx(30)
    assert [d.notice.chat_id for d in shop.notifier.delivered] == [BUDI]


async def test_whoever_blocked_the_bot_is_told_at_the_next_start(shop: Shop) -> None:
    """Everything that waited, in order, and nothing is tried meanwhile."""
    order = await shop.queue()
    await shop.buy.cancel(ANNI, order.order_id)
    shop.notifier.fails(ANNI, RecipientUnreachableError())
    assert await shop.deliver.deliver() is None
    customer = await shop.wallets.customer(ANNI)
    assert customer is not None
    assert not customer.is_reachable
    assert await shop.told() == []
    await shop.wallets.greet(ANNI, customer.first_name, "", "id", is_start=True)
    assert await shop.told(ANNI) == [NoticeKind.ORDER, NoticeKind.ORDER, NoticeKind.OUTCOME]


async def test_any_message_of_theirs_shows_that_they_are_back(shop: Shop) -> None:
    """Also when the bot knows them well."""
    await shop.queue()
    shop.notifier.fails(ANNI, RecipientUnreachableError())
    await shop.deliver.deliver()
    customer = await shop.wallets.greet(ANNI, "User 1001", "", "id")
    assert customer.is_reachable
    assert await shop.told(ANNI) == [NoticeKind.ORDER]


async def test_what_telegram_refuses_for_good_is_told_the_admins(shop: Shop) -> None:
    """The chat goes on with the next."""
    order = await shop.queue()
    await shop.buy.cancel(ANNI, order.order_id)
    shop.notifier.fails(ANNI, UndeliverableError())
    delivered = await shop.deliveries()
    refused = await shop.store.read(lambda tx: tx.outbox.get(f"order:{order.number}:0"))
    assert refused is not None
    assert refused.state is NoticeState.UNDELIVERABLE
    assert [d.notice.kind for d in delivered if d.notice.chat_id == ANNI] == [
        NoticeKind.ORDER,
        NoticeKind.OUTCOME,
    ]
    (alert,) = [d.notice for d in delivered if d.notice.chat_id == ADMIN]
    assert alert.data["condition"] == Alert.UNDELIVERABLE


async def test_an_undeliverable_alert_raises_no_alert(shop: Shop) -> None:
    """That would never end."""
    await shop.store.write(
        lambda tx: tell.alert(tx, shop.rules, Alert.MAINTENANCE, "", shop.clock.now())
    )
    shop.notifier.fails(ADMIN, UndeliverableError())
    shop.notifier.fails(SECOND_ADMIN, UndeliverableError())
    assert await shop.told() == []
    assert await shop.deliver.deliver() is None


async def test_a_condition_is_told_at_most_every_15_minutes(shop: Shop) -> None:
    """Each by itself, and to every admin."""
    await shop.credit(ANNI, 100_000)
    await shop.told()
    for number in range(4):
        await shop.queue(number=f"0812000000{number:02}")
        await shop.send_next(SupplierRefusedError(RefusalClass.OWN_DEPOSIT, "Saldo kurang"))
    delivered = [d for d in await shop.deliveries() if d.notice.kind is NoticeKind.ALERT]
    assert [d.notice.chat_id for d in delivered] == [ADMIN, SECOND_ADMIN]
    assert delivered[0].order is not None
    assert delivered[0].customer == await shop.wallets.customer(ANNI)
    await shop.queue(number=OTHER)
    await shop.send_next(SupplierRefusedError(RefusalClass.MAINTENANCE, "Pemeliharaan"))
    assert await shop.alerts() == ["maintenance"]
    shop.clock.advance(900)
    await shop.queue(number="081277777777")
    await shop.send_next(SupplierRefusedError(RefusalClass.OWN_DEPOSIT, "Saldo kurang"))
    assert await shop.alerts() == ["own_deposit_low"]


async def test_an_alert_without_an_order_is_told_as_it_is(shop: Shop) -> None:
    """There is nothing to look up but its reader."""
    await shop.store.write(
        lambda tx: tell.alert(tx, shop.rules, Alert.CATALOGUE_SHRUNK, "9 -> 0", shop.clock.now())
    )
    (told,) = await shop.deliveries(ADMIN)
    assert (told.order, told.customer, told.wallet) == (None, None, None)
    assert told.reader == await shop.wallets.customer(told.reader.customer_id) if told.reader else 0


@pytest.mark.parametrize("kind", [NoticeKind.OUTCOME, NoticeKind.TOPUP_REJECTED])
async def test_a_notice_of_something_unknown_is_delivered_without_it(
    shop: Shop, kind: NoticeKind
) -> None:
    """The notifier says so; the queue is not stuck."""
    notice = Notice(ANNI, kind, "odd", shop.clock.now(), subject_id=999)
    await shop.store.write(lambda tx: tx.outbox.add(notice))
    (told,) = await shop.deliveries(ANNI)
    assert (told.order, told.topup, told.customer) == (None, None, None)


async def test_a_delivery_that_cannot_be_noted_is_made_again(shop: Shop) -> None:
    """At least once: the database was away for a moment; the others were waited for."""
    await shop.queue()
    await shop.queue(BUDI, number=OTHER)
    torn = TornStore(shop.store)
    shop.store = torn
    shop.build()
    torn.refuse_writes(1)
    with pytest.raises(StoreUnavailableError):
        await shop.deliver.deliver()
    assert len(shop.notifier.delivered) == 2
    assert shop.notifier.in_flight == set()
    assert len(await shop.told()) == 1


async def test_many_chats_are_served_in_turns(shop: Shop) -> None:
    """25 side by side, until all have theirs."""
    for chat_id in range(60):
        notice = Notice(chat_id + 1, NoticeKind.ALERT, f"a{chat_id}", shop.clock.now())
        await shop.store.write(_put, notice)
    assert len(await shop.told()) == 60
