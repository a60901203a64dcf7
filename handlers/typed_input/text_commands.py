"""Commands as people say them: "saldo", "cek saldo dong", "bantuan", "riwayat"."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from telegram import Update
from telegram.ext import filters

from handlers.account.help import help_command
from handlers.orders.orders import history_command, status
from handlers.ui.context import ShopContext
from handlers.ui.handler_factories import NEW
from handlers.wallet.wallet import balance

Command = Callable[[Update, ShopContext], Awaitable[None]]
COMMANDS: Final[Mapping[str, Command]] = {
    "saldo": balance,
    "balance": balance,
    "bantuan": help_command,
    "tolong": help_command,
    "help": help_command,
    "riwayat": history_command,
    "history": history_command,
    "status": status,
    **dict.fromkeys(("topup", "deposit", "depo", "rekening", "norek", "qris"), balance),
}
"""A balance is also where it is topped up."""
CANCEL: Final = NEW & filters.Regex(
    re.compile(
        r"^\W*(?:(?:mau|tolong|aku|saya)\s+)*"
        r"(?:batal(?:in|kan)?|cancel|(?:g|gk|ga|gak|ngga|nggak|tidak|tdk) jadi)"
        r"(?:\s+(?:aja|saja|deh|dulu|dong|ya|min|kak|please|pesanan|pesanannya))*\W*$",
        re.IGNORECASE,
    )
)
"""The word that stops whatever is under way, so it is heard at every step."""
MENU: Final = NEW & filters.Regex(
    re.compile(r"^\W*(?:menu(?: utama)?|main menu|mulai|start)\W*$", re.IGNORECASE)
)
"""The word for the first screen, likewise."""
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
        *("mau", "ingin", "pengen", "no", "nomor"),
    }
)
"""What people say around them. "Isi saldo" leads to the balance, whose button tops it up."""
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
_AROUND: Final = frozenset(
    {*("kak", "min", "gan", "bang", "bos", "admin", "ya", "banyak", "ok", "oke", "okay", "siap")}
    | {*("sip", "you", "very", "much", "so", "there", "nuhun", "matur", "sudah", "bantu", "malam")}
)
_HISTORY = re.compile(
    r"\W*(?:(?:cek|lihat|cari|check|show|my)\s+)*(?:riwayat|history)\b[\s:,]+(?P<query>.*\w.*)",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST_HISTORY: Final = 80
_WORD = re.compile(r"[^\W\d_]+")
_TOP_UP = re.compile(r"\btop[\s-]up\b")
_LONGEST: Final = 40


def spoken_command(text: str) -> Command | None:
    """Return the command that a text of a few words is, and nothing else."""
    if len(text) > _LONGEST or any(map(str.isdigit, text)):
        return None
    said = _TOP_UP.sub("topup", text.casefold())
    words = [word for word in _WORD.findall(said) if word not in _FILLER]
    return COMMANDS.get(words[0]) if len(words) == 1 else None


def history_query(text: str) -> str:
    """Return what is looked for among past orders: "riwayat 0812 3456"; empty for all else."""
    found = _HISTORY.match(text)
    if found is None or len(text) > _LONGEST_HISTORY:
        return ""
    query = found["query"]
    has_more = any(map(str.isdigit, query)) or any(
        word not in _FILLER for word in _WORD.findall(query.casefold())
    )
    return query if has_more else ""


def is_greeting(text: str) -> bool:
    """Tell whether a text greets and says nothing else."""
    return _is_talk(text, _GREETINGS)


def is_thanks(text: str) -> bool:
    """Tell whether a text thanks and says nothing else."""
    return _is_talk(text, _THANKS)


def _is_talk(text: str, talk: frozenset[str]) -> bool:
    if len(text) > _LONGEST or any(map(str.isdigit, text)):
        return False
    words = set(_WORD.findall(text.casefold()))
    return bool(words & talk) and words <= talk | _AROUND
