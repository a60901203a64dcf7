"""The shop's staff in the database."""

from __future__ import annotations

from bot.domain.customer import TelegramId
from bot.domain.order import CustomerId
from bot.domain.staff import NO_RIGHTS, Right, StaffMember, rights_in
from storage.repository import Repository
from storage.rows import Mapper

MEMBERS = Mapper(StaffMember)


class SqlStaff(Repository):
    """Implements `Staff`."""

    queries = "staff"

    def rights_of(self, customer_id: CustomerId) -> frozenset[Right]:
        row = self._sql.rights_of(customer_id=customer_id)
        return NO_RIGHTS if row is None else rights_in(row["rights"])

    def all(self) -> list[StaffMember]:
        return MEMBERS.records(self._sql.everybody())

    def accounts_with(self, right: Right) -> list[TelegramId]:
        return sorted(
            TelegramId(row["telegram_id"])
            for row in self._sql.accounts()
            if row["telegram_id"] is not None and right in row["rights"].split()
        )

    def put(self, member: StaffMember) -> None:
        self._sql.put(**MEMBERS.values(member))

    def remove(self, customer_id: CustomerId) -> bool:
        return bool(self._sql.remove(customer_id=customer_id))
