"""Delivery of notices: in order per chat, at least once, with the state at delivery."""

import asyncio
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import count

import pytest

from bot.domain.customer import TelegramId
from bot.domain.errors import (
    RecipientUnreachableError,
    RefusalClass,
    RetryLaterError,
    StoreUnavailableError,
    SupplierRefusedError,
    UndeliverableError,
)
from bot.domain.notice import Alert, Notice, NoticeKind, NoticeState
from bot.domain.order import Order, OrderState
from bot.domain.shop_rules import ShopRules
from bot.ports.notifier import Delivery
from bot.ports.store import Transaction
from bot.services.notice_contents import contents_of
from bot.services.notices import enqueue
from bot.services.notices.deliver import AT_ONCE, MOST_AT_ONCE, Deliver
from tests.services.failing_store import FailingStore
from tests.services.fakes import FakeNotifier
from tests.services.shop import (
    ADMIN,
    ADMIN_CHAT,
    ANNI,
    ANNI_CHAT,
    BUDI_CHAT,
    SECOND_ADMIN_CHAT,
    Shop,
)

OTHER = "081299999999"
HELP = NoticeKind.HELP
CHAT_IDS = map(TelegramId, count(50_000))
"""Chats of persons who have not written before the test."""
CANCELLED = [NoticeKind.ORDER, NoticeKind.OUTCOME]
"""The notices about an order that was cancelled; the update of its queueing is left out."""


def for_everybody(rules: ShopRules, tx: Transaction, notice: Notice, now: datetime) -> Delivery:
    """Read a notice as if its reader had every right, which other tests are about."""
    return replace(contents_of(rules, tx, notice, now), is_permitted=True)


@pytest.fixture(autouse=True)
def everybody_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.services.shop.contents_of", for_everybody)


def _put(tx: Transaction, notice: Notice) -> None:
    tx.outbox.add(notice)


async def put(
    shop: Shop, key: str, chat_id: TelegramId = ANNI_CHAT, kind: NoticeKind = HELP
) -> None:
    """Store a notice without a subject."""
    await shop.store.write(_put, Notice(chat_id, kind, key, shop.clock.now()))


async def raise_alert(shop: Shop, alert: Alert) -> None:
    """Alert the admins."""
    await shop.store.write(enqueue.alert, shop.rules, alert, "", shop.clock.now())


async def state_of(shop: Shop, key: str) -> NoticeState:
    """Return the stored state of a notice."""
    notice = await shop.store.read(lambda tx: tx.outbox.get(key))
    assert notice is not None
    return notice.state


def delivered_keys(shop: Shop) -> list[str]:
    """Return the dedupe keys of the delivered notices, in order of delivery."""
    return [delivery.notice.dedupe_key for delivery in shop.notifier.delivered]


async def order_and_cancel(shop: Shop) -> Order:
    """Store two notices for Anni: of an order's cancelling, and of its outcome."""
    order = await shop.queue()
    await shop.buy.cancel(ANNI, order.order_id)
    return order


def with_failing_store(shop: Shop) -> FailingStore:
    """Rebuild the shop on a store whose writes can be refused."""
    torn = FailingStore(shop.store)
    shop.store = torn
    shop.build()
    return torn


class SlowNotifier(FakeNotifier):
    """A Telegram that hangs for every chat but the given ones, until `answers` is set."""

    def __init__(self, *quick: int) -> None:
        super().__init__()
        self.quick = quick
        self.answers = asyncio.Event()

    async def deliver(self, delivery: Delivery) -> int | None:
        if delivery.notice.chat_id not in self.quick:
            self.in_flight.add(delivery.notice.chat_id)
            try:
                await self.answers.wait()
            finally:
                self.in_flight.discard(delivery.notice.chat_id)
        return await super().deliver(delivery)


def with_slow_notifier(shop: Shop, *quick: int) -> tuple[SlowNotifier, asyncio.Event]:
    """Rebuild the shop on a hanging Telegram.

    The returned event is set whenever a delivery ends.
    """
    shop.notifier = notifier = SlowNotifier(*quick)
    shop.build()
    ended = asyncio.Event()
    shop.deliver.on_delivery_end(ended.set)
    return notifier, ended


