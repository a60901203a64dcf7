"""The Indonesian names of the commands, by their English names."""

from __future__ import annotations

from handlers.ui.i18n import Translator

INDONESIAN_NAMES = {
    "order": "beli",
    "search": "cari",
    "history": "riwayat",
    "balance": "saldo",
    "numbers": "nomor",
    "language": "bahasa",
    "help": "bantuan",
    "topup": "isisaldo",
    "cancel": "batal",
    "receipt": "struk",
    "terms": "syarat",
    "menu": "menu",
    "cases": "tugas",
    "sell": "jual",
    "customers": "pelanggan",
    "price": "harga",
    "products": "produk",
    "report": "laporan",
    "settings": "atur",
    "staff": "pegawai",
    "log": "catatan",
    "pause": "tutup",
    "resume": "buka",
    "recon": "cocokkan",
    "deposit": "setor",
    "invite": "undang",
    "credit": "kredit",
    "debit": "debit",
    "privacy": "privasi",
}
"""Both names always work; the menu shows those in the reader's language."""
OTHER_NAMES = {"topup": ("depo", "tiket")}
"""Further names of commands, as customers know them from other shops; no menu shows them."""


def typed_command(translator: Translator, name: str) -> str:
    """Return a command as somebody types it in the reader's language: "/setor"."""
    is_indonesian = translator.language == "id"
    return f"/{INDONESIAN_NAMES.get(name, name) if is_indonesian else name}"
