"""What a change of the prices does, before it is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.catalogue import Product, ProductId
from bot.domain.money import Rupiah
from bot.domain.prices import Discount, Prices, Target
from bot.domain.pricing import Markup


@dataclass(frozen=True, slots=True)
class ChangedPrice:
    """A product whose price changes, or is held at its floor."""

    product: Product
    before: Rupiah
    after: Rupiah
    is_held: bool

    @property
    def profit(self) -> int:
        """What is left of the new price, in rupiah; 0 or more."""
        return self.after - self.product.listing.cost


@dataclass(frozen=True, slots=True)
class PricePreview:
    """What a change of the prices does to the products that it is about."""

    dearer: int
    cheaper: int
    same: int
    held: int
    """Of all these, those whose price is their floor, because the rule says less."""
    changed: Sequence[ChangedPrice]
    """Those whose price changes or is held: best sellers first, then as they are listed."""
    followers: Sequence[str] = ()
    """For a rule for everybody, the names of the levels whose own rules build on it."""


def preview_of(
    products: Iterable[Product],
    target: Target,
    before: Prices,
    after: Prices,
    first: Markup,
    sold: Mapping[ProductId, int],
) -> PricePreview:
    """Return what a change of the rule for `target` does to products.

    The prices are those of the target's level. `sold` says how often products sold lately.
    """
    level_id = target.level_id
    changed: list[ChangedPrice] = []
    dearer = cheaper = same = held = 0
    for product in products:
        old = before.price_of(product, level_id, first)
        new = after.priced(product, level_id, first)
        dearer += new.price > old
        cheaper += new.price < old
        same += new.price == old
        held += new.is_held
        if new.price != old or new.is_held:
            changed.append(ChangedPrice(product, old, new.price, new.is_held))
    changed.sort(key=lambda one: -sold.get(one.product.product_id, 0))
    followers = () if level_id is not None else _followers(after)
    return PricePreview(dearer, cheaper, same, held, changed, followers)


def _followers(prices: Prices) -> Sequence[str]:
    """Return the names of the levels that pay everybody's price less an amount."""
    discounted = {
        rule.target.level_id for rule in prices.rules if isinstance(rule.pricing, Discount)
    }
    return tuple(level.name for level in prices.levels if level.level_id in discounted)
