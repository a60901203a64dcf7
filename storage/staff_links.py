"""The links by which people ask to become employees, in the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.order import CustomerId
from bot.domain.staff import StaffLink, StaffLinkId
from storage.repository import Repository
from storage.rows import Mapper, micros

LINKS = Mapper(StaffLink)


class SqlStaffLinks(Repository):
    """Implements `StaffLinks`."""

    queries = "staff_links"

    def add(self, link: StaffLink) -> StaffLink:
        values = LINKS.values(link)
        del values["link_id"]
        return replace(link, link_id=StaffLinkId(self._sql.add(**values)["link_id"]))

    def get(self, link_id: StaffLinkId) -> StaffLink | None:
        return LINKS.record_or_none(self._sql.get(link_id=link_id))

    def by_code(self, code: str) -> StaffLink | None:
        return LINKS.record_or_none(self._sql.by_code(code=code))

    def take(self, link_id: StaffLinkId, asked_by: CustomerId, at: datetime) -> bool:
        return bool(self._sql.take(link_id=link_id, asked_by=asked_by, at=micros(at)))

    def decide(
        self, link_id: StaffLinkId, decided_by: CustomerId, at: datetime, *, is_accepted: bool
    ) -> bool:
        return bool(
            self._sql.decide(
                link_id=link_id, decided_by=decided_by, at=micros(at), is_accepted=int(is_accepted)
            )
        )

    def undecided(self) -> list[StaffLink]:
        return LINKS.records(self._sql.undecided())

    def asks(self, customer_id: CustomerId) -> bool:
        return self._sql.asks(customer_id=customer_id) is not None

    def forget_unused(self, made_before: datetime, limit: int) -> int:
        return int(self._sql.forget_unused(made_before=micros(made_before), limit=limit))
