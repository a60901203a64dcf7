"""Changes of the owner's prices, one rule at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from bot.domain.catalogue import CategoryId, ProductId
from bot.domain.order import CustomerId
from bot.domain.prices import Pricing, Target, pricing_in
from bot.domain.viewer import LevelId

PriceChangeId = NewType("PriceChangeId", int)
NO_CHANGE = PriceChangeId(0)
"""The id of the last change before there was any."""


@dataclass(frozen=True, slots=True)
class PriceChange:
    """The rule for a target was changed; `before` and `after` are as `written` writes pricings."""

    change_id: PriceChangeId
    level_id: LevelId | None
    category_id: CategoryId | None
    product_id: ProductId | None
    before: str
    after: str
    changed_by: CustomerId
    changed_at: datetime

    @property
    def target(self) -> Target:
        """Whom and what the rule is for."""
        return Target(self.level_id, self.category_id, self.product_id)

    @property
    def pricing(self) -> Pricing | None:
        """The rule's terms since the change; None: the rule was taken away."""
        return pricing_in(self.after)

    @property
    def pricing_before(self) -> Pricing | None:
        """The rule's terms before the change."""
        return pricing_in(self.before)
