"""Quote: the purchase shown for confirmation, with its one-time token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.catalogue import ProductId
from bot.domain.confirmation import Confirmation, ConfirmationKind
from bot.domain.destination import DestinationKind, operators_of
from bot.domain.dialog import CONVERSATION, Dialog, Step
from bot.domain.ledger import Account
from bot.domain.order import CustomerId, Order
from bot.domain.shop_rules import DUPLICATE_ORDER_WITHIN, ShopRules
from bot.ports.store import Transaction
from bot.services.blocks import require_not_blocked
from bot.services.catalogue.browse import Offer
from bot.services.membership import require_member
from bot.services.money.credit_limits import apply_credit_limit
from bot.services.money.unmet_purchase import keep_unmet_purchase
from bot.services.saved_numbers import known_zone
from bot.services.selling_stop import buying_stop


@dataclass(frozen=True, slots=True)
class Quote:
    """A purchase to confirm: the offer, the destination, and the wallet that pays."""

    token: str
    offer: Offer
    destination: str
    wallet: Account
    recent_purchase: Order | None
    """The customer's order of the same product and destination within the last 10 minutes."""
    is_second_today: bool
    """The product is sold once a day per destination, and the customer has bought it today (WIB).

    The customer is warned and may go on; the supplier decides (docs/supplier-api.md,
    "2.8 Services", field `multi`).
    """
    other_brands: frozenset[str]
    """The operators of the number's prefix, when the product's brand is not among them."""
    zone: str = ""
    """A game's zone, which is then part of the destination too."""
    is_paused: bool = False
    """The shop takes no orders now; the button works once it is open again."""

    @property
    def balance_after(self) -> int:
        """The wallet's balance in rupiah after the purchase; below 0 on credit."""
        return self.wallet.balance - self.offer.price

    @property
    def shortfall(self) -> int:
        """The rupiah by which the wallet is short; 0 when it is enough."""
        return max(0, self.offer.price - self.wallet.available)


@dataclass(frozen=True, slots=True)
class PurchaseRequest:
    """A purchase that a customer asks for: an offer and a normalised destination."""

    customer_id: CustomerId
    offer: Offer
    destination: str
    message_id: int | None
    """The message that shows the quote."""
    zone: str = ""
    """A game's zone, which is then part of the destination too; empty when unknown."""


def create_quote(
    tx: Transaction, rules: ShopRules, request: PurchaseRequest, token: str, now: datetime
) -> Quote:
    """Store a fresh token for a purchase, set the step CONFIRM, and return the quote.

    The token keeps what is shown (price, warnings), so that a confirmation applies to exactly that.
    The offer must be one of this transaction. Raises `CustomerBlockedError`, `NotMemberError`.
    """
    require_not_blocked(tx, request.customer_id)
    require_member(tx, rules, request.customer_id)
    product_id = request.offer.product.product_id
    before = recent_purchase(tx, request.customer_id, request.offer, request.destination, now)
    is_second = is_second_today(tx, rules, request, now)
    zone = request.zone or known_zone(tx, request.customer_id, request.offer, request.destination)
    payload: dict[str, str | int] = {
        "product_id": product_id,
        "destination": request.destination,
        "price": request.offer.price,
        "recent_purchase": 0 if before is None else before.order_id,
        "is_second_today": int(is_second),
        "zone": zone,
    }
    kind = ConfirmationKind.PURCHASE
    tx.confirmations.add(Confirmation(token, request.customer_id, kind, payload, now))
    tx.dialogs.put(
        Dialog(
            request.customer_id,
            CONVERSATION,
            Step.CONFIRM,
            now,
            product_id,
            request.message_id,
            {"token": token, "destination": request.destination, "zone": zone},
        )
    )
    wallet = apply_credit_limit(tx, rules, request.customer_id)
    # Keep a purchase that the wallet cannot pay, to offer it again after a top-up.
    is_short = wallet.available < request.offer.price
    keep_unmet_purchase(tx, request.customer_id, token if is_short else "")
    return Quote(
        token=token,
        offer=request.offer,
        destination=request.destination,
        wallet=wallet,
        recent_purchase=before,
        is_second_today=is_second,
        other_brands=_other_brands(rules, request),
        zone=zone,
        is_paused=buying_stop(tx, rules, request.customer_id, now) is not None,
    )


def recent_purchase(
    tx: Transaction, customer_id: CustomerId, offer: Offer, destination: str, now: datetime
) -> Order | None:
    """Return the customer's same purchase of the last 10 minutes, neither failed nor cancelled."""
    product_id: ProductId = offer.product.product_id
    return tx.orders.latest_same(customer_id, product_id, destination, now - DUPLICATE_ORDER_WITHIN)


def is_second_today(
    tx: Transaction, rules: ShopRules, request: PurchaseRequest, now: datetime
) -> bool:
    """Whether the product is sold once a day per destination and the customer bought it today.

    The day is that of the supplier's time zone (WIB).
    """
    product = request.offer.product
    if product.listing.is_repeatable:
        return False
    local = now.astimezone(rules.timezone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    same = (request.customer_id, product.product_id, request.destination)
    return tx.orders.latest_same(*same, midnight) is not None


def _other_brands(rules: ShopRules, request: PurchaseRequest) -> frozenset[str]:
    prefixes = rules.profile.prefixes
    main = request.offer.product.listing.main
    if request.offer.kind is not DestinationKind.PHONE or main not in prefixes:
        return frozenset()
    brands = operators_of(request.destination, prefixes)
    return frozenset() if main in brands else brands
