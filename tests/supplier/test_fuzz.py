"""Mutated replies: parsing any of them gives a result or one of our own errors."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import SupplierError, SupplierOutcomeUnknownError
from bot.domain.supplier_profile import PanelProfile
from bot.domain.supplier_row import SupplierRow
from bot.ports.supplier import ServiceList, StatusList
from bot.supplier.profile import load_profile
from bot.supplier.protocol import parse_balance, parse_order, parse_rows, parse_services
from tests.supplier.golden_files import NAMES, recorded_reply

PROFILE = load_profile()
PARSERS = (parse_order, parse_rows, parse_services, parse_balance)

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.sampled_from(["1", "true", "50.500", "23:59", "9" * 40, "-", "\u0665"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


def places_of(tree: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the path of every value in a JSON tree, as tuples of keys."""
    children: list[tuple[str | int, object]] = []
    if isinstance(tree, dict):
        children = list(tree.items())
    elif isinstance(tree, list):
        children = list(enumerate(tree))
    below = [place for key, child in children for place in places_of(child, (*path, key))]
    return [path, *below]


@st.composite
def replies(draw: st.DrawFn) -> bytes:
    """Generate recorded replies with up to three values replaced at random."""
    tree = json.loads(recorded_reply(draw(st.sampled_from(NAMES))))
    for _ in range(draw(st.integers(1, 3))):
        *parents, last = draw(st.sampled_from(places_of(tree)[1:]))
        owner = tree
        for key in parents:
            owner = owner[key]
        owner[last] = draw(json_values)
    return json.dumps(tree).encode()


@st.composite
def broken_bodies(draw: st.DrawFn) -> bytes:
    """Generate recorded replies with bytes removed and inserted at random."""
    body = recorded_reply(draw(st.sampled_from(NAMES)))
    start = draw(st.integers(0, len(body)))
    end = draw(st.integers(start, len(body)))
    return body[:start] + draw(st.binary(max_size=8)) + body[end:]


def outcome(
    parse: Callable[[bytes, PanelProfile], object], body: bytes
) -> SupplierRow | StatusList | ServiceList | int | SupplierError | None:
    try:
        result = parse(body, PROFILE)
    except SupplierError as error:
        return error
    assert result is None or isinstance(result, SupplierRow | StatusList | ServiceList | int)
    return result


@pytest.mark.parametrize("parse", PARSERS)
@given(body=replies() | broken_bodies() | st.binary(max_size=40))
def test_any_reply_gives_a_result_or_our_own_error(
    parse: Callable[[bytes, PanelProfile], object], body: bytes
) -> None:
    """The texts of a result must be encodable as UTF-8, so that they can be stored."""
    repr(outcome(parse, body)).encode()


@given(body=replies() | broken_bodies())
def test_an_order_reply_always_names_its_order(body: bytes) -> None:
    reply = outcome(parse_order, body)
    if isinstance(reply, SupplierRow):
        assert reply.ref_id.strip() == reply.ref_id != ""
        assert reply.cost is None or reply.cost > 0


@given(body=replies() | broken_bodies())
def test_every_listing_can_be_sold(body: bytes) -> None:
    services = outcome(parse_services, body)
    if isinstance(services, ServiceList):
        for listing in services.listings:
            assert 0 < listing.cost <= PROFILE.max_cost
            assert all((listing.code, listing.name, *listing.path))
        codes = [listing.code for listing in services.listings]
        assert len(set(codes)) == len(codes)


@given(body=replies())
def test_a_truncated_reply_is_always_an_error(body: bytes) -> None:
    assert isinstance(outcome(parse_order, body[:-1]), SupplierError)


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
def test_a_contradictory_reply_leaves_the_outcome_unknown(body: bytes) -> None:
    assert isinstance(outcome(parse_order, body), SupplierOutcomeUnknownError)


def test_a_contradictory_row_is_skipped_and_counted() -> None:
    odd = b'{%b, "status": "failed"}, {"ref_id": "B1", "data": [{"x": 1, "x": 2}]}' % ROW
    read = outcome(parse_rows, b'{"status": true, "data": [%b, {%b}]}' % (odd, ROW))
    assert isinstance(read, StatusList)
    assert ([row.ref_id for row in read.rows], read.skipped) == (["A1"], 2)
