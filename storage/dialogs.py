"""The dialogs in the database; at most one for each customer."""

from __future__ import annotations

from bot.domain.dialog import Dialog
from bot.domain.order import CustomerId
from storage.repository import Repository
from storage.rows import Mapper

DIALOGS = Mapper(Dialog)


class SqlDialogs(Repository):
    """Implements `Dialogs`."""

    queries = "dialogs"

    def put(self, dialog: Dialog) -> None:
        self._sql.put(**DIALOGS.values(dialog))

    def get(self, customer_id: CustomerId) -> Dialog | None:
        return DIALOGS.record_or_none(self._sql.get(customer_id=customer_id))

    def drop(self, customer_id: CustomerId) -> None:
        self._sql.drop(customer_id=customer_id)

    def all(self, conversation: str) -> list[Dialog]:
        return DIALOGS.records(self._sql.of_conversation(conversation=conversation))
