"""The owner's prices in the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from bot.domain.catalogue import ProductId
from bot.domain.price_change import PriceChange, PriceChangeId
from bot.domain.prices import Level, Pricing, Target, written
from bot.domain.viewer import LevelId
from bot.ports.versions import Subject
from storage.connection import Connection
from storage.repository import Repository
from storage.rows import Mapper
from storage.versions import SqlVersions

CHANGES = Mapper(PriceChange)


class SqlPriceBook(Repository):
    """Implements `PriceBook`."""

    queries = "prices"

    def __init__(self, connection: Connection, touched: set[str] | None = None) -> None:
        super().__init__(connection, touched)
        self._versions = SqlVersions(connection, touched)

    def put(self, target: Target, pricing: Pricing | None) -> None:
        columns = {
            "level_id": target.level_id,
            "category_id": target.category_id,
            "product_id": target.product_id,
        }
        self._sql.remove_rule(
            level=target.level_id or 0,
            category=target.category_id or 0,
            product=target.product_id or 0,
        )
        if pricing is not None:
            self._sql.add_rule(pricing=written(pricing), **columns)
        self._changed()

    def add_change(self, change: PriceChange) -> PriceChange:
        columns = CHANGES.values(change)
        del columns["change_id"]
        return CHANGES.record(self._sql.add_change(**columns))

    def last_change(self) -> PriceChange | None:
        return CHANGES.record_or_none(self._sql.last_change())

    def change(self, change_id: PriceChangeId) -> PriceChange | None:
        return CHANGES.record_or_none(self._sql.change(change_id=change_id))

    def add_level(self, name: str, position: int) -> LevelId:
        self._changed()
        return LevelId(self._sql.add_level(name=name, position=position)["level_id"])

    def save_level(self, level: Level) -> None:
        self._sql.save_level(level_id=level.level_id, name=level.name, position=level.position)
        self._changed()

    def delete_level(self, level_id: LevelId) -> None:
        self._sql.remove_rules_of(level_id=level_id)
        self._sql.delete_level(level_id=level_id)
        self._changed()

    def customers_with(self, level_id: LevelId) -> int:
        return int(self._sql.customers_with(level_id=level_id)["customers"])

    def set_code(self, product_id: ProductId, code: str | None) -> None:
        self._sql.remove_code(product_id=product_id)
        if code is not None:
            self._sql.add_code(product_id=product_id, code=code)
        self._changed()

    def bought_lately(self, orders: int) -> Mapping[ProductId, int]:
        rows = self._sql.bought_lately(orders=orders)
        return Counter(ProductId(row["product_id"]) for row in rows)

    def _changed(self) -> None:
        self._versions.raise_(Subject.POLICY)