async def step_until_delivered(shop: Shop, ended: asyncio.Event, count: int) -> None:
    """Step whenever a delivery has ended, as the worker does, until `count` were made."""
    async with asyncio.timeout(30):
        while len(shop.notifier.delivered) < count:
            ended.clear()
            await shop.deliver.step()
            if len(shop.notifier.delivered) < count:
                await ended.wait()


async def test_an_order_notice_shows_the_state_at_delivery(shop: Shop) -> None:
    """Otherwise "being checked" could follow "done"."""
    order = await shop.queue()
    await shop.send_next(shop.reply(order, status_word="success"))
    delivered = await shop.deliveries(ANNI_CHAT)
    assert {d.order.state for d in delivered if d.order} == {OrderState.SUCCEEDED}
    assert delivered[-1].notice.kind is NoticeKind.OUTCOME
    last = delivered[-1]
    assert last.reader == last.customer == await shop.person(ANNI)
    assert last.wallet == await shop.wallet()


async def test_the_message_id_of_an_order_is_stored_once(shop: Shop) -> None:
    token = await shop.token()
    order = await shop.buy.confirm(ANNI, token, None)
    await shop.delivered_kinds()
    told = await shop.get(order.order_id)
    assert told.message_id == 1_000 + order.order_id
    await shop.buy.cancel(ANNI, order.order_id)
    await shop.delivered_kinds()
    assert (await shop.get(order.order_id)).message_id == told.message_id


async def test_a_chat_gets_its_messages_in_order_beside_other_chats(shop: Shop) -> None:
    """The notifier asserts that a chat has one message in flight."""
    await order_and_cancel(shop)
    await put(shop, "budis", BUDI_CHAT)
    delivered = await shop.deliveries()
    ids = [d.notice.notice_id or 0 for d in delivered if d.notice.chat_id == ANNI_CHAT]
    assert ids == sorted(ids)
    assert len(ids) == 2
    assert [d.notice.chat_id for d in delivered].index(BUDI_CHAT) < 2


@pytest.mark.parametrize(
    ("failure", "pause"), [(RetryLaterError(20), 20), (ValueError("a bug"), 30)]
)
async def test_a_failure_delays_only_its_own_chat(
    shop: Shop, failure: Exception, pause: int
) -> None:
    await order_and_cancel(shop)
    await put(shop, "budis", BUDI_CHAT)
    shop.notifier.fails(ANNI_CHAT, failure)
    assert await shop.deliver.deliver() == pytest.approx(pause)
    assert delivered_keys(shop) == ["budis"]
    shop.clock.advance(pause - 1)
    assert await shop.deliver.deliver() == pytest.approx(1)
    shop.clock.advance(1)
    assert await shop.delivered_kinds(ANNI_CHAT) == CANCELLED


async def test_retries_back_off_to_five_minutes(shop: Shop) -> None:
    await shop.queue()
    shop.notifier.fails(ANNI_CHAT, *[RetryLaterError(0.5)] * 12)
    pauses = []
    for _ in range(12):
        pause = await shop.deliver.deliver()
        assert pause is not None
        pauses.append(round(pause))
        shop.clock.advance(pause)
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    assert await shop.delivered_kinds(ANNI_CHAT) == [NoticeKind.ORDER]


@pytest.mark.parametrize("is_start", [True, False])
async def test_a_chat_that_blocked_the_bot_gets_its_messages_after_the_next_update(
    shop: Shop, is_start: bool
) -> None:
    await order_and_cancel(shop)
    shop.notifier.fails(ANNI_CHAT, RecipientUnreachableError())
    assert await shop.deliver.deliver() is None
    customer = await shop.person(ANNI)
    assert customer is not None
    assert not customer.is_reachable
    assert await shop.delivered_kinds() == []
    arrival = await shop.customers.register(ANNI_CHAT, "User 1001", "", "id", is_start=is_start)
    assert arrival.customer.is_reachable
    assert await shop.delivered_kinds(ANNI_CHAT) == CANCELLED


