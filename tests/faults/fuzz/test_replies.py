"""For any reply of the supplier: only a valid one accepts, refuses or settles an order.

`FUZZ_REPLIES` sets the number of replies, `FUZZ_SEED` repeats a run.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from bot.domain.errors import (
    SupplierError,
    SupplierOutcomeUnknownError,
    SupplierReadError,
    SupplierRefusedError,
)
from bot.domain.supplier_profile import PanelProfile
from bot.domain.supplier_row import SupplierRow
from bot.ports.supplier import ServiceList, StatusList
from bot.supplier.profile import load_profile
from bot.supplier.protocol import parse_balance, parse_order, parse_rows, parse_services
from tests.faults.fuzz.replies import (
    damaged,
    judged,
    order_reply,
    ref_id_of,
    refusal_reply,
    rows_of,
    with_odd_rows,
)
from tests.faults.fuzz.seeded import count_of, seeded
from tests.supplier.golden_files import NAMES, recorded_reply

COUNT = count_of("FUZZ_REPLIES", 800)
PROFILE = load_profile()
pytestmark = pytest.mark.timeout(60 + COUNT // 100)


def bodies(count: int = COUNT) -> Iterator[bytes]:
    """Yield damaged recorded replies and replies of our own."""
    rng = seeded()
    replies = [json.loads(recorded_reply(name)) for name in NAMES]
    replies += [order_reply("SM10", "081234567890"), refusal_reply("Nomor salah")]
    for _ in range(count):
        yield damaged(rng, rng.choice(replies))


def parsed(parse: Callable[[bytes, PanelProfile], object], body: bytes) -> object:
    """Return the parsed reply, or the one kind of error that may be raised."""
    try:
        return parse(body, PROFILE)
    except SupplierError as error:
        return error


def test_an_order_is_accepted_only_with_a_valid_reference() -> None:
    """The reference must be the body's own; a body with two readings has none."""
    for body in bodies():
        reply = parsed(parse_order, body)
        if isinstance(reply, SupplierRow):
            reading = judged(body)
            assert reading.is_success, body
            (row,) = rows_of(reading.tree["data"])
            assert reply.ref_id == ref_id_of(row) != "", body
            assert reply.cost is None or 0 < reply.cost < 10**15, body
            repr(reply).encode()  # Its texts can be stored.


def test_a_truncated_order_reply_is_an_error() -> None:
    rng = seeded()
    replies = [recorded_reply(name).rstrip() for name in NAMES]
    for _ in range(COUNT // 10):
        body = rng.choice(replies)
        cut = body[: rng.randint(0, len(body) - 1)]
        assert isinstance(parsed(parse_order, cut), SupplierError), cut


def test_only_a_well_formed_refusal_refuses() -> None:
    for body in bodies():
        reply = parsed(parse_order, body)
        assert isinstance(reply, SupplierRow | SupplierRefusedError | SupplierOutcomeUnknownError)
        if isinstance(reply, SupplierRefusedError):
            assert judged(body).refusal, body
            assert reply.message.strip(), body


def test_a_well_formed_refusal_is_recognised() -> None:
    """Otherwise a customer's money would be held for nothing."""
    messages = [refusal_reply(text) for text in ("Nomor salah", "x" * 5_000, "\u202eStok habis")]
    for reply in messages:
        assert isinstance(parsed(parse_order, json.dumps(reply).encode()), SupplierRefusedError)


def test_reads_return_storable_rows_or_raise_read_errors() -> None:
    """Everything that a read returns must be storable: valid references, bounded texts."""
    for body in bodies():
        rows = parsed(parse_rows, body)
        assert isinstance(rows, StatusList | SupplierReadError | SupplierRefusedError)
        if isinstance(rows, StatusList):
            assert judged(body).tree is None or judged(body).is_success, body
            for row in rows.rows:
                assert row.ref_id == row.ref_id.strip() != ""
                assert len(row.ref_id) <= 100
                assert max(len(row.voucher), len(row.note)) <= 8_000
                repr(row).encode()


def test_costs_are_within_the_cap_and_balances_fit_the_database() -> None:
    for body in bodies():
        services = parsed(parse_services, body)
        assert isinstance(services, ServiceList | SupplierReadError | SupplierRefusedError)
        if isinstance(services, ServiceList):
            assert all(0 < one.cost <= PROFILE.max_cost for one in services.listings)
            assert all(all((one.code, one.name, *one.path)) for one in services.listings)
            assert len({one.code for one in services.listings}) == len(services.listings)
            repr(services).encode()
        balance = parsed(parse_balance, body)
        assert balance is None or isinstance(balance, int | SupplierError)
        assert not isinstance(balance, int) or abs(balance) < 10**15


def test_odd_rows_do_not_hide_valid_ones() -> None:
    rng = seeded()
    for _ in range(COUNT // 10):
        # At least one: an empty row alone makes an empty list, in which no row is skipped.
        names = [f"R{place}" for place in range(rng.randint(1, 16))]
        rows = [
            b'{"code": "%b", "ref_id": "%b", "name": "Pulsa", "price": 1000, "status": "ready", '
            b'"category": {"type": "pulsa", "main": "AXIS"}}' % (name.encode(), name.encode())
            for name in names
        ]
        body, odd = with_odd_rows(rng, rows)
        status, services = parsed(parse_rows, body), parsed(parse_services, body)
        assert isinstance(status, StatusList), body
        assert isinstance(services, ServiceList), body
        assert ([row.ref_id for row in status.rows], status.skipped) == (names, odd), body
        assert [listing.code for listing in services.listings] == names, body
        assert services.skipped == odd, body
        cut = parsed(parse_rows, body[: rng.randint(0, len(body) - 1)])
        assert isinstance(cut, SupplierReadError), body
