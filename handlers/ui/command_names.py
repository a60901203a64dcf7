"""The Indonesian names of the commands."""

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
}
"""The same commands by their Indonesian names; both always work, the menu shows the reader's."""
