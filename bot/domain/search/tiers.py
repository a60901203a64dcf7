"""Products with scores, as sets of those with the same score: these are few, the products many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import add, itemgetter
from typing import TypeAlias

from bot.domain.catalogue import ProductId

ProductIds: TypeAlias = set[ProductId] | frozenset[ProductId]
Tiers: TypeAlias = Mapping[float, ProductIds]
"""The products of each score; no product has two, and no set is empty or changed."""


def products_in(tiers: Tiers) -> ProductIds:
    """Return the products of all tiers."""
    first, *others = tiers.values() or (frozenset(),)
    return first.union(*others) if others else first


def restrict_to(products: ProductIds, tiers: Tiers) -> Tiers:
    """Return the tiers with no other products than these."""
    return _merged((score, tier & products) for score, tier in tiers.items())


def sum_of_all(found: Sequence[Tiers]) -> Tiers:
    """Return the products that are in all results, with the sums of their scores."""
    if len(found) < 2:
        return found[0] if found else {}
    # The rarest word first: no later step looks at more products than it has.
    shared, *others = sorted(map(products_in, found), key=len)
    for products in others:
        shared = shared & products
    total = restrict_to(shared, found[0])
    for tiers in found[1:]:
        total = combine(total, tiers, add)
    return total


def sum_of_any(found: Sequence[Tiers]) -> Tiers:
    """Return the products that are in any result, with the sums of their scores."""
    total: Tiers = {}
    for tiers in found:
        before, new = products_in(total), products_in(tiers)
        total = _merged(
            [
                *combine(total, tiers, add).items(),
                *((score, tier - new) for score, tier in total.items()),
                *((score, tier - before) for score, tier in tiers.items()),
            ]
        )
    return total


def combine(some: Tiers, others: Tiers, combined: Callable[[float, float], float]) -> Tiers:
    """Return the products that are in both, each with its two scores combined."""
    return _merged(
        (combined(score, other), tier & products)
        for score, tier in some.items()
        for other, products in others.items()
        if not tier.isdisjoint(products)
    )


def highest(found: Iterable[tuple[float, ProductIds]]) -> Tiers:
    """Return tiers in which each product has the highest of its scores."""
    parts, taken = list[tuple[float, ProductIds]](), frozenset[ProductId]()
    for score, products in sorted(found, key=itemgetter(0), reverse=True):
        parts.append((score, products - taken if taken else products))
        taken = taken | products
    return _merged(parts)


def _merged(parts: Iterable[tuple[float, ProductIds]]) -> Tiers:
    """Return the tiers of parts that share no product; empty ones are left out."""
    tiers: dict[float, ProductIds] = {}
    for score, products in parts:
        if products:
            tiers[score] = tiers[score] | products if score in tiers else products
    return tiers
