"""Supplier health: whether the supplier answers, and when the cause of an alert has ended."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.domain.condition import Condition
from bot.domain.errors import (
    RefusalClass,
    SupplierError,
    SupplierRefusedError,
    SupplierReplyTooLargeError,
)
from bot.domain.money import Rupiah
from bot.domain.notice import Alert
from bot.domain.shop_rules import ShopRules
from bot.domain.supplier_row import SupplierRow
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction
from bot.ports.supplier import ReadShare, ServiceList, StatusList, Supplier
from bot.services.notices import enqueue
from bot.services.orders.circuit_breaker import breaker_closed_at, is_breaker_open
from bot.services.shop_settings import settings_now

T = TypeVar("T")

AWAY_AFTER = timedelta(minutes=5)
"""The admins get an alert when the supplier has not answered for this long."""
CHECK_EVERY = timedelta(minutes=1)
REPORT_CLOSING_WITHIN = timedelta(minutes=10)
"""A breaker that closed longer ago is not reported any more."""
CLOSING_REPORTED = "breaker_closing_told"
"""The account's fact with the last closing of the breaker that was reported (ISO 8601)."""
_GENERAL_REFUSALS = (RefusalClass.CREDENTIALS, RefusalClass.MAINTENANCE)


class SupplierHealth:
    """When the supplier last answered and since when it does not; lost at a restart."""

    def __init__(self) -> None:
        self.answered_at: datetime | None = None
        self.failing_since: datetime | None = None
        """The first unanswered call since the last answer."""
        self.failed_at: datetime | None = None
        """The last unanswered call."""
        self.answering_since: datetime | None = None
        """The first answer since the last unanswered call."""
        self.not_refused_since: dict[RefusalClass, datetime] = {}
        """By class of refusal: the first call after the last such refusal that did not get one."""
        self.services_skipped = 0
        """Rows of the last service list that could not be read or sold."""
        self.rows_skipped = 0
        """Rows of the last status list that could not be read."""

    def record_answer(self, now: datetime, refusal: RefusalClass | None, *, is_order: bool) -> None:
        """Record a well-formed answer; `refusal` is its class when it was a refusal.

        Only an order call without a refusal shows that the shop's deposit is sufficient again.
        """
        self.record_unreadable_answer(now)
        if refusal is not None:
            self.not_refused_since.pop(refusal, None)
            return
        for absent in (*_GENERAL_REFUSALS, *((RefusalClass.OWN_DEPOSIT,) if is_order else ())):
            self.not_refused_since.setdefault(absent, now)

    def record_unreadable_answer(self, now: datetime) -> None:
        """Record that an answer came, when its content is unknown (too large to be read)."""
        self.answered_at, self.failing_since = now, None
        self.answering_since = self.answering_since or now

    def record_failure(self, now: datetime) -> None:
        """Record an unanswered call."""
        self.failed_at, self.failing_since = now, self.failing_since or now
        self.answering_since = None

    @property
    def away_since(self) -> datetime | None:
        """The first unanswered call, if no call was answered for 5 minutes since; else None."""
        if self.failing_since is None or self.failed_at is None:
            return None
        return self.failing_since if self.failed_at - self.failing_since >= AWAY_AFTER else None


