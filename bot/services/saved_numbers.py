"""Saved numbers: the destinations that a customer has bought for, offered again as buttons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.customer import SavedNumber, SavedNumberId
from bot.domain.destination import DestinationKind, is_normalised, operators_of
from bot.domain.dialog import CONVERSATION, Dialog, Step
from bot.domain.errors import NotFoundError
from bot.domain.order import CustomerId
from bot.domain.shop_rules import ShopRules
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction
from bot.services.catalogue.browse import Offer

KEPT = 30
"""How many numbers are kept per customer."""
MAX_NAME_LENGTH = 24
"""The longest name of a number, in characters."""
_BRANDLESS_KINDS = (DestinationKind.PHONE, DestinationKind.METER)
"""Kinds of destination whose numbers serve every brand."""


def save_number(
    tx: Transaction,
    customer_id: CustomerId,
    offer: Offer,
    destination: str,
    now: datetime,
    zone: str = "",
) -> None:
    """Save the destination of a purchase, or mark a saved one as used now.

    Beyond 30 numbers those used longest ago are dropped, unnamed ones first.
    """
    number = SavedNumber(
        SavedNumberId(0),
        customer_id,
        offer.kind,
        _brand_key(offer),
        destination,
        name="",
        used_at=now,
        zone=zone,
    )
    tx.saved_numbers.use(number, KEPT)


def known_zone(tx: Transaction, customer_id: CustomerId, offer: Offer, destination: str) -> str:
    """Return the zone with which a customer bought for this game id before; "" when unknown."""
    if offer.kind is not DestinationKind.GAME:
        return ""
    main = _brand_key(offer)
    for number in tx.saved_numbers.of(customer_id):
        if (number.kind, number.main, number.destination) == (offer.kind, main, destination):
            return number.zone
    return ""


def _brand_key(offer: Offer) -> str:
    return "" if offer.kind in _BRANDLESS_KINDS else offer.product.listing.main


class CustomerNumbers:
    """A customer's own saved numbers; another customer's are never returned."""

    def __init__(self, store: Store, rules: ShopRules, clock: Clock) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock

    async def all(self, customer_id: CustomerId) -> Sequence[SavedNumber]:
        """Return all numbers of a customer, last used first."""
        return await self._store.read(lambda tx: tx.saved_numbers.of(customer_id))

    async def usable_for(
        self, customer_id: CustomerId, offer: Offer, count: int
    ) -> Sequence[SavedNumber]:
        """Return up to `count` numbers that a product can be delivered to, last used first.

        A phone number whose prefix belongs to another operator is left out.
        """
        numbers = await self.all(customer_id)
        return [number for number in numbers if self._fits(number, offer)][:count]

    def _fits(self, number: SavedNumber, offer: Offer) -> bool:
        if number.kind is not offer.kind or number.main != _brand_key(offer):
            return False
        if not is_normalised(offer.kind, number.destination):
            return False
        prefixes, main = self._rules.profile.prefixes, offer.product.listing.main
        if offer.kind is not DestinationKind.PHONE or main not in prefixes:
            return True
        brands = operators_of(number.destination, prefixes)
        return not brands or main in brands

    async def one(self, customer_id: CustomerId, number_id: SavedNumberId) -> SavedNumber:
        """Return one of the customer's own numbers; raises `NotFoundError`."""
        return await self._store.read(_own_number, customer_id, number_id)

    async def save_own_number(self, customer_id: CustomerId, phone: str, name: str) -> None:
        """Save the customer's own phone number under a name ("My number")."""
        now, kind = self._clock.now(), DestinationKind.PHONE
        number = SavedNumber(SavedNumberId(0), customer_id, kind, "", phone, name, now)
        await self._store.write(lambda tx: tx.saved_numbers.use(number, KEPT))

    async def record_share_button(self, customer_id: CustomerId, shown_by: int) -> None:
        """Record which update showed Telegram's share-number button; 0: it was removed."""
        await self._store.write(lambda tx: tx.facts.put(f"keys:{customer_id}", str(shown_by)))

    async def share_button_shown_by(self, customer_id: CustomerId) -> int:
        """Return the id of the update that showed the share-number button; 0: none."""
        shown_by = await self._store.read(lambda tx: tx.facts.get(f"keys:{customer_id}"))
        return int(shown_by or 0)

    async def ask_name(
        self, customer_id: CustomerId, number_id: SavedNumberId, message_id: int | None
    ) -> SavedNumber:
        """Open the dialog for the name of a number; raises `NotFoundError`."""
        now = self._clock.now()

        def ask(tx: Transaction) -> SavedNumber:
            number = _own_number(tx, customer_id, number_id)
            data: dict[str, str | int] = {"number_id": number_id}
            dialog = Dialog(
                customer_id, CONVERSATION, Step.NAME, now, message_id=message_id, data=data
            )
            tx.dialogs.put(dialog)
            return number

        return await self._store.write(ask)

    async def name(self, customer_id: CustomerId, text: str) -> SavedNumber:
        """Name the number of the open dialog; the name is cut to 24 characters.

        Ends the dialog either way. Raises `NotFoundError` when the number was deleted meanwhile.
        """
        name = " ".join(text.split())[:MAX_NAME_LENGTH].strip()

        def give(tx: Transaction) -> SavedNumber | None:
            dialog = tx.dialogs.get(customer_id)
            tx.dialogs.drop(customer_id)
            if dialog is None or dialog.step != Step.NAME:
                return None
            number_id = SavedNumberId(int(dialog.data["number_id"]))
            number = tx.saved_numbers.get(number_id)
            if number is None or number.customer_id != customer_id:
                return None
            tx.saved_numbers.rename(number_id, name)
            return tx.saved_numbers.get(number_id)

        named = await self._store.write(give)
        if named is None:
            raise NotFoundError
        return named

    async def forget(self, customer_id: CustomerId, number_id: SavedNumberId) -> None:
        """Delete a saved number; raises `NotFoundError`."""

        def forget(tx: Transaction) -> None:
            tx.saved_numbers.forget(_own_number(tx, customer_id, number_id).number_id)

        await self._store.write(forget)


def _own_number(tx: Transaction, customer_id: CustomerId, number_id: SavedNumberId) -> SavedNumber:
    number = tx.saved_numbers.get(number_id)
    if number is None or number.customer_id != customer_id:
        raise NotFoundError
    return number
