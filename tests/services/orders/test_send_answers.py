"""After the order call: the effect of each kind of answer on the order and the money."""

import asyncio

import pytest

from bot.domain.errors import (
    RefusalClass,
    StoreUnavailableError,
    SupplierOutcomeUnknownError,
    SupplierRefusedError,
)
from bot.domain.ledger import REVENUE, SUPPLIER_COST, SUPPLIER_DEPOSIT
from bot.domain.money import Rupiah
from bot.domain.notice import NoticeKind
from bot.domain.order import OrderId, OrderState, ParkReason
from bot.services.orders import send
from tests.services.failing_store import FailingStore
from tests.services.fakes import HeldReply
from tests.services.shop import ADMIN_CHAT, ANNI_CHAT, BUDI, PRICE, Shop


async def test_a_success_claims_its_ref_id_and_keeps_the_hold(shop: Shop) -> None:
    """The echo may have the prefix of a repeated order and another spelling of the number."""
    queued = await shop.queue()
    order = await shop.send_next(shop.reply(queued, "abc1", destination="2.6281234567890"))
    assert (order.state, order.ref_id) == (OrderState.ACCEPTED, "abc1")
    assert order.accepted_at == shop.clock.now()
    assert (await shop.wallet()).held == PRICE
    by_ref = await shop.store.read(lambda tx: tx.orders.by_ref("U1", "abc1"))
    assert by_ref == order


async def test_a_final_success_settles_at_once(shop: Shop) -> None:
    order = await shop.queue()
    await shop.delivered_kinds()
    done = await shop.send_next(
        shop.reply(order, status_word="Sukses", voucher="1234-5678", note="SN 99. Sisa saldo 1")
    )
    assert (done.state, done.voucher) == (OrderState.SUCCEEDED, "1234-5678")
    assert done.note == "SN 99. Sisa saldo 1"
    assert done.ended_at == shop.clock.now()
    assert done.version == 2, "stored once as sending and once at its end"
    wallet = await shop.wallet()
    assert (wallet.posted, wallet.held) == (100_000 - PRICE, 0)
    assert await shop.posted(REVENUE) == PRICE
    assert await shop.posted(SUPPLIER_COST) == -10_200
    assert await shop.posted(SUPPLIER_DEPOSIT) == 10_200
    assert await shop.delivered_kinds(ANNI_CHAT) == [NoticeKind.ORDER, NoticeKind.OUTCOME]


async def test_a_reply_with_a_failed_status_voids_the_hold(shop: Shop) -> None:
    order = await shop.queue()
    failed = await shop.send_next(shop.reply(order, status_word="gagal", note="Nomor salah"))
    assert (failed.state, failed.note) == (OrderState.FAILED, "Nomor salah")
    assert (await shop.wallet()).available == 100_000


@pytest.mark.parametrize("cost", [Rupiah(11_000), Rupiah(10_000)])
async def test_another_cost_is_stored_and_alerted(shop: Shop, cost: Rupiah) -> None:
    order = await shop.queue()
    accepted = await shop.send_next(shop.reply(order, cost=cost))
    assert (accepted.state, accepted.supplier_cost) == (OrderState.ACCEPTED, cost)
    assert accepted.margin == PRICE - cost
    assert await shop.alerts() == ["cost_changed"]


@pytest.mark.parametrize("cost", [None, Rupiah(0)])
async def test_without_a_cost_in_the_reply_the_listed_one_is_booked(
    shop: Shop, cost: Rupiah | None
) -> None:
    order = await shop.queue()
    done = await shop.send_next(shop.reply(order, cost=cost, status_word="success"))
    assert done.supplier_cost is None
    assert await shop.posted(SUPPLIER_COST) == -10_200


