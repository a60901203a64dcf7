"""Payments of the same amount: what else may be the payment that is about to be credited.

An admin confirms that a second payment arrived before one amount is credited twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.customer import Customer
from bot.domain.ledger import TransferId, owner_of, wallet_of
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from bot.domain.topup import (
    SAME_PAYMENT_WITHIN,
    SameAmount,
    TopUp,
    TopUpId,
    is_round,
    payment_may_arrive,
    same_amount_key,
)
from bot.ports.store import Transaction

SAME_AMOUNT_KEYS = "same"
"""The name, in a confirmation's payload, of the keys of the entries that the admin was shown."""


@dataclass(frozen=True, slots=True)
class SameAmountDetails:
    """A top-up or credit of the same amount, with its customer and the admin who decided it."""

    same: SameAmount
    customer_id: CustomerId
    customer: Customer | None
    actor_id: CustomerId | None
    """The admin who decided it; None while it is undecided."""
    admin: Customer | None
    """That admin."""


def same_as_topup(tx: Transaction, topup: TopUp, amount: Rupiah, now: datetime) -> list[SameAmount]:
    """Return what else may be the payment that is about to be credited for a top-up.

    Two undecided top-ups without codes and of the same round amount cannot be told apart, and are
    usual. So another customer's undecided top-up counts only if one of the two has a code, or if
    another amount arrived than this top-up's total.
    """
    others = [
        one
        for one in _undecided(tx, amount, now)
        if one.customer_id != topup.customer_id
        and (topup.code or one.code or amount != topup.total)
    ]
    return [*_credited(tx, topup.customer_id, amount, now), *others]


def same_as_credit(
    tx: Transaction, customer_id: CustomerId, amount: Rupiah, now: datetime
) -> list[SameAmount]:
    """Return what else may be the payment that an admin is about to credit with /credit."""
    return [*_credited(tx, customer_id, amount, now), *_undecided(tx, amount, now)]


def _credited(
    tx: Transaction, customer_id: CustomerId, amount: Rupiah, now: datetime
) -> list[SameAmount]:
    """Return the credits of exactly this amount within the last 7 days, newest first.

    Approved top-ups of all customers count, by their total and by the credited amount. Admins'
    credits to this customer count, and those to other customers unless the amount is round: only
    another amount identifies a payment.
    """
    since, own = now - SAME_PAYMENT_WITHIN, wallet_of(customer_id)
    by_admins = [
        one
        for one in tx.ledger.credited_by_hand(amount, since)
        if one.credit_account == own or not is_round(amount)
    ]
    return [*tx.topups.approved_with_amount(amount, since), *by_admins]


def _undecided(tx: Transaction, amount: Rupiah, now: datetime) -> list[TopUp]:
    return [one for one in tx.topups.pending_with_total(amount) if payment_may_arrive(one, now)]


def join_keys(entries: Sequence[SameAmount]) -> str:
    """Return the keys of the entries, separated by spaces, as a confirmation stores them."""
    return " ".join(same_amount_key(one) for one in entries)


def has_unseen(entries: Sequence[SameAmount], seen_keys: str) -> bool:
    """Return whether an entry is not among the keys of those that the admin was shown."""
    return not {same_amount_key(one) for one in entries} <= set(seen_keys.split())


def details_of_keys(tx: Transaction, keys: str) -> list[SameAmountDetails]:
    """Return the details of the entries with these keys, in their current state."""
    entries = (_entry(tx, key) for key in keys.split())
    return [details_of(tx, one) for one in entries if one is not None]


def _entry(tx: Transaction, key: str) -> SameAmount | None:
    kind, number, *_ = key.split(":")
    if kind == "topup":
        return tx.topups.get(TopUpId(int(number)))
    return tx.ledger.transfer(TransferId(int(number)))


def details_of(tx: Transaction, entry: SameAmount) -> SameAmountDetails:
    """Return an entry with its customer and the admin who decided it."""
    if isinstance(entry, TopUp):
        owner, actor_id = entry.customer_id, entry.decided_by
    else:
        owner, actor_id = owner_of(entry.credit_account), entry.actor_id
    admin = None if actor_id is None else tx.customers.get(actor_id)
    return SameAmountDetails(entry, owner, tx.customers.get(owner), actor_id, admin)
