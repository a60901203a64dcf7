"""QR codes as PNG pictures."""

from __future__ import annotations

import io

import segno

PIXELS_A_MODULE = 8
QUIET_MODULES = 4
"""The width of the white border (ISO/IEC 18004)."""


def qr_png(payload: str) -> bytes:
    """Return a QR code as a PNG.

    Error correction has level M or higher: about 15 % of the code may be unreadable, as on a
    scratched screen.
    """
    return _png(_code(payload), PIXELS_A_MODULE)


def qr_png_within(payload: str, width: int) -> bytes:
    """Return a QR code as a PNG of at most `width` pixels, each module as large as fits.

    A module has at least one pixel, so the largest code is 185 pixels wide even if `width` is less.
    """
    code = _code(payload)
    modules, _ = code.symbol_size(border=QUIET_MODULES)
    return _png(code, max(1, width // int(modules)))


def _code(payload: str) -> segno.QRCode:
    return segno.make_qr(payload, error="m")


def _png(code: segno.QRCode, scale: int) -> bytes:
    picture = io.BytesIO()
    code.save(picture, kind="png", scale=scale, border=QUIET_MODULES)
    return picture.getvalue()
