"""The supplier's rows compared with our orders: differences are alerted once, no money moves."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.customer import Actor
from bot.domain.errors import NotPermittedError, SupplierReadError
from bot.domain.ledger import SUPPLIER_DEPOSIT, SUSPENSE
from bot.domain.money import Rupiah
from bot.domain.notice import NoticeKind
from bot.domain.order import Order, OrderState
from bot.domain.supplier_comparison import FindingKind
from bot.domain.supplier_row import SupplierRow
from bot.services.orders.supplier_comparison import LINES, ComparisonReport
from tests.services.shop import (
    ADMIN,
    ADMIN_CHAT,
    ANNI,
    ANNI_CHAT,
    NOON,
    SECOND_ADMIN_CHAT,
    Shop,
)

FOREIGN = "081299999999"
FOREIGN_ROW = SupplierRow("x1", "SM10", FOREIGN, Rupiah(10_200), "success", "", "", NOON)


async def sold(shop: Shop, ref_id: str = "r1", **of_order: str) -> Order:
    """Make an order whose row says success."""
    order = await shop.accepted(ref_id=ref_id, **of_order)
    shop.supplier.says(ref_id, "success", voucher="SN1")
    await shop.poll_for(30)
    order = await shop.get(order.order_id)
    assert order.state is OrderState.SUCCEEDED
    await shop.delivered_kinds()
    return order


async def compare(shop: Shop, after_seconds: float = 600) -> ComparisonReport:
    """Advance the clock, run the worker's step, and return an admin's comparison."""
    shop.clock.advance(after_seconds)
    await shop.recon.step()
    return await shop.recon.compare(ADMIN)


def foreign_row(shop: Shop, ref_id: str = "x1") -> None:
    """List a row of a purchase that the bot did not make."""
    shop.supplier.shows(replace(FOREIGN_ROW, ref_id=ref_id))


def kinds(report: ComparisonReport) -> list[tuple[FindingKind, str]]:
    return [(finding.kind, finding.ref_id) for finding in report.findings]


async def test_rows_that_agree_are_counted_without_findings(shop: Shop) -> None:
    """Also a row of nobody's whose purchase failed. Unreadable rows are counted, too."""
    await sold(shop)
    shop.supplier.shows(replace(FOREIGN_ROW, status_word="gagal"))
    shop.supplier.skipped = 2
    report = await compare(shop)
    assert (report.rows, report.skipped, report.in_doubt, report.findings) == (2, 2, 0, [])
    assert await shop.alerts() == []


async def test_an_unclaimed_row_is_alerted_once_and_stays_an_open_finding(shop: Shop) -> None:
    foreign_row(shop)
    for _ in range(3):
        report = await compare(shop)
        assert kinds(report) == [(FindingKind.UNCLAIMED, "x1")]
        assert report.count(FindingKind.UNCLAIMED) == 1
    overview = await shop.admin.overview(ADMIN)
    assert [finding.ref_id for finding in overview.findings] == ["x1"]
    delivered = await shop.deliveries()
    alerts = [delivery for delivery in delivered if delivery.notice.kind is NoticeKind.ALERT]
    assert sorted(alert.notice.chat_id for alert in alerts) == [ADMIN_CHAT, SECOND_ADMIN_CHAT]
    detail = f"x1: SM10 {FOREIGN} 10200 success"
    expected = {"condition": "unclaimed_rows", "detail": detail}
    assert all(alert.notice.data == expected for alert in alerts)


async def test_many_unclaimed_rows_are_one_alert_with_limited_lines(shop: Shop) -> None:
    for number in range(LINES + 3):
        foreign_row(shop, f"x{number}")
    report = await compare(shop)
    assert report.count(FindingKind.UNCLAIMED) == LINES + 3
    (delivered,) = [
        d for d in await shop.deliveries(ADMIN_CHAT) if d.notice.kind is NoticeKind.ALERT
    ]
    assert str(delivered.notice.data["detail"]).count("\n") == LINES - 1


