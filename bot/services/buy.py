"""Buy: choose a product, give a destination, see the quote, confirm once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.catalogue import ProductId
from bot.domain.customer import CONVERSATION, Confirmation, ConfirmationKind, Dialog, Step
from bot.domain.destination import DestinationKind, is_normalised, normalise, operators_of
from bot.domain.errors import (
    BoughtJustNowError,
    InsufficientFundsError,
    InvalidTransitionError,
    NotFoundError,
    PriceChangedError,
    ShopPausedError,
    TokenError,
    TokenFault,
)
from bot.domain.ledger import REVENUE, Account, Phase, Purpose, Transfer, wallet_of
from bot.domain.money import Rupiah
from bot.domain.order import CancelReason, CustomerId, Order, OrderId, OrderState
from bot.domain.rules import ASK_AGAIN_WITHIN, TOKEN_LIFETIME, ShopRules
from bot.ports import Clock, Ids, Store, Transaction
from bot.services import tell
from bot.services.browse import Offer, Shelf, find_offer, require_available
from bot.services.settle import cancel

PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Quote:
    """The confirm screen: what will be bought for whom, and what it leaves in the wallet."""

    token: str
    offer: Offer
    destination: str
    wallet: Account
    bought_before: Order | None
    """The same product went to the same destination within the last 10 minutes."""
    is_second_today: bool
    """The supplier takes this product once a day for a destination, and it had it today."""
    other_brands: frozenset[str]
    """The number seems to belong to these brands, and not to the product's."""

    @property
    def balance_after(self) -> int:
        """What is left in the wallet after the purchase, below 0 on credit."""
        return self.wallet.balance - self.offer.price

    @property
    def missing(self) -> int:
        """The rupiah that the customer lacks; 0 when the wallet is enough."""
        return max(0, self.offer.price - self.wallet.available)