async def test_an_undeliverable_message_is_alerted_and_the_chat_goes_on(shop: Shop) -> None:
    order = await order_and_cancel(shop)
    shop.notifier.fails(ANNI_CHAT, UndeliverableError())
    delivered = await shop.deliveries()
    assert await state_of(shop, f"order:{order.number}:1") is NoticeState.UNDELIVERABLE
    kinds = [d.notice.kind for d in delivered if d.notice.chat_id == ANNI_CHAT]
    assert kinds == [NoticeKind.OUTCOME]
    (alert,) = [d.notice for d in delivered if d.notice.chat_id == ADMIN_CHAT]
    assert alert.data["condition"] == Alert.UNDELIVERABLE


async def test_an_alert_waits_only_for_the_message_in_flight(shop: Shop) -> None:
    notifier, ended = with_slow_notifier(shop)
    for number in range(3):
        await put(shop, f"request {number}", ADMIN_CHAT)
    await shop.deliver.step()
    await asyncio.sleep(0)
    await raise_alert(shop, Alert.SUPPLIER_AWAY)
    notifier.answers.set()
    await step_until_delivered(shop, ended, 5)
    keys = [one.notice.dedupe_key for one in notifier.delivered if one.notice.chat_id == ADMIN_CHAT]
    assert [key.partition(":")[0] for key in keys] == [
        "request 0",
        "alert",
        "request 1",
        "request 2",
    ]


@pytest.mark.parametrize(
    "failures", [[UndeliverableError()], [ValueError("a bug")] * 5], ids=["refused", "five bugs"]
)
async def test_an_alert_that_is_given_up_raises_no_alert(
    shop: Shop, failures: list[Exception]
) -> None:
    await put(shop, "broken", ADMIN_CHAT, NoticeKind.ALERT)
    await put(shop, "next", ADMIN_CHAT)
    shop.notifier.fails(ADMIN_CHAT, *failures)
    for _ in failures[1:]:
        assert await shop.deliver.deliver() == pytest.approx(30)
        shop.clock.advance(30)
    assert await shop.delivered_kinds() == [HELP]
    assert await state_of(shop, "broken") is NoticeState.UNDELIVERABLE


async def test_an_alert_is_sent_at_most_every_15_minutes_per_condition(shop: Shop) -> None:
    shop.supplier.order_gap_seconds = 0
    for number in range(2):
        await shop.queue(number=f"0812000000{number:02}")
        await shop.send_next(SupplierRefusedError(RefusalClass.CREDENTIALS, "Salah"))
    delivered = await shop.deliveries(kind=NoticeKind.ALERT)
    assert [d.notice.chat_id for d in delivered] == [ADMIN_CHAT, SECOND_ADMIN_CHAT]
    assert delivered[0].order is not None
    assert delivered[0].customer == await shop.person(ANNI)
    await raise_alert(shop, Alert.MAINTENANCE)
    assert await shop.alerts() == [Alert.MAINTENANCE]
    shop.clock.advance(899)
    await raise_alert(shop, Alert.CREDENTIALS_REFUSED)
    assert await shop.alerts() == []
    shop.clock.advance(1)
    await raise_alert(shop, Alert.CREDENTIALS_REFUSED)
    assert await shop.alerts() == [Alert.CREDENTIALS_REFUSED]


async def test_an_alert_without_an_order_has_only_its_reader(shop: Shop) -> None:
    await raise_alert(shop, Alert.CATALOGUE_SHRUNK)
    (told,) = await shop.deliveries(ADMIN_CHAT)
    assert (told.order, told.customer, told.wallet) == (None, None, None)
    assert told.reader == await shop.person(ADMIN.customer_id)


@pytest.mark.parametrize(
    "kind", [NoticeKind.OUTCOME, NoticeKind.TOPUP_REJECTED, NoticeKind.WITHHELD]
)
async def test_a_notice_of_an_unknown_subject_is_delivered_without_it(
    shop: Shop, kind: NoticeKind
) -> None:
    notice = Notice(ANNI_CHAT, kind, "odd", shop.clock.now(), subject_id=999)
    await shop.store.write(_put, notice)
    (told,) = await shop.deliveries(ANNI_CHAT)
    assert (told.order, told.topup, told.withheld, told.customer) == (None, None, None, None)


