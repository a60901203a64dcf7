"""Whether a person may use the shop: checked when they arrive, and where they spend money."""

from __future__ import annotations

from bot.domain.customer import Actor, Customer, Membership
from bot.domain.errors import NotMemberError
from bot.domain.joining import Signup
from bot.domain.order import CustomerId
from bot.domain.shop_rules import ShopRules
from bot.ports.store import Transaction


def signup_of(_tx: Transaction, rules: ShopRules) -> Signup:
    """Return who may become a customer now."""
    return rules.signup


def admitted_at_once(tx: Transaction, rules: ShopRules, customer: Customer) -> bool:
    """Return whether a person needs neither an invitation nor an approval.

    So it is for everybody in a shop that is open to all, and for owners and staff in any.
    """
    return signup_of(tx, rules) is Signup.OPEN or rules.is_admin(customer.telegram_id)


def require_may_admit(_tx: Transaction, rules: ShopRules, actor: Actor) -> None:
    """Raise `NotPermittedError` unless the account that acts may let people in now."""
    rules.require_admin(actor)


def require_member(tx: Transaction, rules: ShopRules, customer_id: CustomerId) -> None:
    """Raise `NotMemberError` unless a person may use the shop now.

    In a shop that is open to all nothing is read.
    """
    if signup_of(tx, rules) is Signup.OPEN:
        return
    customer = tx.customers.get(customer_id)
    if customer is None or not (
        customer.membership is Membership.MEMBER or admitted_at_once(tx, rules, customer)
    ):
        raise NotMemberError