@pytest.mark.parametrize(
    "foreign", [{"service_code": "SM20"}, {"destination": "081299999999"}, {"destination": ""}]
)
async def test_a_success_with_another_echo_is_parked_and_its_ref_id_not_claimed(
    shop: Shop, foreign: dict[str, str]
) -> None:
    order = await shop.queue()
    parked = await shop.send_next(shop.reply(order, "odd1", **foreign))
    assert (parked.state, parked.park_reason) == (OrderState.PARKED, ParkReason.FOREIGN_REPLY)
    assert (parked.ref_id, parked.suspect_ref_id) == (None, "odd1")
    assert (await shop.wallet()).held == PRICE
    assert NoticeKind.PARKED in await shop.delivered_kinds(ADMIN_CHAT)


async def test_a_success_with_a_claimed_ref_id_is_parked(shop: Shop) -> None:
    await shop.accepted(ref_id="r1")
    other = await shop.queue(BUDI, number="081299999999")
    parked = await shop.send_next(shop.reply(other, "r1"))
    assert (parked.park_reason, parked.suspect_ref_id) == (ParkReason.FOREIGN_REPLY, "r1")


@pytest.mark.parametrize(
    ("refusal", "alerts"),
    [
        (RefusalClass.CREDENTIALS, ["credentials_refused"]),
        (RefusalClass.MAINTENANCE, ["maintenance"]),
        (RefusalClass.OWN_DEPOSIT, ["own_deposit_low"]),
        (RefusalClass.PRODUCT, []),
        (RefusalClass.DESTINATION, []),
        (RefusalClass.REPEAT, []),
    ],
)
async def test_a_definite_refusal_voids_the_hold(
    shop: Shop, refusal: RefusalClass, alerts: list[str]
) -> None:
    await shop.queue()
    await shop.delivered_kinds()
    failed = await shop.send_next(SupplierRefusedError(refusal, "Maaf"))
    assert (failed.state, failed.refusal) == (OrderState.FAILED, refusal)
    assert failed.refusal_message == "Maaf"
    assert (await shop.wallet()).available == 100_000
    assert await shop.delivered_kinds(ANNI_CHAT) == [NoticeKind.ORDER, NoticeKind.OUTCOME]
    alerted = await shop.store.read(lambda tx: [c.name for c in tx.conditions.all()])
    stops = ["out_of_money:U1"] if refusal is RefusalClass.OWN_DEPOSIT else []
    assert alerted == [*(f"alert:{name}" for name in alerts), *stops]


async def test_a_throttled_order_returns_to_the_queue_without_a_notice(shop: Shop) -> None:
    order = await shop.queue()
    await shop.delivered_kinds()
    back = await shop.send_next(SupplierRefusedError(RefusalClass.THROTTLE, "Transaksi dibatasi"))
    assert (back.state, back.wait_reason) == (OrderState.QUEUED, None)
    assert (await shop.wallet()).held == PRICE
    assert await shop.delivered_kinds(ANNI_CHAT) == []
    shop.supplier.order_gap_seconds = 12
    shop.clock.advance(6)
    assert (await shop.wait()).seconds == 6
    again = await shop.send_next(shop.reply(order))
    assert (again.state, again.send_attempts) == (OrderState.ACCEPTED, 2)


async def test_a_throttled_order_is_sent_after_the_others(shop: Shop) -> None:
    first = await shop.queue()
    second = await shop.queue(BUDI, number="081299999999")
    await shop.send_next(SupplierRefusedError(RefusalClass.THROTTLE, "Transaksi dibatasi"))
    sent = await shop.send_next(shop.reply(second, "r2"))
    assert (sent.order_id, sent.state) == (second.order_id, OrderState.ACCEPTED)
    assert (await shop.get(first.order_id)).state is OrderState.QUEUED


async def test_an_unknown_refusal_is_ambiguous_and_alerted(shop: Shop) -> None:
    """The words "Something went wrong" may mean a timeout of the supplier's own upstream."""
    order = await shop.refused()
    assert (order.state, order.refusal) == (OrderState.AMBIGUOUS, RefusalClass.OTHER)
    assert order.refusal_message == "Something went wrong"
    assert (await shop.wallet()).held == PRICE
    (alert,) = await shop.deliveries(ADMIN_CHAT)
    assert alert.notice.data == {"condition": "unknown_refusal", "detail": "Something went wrong"}


