"""What was delivered, made easy to read and to type: PLN tokens in groups, the rest as it came."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.domain.order import Order
from bot.domain.pln_serial import PlnSerial, read_pln_serial
from bot.domain.supplier_profile import PanelProfile
from handlers.ui.i18n import Translator

TOKEN_TYPE = "token-pln"  # noqa: S105 - a product type of the supplier, not a secret
_UNCLEAR = re.compile(r"[0-9]{1,3}[.,][0-9]{3} kWh", re.ASCII)
"""Thousands, or three decimals: nobody knows which, so it stays as it came."""


@dataclass(frozen=True, slots=True)
class Voucher:
    """A delivered code: `shown` for the eye, `copied` for the clipboard."""

    shown: str
    copied: str
    meter_owner: str = ""
    """For a PLN token: in whose name the meter is."""
    energy: str = ""
    """For a PLN token: how much it is good for, "32,1 kWh", as the panel writes the number."""
    connection: str = ""
    """For a PLN token: the meter's tariff class and power, "R1M / 900 VA"."""

    @property
    def is_token(self) -> bool:
        """Whether this is a PLN token."""
        return self.shown != self.copied


def voucher_of(order: Order, profile: PanelProfile) -> Voucher | None:
    """Return what a successful order delivered; None when it needs no code (pulsa, data).

    Both are cleaned here, whenever they are shown: what is stored stays as it came, as evidence.
    Where the voucher is empty the note is the code; a token may also stand in the note beside it.
    """
    texts = [profile.public_voucher(order.voucher), profile.public_note(order.note)]
    if order.category_type == TOKEN_TYPE:
        serial = next(filter(None, map(read_pln_serial, texts)), None)
        if serial is not None:
            return _token(serial)
    text = next(filter(None, texts), "")
    return Voucher(text, text) if text else None


def _token(serial: PlnSerial) -> Voucher:
    digits = serial.token
    return Voucher(
        shown=" ".join(digits[i : i + 4] for i in range(0, len(digits), 4)),
        copied=digits,
        meter_owner=serial.name,
        energy=f"{serial.energy} kWh" if serial.energy else "",
        connection=" / ".join(
            part for part in (serial.tariff, f"{serial.power} VA" if serial.power else "") if part
        ),
    )


def energy_text(words: Translator, voucher: Voucher) -> str:
    """Return how much a token is good for, with its decimals as the reader writes them."""
    unclear = _UNCLEAR.fullmatch(voucher.energy)
    return voucher.energy if unclear else words.numbers_in(voucher.energy)
