"""Reads the rows of the panel's service list (docs/supplier-api.md, "3.6 Service reply")."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from sys import intern
from typing import Any

import msgspec

from bot.domain.catalogue import Listing
from bot.domain.cutoff import CutoffWindow, parse_cutoff
from bot.domain.money import Rupiah
from bot.ports.supplier import ServiceList
from bot.supplier.scalars import line_of, text_of, whole_number, word_of
from bot.supplier.single_names import has_single_names

_CODE_LENGTH = 64
_NAME_LENGTH = 255
_NOTE_LENGTH = 2000


class _Service(msgspec.Struct, gc=False):
    """A row whose fields may hold any JSON; `_listing` checks the fields that are needed."""

    code: Any = None
    name: Any = None
    note: Any = None
    category: Any = None
    price: Any = None
    cutoff: Any = None
    status: Any = None
    multi: Any = None


_SERVICE = msgspec.json.Decoder(_Service)


class ListingReader:
    """Reads the rows of one list after the other; a row that is as in the last one is kept."""

    def __init__(
        self,
        repeatable_values: frozenset[str],
        max_cost: int,
        scrubbed: Callable[[Listing], Listing] = lambda listing: listing,
    ) -> None:
        """`max_cost` is in rupiah; `scrubbed` returns a listing without secrets."""
        self._repeatable_values = repeatable_values
        self._max_cost = max_cost
        self._scrubbed = scrubbed
        self._known: Mapping[bytes, Listing | None] = {}
        """The listings of the last list by the digest of their row; None for junk."""

    def read(self, raw_rows: Iterable[msgspec.Raw]) -> ServiceList:
        """Read the rows one by one, and skip and count the junk.

        A row needs a code, a name, a type, a brand and a cost of 1 to `max_cost` rupiah. Of two
        rows with the same code the dearer one is kept, so that nothing is sold below its cost.
        """
        rows: dict[bytes, Listing | None] = {}
        listings: dict[str, Listing] = {}
        count = 0
        for count, raw in enumerate(raw_rows, start=1):  # noqa: B007 the last count is the total
            digest = blake2b(raw, digest_size=16).digest()
            listing = self._known[digest] if digest in self._known else self._listing(raw)
            rows[digest] = listing
            if listing is None:
                continue
            known = listings.get(listing.code)
            if known is None or known.cost < listing.cost:
                listings[listing.code] = listing
        self._known = rows
        return ServiceList(tuple(listings.values()), count - len(listings))

    def _listing(self, raw: msgspec.Raw) -> Listing | None:
        listing = _listing(raw, self._repeatable_values, self._max_cost)
        return None if listing is None else self._scrubbed(listing)


def _listing(raw: msgspec.Raw, repeatable_values: frozenset[str], max_cost: int) -> Listing | None:
    try:
        row = _SERVICE.decode(raw)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    if not _has_unique_names(bytes(raw)):
        return None
    code, name = word_of(row.code), line_of(row.name)
    category_type, main, sub = _path(row.category)
    cost = _cost(row.price, max_cost)
    if cost is None or not (code and name and category_type and main):
        return None
    if not code.isprintable() or len(code) > _CODE_LENGTH:
        return None
    if max(map(len, (name, category_type, main, sub))) > _NAME_LENGTH:
        return None
    return Listing(
        code=code,
        name=name,
        note=_note(row.note),
        # The rows of a list share few of these texts.
        type=intern(category_type),
        main=intern(main),
        sub=intern(sub),
        cost=cost,
        is_ready=word_of(row.status).casefold() == "ready",
        is_repeatable=_flag(row.multi) in repeatable_values,
        cutoff=_cutoff(row.cutoff),
    )


def _has_unique_names(text: bytes) -> bool:
    """Return whether a row has its code, price and status only once.

    Counting the names is fast. Only a row in which a name may be repeated, or may be written
    with an escape for one of its letters, is decoded a second time.
    """
    is_plain = (
        text.count(b'"price"') < 2
        and text.count(b'"current"') < 2
        and text.count(b'"code"') < 2
        and text.count(b'"status"') < 2
        and b"\\u006" not in text
        and b"\\u007" not in text
    )
    return is_plain or has_single_names(text)


def _path(category: object) -> tuple[str, str, str]:
    """Return type, brand and sub; a product without sub gets its brand's name as sub."""
    if not isinstance(category, dict):
        return "", "", ""
    main = line_of(category.get("main")).upper()
    return line_of(category.get("type")).lower(), main, line_of(category.get("sub")) or main


def _cost(price: object, max_cost: int) -> Rupiah | None:
    cost = whole_number(price.get("current") if isinstance(price, dict) else price)
    return Rupiah(cost) if cost is not None and 0 < cost <= max_cost else None


def _note(note: object) -> str:
    lines = (line_of(line) for line in text_of(note)[:_NOTE_LENGTH].splitlines())
    text = "\n".join(lines).strip()
    return "" if text == "-" else text


def _flag(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return word_of(value).casefold()


def _cutoff(window: object) -> CutoffWindow | None:
    if not isinstance(window, dict):
        return None
    return parse_cutoff(word_of(window.get("start")), word_of(window.get("end")))
