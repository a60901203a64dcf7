"""The shop's policy in the database, kept in memory as long as its version is the same."""

from __future__ import annotations

from datetime import datetime

from bot.domain.catalogue import ProductId
from bot.domain.order import CustomerId
from bot.domain.policy import Policy
from bot.domain.prices import Level, Prices, Rule, Target, pricing_in
from bot.domain.shop_settings import Overrides
from bot.ports.versions import Subject
from storage.connection import Connection, Row
from storage.repository import Repository
from storage.rows import Mapper, micros
from storage.selection import SqlSelections
from storage.versions import SqlVersions

LEVELS = Mapper(Level)
TARGETS = Mapper(Target)


class KeptPolicy:
    """The newest policy that was read, shared by the connections of a store.

    Only a reading connection puts it here: what a writing one reads may be rolled back, and its
    version be given again to something else.
    """

    def __init__(self) -> None:
        self.newest: tuple[int, Policy] = (-1, Policy())


class SqlPolicies(Repository):
    """Implements `Policies`."""

    queries = "policy"

    def __init__(
        self,
        connection: Connection,
        touched: set[str] | None = None,
        kept: KeptPolicy | None = None,
        *,
        keeps: bool = False,
    ) -> None:
        """Read from `kept`, and if `keeps`, put there what was read from the database."""
        super().__init__(connection, touched)
        self._versions = SqlVersions(connection, touched)
        self._selection = SqlSelections(connection, touched)
        self._kept = KeptPolicy() if kept is None else kept
        self._keeps = keeps

    def current(self) -> Policy:
        version = self._versions.of(Subject.POLICY)
        known, policy = self._kept.newest
        if known == version:
            return policy
        policy = self._read()
        if self._keeps:
            self._kept.newest = version, policy
        return policy

    def _read(self) -> Policy:
        settings = {row["name"]: row["value"] for row in self._sql.settings()}
        levels = tuple(LEVELS.records(self._sql.levels()))
        rules = tuple(map(_rule, self._sql.price_rules()))
        codes = {ProductId(row["product_id"]): row["code"] for row in self._sql.short_codes()}
        return Policy(Overrides(settings), Prices(levels, rules, codes), self._selection.all())

    def set(self, name: str, value: str, by: CustomerId, at: datetime) -> None:
        self._sql.set_setting(name=name, value=value, changed_by=by, changed_at=micros(at))
        self._versions.raise_(Subject.POLICY)


def _rule(row: Row) -> Rule:
    names = (row["name_at_top"], row["name_above"], row["name"])
    target = TARGETS.record(row)
    pricing = pricing_in(row["pricing"])
    assert pricing is not None  # noqa: S101 - for the type checker: the table checks it
    return Rule(target, pricing, tuple(name for name in names if name is not None))
