"""Open a top-up: its amount is nobody else's, and the customer has one open at a time."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.errors import DuplicateError, NoFreeAmountError, TooManyTopUpsError
from bot.domain.ledger import wallet_of
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from bot.domain.shop_rules import ShopRules
from bot.domain.topup import PAYMENT_GRACE, TopUp, TopUpId, TopUpState, is_open, is_round
from bot.ports.store import Transaction
from bot.services.notices import enqueue_topups

CODES = 999
"""Codes are 1 to this many rupiah, but none that makes a round amount."""
A_DAY = timedelta(hours=24)
ASKED_AT_MOST = 10
"""How many top-ups one customer may ask for within a day; those that were credited do not count."""
ASKED_UNPAID_AT_MOST = 3
"""The same for somebody who has never paid anything in."""
RESERVED_AT_MOST = 10
"""How many amounts one customer may keep from the others, those let go and run out included."""


def open_topup(
    tx: Transaction,
    rules: ShopRules,
    customer_id: CustomerId,
    amount: Rupiah,
    request_key: str,
    now: datetime,
) -> TopUp:
    """Store a request, tell the admins, and cancel the one that it takes the place of.

    Where customers are told how to pay, its total is nobody else's. What was cancelled keeps its
    amount until nobody can pay it any more; one whose picture an admin has is left as it is.
    Raises `DuplicateError` when its key was used, `TooManyDepositsError`, `NoFreeAmountError`.
    """
    if tx.topups.by_key(request_key) is not None:
        raise DuplicateError("the request was made before")
    tx.topups.release_expired(now - PAYMENT_GRACE)
    pending = tx.topups.pending_of(customer_id)
    _require_few(tx, customer_id, pending, now)
    has_code = rules.topup_expires is not None
    asked = TopUp(
        topup_id=TopUpId(0),
        customer_id=customer_id,
        amount=amount,
        state=TopUpState.PENDING,
        request_key=request_key,
        created_at=now,
        code=_free_code(tx, amount, request_key, now) if has_code else 0,
        expires_at=None if rules.topup_expires is None else now + rules.topup_expires,
        is_reserved=has_code,
    )
    topup = tx.topups.add(asked)
    for one in pending:
        if is_open(one, now) and not one.proof:
            cancelled = tx.topups.cancel(one.topup_id, now, topup.topup_id)
            enqueue_topups.update_topup_messages(tx, cancelled or one, now)
    enqueue_topups.notify_admins_of_topup(tx, rules, topup, now)
    return topup


def _require_few(
    tx: Transaction, customer_id: CustomerId, pending: Sequence[TopUp], now: datetime
) -> None:
    """Raise `TooManyDepositsError` for a customer who has asked for as many as one may."""
    has_paid = tx.ledger.has_credit(wallet_of(customer_id))
    most = ASKED_AT_MOST if has_paid else ASKED_UNPAID_AT_MOST
    # A request of the future tells that the clock was set back, and nothing else.
    asked = [
        one.created_at
        for one in tx.topups.requested_since(customer_id, now - A_DAY)
        if one.state is not TopUpState.APPROVED and one.created_at <= now
    ]
    if len(asked) >= most:
        raise TooManyTopUpsError(most, asked[-most] + A_DAY)
    ends = sorted(one.expires_at for one in pending if one.is_reserved and one.expires_at)
    if len(ends) >= RESERVED_AT_MOST:
        raise TooManyTopUpsError(RESERVED_AT_MOST, ends[-RESERVED_AT_MOST] + PAYMENT_GRACE)


def _free_code(tx: Transaction, amount: Rupiah, request_key: str, now: datetime) -> int:
    """Return the code whose total was given least recently; the first ones by chance of the key.

    Neither it nor the total is a multiple of 50: people round, and pay such amounts unasked.
    """
    least, most = amount + 1, amount + CODES
    taken = tx.topups.reserved_totals(least, most, now - PAYMENT_GRACE)
    given = tx.topups.totals_last_used(least, most)
    first = zlib.crc32(request_key.encode())
    free = [
        code
        for code in range(1, CODES + 1)
        if not is_round(code) and not is_round(amount + code) and amount + code not in taken
    ]
    if not free:
        raise NoFreeAmountError
    never = datetime.min.replace(tzinfo=now.tzinfo)
    return min(free, key=lambda code: (given.get(amount + code, never), (code - first) % CODES))
