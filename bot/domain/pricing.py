"""The reseller's price: the supplier's cost and a markup, rounded up, never below cost."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from bot.domain.money import Rupiah


@dataclass(frozen=True, slots=True)
class Markup:
    """What is added to a cost: `flat` rupiah, `percent` of the cost, up to `round_to` rupiah."""

    flat: Rupiah
    percent: Decimal
    round_to: int

    def __post_init__(self) -> None:
        """Refuse a markup that could sell below cost."""
        if self.flat < 0 or self.percent < 0 or self.round_to < 1:
            raise ValueError("a markup is 0 or more, and is rounded to 1 rupiah or more")

    def price_of(self, cost: Rupiah) -> Rupiah:
        """Return the price of a product of this cost, a multiple of `round_to`, at least cost."""
        share = (cost * self.percent / 100).to_integral_value(ROUND_CEILING)
        raw = cost + self.flat + int(share)
        return Rupiah(-(-raw // self.round_to) * self.round_to)
