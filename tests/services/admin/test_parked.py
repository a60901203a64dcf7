"""An admin's decision about a parked order: attach a row, refund, or keep waiting."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from typing_extensions import override

from bot.domain.customer import Actor
from bot.domain.errors import (
    AlreadyDecidedError,
    AttachError,
    AttachFault,
    NotFoundError,
    NotPermittedError,
    OwnAffairError,
    RefundUncertainError,
    SupplierReadError,
)
from bot.domain.ledger import Phase
from bot.domain.notice import NoticeKind
from bot.domain.order import CustomerId, Order, OrderId, OrderState, ParkReason
from bot.domain.staff import Right, StaffMember
from bot.ports.notifier import Delivery
from tests.services.fakes import FakeNotifier
from tests.services.shop import (
    ADMIN,
    ADMIN_CHAT,
    ANNI,
    ANNI_CHAT,
    BUDI,
    NUMBER,
    PRICE,
    SECOND_ADMIN,
    SECOND_ADMIN_CHAT,
    Shop,
)

OTHER = "081299999999"


async def with_row(shop: Shop, status_word: str) -> Order:
    """Park an order as partial, then set its row to another status word."""
    order = await shop.accepted()
    shop.supplier.says("r1", "partial")
    shop.clock.advance(5)
    await shop.reconcile.poll()
    shop.supplier.says("r1", status_word)
    return await shop.get(order.order_id)


async def last_act(shop: Shop) -> tuple[CustomerId, str, str, str]:
    """Return the actor, action, subject and detail of the last recorded act of an admin."""
    (act, *_) = await shop.store.read(lambda tx: tx.admin_acts.latest(1))
    return act.actor_id, act.action, act.subject, act.detail


async def fault_of(act: Awaitable[Order]) -> AttachFault:
    """Return why a row cannot be attached."""
    with pytest.raises(AttachError) as caught:
        await act
    return caught.value.fault


async def candidates_named_by(refund: Awaitable[Order]) -> int:
    """Return how many candidate rows a refund that needs confirming names."""
    with pytest.raises(RefundUncertainError) as caught:
        await refund
    return caught.value.candidates


async def test_employees_do_not_settle_their_own_orders(shop: Shop) -> None:
    """Else goods that arrived could be refunded by whoever sold them over the counter."""
    parked, now = await shop.parked(), shop.clock.now()
    member = StaffMember(ANNI, Right.CASES, ADMIN.customer_id, now)
    await shop.store.write(lambda tx: tx.staff.put(member))
    with pytest.raises(OwnAffairError):
        await shop.insist_on_refund(Actor(ANNI, ANNI_CHAT), parked.order_id)
    assert (await shop.get(parked.order_id)).state is OrderState.PARKED


async def test_attaching_a_row_fetches_it_and_accepts_the_order(shop: Shop) -> None:
    parked = await shop.parked()
    shop.supplier.shows(shop.row(parked, "late1"))
    order = await shop.admin.attach(ADMIN, parked.order_id, "late1")
    assert (order.state, order.ref_id, order.park_reason) == (OrderState.ACCEPTED, "late1", None)
    assert shop.supplier.reads[-1] == "late1"
    assert await last_act(shop) == (ADMIN.customer_id, "attach", parked.number, "late1")


async def test_attaching_a_final_row_settles_the_order_at_once(shop: Shop) -> None:
    parked = await shop.parked()
    shop.supplier.shows(shop.row(parked, "late1", status_word="success", voucher="V1"))
    order = await shop.admin.attach(ADMIN, parked.order_id, "late1")
    assert (order.state, order.voucher) == (OrderState.SUCCEEDED, "V1")
    assert (await shop.wallet()).balance == 100_000 - PRICE


async def test_attaching_the_orders_own_row_again_fetches_it_again(shop: Shop) -> None:
    parked = await with_row(shop, "process")
    order = await shop.admin.attach(ADMIN, parked.order_id, "r1")
    assert (order.state, order.ref_id) == (OrderState.ACCEPTED, "r1")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"ref_id": "else"}, AttachFault.NO_SUCH_ROW),
        ({"service_code": "SM20"}, AttachFault.OTHER_TARGET),
        ({"destination": OTHER}, AttachFault.OTHER_TARGET),
    ],
)
async def test_a_row_of_another_service_or_destination_cannot_be_attached(
    shop: Shop, change: dict[str, str], fault: AttachFault
) -> None:
    """A typing error in the ref_id must not give one customer another's goods."""
    parked = await shop.parked()
    shop.supplier.shows(shop.row(parked, **{"ref_id": "late1", **change}))
    assert await fault_of(shop.admin.attach(ADMIN, parked.order_id, "late1")) is fault
    assert await shop.get(parked.order_id) == parked


async def test_a_row_claimed_by_another_order_cannot_be_attached(shop: Shop) -> None:
    await shop.accepted(ref_id="r1")
    lost = await shop.ambiguous(customer_id=BUDI)
    shop.supplier.skipped = 1
    await shop.look_for(600)
    shop.supplier.skipped = 0
    attach = shop.admin.attach(ADMIN, lost.order_id, "r1")
    assert await fault_of(attach) is AttachFault.CLAIMED


