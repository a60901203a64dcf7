"""A payment code as a picture for a phone's gallery: it also says who is paid, and how much."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from PIL import Image

from handlers.ui.picture import (
    MARGIN,
    PAPER,
    WIDTH,
    Line,
    broken_lines,
    draw_lines,
    drawable,
    height_of,
    png,
)
from handlers.wallet.qr import qr_png_within

NAME_LINES: Final = 2
"""A shop's name that is longer is cut: the code has to stay in first_seen."""
_MORE = "..."


@dataclass(frozen=True, slots=True)
class Payment:
    """What stands round a payment code."""

    shop_name: str
    amount: str
    facts: Sequence[Line]
    """Below the code."""


def draw_payment(payload: str, payment: Payment) -> bytes:
    """Return a payment code with who is paid, how much and until when, as a PNG.

    Nothing is drawn into the code or its white border, and each of its modules is as many whole
    pixels, so that it is read as the bare code is.
    """
    code = Image.open(io.BytesIO(qr_png_within(payload, WIDTH))).convert("RGB")
    amount = Line(payment.amount, size=64, is_centred=True)
    head = [*_name(payment.shop_name), *broken_lines([amount])]
    facts = broken_lines(payment.facts)
    top = MARGIN + height_of(head)
    height = top + code.height + height_of(facts) + MARGIN
    picture = Image.new("RGB", (WIDTH, height), PAPER)
    draw_lines(picture, head, MARGIN)
    picture.paste(code, ((WIDTH - code.width) // 2, top))
    draw_lines(picture, facts, top + code.height)
    return png(picture)


def _name(shop_name: str) -> list[Line]:
    """Return a shop's name in a line or two; none where the font has no sign of it."""
    if not drawable(shop_name):
        return []
    lines = broken_lines([Line(shop_name, size=40, is_centred=True)])
    if len(lines) <= NAME_LINES:
        return lines
    *first, last = lines[:NAME_LINES]
    return [*first, replace(last, text=last.text[: -len(_MORE)].rstrip() + _MORE)]
