"""Parsing replies: the documented ones, variants of related panels, and malformed ones."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.destination import same_destination
from bot.domain.errors import (
    RefusalClass,
    SupplierOutcomeUnknownError,
    SupplierReadError,
    SupplierRefusedError,
)
from bot.domain.money import Rupiah
from bot.domain.supplier_row import SupplierRow
from bot.ports.supplier import ServiceList, StatusList
from bot.supplier.protocol import (
    MAX_STATUS_ROWS,
    is_json_object,
    parse_balance,
    parse_order,
    parse_rows,
    parse_services,
)
from tests.supplier.golden_files import recorded_reply
from tests.supplier.panel_calls import PROFILE, REFUSED, STATUS, SUCCESS, THROTTLED

CREATED_AT = datetime(2026, 3, 26, 12, 10, 37, tzinfo=UTC)
DOCUMENTED = SupplierRow(
    ref_id="some1d",
    service_code="product_id",
    destination="your destination number",
    cost=Rupiah(10_000),
    status_word="waiting",
    voucher="voucher_code",
    note="transaction note",
)


# --- the order call ---------------------------------------------------------------------


def test_the_documented_order_reply_is_read() -> None:
    assert parse_order(SUCCESS, PROFILE) == DOCUMENTED


def test_numbers_may_be_text_and_texts_numbers() -> None:
    reply = parse_order(recorded_reply("order_numbers_as_text"), PROFILE)
    assert (reply.ref_id, reply.destination, reply.cost) == ("990017", "081234567890", 10250)
    assert (reply.status_word, reply.voucher, reply.note) == (
        "Sukses",
        "12345678901234567890",
        "",
    )


@pytest.mark.parametrize(
    "body",
    [
        # The status call answers with a list; a related panel may do so for orders.
        b'{"status": true, "data": [{"ref_id": "some1d"}], "message": "ok"}',
        # PHP files saved by some editors put a byte order mark before every answer.
        b"\xef\xbb\xbf" + SUCCESS,
    ],
)
def test_variants_of_an_order_reply_are_read(body: bytes) -> None:
    assert parse_order(body, PROFILE).ref_id == "some1d"


@pytest.mark.parametrize(
    "row",
    [
        {"ref_id": "R1"},
        {"ref_id": "R1", "data": None, "product": [], "price": {}, "status": 3.5},
        {"ref_id": "R1", "data": [["0812"]], "product": {"code": ["SM10"]}, "price": "free"},
    ],
)
def test_a_ref_id_is_never_lost(row: dict[str, object]) -> None:
    """However odd the rest, the panel named an order; an empty echo matches no order."""
    body = json.dumps({"status": True, "data": row, "message": ""}).encode()
    reply = parse_order(body, PROFILE)
    assert (reply.ref_id, reply.service_code, reply.destination) == ("R1", "", "")
    assert reply.cost is None


def test_an_echo_of_several_parts_matches_no_destination() -> None:
    """How the parts are joined is unknown, so an admin compares them."""
    body = b'{"status": true, "data": {"ref_id": "R1", "data": ["123456", "2001"]}}'
    reply = parse_order(body, PROFILE)
    assert not same_destination("1234562001", reply.destination)
    assert "123456" in reply.destination


@pytest.mark.parametrize(
    ("body", "refusal"),
    [(REFUSED, RefusalClass.OWN_DEPOSIT), (THROTTLED, RefusalClass.THROTTLE)],
)
def test_a_refusal_carries_its_class_and_message(body: bytes, refusal: RefusalClass) -> None:
    with pytest.raises(SupplierRefusedError) as caught:
        parse_order(body, PROFILE)
    assert caught.value.message == json.loads(body)["message"]
    assert caught.value.refusal is refusal


def test_the_message_of_a_refusal_is_cut_and_put_on_one_line() -> None:
    body = json.dumps({"status": False, "message": "Stok\r\n habis " + "x" * 9000}).encode()
    with pytest.raises(SupplierRefusedError) as caught:
        parse_order(body, PROFILE)
    assert caught.value.refusal is RefusalClass.OTHER
    assert caught.value.message.startswith("Stok habis xx")
    assert len(caught.value.message) == 500


UNCLEAR = {
    "empty": b"",
    "blank": b" \r\n ",
    "null": b"null",
    "a number": b"200",
    "a list": b"[]",
    "html": b"<html><body>502 Bad Gateway</body></html>",
    "a warning before the json": b"<br />Warning: mysqli\n" + SUCCESS,
    "truncated": SUCCESS[:-20],
    "trailing garbage": SUCCESS + b"}",
    "two objects": SUCCESS * 2,
    "status missing": b'{"data": {"ref_id": "R1"}, "message": "ok"}',
    "status 1": b'{"status": 1, "data": {"ref_id": "R1"}, "message": "ok"}',
    "status text": b'{"status": "true", "data": {"ref_id": "R1"}, "message": "ok"}',
    "status null": b'{"status": null, "data": {"ref_id": "R1"}, "message": "ok"}',
    "status 0": b'{"status": 0, "data": null, "message": "Nomor salah"}',
    "status text false": b'{"status": "false", "data": null, "message": "Nomor salah"}',
    "no data": b'{"status": true, "message": "ok"}',
    "null data": b'{"status": true, "data": null, "message": "ok"}',
    "text data": b'{"status": true, "data": "R1", "message": "ok"}',
    "empty list": b'{"status": true, "data": [], "message": "ok"}',
    "two rows": b'{"status": true, "data": [{"ref_id": "R1"}, {"ref_id": "R2"}]}',
    "no ref_id": b'{"status": true, "data": {"status": "waiting"}}',
    "empty ref_id": b'{"status": true, "data": {"ref_id": "  "}}',
    "null ref_id": b'{"status": true, "data": {"ref_id": null}}',
    "ref_id true": b'{"status": true, "data": {"ref_id": true}}',
    "ref_id list": b'{"status": true, "data": {"ref_id": ["R1"]}}',
    "ref_id without end": b'{"status": true, "data": {"ref_id": "' + b"9" * 5000 + b'"}}',
    "refusal without message": b'{"status": false, "data": null}',
    "refusal with empty message": b'{"status": false, "message": " "}',
    "refusal with odd message": b'{"status": false, "message": ["Nomor salah"]}',
    "refusal with a ref_id": b'{"status": false, "data": {"ref_id": "R"}, "message": "Stok habis"}',
    "refusal with half an emoji": b'{"status": false, "message": "Nomor salah \\ud83d"}',
    "refusal with a line feed": b'{"status": false, "message": "Nomor salah\n"}',
    "refusal with NaN": b'{"status": false, "message": NaN}',
    "refusal with an infinite price": b'{"status": false, "message": "Nomor salah", "data": '
    b'{"ref_id": "A1", "price": 1e400}}',
    "refusal with a row and an empty one": b'{"status": false, "message": "Nomor salah", "data": '
    b'[{"ref_id": "A1"}, {}]}',
    "true, then false": b'{"status": true, "status": false, "message": "Nomor salah"}',
    "false, then true": b'{"status": false, "message": "Nomor salah", "status": true}',
    "two messages": b'{"status": false, "message": "Nomor salah", "message": "Stok habis"}',
    "two references": b'{"status": true, "data": {"ref_id": "A1", "ref_id": "A2"}}',
    "two codes": b'{"status": true, "data": {"ref_id": "A1", "product": {"code": "A", '
    b'"code": "B"}}}',
    "framework error": b'{"message": "Server Error"}',
    "bad utf-8": SUCCESS.decode().replace("waiting", "\x80").encode("latin-1"),
    "lone surrogate": SUCCESS.decode().replace("waiting", "\\ud800").encode(),
    "nested without end": b'{"status": true, "data": ' + b"[" * 200_000,
    "nested too deep": b'{"x": ' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    "a number too large": b'{"status": true, "data": {"ref_id": ' + b"9" * 6000 + b"}}",
    "an infinite number": b'{"status": 1e999}',
}


@pytest.mark.parametrize("body", UNCLEAR.values(), ids=UNCLEAR)
def test_an_unclear_order_reply_leaves_the_outcome_unknown(body: bytes) -> None:
    with pytest.raises(SupplierOutcomeUnknownError):
        parse_order(body, PROFILE)


# --- the status call --------------------------------------------------------------------


def listed(rows: bytes) -> StatusList:
    return parse_rows(b'{"status": true, "data": [%b]}' % rows, PROFILE)


def test_the_documented_status_reply_is_read() -> None:
    status = parse_rows(STATUS, PROFILE)
    assert status == StatusList((replace(DOCUMENTED, created_at=CREATED_AT),), 0)


def test_a_bare_row_is_a_list_of_one() -> None:
    """One panel answers a query by ref_id with a bare row; a refunded row has no cost."""
    status = parse_rows(recorded_reply("status_bare_row"), PROFILE)
    assert [row.ref_id for row in status.rows] == ["A1B2"]
    row = status.rows[0]
    assert same_destination("081234567890", row.destination)
    assert (row.cost, row.created_at) == (None, CREATED_AT)


def test_numbered_keys_are_a_list() -> None:
    """PHP encodes a filtered array as an object; the row without a ref_id is counted."""
    status = parse_rows(recorded_reply("status_numbered_keys"), PROFILE)
    assert [row.ref_id for row in status.rows] == ["B2", "B1"]
    assert status.skipped == 1
    newest, oldest = status.rows
    assert same_destination("0812345678", newest.destination)
    assert (newest.cost, newest.created_at) == (5050, CREATED_AT)
    assert (oldest.cost, oldest.created_at) == (None, None)


@pytest.mark.parametrize(
    ("price", "cost"),
    [
        (b"20000000", 20_000_000),
        (b"20000001", None),
        (b'"20000001"', None),
        (b"100000000", None),
        (b"999999999999999", None),
        (b"1e30", None),
        (b'"1234567890123456789"', None),
        (b"-5", None),
        (b"0", None),
    ],
)
def test_a_cost_outside_the_limits_of_the_catalogue_is_dropped(
    price: bytes, cost: int | None
) -> None:
    row = b'{"ref_id": "R1", "price": %b, "status": "success"}' % price
    (read,) = listed(row).rows
    for reply in (read, parse_order(b'{"status": true, "data": %b}' % row, PROFILE)):
        assert (reply.ref_id, reply.cost) == ("R1", cost)


def test_an_empty_list_is_an_answer() -> None:
    body = b'{"status": true, "data": [], "message": "Success."}'
    assert parse_rows(body, PROFILE) == StatusList((), 0)
    assert parse_services(body, PROFILE) == ServiceList((), 0)


@pytest.mark.parametrize("data", [b"null", b'""', b"0", b"false"])
def test_a_missing_list_is_not_an_empty_list(data: bytes) -> None:
    """An empty list means "no such order"; an empty row is one that cannot be read."""
    with pytest.raises(SupplierReadError):
        parse_rows(b'{"status": true, "data": %b}' % data, PROFILE)
    assert parse_rows(b'{"status": true, "data": {}}', PROFILE).skipped == 1


def test_an_unreadable_row_is_counted_and_hides_no_other() -> None:
    twice = b'{"ref_id": "C", "data": [{"x": 1, "x": 2}]}'
    odd = (b"null", b"7", b"[]", b'{"ref_id": ""}', b'{"ref_id": "\xff"}', twice)
    status = listed(b",".join((b'{"ref_id": "A"}', *odd, b'{"ref_id": "B"}')))
    assert [row.ref_id for row in status.rows] == ["A", "B"]
    assert status.skipped == 6


def test_a_refused_read_is_a_refusal() -> None:
    body = b'{"status": false, "data": null, "message": "API Signature not valid"}'
    for parse in (parse_rows, parse_services, parse_balance):
        with pytest.raises(SupplierRefusedError) as caught:
            parse(body, PROFILE)
        assert caught.value.refusal is RefusalClass.CREDENTIALS


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"status": 1, "data": []}', b"[]", b"{"])
def test_an_unreadable_reply_to_a_read_is_a_read_error(body: bytes) -> None:
    for parse in (parse_rows, parse_services, parse_balance):
        with pytest.raises(SupplierReadError):
            parse(body, PROFILE)


# --- the balance ------------------------------------------------------------------------

NO_BALANCE = (b"null", b"[]", b"{}", b"5", b'{"balance": {}}')


@pytest.mark.parametrize(
    ("body", "balance"),
    [
        (recorded_reply("profile"), 123456),
        (recorded_reply("profile_saldo"), 123456),
        (recorded_reply("profile_silent"), None),
        (b'{"status": true, "data": {"saldo": -500}}', -500),
        *((b'{"status": true, "data": %b}' % data, None) for data in NO_BALANCE),
    ],
)
def test_a_balance_is_read_if_the_panel_reports_one(body: bytes, balance: int | None) -> None:
    assert parse_balance(body, PROFILE) == balance


def test_a_json_object_is_distinguished_from_other_bodies() -> None:
    """Only the panel itself answers with an object; a proxy sends a page."""
    assert is_json_object(b'{"message": "Server Error"}')
    assert not any(map(is_json_object, (b"", b"[]", b"<html>", b"null", b"{")))


def test_status_rows_beyond_the_limit_are_counted_as_skipped() -> None:
    """The newest come first; the row that is looked for may be among the skipped ones."""
    rows = b",".join(b'{"ref_id": "r%d"}' % number for number in range(10_000))
    status = listed(rows)
    assert [row.ref_id for row in status.rows] == [f"r{n}" for n in range(MAX_STATUS_ROWS)]
    assert status.skipped == 10_000 - MAX_STATUS_ROWS


def test_junk_rows_count_towards_the_limit() -> None:
    rows = b"7," * MAX_STATUS_ROWS + b'{"ref_id": "beyond"}'
    status = listed(rows)
    assert status == StatusList((), MAX_STATUS_ROWS + 1)


@pytest.mark.parametrize("digits", [300, 900_000])
def test_compared_texts_are_cut_to_200_characters(digits: int) -> None:
    """No code or destination is that long, so a cut one equals none."""
    long = b"1" * digits
    row = b'{"ref_id": "r", "data": ["%b"], "product": {"code": "%b"}, "status": "%b"}'
    (read,) = listed(row % (long, long, long)).rows
    assert read.ref_id == "r"
    assert {len(read.destination), len(read.service_code), len(read.status_word)} == {200}
    many = b'{"ref_id": "r", "data": [%b]}' % b",".join([b'"1"'] * 50_000)
    (read,) = listed(many).rows
    assert len(read.destination) == 200