async def test_a_row_seen_before_the_send_cannot_be_attached(shop: Shop) -> None:
    other = await shop.ambiguous(OTHER)
    shop.supplier.shows(shop.row(other, "old1", destination=NUMBER))
    await shop.look_for(60)
    lost = await shop.ambiguous()
    shop.supplier.skipped = 1
    await shop.look_for(600)
    attach = shop.admin.attach(ADMIN, lost.order_id, "old1")
    assert await fault_of(attach) is AttachFault.OLDER_THAN_ORDER


async def test_without_the_suppliers_answer_nothing_is_attached(shop: Shop) -> None:
    parked = await shop.parked()
    shop.supplier.read_error = SupplierReadError("502")
    attach = shop.admin.attach(ADMIN, parked.order_id, "late1")
    assert await fault_of(attach) is AttachFault.NO_ANSWER


async def test_a_refund_voids_the_hold_and_notifies_the_customer(shop: Shop) -> None:
    parked = await shop.parked()
    await shop.delivered_kinds()
    order = await shop.admin.refund(ADMIN, parked.order_id)
    assert (order.state, order.next_check_at) == (OrderState.FAILED, None)
    assert shop.supplier.reads[-1] == "list reconcile"
    assert (await shop.wallet()).available == 100_000
    _, (void, *_) = await shop.wallets.statement(ANNI, 1)
    assert (void.phase, void.actor_id) == (Phase.VOID, ADMIN.customer_id)
    assert await shop.delivered_kinds(ANNI_CHAT) == [NoticeKind.ORDER, NoticeKind.OUTCOME]
    assert await last_act(shop) == (ADMIN.customer_id, "refund", parked.number, "")


async def test_a_refund_while_a_row_may_be_the_orders_needs_confirming(shop: Shop) -> None:
    """A row outside the time window raises the doubt as well."""
    parked = await shop.parked()
    shop.supplier.shows(
        shop.row(parked, created_at=(parked.sent_at or parked.created_at) + timedelta(hours=7))
    )
    assert await candidates_named_by(shop.admin.refund(ADMIN, parked.order_id)) == 1
    evidence = await shop.admin.order_evidence(ADMIN, parked.order_id)
    assert [row.ref_id for row in evidence.candidates] == ["r1"]
    assert (await shop.wallet()).held == PRICE
    order = await shop.insist_on_refund(ADMIN, parked.order_id)
    assert order.state is OrderState.FAILED
    assert await last_act(shop) == (ADMIN.customer_id, "refund", parked.number, "forced")


async def test_a_refund_without_the_suppliers_answer_needs_confirming(shop: Shop) -> None:
    parked = await shop.parked()
    shop.supplier.read_error = SupplierReadError("502")
    assert await candidates_named_by(shop.admin.refund(ADMIN, parked.order_id)) == 0
    assert (await shop.insist_on_refund(ADMIN, parked.order_id)).state is OrderState.FAILED


async def test_a_refund_of_an_order_whose_reply_named_a_row_needs_confirming(shop: Shop) -> None:
    """The success reply named another service, so the order was parked with its row."""
    order = await shop.queue()
    parked = await shop.send_next(shop.reply(order, "odd1", service_code="SM20"))
    assert await candidates_named_by(shop.admin.refund(ADMIN, parked.order_id)) == 1
    await shop.insist_on_refund(ADMIN, parked.order_id)
    assert (await shop.wallet()).available == 100_000


@pytest.mark.parametrize("word", ["partial", "process", "finished"])
async def test_a_refund_of_an_order_whose_own_row_is_not_final_needs_confirming(
    shop: Shop, word: str
) -> None:
    """The goods may still arrive, wholly or in part."""
    parked = await with_row(shop, word)
    assert await candidates_named_by(shop.admin.refund(ADMIN, parked.order_id)) == 1
    assert shop.supplier.reads[-1] == "r1"
    assert (await shop.insist_on_refund(ADMIN, parked.order_id)).state is OrderState.FAILED


@pytest.mark.parametrize(
    ("word", "state"), [("success", OrderState.SUCCEEDED), ("error", OrderState.FAILED)]
)
async def test_a_refund_of_an_order_whose_row_became_final_settles_it_by_the_row(
    shop: Shop, word: str, state: OrderState
) -> None:
    parked = await with_row(shop, word)
    order = await shop.insist_on_refund(ADMIN, parked.order_id)
    assert order.state is state
    assert await last_act(shop) == (
        ADMIN.customer_id,
        "refund",
        parked.number,
        "settled by its row",
    )


async def test_an_order_whose_row_is_missing_for_ten_minutes_can_be_refunded(shop: Shop) -> None:
    """The panel deletes rows that its upstream refused; a short absence proves nothing."""
    parked = await with_row(shop, "partial")
    shop.supplier.rows.clear()
    shop.clock.advance(599)
    with pytest.raises(RefundUncertainError):
        await shop.admin.refund(ADMIN, parked.order_id)
    shop.clock.advance(1)
    assert (await shop.admin.refund(ADMIN, parked.order_id)).state is OrderState.FAILED


