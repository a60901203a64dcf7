"""Parses the panel's replies, without IO; `forms.py` builds the requests.

docs/supplier-api.md, section 1 is the contract, and section 3 has the rules of this module. A
success is a JSON object whose `status` is `true`; a refusal is one whose `status` is `false` and
whose `message` is not blank. `1` or `"true"` are neither, because where money depends on an answer
nothing is guessed. The client checks whether the HTTP status lets a body decide an order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeVar

import msgspec
import structlog

from bot.domain.errors import (
    SupplierOutcomeUnknownError,
    SupplierReadError,
    SupplierRefusedError,
    SupplierReplyTooLargeError,
)
from bot.domain.json_scanner import ScanError, elements_of, members_of
from bot.domain.money import Rupiah
from bot.domain.supplier_profile import PanelProfile, SupplierStatus
from bot.domain.supplier_row import SupplierRow
from bot.ports.supplier import ServiceList, StatusList
from bot.supplier.listings import ListingReader
from bot.supplier.scalars import floor_number, instant_of, text_of, whole_number, word_of
from bot.supplier.single_names import has_single_names

MAX_SERVICES = 20_000
"""Rows of a service list, junk included; a longer list is refused as a whole."""
MAX_STATUS_ROWS = 200
"""Rows that are read of a status reply; 15 are requested."""
_REF_ID_LENGTH = 100
_MESSAGE_LENGTH = 500
_TEXT_LENGTH = 8000
_STATUSES_OF_TAKEN_ORDER = (
    SupplierStatus.PENDING,
    SupplierStatus.SUCCEEDED,
    SupplierStatus.PARTIAL,
)
_SCANNED_REPLY_BYTES = 64 * 1024
"""An order reply has about 1 KB; a longer one is not scanned, to not block the event loop."""
_WORD_LENGTH = 200
"""The longest codes and destinations have 64 characters, so a longer value equals none of them."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_T = TypeVar("_T")

_log = structlog.get_logger()


class _UnreadableError(Exception):
    """The body does not have the documented form; each parser raises its own error for it."""


class _Envelope(msgspec.Struct, gc=False):
    status: Any = None
    message: Any = None
    data: msgspec.Raw = msgspec.Raw(b"null")


class _Transaction(msgspec.Struct, gc=False):
    """A row whose fields may hold any JSON, so that a malformed field does not hide the others."""

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


def parse_order(body: bytes, profile: PanelProfile) -> SupplierRow:
    """Parse the reply of the order call (docs/supplier-api.md, "3.4 Order reply").

    A success with a `ref_id` is returned whatever the other fields hold, so that the ref_id is
    not lost; an unreadable echo is "". Raises `SupplierRefusedError` on a well-formed refusal, and
    `SupplierOutcomeUnknownError` on everything else, including a refusal that shows an order or
    whose message leaves the outcome open. That error has the ref_id if the body contains exactly
    one, even if the body is not valid JSON.
    """
    try:
        envelope = _decode_envelope(body)
        _require_unique_names(body)
        raw_rows = _order_rows(envelope.data)
        if envelope.status is False:
            _require_not_taken(envelope, raw_rows, profile)
        _raise_unless_success(envelope, profile)
        row = _row(raw_rows[0], profile.max_cost) if len(raw_rows) == 1 else None
        if row is None:
            raise _UnreadableError("a success without ref_id")
    except _UnreadableError as fault:
        raise SupplierOutcomeUnknownError(str(fault), ref_id=_ref_id_in(body)) from None
    return replace(row, created_at=None)


def parse_rows(body: bytes, profile: PanelProfile) -> StatusList:
    """Parse the reply of the status call (docs/supplier-api.md, "3.5 Status reply").

    Rows beyond `MAX_STATUS_ROWS` are not read and count as skipped, so that the list proves no
    absence. Raises `SupplierReadError` or `SupplierRefusedError`.
    """
    raw_rows, count = _list_of_success(body, profile, "ref_id", MAX_STATUS_ROWS)
    read = (_row(raw, profile.max_cost) for raw in raw_rows)
    rows = tuple(row for row in read if row is not None)
    return StatusList(rows, count - len(rows))


def parse_services(
    body: bytes, profile: PanelProfile, reader: ListingReader | None = None
) -> ServiceList:
    """Parse the reply of the service call (docs/supplier-api.md, "3.6 Service reply").

    `reader` is the one that read the last list, if any. Raises `SupplierReplyTooLargeError` for
    more than `MAX_SERVICES` rows, `SupplierReadError` or `SupplierRefusedError`.
    """
    raw_rows, count = _list_of_success(body, profile, "code", MAX_SERVICES)
    if count > MAX_SERVICES:
        raise SupplierReplyTooLargeError(f"a list of {count:,} rows")
    reader = reader or ListingReader(profile.repeatable_values, profile.max_cost)
    return reader.read(raw_rows)


