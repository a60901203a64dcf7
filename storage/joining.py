"""The invitations and the requests to join in the database."""

from __future__ import annotations

from datetime import datetime

from bot.domain.joining import Invitation, JoinRequest
from bot.domain.order import CustomerId
from storage.repository import Repository
from storage.rows import Mapper, micros

INVITATIONS = Mapper(Invitation)
REQUESTS = Mapper(JoinRequest)


class SqlJoining(Repository):
    """Implements `Joining`."""

    queries = "joining"

    def add_invitation(self, invitation: Invitation) -> None:
        self._sql.add_invitation(**INVITATIONS.values(invitation))

    def invitation(self, code: str) -> Invitation | None:
        return INVITATIONS.record_or_none(self._sql.invitation(code=code))

    def open_invitations(self, now: datetime, limit: int) -> list[Invitation]:
        return INVITATIONS.records(self._sql.open_invitations(now=micros(now), limit=limit))

    def delete_invitation(self, code: str, at: datetime) -> bool:
        return bool(self._sql.delete_invitation(code=code, at=micros(at)))

    def use_invitation(self, code: str, customer_id: CustomerId, at: datetime) -> None:
        self._sql.count_use(code=code)
        self._sql.add_use(code=code, customer_id=customer_id, used_at=micros(at))

    def invitation_of(self, customer_id: CustomerId) -> Invitation | None:
        return INVITATIONS.record_or_none(self._sql.invitation_of(customer_id=customer_id))

    def put_request(self, request: JoinRequest) -> None:
        self._sql.put_request(**REQUESTS.values(request))

    def request_of(self, customer_id: CustomerId) -> JoinRequest | None:
        return REQUESTS.record_or_none(self._sql.request_of(customer_id=customer_id))

    def waiting(self, limit: int) -> list[JoinRequest]:
        return REQUESTS.records(self._sql.waiting(limit=limit))
