"""The shop's price: the supplier's cost plus a markup, rounded up, never below cost."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from bot.domain.money import Rupiah


@dataclass(frozen=True, slots=True)
class Markup:
    """The markup on a cost: `flat` rupiah and `percent` of the cost, both 0 or more.

    The sum is rounded up to a multiple of `round_to` rupiah, 1 or more. Raises `ValueError`.
    """

    flat: Rupiah
    percent: Decimal
    round_to: int

    def __post_init__(self) -> None:
        """Reject a markup that could result in a price below cost."""
        if self.flat < 0 or self.percent < 0 or self.round_to < 1:
            raise ValueError("markup: flat and percent must be 0 or more, round_to 1 or more")

    def price_of(self, cost: Rupiah) -> Rupiah:
        """Return the price for a cost: a multiple of `round_to`, at least the cost."""
        share = (cost * self.percent / 100).to_integral_value(ROUND_CEILING)
        raw = cost + self.flat + int(share)
        return Rupiah(-(-raw // self.round_to) * self.round_to)
