"""Requesting a top-up: its total is unique, and a customer has one open top-up at a time."""

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
from bot.services.blocks import require_not_blocked
from bot.services.membership import require_member
from bot.services.notices import enqueue_topups
from bot.services.shop_settings import settings_now

MAX_CODE = 999
"""Codes are 1 to this many rupiah, without those that are round or make a round total."""
A_DAY = timedelta(hours=24)
MAX_REQUESTS_A_DAY = 10
"""How many top-ups a customer may request within 24 hours; approved ones do not count."""
MAX_REQUESTS_A_DAY_UNPAID = 3
"""The same for a customer to whom nothing was ever credited."""
MAX_RESERVED_TOTALS = 10
"""How many totals one customer may reserve, with those of cancelled and expired top-ups."""


def open_topup(
    tx: Transaction,
    rules: ShopRules,
    customer_id: CustomerId,
    amount: Rupiah,
    request_key: str,
    now: datetime,
) -> TopUp:
    """Store a top-up, notify the admins, and cancel the customer's open one, which it replaces.

    In a shop with payment details the top-up gets a code, so that no other customer has its total;
    a cancelled total stays reserved while a payment may arrive. An open top-up with a payment
    proof is not cancelled. Raises `DuplicateError` when the request key was used,
    `TopUpLimitError`, `TooManyTopUpsError`, `NoFreeAmountError`, `NotMemberError`,
    `CustomerBlockedError`.
    """
    require_not_blocked(tx, customer_id)
    if tx.topups.by_key(request_key) is not None:
        raise DuplicateError("the request was made before")
    require_member(tx, rules, customer_id)
    settings = settings_now(tx, rules)
    settings.require_topup(amount)
    tx.topups.release_expired(now - PAYMENT_GRACE)
    payable = tx.topups.payable_of(customer_id, now)
    _require_below_limits(tx, customer_id, payable, now)
    expires = settings.topup_expires
    has_code = expires is not None
    requested = TopUp(
        topup_id=TopUpId(0),
        customer_id=customer_id,
        amount=amount,
        state=TopUpState.PENDING,
        request_key=request_key,
        created_at=now,
        code=_free_code(tx, amount, request_key, now) if has_code else 0,
        expires_at=None if expires is None else now + expires,
        is_reserved=has_code,
    )
    topup = tx.topups.add(requested)
    for one in payable:
        if is_open(one, now) and not one.proof:
            cancelled = tx.topups.cancel(one.topup_id, now, topup.topup_id)
            enqueue_topups.update_topup_messages(tx, cancelled or one, now)
    enqueue_topups.notify_admins_of_topup(tx, rules, topup, now)
    return topup


def _require_below_limits(
    tx: Transaction, customer_id: CustomerId, payable: Sequence[TopUp], now: datetime
) -> None:
    """Raise `TooManyTopUpsError` for a customer at the daily limit or the limit of totals."""
    has_paid = tx.ledger.has_credit(wallet_of(customer_id))
    most = MAX_REQUESTS_A_DAY if has_paid else MAX_REQUESTS_A_DAY_UNPAID
    # A request dated in the future was made before the clock was set back; it says nothing about
    # the last 24 hours.
    requested = [
        one.created_at
        for one in tx.topups.requested_since(customer_id, now - A_DAY)
        if one.state is not TopUpState.APPROVED and one.created_at <= now
    ]
    if len(requested) >= most:
        raise TooManyTopUpsError(most, requested[-most] + A_DAY)
    ends = sorted(one.expires_at for one in payable if one.is_reserved and one.expires_at)
    if len(ends) >= MAX_RESERVED_TOTALS:
        raise TooManyTopUpsError(MAX_RESERVED_TOTALS, ends[-MAX_RESERVED_TOTALS] + PAYMENT_GRACE)


def _free_code(tx: Transaction, amount: Rupiah, request_key: str, now: datetime) -> int:
    """Return the free code whose total was used least recently.

    Unused codes come first, in an order that starts at a pseudo-random code derived from the
    request key. Neither the code nor the total is a multiple of 50: people round, and pay such
    amounts without a request. Raises `NoFreeAmountError`.
    """
    least, most = amount + 1, amount + MAX_CODE
    taken = tx.topups.reserved_totals(least, most, now - PAYMENT_GRACE)
    used_at = tx.topups.totals_last_used(least, most)
    first = zlib.crc32(request_key.encode())
    free = [
        code
        for code in range(1, MAX_CODE + 1)
        if not is_round(code) and not is_round(amount + code) and amount + code not in taken
    ]
    if not free:
        raise NoFreeAmountError
    never = datetime.min.replace(tzinfo=now.tzinfo)
    return min(
        free, key=lambda code: (used_at.get(amount + code, never), (code - first) % MAX_CODE)
    )
