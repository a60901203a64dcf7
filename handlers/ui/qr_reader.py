"""Reads the QR codes of a picture; run as a program, for one picture that is not trusted.

A picture comes from outside, and libraries written in C open it. So it is opened in a process of
its own with little memory and time, which knows no secret: the picture comes on standard input,
the texts of its codes go to standard output as JSON.
"""

from __future__ import annotations

import io
import json
import sys
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL import Image

MAX_BYTES: Final = 5_000_000
MAX_PIXELS: Final = 20_000_000
NOT_A_PICTURE, TOO_LARGE = 3, 4
"""Exit codes; any other but 0 is a crash."""
CPU_SECONDS: Final = 20
MEMORY_BYTES: Final = 1_500_000_000
"""Of address space, of which libraries take most; a picture of `MAX_PIXELS` takes 200 MB."""
SMALL, LARGE = 1_000, 2_000
"""In pixels: a picture of at most the first width and height is looked at magnified, too, and one
above the second is filtered at that size, which takes less time."""
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "BMP")


class QrisPictureError(Exception):
    """No QRIS was read from a picture, for the reason that the subclass names."""


class NotAPictureError(QrisPictureError):
    """The bytes are no picture of a known kind, or a broken one."""


class PictureTooLargeError(QrisPictureError):
    """The picture has more bytes or pixels than are read."""


def codes_in(picture: bytes) -> list[str]:
    """Return the texts of the QR codes in a picture, each text once; empty if there is none.

    Raises `NotAPictureError` and `PictureTooLargeError`. The size is read before the pixels are,
    so that a small file cannot unpack to gigabytes.
    """
    import zxingcpp  # noqa: PLC0415 - only a shop that is being set up needs it

    if len(picture) > MAX_BYTES:
        raise PictureTooLargeError
    kinds = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    for variant in _variants(_opened(picture)):
        found = zxingcpp.read_barcodes(variant, formats=kinds)
        texts = list(dict.fromkeys(one.text for one in found if one.text))
        if texts:
            return texts
    return []


def _opened(picture: bytes) -> Image.Image:
    """Return a picture in grey, on white where it is transparent."""
    from PIL import Image  # noqa: PLC0415 - as above

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            opened: Image.Image = Image.open(io.BytesIO(picture), formats=FORMATS)
            if opened.width * opened.height > MAX_PIXELS:
                raise PictureTooLargeError
            if opened.has_transparency_data:
                opened = opened.convert("RGBA")
                paper = Image.new("RGBA", opened.size, "white")
                return Image.alpha_composite(paper, opened).convert("L")
            return opened.convert("L")
    except Image.DecompressionBombError:
        raise PictureTooLargeError from None
    except (OSError, ValueError, SyntaxError, EOFError):
        raise NotAPictureError from None


def _variants(grey: Image.Image) -> Iterator[Image.Image]:
    """Yield a picture as it is, and then in forms in which a bad code is easier to find."""
    from PIL import ImageFilter, ImageOps  # noqa: PLC0415 - as above

    yield grey
    clear = ImageOps.autocontrast(grey, cutoff=1)
    yield clear
    if max(grey.size) <= SMALL:
        for times in (2, 3):
            yield _scaled(clear, times)
    for fraction in (2, 3, 4):
        # A photo that is out of focus has fewer sharp pixels than it has pixels.
        yield _scaled(clear, 1 / fraction)
    clear = _scaled(clear, min(1.0, LARGE / max(clear.size)))
    yield clear.filter(ImageFilter.UnsharpMask(radius=4, percent=300))
    yield clear.filter(ImageFilter.MedianFilter(5))


def _scaled(picture: Image.Image, times: float) -> Image.Image:
    width, height = (max(1, round(side * times)) for side in picture.size)
    return picture.resize((width, height))


def _limit() -> None:
    """Limit this process, where the system can."""
    try:
        import resource  # noqa: PLC0415 - Unix has it
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> int:
    """Read the picture, and write the texts of its codes; return the exit code."""
    _limit()
    try:
        texts = codes_in(sys.stdin.buffer.read(MAX_BYTES + 1))
    except NotAPictureError:
        return NOT_A_PICTURE
    except (PictureTooLargeError, MemoryError):
        return TOO_LARGE
    sys.stdout.write(json.dumps(texts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
