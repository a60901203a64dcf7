"""The rows of the supplier's status lists in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.erasure import ERASED
from bot.domain.supplier_comparison import is_target_masked
from bot.domain.supplier_row import MAX_SKEW, FirstSeen, SupplierRow
from storage.connection import Row
from storage.orders import SqlOrders
from storage.repository import Repository
from storage.rows import MICROSECOND, Mapper, instant, micros

ROWS = Mapper(SupplierRow)
OPEN_MARGIN = timedelta(days=2)
"""How far our clock may have been set back: a row may seem this much older than its order."""


class SqlSupplierRows(Repository):
    """Implements `SupplierRows`."""

    queries = "supplier_rows"

    def record(
        self,
        account: str,
        rows: Sequence[SupplierRow],
        at: datetime,
        requested_at_send: int | None = None,
    ) -> dict[str, FirstSeen]:
        newest, _ = SqlOrders(self._connection).newest_send(account)
        asked = {
            "at": micros(at),
            "requested_at_send": newest if requested_at_send is None else requested_at_send,
        }
        return {row.ref_id: self._recorded(account, row, newest, asked) for row in rows}

    def _recorded(
        self, account: str, row: SupplierRow, newest: int, asked: Mapping[str, int]
    ) -> FirstSeen:
        claimed = self._sql.claimed(account=account, ref_id=row.ref_id)
        stored = self._sql.record(
            account=account,
            send=newest,
            is_unclaimed=int(claimed is None),
            **asked,
            **ROWS.values(row if claimed is None else _as_matched(row, claimed)),
        )
        return _first_seen(stored)

    def empty(self, before: datetime, at: datetime, limit: int) -> int:
        return int(
            self._sql.empty(
                before=micros(before), at=micros(at), margin=OPEN_MARGIN // MICROSECOND, limit=limit
            )
        )

    def had_rows_before(self, account: str, send_number: int, sent_at: datetime) -> bool:
        row = self._sql.had_rows_before(
            account=account, send_number=send_number, sent_at=micros(sent_at)
        )
        return row is not None

    def unclaimed(
        self, account: str, since: datetime, limit: int, seen_since: datetime | None = None
    ) -> list[SupplierRow]:
        seen_since = since if seen_since is None else seen_since
        return ROWS.records(
            self._sql.unclaimed(
                account=account,
                since=micros(since),
                seen_since=micros(seen_since),
                earliest=micros(min(since - MAX_SKEW, seen_since)),
                far=MAX_SKEW // MICROSECOND,
                limit=limit,
            )
        )


def _first_seen(row: Row) -> FirstSeen:
    return FirstSeen(instant(row["first_seen_at"]), row["first_asked_send"], row["first_seen_send"])


def _as_matched(row: SupplierRow, claimed: Row) -> SupplierRow:
    """Return a claimed row with the stored service and destination if it hides them now.

    The stored values matched its order. The row of an order whose customer's data was erased says
    no more than the order.
    """
    if claimed["sent"] == ERASED:
        return replace(row, destination=ERASED, voucher="", note="")
    if claimed["service_code"] is None:
        return row
    wanted = (claimed["ordered_code"], claimed["sent"])
    kept = (claimed["service_code"], claimed["destination"])
    if is_target_masked(*wanted, row.service_code, row.destination) and not is_target_masked(
        *wanted, *kept
    ):
        return replace(row, service_code=kept[0], destination=kept[1])
    return row
