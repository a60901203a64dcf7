"""The poster of a shop, to be printed: its name, and the QR code of its link, on a page of A4.

A code is read from as far as ten times its width: this one from almost two metres.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from handlers.ui.picture import INK, PALE, PAPER, drawable, font_of, png
from handlers.ui.qr import qr_png_within

if TYPE_CHECKING:
    from PIL import Image, ImageDraw

DPI: Final = 200
SIZE: Final = (1654, 2339)
"""A4 upright in pixels, 210 by 297 mm; a printer makes A5 of it without a change."""
MARGIN: Final = 110
BAND: Final = 450
"""The height of the coloured band with the shop's name."""
BLUE: Final = "#1d7fb8"
"""Dark enough for white letters, also on a printer without colours."""
CODE_WIDTH: Final = 1_210
SMALLEST: Final = 36
"""In pixels: 4.5 mm, for reading at arm's length."""
NAME_SIZE, OFFER_SIZE, OTHER_SIZE, LINK_SIZE = 180, 92, 56, 78


@dataclass(frozen=True, slots=True)
class PosterText:
    """The words of the poster in one language."""

    offer: str
    """What the shop does: "Buy pulsa & electricity tokens on Telegram"."""
    how: str
    """What to do with the code."""


def poster(shop_name: str, link: str, texts: Sequence[PosterText]) -> Image.Image:
    """Return the picture of a poster; the first language is drawn large, the others smaller.

    Characters of the name that the font lacks are left out.
    """
    from PIL import Image, ImageDraw  # noqa: PLC0415 - Pillow takes 4 MB

    page = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(page)
    pen.rectangle((0, 0, SIZE[0], BAND), fill=BLUE)
    _draw_name(pen, drawable(shop_name))
    first, *others = texts
    top = BAND + 80
    top += _draw(pen, first.offer, top, OFFER_SIZE, INK)
    for other in others:
        top += _draw(pen, other.offer, top, OTHER_SIZE, PALE)
    code = Image.open(io.BytesIO(qr_png_within(link, CODE_WIDTH)))
    page.paste(code, ((SIZE[0] - code.width) // 2, top))
    top += code.height
    top += _draw(pen, first.how, top, OTHER_SIZE, INK)
    for other in others:
        top += _draw(pen, other.how, top, OTHER_SIZE * 4 // 5, PALE)
    _draw(pen, link.removeprefix("https://"), top + 30, LINK_SIZE, BLUE)
    return page


def poster_png(page: Image.Image) -> bytes:
    """Return a poster as a PNG, for forwarding."""
    return png(page)


def poster_pdf(page: Image.Image) -> bytes:
    """Return a poster as a PDF of one page of A4, for printing."""
    written = io.BytesIO()
    page.save(written, "PDF", resolution=DPI, quality=92)
    return written.getvalue()


def _draw_name(pen: ImageDraw.ImageDraw, name: str) -> None:
    """Draw a name in the middle of the band, in two lines if it is long."""
    lines = _halves(name) if _size_of(name, NAME_SIZE) < NAME_SIZE * 2 // 3 else [name]
    size = min(_size_of(line, NAME_SIZE * 4 // (3 + len(lines))) for line in lines)
    height = round(size * 1.2)
    middle = BAND // 2 - height * (len(lines) - 1) // 2
    for line in lines:
        pen.text(
            (SIZE[0] // 2, middle), _cut(line, size), font=font_of(size), fill=PAPER, anchor="mm"
        )
        middle += height


def _draw(pen: ImageDraw.ImageDraw, text: str, top: int, size: int, ink: str) -> int:
    """Draw a line in the middle of the page, not wider than it, and return its height."""
    fitting = _size_of(text, size)
    pen.text((SIZE[0] // 2, top), _cut(text, fitting), font=font_of(fitting), fill=ink, anchor="ma")
    return round(size * 1.35)


def _halves(name: str) -> list[str]:
    """Return a name in two lines of similar length, if it has a space."""
    spaces = [place for place, char in enumerate(name) if char == " "]
    if not spaces:
        return [name]
    middle = min(spaces, key=lambda place: abs(place - len(name) / 2))
    return [name[:middle], name[middle + 1 :]]


def _size_of(text: str, largest: int) -> int:
    """Return the largest size, in pixels, at which a line fits; `SMALLEST` if none does."""
    width = font_of(largest).getlength(text)
    room = SIZE[0] - 2 * MARGIN
    return largest if width <= room else max(SMALLEST, int(largest * room / width))


def _cut(text: str, size: int) -> str:
    """Return a line without the end that would be off the page."""
    room = SIZE[0] - 2 * MARGIN
    while font_of(size).getlength(text) > room:
        text = text[: max(1, len(text) - 5)].rstrip() + "..." if len(text) > 8 else ""
    return text
