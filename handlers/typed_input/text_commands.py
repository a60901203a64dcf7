"""Words that stand for a command ("saldo", "cek saldo dong"), greetings and thanks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

COMMANDS: Final[Mapping[str, str]] = {
    "saldo": "balance",
    "balance": "balance",
    "bantuan": "help",
    "tolong": "help",
    "help": "help",
    "riwayat": "history",
    "history": "history",
    "status": "status",
    **dict.fromkeys(("topup", "deposit", "depo", "tiket", "ticket"), "balance"),
    **dict.fromkeys(("rekening", "norek", "qris"), "balance"),
}
"""Words and the commands they stand for. The balance screen also has the top-up button."""
CANCEL_WORDS: Final = re.compile(
    r"^\W*(?:(?:mau|tolong|aku|saya)\s+)*"
    r"(?:batal(?:in|kan)?|cancel|(?:g|gk|ga|gak|ngga|nggak|tidak|tdk) jadi)"
    r"(?:\s+(?:aja|saja|deh|dulu|dong|ya|min|kak|please|pesanan|pesanannya))*\W*$",
    re.IGNORECASE,
)
"""Texts that stop the current step. They are recognised at every step."""
MENU_WORDS: Final = re.compile(r"^\W*(?:menu(?: utama)?|main menu|mulai|start)\W*$", re.IGNORECASE)
"""Texts that open the first screen. They are recognised at every step."""
_FILLER: Final = frozenset(
    {
        "cek",
        "lihat",
        "berapa",
        "isi",
        "saya",
        "aku",
        "ku",
        "dong",
        "ya",
        "kak",
        "min",
        "gan",
        "check",
        "show",
        "my",
        *("mau", "ingin", "pengen", "minta", "request", "no", "nomor"),
    }
)
"""Words around a command word. "Isi saldo" (top up) opens the balance, to its top-up button."""
_GREETINGS: Final = frozenset(
    {
        *("hai", "hay", "hi", "hey", "halo", "hallo", "hello", "helo", "permisi", "p", "ping"),
        *("assalamualaikum", "assalamu", "alaikum", "selamat", "pagi", "siang", "sore"),
        *("good", "morning", "evening"),
    }
)
_THANKS: Final = frozenset(
    {"terima", "kasih", "terimakasih", "makasih", "makasi", "thanks", "thank", "thx", "tq", "suwun"}
)
_POLITE_WORDS: Final = frozenset(
    {*("kak", "min", "gan", "bang", "bos", "admin", "ya", "banyak", "ok", "oke", "okay", "siap")}
    | {*("sip", "you", "very", "much", "so", "there", "nuhun", "matur", "sudah", "bantu", "malam")}
)
_HISTORY = re.compile(
    r"\W*(?:(?:cek|lihat|cari|check|show|my)\s+)*(?:riwayat|history)\b[\s:,]+(?P<query>.*\w.*)",
    re.IGNORECASE | re.DOTALL,
)
_MAX_HISTORY_LENGTH: Final = 80
_WORD = re.compile(r"[^\W\d_]+")
_TOP_UP = re.compile(r"\btop[\s-]up\b")
_MAX_LENGTH: Final = 40


def command_in(text: str) -> str | None:
    """Return the name of the command that a short text stands for; None for any other text."""
    if len(text) > _MAX_LENGTH or any(map(str.isdigit, text)):
        return None
    folded = _TOP_UP.sub("topup", text.casefold())
    words = [word for word in _WORD.findall(folded) if word not in _FILLER]
    return COMMANDS.get(words[0]) if len(words) == 1 else None


def history_query(text: str) -> str:
    """Return the query of a search in past orders ("riwayat 0812 3456"); "" for any other text."""
    found = _HISTORY.match(text)
    if found is None or len(text) > _MAX_HISTORY_LENGTH:
        return ""
    query = found["query"]
    has_more = any(map(str.isdigit, query)) or any(
        word not in _FILLER for word in _WORD.findall(query.casefold())
    )
    return query if has_more else ""


def is_greeting(text: str) -> bool:
    """Return whether a text is only a greeting."""
    return _has_only(text, _GREETINGS)


def is_thanks(text: str) -> bool:
    """Return whether a text is only thanks."""
    return _has_only(text, _THANKS)


def _has_only(text: str, meant: frozenset[str]) -> bool:
    if len(text) > _MAX_LENGTH or any(map(str.isdigit, text)):
        return False
    words = set(_WORD.findall(text.casefold()))
    return bool(words & meant) and words <= meant | _POLITE_WORDS
