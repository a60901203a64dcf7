"""Supplier replies as a panel, its proxy or an attacker may send them, and a strict reader.

The reader uses Python's own JSON module without tolerance, so that it shares no code with the
protocol that it checks.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.faults.fuzz.odd_values import mutated, odd_value

LITERALS = (
    *("NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1E+2", "-0", "0.0", "1.", "01", "+1"),
    *("0x10", "tru", "undefined", "'a'", '"\\ud800"', '"\\u0000"', '"a\\nb"', '"\t"', "[1,]"),
    "9" * 400,
    "9" * 5_000,
    "0." + "3" * 5_000,
    "[" * 900 + "]" * 900,
    "[" * 60_000 + "]" * 60_000,
    '{"a":' * 5_000 + "1" + "}" * 5_000,
    '"' + "x" * 70_000 + '"',
)
"""Texts in the place of a JSON value that are no valid value, or one of absurd size."""
CODINGS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252", "utf-7")
MAX_REF_ID_LENGTH = 100
MAX_JUDGED_LENGTH = 200_000
"""So many characters of a body that is not JSON are searched for objects."""
ODD_ROWS = (
    *(
        b'{"code": "ODD", "ref_id": "odd", "name": %b}' % literal.encode()
        for literal in (
            '"\\ud83d"',
            '"\x01"',
            '"\n"',
            "NaN",
            "-Infinity",
            "[" * 100_000 + "]" * 100_000,
            '"5" layar"',
            "'x'",
            '"\\q"',
            "01",
            "undefined",
        )
    ),
    b'{"code": "ODD", "ref_id": "odd", "price": %b}' % (b"9" * 10_000),
    b'{"ref_id": "odd", "note": "\xff"}',
    b'{"ref_id": "odd", "ref_id": "odd2", "code": "ODD", "code": "ODD2"}',
    b'"]}, {"',
    b"[[]]",
    b"null",
    b"",
)
"""Malformed rows; the other rows of a list with one of them must still be read."""


def as_json(rng: Random, value: Any, oddness: float) -> str:
    """Return a value as JSON, where names may be repeated and values replaced by odd literals."""
    if rng.random() < oddness:
        return rng.choice(LITERALS)
    if isinstance(value, dict):
        pairs = [(str(name), as_json(rng, inner, oddness)) for name, inner in value.items()]
        if pairs and rng.random() < 2 * oddness:
            name, _ = rng.choice(pairs)
            repeated = json.dumps(rng.choice((odd_value(rng), True, False, "other")))
            pairs.insert(rng.randint(0, len(pairs)), (name, repeated))
        return "{" + ", ".join(f"{json.dumps(name)}: {inner}" for name, inner in pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(as_json(rng, inner, oddness) for inner in value) + "]"
    return json.dumps(value)


def damaged(rng: Random, reply: Any) -> bytes:
    """Return a reply with some of its values, its syntax or its bytes damaged."""
    tree = mutated(rng, reply, rng.choice((0, 1, 1, 2, 3)))
    text = as_json(rng, tree, rng.choice((0.0, 0.0, 0.02, 0.08)))
    chance = rng.random()
    if chance < 0.8:
        return text.encode("utf-8", "surrogatepass")
    if chance < 0.9:
        return text.encode(rng.choice(CODINGS), "replace")
    body = text.encode("utf-8", "surrogatepass")
    start = rng.randint(0, len(body))
    return rng.choice(
        (
            body[:start],
            body[:start] + rng.randbytes(3) + body[start:],
            body + body,
            b"<html>" + body,
            b"callback(" + body + b")",
            b"\n\n" + body + b"\n",
            b"",
        )
    )


class _UnclearError(ValueError):
    """A text that two readers may understand differently."""


def _no_constant(name: str) -> Any:
    raise _UnclearError(name)


def _single(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise _UnclearError("a name stands twice")
    return dict(pairs)


def _whole(digits: str) -> int:
    # Python refuses to read more than 4,300 digits; for such a number any large value will do.
    return int(digits) if len(digits) < 1_000 else 10**1_000


_STRICT_DECODER = json.JSONDecoder(
    object_pairs_hook=_single, parse_constant=_no_constant, parse_int=_whole
)


@dataclass(frozen=True)
class Reading:
    """What a body says beyond doubt."""

    tree: Any
    """The JSON value; None if there is none, or more than one reading."""

    @property
    def is_success(self) -> bool:
        """Whether the body is an object with `status` true."""
        return isinstance(self.tree, dict) and self.tree.get("status") is True

    @property
    def refusal(self) -> str:
        """The message of a well-formed refusal without a ref_id; empty for anything else."""
        if not isinstance(self.tree, dict) or self.tree.get("status") is not False:
            return ""
        message = self.tree.get("message")
        has_ref_id = any(row.get("ref_id") for row in rows_of(self.tree.get("data")))
        return message.strip() if isinstance(message, str) and not has_ref_id else ""

    def row_of(self, ref_id: str) -> dict[str, Any] | None:
        """Return the first row with a ref_id."""
        if not self.is_success:
            return None
        rows = rows_of(self.tree.get("data"))
        return next((row for row in rows if ref_id_of(row) == ref_id), None)


def judged(body: bytes) -> Reading:
    """Read a body by the letter of RFC 8259, which leaves the meaning of repeated names open."""
    try:
        text = body.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "strict")
        return Reading(_STRICT_DECODER.decode(text))
    except (ValueError, RecursionError):
        return Reading(None)


def lenient(body: bytes) -> Reading:
    """Read a body as common readers do: undecodable bytes are replaced, the last name counts.

    An odd row in a list must not spoil others, so each is judged by itself. If the whole body is
    not JSON, every JSON object inside it counts, wherever it starts.
    """
    text = body.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    try:
        return Reading(json.loads(text, parse_int=_whole, strict=False))
    except (ValueError, RecursionError):
        return Reading({"status": True, "data": list(_objects_in(text))})


def _objects_in(text: str) -> Iterator[Any]:
    """Yield every JSON object in a text, at whichever brace it starts."""
    reader = json.JSONDecoder(parse_int=_whole, strict=False)
    for place, character in enumerate(text[:MAX_JUDGED_LENGTH]):
        if character == "{":
            with suppress(ValueError, RecursionError):
                yield reader.raw_decode(text, place)[0]


def with_odd_rows(rng: Random, rows: Sequence[bytes]) -> tuple[bytes, int]:
    """Return a successful reply with odd rows among `rows`, and the number of odd rows."""
    odd = [rng.choice(ODD_ROWS) for _ in range(rng.randint(1, 4))]
    all_rows = list(rows)
    for one in odd:
        all_rows.insert(rng.randint(0, len(all_rows)), one)
    members = [b'"status": true', b'"data": [%b]' % b", ".join(all_rows), b'"message": "Success."']
    rng.shuffle(members)
    return b"{%b}" % b", ".join(members), len(odd)


def rows_of(data: Any) -> list[dict[str, Any]]:
    """Return the rows of a list, of PHP's object with numbers as names, or a single row."""
    rows = data
    if isinstance(data, dict):
        is_numbered = bool(data) and all(name.isdecimal() for name in data)
        rows = list(data.values()) if is_numbered else [data]
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def ref_id_of(row: dict[str, Any]) -> str:
    """Return a row's valid ref_id, a text or a whole number; empty if there is none."""
    ref_id = row.get("ref_id")
    if isinstance(ref_id, bool) or not isinstance(ref_id, str | int):
        return ""
    text = str(ref_id).strip()
    return text if len(text) <= MAX_REF_ID_LENGTH else ""


def order_reply(code: str, destination: str, **changes: Any) -> dict[str, Any]:
    """Return the documented order reply for this product and number (docs/supplier-api.md)."""
    row = {
        "data": [destination],
        "note": "transaction note",
        "price": 10_200,
        "ref_id": "some1d",
        "status": "waiting",
        "product": {"code": code, "type": "pulsa-reguler", "service": "Telkomsel 10.000"},
        "voucher": "voucher_code",
    }
    return {
        "code": 200,
        "data": copy.deepcopy(row | changes),
        "status": True,
        "message": "Thank you for purchasing the product.",
    }


def refusal_reply(message: str) -> dict[str, Any]:
    """Return a refusal in the supplier's format, with the echo of the request."""
    echo = {"type": "order", "service": "SM10", "data_no": "081234567890"}
    return {"code": 400, "status": False, "data": echo, "message": message}
