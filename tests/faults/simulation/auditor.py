"""Audits of the books during a run: after every write, or after every n-th write."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

from bot.domain.shop_rules import ShopRules
from bot.ports.audit import AuditFinding
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction
from bot.services.orders.reconcile import ORPHANED_AFTER
from storage.audit import GOODS, RULES
from tests.faults.simulation.panel_sales import PanelSale
from tests.faults.simulation.run_log import RunLog

SWEPT_WITHIN = timedelta(seconds=75)
"""A loop looks for orphaned calls at least once a minute."""
RULES_ASKED = len(RULES) + 2
"""The rules without parameters, plus the two that take a time limit and the goods."""


_ROW = re.compile(r"its row (\S+) for")


class Auditor:
    """Queries the database for every broken rule of the books; shared by all processes of a run."""

    def __init__(
        self,
        log: RunLog,
        clock: Clock,
        rules: ShopRules,
        every: int,
        leap: timedelta,
        by_ref: Mapping[str, PanelSale],
    ) -> None:
        """Audit after every `every` writes.

        `leap` is how far the clock may be set forward in a run; calls then look older.
        """
        self._log = log
        self._by_ref = by_ref
        self._clock = clock
        self._sending_limit = rules.supplier_timeout + ORPHANED_AFTER + SWEPT_WITHIN + leap
        self._every = every
        self._writes = 0

    async def wrote(self, store: Store) -> None:
        """Count a committed write, and audit if it is the n-th."""
        self._writes += 1
        if self._writes % self._every == 0:
            await store.read(self.audit)

    def audit(self, tx: Transaction) -> None:
        """Record every finding as a violation."""
        self._log.counts["audits"] += 1
        self._log.counts["invariants"] += RULES_ASKED
        for finding in tx.audit.findings(self._clock.now(), self._sending_limit):
            if self._is_about_odd_number(finding):
                self._log.counts["audit: odd row"] += 1
                continue
            self._log.violation(f"audit: {finding.rule}: {finding.detail}")

    def _is_about_odd_number(self, finding: AuditFinding) -> bool:
        """Return whether a finding is about a row whose number the panel writes in an odd form.

        An admin has to decide such a row, so the finding is expected.
        """
        match = _ROW.search(finding.detail)
        row = None if match is None else self._by_ref.get(match[1])
        is_of_goods = finding.rule == GOODS.replace("_", " ")
        return is_of_goods and row is not None and row.shown_echo is not None
