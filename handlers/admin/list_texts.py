"""Lines of the lists that admins read."""

from __future__ import annotations

from handlers.ui.html import dotted
from handlers.ui.i18n import Translator


def list_row(*facts: str) -> str:
    """Return one row of a list, with the facts that are not empty."""
    return f"• {dotted(*facts)}"


def rest_line(translator: Translator, count: int) -> str:
    """Return how many rows are left out; empty for none."""
    if count <= 0:
        return ""
    return translator.gettext("… and {count} more").format(count=translator.number(count))
