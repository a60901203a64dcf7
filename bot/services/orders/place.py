"""Place an order: choose a product, give a destination, see the quote, confirm once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.domain.catalogue import ProductId
from bot.domain.confirmation import ConfirmationKind
from bot.domain.destination import is_normalised, normalise, zone_of
from bot.domain.dialog import CONVERSATION, Dialog, Step
from bot.domain.errors import (
    DestinationError,
    DestinationFault,
    InsufficientFundsError,
    InvalidTransitionError,
    NotFoundError,
    PriceChangedError,
    RecentDuplicateOrderError,
    ShopPausedError,
    TokenError,
    TokenFault,
    TooManyOrdersError,
)
from bot.domain.ledger import REVENUE, Phase, Purpose, Transfer, wallet_of
from bot.domain.money import Rupiah
from bot.domain.order import CancelReason, CustomerId, Order, OrderId, OrderState
from bot.domain.shop_rules import ORDER_LIMIT_PERIOD, ShopRules
from bot.ports.clock import Clock
from bot.ports.ids import Ids
from bot.ports.store import Store, Transaction
from bot.services.blocks import require_not_blocked
from bot.services.catalogue.browse import CatalogueCache, Offer
from bot.services.catalogue.current import available_offer
from bot.services.catalogue.terms import terms_now
from bot.services.confirmations import unused_confirmation, usable_confirmation
from bot.services.membership import require_member
from bot.services.money.credit_limits import apply_credit_limit
from bot.services.notices import enqueue
from bot.services.orders.quote import (
    PurchaseRequest,
    Quote,
    create_quote,
    is_second_today,
    recent_purchase,
)
from bot.services.orders.settle import cancel
from bot.services.permissions import viewer_of
from bot.services.saved_numbers import save_number
from bot.services.selling_stop import buying_stop


class Buy:
    """The customer's side of a purchase, from the first button to the queued order."""

    def __init__(
        self,
        store: Store,
        catalogue_cache: CatalogueCache,
        rules: ShopRules,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._store = store
        self._catalogue_cache = catalogue_cache
        self._rules = rules
        self._clock = clock
        self._ids = ids

    async def choose(
        self, customer_id: CustomerId, product_id: ProductId, message_id: int | None
    ) -> Offer:
        """Store the chosen product and wait for its destination.

        Raises `ProductUnavailableError`, `CustomerBlockedError`.
        """
        now = self._clock.now()
        dialog = Dialog(customer_id, CONVERSATION, Step.DESTINATION, now, product_id, message_id)

        def choose(tx: Transaction) -> Offer:
            require_not_blocked(tx, customer_id)
            offer = self._available_offer(tx, customer_id, product_id, now)
            tx.dialogs.put(dialog)
            return offer

        return await self._store.write(choose)

    async def quote(
        self,
        customer_id: CustomerId,
        product_id: ProductId,
        text: str,
        message_id: int | None = None,
    ) -> Quote:
        """Check a destination as typed and return a quote with a fresh token.

        Holds no money: an insufficient wallet is part of the quote. `message_id` is the message
        that will show it. Raises `DestinationError`, `ProductUnavailableError` or, as all quotes
        do, `CustomerBlockedError`.
        """

        def request(offer: Offer) -> PurchaseRequest:
            destination = normalise(offer.kind, text, offer.game_form)
            zone = zone_of(offer.kind, text, offer.game_form)
            return PurchaseRequest(customer_id, offer, destination, message_id, zone)

        return await self._quote(customer_id, product_id, request)

    async def requote(self, customer_id: CustomerId, token: str, message_id: int | None) -> Quote:
        """Return a fresh quote for the purchase of an old token, however old that token is.

        Raises `TokenError` when the token was used or is unknown, `DestinationError` or
        `ProductUnavailableError` when the purchase is no longer possible.
        """
        kind = ConfirmationKind.PURCHASE
        old = await self._store.read(lambda tx: unused_confirmation(tx, token, customer_id, kind))
        product_id = ProductId(int(old.payload["product_id"]))
        zone = str(old.payload.get("zone", ""))
        return await self.quote_for(
            customer_id, product_id, str(old.payload["destination"]), message_id, zone
        )

    async def quote_again(
        self, customer_id: CustomerId, order_id: OrderId, message_id: int | None
    ) -> Quote:
        """Return a quote for the product and destination of one of the customer's own orders.

        Raises `NotFoundError` for another customer's order, `DestinationError` or
        `ProductUnavailableError` when the purchase is no longer possible.
        """
        order = await self._store.read(lambda tx: own_order(tx, customer_id, order_id))
        return await self.quote_for(
            customer_id, order.product_id, order.destination, message_id, order.zone
        )

    async def quote_for(
        self,
        customer_id: CustomerId,
        product_id: ProductId,
        destination: str,
        message_id: int | None,
        zone: str = "",
    ) -> Quote:
        """Return a quote for a destination that is normalised already.

        Raises `DestinationError` when it is not valid by today's rules, or
        `ProductUnavailableError`.
        """

        def request(offer: Offer) -> PurchaseRequest:
            if not is_normalised(offer.kind, destination):
                raise DestinationError(DestinationFault.LENGTH, offer.kind)
            return PurchaseRequest(customer_id, offer, destination, message_id, zone)

        return await self._quote(customer_id, product_id, request)

    async def _quote(
        self,
        customer_id: CustomerId,
        product_id: ProductId,
        request: Callable[[Offer], PurchaseRequest],
    ) -> Quote:
        """Quote the request for a product's offer, which is that of the same transaction."""
        token, now = self._ids.token(), self._clock.now()
        return await self._store.write(
            self._create_quote, customer_id, product_id, request, token, now
        )

    def _create_quote(
        self,
        tx: Transaction,
        customer_id: CustomerId,
        product_id: ProductId,
        request: Callable[[Offer], PurchaseRequest],
        token: str,
        now: datetime,
    ) -> Quote:
        offer = self._available_offer(tx, customer_id, product_id, now)
        return create_quote(tx, self._rules, request(offer), token, now)

    def _available_offer(
        self, tx: Transaction, customer_id: CustomerId, product_id: ProductId, now: datetime
    ) -> Offer:
        terms = terms_now(tx, self._rules, viewer_of(tx, self._rules, customer_id))
        return available_offer(tx, self._catalogue_cache.catalogue, product_id, terms, now)

    async def confirm(self, customer_id: CustomerId, token: str, message_id: int | None) -> Order:
        """Turn a confirmed quote into one queued order with its price held.

        One transaction consumes the token, holds the money, stores the order and writes the
        customer's notice: either all of it happens or nothing. A token makes at most one order, so
        a second tap, or the same update delivered twice, raises `TokenError` with the order's
        number. The price held is the price that was shown.

        Checked again here: block, membership, paused shop, rate of orders, product, cutoff,
        price, destination, and the same purchase made since the quote. Raises
        `CustomerBlockedError`, `NotMemberError`, `ShopPausedError`, `TooManyOrdersError`,
        `ProductUnavailableError`, `PriceChangedError`,
        `RecentDuplicateOrderError` (quote again, so that the customer sees the warning) and
        `InsufficientFundsError`; the token stays valid after each of these. It expires 30 minutes
        after the quote (`TokenError`). `message_id` becomes the order's one message, which is
        edited when the order's state changes.
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
        confirmation = usable_confirmation(tx, token, customer_id, ConfirmationKind.PURCHASE, now)
        require_not_blocked(tx, customer_id)
        require_member(tx, self._rules, customer_id)
        if buying_stop(tx, self._rules, customer_id, now) is not None:
            raise ShopPausedError
        self._check_order_rate(tx, customer_id, now)
        payload = confirmation.payload
        product_id = ProductId(int(payload["product_id"]))
        destination = str(payload["destination"])
        offer = self._available_offer(tx, customer_id, product_id, now)
        if offer.price != payload["price"]:
            raise PriceChangedError(int(payload["price"]), offer.price)
        if not is_normalised(offer.kind, destination):
            raise TokenError(TokenFault.EXPIRED)
        before = recent_purchase(tx, customer_id, offer, destination, now)
        if before is not None and before.order_id != payload["recent_purchase"]:
            raise RecentDuplicateOrderError
        zone = str(payload.get("zone", ""))
        request = PurchaseRequest(customer_id, offer, destination, message_id, zone)
        if not payload.get("is_second_today") and is_second_today(tx, self._rules, request, now):
            raise RecentDuplicateOrderError
        return self._place(tx, request, token, now)

    def _check_order_rate(self, tx: Transaction, customer_id: CustomerId, now: datetime) -> None:
        most = self._rules.customer_orders_per_minute
        if not most:
            return
        latest = tx.orders.history_of(customer_id, most, 0)
        # An order dated in the future was made before the clock was set back: do not count it.
        fresh = [one for one in latest if timedelta(0) <= now - one.created_at < ORDER_LIMIT_PERIOD]
        if len(fresh) == most:
            raise TooManyOrdersError(fresh[-1].created_at + ORDER_LIMIT_PERIOD)

    def _place(self, tx: Transaction, request: PurchaseRequest, token: str, now: datetime) -> Order:
        customer_id, offer = request.customer_id, request.offer
        wallet = apply_credit_limit(tx, self._rules, customer_id)
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
                destination=request.destination,
                price=offer.price,
                cost=listing.cost,
                state=OrderState.QUEUED,
                created_at=now,
                is_counter_sale=viewer_of(tx, self._rules, customer_id).is_staff,
                message_id=request.message_id,
                zone=request.zone,
            )
        )
        hold(tx, order, now)
        tx.confirmations.consume(token, customer_id, now, order.number)
        tx.dialogs.drop(customer_id)
        save_number(tx, customer_id, offer, request.destination, now, request.zone)
        enqueue.notify_order(tx, order, now)
        return order

    async def cancel(self, customer_id: CustomerId, order_id: OrderId) -> Order:
        """Cancel the customer's own order while it is queued, and void its hold.

        A cancel and a send of the same order race in the database, and one of them wins. Raises
        `NotFoundError` for another customer's order, `InvalidTransitionError` once it is sent.
        """
        return await self._store.write(self._cancel, customer_id, order_id, self._clock.now())

    @staticmethod
    def _cancel(
        tx: Transaction, customer_id: CustomerId, order_id: OrderId, now: datetime
    ) -> Order:
        order = own_order(tx, customer_id, order_id)
        if order.state is not OrderState.QUEUED:
            raise InvalidTransitionError(order.state, "cancel")
        return cancel(tx, order, CancelReason.BY_CUSTOMER, now)


def own_order(tx: Transaction, customer_id: CustomerId, order_id: OrderId) -> Order:
    """Return an order of this customer; raises `NotFoundError` for any other."""
    order = tx.orders.get(order_id)
    if order is None or order.customer_id != customer_id:
        raise NotFoundError
    return order


def hold(tx: Transaction, order: Order, now: datetime) -> Transfer:
    """Hold the price of an order in its customer's wallet.

    One hold per order: the idempotency key is the order's number, and a unique index enforces it.
    Raises `InsufficientFundsError` when the database finds the wallet below its limit.
    """
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
