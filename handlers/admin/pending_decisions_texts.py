"""What is said of the decisions that wait for an admin."""

from __future__ import annotations

from typing import Final

from bot.domain.customer import Customer
from bot.domain.topup import TopUp
from bot.services.admin.pending_decisions import PendingDecisions
from handlers.ui.home_rows import waiting_counts
from handlers.ui.html import bold, lines, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.labels import beside

ORDERS_LISTED: Final = 8


def desk_text(words: Translator, desk: PendingDecisions) -> str:
    """Return how much waits for a decision; each has a button below."""
    _ = words.gettext
    orders, topups = waiting_counts(words, desk)
    if not orders and not topups:
        return _("Nothing waits for your decision.")
    title = _("Waiting for your decision")
    more = max(0, len(desk.parked) - ORDERS_LISTED) + desk.topups_count - len(desk.topups)
    return paragraphs(
        lines(
            f"⚖️ {bold(title)}",
            f"🔎 {orders}" if orders else "",
            f"💰 {topups}" if topups else "",
        ),
        _("Below are the oldest; the rest follows once they are decided.") if more else "",
    )


def request_label(words: Translator, topup: TopUp, customer: Customer | None) -> str:
    """Return what stands on the button of a request to pay money in."""
    name = str(topup.customer_id) if customer is None else customer.first_name
    end = f" · {words.money(topup.total)}"
    picture = " 🖼" if topup.proof else ""
    return beside(name, start="💰 ", end=f"{end}{picture}")
