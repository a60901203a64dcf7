"""A receipt as a picture: lines of text on white paper, drawn with the font that Pillow brings."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

WIDTH, MARGIN = 720, 48
INK, PALE, PAPER = "#1c1c1c", "#767676", "#ffffff"
_BREAK_AT_LEAST = 8


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a receipt; a `label` stands before it, paler. An empty one is a rule."""

    text: str
    label: str = ""
    size: int = 28
    is_centred: bool = False


def draw_receipt(lines: Sequence[Line]) -> bytes:
    """Return a receipt as a PNG; long lines are broken, so that nothing is cut off."""
    broken = [part for line in lines for part in _broken(line)]
    height = 2 * MARGIN + sum(_height(line) for line in broken)
    picture = Image.new("RGB", (WIDTH, height), PAPER)
    pen = ImageDraw.Draw(picture)
    top = MARGIN
    for line in broken:
        _draw(pen, line, top)
        top += _height(line)
    written = io.BytesIO()
    picture.save(written, "PNG", optimize=True)
    return written.getvalue()


def _draw(pen: ImageDraw.ImageDraw, line: Line, top: int) -> None:
    if not line.text and not line.label:
        middle = top + _height(line) // 2
        pen.line((MARGIN, middle, WIDTH - MARGIN, middle), fill=PALE, width=2)
        return
    font = ImageFont.load_default(line.size)
    if line.label:
        pen.text((MARGIN, top), line.label, font=font, fill=PALE)
    width = pen.textlength(line.text, font=font)
    left = (WIDTH - width) / 2 if line.is_centred else WIDTH - MARGIN - width
    pen.text((left, top), line.text, font=font, fill=INK)


def _height(line: Line) -> int:
    return int(line.size * 1.5)


def _broken(line: Line) -> Iterator[Line]:
    """Yield a line in parts that fit, the label on the first."""
    text, label = _printable(line.text), _printable(line.label)
    font = ImageFont.load_default(line.size)
    room = WIDTH - 2 * MARGIN - (font.getlength(f"{label}  ") if label else 0)
    while True:
        part = _fitting(text, room, font)
        yield Line(part, label, line.size, line.is_centred)
        text, label = text[len(part) :].lstrip(), ""
        if not text:
            return


def _fitting(text: str, room: float, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> str:
    """Return the beginning of a text that fits, between words if it can be."""
    length = len(text)
    while length > 1 and font.getlength(text[:length]) > room:
        length -= 1
    if length == len(text):
        return text
    space = text.rfind(" ", _BREAK_AT_LEAST, length)
    return text[:space] if space > 0 else text[:length]


def _printable(text: str) -> str:
    """Return a text on one line, without what a font has no picture for."""
    shown = "".join(
        character if unicodedata.category(character)[0] not in "CM" else " " for character in text
    )
    return " ".join(shown.split())
