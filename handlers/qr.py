"""A payment code as a picture."""

from __future__ import annotations

import io

import segno

PIXELS_A_MODULE = 8
QUIET_MODULES = 4
"""The white border that readers need (ISO/IEC 18004)."""


def qr_png(payload: str) -> bytes:
    """Return a QR code as a PNG, with a quarter of it to spare for scratched screens."""
    picture = io.BytesIO()
    code = segno.make_qr(payload, error="m")
    code.save(picture, kind="png", scale=PIXELS_A_MODULE, border=QUIET_MODULES)
    return picture.getvalue()
