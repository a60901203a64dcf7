"""The audit of the books while a run goes on: after every write, or after every so many."""

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
from tests.faults.simulation.journal import Journal
from tests.faults.simulation.purchases import Purchase

SWEPT_WITHIN = timedelta(seconds=75)
"""A loop looks at least once a minute for calls that were orphaned."""
RULES_ASKED = len(RULES) + 2
"""Those that need to be told nothing, and the two about time and goods."""


_ROW = re.compile(r"its row (\S+) for")


class Auditor:
    """Asks the database for every broken rule of the books; outlives the shop's processes."""

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        rules: ShopRules,
        every: int,
        leap: timedelta,
        by_ref: Mapping[str, Purchase],
    ) -> None:
        """Look after every so many writes; calls seem older by `leap` when the clock is set."""
        self._journal = journal
        self._by_ref = by_ref
        self._clock = clock
        self._sending_limit = rules.supplier_timeout + ORPHANED_AFTER + SWEPT_WITHIN + leap
        self._every = every
        self._writes = 0

    async def wrote(self, store: Store) -> None:
        """Count a write that was committed, and audit when it is time to."""
        self._writes += 1
        if self._writes % self._every == 0:
            await store.read(self.audit)

    def audit(self, tx: Transaction) -> None:
        """Note every broken rule as a violation."""
        self._journal.counts["audits"] += 1
        self._journal.counts["invariants"] += RULES_ASKED
        for finding in tx.audit.findings(self._clock.now(), self._sending_limit):
            if self._is_of_an_odd_row(finding):
                self._journal.counts["audit: odd row"] += 1
                continue
            self._journal.violation(f"audit: {finding.rule}: {finding.detail}")

    def _is_of_an_odd_row(self, finding: AuditFinding) -> bool:
        """Tell whether a person has to look: the panel's row does not name the number clearly."""
        named = _ROW.search(finding.detail)
        row = None if named is None else self._by_ref.get(named[1])
        is_of_goods = finding.rule == GOODS.replace("_", " ")
        return is_of_goods and row is not None and row.shown_echo is not None