async def test_the_time_until_a_voucher_is_in_the_chat_is_measured_once(shop: Shop) -> None:
    refused = SupplierRefusedError(RefusalClass.DESTINATION, "Nomor salah")
    await shop.queue(number="081200000009")
    await shop.send_next(refused)
    order = await shop.queue()
    await shop.send_next(shop.reply(order, status_word="success", voucher="1234"))
    shop.notifier.fails(ANNI_CHAT, RetryLaterError(30))
    await shop.deliver.deliver()
    shop.clock.advance(40)
    await shop.deliver.deliver()
    measured = shop.deliver.confirm_to_voucher
    assert measured.cumulative()[-1][1] == 1
    waited = shop.clock.now() - order.created_at
    assert measured.sum_seconds == waited.total_seconds() > 40


@pytest.mark.parametrize("refused", [1, 2, 6])
async def test_a_delivery_that_cannot_be_recorded_is_not_repeated(shop: Shop, refused: int) -> None:
    """While the database refuses writes, only the record is retried, not the message."""
    await shop.queue()
    await put(shop, "later")
    await put(shop, "budis", BUDI_CHAT)
    torn = with_failing_store(shop)
    torn.refuse_writes(refused)
    while torn.refused < refused:
        try:
            await shop.deliver.deliver()
        except StoreUnavailableError:
            continue
    assert await shop.deliver.deliver() is None
    assert len(delivered_keys(shop)) == len(set(delivered_keys(shop))) == 3
    assert await shop.store.read(lambda tx: tx.outbox.backlog()) == 0


async def test_no_new_message_is_sent_while_a_record_fails(shop: Shop) -> None:
    await put(shop, "first")
    torn = with_failing_store(shop)
    torn.refuse_writes(3)
    with pytest.raises(StoreUnavailableError):
        await shop.deliver.deliver()
    await torn.past.write(_put, Notice(BUDI_CHAT, HELP, "budis", shop.clock.now()))
    with pytest.raises(StoreUnavailableError):
        await shop.deliver.deliver()
    assert delivered_keys(shop) == ["first"]
    assert await shop.delivered_kinds(BUDI_CHAT) == [HELP]


async def test_after_a_restart_an_unrecorded_delivery_is_repeated(shop: Shop) -> None:
    """At least once: only the process knew of the delivery."""
    await shop.queue()
    torn = with_failing_store(shop)
    torn.refuse_writes(2)
    with pytest.raises(StoreUnavailableError):
        await shop.deliver.deliver()
    shop.build()
    assert await shop.delivered_kinds() == [NoticeKind.ORDER]


async def test_a_failed_read_before_a_delivery_does_not_give_it_up(shop: Shop) -> None:
    await put(shop, "first")
    torn = with_failing_store(shop)
    for _ in range(6):
        torn.refuse_read(after=0)
        with pytest.raises(StoreUnavailableError):
            await shop.deliver.deliver()
    assert await shop.delivered_kinds() == [HELP]


async def test_contents_that_cannot_be_read_delay_only_their_own_notice(shop: Shop) -> None:
    """The database may fail in the midst of a read for several notices."""
    read = partial(for_everybody, shop.rules)
    failures = [StoreUnavailableError("a bad page")] * 2

    def contents(tx: Transaction, notice: Notice, now: datetime) -> Delivery:
        if notice.chat_id == ANNI_CHAT and failures:
            raise failures.pop()
        return read(tx, notice, now)

    shop.deliver = Deliver(shop.store, shop.notifier, contents, shop.rules, shop.clock)
    await put(shop, "annis")
    await put(shop, "budis", BUDI_CHAT)
    assert await shop.deliver.deliver() == pytest.approx(1)
    assert delivered_keys(shop) == ["budis"]
    shop.clock.advance(1)
    assert await shop.delivered_kinds() == [HELP]


