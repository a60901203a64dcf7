"""Whether a person may use the shop: checked when they arrive, and where they spend money."""

from __future__ import annotations

from bot.domain.customer import Customer, Membership
from bot.domain.errors import NotMemberError
from bot.domain.order import CustomerId
from bot.domain.shop_rules import ShopRules
from bot.domain.shop_settings import SignUp
from bot.ports.store import Transaction
from bot.services.shop_settings import settings_now


def signup_of(tx: Transaction, rules: ShopRules) -> SignUp:
    """Return who may become a customer now."""
    return settings_now(tx, rules).signup


def admitted_at_once(tx: Transaction, rules: ShopRules, customer: Customer) -> bool:
    """Return whether a person needs neither an invitation nor an approval.

    So it is for everybody in a shop that is open to all, and for owners and staff in any.
    """
    if signup_of(tx, rules) is SignUp.OPEN:
        return True
    return rules.is_owner(customer.telegram_id) or bool(customer.rights)


def require_member(tx: Transaction, rules: ShopRules, customer_id: CustomerId) -> None:
    """Raise `NotMemberError` unless a person may use the shop now.

    In a shop that is open to all, no person is read.
    """
    if signup_of(tx, rules) is SignUp.OPEN:
        return
    customer = tx.customers.get(customer_id)
    if customer is None or not (
        customer.membership is Membership.MEMBER or admitted_at_once(tx, rules, customer)
    ):
        raise NotMemberError
