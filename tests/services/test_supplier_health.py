"""Whether the supplier answers, and what has ended: noted, shown, and told once."""

from contextlib import suppress
from dataclasses import replace

import pytest

from bot.domain.errors import (
    RefusalClass,
    SupplierError,
    SupplierReadError,
    SupplierRefusedError,
    SupplierTooMuchError,
)
from bot.domain.notice import Alert
from bot.ports.supplier import ReadShare
from bot.services.admin.operations import Admin
from bot.services.notices import enqueue
from bot.services.supplier_health import SupplierHealth, Watch, WatchedSupplier
from tests.services.shop import ADMIN, Shop


class Watched:
    """A shop whose supplier is watched."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.health = SupplierHealth()
        shop.panel = WatchedSupplier(shop.supplier, self.health, shop.clock)
        shop.build()
        self.watch = Watch(shop.store, self.health, shop.rules, shop.clock)
        shop.admin = Admin(shop.store, shop.panel, shop.shelf, shop.rules, shop.clock, self.health)

    async def asks(self, error: SupplierError | None = None) -> None:
        """Read the list once, which fails with `error`."""
        self.shop.supplier.read_error = error
        with suppress(SupplierError):
            await self.shop.panel.recent_rows(ReadShare.OTHER)
        self.shop.supplier.read_error = None


async def test_answers_and_failures_are_noted(shop: Shop) -> None:
    """The last answer, and the first failure since; a refusal is an answer too."""
    watched = Watched(shop)
    health = watched.health
    began = shop.clock.now()
    assert (health.answered_at, health.failing_since) == (None, None)
    await watched.asks(SupplierReadError("502"))
    shop.clock.advance(30)
    await watched.asks(SupplierReadError("502"))
    assert (health.answered_at, health.failing_since) == (None, began)
    await watched.asks(SupplierRefusedError(RefusalClass.THROTTLE, "slow"))
    assert (health.answered_at, health.failing_since) == (shop.clock.now(), None)
    seen = await shop.admin.overview(ADMIN)
    assert (seen.supplier_answered_at, seen.supplier_failing_since) == (shop.clock.now(), None)


async def test_every_call_passes_through(shop: Shop) -> None:
    """Nothing is changed on its way."""
    watched = Watched(shop)
    panel, supplier = shop.panel, shop.supplier
    assert await panel.services() == supplier.listings
    assert await panel.balance() == supplier.deposit
    assert (await panel.rows_of("r9", ReadShare.POLL)).rows == ()
    assert panel.order_gap_seconds == supplier.order_gap_seconds
    order = await shop.queue()
    assert (await shop.send_next(shop.reply(order))).ref_id == "r1"
    assert RefusalClass.OWN_DEPOSIT in watched.health.serving_since


async def test_a_supplier_that_is_away_is_told_every_fifteen_minutes(shop: Shop) -> None:
    """After five minutes without an answer; a short failure is nobody's business."""
    watched = Watched(shop)
    await watched.asks(SupplierReadError("502"))
    shop.clock.advance(299)
    await watched.asks(SupplierReadError("502"))
    await watched.watch.step()
    assert await shop.alerts() == []
    told = []
    for _ in range(30):
        shop.clock.advance(60)
        await watched.asks(SupplierReadError("502"))
        assert await watched.watch.step() == 60
        told += await shop.alerts()
    assert told == ["supplier_away", "supplier_away"]
    seen = await shop.admin.overview(ADMIN)
    assert "alert:supplier_away" not in seen.ended
    await watched.asks()
    seen = await shop.admin.overview(ADMIN)
    assert seen.ended["alert:supplier_away"] == shop.clock.now()
    shop.clock.advance(900)
    await watched.watch.step()
    assert await shop.alerts() == []


async def test_an_answer_too_large_to_be_read_is_an_answer(shop: Shop) -> None:
    """The supplier is not away; what else it may have refused is not known to be over."""
    watched = Watched(shop)
    for _ in range(8):
        await watched.asks(SupplierTooMuchError("a list of 30,000 rows"))
        shop.clock.advance(60)
        await watched.watch.step()
    assert await shop.alerts() == []
    assert watched.health.answered_at is not None
    assert watched.health.serving_since == {}


async def test_the_end_of_the_breaker_is_told_once(shop: Shop) -> None:
    """And the overview shows when its alert ended."""
    watched = Watched(shop)
    for number in range(3):
        await shop.ambiguous(f"0812000000{number:02}")
    await watched.watch.step()
    assert await shop.alerts() == ["breaker_open"]
    assert (await shop.admin.overview(ADMIN)).ended == {}
    shop.clock.advance(60)
    assert await shop.admin.resume(ADMIN)
    for _ in range(3):
        await watched.watch.step()
    assert await shop.alerts() == ["breaker_closed"]
    seen = await shop.admin.overview(ADMIN)
    assert seen.ended == {"alert:breaker_open": shop.clock.now()}


async def test_an_end_long_ago_is_no_news(shop: Shop) -> None:
    """A bot that starts does not tell of what was over before."""
    watched = Watched(shop)
    for number in range(3):
        await shop.ambiguous(f"0812000000{number:02}")
    await shop.admin.resume(ADMIN)
    shop.clock.advance(600)
    await watched.watch.step()
    assert await shop.alerts() == ["breaker_open"]


@pytest.mark.parametrize(
    ("alert", "refusal"),
    [
        (Alert.MAINTENANCE, RefusalClass.MAINTENANCE),
        (Alert.CREDENTIALS_REFUSED, RefusalClass.CREDENTIALS),
    ],
)
async def test_a_refusal_is_over_once_the_supplier_serves(
    shop: Shop, alert: Alert, refusal: RefusalClass
) -> None:
    """It is current until then."""
    watched = Watched(shop)
    await watched.asks()
    shop.clock.advance(60)
    await watched.asks(SupplierRefusedError(refusal, "Tutup"))
    now = shop.clock.now()
    await shop.store.write(lambda tx: enqueue.alert(tx, shop.rules, alert, "Tutup", now))
    assert (await shop.admin.overview(ADMIN)).ended == {}
    shop.clock.advance(60)
    await watched.asks()
    assert (await shop.admin.overview(ADMIN)).ended == {f"alert:{alert}": shop.clock.now()}


async def test_rows_that_cannot_be_read_are_counted(shop: Shop) -> None:
    """Of the last list of each kind, for the admins; the next sound one ends it."""
    watched = Watched(shop)
    shop.supplier.skipped = 2
    shop.supplier.listings = replace(shop.supplier.listings, skipped=3)
    await watched.asks()
    await shop.panel.services()
    seen = await shop.admin.overview(ADMIN)
    assert (seen.rows_skipped, seen.services_skipped) == (2, 3)
    shop.supplier.skipped = 0
    await watched.asks(SupplierReadError("502"))
    assert (await shop.admin.overview(ADMIN)).rows_skipped == 2
    await watched.asks()
    assert (await shop.admin.overview(ADMIN)).rows_skipped == 0
