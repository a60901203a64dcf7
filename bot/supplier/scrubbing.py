"""Masks the API key and the signature in the panel's replies before anything is stored.

See docs/supplier-api.md, "3.9 Private text".
"""

from __future__ import annotations

from dataclasses import replace

from bot.domain.catalogue import Listing
from bot.domain.errors import SupplierOutcomeUnknownError
from bot.domain.masking import Masker
from bot.domain.supplier_row import SupplierRow
from bot.ports.supplier import StatusList


def scrubbed_reply(masker: Masker, reply: SupplierRow) -> SupplierRow:
    """Return an order reply without secrets.

    Raises `SupplierOutcomeUnknownError` if the `ref_id` is a secret: it identifies no order.
    """
    if masker.is_secret(reply.ref_id):
        raise SupplierOutcomeUnknownError("a success without ref_id")
    return _scrubbed(masker, reply)


def scrubbed_rows(masker: Masker, answer: StatusList) -> StatusList:
    """Return a status list without secrets; a row whose ref_id is a secret counts as skipped."""
    named = [row for row in answer.rows if not masker.is_secret(row.ref_id)]
    skipped = answer.skipped + len(answer.rows) - len(named)
    return StatusList(tuple(_scrubbed(masker, row) for row in named), skipped)


def scrubbed_listing(masker: Masker, one: Listing) -> Listing:
    """Return a listing without secrets in its name and note.

    The code is not masked, because orders are made with it.
    """
    name, note = masker.text(one.name), masker.text(one.note)
    return one if (name, note) == (one.name, one.note) else replace(one, name=name, note=note)


def _scrubbed(masker: Masker, row: SupplierRow) -> SupplierRow:
    """Return a row without secrets; its `ref_id` is not masked, because it identifies the order."""
    return replace(
        row,
        service_code=masker.text(row.service_code),
        destination=masker.text(row.destination),
        status_word=masker.text(row.status_word),
        voucher=masker.text(row.voucher),
        note=masker.text(row.note),
    )
