"""The supplier's rows against our orders: each difference told once, and no money moved."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import NotPermittedError, SupplierReadError
from bot.domain.ledger import SUPPLIER_DEPOSIT, SUSPENSE, AccountId
from bot.domain.money import Rupiah
from bot.domain.notice import NoticeKind
from bot.domain.order import Order, OrderState
from bot.domain.row_matching import SupplierRow
from bot.domain.supplier_comparison import FindingKind
from bot.ports.supplier import ReadShare, StatusList
from bot.services.orders.supplier_comparison import LINES, ReconReport
from tests.services.scripted import ScriptedSupplier
from tests.services.shop import ADMIN, ANNI, NOON, SECOND_ADMIN, Shop

FOREIGN = "081299999999"
FOREIGN_ROW = SupplierRow("x1", "SM10", FOREIGN, Rupiah(10_200), "success", "", "", NOON)


class SlowSupplier(ScriptedSupplier):
    """Reads its list, and answers when something else is done."""

    meanwhile: Callable[[], Awaitable[None]] | None = None

    async def recent_rows(self, share: ReadShare) -> StatusList:
        answer = await super().recent_rows(share)
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            await meanwhile()
        return answer


async def sold(shop: Shop, ref_id: str = "r1", **of_order: str) -> Order:
    """Sell something whose row says success."""
    order = await shop.accepted(ref_id=ref_id, **of_order)
    shop.supplier.says(ref_id, "success", voucher="SN1")
    await poll(shop)
    order = await shop.get(order.order_id)
    assert order.state is OrderState.SUCCEEDED
    await shop.told()
    return order


async def poll(shop: Shop) -> None:
    shop.clock.advance(30)
    await shop.reconcile.poll()


async def compare(shop: Shop, after_seconds: float = 600) -> ReconReport:
    """Let time pass and compare, as the worker does."""
    shop.clock.advance(after_seconds)
    await shop.recon.step()
    return await shop.recon.compare(ADMIN)


def foreign_row(shop: Shop, ref_id: str = "x1", status: str = "success") -> None:
    """Show a row that somebody bought by hand."""
    shop.supplier.shows(replace(FOREIGN_ROW, ref_id=ref_id, status_word=status))


async def posted(shop: Shop, account_id: AccountId) -> int:
    return await shop.store.read(lambda tx: tx.ledger.account(account_id).posted)


def kinds(report: ReconReport) -> list[tuple[FindingKind, str]]:
    return [(finding.kind, finding.ref_id) for finding in report.findings]


async def test_rows_that_agree_find_nothing(shop: Shop) -> None:
    """The report counts them, and nobody is told."""
    await sold(shop)
    report = await compare(shop)
    assert (report.rows, report.skipped, report.in_doubt, report.findings) == (1, 0, 0, [])
    assert await shop.alerts() == []


async def test_a_row_of_nobody_is_told_once(shop: Shop) -> None:
    """To every admin, and shown by /recon and /status for as long as it is open."""
    foreign_row(shop)
    for _ in range(3):
        report = await compare(shop)
        assert kinds(report) == [(FindingKind.UNCLAIMED, "x1")]
        assert report.count(FindingKind.UNCLAIMED) == 1
    overview = await shop.admin.overview(ADMIN)
    assert [finding.ref_id for finding in overview.findings] == ["x1"]
    told = await shop.deliveries()
    alerts = [delivery for delivery in told if delivery.notice.kind is NoticeKind.ALERT]
    assert sorted(alert.notice.chat_id for alert in alerts) == [ADMIN, SECOND_ADMIN]
    detail = f"x1: SM10 {FOREIGN} 10200 success"
    expected = {"condition": "unclaimed_rows", "detail": detail}
    assert all(alert.notice.data == expected for alert in alerts)


async def test_many_rows_of_nobody_are_one_message(shop: Shop) -> None:
    """With as many lines as can be read."""
    for number in range(LINES + 3):
        foreign_row(shop, f"x{number}")
    report = await compare(shop)
    assert report.count(FindingKind.UNCLAIMED) == LINES + 3
    (told,) = [d for d in await shop.deliveries(ADMIN) if d.notice.kind is NoticeKind.ALERT]
    assert str(told.notice.data["detail"]).count("\n") == LINES - 1


async def test_a_row_that_found_its_order_is_no_finding_any_more(shop: Shop) -> None:
    """Also when the list does not show it any more."""
    order = await shop.ambiguous()
    foreign_row(shop)
    assert kinds(await compare(shop)) == [(FindingKind.UNCLAIMED, "x1")]
    shop.supplier.rows.clear()
    assert kinds(await compare(shop)) == [(FindingKind.UNCLAIMED, "x1")]
    await shop.store.write(lambda tx: tx.orders.save(replace(order, ref_id="x1")))
    assert kinds(await compare(shop)) == []


async def test_a_row_that_may_be_an_open_orders_is_in_doubt(shop: Shop) -> None:
    """Whoever looks for the order decides."""
    order = await shop.ambiguous()
    shop.supplier.shows(shop.row(order, "r1"))
    report = await compare(shop, 300)
    assert (report.in_doubt, report.findings) == (1, [])


async def test_a_row_whose_call_may_be_under_way_is_looked_at_again_soon(shop: Shop) -> None:
    """Before it can scroll out of the list."""
    await shop.recon.step()
    shop.clock.advance(600)
    shop.supplier.shows(replace(FOREIGN_ROW, created_at=shop.clock.now()))
    assert await shop.recon.step() == 120
    assert (await shop.recon.compare(ADMIN)).in_doubt == 1
    assert kinds(await compare(shop, 120)) == [(FindingKind.UNCLAIMED, "x1")]


async def test_a_row_that_failed_is_nobodys_business(shop: Shop) -> None:
    """It cost nothing."""
    foreign_row(shop, status="gagal")
    report = await compare(shop)
    assert (report.rows, report.in_doubt, report.findings) == (1, 0, [])


# --- orders that ended otherwise at the supplier ---


async def test_a_success_that_is_taken_back_becomes_a_case(shop: Shop) -> None:
    """The money stays where it is, the customer keeps the goods' message, and an admin decides."""
    order = await sold(shop)
    wallet = await shop.wallet()
    shop.supplier.says("r1", "refund", cost=Rupiah(0))
    assert kinds(await compare(shop)) == [(FindingKind.REVERSED, "r1")]
    assert await shop.get(order.order_id) == order
    assert await shop.wallet() == wallet
    (told,) = [d for d in await shop.deliveries() if d.notice.chat_id == ADMIN]
    assert told.notice.data["condition"] == "order_reversed"
    assert told.order == order
    await compare(shop)
    assert await shop.told() == []
    assert await shop.told(ANNI) == []