class Buy:
    """The customer's side of a purchase, up to the order in the queue."""

    def __init__(
        self, store: Store, shelf: Shelf, rules: ShopRules, clock: Clock, ids: Ids
    ) -> None:
        """Work on the shelf as it is at every call."""
        self._store = store
        self._shelf = shelf
        self._rules = rules
        self._clock = clock
        self._ids = ids

    async def choose(
        self, customer_id: CustomerId, product_id: ProductId, message_id: int | None
    ) -> Offer:
        """Remember the product and wait for its destination; an unavailable one is refused.

        Raises `ProductUnavailableError`.
        """
        now = self._clock.now()
        offer = find_offer(self._shelf.catalogue, product_id, self._rules, now)
        require_available(offer)
        dialog = Dialog(customer_id, CONVERSATION, Step.DESTINATION, now, product_id, message_id)
        await self._store.write(lambda tx: tx.dialogs.put(dialog))
        return offer

    async def quote(
        self,
        customer_id: CustomerId,
        product_id: ProductId,
        text: str,
        message_id: int | None = None,
    ) -> Quote:
        """Check a destination as typed and return the confirm screen with a fresh token.

        Raises `DestinationError` or `ProductUnavailableError`. Takes no money yet: a wallet
        that is short is part of the quote.
        """
        now = self._clock.now()
        offer = find_offer(self._shelf.catalogue, product_id, self._rules, now)
        require_available(offer)
        destination = normalise(offer.kind, text, offer.game_form)
        token = self._ids.token()
        return await self._store.write(
            self._quote, customer_id, offer, destination, token, message_id, now
        )

    def _quote(
        self,
        tx: Transaction,
        customer_id: CustomerId,
        offer: Offer,
        destination: str,
        token: str,
        message_id: int | None,
        now: datetime,
    ) -> Quote:
        product = offer.product
        before = tx.orders.latest_same(
            customer_id, product.product_id, destination, now - ASK_AGAIN_WITHIN
        )
        payload: dict[str, str | int] = {
            "product_id": product.product_id,
            "destination": destination,
            "price": offer.price,
            "bought_before": 0 if before is None else before.order_id,
        }
        tx.confirmations.add(
            Confirmation(token, customer_id, ConfirmationKind.PURCHASE, payload, now)
        )
        tx.dialogs.put(
            Dialog(
                customer_id,
                CONVERSATION,
                Step.CONFIRM,
                now,
                product.product_id,
                message_id,
                {"token": token, "destination": destination},
            )
        )
        return Quote(
            token=token,
            offer=offer,
            destination=destination,
            wallet=tx.ledger.account(wallet_of(customer_id)),
            bought_before=before,
            is_second_today=self._is_second_today(tx, customer_id, offer, destination, now),
            other_brands=self._other_brands(offer, destination),
        )

    def _is_second_today(
        self,
        tx: Transaction,
        customer_id: CustomerId,
        offer: Offer,
        destination: str,
        now: datetime,
    ) -> bool:
        if offer.product.listing.is_repeatable:
            return False
        midnight = now.astimezone(self._rules.timezone).replace(
            hour=0, minute=0, second=0, microsecond=0
        )
        product_id = offer.product.product_id
        return tx.orders.latest_same(customer_id, product_id, destination, midnight) is not None

    def _other_brands(self, offer: Offer, destination: str) -> frozenset[str]:
        prefixes = self._rules.profile.prefixes
        main = offer.product.listing.main
        if offer.kind is not DestinationKind.PHONE or main not in prefixes:
            return frozenset()
        brands = operators_of(destination, prefixes)
        return frozenset() if main in brands else brands

    async def confirm(self, customer_id: CustomerId, token: str, message_id: int | None) -> Order:
        """Turn a confirm button into one queued order with its money held.

        The second press, and the same press delivered twice, raise `TokenError` with the
        order's number. Raises `ShopPausedError`, `ProductUnavailableError`,
        `PriceChangedError`, `BoughtJustNowError` (show the quote again) and
        `InsufficientFundsError`; the token stays good for all of these. The message
        `message_id` becomes the order's one message.
        """
        now = self._clock.now()
        return await self._store.write(self._confirm, customer_id, token, message_id, now)

    def _confirm(
        self,
        tx: Transaction,
        customer_id: CustomerId,
        token: str,
        message_id: int | None,
        now: datetime,
    ) -> Order:
        confirmation = usable(tx, token, customer_id, ConfirmationKind.PURCHASE, now)
        if tx.conditions.get(PAUSED) is not None:
            raise ShopPausedError
        payload = confirmation.payload
        product_id = ProductId(int(payload["product_id"]))
        destination = str(payload["destination"])
        offer = find_offer(self._shelf.catalogue, product_id, self._rules, now)
        require_available(offer)
        if offer.price != payload["price"]:
            raise PriceChangedError(int(payload["price"]), offer.price)
        if not is_normalised(offer.kind, destination):
            raise TokenError(TokenFault.EXPIRED)
        before = tx.orders.latest_same(customer_id, product_id, destination, now - ASK_AGAIN_WITHIN)
        if before is not None and before.order_id != payload["bought_before"]:
            raise BoughtJustNowError
        return self._place(tx, customer_id, offer, destination, token, message_id, now)

    def _place(
        self,
        tx: Transaction,
        customer_id: CustomerId,
        offer: Offer,
        destination: str,
        token: str,
        message_id: int | None,
        now: datetime,
    ) -> Order:
        wallet = tx.ledger.account(wallet_of(customer_id))
        if wallet.available < offer.price:
            raise InsufficientFundsError(wallet.available, offer.price)
        listing = offer.product.listing
        order = tx.orders.add(
            Order(
                order_id=OrderId(0),
                account=self._rules.account,
                customer_id=customer_id,
                product_id=offer.product.product_id,
                service_code=listing.code,
                product_name=listing.name,
                category_type=listing.type,
                main=listing.main,
                destination=destination,
                price=offer.price,
                cost=listing.cost,
                state=OrderState.QUEUED,
                created_at=now,
                is_counter_sale=self._rules.is_admin(customer_id),
                message_id=message_id,
            )
        )
        hold(tx, order, now)
        tx.confirmations.consume(token, customer_id, now, order.number)
        tx.dialogs.drop(customer_id)
        tell.tell_order(tx, order, now)
        return order

    async def forget(self, customer_id: CustomerId) -> bool:
        """Leave the conversation; False when there was none."""

        def drop(tx: Transaction) -> bool:
            known = tx.dialogs.get(customer_id) is not None
            tx.dialogs.drop(customer_id)
            return known

        return await self._store.write(drop)

    async def cancel(self, customer_id: CustomerId, order_id: OrderId) -> Order:
        """Cancel the customer's own order while it is queued, and free its money.

        Raises `NotFoundError` for another's order, `InvalidTransitionError` when it is sent.
        """
        return await self._store.write(self._cancel, customer_id, order_id, self._clock.now())

    @staticmethod
    def _cancel(
        tx: Transaction, customer_id: CustomerId, order_id: OrderId, now: datetime
    ) -> Order:
        order = tx.orders.get(order_id)
        if order is None or order.customer_id != customer_id:
            raise NotFoundError
        if order.state is not OrderState.QUEUED:
            raise InvalidTransitionError(order.state, "cancel")
        return cancel(tx, order, CancelReason.BY_CUSTOMER, now)


def usable(
    tx: Transaction, token: str, actor_id: int, kind: ConfirmationKind, now: datetime
) -> Confirmation:
    """Return a token's confirmation; raises `TokenError` unless it may be used by this person."""
    confirmation = tx.confirmations.get(token)
    if confirmation is None or (confirmation.actor_id, confirmation.kind) != (actor_id, kind):
        raise TokenError(TokenFault.UNKNOWN)
    if confirmation.used_at is not None:
        raise TokenError(TokenFault.USED, confirmation.outcome)
    if now - confirmation.created_at > TOKEN_LIFETIME:
        raise TokenError(TokenFault.EXPIRED)
    return confirmation


def hold(tx: Transaction, order: Order, now: datetime) -> Transfer:
    """Reserve the price of an order in its customer's wallet."""
    return tx.ledger.record(
        Transfer(
            phase=Phase.HOLD,
            purpose=Purpose.PURCHASE,
            debit_account=wallet_of(order.customer_id),
            credit_account=REVENUE,
            amount=Rupiah(order.price),
            idempotency_key=f"order:{order.number}",
            created_at=now,
            order_id=order.order_id,
        )
    )