async def test_a_record_that_fails_by_a_bug_delays_only_its_chat(shop: Shop) -> None:
    await put(shop, "annis")
    torn = with_failing_store(shop)
    torn.refuse_writes(2, ValueError("a bug"))
    ended = asyncio.Event()
    shop.deliver.on_delivery_end(ended.set)
    await shop.deliver.step()
    await ended.wait()
    ended.clear()
    await torn.past.write(_put, Notice(BUDI_CHAT, HELP, "budis", shop.clock.now()))
    with pytest.raises(ValueError, match="a bug"):
        await shop.deliver.step()
    await ended.wait()
    assert delivered_keys(shop) == ["annis", "budis"]
    assert await shop.deliver.deliver() is None
    assert delivered_keys(shop) == ["annis", "budis"]
    assert await state_of(shop, "annis") is NoticeState.DELIVERED


async def test_a_hanging_chat_does_not_delay_other_chats(shop: Shop) -> None:
    notifier, ended = with_slow_notifier(shop, BUDI_CHAT)
    for key in ("annis first", "annis second"):
        await put(shop, key)
    for number in range(3):
        await put(shop, f"budis {number}", BUDI_CHAT)
        await step_until_delivered(shop, ended, number + 1)
    assert notifier.attempts == ["budis 0", "budis 1", "budis 2"]
    assert notifier.in_flight == {ANNI_CHAT}
    notifier.answers.set()
    await shop.deliver.deliver()
    assert notifier.attempts[3:] == ["annis first", "annis second"]


async def test_a_delivery_that_ends_during_the_read_is_followed_by_the_next_notice(
    shop: Shop,
) -> None:
    """The read left its chat out, and nothing is in flight that could be waited for."""
    store = with_failing_store(shop)
    notifier, ended = with_slow_notifier(shop)
    await put(shop, "first")
    await put(shop, "second")
    await shop.deliver.step()

    async def end_delivery() -> None:
        notifier.answers.set()
        await ended.wait()

    store.after_read = end_delivery
    assert await shop.deliver.deliver() is None
    assert notifier.attempts == ["first", "second"]


async def test_a_retry_is_due_while_another_chat_hangs(shop: Shop) -> None:
    notifier, ended = with_slow_notifier(shop, BUDI_CHAT)
    notifier.fails(BUDI_CHAT, RetryLaterError(7))
    await put(shop, "annis")
    await put(shop, "budis", BUDI_CHAT)
    await shop.deliver.step()
    await ended.wait()
    assert await shop.deliver.step() == pytest.approx(7)
    notifier.answers.set()
    assert await shop.deliver.deliver() == pytest.approx(7)


async def hanging(shop: Shop, notifier: SlowNotifier) -> int:
    """Step twice, and return how many deliveries hang."""
    for _ in range(2):
        assert await shop.deliver.step() is None
        await asyncio.sleep(0)
    return len(notifier.in_flight)


async def test_no_more_than_25_hang_at_once(shop: Shop) -> None:
    notifier, _ = with_slow_notifier(shop)
    for chat_id in range(30):
        await put(shop, f"a{chat_id}", TelegramId(chat_id + 1), NoticeKind.ALERT)
    assert await hanging(shop, notifier) == AT_ONCE == 25
    notifier.answers.set()
    await shop.deliver.deliver()
    assert len(notifier.delivered) == 30


async def test_a_voucher_starts_at_once_while_any_number_of_others_hang(shop: Shop) -> None:
    notifier, _ = with_slow_notifier(shop)
    kinds = (NoticeKind.REOPENED, NoticeKind.HELP, NoticeKind.ORDER, NoticeKind.OUTCOME)
    counts = []
    for kind in kinds:
        for _ in range(30):
            chat_id = next(CHAT_IDS)
            await shop.customers.register(chat_id, "Somebody", "", "id")
            await put(shop, f"{kind} {chat_id}", chat_id, kind)
        counts.append(await hanging(shop, notifier))
    assert counts == [12, 16, 20, 25]
    assert counts == [
        MOST_AT_ONCE[Notice(ANNI_CHAT, one, "", shop.clock.now()).urgency] for one in kinds
    ]
    notifier.answers.set()
    await shop.deliver.deliver()
    started = [delivery.notice.kind for delivery in notifier.delivered]
    assert started[25:50] == [NoticeKind.OUTCOME] * 25
    assert len(started) == 120


