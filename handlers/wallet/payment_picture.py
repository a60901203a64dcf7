"""Pictures of a QRIS payment code with the shop's name, the amount and further facts."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.domain.topup import TopUp
from handlers.ui.i18n import Translator
from handlers.ui.picture import (
    GREY,
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
from handlers.ui.qr import qr_png_within

NAME_LINES: Final = 2
"""A longer name of a shop is cut, so that the code stays in view."""
_ELLIPSIS = "..."


@dataclass(frozen=True, slots=True)
class Payment:
    """The texts around a payment code."""

    shop_name: str
    amount: str
    facts: Sequence[Line]
    """Lines below the code."""


def payment_of(translator: Translator, topup: TopUp, shop_name: str) -> Payment:
    """Return the texts around a code: shop, amount, top-up number, and end of the time to pay."""
    _ = translator.gettext
    facts = [Line(str(topup.topup_id), _("Top-up number"))]
    if topup.expires_at is not None:
        facts.append(Line(translator.datetime(topup.expires_at), _("Pay before")))
    return Payment(shop_name, translator.money(topup.total), facts)


def draw_payment(payload: str, payment: Payment) -> bytes:
    """Return a picture of a payment code with its texts, as a PNG.

    Nothing is drawn into the code or its white border, and every module has the same whole number
    of pixels, so that the picture scans as reliably as the code alone.
    """
    from PIL import Image  # noqa: PLC0415 - see `handlers.ui.picture`

    code = Image.open(io.BytesIO(qr_png_within(payload, WIDTH))).convert(GREY)
    amount = Line(payment.amount, size=64, is_centred=True)
    head = [*_name_lines(payment.shop_name), *broken_lines([amount])]
    facts = broken_lines(payment.facts)
    top = MARGIN + height_of(head)
    height = top + code.height + height_of(facts) + MARGIN
    picture = Image.new(GREY, (WIDTH, height), PAPER)
    draw_lines(picture, head, MARGIN)
    picture.paste(code, ((WIDTH - code.width) // 2, top))
    draw_lines(picture, facts, top + code.height)
    return png(picture)


def _name_lines(shop_name: str) -> list[Line]:
    """Return a shop's name in one or two lines; none if the font has no glyph for it."""
    if not drawable(shop_name):
        return []
    lines = broken_lines([Line(shop_name, size=40, is_centred=True)])
    if len(lines) <= NAME_LINES:
        return lines
    *first, last = lines[:NAME_LINES]
    return [*first, replace(last, text=last.text[: -len(_ELLIPSIS)].rstrip() + _ELLIPSIS)]
