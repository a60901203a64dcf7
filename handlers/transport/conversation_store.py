"""The conversation's state: the step of the customer's dialog, read from the database.

python-telegram-bot keeps conversation states in memory and persists them every 60 seconds and at
shutdown: a killed bot would lose the question that it asked. Here a handler writes the step in the
transaction of its effect, and every update begins by reading it, together with its sender. The
copy in the library's memory is overwritten each time.
"""

from __future__ import annotations

from telegram import Update
from telegram.ext import ConversationHandler

from handlers.ui.context import ShopContext


class StoredConversation(ConversationHandler[ShopContext]):
    """A `ConversationHandler` whose state is loaded from the customer's dialog."""

    async def load(self, update: Update, context: ShopContext) -> None:
        """Set the sender's state to the step of their dialog, or to END without a dialog.

        Call it before the library looks for a handler. The updates of a chat are handled one after
        another, so no other update changes the dialog in between.
        """
        await context.customer(update)
        dialog = context.dialog_at_arrival
        state = self.END if dialog is None else dialog.step
        # Both methods are protected. The library's version is pinned, and tests cover every step.
        self._update_state(state, self._get_key(update))
