"""What the shop knows about its customers, in the database."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.customer_card import (
    ENDING_LENGTH,
    CustomerFigures,
    CustomerFile,
    CustomerList,
    CustomerRow,
)
from bot.domain.order import CustomerId
from bot.domain.viewer import LevelId
from storage.repository import Repository
from storage.rows import EPOCH, Mapper, micros

LISTED = Mapper(CustomerRow)
FILES = Mapper(CustomerFile)
FIGURES = Mapper(CustomerFigures)
_AFTER_ALL = "\U0010ffff"
"""The last character; a number that begins with a text is less than the text with it."""
_DAY = timedelta(days=1)


class SqlCustomerCards(Repository):
    """Implements `CustomerCards`."""

    queries = "customer_cards"

    def listed(self, which: CustomerList, limit: int, offset: int) -> list[CustomerRow]:
        statements = {
            CustomerList.NEWEST: self._sql.newest,
            CustomerList.MOST_ACTIVE: self._sql.most_active,
            CustomerList.OWING: self._sql.owing,
            CustomerList.BLOCKED: self._sql.blocked,
        }
        return LISTED.records(statements[which](limit=limit, offset=offset))

    def rows_of(self, customer_id: CustomerId) -> list[CustomerRow]:
        return LISTED.records(self._sql.rows_of(customer_id=customer_id))

    def named(self, part: str, limit: int) -> list[CustomerRow]:
        found = LISTED.records(self._sql.named(part=f"%{_escaped(part)}%", limit=limit))
        return sorted(found, key=lambda one: (-one.recent_orders, -one.customer_id))

    def bought_for(self, prefix: str, limit: int) -> list[CustomerRow]:
        last = prefix + _AFTER_ALL
        return LISTED.records(self._sql.bought_for(first=prefix, last=last, limit=limit))

    def bought_for_ending(self, ending: str, limit: int) -> list[CustomerRow]:
        last, part = ending[-ENDING_LENGTH:], f"%{_escaped(ending)}"
        return LISTED.records(self._sql.bought_for_ending(ending=last, part=part, limit=limit))

    def file(self, customer_id: CustomerId) -> CustomerFile | None:
        return FILES.record_or_none(self._sql.file(customer_id=customer_id))

    def is_blocked(self, customer_id: CustomerId) -> bool:
        known = self.file(customer_id)
        return known is not None and known.blocked_at is not None

    def granted_limit(self, customer_id: CustomerId) -> int:
        known = self.file(customer_id)
        return 0 if known is None else known.credit_limit

    def set_note(self, customer_id: CustomerId, note: str) -> None:
        self._sql.set_note(customer_id=customer_id, note=note)

    def set_block(self, customer_id: CustomerId, blocked_at: datetime | None, reason: str) -> None:
        since = None if blocked_at is None else micros(blocked_at)
        self._sql.set_block(customer_id=customer_id, blocked_at=since, reason=reason)

    def set_credit_limit(self, customer_id: CustomerId, limit: int) -> None:
        self._sql.set_credit_limit(customer_id=customer_id, credit_limit=limit)

    def set_level(self, customer_id: CustomerId, level_id: LevelId | None) -> None:
        self._sql.set_level(customer_id=customer_id, level_id=level_id)

    def figures(self, customer_id: CustomerId, since: datetime) -> CustomerFigures:
        return FIGURES.record(self._sql.figures(customer_id=customer_id, since=_day_of(since)))

    def count_complaint(self, customer_id: CustomerId, at: datetime) -> None:
        self._sql.count_complaint(customer_id=customer_id, day=_day_of(at))

    def forget_days(self, before: datetime, limit: int) -> int:
        return int(self._sql.forget_days(before=_day_of(before), limit=limit))

    def add_link(self, token: str, customer_id: CustomerId, at: datetime) -> None:
        self._sql.end_links(customer_id=customer_id, at=micros(at))
        self._sql.add_link(token=token, customer_id=customer_id, at=micros(at))

    def use_link(self, token: str, since: datetime, at: datetime) -> CustomerId | None:
        row = self._sql.use_link(token=token, since=micros(since), at=micros(at))
        return None if row is None else CustomerId(row["customer_id"])


def _day_of(at: datetime) -> int:
    """Return a day of UTC, counted from 1970."""
    return (at - EPOCH) // _DAY


def _escaped(text: str) -> str:
    """Return a text of which no character has a meaning in a pattern of `like`."""
    return text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
