"""Delivered codes for display: PLN tokens are grouped and parsed, others are shown as received.

Source: docs/supplier-api.md, "2.4 Delivered goods" and "3.9 Private text".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.domain.order import Order
from bot.domain.pln_serial import PlnSerial, read_pln_serial
from bot.domain.supplier_profile import PanelProfile
from handlers.ui.i18n import Translator

TOKEN_TYPE = "token-pln"  # noqa: S105 - a product type of the supplier, not a secret
_AMBIGUOUS_ENERGY = re.compile(r"[0-9]{1,3}[.,][0-9]{3} kWh", re.ASCII)
"""The separator may be of thousands or of decimals, so the number is shown as received."""


@dataclass(frozen=True, slots=True)
class Voucher:
    """A delivered code: `shown` is displayed, `copied` goes to the clipboard."""

    shown: str
    copied: str
    meter_owner: str = ""
    """For a PLN token: the name of the meter's owner."""
    energy: str = ""
    """For a PLN token: its energy, "32,1 kWh", with the number as the panel writes it."""
    connection: str = ""
    """For a PLN token: the meter's tariff class and power, "R1M / 900 VA"."""

    @property
    def is_token(self) -> bool:
        """Whether this is a PLN token."""
        return self.shown != self.copied


def voucher_of(order: Order, profile: PanelProfile) -> Voucher | None:
    """Return the code of a succeeded order; None if it has none (pulsa, data).

    The code is the voucher, or the note if the voucher is empty; a PLN token may be in the note
    beside a voucher. Private phrases are removed whenever the fields are shown; the stored fields
    stay as received, as evidence.
    """
    texts = [profile.public_voucher(order.voucher), profile.public_note(order.note)]
    if order.category_type == TOKEN_TYPE:
        serial = next(filter(None, map(read_pln_serial, texts)), None)
        if serial is not None:
            return _token(serial)
    text = next(filter(None, texts), "")
    return Voucher(text, text) if text else None


def energy_text(translator: Translator, voucher: Voucher) -> str:
    """Return a token's energy with the separators of the reader's language."""
    is_ambiguous = _AMBIGUOUS_ENERGY.fullmatch(voucher.energy)
    return voucher.energy if is_ambiguous else translator.numbers_in(voucher.energy)


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
