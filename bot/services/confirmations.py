"""Tokens of confirm buttons: each works once, for one person, for a limited time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.domain.confirmation import Confirmation, ConfirmationKind
from bot.domain.errors import NotFoundError, TokenError, TokenFault
from bot.domain.ledger import Transfer
from bot.domain.order import CustomerId
from bot.domain.shop_rules import TOKEN_LIFETIME
from bot.ports.store import Transaction


def usable_confirmation(
    tx: Transaction, token: str, actor_id: CustomerId, kind: ConfirmationKind, now: datetime
) -> Confirmation:
    """Return the confirmation of a token that this person may use now.

    Raises `TokenError`: UNKNOWN (also for another person's, or another kind of button), USED with
    the outcome, or EXPIRED after 30 minutes.
    """
    confirmation = unused_confirmation(tx, token, actor_id, kind)
    if now - confirmation.created_at > TOKEN_LIFETIME:
        raise TokenError(TokenFault.EXPIRED)
    return confirmation


def unused_confirmation(
    tx: Transaction, token: str, actor_id: CustomerId, kind: ConfirmationKind
) -> Confirmation:
    """Return this person's unused confirmation, however old.

    Raises `TokenError`: UNKNOWN or USED, as `usable_confirmation` does.
    """
    confirmation = tx.confirmations.get(token)
    if confirmation is None or (confirmation.actor_id, confirmation.kind) != (actor_id, kind):
        raise TokenError(TokenFault.UNKNOWN)
    if confirmation.used_at is not None:
        raise TokenError(TokenFault.USED, confirmation.outcome)
    return confirmation


def result_of(
    tx: Transaction, token: str, actor_id: CustomerId, key: str
) -> tuple[Mapping[str, str | int], Transfer]:
    """Return what a used token proposed, and the transfer with the idempotency key `key` it made.

    Raises `NotFoundError` for a token that made no transfer or is another person's.
    """
    confirmation, transfer = tx.confirmations.get(token), tx.ledger.by_key(key)
    if confirmation is None or transfer is None or confirmation.actor_id != actor_id:
        raise NotFoundError
    return confirmation.payload, transfer
