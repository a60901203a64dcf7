"""A malformed row is skipped and counted, and the other rows of its list are read."""

import json
from collections.abc import Callable

import pytest

from bot.domain.errors import (
    SupplierOutcomeUnknownError,
    SupplierReadError,
    SupplierReplyTooLargeError,
)
from bot.supplier.protocol import (
    MAX_SERVICES,
    MAX_STATUS_ROWS,
    parse_order,
    parse_rows,
    parse_services,
)
from bot.supplier.single_names import has_single_names
from tests.supplier.golden_files import NAMES, recorded_reply
from tests.supplier.panel_calls import PROFILE


def row(code: str, name: str = "Pulsa 10.000") -> bytes:
    """Return a row that is valid in both lists, services and status."""
    fields = {
        "code": code,
        "ref_id": code,
        "name": name,
        "category": {"type": "pulsa-reguler", "main": "AXIS", "sub": "Umum"},
        "price": {"current": 10_200},
        "status": "ready",
        "data": ["081234567890"],
    }
    return json.dumps(fields).encode()


def malformed(value: bytes) -> bytes:
    """Return a row with these raw bytes as its name."""
    return row("ODD").replace(b'"Pulsa 10.000"', value)


ODD = {
    "half an emoji": malformed(b'"Bonus \\ud83d"'),
    "the other half": malformed(b'"\\ude00 Bonus"'),
    "half an emoji in a name": malformed(b'"x", "\\udfff": 1'),
    "control character": malformed(b'"Paket\x01Data"'),
    "line feed in a text": malformed(b'"Paket\nData"'),
    "zero byte": malformed(b'"\x00"'),
    "NaN": malformed(b"NaN"),
    "Infinity": malformed(b"Infinity"),
    "minus Infinity": malformed(b"-Infinity"),
    "undefined": malformed(b"undefined"),
    "a number of 10,000 digits": row("ODD").replace(b"10200", b"9" * 10_000),
    "a power without end": row("ODD").replace(b"10200", b"1e999999999"),
    "leading zero": row("ODD").replace(b"10200", b"010200"),
    "100,000 lists": malformed(b"[" * 100_000 + b"]" * 100_000),
    "100,000 objects": malformed(b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
    "100,000 lists that never end": malformed(b"[" * 100_000),
    "a price twice": row("ODD").replace(b'"price"', b'"price": {"current": 1}, "price"'),
    "a cost twice": row("ODD").replace(b'"current"', b'"current": 1, "current"'),
    "a price twice, once escaped": row("ODD").replace(b'"price"', b'"\\u0070rice": 1, "price"'),
    "a reference twice": row("ODD").replace(b'"ref_id"', b'"ref_id": "X", "code": "X", "ref_id"'),
    "a status twice": row("ODD").replace(b'"status"', b'"status": "success", "status"'),
    "bytes that are no UTF-8": malformed(b'"\xff\xfe"'),
    "half a UTF-8 character": malformed(b'"\xc3"'),
    "a surrogate in UTF-8": malformed(b'"\xed\xa0\xbd"'),
    "a text": b'"maintenance"',
    "a text of brackets": b'"]}],[{"',
    "a list": b"[1, 2]",
    "null": b"null",
    "true": b"true",
    "a number": b"-7",
    "nothing": b"",
    "a word": b"oops",
    "unknown escape": malformed(b'"C:\\pulsa"'),
    "single quotes": malformed(b"'Pulsa'"),
    "a quote in a text": malformed(b'"Layar 5" penuh"'),
    "two quotes in a text": malformed(b'"Paket "Hemat" 1 GB"'),
    "a comma too many": row("ODD").replace(b"10200", b"10200,"),
    "a comma too few": row("ODD").replace(b'", "name"', b'" "name"'),
    "a bracket too few": row("ODD").replace(b'["081234567890"]', b'["081234567890"'),
    "a brace too few": row("ODD")[:-1],
    "an inner brace too few": row("ODD").replace(b"10200}", b"10200"),
    "a brace too many": row("ODD") + b"}",
    "a comment": b"/* sold out */" + row("ODD"),
}
"""Malformed rows: none may become a listing or be taken for the row of an order."""


def listed(*rows: bytes) -> bytes:
    """Return a reply with these rows, and with other members before and after the list."""
    return b'{"code": 200, "data": [%b], "status": true, "message": "Success."}' % b",".join(rows)


def read_codes(body: bytes) -> tuple[list[str], int]:
    services = parse_services(body, PROFILE)
    return [listing.code for listing in services.listings], services.skipped


def read_refs(body: bytes) -> tuple[list[str], int]:
    status = parse_rows(body, PROFILE)
    return [one.ref_id for one in status.rows], status.skipped


Read = Callable[[bytes], tuple[list[str], int]]


def assert_unreadable(read: Read, body: bytes) -> None:
    with pytest.raises(SupplierReadError):
        read(body)


READS = pytest.mark.parametrize("read", [read_codes, read_refs])


@READS
@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_a_malformed_row_hides_no_other(read: Read, odd: bytes) -> None:
    for place in (0, 1, 3):
        rows = [row("A"), row("B"), row("C")]
        rows.insert(place, odd)
        assert read(listed(*rows)) == (["A", "B", "C"], 1), place


@READS
@pytest.mark.parametrize("odd", [ODD["NaN"], ODD["half an emoji"], b"\x00"])
def test_numbered_rows_are_read_one_by_one(read: Read, odd: bytes) -> None:
    """PHP encodes a filtered array as an object with numbered keys."""
    data = b'{"0": %b, "2": %b, "7": %b}' % (row("A"), odd, row("B"))
    assert read(b'{"status": true, "data": %b}' % data) == (["A", "B"], 1)


@READS
def test_a_malformed_bare_row_counts_as_one_skipped_row(read: Read) -> None:
    assert read(b'{"status": true, "data": %b}' % ODD["NaN"]) == ([], 1)


@READS
@pytest.mark.parametrize("message", [b'"\\ud83d"', b'"a\x01b"', b"NaN", b'"OK "bos""'])
def test_a_malformed_message_hides_no_row(read: Read, message: bytes) -> None:
    body = b'{"message": %b, "data": [%b], "status": true}' % (message, row("A"))
    assert read(body) == (["A"], 0)


@READS
def test_a_malformed_list_must_still_report_success(read: Read) -> None:
    """`status` must be a single true; an unreadable refusal refuses nothing."""
    for status in (b"1", b'"true"', b"null", b"false", b"NaN", b'true, "status": false'):
        body = b'{"status": %b, "message": "Order not found", "data": [NaN]}' % status
        assert_unreadable(read, body)
    assert_unreadable(read, b'{"status": true, "data": [NaN], "data": []}')


@READS
@pytest.mark.parametrize("odd", ["NaN", "half an emoji", "a text of brackets", "a brace too few"])
def test_a_truncated_list_is_an_error(read: Read, odd: str) -> None:
    for rows in ((row("A"), row("B")), (row("A"), ODD[odd], row("B"))):
        body = listed(*rows)
        for end in range(len(body)):
            assert_unreadable(read, body[:end])


@READS
def test_trailing_bytes_after_the_reply_are_an_error(read: Read) -> None:
    body = listed(row("A"), ODD["NaN"])
    for after in (body, b"}", b"<br>", b"]}", b","):
        assert_unreadable(read, body + after)
    assert read(b"\xef\xbb\xbf \n" + body + b"\r\n") == (["A"], 1)


def test_the_limits_hold_for_malformed_lists() -> None:
    rows = [ODD["NaN"], *(row(f"R{place}") for place in range(MAX_STATUS_ROWS + 5))]
    names, skipped = read_refs(listed(*rows))
    assert (len(names), skipped) == (MAX_STATUS_ROWS - 1, 7)
    with pytest.raises(SupplierReplyTooLargeError):
        parse_services(listed(*[b"NaN"] * (MAX_SERVICES + 1)), PROFILE)


def test_scanner_and_json_parser_read_the_recorded_lists_alike() -> None:
    """A malformed member beside the list makes the scanner read it."""
    for name in NAMES:
        body = recorded_reply(name).strip()
        odd = body[:-1] + b', "x": NaN}'
        for read in (parse_rows, parse_services):
            try:
                sound = read(body, PROFILE)
            except Exception:  # noqa: BLE001, S112 refused and unreadable replies are not compared
                continue
            assert read(odd, PROFILE) == sound


def test_duplicate_keys_in_an_object_are_found() -> None:
    assert has_single_names(b'{"a": 1, "b": {"a": 1}, "c": [{"a": 1}, {"a": 2}]}')
    odd = (b'{"a": 1, "a": 1}', b'[{"b": {"a": 1, "\\u0061": 2}}]', b"{", b"\xff", b"[" * 100_000)
    assert not any(map(has_single_names, odd))


ORDER = (
    b'{"code": 200, "data": {"data": ["081234567890"], "note": "-", "price": 10200, '
    b'"ref_id": "some1d", "status": "waiting", "product": {"code": "SM10"}, "voucher": ""}, '
    b'"status": true, "message": "Thank you."}'
)
"""The reply in docs/supplier-api.md, "1.2 Place order"."""


@pytest.mark.parametrize(
    ("sound", "odd"),
    [
        (b'"-"', b'"\\ud83d"'),
        (b'"-"', b'"a\x01b"'),
        (b'"-"', b'"Token 1\nToken 2"'),
        (b'"-"', b'"\xff"'),
        (b'"-"', b"[" * 10_000 + b"]" * 10_000),
        (b"10200", b"NaN"),
        (b'"Thank you."', b'"\\ud83d"'),
        (b'"voucher": ""', b'"voucher": "Layar 5" penuh"'),
        (b'{"data": [', b'[{"data": ['),
    ],
)
def test_the_reference_in_a_malformed_reply_is_kept(sound: bytes, odd: bytes) -> None:
    body = ORDER.replace(sound, odd)
    if odd.startswith(b"[{"):
        body = body.replace(b'"voucher": ""}', b'"voucher": NaN}]')
    with pytest.raises(SupplierOutcomeUnknownError) as caught:
        parse_order(body, PROFILE)
    assert caught.value.ref_id == "some1d"


@pytest.mark.parametrize(
    ("sound", "odd"),
    [
        (b'"some1d"', b'"some1d", "ref_id": "other"'),
        (b'"some1d"', b'""'),
        (b'"some1d"', b"NaN"),
        (b'"some1d"', b'"%s"' % (b"x" * 101)),
        (b'"data": {', b'"data": {"x": 1}, "data": {'),
        (b', "message": "Thank you."}', b""),
        (b'""}', b'""}, "data": [{"ref_id": "a"}, {"ref_id": "b"}]'),
        (b'"some1d"', b'"some1d", "x": "%s"' % (b"x" * 65_536)),
    ],
)
def test_a_doubtful_reference_is_dropped(sound: bytes, odd: bytes) -> None:
    body = ORDER.replace(b'"-"', b"NaN").replace(sound, odd, 1)
    with pytest.raises(SupplierOutcomeUnknownError) as caught:
        parse_order(body, PROFILE)
    assert caught.value.ref_id is None