async def test_a_delivery_after_the_refund_is_booked_as_a_loss_once(shop: Shop) -> None:
    """As one that comes with a late reply."""
    order = await shop.accepted()
    shop.supplier.says("r1", "gagal")
    await poll(shop)
    assert (await shop.get(order.order_id)).state is OrderState.FAILED
    shop.supplier.says("r1", "success")
    assert kinds(await compare(shop)) == [(FindingKind.DELIVERED, "r1")]
    await compare(shop)
    assert await shop.alerts() == ["late_success"]
    assert await posted(shop, SUSPENSE) == -10_200
    assert await posted(shop, SUPPLIER_DEPOSIT) == 10_200


async def test_an_unknown_word_on_an_ended_order_is_told(shop: Shop) -> None:
    """It may be the panel's own word for a refund; when it goes, the finding goes."""
    await sold(shop)
    shop.supplier.says("r1", "Transaksi Refund")
    assert kinds(await compare(shop)) == [(FindingKind.STATUS, "r1")]
    assert await shop.alerts() == ["rows_differ"]
    shop.supplier.says("r1", "success")
    assert kinds(await compare(shop)) == []
    shop.supplier.says("r1", "Transaksi Refund")
    assert kinds(await compare(shop)) == [(FindingKind.STATUS, "r1")]
    assert await shop.alerts() == ["rows_differ"]


async def test_another_price_is_told(shop: Shop) -> None:
    """The books keep the first that the supplier named."""
    order = await sold(shop)
    shop.supplier.says("r1", "success", cost=Rupiah(10_300))
    assert kinds(await compare(shop)) == [(FindingKind.PRICE, "r1")]
    assert await shop.alerts() == ["rows_differ"]
    assert (await shop.get(order.order_id)).supplier_cost == 10_200


async def test_a_row_that_names_another_number_is_told(shop: Shop) -> None:
    """A panel that hides the number names none, and nobody is told."""
    await sold(shop)
    (row,) = shop.supplier.rows
    shop.supplier.rows[:] = [replace(row, destination="0812****7890")]
    assert kinds(await compare(shop)) == []
    assert await shop.alerts() == []
    shop.supplier.rows[:] = [replace(row, destination=FOREIGN)]
    assert kinds(await compare(shop)) == [(FindingKind.TARGET, "r1")]
    assert await shop.alerts() == ["rows_differ"]
    shop.supplier.rows[:] = [row]
    assert kinds(await compare(shop)) == []


async def test_what_ended_while_the_list_was_on_its_way_does_not_differ(shop: Shop) -> None:
    """The list is older than the end."""
    shop.supplier = shop.panel = slow = SlowSupplier(listings=shop.supplier.listings)
    shop.build()
    order = await shop.accepted()

    async def meanwhile() -> None:
        slow.says("r1", "success")
        await poll(shop)

    slow.meanwhile = meanwhile
    report = await compare(shop)
    assert (await shop.get(order.order_id)).state is OrderState.SUCCEEDED
    assert report.findings == []
    assert await shop.alerts() == []


# --- settling, and who may ---


async def test_an_admin_settles_a_finding(shop: Shop) -> None:
    """It is on record, does not come back, and what is not there is not settled."""
    foreign_row(shop)
    await compare(shop)
    assert await shop.recon.settle(ADMIN, "x1") == 1
    assert await shop.recon.settle(ADMIN, "x1") == 0
    assert kinds(await compare(shop)) == []
    (act,) = await shop.store.read(lambda tx: tx.admin_acts.latest(1))
    assert (act.actor_id, act.action, act.subject) == (ADMIN, "recon", "x1")


async def test_only_an_admin_may_compare_or_settle(shop: Shop) -> None:
    """The rows are the reseller's."""
    with pytest.raises(NotPermittedError):
        await shop.recon.compare(ANNI)
    with pytest.raises(NotPermittedError):
        await shop.recon.settle(ANNI, "x1")


async def test_an_admin_reads_that_the_supplier_is_away(shop: Shop) -> None:
    """The worker waits a minute instead."""
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


async def test_rows_that_cannot_be_read_are_counted(shop: Shop) -> None:
    """They may be anybody's."""
    shop.supplier.skipped = 2
    assert (await compare(shop)).skipped == 2


# --- its pace ---


async def test_rows_are_compared_every_ten_minutes(shop: Shop) -> None:
    """A restart in between changes nothing."""
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
    """The list shows 15: none can pass unseen."""
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


async def test_goods_that_scrolled_away_while_an_order_waited_for_them_are_nobodys_in_the_end(
    shop: Shop,
) -> None:
    """The order came to another end, so the row that was last seen delivered is a case."""
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
