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
_LIST, _OBJECT, _COMMA, _QUOTE = b'[{,"'


_NAME = re.compile(rb'\s*"([A-Za-z0-9_-]*)"\s*:\s*')


class ScanError(Exception):
    """The text is no list and no object that ends where it should."""


def parts_of(text: bytes) -> Iterator[bytes]:
    """Yield the elements of a list, or the members of an object, as they are written.

    Nothing before or after the brackets counts but blanks. An empty list has no parts; nothing
    between two commas is a part. Raises `ScanError`, perhaps after some parts, where the text is
    neither, or does not end with the bracket that closes it.
    """
    text = text.strip(_BLANKS)
    if text[:1] not in (b"[", b"{"):
        raise ScanError("no list and no object")
    open_within = _OpenBrackets(text[0])
    start = at = 1
    while True:
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
            open_within.open(mark)
        elif open_within.close(_OPENER[mark]):
            break
    last = text[start:found_at]
    if last.strip(_BLANKS) or start > 1:
        yield last
    if at != len(text):
        raise ScanError("something after the end")


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
        self._marks: list[int] = []
        self._counts = {_LIST: 0, _OBJECT: 0}

    def __bool__(self) -> bool:
        return bool(self._marks)

    def open(self, mark: int) -> None:
        self._marks.append(mark)
        self._counts[mark] += 1

    def close(self, opener: int) -> bool:
        """Close what a bracket fits, and all that is open within; tell whether that is the base.

        One that fits nothing is passed over, and so is a brace that would end an object from
        within a list: the end of a row must not pass for the end of the reply.
        """
        if self._counts[opener]:
            while self._pop() != opener:
                pass
            return False
        return opener == self._base and (not self._marks or self._base == _LIST)

    def leave_object(self) -> bool:
        """Leave an object in which another begins where a name should stand: it lost its end.

        Return whether the new one begins a part of the base.
        """
        if not self._marks or self._marks[-1] != _OBJECT:
            return False
        if not self._counts[_LIST] and self._base != _LIST:
            return False
        while self._marks and self._marks[-1] != _LIST:
            self._pop()
        return not self._marks

    def _pop(self) -> int:
        mark = self._marks.pop()
        self._counts[mark] -= 1
        return mark
