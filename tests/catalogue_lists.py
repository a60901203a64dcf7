"""Stores whole lists, as a refresh does, in the transaction of a test."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.domain.catalogue import Catalogue, Listing
from bot.domain.catalogue_changes import changed_catalogue, changes_between
from bot.ports.store import Transaction


def put_list(tx: Transaction, listings: Iterable[Listing], fetched_at: datetime) -> Catalogue:
    """Replace the list that is on sale and return it as a catalogue."""
    old = tx.catalogue.load()
    changes = changes_between(old, listings)
    stored = tx.catalogue.put(changes.rows)
    tx.catalogue.take_off_sale(changes.gone)
    tx.catalogue.record_fetch(fetched_at)
    return changed_catalogue(old, changes, stored, tx.catalogue.categories(), fetched_at)
