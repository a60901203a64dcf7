"""Where the rows of a list begin and end in its text, also when one of them is no JSON.

The parser gives up a whole list for one row that it cannot read. This scanner knows brackets and
texts and nothing else, so that each row can then be parsed by itself: what is wrong in one spoils
that one. It decides nothing about what a row says.

In sound JSON it finds exactly what the parser finds. In a spoilt row it looks for the likely end
of the row: a text ends at a quote that something follows which may follow a text, a bracket of
the wrong kind ends what it fits, and an object after a comma inside an object is the next row. The
list and all around it must end where the body ends, so a body that was cut off is never taken for
a whole one. It takes one pass, without recursion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# Possessive, so that nothing is read twice: a body of quotes or backslashes costs no more.
_TEXT = rb'"(?:[^"\\]++|\\.|"(?!\s*[,:\]}]))*+"'
_WITHIN = re.compile(rb'(?:[^"\[\]{}]++|' + _TEXT + rb")*+", re.DOTALL)
"""What stands inside a part, up to the next bracket."""
_BETWEEN = re.compile(rb'(?:[^"\[\]{},]++|' + _TEXT + rb")*+", re.DOTALL)
"""What stands at the level of the parts, up to the next bracket or comma."""
_BLANKS = b" \t\r\n"
_OPENER = {ord("]"): ord("["), ord("}"): ord("{")}
MOST_MARKS = 1_000_000
"""Brackets and commas that are looked at: 20,000 rows of the documented kind have 140,000."""
_LIST, _OBJECT, _COMMA, _QUOTE = b'[{,"'


_SAME = re.compile(rb"\[+|\{+|\]+|\}+")
_NAME = re.compile(rb'\s*"([A-Za-z0-9_-]*)"\s*:\s*')


class ScanError(Exception):
    """The text is no list and no object that ends where it should."""


def parts_of(text: bytes) -> Iterator[bytes]:
    """Yield the elements of a list, or the members of an object, as they are written.

    Nothing before or after the brackets counts but blanks. An empty list has no parts; nothing
    between two commas is a part. Raises `ScanError`, perhaps after some parts, where the text is
    neither, does not end with the bracket that closes it, or has too many of them.
    """
    text = text.strip(_BLANKS)
    if text[:1] not in (b"[", b"{"):
        raise ScanError("no list and no object")
    open_within = _OpenBrackets(text[0])
    start = at = 1
    for _ in range(MOST_MARKS):
        found_at = _end_of_run(text, at, is_within=bool(open_within))
        mark, run = text[found_at], text[at:found_at]
        at = found_at + 1
        if mark == _COMMA:
            yield text[start:found_at]
            start = at
        elif mark in (_LIST, _OBJECT):
            is_lost_end = mark == _OBJECT and run.rstrip(_BLANKS).endswith(b",")
            if is_lost_end and open_within.leave_object():
                yield text[start:found_at].rstrip(_BLANKS).removesuffix(b",")
                start = found_at
            at = _end_of_same(text, found_at)
            open_within.open(mark, at - found_at)
        else:
            end = _end_of_same(text, found_at)
            closed = open_within.close(_OPENER[mark], end - found_at)
            if closed is not None:
                found_at += closed
                at = found_at + 1
                break
            at = end
    else:
        raise ScanError("too many brackets")
    last = text[start:found_at]
    if last.strip(_BLANKS) or start > 1:
        yield last
    if at != len(text):
        raise ScanError("something after the end")


def _end_of_same(text: bytes, at: int) -> int:
    """Return where a run of the same bracket ends: 100,000 of them are one step."""
    found = _SAME.match(text, at)
    return at + 1 if found is None else found.end()


def members_of(text: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the members of an object by their names, "" for one without a plain name.

    Raises `ScanError` as `parts_of` does.
    """
    for part in parts_of(text):
        found = _NAME.match(part)
        if found is None:
            yield "", part
        else:
            yield found[1].decode(), part[found.end() :].strip(_BLANKS)


def _end_of_run(text: bytes, at: int, *, is_within: bool) -> int:
    """Return where the next bracket stands, or comma between parts."""
    run = (_WITHIN if is_within else _BETWEEN).match(text, at)
    found_at = at if run is None else run.end()
    if found_at >= len(text) or text[found_at] == _QUOTE:
        raise ScanError("cut off")
    return found_at


class _OpenBrackets:
    """The brackets that are open inside a list or an object, whose own bracket is `base`."""

    def __init__(self, base: int) -> None:
        self._base = base
        self._runs: list[tuple[int, int]] = []
        """Brackets of one kind that were opened in a row, and how many of them are open."""
        self._counts = {_LIST: 0, _OBJECT: 0}

    def __bool__(self) -> bool:
        return bool(self._runs)

    def open(self, mark: int, count: int) -> None:
        self._runs.append((mark, count))
        self._counts[mark] += count

    def close(self, opener: int, count: int) -> int | None:
        """Close what some brackets fit, and all that is open within.

        Return which of them closes the base; None when none does. One that fits nothing is passed
        over, and so is a brace that would end an object from within a list: the end of a row must
        not pass for the end of the reply.
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
        """Leave an object in which another begins where a name should stand: it lost its end.

        Return whether the new one begins a part of the base.
        """
        if not self._runs or self._runs[-1][0] != _OBJECT:
            return False
        if not self._counts[_LIST] and self._base != _LIST:
            return False
        while self._runs and self._runs[-1][0] != _LIST:
            mark, size = self._runs.pop()
            self._counts[mark] -= size
        return not self._runs
