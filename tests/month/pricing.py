"""What things cost, worked out from the owner's rules alone: the shop's own code is not used.

Amounts are whole rupiah. A rule's scope is `("all",)`, `("type", type)`, `("brand", type, brand)`,
`("sub", type, brand, sub)` or `("product", code)`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

Scope: TypeAlias = tuple[str, ...]
EVERYBODY = ""
"""The name of no level."""


@dataclass
class Item:
    """What the supplier sells."""

    code: str
    type: str
    brand: str
    sub: str
    cost: int

    @property
    def scopes(self) -> list[Scope]:
        """The scopes of the rules for it, the narrowest first."""
        return [
            ("product", self.code),
            ("sub", self.type, self.brand, self.sub),
            ("brand", self.type, self.brand),
            ("type", self.type),
            ("all",),
        ]


@dataclass(frozen=True)
class Bands:
    """Up to each cost (None: above) a flat amount and a percentage, then rounded up."""

    steps: tuple[tuple[int | None, int, int], ...]
    round_to: int = 1
    least: int = 0

    def price(self, cost: int) -> int:
        """Return the price before the least margin; no dearer cost has a lower price."""
        lowest = 0
        for end, flat, percent in self.steps:
            if end is None or cost <= end:
                return max(lowest, self._sum(cost, flat, percent))
            lowest = max(lowest, self._sum(end, flat, percent))
        raise AssertionError("the last band has no end")

    def floor(self, cost: int) -> int:
        """Return the lowest price that leaves the least margin."""
        return self.up(cost + self.least)

    def up(self, amount: int) -> int:
        """Return an amount, rounded up."""
        rest = amount % self.round_to
        return amount if rest == 0 else amount + self.round_to - rest

    def _sum(self, cost: int, flat: int, percent: int) -> int:
        share = Fraction(cost * percent, 100)
        return self.up(cost + flat + -(-share.numerator // share.denominator))


@dataclass(frozen=True)
class Less:
    """Everybody's price less an amount."""

    amount: int


@dataclass(frozen=True)
class Fixed:
    """One price."""

    price: int


Terms: TypeAlias = Bands | Less | Fixed


@dataclass
class PriceBook:
    """The owner's rules, by level and scope, and the markup from before the first of them."""

    markup: Bands
    rules: dict[tuple[str, Scope], Terms] = field(default_factory=dict)

    def price(self, item: Item, level: str) -> int:
        """Return what a customer of a level pays."""
        own = self._narrowest(item, level) if level else None
        if own is None:
            return self._by(item, EVERYBODY, self._narrowest(item, EVERYBODY))
        if isinstance(own, Less):
            floor = self._frame(item, EVERYBODY).floor(item.cost)
            return max(floor, self.price(item, EVERYBODY) - own.amount)
        return self._by(item, level, own)

    def floor(self, item: Item, level: str) -> int:
        """Return the lowest price at which an item may be sold to a level now."""
        own = self._narrowest(item, level) if level else None
        frame = EVERYBODY if own is None or isinstance(own, Less) else level
        return self._frame(item, frame).floor(item.cost)

    def _by(self, item: Item, level: str, terms: Terms | None) -> int:
        frame = self._frame(item, level)
        wanted = terms.price if isinstance(terms, Fixed) else frame.price(item.cost)
        return max(frame.floor(item.cost), wanted)

    def _narrowest(self, item: Item, level: str) -> Terms | None:
        found = (self.rules.get((level, scope)) for scope in item.scopes)
        return next((terms for terms in found if terms is not None), None)

    def _frame(self, item: Item, level: str) -> Bands:
        """Return the bands whose rounding and least margin count: a fixed price has none."""
        for one in dict.fromkeys((level, EVERYBODY)):
            for scope in item.scopes:
                terms = self.rules.get((one, scope))
                if isinstance(terms, Bands):
                    return terms
                if terms is not None and scope[0] != "product":
                    break
        return self.markup
