"""Draws lines of text as a PNG, for receipts, with Pillow's built-in font.

Pillow is imported when the first picture is drawn.
"""

from __future__ import annotations

import io
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from PIL import Image, ImageDraw, ImageFont

WIDTH, MARGIN = 720, 48
INK, PALE, PAPER = "#1c1c1c", "#767676", "#ffffff"
GREY = "L"
"""The mode of the pictures: all colours are greys, and a third of the bytes is encoded faster."""
_MIN_BREAK_POSITION = 8
"""In characters: a line is broken at a space only from this position on."""
_MAX_LINE_LENGTH = 200
"""In characters; no font size has room for more."""
_MISSING_GLYPH = "\uffff"
"""A noncharacter, which the font draws as its box for missing glyphs."""
_SIMILAR_CHARS = {"•": "·", "→": ">", "←": "<", "\N{EN DASH}": "-", "\N{EM DASH}": "-"}
Font: TypeAlias = "ImageFont.FreeTypeFont | ImageFont.ImageFont"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text, with a paler `label` at the left; an empty line is drawn as a rule.

    `size` is in pixels. An exact text, such as a code, loses no character: one that the font lacks
    is drawn as a box.
    """

    text: str
    label: str = ""
    size: int = 28
    is_centred: bool = False
    is_exact: bool = False


def draw_receipt(lines: Sequence[Line]) -> bytes:
    """Return a receipt as a PNG; long lines are wrapped, so nothing is cut off."""
    from PIL import Image  # noqa: PLC0415 - Pillow takes 4 MB

    broken = broken_lines(lines)
    picture = Image.new(GREY, (WIDTH, 2 * MARGIN + height_of(broken)), PAPER)
    draw_lines(picture, broken, MARGIN)
    return png(picture)


def broken_lines(lines: Sequence[Line]) -> list[Line]:
    """Wrap lines to the width of the picture."""
    return [part for line in lines for part in _wrapped(line)]


def height_of(broken: Sequence[Line]) -> int:
    """Return the height of wrapped lines in pixels."""
    return sum(map(_height, broken))


def draw_lines(picture: Image.Image, broken: Sequence[Line], top: int) -> None:
    """Draw wrapped lines below one another; `top` is in pixels from the upper edge."""
    from PIL import ImageDraw  # noqa: PLC0415 - Pillow takes 4 MB

    pen = ImageDraw.Draw(picture)
    for line in broken:
        _draw_line(pen, line, top)
        top += _height(line)


def png(picture: Image.Image) -> bytes:
    """Encode a picture as a PNG."""
    written = io.BytesIO()
    # Pillow's `optimize` takes six times as long for a tenth of the size.
    picture.save(written, "PNG")
    return written.getvalue()


def drawable(text: str) -> str:
    """Return a text on one line, without characters that the font lacks.

    These are replaced by similar ones or by their letters without marks, or dropped.
    """
    plain = (
        char if _has_glyph(char) else _without_missing_glyphs(char) for char in _on_one_line(text)
    )
    return " ".join("".join(plain).split())


def _draw_line(pen: ImageDraw.ImageDraw, line: Line, top: int) -> None:
    if not line.text and not line.label:
        middle = top + _height(line) // 2
        pen.line((MARGIN, middle, WIDTH - MARGIN, middle), fill=PALE, width=2)
        return
    font = font_of(line.size)
    if line.label:
        pen.text((MARGIN, top), line.label, font=font, fill=PALE)
    width = pen.textlength(line.text, font=font)
    left = (WIDTH - width) / 2 if line.is_centred else WIDTH - MARGIN - width
    pen.text((left, top), line.text, font=font, fill=INK)


def _height(line: Line) -> int:
    return int(line.size * 1.5)


def _wrapped(line: Line) -> Iterator[Line]:
    """Yield a line in parts that fit; only the first has the label."""
    text = _on_one_line(line.text) if line.is_exact else drawable(line.text)
    label = drawable(line.label)
    font = font_of(line.size)
    room = WIDTH - 2 * MARGIN - (font.getlength(f"{label}  ") if label else 0)
    while True:
        part = _fitting_start(text, room, font)
        yield replace(line, text=part, label=label)
        text, label = text[len(part) :].lstrip(), ""
        if not text:
            return


def _fitting_start(text: str, room: float, font: Font) -> str:
    """Return the longest beginning of a text that fits, up to a space if possible."""
    lengths = range(2, min(len(text), _MAX_LINE_LENGTH) + 1)
    length = 1 + bisect_right(lengths, room, key=lambda length: font.getlength(text[:length]))
    if length >= len(text):
        return text
    space = text.rfind(" ", _MIN_BREAK_POSITION, length)
    return text[:space] if space > 0 else text[:length]


def _on_one_line(text: str) -> str:
    chars = (char if unicodedata.category(char)[0] not in "CM" else " " for char in text)
    return " ".join("".join(chars).split())


def _without_missing_glyphs(char: str) -> str:
    parts = unicodedata.normalize("NFKD", _SIMILAR_CHARS.get(char, char))
    return "".join(part for part in parts if _has_glyph(part))


@lru_cache(maxsize=4_096)
def _has_glyph(char: str) -> bool:
    """Return whether the font has a glyph for a character, and does not draw its box."""
    return char.isspace() or bytes(font_of(28).getmask(char)) != bytes(
        font_of(28).getmask(_MISSING_GLYPH)
    )


@lru_cache
def font_of(size: int) -> Font:
    """Return the font at a size in pixels."""
    from PIL import ImageFont  # noqa: PLC0415 - Pillow takes 4 MB

    return ImageFont.load_default(size)