async def test_an_order_is_told_only_what_its_newest_notice_says(shop: Shop) -> None:
    """Confirmed, accepted and done before anything could be delivered: two messages."""
    order = await shop.queue()
    await shop.send_next(shop.reply(order))
    shop.supplier.shows(shop.row(order, status_word="success"))
    await shop.poll_for(60)
    assert await shop.delivered_kinds(ANNI_CHAT) == [NoticeKind.ORDER, NoticeKind.OUTCOME]


@pytest.mark.parametrize("failure", [None, RetryLaterError(9), UndeliverableError()])
async def test_a_notice_in_flight_is_followed_by_the_one_that_replaced_it(
    shop: Shop, failure: Exception | None
) -> None:
    """It may show the state before; the newer one waits behind it in the chat, and after a 429."""
    notifier, ended = with_slow_notifier(shop)
    if failure is not None:
        notifier.fails(ANNI_CHAT, failure)
    order = await shop.queue()
    await shop.deliver.step()
    await asyncio.sleep(0)
    assert notifier.in_flight == {ANNI_CHAT}
    await shop.send_next(shop.reply(order, status_word="success"))
    await shop.deliver.step()
    notifier.answers.set()
    await ended.wait()
    await shop.deliver.deliver()
    told = [one for one in notifier.delivered if one.notice.chat_id == ANNI_CHAT]
    if isinstance(failure, RetryLaterError):
        assert told == []
        shop.clock.advance(failure.seconds)
        await shop.deliver.deliver()
        told = [one for one in notifier.delivered if one.notice.chat_id == ANNI_CHAT]
    last = [(one.notice.kind, one.order.state) for one in told[-2:] if one.order]
    kinds = (NoticeKind.ORDER, NoticeKind.OUTCOME)
    assert last == [(kind, OrderState.SUCCEEDED) for kind in kinds]
    assert len(told) == (2 if failure else 3)
    assert await shop.store.read(lambda tx: tx.outbox.backlog()) == 0


async def test_a_replaced_notice_of_a_dead_process_is_not_missed(shop: Shop) -> None:
    with_slow_notifier(shop)
    order = await shop.queue()
    await shop.deliver.step()
    await shop.send_next(shop.reply(order, status_word="success"))
    with pytest.raises(TimeoutError):
        await shop.deliver.finish(0)
    shop.notifier = FakeNotifier()
    shop.build()
    assert await shop.delivered_kinds(ANNI_CHAT) == [NoticeKind.ORDER, NoticeKind.OUTCOME]


async def test_finish_cancels_a_hanging_delivery_after_its_timeout(shop: Shop) -> None:
    notifier, ended = with_slow_notifier(shop, BUDI_CHAT)
    await put(shop, "annis")
    await put(shop, "budis", BUDI_CHAT)
    await shop.deliver.step()
    await ended.wait()
    with pytest.raises(TimeoutError):
        await shop.deliver.finish(0.05)
    assert notifier.in_flight == set()
    assert notifier.attempts == ["budis"]
    assert await state_of(shop, "annis") is NoticeState.PENDING
    notifier.answers.set()
    await shop.deliver.finish(10)
    assert await state_of(shop, "annis") is NoticeState.DELIVERED


async def test_a_notice_is_given_up_after_five_failures_and_alerted(shop: Shop) -> None:
    """A `retry_after` between the failures is not counted."""
    await put(shop, "broken")
    await put(shop, "next")
    shop.notifier.fails(ANNI_CHAT, *[ValueError("a bug")] * 2, RetryLaterError(30))
    shop.notifier.fails(ANNI_CHAT, *[ValueError("a bug")] * 3)
    for _ in range(5):
        assert await shop.deliver.deliver() == pytest.approx(30)
        shop.clock.advance(30)
    assert await shop.alerts() == [Alert.UNDELIVERABLE]
    assert await state_of(shop, "broken") is NoticeState.UNDELIVERABLE
    assert await state_of(shop, "next") is NoticeState.DELIVERED