async def test_a_finding_ends_when_an_order_claims_the_row(shop: Shop) -> None:
    order = await shop.ambiguous()
    foreign_row(shop)
    assert kinds(await compare(shop)) == [(FindingKind.UNCLAIMED, "x1")]
    shop.supplier.rows.clear()
    assert kinds(await compare(shop)) == [(FindingKind.UNCLAIMED, "x1")]
    await shop.store.write(lambda tx: tx.orders.save(replace(order, ref_id="x1")))
    assert kinds(await compare(shop)) == []


async def test_a_row_that_may_be_an_open_orders_is_no_finding_yet(shop: Shop) -> None:
    order = await shop.ambiguous()
    shop.supplier.shows(shop.row(order, "r1"))
    report = await compare(shop, 300)
    assert (report.in_doubt, report.findings) == (1, [])


async def test_a_recent_row_is_compared_again_after_two_minutes(shop: Shop) -> None:
    """Its call may be in progress; ten minutes later the row may have left the list."""
    await shop.recon.step()
    shop.clock.advance(600)
    shop.supplier.shows(replace(FOREIGN_ROW, created_at=shop.clock.now()))
    assert await shop.recon.step() == 120
    assert (await shop.recon.compare(ADMIN)).in_doubt == 1
    assert kinds(await compare(shop, 120)) == [(FindingKind.UNCLAIMED, "x1")]


# --- ended orders whose row differs ---


async def test_a_success_reversed_by_the_supplier_is_alerted_and_moves_no_money(shop: Shop) -> None:
    order = await sold(shop)
    wallet = await shop.wallet()
    shop.supplier.says("r1", "refund", cost=Rupiah(0))
    assert kinds(await compare(shop)) == [(FindingKind.REVERSED, "r1")]
    assert await shop.get(order.order_id) == order
    assert await shop.wallet() == wallet
    (delivered,) = [d for d in await shop.deliveries() if d.notice.chat_id == ADMIN_CHAT]
    assert delivered.notice.data["condition"] == "order_reversed"
    assert delivered.order == order
    await compare(shop)
    assert await shop.delivered_kinds() == []
    assert await shop.delivered_kinds(ANNI_CHAT) == []


async def test_a_delivery_after_a_failure_is_booked_as_a_loss_once(shop: Shop) -> None:
    order = await shop.accepted()
    shop.supplier.says("r1", "gagal")
    await shop.poll_for(30)
    assert (await shop.get(order.order_id)).state is OrderState.FAILED
    shop.supplier.says("r1", "success")
    assert kinds(await compare(shop)) == [(FindingKind.DELIVERED, "r1")]
    await compare(shop)
    assert await shop.alerts() == ["late_success"]
    assert await shop.posted(SUSPENSE) == -10_200
    assert await shop.posted(SUPPLIER_DEPOSIT) == 10_200


@pytest.mark.parametrize(
    ("change", "found"),
    [
        # It may be the panel's own word for a refund.
        ({"status_word": "Transaksi Refund"}, [FindingKind.STATUS]),
        ({"cost": Rupiah(10_300)}, [FindingKind.PRICE]),
        ({"destination": FOREIGN}, [FindingKind.TARGET]),
        ({"destination": "0812****7890"}, []),
    ],
)
async def test_a_changed_row_is_alerted_each_time_it_changes_and_moves_nothing(
    shop: Shop, change: dict[str, Any], found: list[FindingKind]
) -> None:
    order = await sold(shop)
    (row,) = shop.supplier.rows
    changed = replace(row, **change)
    for shown, expected in ((changed, found), (row, []), (changed, found), (row, [])):
        shop.supplier.rows[:] = [shown]
        assert kinds(await compare(shop)) == [(kind, "r1") for kind in expected]
        assert await shop.alerts() == ["rows_differ"] * len(expected)
    assert await shop.get(order.order_id) == order


