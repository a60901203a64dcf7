"""QR codes as PNG pictures."""

from __future__ import annotations

import io

QUIET_MODULES = 4
"""The width of the white border (ISO/IEC 18004)."""


def qr_png_within(payload: str, width: int) -> bytes:
    """Return a QR code as a PNG of at most `width` pixels, each module as large as fits.

    A module has at least one pixel, so the largest code is 185 pixels wide even if `width` is less.
    Error correction has level M or higher: about 15 % of the code may be unreadable, as on a
    scratched screen.
    """
    import segno  # noqa: PLC0415 - only shops with a QRIS code need it

    code = segno.make_qr(payload, error="m")
    modules, _ = code.symbol_size(border=QUIET_MODULES)
    picture = io.BytesIO()
    code.save(picture, kind="png", scale=max(1, width // int(modules)), border=QUIET_MODULES)
    return picture.getvalue()
