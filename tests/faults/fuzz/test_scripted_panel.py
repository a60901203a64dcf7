"""For any answer of the panel: one call per order, none lost, and the money is right.

`FUZZ_ORDERS` sets the number of orders, `FUZZ_SEED` repeats a run.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.domain.errors import RefundUncertainError, RefusalClass, SupplierError
from bot.domain.order import Order, OrderState
from bot.domain.supplier_profile import SupplierStatus
from bot.services.orders.queue import Wait
from tests.faults.fuzz.replies import (
    ODD_ROWS,
    damaged,
    judged,
    lenient,
    order_reply,
    refusal_reply,
    with_odd_rows,
)
from tests.faults.fuzz.scripted_panel import REF_ID, ScriptedPanelShop, as_body, panels, status_list
from tests.faults.fuzz.seeded import count_of, seeded
from tests.services.shop import ADMIN, ANNI, NUMBER, PRICE, profile

COUNT = count_of("FUZZ_ORDERS", 15)
pytestmark = pytest.mark.timeout(60 + COUNT)
ORDER_REPLIES = (
    order_reply("SM10", NUMBER),
    order_reply("SM10", NUMBER),
    order_reply("SM10", NUMBER, status="Sukses", price="10200.00"),
    order_reply("SM10", NUMBER, status="error"),
    order_reply("SM10", "2.0" + NUMBER[1:], status="partial"),
    order_reply("XL10", NUMBER),
    refusal_reply("Nomor salah"),
    refusal_reply("Saldo Anda tidak cukup untuk melakukan pemesanan ini."),
    refusal_reply("Transaksi dibatasi, coba lagi dalam 6 detik"),
    refusal_reply("Something went wrong, please contact the admin."),
)
UNDECIDED = {
    OrderState.QUEUED,
    OrderState.ACCEPTED,
    OrderState.AMBIGUOUS,
    OrderState.PARKED,
}


async def assert_money(panel: ScriptedPanelShop, order: Order) -> None:
    """The price is held until the outcome is certain, posted for goods, and else voided."""
    wallet = await panel.shop.wallet(ANNI)
    is_held, is_taken = order.state in UNDECIDED, order.state is OrderState.SUCCEEDED
    assert wallet.held == (PRICE if is_held else 0), order
    assert wallet.posted == 100_000 - (PRICE if is_taken else 0), order


def assert_follows_from_answer(order: Order, body: bytes) -> None:
    """Check that the order's state follows from its answer by the rules."""
    refusal = judged(body).refusal
    kind = profile().refusal_of(" ".join(refusal.split())[:500]) if refusal else None
    match order.state:
        case OrderState.QUEUED:
            assert kind is RefusalClass.THROTTLE, body
        case OrderState.FAILED if order.ref_id is None:
            assert kind not in (None, RefusalClass.THROTTLE, RefusalClass.OTHER), body
        case OrderState.ACCEPTED | OrderState.SUCCEEDED | OrderState.FAILED:
            row = judged(body).row_of(order.ref_id or "")
            assert row is not None, body
        case OrderState.PARKED:
            assert judged(body).row_of(order.ref_id or order.suspect_ref_id or ""), body
        case _:
            assert order.state is OrderState.AMBIGUOUS


async def test_an_order_is_sent_once_for_any_answer(tmp_path: Path) -> None:
    rng = seeded()
    async with panels(tmp_path) as shops:
        for _ in range(COUNT):
            body = damaged(rng, rng.choice(ORDER_REPLIES))
            async with shops.one() as panel:
                order = await panel.sent(body)
                assert_follows_from_answer(order, body)
                await assert_money(panel, order)
                if order.state is not OrderState.QUEUED:
                    panel.shop.clock.advance(30)
                    assert isinstance(await panel.shop.send.start(), Wait), body
                assert panel.order_calls == 1
                await assert_found_again(panel, order)


async def assert_found_again(panel: ScriptedPanelShop, order: Order) -> None:
    """An order with an unknown outcome must be found in the list and settled by its row."""
    if order.state is not OrderState.AMBIGUOUS:
        return
    reply = status_list(order, {"ref_id": "truth1", "status": "success", "voucher": "V1"})
    panel.read_body = as_body(reply)
    await panel.shop.look_for(600)
    found = await panel.shop.get(order.order_id)
    assert (found.state, found.ref_id) == (OrderState.SUCCEEDED, "truth1")
    await assert_money(panel, found)


