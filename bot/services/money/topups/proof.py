"""Prove: the picture of a transfer goes to the admins, with the request that it is for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.customer import Customer
from bot.domain.order import CustomerId
from bot.domain.shop_rules import ShopRules
from bot.domain.topup import PaymentProof, TopUp, is_open, payment_may_arrive
from bot.ports.store import Transaction
from bot.services.notices import enqueue_topups

PICTURES_A_DAY = 10
"""How many of one customer's pictures the admins are shown: their chats have other news too."""
RECENT = timedelta(days=7)
"""How long after a request a picture is taken for a transfer's, whatever else was asked for."""
_SHOWN = "pictures:"
"""The fact that holds the day of a customer's last picture, and how many there were."""


@dataclass(frozen=True, slots=True)
class Proved:
    """A picture that was taken for a transfer's: of which request, and whether it was shown."""

    topup: TopUp | None
    """None: there is no request that it can belong to, so it is a case for the admins."""
    is_shown: bool
    """False when the admins have seen enough pictures of this customer today."""


def prove(
    tx: Transaction,
    rules: ShopRules,
    customer_id: CustomerId,
    proof: PaymentProof,
    request_key: str,
    now: datetime,
    *,
    is_unasked: bool,
) -> Proved | None:
    """Show the admins the picture of a transfer, once for a `request_key`.

    One that belongs to no request is a case of its own, so that no payment is lost; unless
    nothing speaks for a payment (None): it is not `is_unasked`, since something else is waited
    for, and the customer has asked for nothing of late.
    """
    topup = proved_by(tx, customer_id, now, proof.file_id)
    is_case = is_unasked and rules.topup_expires is not None
    if topup is None and not is_case and not _has_asked(tx, customer_id, now):
        return None
    is_shown = _counts_as_shown(tx, customer_id, now)
    if topup is not None:
        tx.topups.attach_proof(topup.topup_id, proof.file_id)
    if topup is not None and is_shown:
        enqueue_topups.notify_admins_of_proof(tx, rules, topup, proof, request_key, now)
    elif is_shown:
        enqueue_topups.notify_admins_of_stray_proof(tx, rules, customer_id, proof, request_key, now)
    return Proved(topup, is_shown)


def proved_by(
    tx: Transaction, customer_id: CustomerId, now: datetime, file_id: str = ""
) -> TopUp | None:
    """Return the request that a picture is for: an open one, rather one without a picture.

    Of those let go or run out it is the newest, as long as its amount may still be reserved. The
    same picture again is for the same request.
    """

    def rank(one: TopUp) -> tuple[bool, bool, bool, int]:
        is_same = bool(file_id) and one.proof == file_id
        return not is_same, not is_open(one, now), bool(one.proof), -one.topup_id

    reached = [one for one in tx.topups.pending_of(customer_id) if payment_may_arrive(one, now)]
    return min(reached, key=rank, default=None)


def others_of(tx: Transaction, topup: TopUp, now: datetime) -> list[TopUp]:
    """Return the customer's other undecided requests that a transfer may be for, newest first."""
    pending = tx.topups.pending_of(topup.customer_id)
    return [
        one for one in pending if one.topup_id != topup.topup_id and payment_may_arrive(one, now)
    ]


def decided_by(tx: Transaction, topup: TopUp) -> Customer | None:
    """Return the admin who decided a request, if they are known."""
    return None if topup.decided_by is None else tx.customers.get(CustomerId(topup.decided_by))


def _has_asked(tx: Transaction, customer_id: CustomerId, now: datetime) -> bool:
    newest = tx.topups.newest_of(customer_id)
    return newest is not None and now < newest.created_at + RECENT


def _counts_as_shown(tx: Transaction, customer_id: CustomerId, now: datetime) -> bool:
    """Count one more picture of today; False when the admins were shown as many as they are."""
    name, today = f"{_SHOWN}{customer_id}", f"{now:%Y-%m-%d}"
    day, _, count = (tx.facts.get(name) or "").partition(" ")
    shown = int(count) if day == today else 0
    tx.facts.put(name, f"{today} {min(shown + 1, PICTURES_A_DAY)}")
    return shown < PICTURES_A_DAY
