"""Same money: what else has the amount that is about to be credited, so that one is not two."""

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

SAME = "same"
"""Where a confirm button keeps what its admin was shown."""


@dataclass(frozen=True, slots=True)
class Named:
    """What has the same amount, with whose it is and who decided it, as an admin is told."""

    same: SameAmount
    customer_id: CustomerId
    customer: Customer | None
    actor_id: int | None
    """The Telegram user id of the admin who decided it; None while it is undecided."""
    admin: Customer | None


def same_as_topup(tx: Transaction, topup: TopUp, amount: Rupiah, now: datetime) -> list[SameAmount]:
    """Return what else this amount may be the money of, before it is credited for a top-up.

    Two top-ups without codes, of the round amount that each was asked for, cannot be told apart
    while both are open: an open one counts where either has a code, or another amount arrived.
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
    """Return what else this amount may be the money of, before an admin credits it by hand."""
    return [*_credited(tx, customer_id, amount, now), *_undecided(tx, amount, now)]


def _credited(
    tx: Transaction, customer_id: CustomerId, amount: Rupiah, now: datetime
) -> list[SameAmount]:
    """Return what was credited of exactly this amount within 7 days, newest first.

    The top-ups of anybody, by what was to be paid and by what arrived. Of what admins credited
    by hand: the customer's own, and anybody's where the amount is not round, so that it names one
    payment.
    """
    since, own = now - SAME_PAYMENT_WITHIN, wallet_of(customer_id)
    by_hand = [
        one
        for one in tx.ledger.credited_by_hand(amount, since)
        if one.credit_account == own or not is_round(amount)
    ]
    return [*tx.topups.approved_with_amount(amount, since), *by_hand]


def _undecided(tx: Transaction, amount: Rupiah, now: datetime) -> list[TopUp]:
    return [one for one in tx.topups.pending_with_total(amount) if payment_may_arrive(one, now)]


def keys_of(found: Sequence[SameAmount]) -> str:
    """Return what was found as a confirm button keeps it."""
    return " ".join(same_amount_key(one) for one in found)


def is_news(found: Sequence[SameAmount], shown: str) -> bool:
    """Tell whether something was found that is not among what an admin was shown."""
    return not {same_amount_key(one) for one in found} <= set(shown.split())


def shown_before(tx: Transaction, shown: str) -> list[Named]:
    """Return what an admin was shown, by its keys, as it is now."""
    found = (_found(tx, key) for key in shown.split())
    return [named(tx, one) for one in found if one is not None]


def _found(tx: Transaction, key: str) -> SameAmount | None:
    kind, number, *_ = key.split(":")
    if kind == "topup":
        return tx.topups.get(TopUpId(int(number)))
    return tx.ledger.transfer(TransferId(int(number)))


def named(tx: Transaction, same: SameAmount) -> Named:
    """Return what has the same amount, with whose it is and who decided it."""
    if isinstance(same, TopUp):
        owner, actor_id = same.customer_id, same.decided_by
    else:
        owner, actor_id = owner_of(same.credit_account), same.actor_id
    admin = None if actor_id is None else tx.customers.get(CustomerId(actor_id))
    return Named(same, owner, tx.customers.get(owner), actor_id, admin)
