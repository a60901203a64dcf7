"""Supplier comparison: compare the newest rows with the orders, and report each difference once.

It moves no customer's money: an admin settles a reversal with the customer. Goods that arrived for
a refunded order are booked as the shop's cost.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.domain.admin_act import AdminAct
from bot.domain.customer import Actor, TelegramId
from bot.domain.errors import SupplierError
from bot.domain.notice import Alert
from bot.domain.order import UNRESOLVED_STATES, Order, OrderId
from bot.domain.shop_rules import ShopRules
from bot.domain.staff import Right
from bot.domain.supplier_comparison import (
    COMPARE_AFTER_SENDS,
    Finding,
    FindingKind,
    UnclaimedRowKind,
    classify_unclaimed_row,
    differences,
    misdated_finding,
    next_compare_at,
    unclaimed_finding,
)
from bot.domain.supplier_profile import SupplierStatus
from bot.domain.supplier_row import FirstSeen, SupplierRow, has_impossible_date
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction
from bot.ports.supplier import ReadShare, StatusList, Supplier
from bot.services.catalogue import withhold
from bot.services.notices import enqueue
from bot.services.orders import settle
from bot.services.orders.row_evidence import (
    ROWS_SEEN_AT,
    QueryContext,
    query_context,
    record_rows,
    rows_seen_at,
)
from bot.services.orders.supplier_clock import clock_of
from bot.services.orders.transitions import require_order
from bot.services.permissions import require, view_of

log = structlog.get_logger(__name__)

COMPARED_AT_SEND = "rows_seen_at_send"
"""The account's fact with its newest send number at the last comparison."""
AFTER_FAILURE = timedelta(seconds=60)
RECHECKED_FOR = timedelta(days=1)
MAX_RECHECKED = 200
"""How many unclaimed rows are checked again after they left the list."""
LINES = 10
"""How many differences one alert lists; `/recon` shows all."""


@dataclass(frozen=True, slots=True)
class ComparisonReport:
    """The result of one comparison, with all findings that are still open."""

    compared_at: datetime
    rows: int
    skipped: int
    """Rows that could not be read."""
    in_doubt: int
    """Rows that may belong to an open order, or are too recent to tell."""
    findings: Sequence[Finding]

    def count(self, kind: FindingKind) -> int:
        """Return how many findings of a kind are open."""
        return sum(finding.kind is kind for finding in self.findings)


