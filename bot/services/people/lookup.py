"""Finds customers by a name, a user name, an id, or a number bought for, in full or in part."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.customer_card import CustomerRow, folded, number_ending, number_prefixes
from bot.ports.store import Transaction
from bot.services.customers import person_of


def find_customers(tx: Transaction, term: str, most: int) -> Sequence[CustomerRow]:
    """Return up to `most` customers whom a term may mean, each once.

    The owner of an id comes first, then those with the term in their names, then those who bought
    for a number that begins or ends so.
    """
    cards, part, ending = tx.customer_cards, folded(term), number_ending(term)
    owner = person_of(tx, term.strip())
    rows = [] if owner is None else cards.rows_of(owner.customer_id)
    rows += cards.named(part, most) if part else []
    for prefix in number_prefixes(term):
        rows += cards.bought_for(prefix, most)
    rows += cards.bought_for_ending(ending, most) if ending else []
    return list({row.customer_id: row for row in rows}.values())[:most]
