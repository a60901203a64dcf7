"""The products withheld from sale, in the database."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.catalogue import ProductId
from bot.domain.withheld_products import Withheld, WithheldId
from storage.connection import duplicates_translated
from storage.repository import Repository
from storage.rows import Mapper

WITHHELD = Mapper(Withheld)


class SqlWithheldProducts(Repository):
    """Implements `WithheldProducts`."""

    queries = "withheld_products"

    def add(self, withheld: Withheld) -> Withheld:
        with duplicates_translated(self._connection):
            row = self._sql.add(**WITHHELD.values(withheld))
        return replace(withheld, withheld_id=WithheldId(row["withheld_id"]))

    def save(self, withheld: Withheld) -> Withheld:
        values = WITHHELD.values(withheld)
        changed = ("withheld_id", "cost", "released_at", "released_by", "ended_at")
        self._sql.save(**{name: values[name] for name in changed})
        return withheld

    def get(self, withheld_id: WithheldId) -> Withheld | None:
        return WITHHELD.record_or_none(self._sql.get(withheld_id=withheld_id))

    def of(self, product_id: ProductId) -> Withheld | None:
        return WITHHELD.record_or_none(self._sql.of(product_id=product_id))

    def open(self) -> list[Withheld]:
        return WITHHELD.records(self._sql.open())

    def product_ids(self) -> frozenset[ProductId]:
        return frozenset(one.product_id for one in self.open() if one.is_withheld)
