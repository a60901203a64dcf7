"""Finds customers by a name, a user name, an id, or a number bought for, in full or in part."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.customer_card import CustomerRow, folded, number_ending, number_prefixes
from bot.domain.order import CustomerId
from bot.ports.store import Transaction
from bot.services.customers import person_of


def find_customers(tx: Transaction, term: str, most: int) -> Sequence[CustomerRow]:
    """Return up to `most` customers whom a term may mean, each once.

    The owner of an id comes first, then those with the term in their names, then those who bought
    for a number that begins or ends so.
    """
    found: dict[CustomerId, CustomerRow] = {}
    owner = person_of(tx, term.strip())
    if owner is not None:
        _add(found, [tx.customer_cards.row(owner.customer_id)])
    part = folded(term)
    if part:
        _add(found, tx.customer_cards.named(part, most))
    for prefix in number_prefixes(term):
        if len(found) < most:
            _add(found, tx.customer_cards.bought_for(prefix, most))
    ending = number_ending(term)
    if ending and len(found) < most:
        _add(found, tx.customer_cards.bought_for_ending(ending, most))
    return list(found.values())[:most]


def _add(found: dict[CustomerId, CustomerRow], rows: Sequence[CustomerRow | None]) -> None:
    for row in rows:
        if row is not None:
            found.setdefault(row.customer_id, row)
