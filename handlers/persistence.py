"""Where conversations stood when the bot ended: read from the dialogs that handlers write.

python-telegram-bot writes its own persistence every 60 seconds and at shutdown, so a killed
bot would forget what it asked. Here a step is written in the transaction of its effect, and
this class only reads it back.
"""

from __future__ import annotations

from typing import Any

from telegram.ext import BasePersistence, PersistenceInput
from typing_extensions import override

from bot.ports.store import Store
from handlers.context import BotData, Data


class DialogPersistence(BasePersistence[Data, Data, BotData]):
    """Restores a conversation by its name; everything else is not stored."""

    def __init__(self, store: Store) -> None:
        """Read from `store` when the application is initialized."""
        super().__init__(
            PersistenceInput(bot_data=False, chat_data=False, user_data=False, callback_data=False)
        )
        self._store = store

    @override
    async def get_conversations(self, name: str) -> dict[tuple[int | str, ...], object]:
        """Return each customer's step; a private chat has the id of its user."""
        dialogs = await self._store.read(lambda tx: tx.dialogs.all(name))
        return {(dialog.customer_id, dialog.customer_id): dialog.step for dialog in dialogs}

    @override
    async def update_conversation(
        self, name: str, key: tuple[int | str, ...], new_state: object | None
    ) -> None:
        """Do nothing: the handler wrote the step with its effect."""

    @override
    async def get_user_data(self) -> dict[int, Data]:
        return {}

    @override
    async def get_chat_data(self) -> dict[int, Data]:
        return {}

    @override
    async def get_bot_data(self) -> BotData:
        return BotData()

    @override
    async def get_callback_data(self) -> None:
        return None

    @override
    async def update_user_data(self, user_id: int, data: Data) -> None:
        """Do nothing: nobody stores any."""

    @override
    async def update_chat_data(self, chat_id: int, data: Data) -> None:
        """Do nothing: nobody stores any."""

    @override
    async def update_bot_data(self, data: BotData) -> None:
        """Do nothing: nobody stores any."""

    @override
    async def update_callback_data(self, data: Any) -> None:
        """Do nothing: nobody stores any."""

    @override
    async def drop_chat_data(self, chat_id: int) -> None:
        """Do nothing: nobody stores any."""

    @override
    async def drop_user_data(self, user_id: int) -> None:
        """Do nothing: nobody stores any."""

    @override
    async def refresh_user_data(self, user_id: int, user_data: Data) -> None:
        """Do nothing: nobody stores any."""

    @override
    async def refresh_chat_data(self, chat_id: int, chat_data: Data) -> None:
        """Do nothing: nobody stores any."""

    @override
    async def refresh_bot_data(self, bot_data: BotData) -> None:
        """Do nothing: nobody stores any."""

    @override
    async def flush(self) -> None:
        """Do nothing: everything is on disk already."""
