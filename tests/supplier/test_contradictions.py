"""Replies that say two things at once. Random ones are in tests/faults/fuzz/test_replies.py."""

import pytest

from bot.domain.errors import SupplierOutcomeUnknownError
from bot.domain.supplier_profile import PanelProfile
from bot.supplier.protocol import parse_order, parse_rows

ROW = b'"ref_id": "A1", "status": "success"'


@pytest.mark.parametrize(
    "body",
    [
        b'{"status": true, "status": false, "message": "Nomor salah", "data": null}',
        b'{"status": false, "message": "Nomor salah", "data": null, "status": true}',
        b'{"status": false, "message": "Nomor salah", "message": "Stok habis"}',
        b'{"status": true, "data": {"ref_id": "A1", "ref_id": "A2"}}',
        b'{"status": true, "data": {%b, "product": {"code": "A", "code": "B"}}}' % ROW,
        b'{"status": false, "message": "Nomor salah", "data": {%b, "price": 1e400}}' % ROW,
        b'{"status": false, "message": "Nomor salah", "data": [{%b}, {}]}' % ROW,
    ],
)
def test_a_contradictory_reply_leaves_the_outcome_unknown(
    profile: PanelProfile, body: bytes
) -> None:
    with pytest.raises(SupplierOutcomeUnknownError):
        parse_order(body, profile)


def test_a_contradictory_row_is_skipped_and_counted(profile: PanelProfile) -> None:
    odd = b'{%b, "status": "failed"}, {"ref_id": "B1", "data": [{"x": 1, "x": 2}]}' % ROW
    read = parse_rows(b'{"status": true, "data": [%b, {%b}]}' % (odd, ROW), profile)
    assert ([row.ref_id for row in read.rows], read.skipped) == (["A1"], 2)
