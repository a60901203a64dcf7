"""One row that is no JSON: it is skipped and counted, and the others of its list are read."""

import json
from collections.abc import Callable

import pytest

from bot.domain.errors import (
    SupplierOutcomeUnknownError,
    SupplierReadError,
    SupplierTooMuchError,
)
from bot.domain.supplier_profile import PanelProfile
from bot.supplier.protocol import (
    MOST_SERVICES,
    MOST_STATUS_ROWS,
    parse_order,
    parse_rows,
    parse_services,
)
from bot.supplier.single_names import has_single_names
from tests.supplier.golden_files import NAMES, golden


def row(code: str, name: str = "Pulsa 10.000") -> bytes:
    """A row that both lists take for one of theirs."""
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


def spoilt(value: bytes) -> bytes:
    """A row with a value in it as it is written here."""
    return row("ODD").replace(b'"Pulsa 10.000"', value)


ODD = {
    "half an emoji": spoilt(b'"Bonus \\ud83d"'),
    "the other half": spoilt(b'"\\ude00 Bonus"'),
    "half an emoji in a name": spoilt(b'"x", "\\udfff": 1'),
    "control character": spoilt(b'"Paket\x01Data"'),
    "line feed in a text": spoilt(b'"Paket\nData"'),
    "zero byte": spoilt(b'"\x00"'),
    "NaN": spoilt(b"NaN"),
    "Infinity": spoilt(b"Infinity"),
    "minus Infinity": spoilt(b"-Infinity"),
    "undefined": spoilt(b"undefined"),
    "a number of 10,000 digits": row("ODD").replace(b"10200", b"9" * 10_000),
    "a power without end": row("ODD").replace(b"10200", b"1e999999999"),
    "leading zero": row("ODD").replace(b"10200", b"010200"),
    "100,000 lists": spoilt(b"[" * 100_000 + b"]" * 100_000),
    "100,000 objects": spoilt(b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
    "100,000 lists that never end": spoilt(b"[" * 100_000),
    "a price twice": row("ODD").replace(b'"price"', b'"price": {"current": 1}, "price"'),
    "a cost twice": row("ODD").replace(b'"current"', b'"current": 1, "current"'),
    "a price twice, once escaped": row("ODD").replace(b'"price"', b'"\\u0070rice": 1, "price"'),
    "a reference twice": row("ODD").replace(b'"ref_id"', b'"ref_id": "X", "code": "X", "ref_id"'),
    "bytes that are no UTF-8": spoilt(b'"\xff\xfe"'),
    "half a UTF-8 character": spoilt(b'"\xc3"'),
    "a surrogate in UTF-8": spoilt(b'"\xed\xa0\xbd"'),
    "a text": b'"maintenance"',
    "a text of brackets": b'"]}],[{"',
    "a list": b"[1, 2]",
    "null": b"null",
    "true": b"true",
    "a number": b"-7",
    "nothing": b"",
    "a word": b"oops",
    "unknown escape": spoilt(b'"C:\\pulsa"'),
    "single quotes": spoilt(b"'Pulsa'"),
    "a quote in a text": spoilt(b'"Layar 5" penuh"'),
    "two quotes in a text": spoilt(b'"Paket "Hemat" 1 GB"'),
    "a comma too many": row("ODD").replace(b"10200", b"10200,"),
    "a comma too few": row("ODD").replace(b'", "name"', b'" "name"'),
    "a bracket too few": row("ODD").replace(b'["081234567890"]', b'["081234567890"'),
    "a brace too few": row("ODD")[:-1],
    "an inner brace too few": row("ODD").replace(b"10200}", b"10200"),
    "a brace too many": row("ODD") + b"}",
    "a comment": b"/* sold out */" + row("ODD"),
}
"""Each is an odd row by itself; none of them may sell anything, or be taken for an order's."""


def listed(*rows: bytes) -> bytes:
    """A reply that shows rows, before and after which its other members stand."""
    return b'{"code": 200, "data": [%b], "status": true, "message": "Success."}' % b",".join(rows)


def read_codes(body: bytes, profile: PanelProfile) -> tuple[list[str], int]:
    services = parse_services(body, profile)
    return [listing.code for listing in services.listings], services.skipped


def read_refs(body: bytes, profile: PanelProfile) -> tuple[list[str], int]:
    status = parse_rows(body, profile)
    return [one.ref_id for one in status.rows], status.skipped


Read = Callable[[bytes, PanelProfile], tuple[list[str], int]]
READS = pytest.mark.parametrize("read", [read_codes, read_refs])


@READS
@pytest.mark.parametrize("place", [0, 1, 3])
@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_an_odd_row_hides_no_other(
    profile: PanelProfile, read: Read, odd: bytes, place: int
) -> None:
    """First, last or between: it is counted, and all others are read, in their order."""
    rows = [row("A"), row("B"), row("C")]
    rows.insert(place, odd)
    assert read(listed(*rows), profile) == (["A", "B", "C"], 1)


@READS
def test_many_odd_rows_hide_no_other(profile: PanelProfile, read: Read) -> None:
    """All kinds in one list, each between two sound rows."""
    rows = [one for place, odd in enumerate(ODD.values()) for one in (row(f"R{place}"), odd)]
    names, skipped = read(listed(*rows), profile)
    assert names == [f"R{place}" for place in range(len(ODD))]
    assert skipped == len(ODD)


@READS
@pytest.mark.parametrize("odd", [ODD["NaN"], ODD["half an emoji"], b"\x00"])
def test_numbered_rows_are_read_one_by_one(profile: PanelProfile, read: Read, odd: bytes) -> None:
    """PHP's filtered array is a list here too."""
    data = b'{"0": %b, "2": %b, "7": %b}' % (row("A"), odd, row("B"))
    assert read(b'{"status": true, "data": %b}' % data, profile) == (["A", "B"], 1)


@READS
def test_a_bare_row_that_is_odd_is_one_row(profile: PanelProfile, read: Read) -> None:
    """A panel that answers without the list has shown something that cannot be read."""
    assert read(b'{"status": true, "data": %b}' % ODD["NaN"], profile) == ([], 1)


@READS
@pytest.mark.parametrize("message", [b'"\\ud83d"', b'"a\x01b"', b"NaN", b'"OK "bos""'])
def test_an_odd_message_hides_no_row(profile: PanelProfile, read: Read, message: bytes) -> None:
    """What stands beside the list is not needed."""
    body = b'{"message": %b, "data": [%b], "status": true}' % (message, row("A"))
    assert read(body, profile) == (["A"], 0)


@READS
def test_a_spoilt_list_must_still_say_success(profile: PanelProfile, read: Read) -> None:
    """Once, and as the documentation does; a refusal that cannot be read refuses nothing."""
    for status in (b"1", b'"true"', b"null", b"false", b"NaN", b'true, "status": false'):
        body = b'{"status": %b, "message": "Order not found", "data": [NaN]}' % status
        with pytest.raises(SupplierReadError):
            read(body, profile)
    twice = b'{"status": true, "data": [NaN], "data": []}'
    with pytest.raises(SupplierReadError):
        read(twice, profile)


@READS
@pytest.mark.parametrize("odd", ["NaN", "half an emoji", "a text of brackets", "a brace too few"])
def test_a_list_that_was_cut_off_is_no_list(profile: PanelProfile, read: Read, odd: str) -> None:
    """Wherever it ends before its end, with an odd row in it or none."""
    for rows in ((row("A"), row("B")), (row("A"), ODD[odd], row("B"))):
        body = listed(*rows)
        for end in range(len(body)):
            with pytest.raises(SupplierReadError):
                read(body[:end], profile)


@READS
def test_something_after_the_list_is_no_list(profile: PanelProfile, read: Read) -> None:
    """Two replies, or a reply and a warning, are not one."""
    body = listed(row("A"), ODD["NaN"])
    for after in (body, b"}", b"<br>", b"]}", b","):
        with pytest.raises(SupplierReadError):
            read(body + after, profile)
    assert read(b"\xef\xbb\xbf \n" + body + b"\r\n", profile) == (["A"], 1)


def test_the_bounds_hold_for_spoilt_lists(profile: PanelProfile) -> None:
    """Beyond them rows are counted, or the list is refused whole."""
    rows = [ODD["NaN"], *(row(f"R{place}") for place in range(MOST_STATUS_ROWS + 5))]
    names, skipped = read_refs(listed(*rows), profile)
    assert (len(names), skipped) == (MOST_STATUS_ROWS - 1, 7)
    with pytest.raises(SupplierTooMuchError):
        parse_services(listed(*[b"NaN"] * (MOST_SERVICES + 1)), profile)


def test_the_recorded_lists_are_read_alike_by_both(profile: PanelProfile) -> None:
    """With a spoilt message beside them the scanner reads them, and finds the same rows."""
    for name in NAMES:
        body = golden(name).strip()
        odd = body[:-1] + b', "x": NaN}'
        for read in (parse_rows, parse_services):
            try:
                sound = read(body, profile)
            except Exception:  # noqa: BLE001, S112 what is refused or unreadable is not compared
                continue
            assert read(odd, profile) == sound


def test_a_name_may_stand_once_in_each_object() -> None:
    """And what is no JSON to Python has no names at all."""
    assert has_single_names(b'{"a": 1, "b": {"a": 1}, "c": [{"a": 1}, {"a": 2}]}')
    odd = (b'{"a": 1, "a": 1}', b'[{"b": {"a": 1, "\\u0061": 2}}]', b"{", b"\xff", b"[" * 100_000)
    assert not any(map(has_single_names, odd))


ORDER = (
    b'{"code": 200, "data": {"data": ["081234567890"], "note": "-", "price": 10200, '
    b'"ref_id": "some1d", "status": "waiting", "product": {"code": "SM10"}, "voucher": ""}, '
    b'"status": true, "message": "Thank you."}'
)
"""The reply of the order call, as the documentation has it."""


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
def test_a_reference_in_an_odd_reply_is_not_lost(
    profile: PanelProfile, sound: bytes, odd: bytes
) -> None:
    """The outcome is unknown, and an admin reads which row it may be."""
    body = ORDER.replace(sound, odd)
    if odd.startswith(b"[{"):
        body = body.replace(b'"voucher": ""}', b'"voucher": NaN}]')
    with pytest.raises(SupplierOutcomeUnknownError) as caught:
        parse_order(body, profile)
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
def test_a_doubtful_reference_is_none(profile: PanelProfile, sound: bytes, odd: bytes) -> None:
    """One of two, an empty one, one that is none, or one in a reply that was cut off."""
    body = ORDER.replace(b'"-"', b"NaN").replace(sound, odd, 1)
    with pytest.raises(SupplierOutcomeUnknownError) as caught:
        parse_order(body, profile)
    assert caught.value.ref_id is None


@pytest.mark.parametrize("message", [b'"Nomor salah \\ud83d"', b'"Nomor salah\n"', b"NaN"])
def test_a_refusal_that_cannot_be_read_refuses_nothing(
    profile: PanelProfile, message: bytes
) -> None:
    """The order is looked for."""
    with pytest.raises(SupplierOutcomeUnknownError):
        parse_order(b'{"status": false, "data": null, "message": %b}' % message, profile)
