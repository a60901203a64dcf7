"""Texts of the list of what waits for the staff."""

from __future__ import annotations

from datetime import datetime

from bot.domain.order import CustomerId
from bot.services.admin.pending_decisions import Waiting, WaitingItem, WaitingKind
from handlers.ui.durations import age, short_age
from handlers.ui.html import bold, dotted, lines, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.labels import label_with_name
from handlers.ui.people import name_or_id
from handlers.ui.product_names import order_name
from handlers.ui.thread_titles import thread_title

SIGNS = {
    WaitingKind.ORDER: "🔎",
    WaitingKind.TOPUP: "💰",
    WaitingKind.CASE: "💬",
    WaitingKind.APPLICANT: "🙋",
    WaitingKind.EMPLOYEE: "🧑‍💼",
    WaitingKind.WITHHELD: "🏷",
}


def waiting_text(translator: Translator, waiting: Waiting, now: datetime) -> str:
    """Return how much waits, and for how long; the buttons below show the oldest."""
    _ = translator.gettext
    if not waiting.count:
        return _("Nothing waits for your decision.")
    title = _("Waiting for you: {count}").format(count=translator.number(waiting.count))
    oldest = ""
    if waiting.oldest_at is not None:
        oldest = _("oldest {age}").format(age=age(translator, now - waiting.oldest_at))
    more = waiting.count > len(waiting.items)
    return paragraphs(
        lines(
            dotted(f"🔔 {bold(title)}", oldest),
            *(
                f"{SIGNS[kind]} {_count(translator, kind, count)}"
                for kind, count in waiting.counts.items()
            ),
        ),
        _("Below are the oldest; the rest follows once they are done.") if more else "",
    )


def item_label(translator: Translator, item: WaitingItem, now: datetime) -> str:
    """Return the label of an item's button: whom or what it is about, and its age."""
    name = name_or_id(item.customer_id or CustomerId(0), item.customer)
    start = f"{SIGNS[item.kind]} "
    end = f" · {short_age(translator, now - item.since)}"
    if item.withheld is not None:
        return label_with_name(item.withheld.product.listing.name, start=start, end=end)
    if item.thread is not None:
        title = thread_title(translator, item.thread, item.order, item.topup)
        return label_with_name(name, start=start, end=f" · {title}{end}")
    if item.topup is not None:
        proof_sign = " 🖼" if item.topup.proof else ""
        amount = translator.money(item.topup.total)
        return label_with_name(name, start=start, end=f" · {amount}{proof_sign}{end}")
    if item.order is not None:
        # Its number would leave no room for the product; the page that opens shows it.
        name = order_name(translator, item.order)
    return label_with_name(name, start=start, end=end)


def _count(translator: Translator, kind: WaitingKind, count: int) -> str:
    forms = {
        WaitingKind.ORDER: translator.ngettext("{count} order", "{count} orders", count),
        WaitingKind.TOPUP: translator.ngettext("{count} top-up", "{count} top-ups", count),
        WaitingKind.CASE: translator.ngettext("{count} customer", "{count} customers", count),
        WaitingKind.APPLICANT: translator.ngettext(
            "{count} who wants to join", "{count} who want to join", count
        ),
        WaitingKind.EMPLOYEE: translator.ngettext(
            "{count} who wants to work here", "{count} who want to work here", count
        ),
        WaitingKind.WITHHELD: translator.ngettext("{count} product", "{count} products", count),
    }
    return forms[kind].format(count=translator.number(count))
