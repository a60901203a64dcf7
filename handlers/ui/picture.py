"""A receipt as a picture: lines of text on white paper, drawn with the font that Pillow brings."""

from __future__ import annotations

import io
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

WIDTH, MARGIN = 720, 48
INK, PALE, PAPER = "#1c1c1c", "#767676", "#ffffff"
_BREAK_AT_LEAST = 8
_MOST_ON_A_LINE = 200
"""More than that fits at no size."""
_NOWHERE = "\uffff"
_LIKE = {"•": "·", "→": ">", "←": "<", "\N{EN DASH}": "-", "\N{EM DASH}": "-"}
_Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a receipt; a `label` stands before it, paler. An empty one is a rule.

    What is exact, as a code, loses no sign: one that the font lacks is drawn as a box.
    """

    text: str
    label: str = ""
    size: int = 28
    is_centred: bool = False
    is_exact: bool = False


def draw_receipt(lines: Sequence[Line]) -> bytes:
    """Return a receipt as a PNG; long lines are broken, so that nothing is cut off."""
    broken = broken_lines(lines)
    picture = Image.new("RGB", (WIDTH, 2 * MARGIN + height_of(broken)), PAPER)
    draw_lines(picture, broken, MARGIN)
    return png(picture)


def broken_lines(lines: Sequence[Line]) -> list[Line]:
    """Return lines in parts that fit into the width."""
    return [part for line in lines for part in _broken(line)]


def height_of(broken: Sequence[Line]) -> int:
    """Return how many pixels lines take that fit."""
    return sum(map(_height, broken))


def draw_lines(picture: Image.Image, broken: Sequence[Line], top: int) -> None:
    """Draw lines that fit, one below the other, from so many pixels below the upper edge."""
    pen = ImageDraw.Draw(picture)
    for line in broken:
        _draw(pen, line, top)
        top += _height(line)


def png(picture: Image.Image) -> bytes:
    """Return a picture as Telegram takes it."""
    written = io.BytesIO()
    picture.save(written, "PNG", optimize=True)
    return written.getvalue()


def drawable(text: str) -> str:
    """Return a text on one line in signs that the font has: plain letters, or none, for others."""
    plain = (sign if _has_glyph(sign) else _plain(sign) for sign in _on_one_line(text))
    return " ".join("".join(plain).split())


def _draw(pen: ImageDraw.ImageDraw, line: Line, top: int) -> None:
    if not line.text and not line.label:
        middle = top + _height(line) // 2
        pen.line((MARGIN, middle, WIDTH - MARGIN, middle), fill=PALE, width=2)
        return
    font = _font(line.size)
    if line.label:
        pen.text((MARGIN, top), line.label, font=font, fill=PALE)
    width = pen.textlength(line.text, font=font)
    left = (WIDTH - width) / 2 if line.is_centred else WIDTH - MARGIN - width
    pen.text((left, top), line.text, font=font, fill=INK)


def _height(line: Line) -> int:
    return int(line.size * 1.5)


def _broken(line: Line) -> Iterator[Line]:
    """Yield a line in parts that fit, the label on the first."""
    text = _on_one_line(line.text) if line.is_exact else drawable(line.text)
    label = drawable(line.label)
    font = _font(line.size)
    room = WIDTH - 2 * MARGIN - (font.getlength(f"{label}  ") if label else 0)
    while True:
        part = _fitting(text, room, font)
        yield replace(line, text=part, label=label)
        text, label = text[len(part) :].lstrip(), ""
        if not text:
            return


def _fitting(text: str, room: float, font: _Font) -> str:
    """Return the beginning of a text that fits, between words if it can be."""
    lengths = range(2, min(len(text), _MOST_ON_A_LINE) + 1)
    length = 1 + bisect_right(lengths, room, key=lambda length: font.getlength(text[:length]))
    if length >= len(text):
        return text
    space = text.rfind(" ", _BREAK_AT_LEAST, length)
    return text[:space] if space > 0 else text[:length]


def _on_one_line(text: str) -> str:
    signs = (sign if unicodedata.category(sign)[0] not in "CM" else " " for sign in text)
    return " ".join("".join(signs).split())


def _plain(sign: str) -> str:
    parts = unicodedata.normalize("NFKD", _LIKE.get(sign, sign))
    return "".join(part for part in parts if _has_glyph(part))


@lru_cache(maxsize=4_096)
def _has_glyph(sign: str) -> bool:
    """Tell whether the font draws a sign, and not the box that stands for what it lacks."""
    return sign.isspace() or bytes(_font(28).getmask(sign)) != bytes(_font(28).getmask(_NOWHERE))


@lru_cache
def _font(size: int) -> _Font:
    return ImageFont.load_default(size)
