"""Faults of the embedded supplier, and the destinations that trigger them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Fault(StrEnum):
    """A fault of a call; "applied" means that the order was made."""

    LOST_BEFORE = "lost before it was applied"
    LOST_AFTER = "applied, but the answer is lost"
    SLOW = "slow"
    ERROR_BEFORE = "500 before it was applied"
    ERROR_AFTER = "applied, then 500"
    HTML = "applied, then an HTML page"
    TRUNCATED = "applied, then half an answer"
    EMPTY = "applied, then an empty answer"
    REDIRECT = "applied, then a redirect"
    FOREIGN_ECHO = "applied, with a foreign number in the answer"
    DUPLICATE_REF = "applied, with another order's ref_id"
    SOMETHING_WRONG = "applied, then an unknown refusal"
    PROMISED_AFTER = "applied, then words of later processing"
    PROMISED_BEFORE = "words of later processing, not applied"
    REFUSED_503_AFTER = "applied, then a refusal in a 503"
    REFUSED_503_BEFORE = "a refusal in a 503, not applied"


REFUSALS = {
    "credentials": "IP 203.0.113.9 is not permitted",
    "maintenance": "Ada pemeliharaan sistem, silakan coba lagi nanti",
    "product": "Layanan tidak ditemukan atau saat ini tidak tersedia",
    "own_deposit": "Saldo Anda tidak cukup untuk melakukan transaksi ini",
    "destination": "Nomor salah",
    "repeat": "Tidak support transaksi multi",
    "throttle": "Transaksi dibatasi, coba lagi dalam 6 detik",
    "other": "Something went wrong, please contact the admin.",
}

PROMISE = "Sistem dalam pemeliharaan, transaksi Anda akan diproses setelah selesai"
FAULTS_BEFORE = frozenset(
    {Fault.LOST_BEFORE, Fault.ERROR_BEFORE, Fault.PROMISED_BEFORE, Fault.REFUSED_503_BEFORE}
)
"""Faults after which the order was not made."""
UNCLEAR_REFUSALS: dict[Fault, tuple[str, int]] = {
    Fault.SOMETHING_WRONG: (REFUSALS["other"], 200),
    Fault.PROMISED_AFTER: (PROMISE, 200),
    Fault.PROMISED_BEFORE: (PROMISE, 200),
    Fault.REFUSED_503_AFTER: ("Service Unavailable", 503),
    Fault.REFUSED_503_BEFORE: ("Service Unavailable", 503),
}
"""Refusals that leave the order's outcome unknown: their message and HTTP status."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The course of an order after the call; times are in seconds, costs in rupiah."""

    fault: Fault | None = None
    at_once: bool = False
    finishes: bool = True
    finish_as: str = "success"
    first_word: str = "waiting"
    extra_cost: int = 0
    hidden_seconds: float = 0.0
    vanishes: bool = False


SCENARIOS: dict[str, tuple[str, Outcome]] = {
    "0001": ("succeeds at once", Outcome(at_once=True)),
    "0002": ("fails after a while", Outcome(finish_as="error")),
    "0003": ("never final", Outcome(finishes=False, first_word="process")),
    "0004": ("partial", Outcome(finish_as="partial")),
    "0005": ("an unknown status word", Outcome(finishes=False, first_word="menunggu")),
    "0006": ("costs more than listed", Outcome(extra_cost=700)),
    "0007": ("costs far more than its price", Outcome(extra_cost=50_000)),
    "0010": ("slow answer", Outcome(Fault.SLOW)),
    "0011": ("bought, but the answer is lost", Outcome(Fault.LOST_AFTER)),
    "0012": ("not bought, and the answer is lost", Outcome(Fault.LOST_BEFORE)),
    "0013": ("bought, then error 500", Outcome(Fault.ERROR_AFTER)),
    "0014": ("not bought, error 500", Outcome(Fault.ERROR_BEFORE)),
    "0015": ("bought, then an HTML page", Outcome(Fault.HTML)),
    "0016": ("bought, then half an answer", Outcome(Fault.TRUNCATED)),
    "0017": ("bought, then an empty answer", Outcome(Fault.EMPTY)),
    "0018": ("bought, then a redirect", Outcome(Fault.REDIRECT)),
    "0019": ("answer names a foreign number", Outcome(Fault.FOREIGN_ECHO)),
    "0020": ("answer names another order's ref_id", Outcome(Fault.DUPLICATE_REF)),
    "0021": ("bought, then an unknown refusal", Outcome(Fault.SOMETHING_WRONG)),
    "0022": (
        "answer lost, and the row shows late",
        Outcome(Fault.LOST_AFTER, hidden_seconds=20.0),
    ),
    "0023": ("answer lost, and the row vanishes", Outcome(Fault.LOST_AFTER, vanishes=True)),
}
"""Label and outcome by the destination's last four digits; any other succeeds after a while."""

REFUSED_DESTINATIONS = {
    "0031": "credentials",
    "0032": "maintenance",
    "0033": "product",
    "0034": "own_deposit",
    "0035": "destination",
    "0036": "repeat",
    "0037": "throttle",
    "0038": "other",
}
"""Refusal classes by the destination's last four digits; nothing is bought."""


def outcome_of(destination: str) -> Outcome:
    """Return the outcome of an order for this destination."""
    return SCENARIOS.get(destination[-4:], ("", Outcome()))[1]


def refusal_of(destination: str) -> str | None:
    """Return the refusal message that this destination triggers, or None."""
    known = REFUSED_DESTINATIONS.get(destination[-4:])
    return None if known is None else REFUSALS[known]


def scenario_table() -> list[tuple[str, str]]:
    """Return pairs of last digits and label, as the page shows them."""
    refused = [(digits, f"refused: {name}") for digits, name in REFUSED_DESTINATIONS.items()]
    return [(digits, text) for digits, (text, _) in SCENARIOS.items()] + refused


def voucher_for(product: dict[str, Any]) -> str:
    """Return a new PLN token for electricity, or a serial number for any other product."""
    if product.get("type") == "token-pln":
        token = "".join(str(secrets.randbelow(10)) for _ in range(20))
        return f"{token}/BUDI SANTOSO/R1/1300VA/13,6"
    return f"SN{secrets.randbelow(10**14):014d}"
