"""The confirmations in the database."""

from __future__ import annotations

from datetime import datetime

from bot.domain.confirmation import Confirmation
from bot.domain.order import CustomerId
from storage.repository import Repository
from storage.rows import Mapper, micros

CONFIRMATIONS = Mapper(Confirmation)


class SqlConfirmations(Repository):
    """Implements `Confirmations`."""

    queries = "confirmations"

    def add(self, confirmation: Confirmation) -> None:
        self._sql.add(**CONFIRMATIONS.values(confirmation))

    def get(self, token: str) -> Confirmation | None:
        return CONFIRMATIONS.record_or_none(self._sql.get(token=token))

    def amend(self, confirmation: Confirmation) -> None:
        payload = CONFIRMATIONS.values(confirmation)["payload"]
        self._sql.amend(token=confirmation.token, payload=payload)

    def consume(self, token: str, actor_id: CustomerId, at: datetime, outcome: str) -> bool:
        used = self._sql.consume(token=token, actor_id=actor_id, at=micros(at), outcome=outcome)
        return bool(used)

    def forget_unused(self, shown_before: datetime, limit: int) -> int:
        return int(self._sql.forget_unused(before=micros(shown_before), limit=limit))

    def forget_used(self, used_before: datetime, limit: int) -> int:
        return int(self._sql.forget_used(before=micros(used_before), limit=limit))
