"""One-use links by which a Telegram account becomes that of a person whom the shop knows."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.customer import Actor, Customer
from bot.domain.errors import AccountInUseError, NotFoundError
from bot.domain.ledger import wallet_of
from bot.domain.order import CustomerId
from bot.domain.shop_rules import ShopRules
from bot.ports.store import Transaction
from bot.services.money.credit_limits import apply_credit_limit
from bot.services.people.acts import record_act
from bot.services.permissions import rights_of

LINKED = "linked"
"""The action of the act by which a person gets an account: its id, and whose it was before."""
LINK_LIFETIME = timedelta(days=7)
"""How long a link works."""


def make_link(
    tx: Transaction, actor: Actor, customer_id: CustomerId, token: str, now: datetime
) -> Customer:
    """Store a link to a person without an account; their older ones end.

    Raises `NotFoundError` for an unknown or erased person, and for one with an account.
    """
    customer = tx.customers.get(customer_id)
    is_erased = tx.erasures.get(customer_id) is not None
    if customer is None or customer.telegram_id is not None or is_erased:
        raise NotFoundError
    tx.customer_cards.add_link(token, customer_id, now)
    record_act(tx, actor, "link", customer_id, "", now)
    return customer


def link_account(
    tx: Transaction, rules: ShopRules, opener: Actor, token: str, now: datetime
) -> Customer:
    """Make the account that opened a link that of the link's person, and return the person.

    Raises `NotFoundError` for a link that is unknown, used or older than 7 days, or whose person
    has an account now; `AccountInUseError` for the account of an owner, an employee or a blocked
    person, and for one whose person has orders or money: they would be lost to it.
    """
    customer_id = tx.customer_cards.use_link(token, now - LINK_LIFETIME, now)
    if customer_id is None or tx.customers.telegram_id_of(customer_id) is not None:
        raise NotFoundError
    opener_id = opener.customer_id
    has_rights = bool(rights_of(tx, rules, opener_id))
    is_blocked = tx.customer_cards.is_blocked(opener_id)
    if has_rights or is_blocked or has_dealings(tx, opener_id):
        raise AccountInUseError
    tx.dialogs.drop(opener.customer_id)
    tx.customers.link(opener.telegram_id, customer_id, now)
    apply_credit_limit(tx, rules, opener.customer_id)
    apply_credit_limit(tx, rules, customer_id)
    linked = Actor(customer_id, opener.telegram_id)
    # An erasure of the person finds in it whose data the same human left before.
    detail = f"{opener.telegram_id} {opener_id}"
    record_act(tx, linked, LINKED, customer_id, detail, now)
    person = tx.customers.get(customer_id)
    assert person is not None  # noqa: S101 - for the type checker: persons are never deleted
    return person


def has_dealings(tx: Transaction, customer_id: CustomerId) -> bool:
    """Return whether a person has ordered, asked for a top-up, or had money."""
    return bool(
        tx.orders.history_of(customer_id, 1, 0)
        or tx.ledger.transfers_of(wallet_of(customer_id), 1, 0)
        or tx.topups.newest_of(customer_id)
    )
