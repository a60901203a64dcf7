"""Dialogs: each customer's current step in the conversation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.dialog import CONVERSATION, Dialog, Step
from bot.domain.order import CustomerId, OrderId
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction


class CustomerDialogs:
    """Reads and changes steps that no other use case writes together with its effect."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def of(self, customer_id: CustomerId) -> Dialog | None:
        """Return a customer's open dialog, or None."""
        return await self._store.read(lambda tx: tx.dialogs.get(customer_id))

    async def browse(self, customer_id: CustomerId) -> None:
        """Set the step PRODUCT; a product and a destination given before are dropped."""
        await self.browse_on(customer_id, await self.of(customer_id))

    async def browse_on(self, customer_id: CustomerId, known: Dialog | None) -> None:
        """Set the step PRODUCT; `known` is the dialog as it is stored now.

        Most presses go from one catalogue level to the next and need no write.
        """
        if known is None or known.step != Step.PRODUCT:
            dialog = Dialog(customer_id, CONVERSATION, Step.PRODUCT, self._clock.now())
            await self._store.write(lambda tx: tx.dialogs.put(dialog))

    async def set_message(self, customer_id: CustomerId, message_id: int | None) -> None:
        """Record the message that shows the dialog's screen, after it had to be sent again."""

        def note(tx: Transaction) -> None:
            dialog = tx.dialogs.get(customer_id)
            if dialog is not None and dialog.message_id != message_id:
                tx.dialogs.put(replace(dialog, message_id=message_id))

        await self._store.write(note)

    async def end(self, customer_id: CustomerId) -> bool:
        """End a customer's dialog; False when none was open."""

        def drop(tx: Transaction) -> bool:
            known = tx.dialogs.get(customer_id) is not None
            tx.dialogs.drop(customer_id)
            return known

        return await self._store.write(drop)

    async def ask_selling_price(self, customer_id: CustomerId, order_id: OrderId) -> None:
        """Set the step SELLING_PRICE, which asks for the price to print on an order's receipt."""
        now, data = self._clock.now(), {"order_id": int(order_id)}
        dialog = Dialog(customer_id, CONVERSATION, Step.SELLING_PRICE, now, data=data)
        await self._store.write(lambda tx: tx.dialogs.put(dialog))

    async def ask_price(
        self, customer_id: CustomerId, message_id: int | None, data: Mapping[str, str | int]
    ) -> None:
        """Set the step PRICE, which asks an owner for something about prices; `data` says what."""
        now = self._clock.now()
        dialog = Dialog(customer_id, CONVERSATION, Step.PRICE, now, None, message_id, data)
        await self._store.write(lambda tx: tx.dialogs.put(dialog))

    async def ask_adjustment(
        self, actor_id: CustomerId, customer_id: CustomerId, *, is_debit: bool
    ) -> None:
        """Set the step ADJUSTMENT, which asks for the amount to credit or debit."""
        data = {"customer_id": int(customer_id), "is_debit": int(is_debit)}
        dialog = Dialog(actor_id, CONVERSATION, Step.ADJUSTMENT, self._clock.now(), data=data)
        await self._store.write(lambda tx: tx.dialogs.put(dialog))