class MonitoredSupplier:
    """A `Supplier` that records in `SupplierHealth` whether each call was answered."""

    def __init__(self, supplier: Supplier, health: SupplierHealth, clock: Clock) -> None:
        self._supplier = supplier
        self._health = health
        self._clock = clock

    @property
    def order_gap_seconds(self) -> float:
        return self._supplier.order_gap_seconds

    async def place_order(
        self, service_code: str, destination: str, *, first_byte_within_seconds: float
    ) -> SupplierRow:
        call = self._supplier.place_order(
            service_code, destination, first_byte_within_seconds=first_byte_within_seconds
        )
        return await self._recorded(call, is_order=True)

    async def recent_rows(self, share: ReadShare) -> StatusList:
        status = await self._recorded(self._supplier.recent_rows(share))
        self._health.rows_skipped = status.skipped
        return status

    async def rows_of(self, ref_id: str, share: ReadShare) -> StatusList:
        return await self._recorded(self._supplier.rows_of(ref_id, share))

    async def services(self) -> ServiceList:
        services = await self._recorded(self._supplier.services())
        self._health.services_skipped = services.skipped
        return services

    async def balance(self) -> Rupiah | None:
        return await self._recorded(self._supplier.balance())

    async def _recorded(self, call: Awaitable[T], *, is_order: bool = False) -> T:
        try:
            result = await call
        except SupplierRefusedError as error:
            self._health.record_answer(self._clock.now(), error.refusal, is_order=is_order)
            raise
        except SupplierReplyTooLargeError:
            self._health.record_unreadable_answer(self._clock.now())
            raise
        except SupplierError:
            self._health.record_failure(self._clock.now())
            raise
        self._health.record_answer(self._clock.now(), None, is_order=is_order)
        return result


class SupplierAlerts:
    """Alerts the admins when the supplier is away and when the circuit breaker has closed."""

    def __init__(
        self, store: Store, health: SupplierHealth, rules: ShopRules, clock: Clock
    ) -> None:
        """Read only `health`; the supplier itself is never called."""
        self._store = store
        self._health = health
        self._rules = rules
        self._clock = clock

    async def step(self) -> float:
        """Send the alerts that are due; return the seconds until the next step."""
        now, since = self._clock.now(), self._health.away_since
        if await self._store.read(self._unreported_closing, now) is not None:
            await self._store.write(self._report_closing, now)
        if since is not None:
            settings = await self._store.read(settings_now, self._rules)
            detail = since.astimezone(ZoneInfo(settings.timezone)).strftime("%H:%M %Z")
            if not await self._store.read(enqueue.was_alerted, Alert.SUPPLIER_AWAY, now):
                await self._store.write(
                    enqueue.alert, self._rules, Alert.SUPPLIER_AWAY, detail, now
                )
        return CHECK_EVERY.total_seconds()

    def _unreported_closing(self, tx: Transaction, now: datetime) -> str | None:
        """Return when the breaker closed, if that was lately and has not been reported yet."""
        closed_at = breaker_closed_at(tx, self._rules.account)
        if closed_at is None or now - closed_at >= REPORT_CLOSING_WITHIN:
            return None
        reported = tx.supplier_facts.get(self._rules.account, CLOSING_REPORTED)
        return None if reported == closed_at.isoformat() else closed_at.isoformat()

    def _report_closing(self, tx: Transaction, now: datetime) -> None:
        closed_at = self._unreported_closing(tx, now)
        if closed_at is None:
            return
        tx.supplier_facts.put(self._rules.account, CLOSING_REPORTED, closed_at)
        if not is_breaker_open(tx, self._rules.account):
            enqueue.report(tx, self._rules, Alert.BREAKER_CLOSED, "", now, key=closed_at)


def ended_at(
    tx: Transaction,
    account: str,
    health: SupplierHealth,
    condition: Condition,
    fetched_at: datetime | None,
) -> datetime | None:
    """Return when the cause of an alert ended; None while it lasts, or when that is unknown.

    `fetched_at` is when the last service list was fetched. An end before the alert's condition was
    raised does not count.
    """
    ends: dict[str, datetime | None] = {
        Alert.OWN_DEPOSIT_LOW: health.not_refused_since.get(RefusalClass.OWN_DEPOSIT),
        Alert.CREDENTIALS_REFUSED: health.not_refused_since.get(RefusalClass.CREDENTIALS),
        Alert.MAINTENANCE: health.not_refused_since.get(RefusalClass.MAINTENANCE),
        Alert.SUPPLIER_AWAY: health.answering_since,
        Alert.CATALOGUE_SHRUNK: fetched_at,
        Alert.CATALOGUE_TOO_LARGE: fetched_at,
        Alert.BREAKER_OPEN: None
        if is_breaker_open(tx, account)
        else breaker_closed_at(tx, account),
    }
    end = ends.get(condition.name.removeprefix("alert:"))
    return end if end is not None and end > condition.raised_at else None