async def test_an_order_that_ended_after_the_list_was_read_is_no_finding(shop: Shop) -> None:
    order = await shop.accepted()

    async def meanwhile() -> None:
        shop.supplier.says("r1", "success")
        await shop.poll_for(30)

    shop.supplier.after_list = meanwhile
    report = await compare(shop)
    assert (await shop.get(order.order_id)).state is OrderState.SUCCEEDED
    assert report.findings == []
    assert await shop.alerts() == []


# --- settling and permissions ---


async def test_a_settled_finding_is_recorded_and_does_not_come_back(shop: Shop) -> None:
    foreign_row(shop)
    await compare(shop)
    assert await shop.recon.settle(ADMIN, "x1") == 1
    assert await shop.recon.settle(ADMIN, "x1") == 0
    assert kinds(await compare(shop)) == []
    (act,) = await shop.store.read(lambda tx: tx.admin_acts.latest(1))
    assert (act.actor_id, act.action, act.subject) == (ADMIN.customer_id, "recon", "x1")


async def test_only_an_admin_may_compare_or_settle(shop: Shop) -> None:
    with pytest.raises(NotPermittedError):
        await shop.recon.compare(Actor(ANNI, ANNI_CHAT))
    with pytest.raises(NotPermittedError):
        await shop.recon.settle(Actor(ANNI, ANNI_CHAT), "x1")


async def test_a_failed_read_raises_for_an_admin_and_delays_the_worker_a_minute(shop: Shop) -> None:
    shop.supplier.read_error = SupplierReadError("502")
    with pytest.raises(SupplierReadError):
        await shop.recon.compare(ADMIN)
    assert await shop.recon.step() == 60
    reads = len(shop.supplier.reads)
    shop.clock.advance(59)
    assert await shop.recon.step() == 1
    assert len(shop.supplier.reads) == reads
    shop.supplier.read_error = None
    shop.clock.advance(1)
    assert await shop.recon.step() == 600
    assert shop.supplier.reads[-1] == "list reconcile"


# --- schedule ---


async def test_rows_are_compared_every_ten_minutes_across_restarts(shop: Shop) -> None:
    assert await shop.recon.step() == 600
    shop.clock.advance(599)
    await shop.restart()
    reads = len(shop.supplier.reads)
    assert await shop.recon.step() == 1
    assert len(shop.supplier.reads) == reads
    shop.clock.advance(1)
    assert await shop.recon.step() == 600
    assert len(shop.supplier.reads) == reads + 1


async def test_rows_are_compared_after_every_ten_sends(shop: Shop) -> None:
    """The list has 15 rows, so no row can leave it unseen."""
    await shop.credit(ANNI, 500_000)
    await shop.recon.step()
    compared = []
    for number in range(1, 22):
        await shop.accepted(f"0812000000{number:02}", f"r{number}")
        reads = len(shop.supplier.reads)
        await shop.recon.step()
        if len(shop.supplier.reads) > reads:
            compared.append(number)
    assert shop.clock.now() - shop.opened_at < timedelta(minutes=10)
    assert compared == [10, 20]


async def test_a_delivered_candidate_that_left_the_list_becomes_unclaimed_when_the_order_ends(
    shop: Shop,
) -> None:
    lost = await shop.ambiguous()
    shop.supplier.shows(shop.row(lost, "his"))
    shop.supplier.shows(shop.row(lost, "x1", status_word="success"))
    shop.supplier.shows(shop.row(lost, "x2"))
    await compare(shop, 3)
    await shop.look_for(10)
    shop.supplier.rows.clear()
    assert kinds(await compare(shop)) == []
    shop.supplier.rows = [shop.row(lost, "his")]
    await shop.admin.attach(ADMIN, lost.order_id, "his")
    assert kinds(await compare(shop)) == [(FindingKind.UNCLAIMED, "x1")]
