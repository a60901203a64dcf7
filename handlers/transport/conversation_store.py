"""The conversation's state: the step of the customer's dialog, read from the database.

python-telegram-bot keeps conversation states in memory, and persists them every 60 seconds and at
shutdown: a killed bot would forget what it asked. Here a handler writes the step in the transaction
of its effect, and every update begins by reading it, so the library's memory is no second truth.
"""

from __future__ import annotations

from telegram import Update
from telegram.ext import ConversationHandler

from handlers.ui.context import ShopContext, customer_of


class StoredConversation(ConversationHandler[ShopContext]):
    """A `ConversationHandler` whose state is loaded from the customer's dialog."""

    async def load(self, update: Update, context: ShopContext) -> None:
        """Set the sender's state to the step of their dialog; without a dialog there is none.

        Call it before the library looks for a handler. The updates of a chat are handled one after
        another, so no other update changes the dialog in between.
        """
        dialog = await context.shop.dialogs.of(customer_of(update))
        state = self.END if dialog is None else dialog.step
        # Protected in the library, whose version is pinned; tests of every step guard it.
        self._update_state(state, self._get_key(update))
