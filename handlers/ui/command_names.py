"""The Indonesian names of the commands, by their English names."""

from __future__ import annotations

INDONESIAN_NAMES = {
    "order": "beli",
    "search": "cari",
    "history": "riwayat",
    "balance": "saldo",
    "numbers": "nomor",
    "language": "bahasa",
    "help": "bantuan",
    "cancel": "batal",
    "receipt": "struk",
    "terms": "syarat",
    "price": "harga",
}
"""Both names always work; the menu shows those in the reader's language."""