def parse_balance(body: bytes, profile: PanelProfile) -> Rupiah | None:
    """Parse the reply of the profile call; None for a success without a readable balance.

    See docs/supplier-api.md, "3.7 Balance reply". Raises `SupplierReadError` or
    `SupplierRefusedError`.
    """
    try:
        data = _decode(_ANYTHING, _data_of_success(body, profile))
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
    """Return whether a body is a JSON object, and not, for example, the HTML page of a proxy."""
    try:
        _decode_envelope(body)
    except _UnreadableError:
        return False
    return True


# --- the envelope ---


def _decode(decoder: msgspec.json.Decoder[_T], body: bytes | msgspec.Raw) -> _T:
    try:
        return decoder.decode(body)
    # Invalid UTF-8 and too deep nesting raise errors that are not subclasses of MsgspecError.
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise _UnreadableError(f"not the expected JSON ({type(error).__name__})") from None


def _decode_envelope(body: bytes) -> _Envelope:
    return _decode(_ENVELOPE, _without_byte_order_mark(body))


def _without_byte_order_mark(body: bytes) -> bytes:
    return body.removeprefix(_BYTE_ORDER_MARK)


def _require_unique_names(text: bytes | msgspec.Raw) -> None:
    """Raise `_UnreadableError` if an object has the same name twice.

    JSON readers differ in which of the two values they use, so a reply with both
    `"status": true` and `"status": false` is neither a success nor a refusal.
    """
    if not has_single_names(_without_byte_order_mark(bytes(text))):
        raise _UnreadableError("not the expected JSON (an object may have a name twice)")


def _raise_unless_success(envelope: _Envelope, profile: PanelProfile) -> None:
    if envelope.status is True:
        return
    line = _line_of(envelope.message)
    if envelope.status is False and line:
        raise SupplierRefusedError(profile.refusal_of(line), line[:_MESSAGE_LENGTH])
    raise _UnreadableError("neither a success nor a refusal")


def _line_of(message: object) -> str:
    """Return a message on one line; "" if it is blank or not a text."""
    return " ".join(message.split()) if isinstance(message, str) else ""


def _data_of_success(body: bytes, profile: PanelProfile) -> msgspec.Raw:
    envelope = _decode_envelope(body)
    _raise_unless_success(envelope, profile)
    return envelope.data


def _rows_of(data: msgspec.Raw, key: str) -> list[msgspec.Raw]:
    """Return the rows of a list, a bare row, or an object with numeric keys (a PHP list with gaps).

    `null` and other scalars raise `_UnreadableError`: an empty result means "no such order", so
    only an empty list may give it.
    """
    kind = bytes(memoryview(data)[:1])
    if kind == b"[":
        return _decode(_LIST, data)
    if kind == b"{":
        rows = _decode(_OBJECT, data)
        is_numbered = rows and key not in rows and all(name.isdecimal() for name in rows)
        return list(rows.values()) if is_numbered else [data]
    raise _UnreadableError("data is no list")


def _list_of_success(
    body: bytes, profile: PanelProfile, key: str, most: int
) -> tuple[list[msgspec.Raw], int]:
    """Return the first `most` rows of a list, and the number of all its rows.

    If the reply is not valid JSON as a whole, the rows are found one by one. Raises
    `SupplierReadError`, or `SupplierRefusedError` on a refusal.
    """
    try:
        rows = _rows_of(_data_of_success(body, profile), key)
    except _UnreadableError as fault:
        try:
            return _scanned_rows(_without_byte_order_mark(body), most)
        except (ScanError, _UnreadableError):
            cause = str(fault)
        raise SupplierReadError(cause) from None
    return rows[:most], len(rows)


def _scanned_rows(text: bytes, most: int) -> tuple[list[msgspec.Raw], int]:
    """Return the rows of a reply that is complete but not valid JSON as a whole.

    Its `status` must be `true`, and `status` and `data` may occur only once. A refusal is not
    accepted here: it may mean that an order is gone, and the unreadable part may contradict that.
    """
    members: dict[str, bytes] = {}
    for name, value in members_of(text):
        if name in members and name in ("status", "data"):
            raise _UnreadableError(f"{name} occurs twice")
        members[name] = value
    if members.get("status") != b"true":
        raise _UnreadableError("not a success")
    data = members.get("data", b"")
    kept: list[msgspec.Raw] = []
    count = 0
    for count, (name, row) in enumerate(_members_or_items(data), start=1):
        if not name.isdecimal():
            return [msgspec.Raw(data)], 1
        if count <= most:
            kept.append(msgspec.Raw(row))
    return kept, count


