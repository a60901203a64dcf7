"""The products withheld from sale, in the database."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from bot.domain.catalogue import ProductId
from bot.domain.withheld_products import Withheld, WithheldId
from storage.failures import duplicates_translated
from storage.rows import Mapper
from storage.statements import statements

WITHHELD = Mapper(Withheld)


class SqlWithheldProducts:
    """Implements `WithheldProducts`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Use the transaction that the connection is in."""
        self._connection = connection
        self._sql = statements("withheld_products")

    def add(self, withheld: Withheld) -> Withheld:
        with duplicates_translated():
            row = self._sql.add(self._connection, **WITHHELD.values(withheld))
        return replace(withheld, withheld_id=WithheldId(row["withheld_id"]))

    def save(self, withheld: Withheld) -> Withheld:
        values = WITHHELD.values(withheld)
        changed = ("withheld_id", "cost", "released_at", "released_by", "ended_at")
        self._sql.save(self._connection, **{name: values[name] for name in changed})
        return withheld

    def get(self, withheld_id: WithheldId) -> Withheld | None:
        return self._one(self._sql.get(self._connection, withheld_id=withheld_id))

    def of(self, product_id: ProductId) -> Withheld | None:
        return self._one(self._sql.of(self._connection, product_id=product_id))

    def open(self) -> list[Withheld]:
        return [WITHHELD.record(row) for row in self._sql.open(self._connection)]

    def product_ids(self) -> frozenset[ProductId]:
        return frozenset(one.product_id for one in self.open() if one.is_withheld)

    @staticmethod
    def _one(row: sqlite3.Row | None) -> Withheld | None:
        return None if row is None else WITHHELD.record(row)
