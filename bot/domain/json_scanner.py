"""Splits the text of a JSON list or object into its elements, even if one of them is malformed.

A JSON parser rejects a whole list because of one malformed row. This scanner looks only at
brackets, commas and strings, so that each row can then be parsed by itself and a malformed row
affects no other. It does not interpret the rows.

In valid JSON it finds exactly the elements that a parser finds. In a malformed row it looks for
the likely end of the row:

- a string ends at a quote that is followed by a comma, colon or closing bracket;
- a closing bracket of the wrong kind closes the open bracket of its kind;
- an object after a comma inside an object is the next row.

The outermost bracket must end where the body ends, so a truncated body is never accepted. The
scan takes one pass, without recursion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# Possessive quantifiers prevent backtracking: a body of quotes or backslashes is not slower.
_TEXT = rb'"(?:[^"\\]++|\\.|"(?!\s*[,:\]}]))*+"'
_WITHIN = re.compile(rb'(?:[^"\[\]{}]++|' + _TEXT + rb")*+", re.DOTALL)
"""Text inside a nested bracket, up to the next bracket."""
_BETWEEN = re.compile(rb'(?:[^"\[\]{},]++|' + _TEXT + rb")*+", re.DOTALL)
"""Text at the level of the elements, up to the next bracket or comma."""
_BLANKS = b" \t\r\n"
_OPENER = {ord("]"): ord("["), ord("}"): ord("{")}
MAX_BRACKETS = 1_000_000
"""The limit of runs of brackets, and commas; 20,000 rows of the documented form have 140,000."""
_LIST, _OBJECT, _COMMA, _QUOTE = b'[{,"'
_SAME = re.compile(rb"\[+|\{+|\]+|\}+")
_NAME = re.compile(rb'\s*"([A-Za-z0-9_-]*)"\s*:\s*')


class ScanError(Exception):
    """The text is not one complete list or object."""


def elements_of(text: bytes) -> Iterator[bytes]:
    """Yield the raw text of each element of a list, or of each member of an object.

    Only blanks may stand before and after the outermost brackets. An empty list has no elements;
    empty text between two commas is an element. Raises `ScanError`, perhaps after some elements,
    when the text is neither a list nor an object, does not end with its closing bracket, or has
    more than `MAX_BRACKETS` runs of brackets and commas.
    """
    text = text.strip(_BLANKS)
    if text[:1] not in (b"[", b"{"):
        raise ScanError("expected a list or an object")
    nested = _OpenBrackets(text[0])
    start = at = 1
    for _ in range(MAX_BRACKETS):
        found_at = _end_of_run(text, at, is_within=bool(nested))
        mark, run = text[found_at], text[at:found_at]
        at = found_at + 1
        if mark == _COMMA:
            yield text[start:found_at]
            start = at
        elif mark in (_LIST, _OBJECT):
            is_unclosed = mark == _OBJECT and run.rstrip(_BLANKS).endswith(b",")
            if is_unclosed and nested.leave_object():
                yield text[start:found_at].rstrip(_BLANKS).removesuffix(b",")
                start = found_at
            at = _end_of_same(text, found_at)
            nested.open(mark, at - found_at)
        else:
            end = _end_of_same(text, found_at)
            closed = nested.close(_OPENER[mark], end - found_at)
            if closed is not None:
                found_at += closed
                at = found_at + 1
                break
            at = end
    else:
        raise ScanError("too many brackets and commas")
    last = text[start:found_at]
    if last.strip(_BLANKS) or start > 1:
        yield last
    if at != len(text):
        raise ScanError("text after the closing bracket")


def _end_of_same(text: bytes, at: int) -> int:
    """Return the end of a run of equal brackets, so that 100,000 of them take one step."""
    found = _SAME.match(text, at)
    return at + 1 if found is None else found.end()


def members_of(text: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the raw value of each member of an object.

    A member without a plain name has the name "", and its whole text as value. Raises `ScanError`
    as `elements_of` does.
    """
    for part in elements_of(text):
        found = _NAME.match(part)
        if found is None:
            yield "", part
        else:
            yield found[1].decode(), part[found.end() :].strip(_BLANKS)


def _end_of_run(text: bytes, at: int, *, is_within: bool) -> int:
    """Return the position of the next bracket, or comma between elements."""
    run = (_WITHIN if is_within else _BETWEEN).match(text, at)
    found_at = at if run is None else run.end()
    if found_at >= len(text) or text[found_at] == _QUOTE:
        raise ScanError("unexpected end of text")
    return found_at


class _OpenBrackets:
    """The open brackets nested inside the outermost bracket, `base`."""

    def __init__(self, base: int) -> None:
        self._base = base
        self._runs: list[tuple[int, int]] = []
        """Runs of equal opening brackets, and how many of each run are still open."""
        self._counts = {_LIST: 0, _OBJECT: 0}

    def __bool__(self) -> bool:
        return bool(self._runs)

    def open(self, mark: int, count: int) -> None:
        self._runs.append((mark, count))
        self._counts[mark] += count

    def close(self, opener: int, count: int) -> int | None:
        """Close `count` brackets that were opened by `opener`, and all brackets nested in them.

        Returns the index, among the `count`, of the one that closes the base; None when none
        does. A closing bracket without an open counterpart is ignored. So is a brace that would
        close the base object while a list is open: otherwise the end of a row could be mistaken
        for the end of the reply.
        """
        left = count
        while left and self._counts[opener]:
            mark, size = self._runs.pop()
            if mark == opener:
                closed = min(size, left)
                left -= closed
                self._counts[mark] -= closed
                if size > closed:
                    self._runs.append((mark, size - closed))
            else:
                self._counts[mark] -= size
        if left and opener == self._base and (not self._runs or self._base == _LIST):
            return count - left
        return None

    def leave_object(self) -> bool:
        """Close an object whose closing brace is missing: an object begins in place of a name.

        Returns whether the new object is an element of the base.
        """
        if not self._runs or self._runs[-1][0] != _OBJECT:
            return False
        if not self._counts[_LIST] and self._base != _LIST:
            return False
        while self._runs and self._runs[-1][0] != _LIST:
            mark, size = self._runs.pop()
            self._counts[mark] -= size
        return not self._runs
