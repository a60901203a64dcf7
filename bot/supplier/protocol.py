"""How the panel's replies are read, without any IO; `forms.py` builds what is sent.

Part 1 of `supplier-api.md` is the contract, part 2 says how tolerantly to read. A body is a success
when it is a JSON object whose `status` is true, and a refusal when its `status` is false and its
`message` says why. 1 or "true" are neither: where money hangs on the answer, nothing is guessed.
Whether the HTTP status lets a body decide anything is for the client to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec
import structlog

from bot.domain.errors import (
    SupplierOutcomeUnknownError,
    SupplierReadError,
    SupplierRefusedError,
    SupplierTooMuchError,
)
from bot.domain.json_scanner import ScanError, members_of, parts_of
from bot.domain.money import Rupiah
from bot.domain.row_matching import SupplierRow
from bot.domain.supplier_profile import PanelProfile, SupplierStatus
from bot.ports.supplier import OrderReply, ServiceList, StatusList
from bot.supplier.listings import read_listings
from bot.supplier.scalars import floor_number, instant_of, text_of, whole_number, word_of
from bot.supplier.single_names import has_single_names

MOST_SERVICES = 20_000
"""Rows of a service list, junk included: a larger one is refused whole."""
MOST_STATUS_ROWS = 200
"""Rows of a status answer, which are asked for 15 at a time, the newest first."""
_REF_ID_LENGTH = 100
_MESSAGE_LENGTH = 500
_TEXT_LENGTH = 8000
_OF_A_TAKEN_ORDER = (SupplierStatus.PENDING, SupplierStatus.SUCCEEDED, SupplierStatus.PARTIAL)
_SCANNED_REPLY_BYTES = 64 * 1024
"""Of an order's reply, which has 1 KB: more is not looked through on the event loop."""
_WORD_LENGTH = 200
"""Of what is compared; the longest code and destination have 64, so a longer one equals none."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_T = TypeVar("_T")

_log = structlog.get_logger()


class _UnreadableError(Exception):
    """The body is not what the documentation promises; each call decides what that means."""


class _Envelope(msgspec.Struct, gc=False):
    status: Any = None
    message: Any = None
    data: msgspec.Raw = msgspec.Raw(b"null")


class _Transaction(msgspec.Struct, gc=False):
    """A row whose fields may hold any JSON, so that an odd one never hides the others."""

    ref_id: Any = None
    product: Any = None
    data: Any = None
    price: Any = None
    status: Any = None
    voucher: Any = None
    note: Any = None
    created_at: Any = None


_ENVELOPE = msgspec.json.Decoder(_Envelope)
_TRANSACTION = msgspec.json.Decoder(_Transaction)
_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ANYTHING = msgspec.json.Decoder(Any)


def parse_order(body: bytes, profile: PanelProfile) -> OrderReply:
    """Read the reply of the order call.

    A success that names a `ref_id` is one, however odd the rest (an unreadable echo is ""):
    its ref_id must not be lost. Raises `SupplierRefusedError` on a well-formed refusal and
    `SupplierOutcomeUnknownError` on everything else: among it a refusal that shows an order, or
    whose words leave open what became of it. A reference in what is no JSON goes with that.
    """
    try:
        envelope = _opened(body)
        _require_one_meaning(body)
        raw_rows = _order_rows(envelope.data)
        if envelope.status is False:
            _require_not_taken(envelope, raw_rows, profile)
        _raise_unless_success(envelope, profile)
        row = _row(raw_rows[0], profile.max_cost) if len(raw_rows) == 1 else None
        if row is None:
            raise _UnreadableError("a success without ref_id")
    except _UnreadableError as fault:
        raise SupplierOutcomeUnknownError(str(fault), ref_id=_ref_id_in(body)) from None
    return OrderReply(
        ref_id=row.ref_id,
        service_code=row.service_code,
        destination=row.destination,
        cost=row.cost,
        status_word=row.status_word,
        voucher=row.voucher,
        note=row.note,
    )


def parse_rows(body: bytes, profile: PanelProfile) -> StatusList:
    """Read the reply of the status call; raises `SupplierReadError`, `SupplierRefusedError`.

    Rows beyond `MOST_STATUS_ROWS` are not read, and count as skipped: an order that is not among
    the others is not taken for absent.
    """
    raw_rows, count = _list_of_success(body, profile, "ref_id", MOST_STATUS_ROWS)
    read = (_row(raw, profile.max_cost) for raw in raw_rows)
    rows = tuple(row for row in read if row is not None)
    return StatusList(rows, count - len(rows))


def parse_services(body: bytes, profile: PanelProfile) -> ServiceList:
    """Read the reply of the service call; raises `SupplierReadError`, `SupplierRefusedError`.

    One of more than `MOST_SERVICES` rows is refused whole, with `SupplierTooMuchError`.
    """
    raw_rows, count = _list_of_success(body, profile, "code", MOST_SERVICES)
    if count > MOST_SERVICES:
        raise SupplierTooMuchError(f"a list of {count:,} rows")
    return read_listings(raw_rows, profile.repeatable_values, profile.max_cost)


def parse_balance(body: bytes, profile: PanelProfile) -> Rupiah | None:
    """Read the reply of the profile call; None when it is sound and tells no balance.

    Raises `SupplierReadError` or `SupplierRefusedError`.
    """
    try:
        data = _decoded(_ANYTHING, _data_of_success(body, profile))
    except _UnreadableError as fault:
        raise SupplierReadError(str(fault)) from None
    if not isinstance(data, dict):
        return None
    for name in ("balance", "saldo"):
        amount = floor_number(data.get(name))
        if amount is not None:
            return Rupiah(amount)
    return None


def is_json_object(body: bytes) -> bool:
    """Tell whether a body is a JSON object at all, and not a proxy's page."""
    try:
        _opened(body)
    except _UnreadableError:
        return False
    return True