class SupplierComparison:
    """Compares the supplier's list with the orders on a schedule, and for `/recon`."""

    def __init__(self, store: Store, supplier: Supplier, rules: ShopRules, clock: Clock) -> None:
        self._store = store
        self._supplier = supplier
        self._rules = rules
        self._clock = clock
        self._has_young_rows = False
        self._failed_at: datetime | None = None

    # --- the schedule ---

    async def step(self) -> float:
        """Compare if it is due; return the seconds until it is due next.

        After a failed read it is due again in 60 s.
        """
        now = self._clock.now()
        if self._failed_at is not None and timedelta(0) <= now - self._failed_at < AFTER_FAILURE:
            return (self._failed_at + AFTER_FAILURE - now).total_seconds()
        self._failed_at = None
        if await self._store.read(self._due_at, now) <= now:
            try:
                await self._compare()
            except SupplierError as error:
                log.warning("comparison_failed", cause=str(error))
                self._failed_at = now
                return AFTER_FAILURE.total_seconds()
        due_at = await self._store.read(self._due_at, now)
        return max(0.0, (due_at - now).total_seconds())

    def _due_at(self, tx: Transaction, now: datetime) -> datetime:
        newest, _ = tx.orders.newest_send(self._rules.account)
        compared = tx.supplier_facts.get(self._rules.account, COMPARED_AT_SEND)
        if newest - int(compared or 0) >= COMPARE_AFTER_SENDS:
            return now
        return next_compare_at(rows_seen_at(tx, self._rules.account), self._has_young_rows, now)

    # --- the comparison ---

    async def compare(self, admin: Actor) -> ComparisonReport:
        """Compare now and return the report.

        Raises `NotPermittedError`, and `SupplierError` when the rows cannot be read.
        """
        await self._store.read(require, self._rules, admin, Right.CASES)
        report = await self._compare(asked_by=admin.telegram_id)
        view = await self._store.read(view_of, self._rules, admin.customer_id)
        return replace(report, findings=[view.finding(one) for one in report.findings])

    async def settle(self, admin: Actor, ref_id: str) -> int:
        """Close all findings of a ref_id for an admin; return how many there were.

        Raises `NotPermittedError`.
        """
        now = self._clock.now()

        def settle_all(tx: Transaction) -> int:
            require(tx, self._rules, admin, Right.CASES)
            account = self._rules.account
            closed = [
                tx.findings.close(account, finding.kind, ref_id, now, admin.customer_id)
                for finding in tx.findings.open(account)
                if finding.ref_id == ref_id
            ]
            if closed:
                tx.admin_acts.add(AdminAct(admin.customer_id, "recon", ref_id, "settled", now))
            return len(closed)

        return await self._store.write(settle_all)

    async def _compare(self, *, asked_by: TelegramId | None = None) -> ComparisonReport:
        asked = await query_context(self._store, self._rules, self._clock)
        answer = await self._supplier.recent_rows(ReadShare.RECONCILE)
        # The admin who asked reads the report, so the alert goes to the others.
        recipients = replace(self._rules, owner_ids=self._rules.owner_ids - {asked_by})
        now = self._clock.now()
        kinds, report = await self._store.write(self._record, answer, asked, recipients, now)
        self._has_young_rows = UnclaimedRowKind.YOUNG in kinds
        return report

    def _record(
        self,
        tx: Transaction,
        answer: StatusList,
        asked: QueryContext,
        recipients: ShopRules,
        now: datetime,
    ) -> tuple[Collection[UnclaimedRowKind], ComparisonReport]:
        """Record what the rows show; return the kinds of the unclaimed rows, and the report."""
        account = self._rules.account
        first_seen = record_rows(tx, self._rules, answer, asked)
        listed_at = rows_seen_at(tx, account)
        tx.supplier_facts.put(account, ROWS_SEEN_AT, asked.at.isoformat())
        tx.supplier_facts.put(account, COMPARED_AT_SEND, str(asked.newest_send))
        off_list = self._succeeded_rows_off_list(tx, answer, now)
        first_seen |= tx.supplier_rows.record(account, off_list.rows, asked.at, asked.newest_send)
        rows = (*answer.rows, *off_list.rows)
        owners = {row.ref_id: tx.orders.by_ref(account, row.ref_id) for row in rows}
        free = [row for row in rows if owners[row.ref_id] is None]
        kinds_by_ref_id = self._classify_unclaimed(tx, free, first_seen, now)
        found = [
            *(
                unclaimed_finding(row, now)
                for row in rows
                if kinds_by_ref_id.get(row.ref_id) is UnclaimedRowKind.UNCLAIMED
            ),
            *self._differences(answer.rows, owners, asked.at, now),
            *_misdated(answer.rows, owners, first_seen, listed_at, now),
        ]
        self._close_resolved(tx, answer.rows, found, first_seen, now)
        new_findings = [finding for finding in found if tx.findings.record(account, finding)]
        self._withhold_below_cost(tx, new_findings, rows, now)
        self._notify(tx, new_findings, recipients, now)
        kinds = kinds_by_ref_id.values()
        report = ComparisonReport(
            compared_at=now,
            rows=len(answer.rows),
            skipped=answer.skipped,
            in_doubt=sum(kind in _UNDECIDED for kind in kinds),
            findings=tx.findings.open(account),
        )
        return kinds, report

    def _succeeded_rows_off_list(
        self, tx: Transaction, answer: StatusList, now: datetime
    ) -> StatusList:
        """Return the unclaimed successful rows of the last day that have left the list.

        While they were in it, they may have been left to an open order that has ended since.
        """
        shown = {row.ref_id for row in answer.rows}
        recent = tx.supplier_rows.unclaimed(self._rules.account, now - RECHECKED_FOR, MAX_RECHECKED)
        return StatusList(
            tuple(
                row
                for row in recent
                if row.ref_id not in shown
                and self._rules.profile.status_of(row.status_word) is SupplierStatus.SUCCEEDED
            ),
            0,
        )

    def _classify_unclaimed(
        self,
        tx: Transaction,
        rows: Sequence[SupplierRow],
        first_seen: Mapping[str, FirstSeen],
        now: datetime,
    ) -> dict[str, UnclaimedRowKind]:
        """Return the kind of each of these unclaimed rows, by ref_id."""
        account, skew = self._rules.account, clock_of(tx, self._rules.account).skew
        unresolved = tx.orders.in_states(account, UNRESOLVED_STATES)
        status_of = self._rules.profile.status_of
        return {
            row.ref_id: classify_unclaimed_row(
                row, first_seen[row.ref_id].at, unresolved, status_of, now, skew
            )
            for row in rows
        }

    def _differences(
        self,
        rows: Sequence[SupplierRow],
        owners: Mapping[str, Order | None],
        asked_at: datetime,
        now: datetime,
    ) -> Iterator[Finding]:
        for row in rows:
            order = owners[row.ref_id]
            # An order that ended after the request is newer than the list.
            if order is not None and (order.ended_at is None or order.ended_at < asked_at):
                yield from differences(order, row, self._rules.profile.status_of, now)

    def _close_resolved(
        self,
        tx: Transaction,
        rows: Sequence[SupplierRow],
        found: Sequence[Finding],
        first_seen: Mapping[str, FirstSeen],
        now: datetime,
    ) -> None:
        """Close the findings that the rows no longer show, and those of rows claimed since."""
        account = self._rules.account
        current = {(finding.kind, finding.ref_id) for finding in found}
        for row in rows:  # A misdated row stays misdated, but is only found while it is new.
            seen_at = first_seen[row.ref_id].at
            if has_impossible_date(row, seen_at, seen_at):
                current.add((FindingKind.DATE, row.ref_id))
        shown = {row.ref_id for row in rows}
        open_findings = tx.findings.open(account)
        claimed = tx.orders.claimed_among(account, {finding.ref_id for finding in open_findings})
        for finding in open_findings:
            is_resolved = finding.ref_id in shown and (finding.kind, finding.ref_id) not in current
            is_claimed = finding.kind is FindingKind.UNCLAIMED and finding.ref_id in claimed
            if is_resolved or is_claimed:
                tx.findings.close(account, finding.kind, finding.ref_id, now, None)

    def _withhold_below_cost(
        self,
        tx: Transaction,
        new_findings: Sequence[Finding],
        rows: Sequence[SupplierRow],
        now: datetime,
    ) -> None:
        """Withhold products that a newly found price difference shows to be sold below cost."""
        costs = {row.ref_id: settle.plausible_cost(self._rules, row.cost) or 0 for row in rows}
        for finding in (one for one in new_findings if one.kind is FindingKind.PRICE):
            order = require_order(tx, finding.order_id or OrderId(0))
            withhold.withhold_if_below_cost(tx, self._rules, order, costs[finding.ref_id], now)

    @staticmethod
    def _notify(
        tx: Transaction, new_findings: Sequence[Finding], rules: ShopRules, now: datetime
    ) -> None:
        for kinds, condition in _ALERT_GROUPS:
            grouped = [finding for finding in new_findings if finding.kind in kinds]
            if grouped:
                detail = "\n".join(map(_line, grouped[:LINES]))
                enqueue.report(tx, rules, condition, detail, now, key=_key(grouped[0], now))
        for finding in new_findings:
            order = None if finding.order_id is None else tx.orders.get(finding.order_id)
            if order is None:
                continue
            if finding.kind is FindingKind.DELIVERED:
                settle.record_late_success(tx, rules, order, finding.ref_id, order.charged, now)
            elif finding.kind is FindingKind.REVERSED:
                key, detail = _key(finding, now), _line(finding)
                enqueue.report(tx, rules, Alert.ORDER_REVERSED, detail, now, key=key, order=order)


_UNDECIDED = frozenset({UnclaimedRowKind.OURS, UnclaimedRowKind.YOUNG})
_ALERT_GROUPS = (
    (frozenset({FindingKind.UNCLAIMED}), Alert.UNCLAIMED_ROWS),
    (
        frozenset({FindingKind.STATUS, FindingKind.PRICE, FindingKind.TARGET}),
        Alert.ROWS_DIFFER,
    ),
    (frozenset({FindingKind.DATE}), Alert.ROWS_MISDATED),
)


def _line(finding: Finding) -> str:
    return f"{finding.ref_id}: {finding.detail}"


def _key(finding: Finding, now: datetime) -> str:
    return f"{finding.kind}:{finding.ref_id}:{int(now.timestamp())}"


def _misdated(
    rows: Sequence[SupplierRow],
    owners: Mapping[str, Order | None],
    first_seen: Mapping[str, FirstSeen],
    listed_at: datetime | None,
    now: datetime,
) -> Iterator[Finding]:
    for row in rows:
        order, seen_at = owners[row.ref_id], first_seen[row.ref_id].at
        finding = misdated_finding(row, order, seen_at, listed_at, now)
        if finding is not None:
            yield finding