async def test_an_order_is_settled_only_by_a_valid_row(tmp_path: Path) -> None:
    rng = seeded()
    rows = [{"status": word} for word in ("success", "waiting", "error", "partial", "?")]
    async with panels(tmp_path) as shops:
        for _ in range(COUNT):
            async with shops.one() as panel:
                order = await panel.sent(as_body(order_reply("SM10", NUMBER)))
                assert (order.state, order.ref_id) == (OrderState.ACCEPTED, REF_ID)
                others = [{"ref_id": f"other{place}", "status": "success"} for place in range(2)]
                replies = [status_list(order, *others, row) for row in rows]
                body = damaged(rng, rng.choice(replies))
                order = await panel.polled(order, body)
                await assert_money(panel, order)
                if order.state in (OrderState.SUCCEEDED, OrderState.FAILED):
                    row = lenient(body).row_of(REF_ID)
                    assert row is not None, body
                    is_success = order.state is OrderState.SUCCEEDED
                    expected = SupplierStatus.SUCCEEDED if is_success else SupplierStatus.FAILED
                    assert profile().status_of(str(row["status"])) is expected, body


async def test_notices_about_any_answer_are_delivered(tmp_path: Path) -> None:
    rng = seeded()
    async with panels(tmp_path) as shops:
        for _ in range(COUNT // 2):
            body = damaged(rng, rng.choice(ORDER_REPLIES))
            with capture_logs() as entries:
                async with shops.one() as panel:
                    await panel.sent(body)
                    assert await panel.deliver_notices() == 0
            failed = [entry for entry in entries if entry["event"].startswith("notice")]
            assert failed == [], body


async def test_a_service_list_never_empties_the_catalogue(tmp_path: Path) -> None:
    rng = seeded()
    services = [
        {"code": code, "name": f"Product {code}", "price": {"current": 10_200}, "status": "ready",
         "category": {"type": "pulsa-reguler", "main": "TELKOMSEL", "sub": "Umum"}}
        for code in ("SM10", "SM20", "SM30", "SM40", "SM50")
    ]  # fmt: skip
    profile_reply = {"status": True, "data": {"username": "toko", "balance": 123_456}}
    async with panels(tmp_path) as shops, shops.one() as panel:
        for _ in range(COUNT):
            panel.read_body = damaged(rng, {"status": True, "data": services})
            with suppress(SupplierError):
                await panel.shop.refresh.refresh()
            catalogue = panel.shop.catalogue_cache.catalogue
            assert catalogue is not None
            assert len(catalogue) > 0
            panel.read_body = damaged(rng, profile_reply)
            try:
                balance = await panel.supplier.balance()
            except SupplierError:
                continue
            assert balance is None or abs(balance) < 10**15


@pytest.mark.parametrize("odd", ODD_ROWS, ids=[row[:60].decode("latin-1") for row in ODD_ROWS])
async def test_a_list_with_an_odd_row_is_no_covering_miss(tmp_path: Path, odd: bytes) -> None:
    """The odd row may be the order's: no refusal is final, and a refund needs confirmation."""
    unknown = refusal_reply("Something went wrong, please contact the admin.")
    older = {"ref_id": "older", "created_at": 1, "data": ["081200000000"], "product": {"code": "X"}}
    body = b'{"status": true, "data": [%b, %b]}' % (odd, as_body(older))
    async with panels(tmp_path) as shops, shops.one() as panel:
        order = await panel.sent(as_body(unknown))
        panel.read_body = body
        await panel.shop.look_for(700)
        order = await panel.shop.get(order.order_id)
        assert (order.state, order.last_covering_miss_at) == (OrderState.PARKED, None)
        with pytest.raises(RefundUncertainError):
            await panel.shop.admin.refund(ADMIN, order.order_id)
        await assert_money(panel, order)


async def test_an_order_is_found_among_odd_rows(tmp_path: Path) -> None:
    rng = seeded()
    async with panels(tmp_path) as shops:
        for _ in range(COUNT // 3):
            async with shops.one() as panel:
                order = await panel.sent(b"<html>")
                (row,) = status_list(order, {"ref_id": "truth1", "status": "success"})["data"]
                panel.read_body, _ = with_odd_rows(rng, [as_body(row)])
                await panel.shop.look_for(60)
                found = await panel.shop.get(order.order_id)
                assert (found.state, found.ref_id) == (OrderState.SUCCEEDED, "truth1")
                await assert_money(panel, found)


async def test_a_first_list_with_an_odd_row_is_used(tmp_path: Path) -> None:
    row = {"code": "SM99", "name": "Telkomsel", "price": {"current": 99_000}, "status": "ready",
           "category": {"type": "pulsa-reguler", "main": "TELKOMSEL", "sub": "Umum"}}  # fmt: skip
    async with panels(tmp_path) as shops, shops.one() as panel:
        panel.shop.catalogue_cache.catalogue = None
        panel.read_body = b'{"status": true, "data": [%b, %b]}' % (ODD_ROWS[0], as_body(row))
        assert await panel.shop.refresh.refresh()
        stored = await panel.shop.store.read(lambda tx: tx.catalogue.load())
        assert stored is not None
        assert stored.by_code("SM99") is not None
