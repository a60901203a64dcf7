"""What the shop sells, in the database: the owner's choices about categories and products."""

from __future__ import annotations

from bot.domain.catalogue import CategoryId, ProductId
from bot.domain.selection import Choice, Selection
from bot.ports.versions import Subject
from storage.connection import Connection
from storage.repository import Repository
from storage.rows import Mapper
from storage.versions import SqlVersions

CHOICES = Mapper(Choice)
_OF_TYPES = ("name", "position")


class SqlSelections(Repository):
    """Implements `Selections`."""

    queries = "selection"

    def __init__(self, connection: Connection, touched: set[str] | None = None) -> None:
        super().__init__(connection, touched)
        self._versions = SqlVersions(connection, touched)

    def all(self) -> Selection:
        """Return all choices, as a part of the policy."""
        return Selection(
            {CategoryId(row["category_id"]): CHOICES.record(row) for row in self._sql.categories()},
            {ProductId(row["product_id"]): CHOICES.record(row) for row in self._sql.products()},
        )

    def put_category(self, category_id: CategoryId, choice: Choice) -> None:
        self._sql.put_category(category_id=category_id, **CHOICES.values(choice))
        self._versions.raise_(Subject.POLICY)

    def put_product(self, product_id: ProductId, choice: Choice) -> None:
        values = CHOICES.values(choice)
        for name in _OF_TYPES:
            del values[name]
        self._sql.put_product(product_id=product_id, **values)
        self._versions.raise_(Subject.POLICY)