QUEUED = "Layanan gangguan, pesanan masuk antrian"


async def test_the_words_of_an_unknown_outcome_are_stored_and_alerted(shop: Shop) -> None:
    await shop.queue()
    error = SupplierOutcomeUnknownError("HTTP status (503)", message=QUEUED, ref_id="odd1")
    order = await shop.send_next(error)
    assert (order.state, order.refusal) == (OrderState.AMBIGUOUS, None)
    assert (order.refusal_message, order.suspect_ref_id) == (QUEUED, "odd1")
    assert (await shop.wallet()).held == PRICE
    (alert,) = await shop.deliveries(ADMIN_CHAT)
    assert alert.notice.data == {"condition": "unclear_answer", "detail": QUEUED}


@pytest.mark.parametrize("message", [QUEUED, ""])
async def test_an_unknown_outcome_is_parked_and_never_failed_by_misses(
    shop: Shop, message: str
) -> None:
    await shop.accepted("081299999999", "r0")
    shop.supplier.shows(shop.row(await shop.get(OrderId(1)), "r0"))
    await shop.queue()
    order = await shop.send_next(SupplierOutcomeUnknownError("no answer", message=message))
    for seconds in (61, 61, 120, 300):
        await shop.look_for(seconds)
        assert (await shop.get(order.order_id)).state is OrderState.AMBIGUOUS
    await shop.look_for(120)
    assert await shop.outcome_of(order) == (OrderState.PARKED, ParkReason.PROBABLY_NOT_PLACED)
    assert (await shop.wallet()).held >= PRICE


@pytest.mark.parametrize(
    "failure", [SupplierOutcomeUnknownError("timed out"), ValueError("a bug after the bytes left")]
)
async def test_any_other_failure_is_ambiguous_and_never_sent_again(
    shop: Shop, failure: Exception
) -> None:
    await shop.queue()
    order = await shop.send_next(failure)
    assert (order.state, order.ambiguous_at) == (OrderState.AMBIGUOUS, shop.clock.now())
    assert (await shop.wallet()).held == PRICE
    shop.clock.advance(60)
    await shop.wait()
    assert len(shop.supplier.calls) == 1


async def test_a_call_cancelled_at_shutdown_is_ambiguous_at_the_next_start(shop: Shop) -> None:
    order = await shop.queue()
    held = HeldReply(shop.reply(order))
    shop.supplier.will(held)
    started = await shop.start()
    call = asyncio.create_task(shop.send.carry_out(started))
    await held.asked.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert (await shop.get(order.order_id)).state is OrderState.SENDING
    await shop.restart()
    assert (await shop.get(order.order_id)).state is OrderState.AMBIGUOUS


async def test_recording_an_answer_is_retried_until_the_database_accepts(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer exists only in this process."""
    monkeypatch.setattr(send, "RECORD_RETRIES_SECONDS", (0.0, 0.0))
    order = await shop.queue()
    started = await shop.start()
    shop.supplier.will(shop.reply(order))
    shop.store = torn = FailingStore(shop.store)
    shop.build()
    torn.refuse_writes(4)
    await shop.send.carry_out(started)
    assert torn.refused == 4
    assert (await shop.get(order.order_id)).state is OrderState.ACCEPTED
    assert len(shop.supplier.calls) == 1


async def test_nothing_is_sent_when_the_commit_of_sending_fails(shop: Shop) -> None:
    order = await shop.queue()
    shop.store = torn = FailingStore(shop.store)
    shop.build()
    torn.refuse_writes(1)
    with pytest.raises(StoreUnavailableError):
        await shop.send.start()
    assert shop.supplier.calls == []
    assert (await shop.get(order.order_id)).state is OrderState.QUEUED
