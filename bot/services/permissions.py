"""Permissions: who may do what, checked in the transaction of the act."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from bot.domain.customer import Actor, TelegramId
from bot.domain.errors import NotPermittedError, OwnAffairError
from bot.domain.order import CustomerId
from bot.domain.shop_rules import ShopRules
from bot.domain.staff import ALL_RIGHTS, NO_RIGHTS, Right
from bot.domain.staff_view import StaffView
from bot.domain.viewer import EVERYBODY, Viewer
from bot.ports.store import Transaction

P = ParamSpec("P")
T = TypeVar("T")


def rights_of(tx: Transaction, rules: ShopRules, customer_id: CustomerId) -> frozenset[Right]:
    """Return what a person may do now."""
    customer = tx.customers.get(customer_id)
    if customer is None:
        return NO_RIGHTS
    return ALL_RIGHTS if rules.is_owner(customer.telegram_id) else customer.rights


def require(tx: Transaction, rules: ShopRules, actor: Actor, right: Right) -> None:
    """Raise `NotPermittedError` unless whoever acts has a right now."""
    require_any(tx, rules, actor, frozenset({right}))


def require_any(tx: Transaction, rules: ShopRules, actor: Actor, rights: frozenset[Right]) -> None:
    """Raise `NotPermittedError` unless whoever acts has one of these rights now."""
    if rules.is_owner(actor.telegram_id):
        return
    # The account may have been linked to somebody else since the update arrived.
    if tx.customers.telegram_id_of(actor.customer_id) != actor.telegram_id:
        raise NotPermittedError
    if not rights & tx.staff.rights_of(actor.customer_id):
        raise NotPermittedError


def require_not_own(rules: ShopRules, actor: Actor, customer_id: CustomerId) -> None:
    """Raise `OwnAffairError` if an employee decides about themselves.

    Nobody credits their own wallet, approves their own top-up or settles their own order but an
    owner: whoever could would take the shop's money with a button.
    """
    if actor.customer_id == customer_id and not rules.is_owner(actor.telegram_id):
        raise OwnAffairError


def viewer_of(tx: Transaction, rules: ShopRules, customer_id: CustomerId) -> Viewer:
    """Return how the catalogue is shown to a person."""
    customer = tx.customers.get(customer_id)
    if customer is None:
        return EVERYBODY
    is_owner = rules.is_owner(customer.telegram_id)
    return Viewer(customer.level_id, is_owner or Right.SELL in customer.rights)


def view_of(tx: Transaction, rules: ShopRules, customer_id: CustomerId) -> StaffView:
    """Return how other people's orders are shown to somebody who works for the shop."""
    return StaffView(customer_id, rights_of(tx, rules, customer_id))


def recipients(tx: Transaction, rules: ShopRules, right: Right) -> list[TelegramId]:
    """Return the accounts of everybody with a right, in order: owners, and staff who have it."""
    return sorted(rules.owner_ids.union(tx.staff.accounts_with(right)))


def recipients_with_any(
    tx: Transaction, rules: ShopRules, rights: frozenset[Right]
) -> list[TelegramId]:
    """Return the accounts of everybody who has one of these rights, in order."""
    return sorted({one for right in rights for one in recipients(tx, rules, right)})


def permitted(
    use_case: Callable[Concatenate[Transaction, P], T],
    rules: ShopRules,
    actor: Actor,
    right: Right,
) -> Callable[Concatenate[Transaction, P], T]:
    """Return a use case that first checks a right of whoever acts, in the same transaction.

    It raises `NotPermittedError` besides what the use case raises.
    """

    @wraps(use_case)
    def checked(tx: Transaction, /, *args: P.args, **kwargs: P.kwargs) -> T:
        require(tx, rules, actor, right)
        return use_case(tx, *args, **kwargs)

    return checked
