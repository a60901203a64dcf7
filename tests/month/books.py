"""The books of a month, kept without a ledger: sums that every act adds to. Whole rupiah."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.domain.order import CustomerId, Order


@dataclass
class Day:
    """What a day earned."""

    sold: int = 0
    at_counter: int = 0
    """How many of these were sold by owners and staff."""
    turnover: int = 0
    cost: int = 0
    bonuses: int = 0
    paid_in: int = 0

    @property
    def profit(self) -> int:
        """May be below 0."""
        return self.turnover - self.cost - self.bonuses


@dataclass
class Books:
    """The money of everybody."""

    wallets: Counter[CustomerId] = field(default_factory=Counter)
    held: Counter[CustomerId] = field(default_factory=Counter)
    limits: dict[CustomerId, int] = field(default_factory=dict)
    bank: int = 0
    """What came into the bank less what left it, as are the next three."""
    cash: int = 0
    bonuses: int = 0
    """Given less taken back."""
    corrections: int = 0
    """Put into wallets less taken out."""
    deposited: int = 0
    """Paid to the supplier."""
    days: defaultdict[date, Day] = field(default_factory=lambda: defaultdict(Day))

    def available(self, customer_id: CustomerId) -> int:
        """Return what somebody can spend."""
        balance = self.wallets[customer_id] - self.held[customer_id]
        # Whoever owes more than they may by now can spend nothing.
        return max(0, balance + self.limits.get(customer_id, 0))

    def hold(self, order: Order) -> None:
        """Set the price of an order aside."""
        self.held[order.customer_id] += order.price

    def void(self, order: Order) -> None:
        """Let the price of an order go."""
        self.held[order.customer_id] -= order.price

    def sell(self, order: Order, cost: int, day: date) -> None:
        """Take the price that was held, for goods of a cost."""
        self.held[order.customer_id] -= order.price
        self.wallets[order.customer_id] -= order.price
        today = self.days[day]
        today.sold += 1
        today.at_counter += order.is_counter_sale
        today.turnover += order.price
        today.cost += cost

    @property
    def turnover(self) -> int:
        return sum(day.turnover for day in self.days.values())

    @property
    def cost(self) -> int:
        return sum(day.cost for day in self.days.values())

    def accounts(self) -> Mapping[str, int]:
        """Return the balances of the shop's accounts; what the shop has is below 0."""
        return {
            "bank": -self.bank,
            "cash": -self.cash,
            "bonus": -self.bonuses,
            "correction": -self.corrections,
            "revenue": self.turnover,
            "supplier_cost": -self.cost,
            "supplier_deposit": self.cost - self.deposited,
            "suspense": 0,
        }