# --- the envelope -----------------------------------------------------------------------


def _decoded(decoder: msgspec.json.Decoder[_T], body: bytes | msgspec.Raw) -> _T:
    try:
        return decoder.decode(body)
    # UnicodeDecodeError and the depth limit are not among the library's own errors.
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise _UnreadableError(f"not the expected JSON ({type(error).__name__})") from None


def _opened(body: bytes) -> _Envelope:
    return _decoded(_ENVELOPE, _without_mark(body))


def _without_mark(body: bytes) -> bytes:
    return body.removeprefix(_BYTE_ORDER_MARK)


def _require_one_meaning(text: bytes | msgspec.Raw) -> None:
    """Raise where an object has a name twice: readers differ in which of the two counts.

    A reply with `"status": true` and `"status": false` is neither a success nor a refusal.
    """
    if not has_single_names(_without_mark(bytes(text))):
        raise _UnreadableError("not the expected JSON (a name may stand twice)")


def _raise_unless_success(envelope: _Envelope, profile: PanelProfile) -> None:
    if envelope.status is True:
        return
    line = _line_of(envelope.message)
    if envelope.status is False and line:
        raise SupplierRefusedError(profile.refusal_of(line), line[:_MESSAGE_LENGTH])
    raise _UnreadableError("neither a success nor a refusal")


def _line_of(message: object) -> str:
    """Return a message on one line; "" for what is no text, or blank."""
    return " ".join(message.split()) if isinstance(message, str) else ""


def _data_of_success(body: bytes, profile: PanelProfile) -> msgspec.Raw:
    envelope = _opened(body)
    _raise_unless_success(envelope, profile)
    return envelope.data


def _rows_of(data: msgspec.Raw, key: str) -> list[msgspec.Raw]:
    """Return the rows of a list, of a bare row, or of PHP's object that numbers its keys.

    Null and other scalars are no list: an empty list means "no such order", so it must be one.
    """
    kind = bytes(memoryview(data)[:1])
    if kind == b"[":
        return _decoded(_LIST, data)
    if kind == b"{":
        rows = _decoded(_OBJECT, data)
        is_numbered = rows and key not in rows and all(name.isdecimal() for name in rows)
        return list(rows.values()) if is_numbered else [data]
    raise _UnreadableError("data is no list")


def _list_of_success(
    body: bytes, profile: PanelProfile, key: str, most: int
) -> tuple[list[msgspec.Raw], int]:
    """Return the first rows of a list, `most` of them, and how many there are in all.

    Where one of them is no JSON, each is found by itself. Raises `SupplierReadError`, and
    `SupplierRefusedError` on a refusal.
    """
    try:
        rows = _rows_of(_data_of_success(body, profile), key)
    except _UnreadableError as fault:
        try:
            return _scanned_rows(_without_mark(body), most)
        except (ScanError, _UnreadableError):
            cause = str(fault)
        raise SupplierReadError(cause) from None
    return rows[:most], len(rows)


def _scanned_rows(text: bytes, most: int) -> tuple[list[msgspec.Raw], int]:
    """Return the rows of a reply that is no JSON as a whole, but still ends where it should.

    It must say "success" all the same, once. It may not refuse: a refused look may mean that an
    order is gone, and what cannot be read might say otherwise.
    """
    members: dict[str, bytes] = {}
    for name, value in members_of(text):
        if name in members and name in ("status", "data"):
            raise _UnreadableError("a name stands twice")
        members[name] = value
    if members.get("status") != b"true":
        raise _UnreadableError("no success")
    data = members.get("data", b"")
    kept: list[msgspec.Raw] = []
    count = 0
    for count, (name, row) in enumerate(_parts(data), start=1):
        if not name.isdecimal():
            return [msgspec.Raw(data)], 1
        if count <= most:
            kept.append(msgspec.Raw(row))
    return kept, count


