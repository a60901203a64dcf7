"""Supplier health: reachability and ended conditions are measured, shown, and alerted once."""

from contextlib import suppress
from dataclasses import replace

import pytest

from bot.domain.errors import (
    RefusalClass,
    SupplierError,
    SupplierReadError,
    SupplierRefusedError,
    SupplierReplyTooLargeError,
)
from bot.domain.notice import Alert
from bot.ports.supplier import ReadShare
from bot.services.admin.operations import Admin
from bot.services.notices import enqueue
from bot.services.orders.circuit_breaker import is_breaker_open
from bot.services.supplier_health import MonitoredSupplier, SupplierAlerts, SupplierHealth
from tests.services.shop import ADMIN, Shop


class Watched:
    """A shop whose supplier calls are measured."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.health = SupplierHealth()
        shop.panel = MonitoredSupplier(shop.supplier, self.health, shop.clock)
        shop.build()
        self.alerts = SupplierAlerts(shop.store, self.health, shop.rules, shop.clock)
        shop.admin = Admin(
            shop.store, shop.panel, shop.catalogue_cache, shop.rules, shop.clock, self.health
        )

    async def read_list(self, error: SupplierError | None = None) -> None:
        """Read the list once; the read fails with `error`."""
        self.shop.supplier.read_error = error
        with suppress(SupplierError):
            await self.shop.panel.recent_rows(ReadShare.OTHER)
        self.shop.supplier.read_error = None


async def with_open_breaker(shop: Shop) -> Watched:
    """Lose three answers of a shop whose supplier calls are measured."""
    watched = Watched(shop)
    for number in range(3):
        await shop.ambiguous(f"0812000000{number:02}")
    return watched


async def test_the_last_answer_and_first_failure_are_recorded(shop: Shop) -> None:
    """A refusal is an answer."""
    watched = Watched(shop)
    health = watched.health
    began = shop.clock.now()
    assert (health.answered_at, health.failing_since) == (None, None)
    await watched.read_list(SupplierReadError("502"))
    shop.clock.advance(30)
    await watched.read_list(SupplierReadError("502"))
    assert (health.answered_at, health.failing_since) == (None, began)
    await watched.read_list(SupplierRefusedError(RefusalClass.THROTTLE, "slow"))
    assert (health.answered_at, health.failing_since) == (shop.clock.now(), None)
    seen = await shop.admin.overview(ADMIN)
    assert (seen.supplier_answered_at, seen.supplier_failing_since) == (shop.clock.now(), None)


async def test_every_call_is_forwarded_unchanged(shop: Shop) -> None:
    watched = Watched(shop)
    panel, supplier = shop.panel, shop.supplier
    assert await panel.services() == supplier.listings
    assert await panel.balance() == supplier.deposit
    assert (await panel.rows_of("r9", ReadShare.POLL)).rows == ()
    assert panel.order_gap_seconds == supplier.order_gap_seconds
    order = await shop.queue()
    assert (await shop.send_next(shop.reply(order))).ref_id == "r1"
    assert RefusalClass.OWN_DEPOSIT in watched.health.not_refused_since


async def test_an_unreachable_supplier_is_alerted_after_5_then_every_15_minutes(shop: Shop) -> None:
    watched = Watched(shop)
    await watched.read_list(SupplierReadError("502"))
    shop.clock.advance(299)
    await watched.read_list(SupplierReadError("502"))
    await watched.alerts.step()
    assert await shop.alerts() == []
    delivered = []
    for _ in range(30):
        shop.clock.advance(60)
        await watched.read_list(SupplierReadError("502"))
        assert await watched.alerts.step() == 60
        delivered += await shop.alerts()
    assert delivered == ["supplier_away", "supplier_away"]
    assert "alert:supplier_away" not in (await shop.admin.overview(ADMIN)).ended
    await watched.read_list()
    seen = await shop.admin.overview(ADMIN)
    assert seen.ended["alert:supplier_away"] == shop.clock.now()
    shop.clock.advance(900)
    await watched.alerts.step()
    assert await shop.alerts() == []


async def test_an_answer_too_large_to_read_counts_as_an_answer(shop: Shop) -> None:
    watched = Watched(shop)
    for _ in range(8):
        await watched.read_list(SupplierReplyTooLargeError("a list of 30,000 rows"))
        shop.clock.advance(60)
        await watched.alerts.step()
    assert await shop.alerts() == []
    assert watched.health.answered_at is not None
    assert watched.health.not_refused_since == {}


async def test_the_closing_of_the_breaker_is_alerted_once(shop: Shop) -> None:
    watched = await with_open_breaker(shop)
    await watched.alerts.step()
    assert await shop.alerts() == ["breaker_open"]
    assert (await shop.admin.overview(ADMIN)).ended == {}
    shop.clock.advance(60)
    assert await shop.admin.resume(ADMIN)
    await watched.alerts.step()
    # A step that read the closing before the other reported it.
    await shop.store.write(watched.alerts._report_closing, shop.clock.now())
    await watched.alerts.step()
    assert await shop.alerts() == ["breaker_closed"]
    ended = (await shop.admin.overview(ADMIN)).ended
    assert ended == {"alert:breaker_open": shop.clock.now()}


async def test_the_closing_of_a_breaker_that_opened_again_is_not_alerted(shop: Shop) -> None:
    watched = await with_open_breaker(shop)
    assert await shop.admin.resume(ADMIN)
    for number in range(3, 6):
        await shop.ambiguous(f"0812000000{number:02}")
    assert await shop.store.read(is_breaker_open, shop.rules.account)
    await watched.alerts.step()
    assert "breaker_closed" not in await shop.alerts()
    assert await shop.admin.resume(ADMIN)
    await watched.alerts.step()
    assert await shop.alerts() == ["breaker_closed"]


async def test_a_breaker_closed_long_ago_is_not_alerted(shop: Shop) -> None:
    watched = await with_open_breaker(shop)
    await shop.admin.resume(ADMIN)
    shop.clock.advance(600)
    await watched.alerts.step()
    assert await shop.alerts() == ["breaker_open"]


@pytest.mark.parametrize(
    ("alert", "refusal"),
    [
        (Alert.MAINTENANCE, RefusalClass.MAINTENANCE),
        (Alert.CREDENTIALS_REFUSED, RefusalClass.CREDENTIALS),
    ],
)
async def test_a_refusal_alert_ends_when_the_supplier_serves_again(
    shop: Shop, alert: Alert, refusal: RefusalClass
) -> None:
    watched = Watched(shop)
    await watched.read_list()
    shop.clock.advance(60)
    await watched.read_list(SupplierRefusedError(refusal, "Tutup"))
    now = shop.clock.now()
    await shop.store.write(lambda tx: enqueue.alert(tx, shop.rules, alert, "Tutup", now))
    assert (await shop.admin.overview(ADMIN)).ended == {}
    shop.clock.advance(60)
    await watched.read_list()
    assert (await shop.admin.overview(ADMIN)).ended == {f"alert:{alert}": shop.clock.now()}


async def test_unreadable_rows_of_the_last_lists_are_shown(shop: Shop) -> None:
    watched = Watched(shop)
    shop.supplier.skipped = 2
    shop.supplier.listings = replace(shop.supplier.listings, skipped=3)
    await watched.read_list()
    await shop.panel.services()
    seen = await shop.admin.overview(ADMIN)
    assert (seen.rows_skipped, seen.services_skipped) == (2, 3)
    shop.supplier.skipped = 0
    await watched.read_list(SupplierReadError("502"))
    assert (await shop.admin.overview(ADMIN)).rows_skipped == 2
    await watched.read_list()
    assert (await shop.admin.overview(ADMIN)).rows_skipped == 0
