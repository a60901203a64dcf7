"""The card of a customer, as staff read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.customer import Actor, Customer
from bot.domain.customer_card import RECENT_DAYS, CustomerFigures, CustomerFile
from bot.domain.errors import NotFoundError
from bot.domain.ledger import Account, wallet_of
from bot.domain.order import CustomerId, Order
from bot.domain.prices import Level
from bot.domain.shop_rules import ShopRules
from bot.domain.staff import Right
from bot.domain.topup import TopUp
from bot.ports.store import Transaction
from bot.services.permissions import rights_of


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """A customer, with everything that staff decide by."""

    customer: Customer
    file: CustomerFile
    wallet: Account
    figures: CustomerFigures
    last_order: Order | None
    last_topup: TopUp | None
    """The last one that was approved."""
    levels: Sequence[Level]
    """All levels of the shop; there may be none."""
    is_owner: bool
    """An owner of the shop cannot be blocked."""
    is_for_owner: bool
    """The reader is an owner: they grant credit, and read whole numbers."""
    has_costs: bool
    """The reader may see profit."""
    invited_by: Customer | None
    """Whose invitation the customer came by."""
    is_erased: bool
    """The person's data was erased: nobody is left to write to."""

    @property
    def level(self) -> Level | None:
        """The customer's level; None: everybody's prices."""
        level_id = self.customer.level_id
        return next((one for one in self.levels if one.level_id == level_id), None)


def first_recent_day(now: datetime) -> datetime:
    """Return an instant on the first of the last 30 days."""
    return now - timedelta(days=RECENT_DAYS - 1)


def read_card(
    tx: Transaction, rules: ShopRules, actor: Actor, customer_id: CustomerId, now: datetime
) -> CustomerCard:
    """Return the card of a customer; raises `NotFoundError`."""
    customer, file = tx.customers.get(customer_id), tx.customer_cards.file(customer_id)
    if customer is None or file is None:
        raise NotFoundError
    rights = rights_of(tx, rules, actor.customer_id)
    orders = tx.orders.history_of(customer_id, 1, 0)
    return CustomerCard(
        customer,
        file,
        tx.ledger.account(wallet_of(customer_id)),
        tx.customer_cards.figures(customer_id, first_recent_day(now)),
        orders[0] if orders else None,
        tx.topups.last_approved_of(customer_id),
        tx.policy.current().prices.levels,
        is_owner=rules.is_owner(customer.telegram_id),
        is_for_owner=Right.OWNER in rights,
        has_costs=Right.COSTS in rights,
        invited_by=_inviter_of(tx, customer_id),
        is_erased=tx.erasures.get(customer_id) is not None,
    )


def _inviter_of(tx: Transaction, customer_id: CustomerId) -> Customer | None:
    invitation = tx.joining.invitation_of(customer_id)
    return None if invitation is None else tx.customers.get(invitation.made_by)