def _parts(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the rows of a list, and the members of an object, with their names or numbers."""
    if data.startswith(b"{"):
        return members_of(data)
    return ((str(place), part) for place, part in enumerate(parts_of(data)))


# --- rows of transactions ---------------------------------------------------------------


def _order_rows(data: msgspec.Raw) -> list[msgspec.Raw]:
    """Return what may be the order's row, documented as an object; a list of one is taken too."""
    if bytes(memoryview(data)[:1]) in (b"[", b"{"):
        return _rows_of(data, "ref_id")
    _decoded(_ANYTHING, data)
    return []


def _ref_id_in(body: bytes) -> str | None:
    """Return the one reference in a reply that cannot be read as a whole, so that it is not lost.

    It decides nothing: the order is looked for all the same.
    """
    if len(body) > _SCANNED_REPLY_BYTES:
        return None
    try:
        data = _single_member(_without_mark(body), "data")
        rows = list(parts_of(data)) if data.startswith(b"[") else [data]
        if len(rows) != 1:
            return None
        ref_id = word_of(_decoded(_ANYTHING, _single_member(rows[0], "ref_id")))
    except (ScanError, _UnreadableError):
        return None
    return ref_id if 0 < len(ref_id) <= _REF_ID_LENGTH else None


def _single_member(text: bytes, name: str) -> bytes:
    """Return the member of an object; raises `_UnreadableError` unless there is exactly one."""
    found = [value for known, value in members_of(text) if known == name]
    if len(found) != 1:
        raise _UnreadableError(f"{name} does not stand there once")
    return found[0]


def _require_not_taken(
    envelope: _Envelope, raw_rows: list[msgspec.Raw], profile: PanelProfile
) -> None:
    """Raise `SupplierOutcomeUnknownError` on a refusal that does not say "not taken"."""
    line = _line_of(envelope.message)
    short = line[:_MESSAGE_LENGTH]
    if any(_shows_an_order(raw, profile) for raw in raw_rows):
        row = _row(raw_rows[0], profile.max_cost) if len(raw_rows) == 1 else None
        ref_id = None if row is None else row.ref_id
        cause = "a refusal that shows an order"
        raise SupplierOutcomeUnknownError(cause, message=short, ref_id=ref_id)
    if profile.is_no_answer(line):
        raise SupplierOutcomeUnknownError("words that leave the outcome open", message=short)


def _shows_an_order(raw: msgspec.Raw, profile: PanelProfile) -> bool:
    """Tell whether an object has anything where a ref_id would stand, or a status of an order."""
    if bytes(memoryview(raw)[:1]) != b"{":
        return False
    row = _decoded(_TRANSACTION, raw)
    is_taken = profile.status_of(word_of(row.status)) in _OF_A_TAKEN_ORDER
    return is_taken or bool(text_of(row.ref_id).strip())


def _row(raw: msgspec.Raw, max_cost: int) -> SupplierRow | None:
    """Return a row that names an order; None for any other, and for one with two meanings."""
    try:
        row = _decoded(_TRANSACTION, raw)
        _require_one_meaning(raw)
    except _UnreadableError:
        return None
    ref_id = word_of(row.ref_id)
    if not ref_id or len(ref_id) > _REF_ID_LENGTH:
        return None
    code = row.product.get("code") if isinstance(row.product, dict) else row.product
    return SupplierRow(
        ref_id=ref_id,
        service_code=word_of(code)[:_WORD_LENGTH],
        destination=_echo_of(row.data),
        cost=_cost_of(row.price, max_cost, ref_id),
        status_word=word_of(row.status)[:_WORD_LENGTH],
        voucher=text_of(row.voucher)[:_TEXT_LENGTH],
        note=text_of(row.note)[:_TEXT_LENGTH],
        created_at=instant_of(row.created_at),
    )


def _echo_of(data: object) -> str:
    """Return the destination's echo, a list of one or a bare text.

    Several parts are joined so that they equal no destination: nothing is known of their meaning.
    """
    parts = data if isinstance(data, list) else [data]
    return " | ".join(word_of(part) for part in parts[:_WORD_LENGTH])[:_WORD_LENGTH]


def _cost_of(price: object, max_cost: int, ref_id: str) -> Rupiah | None:
    """Return a cost within the bounds of the list's; the row stands without one that is junk."""
    cost = whole_number(price)
    if cost is not None and cost > max_cost:
        _log.warning("cost beyond max_cost is not booked", cost=cost, ref_id=ref_id)
        return None
    # 0 is what a refunded row shows; it says nothing about what the order cost.
    return Rupiah(cost) if cost is not None and cost > 0 else None
