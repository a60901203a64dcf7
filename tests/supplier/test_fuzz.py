"""Mutated replies: whatever a panel answers, only our own errors come out."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import SupplierError, SupplierOutcomeUnknownError
from bot.domain.supplier_profile import PanelProfile
from bot.ports.supplier import OrderReply, ServiceList, StatusList
from bot.supplier.profile import load_profile
from bot.supplier.protocol import parse_balance, parse_order, parse_rows, parse_services
from tests.supplier.golden_files import NAMES, golden

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
    """Every place of a JSON value, as the keys that lead there."""
    children: list[tuple[str | int, object]] = []
    if isinstance(tree, dict):
        children = list(tree.items())
    elif isinstance(tree, list):
        children = list(enumerate(tree))
    below = [place for key, child in children for place in places_of(child, (*path, key))]
    return [path, *below]


@st.composite
def replies(draw: st.DrawFn) -> bytes:
    """A recorded reply with up to three values replaced by anything."""
    tree = json.loads(golden(draw(st.sampled_from(NAMES))))
    for _ in range(draw(st.integers(1, 3))):
        *parents, last = draw(st.sampled_from(places_of(tree)[1:]))
        owner = tree
        for key in parents:
            owner = owner[key]
        owner[last] = draw(json_values)
    return json.dumps(tree).encode()


@st.composite
def broken_bodies(draw: st.DrawFn) -> bytes:
    """A recorded reply with bytes cut out, put in or repeated."""
    body = golden(draw(st.sampled_from(NAMES)))
    start = draw(st.integers(0, len(body)))
    end = draw(st.integers(start, len(body)))
    return body[:start] + draw(st.binary(max_size=8)) + body[end:]


def outcome(
    parse: Callable[[bytes, PanelProfile], object], body: bytes
) -> OrderReply | StatusList | ServiceList | int | SupplierError | None:
    try:
        result = parse(body, PROFILE)
    except SupplierError as error:
        return error
    assert result is None or isinstance(result, OrderReply | StatusList | ServiceList | int)
    return result


@pytest.mark.parametrize("parse", PARSERS)
@given(body=replies() | broken_bodies() | st.binary(max_size=40))
def test_only_our_errors_come_out(
    parse: Callable[[bytes, PanelProfile], object], body: bytes
) -> None:
    """No reply ends in another exception, and what is read can be stored as text."""
    repr(outcome(parse, body)).encode()


@given(body=replies() | broken_bodies())
def test_an_order_reply_always_names_its_order(body: bytes) -> None:
    """A success without ref_id would be an order that nobody can look for."""
    reply = outcome(parse_order, body)
    if isinstance(reply, OrderReply):
        assert reply.ref_id.strip() == reply.ref_id != ""
        assert reply.cost is None or reply.cost > 0


@given(body=replies() | broken_bodies())
def test_every_listing_can_be_sold(body: bytes) -> None:
    """What gets into the catalogue has a code, names and a price within the caps."""
    services = outcome(parse_services, body)
    if isinstance(services, ServiceList):
        for listing in services.listings:
            assert 0 < listing.cost <= PROFILE.max_cost
            assert all((listing.code, listing.name, *listing.path))
        codes = [listing.code for listing in services.listings]
        assert len(set(codes)) == len(codes)


@given(body=replies())
def test_a_truncated_reply_is_never_believed(body: bytes) -> None:
    """A reply that lost its end is not JSON any more."""
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
def test_a_reply_with_two_meanings_decides_nothing(body: bytes) -> None:
    """A name that stands twice, or a refusal that names an order: the outcome is unknown."""
    assert isinstance(outcome(parse_order, body), SupplierOutcomeUnknownError)


def test_a_row_with_two_meanings_is_no_row() -> None:
    """It is counted as one that could not be read, and spoils no other."""
    odd = b'{%b, "status": "failed"}, {"ref_id": "B1", "data": [{"x": 1, "x": 2}]}' % ROW
    read = outcome(parse_rows, b'{"status": true, "data": [%b, {%b}]}' % (odd, ROW))
    assert isinstance(read, StatusList)
    assert ([row.ref_id for row in read.rows], read.skipped) == (["A1"], 2)
