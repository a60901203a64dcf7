"""Withhold a product from sale when the supplier charges more than its price."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from bot.domain.admin_act import AdminAct
from bot.domain.catalogue import Catalogue
from bot.domain.customer import Actor
from bot.domain.errors import NotFoundError
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId, Order
from bot.domain.shop_rules import ShopRules
from bot.domain.staff import Right
from bot.domain.withheld_products import Withheld, WithheldId, WithheldProduct, is_sold_below
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction
from bot.services.catalogue.browse import CatalogueCache
from bot.services.catalogue.terms import terms_now
from bot.services.notices import enqueue
from bot.services.permissions import permitted, viewer_of

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Released:
    """The result of an admin's button "sell again"."""

    shown: WithheldProduct
    """The product's current state."""
    is_done: bool
    """False when it was no longer withheld, or its cost differs from the one that was shown."""


class Withholding:
    """Keeps the withheld products in memory current, and releases them for admins."""

    def __init__(
        self, store: Store, catalogue_cache: CatalogueCache, rules: ShopRules, clock: Clock
    ) -> None:
        self._store = store
        self._catalogue_cache = catalogue_cache
        self._rules = rules
        self._clock = clock

    async def step(self) -> None:
        """Copy the withheld products to memory; where money moves, the database is read instead."""
        self._catalogue_cache.withheld = await self._store.read(
            lambda tx: tx.withheld_products.product_ids()
        )

    async def release(self, admin: Actor, withheld_id: WithheldId, cost: int) -> Released:
        """Put a product back on sale for an admin who was shown this cost.

        Works once, and for this cost only. Raises `NotPermittedError`, `NotFoundError`.
        """
        now = self._clock.now()
        release = permitted(_release, self._rules, admin, Right.OWNER)
        released = await self._store.write(release, admin.customer_id, withheld_id, cost, now)
        await self.step()
        return released


def _release(
    tx: Transaction, actor_id: CustomerId, withheld_id: WithheldId, cost: int, now: datetime
) -> Released:
    withheld = tx.withheld_products.get(withheld_id)
    if withheld is None:
        raise NotFoundError
    if not withheld.is_withheld or withheld.cost != cost:
        return Released(with_listing(tx, withheld), is_done=False)
    released = replace(withheld, released_at=now, released_by=actor_id)
    shown = with_listing(tx, tx.withheld_products.save(released))
    code = shown.product.listing.code
    tx.admin_acts.add(AdminAct(actor_id, "sell_again", code, f"cost {cost}", now))
    return Released(shown, is_done=True)


def with_listing(tx: Transaction, withheld: Withheld, open_orders: int = 0) -> WithheldProduct:
    """Return a withheld product with its listing."""
    product = tx.catalogue.product(withheld.product_id)
    assert product is not None  # noqa: S101 - for the type checker: products are never deleted
    return WithheldProduct(withheld, product, open_orders)


def withheld_now(tx: Transaction) -> list[WithheldProduct]:
    """Return the products that are withheld now, oldest first."""
    return [with_listing(tx, one) for one in tx.withheld_products.open() if one.is_withheld]


def withhold_if_below_cost(
    tx: Transaction, rules: ShopRules, order: Order, cost: int, now: datetime
) -> bool:
    """Withhold an order's product when the cost in a reply or row is above its price.

    Returns whether it is sold below cost; the admins get one notice per product. A cost up to the
    one at which an admin released the product changes nothing; a higher one withholds it again.
    """
    product = tx.catalogue.product(order.product_id)
    assert product is not None  # noqa: S101 - for the type checker: products are never deleted
    listed_cost = product.listing.cost
    terms = terms_now(tx, rules, viewer_of(tx, rules, order.customer_id))
    price = terms.price_of(product)
    if not is_sold_below(order, cost, price):
        return False
    known = tx.withheld_products.of(order.product_id)
    if known is not None and cost <= known.cost:
        return True
    if known is not None and known.is_withheld:
        tx.withheld_products.save(replace(known, cost=Rupiah(cost)))
        return True
    if known is not None:
        tx.withheld_products.save(replace(known, ended_at=now))
    withheld = tx.withheld_products.add(
        Withheld(
            WithheldId(0), order.product_id, order.order_id, listed_cost, Rupiah(cost), price, now
        )
    )
    log.warning("product_withheld", code=order.service_code, cost=cost, price=price)
    enqueue.notify_withheld(tx, rules, withheld, tx.orders.count_open_beside(order), now)
    return True


def end_where_list_agrees(tx: Transaction, catalogue: Catalogue, now: datetime) -> None:
    """End the withholding of products whose listed cost has reached the supplier's cost."""
    for withheld in tx.withheld_products.open():
        product = catalogue.product(withheld.product_id)
        if product is not None and product.listing.cost >= withheld.cost:
            tx.withheld_products.save(replace(withheld, ended_at=now))
            log.info("withholding_ended", code=product.listing.code, cost=withheld.cost)
