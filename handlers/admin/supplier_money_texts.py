"""The warning that the money at the supplier runs low."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.ui.durations import lasting
from handlers.ui.html import bold, lines, paragraphs, warning
from handlers.ui.i18n import Translator


def balance_low_text(translator: Translator, data: Mapping[str, str | int]) -> str:
    """Return how much is left at the supplier, for how long, and what to do."""
    _ = translator.gettext
    amount, hours = bold(translator.money(int(data.get("balance", 0)))), int(data.get("hours", -1))
    left = _("Only {amount} is left at the supplier.").format(amount=amount)
    lasts = ""
    if hours >= 0:
        lasts = _("At the pace of the last days it lasts {lasts}.").format(
            lasts=lasting(translator, hours)
        )
    source = ""
    if data.get("is_tracked"):
        source = _("By your /deposit notes: the supplier does not tell its figure.")
    return paragraphs(
        warning(left), lines(lasts, source), _("Pay money in there, then note it with /deposit.")
    )


def out_of_money_text(translator: Translator, data: Mapping[str, str | int]) -> str:
    """Return that sales have stopped, because the supplier's figure pays for no order."""
    _ = translator.gettext
    left = _("Sales have stopped: only {amount} is left at the supplier.").format(
        amount=bold(translator.money(int(data.get("balance", 0))))
    )
    return paragraphs(
        warning(left),
        _(
            "Pay money in there, then note it with /deposit. Selling goes on by itself once the "
            "supplier shows it, or with /resume."
        ),
    )
