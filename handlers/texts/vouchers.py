"""What was delivered, made easy to read and to type: PLN tokens in groups, the rest as it came."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.domain.order import Order
from bot.domain.profile import PanelProfile

TOKEN_TYPE = "token-pln"  # noqa: S105 - a product type of the supplier, not a secret
_TOKEN = re.compile(r"(?<![0-9])[0-9]{4}(?:[ .-]?[0-9]{4}){4}(?![0-9])", re.ASCII)
_ENERGY = re.compile(r"[0-9]+(?:[.,][0-9]+)?(?:\s*kwh)?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Voucher:
    """A delivered code: `shown` for the eye, `copied` for the clipboard."""

    shown: str
    copied: str
    meter_owner: str = ""
    """For a PLN token: in whose name the meter is."""
    energy: str = ""
    """For a PLN token: how much it is good for, "32,1 kWh"."""

    @property
    def is_token(self) -> bool:
        """Whether this is a PLN token."""
        return self.shown != self.copied


def voucher_of(order: Order, profile: PanelProfile) -> Voucher | None:
    """Return what a successful order delivered; None when it needs no code (pulsa, data).

    Where the voucher is empty the note is the code, without what only the reseller may read.
    """
    text = profile.public_voucher(order.voucher) or profile.public_note(order.note)
    if not text:
        return None
    if order.category_type == TOKEN_TYPE:
        return _token(text)
    return Voucher(text, text)


def _token(text: str) -> Voucher:
    """Read "token/name/tariff/power/kWh"; whatever else it is, it is shown as it came."""
    match = _TOKEN.search(text)
    if match is None:
        return Voucher(text, text)
    digits = re.sub(r"[^0-9]", "", match[0])
    shown = " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))
    parts = [part.strip() for part in text.split("/")]
    if not _TOKEN.fullmatch(parts[0]) or len(parts) < 2:
        return Voucher(shown, digits)
    energy = parts[-1] if len(parts) > 2 and _ENERGY.fullmatch(parts[-1]) else ""
    number = re.sub(r"\s*kwh", "", energy, flags=re.IGNORECASE)
    return Voucher(shown, digits, parts[1], f"{number} kWh" if number else "")
