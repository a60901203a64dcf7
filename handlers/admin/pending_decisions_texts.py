"""Texts of the list of pending decisions."""

from __future__ import annotations

from typing import Final

from bot.domain.customer import Customer
from bot.domain.topup import TopUp
from bot.services.admin.pending_decisions import PendingDecisions
from handlers.ui.home_rows import waiting_counts
from handlers.ui.html import bold, lines, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.labels import label_with_name
from handlers.ui.people import name_or_id

ORDERS_LISTED: Final = 8


def pending_decisions_text(translator: Translator, pending: PendingDecisions) -> str:
    """Return how many decisions are pending; the buttons below show the oldest."""
    _ = translator.gettext
    orders, topups = waiting_counts(translator, pending)
    if not orders and not topups:
        return _("Nothing waits for your decision.")
    title = _("Waiting for your decision")
    more = max(0, len(pending.parked) - ORDERS_LISTED) + pending.topups_count - len(pending.topups)
    return paragraphs(
        lines(
            f"⚖️ {bold(title)}",
            f"🔎 {orders}" if orders else "",
            f"💰 {topups}" if topups else "",
        ),
        _("Below are the oldest; the rest follows once they are decided.") if more else "",
    )


def request_label(translator: Translator, topup: TopUp, customer: Customer | None) -> str:
    """Return the label of a top-up's button: customer, amount, and a sign for a proof."""
    name = name_or_id(topup.customer_id, customer)
    end = f" · {translator.money(topup.total)}"
    proof_sign = " 🖼" if topup.proof else ""
    return label_with_name(name, start="💰 ", end=f"{end}{proof_sign}")
