"""Payment proofs: the admins get a customer's picture of a transfer, with the top-up it is for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.customer import Customer
from bot.domain.order import CustomerId
from bot.domain.shop_rules import ShopRules
from bot.domain.topup import LOST_PROOF, PaymentProof, TopUp, is_open, is_proof_lost
from bot.ports.store import Transaction
from bot.services.notices import enqueue_topups
from bot.services.shop_settings import settings_now

MAX_PROOFS_A_DAY = 10
"""How many pictures of one customer the admins get a day, so that other notices stay visible."""
RECENT_REQUEST = timedelta(days=7)
"""For how long after a request a picture counts as a payment proof at every step of a dialog."""
_COUNT_FACT = "pictures:"
"""The fact's name before the customer's id; it holds a UTC date and that day's number of proofs."""


@dataclass(frozen=True, slots=True)
class SubmittedProof:
    """A picture that was accepted as a payment proof."""

    topup: TopUp | None
    """The top-up that it is for; None: the admins have to find out what it is for."""
    is_shown: bool
    """Whether the admins get it; False above the daily number."""


def submit_proof(
    tx: Transaction,
    rules: ShopRules,
    customer_id: CustomerId,
    proof: PaymentProof,
    request_key: str,
    now: datetime,
    *,
    is_unasked: bool,
) -> SubmittedProof | None:
    """Send a customer's picture to the admins, once per `request_key`, and store its id.

    A picture without a top-up is sent too, because the customer may have paid. It is no payment
    proof (None) if the customer requested no top-up in the last 7 days and either the shop has no
    payment details, or the bot was waiting for another input (`is_unasked` is False). One that
    another bot received (`LOST_PROOF`) is asked for again.
    """
    topup = topup_for_proof(tx, customer_id, now, proof.file_id)
    may_be_stray = is_unasked and settings_now(tx, rules).takes_payments
    if topup is None and not may_be_stray and not _has_recent_request(tx, customer_id, now):
        return None
    is_shown = _count_proof(tx, customer_id, now)
    if topup is not None:
        tx.topups.attach_proof(topup.topup_id, proof.file_id)
    if is_shown:
        enqueue_topups.notify_admins_of_proof(
            tx, rules, customer_id, topup, proof, request_key, now
        )
    if proof.file_id == LOST_PROOF and not (topup is not None and is_proof_lost(topup)):
        enqueue_topups.notify_proof_lost(tx, customer_id, topup, request_key, now)
    return SubmittedProof(topup, is_shown)


def topup_for_proof(
    tx: Transaction, customer_id: CustomerId, now: datetime, file_id: str = ""
) -> TopUp | None:
    """Return the undecided top-up that a picture is for, among those that may still be paid.

    In this order: the top-up that has this very picture, one whose picture was asked for again,
    open ones before cancelled and expired ones, those without a proof before those with one, the
    newest.
    """

    def rank(one: TopUp) -> tuple[bool, bool, bool, bool, int]:
        is_this_proof = bool(file_id) and one.proof == file_id
        return (
            not is_this_proof,
            not is_proof_lost(one),
            not is_open(one, now),
            bool(one.proof),
            -one.topup_id,
        )

    return min(tx.topups.payable_of(customer_id, now), key=rank, default=None)


def other_topups_of(tx: Transaction, topup: TopUp, now: datetime) -> list[TopUp]:
    """Return the customer's other undecided top-ups that may still be paid, newest first."""
    payable = tx.topups.payable_of(topup.customer_id, now)
    return [one for one in payable if one.topup_id != topup.topup_id]


def decided_by(tx: Transaction, topup: TopUp) -> Customer | None:
    """Return the admin who decided a top-up; None while it is undecided."""
    return None if topup.decided_by is None else tx.customers.get(topup.decided_by)


def _has_recent_request(tx: Transaction, customer_id: CustomerId, now: datetime) -> bool:
    newest = tx.topups.newest_of(customer_id)
    return newest is not None and now < newest.created_at + RECENT_REQUEST


def _count_proof(tx: Transaction, customer_id: CustomerId, now: datetime) -> bool:
    """Count one more proof of the customer today; False when that is above the daily number."""
    name, today = f"{_COUNT_FACT}{customer_id}", f"{now:%Y-%m-%d}"
    day, _, count = (tx.facts.get(name) or "").partition(" ")
    shown = int(count) if day == today else 0
    tx.facts.put(name, f"{today} {min(shown + 1, MAX_PROOFS_A_DAY)}")
    return shown < MAX_PROOFS_A_DAY
