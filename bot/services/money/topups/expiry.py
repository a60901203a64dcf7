"""Expiry: top-ups whose time to pay is over are recorded as expired, and customers are notified."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.topup import PAYMENT_GRACE, payable_until
from bot.ports.store import Transaction
from bot.services.notices import enqueue_topups

EXPIRED_AT_ONCE = 100
"""How many top-ups expire in one transaction."""


def expire_topups(tx: Transaction, now: datetime) -> None:
    """Record up to 100 top-ups as expired, and notify their customers.

    There is no notice about a top-up with a payment proof, which an admin is to decide, and none
    after the grace, when the bot did not run for a long time.
    """
    for topup in tx.topups.due_to_expire(now, EXPIRED_AT_ONCE):
        tx.topups.mark_expired(topup.topup_id, now)
        enqueue_topups.update_topup_messages(tx, replace(topup, expired_at=now), now)
        if not topup.proof and now < payable_until(topup) + PAYMENT_GRACE:
            enqueue_topups.notify_topup_expired(tx, topup, now)
