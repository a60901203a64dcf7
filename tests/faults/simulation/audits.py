"""The audit of the books while a run goes on: after every write, or after every so many."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.rules import ShopRules
from bot.ports import Clock, Store, Transaction
from bot.services.reconcile import ORPHANED_AFTER
from storage.audit import RULES
from tests.faults.simulation.journal import Journal

SWEPT_WITHIN = timedelta(seconds=75)
"""A loop looks at least once a minute for calls that were orphaned."""
RULES_ASKED = len(RULES) + 2
"""Those that need to be told nothing, and the two about time and goods."""


class Auditor:
    """Asks the database for every broken rule of the books; outlives the shop's processes."""

    def __init__(self, journal: Journal, clock: Clock, rules: ShopRules, every: int) -> None:
        """Look after every so many writes."""
        self._journal = journal
        self._clock = clock
        self._sending_limit = rules.supplier_timeout + ORPHANED_AFTER + SWEPT_WITHIN
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
            self._journal.violation(f"audit: {finding.rule}: {finding.detail}")