async def test_a_panel_that_ignores_the_ref_id_does_not_prove_the_row_missing(shop: Shop) -> None:
    """It returns its newest rows; the order's row may be too old to be among them."""
    parked = await with_row(shop, "partial")
    other = shop.row(parked, "r9", destination=OTHER)
    shop.supplier.rows, shop.supplier.ignores_ref_id = [other], True
    assert await candidates_named_by(shop.admin.refund(ADMIN, parked.order_id)) == 0
    assert (await shop.insist_on_refund(ADMIN, parked.order_id)).state is OrderState.FAILED


async def test_keeping_waiting_postpones_the_next_announcement(shop: Shop) -> None:
    parked = await shop.parked()
    await shop.delivered_kinds()
    shop.clock.advance(3_000)
    kept = await shop.admin.keep_waiting(ADMIN, parked.order_id)
    assert (kept.state, kept.park_reason) == (OrderState.PARKED, ParkReason.UNKNOWN)
    shop.supplier.skipped = 1
    await shop.look_for(3_599)
    assert NoticeKind.PARKED not in await shop.delivered_kinds(ADMIN_CHAT)
    await shop.look_for(61)
    assert await shop.delivered_kinds(ADMIN_CHAT) == [NoticeKind.PARKED]


Decision = Callable[[Shop, Actor, OrderId], Awaitable[Order]]
DECISIONS: list[Decision] = [
    lambda shop, admin, order_id: shop.admin.attach(admin, order_id, "late1"),
    lambda shop, admin, order_id: shop.insist_on_refund(admin, order_id),
    lambda shop, admin, order_id: shop.admin.keep_waiting(admin, order_id),
    lambda shop, admin, order_id: shop.admin.count_delivered(admin, order_id),
]


@pytest.mark.parametrize("first", DECISIONS[:2])
@pytest.mark.parametrize("second", DECISIONS)
async def test_a_decided_order_cannot_be_decided_again(
    shop: Shop, first: Decision, second: Decision
) -> None:
    parked = await shop.parked()
    shop.supplier.shows(shop.row(parked, "late1"))
    decided = await first(shop, ADMIN, parked.order_id)
    with pytest.raises(AlreadyDecidedError) as caught:
        await second(shop, SECOND_ADMIN, parked.order_id)
    assert caught.value.state == decided.state


async def test_of_two_decisions_at_once_one_wins(shop: Shop) -> None:
    parked = await shop.parked()
    shop.supplier.shows(shop.row(parked, "late1"))
    results = await asyncio.gather(
        shop.insist_on_refund(ADMIN, parked.order_id),
        shop.admin.attach(SECOND_ADMIN, parked.order_id, "late1"),
        return_exceptions=True,
    )
    assert len([end for end in results if isinstance(end, Order)]) == 1
    assert len([end for end in results if isinstance(end, AlreadyDecidedError)]) == 1


@pytest.mark.parametrize("decide", DECISIONS)
async def test_only_an_admin_decides_and_only_existing_orders(shop: Shop, decide: Decision) -> None:
    parked = await shop.parked()
    with pytest.raises(NotPermittedError):
        await decide(shop, Actor(ANNI, ANNI_CHAT), parked.order_id)
    with pytest.raises(NotFoundError):
        await decide(shop, ADMIN, OrderId(99))


async def test_the_candidates_are_matching_unclaimed_rows(shop: Shop) -> None:
    parked = await shop.parked()
    await shop.accepted(OTHER, "other1")
    for ref_id in ("late1", "late2"):
        shop.supplier.shows(shop.row(parked, ref_id))
    await shop.look_for(60)
    found = (await shop.admin.order_evidence(ADMIN, parked.order_id)).candidates
    assert {row.ref_id for row in found} == {"late1", "late2"}
    queued = await shop.queue(number="081277777777")
    assert (await shop.admin.order_evidence(ADMIN, queued.order_id)).candidates == ()


class NumberingNotifier(FakeNotifier):
    """Gives every message the same id, as Telegram may in different chats."""

    @override
    async def deliver(self, delivery: Delivery) -> int | None:
        await super().deliver(delivery)
        return 71


async def test_later_updates_leave_the_message_on_which_an_admin_decided(shop: Shop) -> None:
    """It shows the result already; the announcement to the other admin is updated."""
    shop.notifier = NumberingNotifier()
    shop.build()
    parked = await shop.parked()
    await shop.delivered_kinds()
    shop.supplier.shows(shop.row(parked, "late1"))
    await shop.admin.attach(ADMIN, parked.order_id, "late1", 71)
    notices = await shop.store.read(lambda tx: tx.outbox.about(NoticeKind.PARKED, parked.order_id))
    shown = {notice.chat_id: notice.data.get("message_id") for notice in notices}
    assert shown == {ADMIN_CHAT: None, SECOND_ADMIN_CHAT: 71}
