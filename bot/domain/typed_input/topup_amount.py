"""The amount of a top-up that somebody types with the word for it: "isi saldo 50rb"."""

from __future__ import annotations

import re
from typing import Final

from bot.domain.errors import AmountError
from bot.domain.money import Rupiah, parse_rupiah

_TOP_UP_OF = re.compile(
    r"\W*(?:(?:mau|ingin|pengen|minta|request|tolong|saya|aku|kak|min|gan)\s+)*"
    r"(?:isi\s+(?:saldo|tiket|depo|deposit)|(?:top[\s-]?up|depo|deposit|tiket|ticket)(?:\s+saldo)?)"
    r"\s+(?P<amount>\S.*?)(?:\s+(?:dong|ya|kak|min|gan|bang|bos))*\W*",
    re.IGNORECASE,
)
_MAX_LENGTH: Final = 40
_LEAST: Final = 1_000


def topup_amount(text: str) -> Rupiah | None:
    """Return the amount of a text that asks for a top-up; None for any other text.

    An amount below Rp1,000 may be the size of a voucher: "topup 100".
    """
    found = _TOP_UP_OF.fullmatch(text) if len(text) <= _MAX_LENGTH else None
    if found is None:
        return None
    try:
        amount = parse_rupiah(found["amount"])
    except AmountError:
        return None
    return amount if amount >= _LEAST else None
