"""A payment code as a picture."""

from __future__ import annotations

import io

import segno

PIXELS_A_MODULE = 8
QUIET_MODULES = 4
"""The white border that readers need (ISO/IEC 18004)."""


def qr_png(payload: str) -> bytes:
    """Return a QR code as a PNG, with a quarter of it to spare for scratched screens."""
    return _png(_code(payload), PIXELS_A_MODULE)


def qr_png_within(payload: str, width: int) -> bytes:
    """Return the same, as large as fits into so many pixels with whole pixels a module.

    At least one pixel a module: the largest code is 185 wide.
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
