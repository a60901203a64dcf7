"""Changes to a whole database when the shop resumes from a backup."""

from __future__ import annotations

from datetime import datetime

from bot.domain.customer import FIRST_CUSTOMER_ID
from bot.domain.order import IDS_PER_EPOCH
from storage.repository import Repository
from storage.rows import instant_or_none, micros

COUNTED = (
    "admin_acts",
    "categories",
    "orders",
    "outbox",
    "products",
    "reopening_requests",
    "restock_requests",
    "saved_numbers",
    "topups",
    "transfers",
    "withheld_products",
    "customer_levels",
    "price_changes",
    "price_rules",
    "staff_links",
    "thread_messages",
    "threads",
)
"""The tables with sequential ids that buttons or dedupe keys may contain."""

_NEWEST = 1_000
"""How many of the newest rows of a table are looked at for the newest instant."""


class SqlRestoration(Repository):
    """Implements `Restoration`."""

    queries = "restoration"

    def newest_at(self) -> datetime | None:
        return instant_or_none(self._sql.newest(limit=_NEWEST)["newest_at"])

    def epoch(self) -> int:
        return int(self._sql.newest_id()["newest_id"] or 0) // IDS_PER_EPOCH

    def begin_epoch(self, epoch: int) -> None:
        last_id = epoch * IDS_PER_EPOCH
        for table in COUNTED:
            self._sql.raise_counter(table_name=table, last_id=last_id)
            self._sql.add_counter(table_name=table, last_id=last_id)
        # Persons' ids begin higher, and their counter does not say which epoch it is.
        self._sql.raise_id_counter(name="customers", last_id=FIRST_CUSTOMER_ID - 1 + last_id)

    def forget_unfinished(self) -> int:
        self._sql.delete_dialogs()
        return int(self._sql.delete_unused_confirmations())

    def close_inbox(self, at: datetime, error: str) -> int:
        return int(self._sql.close_inbox(at=micros(at), error=error))

    def make_outbox_stale(self) -> int:
        return int(self._sql.make_outbox_stale())