def _members_or_items(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the members of an object by name, or the items of a list by index."""
    if data.startswith(b"{"):
        return members_of(data)
    return ((str(place), part) for place, part in enumerate(elements_of(data)))


# --- rows of transactions ---


def _order_rows(data: msgspec.Raw) -> list[msgspec.Raw]:
    """Return the rows in the `data` of an order reply: an object as documented, or a list.

    A scalar has no rows.
    """
    if bytes(memoryview(data)[:1]) in (b"[", b"{"):
        return _rows_of(data, "ref_id")
    _decode(_ANYTHING, data)
    return []


def _ref_id_in(body: bytes) -> str | None:
    """Return the ref_id of an unreadable order reply if it has exactly one, so that it is kept.

    The ref_id decides nothing: the order is ambiguous and is reconciled like any other.
    """
    if len(body) > _SCANNED_REPLY_BYTES:
        return None
    try:
        data = _single_member(_without_byte_order_mark(body), "data")
        rows = list(elements_of(data)) if data.startswith(b"[") else [data]
        if len(rows) != 1:
            return None
        ref_id = word_of(_decode(_ANYTHING, _single_member(rows[0], "ref_id")))
    except (ScanError, _UnreadableError):
        return None
    return ref_id if 0 < len(ref_id) <= _REF_ID_LENGTH else None


def _single_member(text: bytes, name: str) -> bytes:
    """Return the member of an object; raises `_UnreadableError` unless there is exactly one."""
    found = [value for known, value in members_of(text) if known == name]
    if len(found) != 1:
        raise _UnreadableError(f"{name} occurs {len(found)} times, expected once")
    return found[0]


def _require_not_taken(
    envelope: _Envelope, raw_rows: list[msgspec.Raw], profile: PanelProfile
) -> None:
    """Raise `SupplierOutcomeUnknownError` on a refusal that does not mean "order not taken".

    See docs/supplier-api.md, "3.4 Order reply" and "3.8 Refusal messages".
    """
    line = _line_of(envelope.message)
    short = line[:_MESSAGE_LENGTH]
    if any(_shows_an_order(raw, profile) for raw in raw_rows):
        row = _row(raw_rows[0], profile.max_cost) if len(raw_rows) == 1 else None
        ref_id = None if row is None else row.ref_id
        cause = "a refusal that shows an order"
        raise SupplierOutcomeUnknownError(cause, message=short, ref_id=ref_id)
    if profile.leaves_outcome_unknown(line):
        raise SupplierOutcomeUnknownError("a message that leaves the outcome open", message=short)


def _shows_an_order(raw: msgspec.Raw, profile: PanelProfile) -> bool:
    """Return whether an object has a `ref_id` of any form, or the status of a taken order."""
    if bytes(memoryview(raw)[:1]) != b"{":
        return False
    row = _decode(_TRANSACTION, raw)
    is_taken = profile.status_of(word_of(row.status)) in _STATUSES_OF_TAKEN_ORDER
    return is_taken or bool(text_of(row.ref_id).strip())


def _row(raw: msgspec.Raw, max_cost: int) -> SupplierRow | None:
    """Return a readable row; None for a row without ref_id or with a repeated name."""
    try:
        row = _decode(_TRANSACTION, raw)
        _require_unique_names(raw)
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
    """Return the echo of the destination: a bare text, or a list with one text.

    Several parts are joined by " | ", so that they equal no destination: their meaning is not
    documented.
    """
    parts = data if isinstance(data, list) else [data]
    return " | ".join(word_of(part) for part in parts[:_WORD_LENGTH])[:_WORD_LENGTH]


def _cost_of(price: object, max_cost: int, ref_id: str) -> Rupiah | None:
    """Return a cost of 1 to `max_cost` rupiah; None for any other value, which is ignored."""
    cost = whole_number(price)
    if cost is not None and cost > max_cost:
        _log.warning("cost_above_max_ignored", cost=cost, ref_id=ref_id)
        return None
    # A refunded row shows 0, which is not what the order cost.
    return Rupiah(cost) if cost is not None and cost > 0 else None
