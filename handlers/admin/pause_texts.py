"""Texts for admins about pausing and resuming the shop."""

from __future__ import annotations

from bot.domain.reopening import MAX_NOTE_LENGTH
from bot.services.orders.parked_orders import Resumed
from bot.services.selling_stop import CLOSED_BY_CLOCK, NOT_OPENED
from handlers.ui.html import bold, code, escaped, lines, paragraphs
from handlers.ui.i18n import Translator


def paused_text(translator: Translator, note: str, *, is_cut: bool = False) -> str:
    """Return what a pause does, and the note that customers read.

    `is_cut`: the note was longer than allowed and was cut.
    """
    _ = translator.gettext
    title = _("The shop is paused.")
    read = _("Your customers read: {note}").format(note=escaped(note))
    return paragraphs(
        lines(
            f"⏸ {bold(title)}",
            read
            if note
            else _("To tell your customers why: {command}").format(
                command=code(_("/pause back on Monday"))
            ),
        ),
        _("⚠️ The note was too long: only its first {count} characters are kept.").format(
            count=translator.number(MAX_NOTE_LENGTH)
        )
        if is_cut
        else "",
        _(
            "No orders are taken and none are sent; those in the queue wait, and their "
            "customers know. What was sent goes on being followed. /resume sells again."
        ),
    )


def resumed_text(translator: Translator, resumed: Resumed) -> str:
    """Return that the shop sells again, or that it was not stopped."""
    _ = translator.gettext
    remains = {
        NOT_OPENED: _("Customers can buy once you have opened the shop: go on with /start."),
        CLOSED_BY_CLOCK: _(
            "Customers can buy again when the hours begin: the shop closes by the clock. You "
            "change that in /settings."
        ),
    }.get(resumed.remains, "")
    if not resumed:
        return remains or _("The shop was not paused: it is open.")
    title = _("The shop sells again.")
    meaning = _("Orders are taken and sent.")
    if resumed.was_breaker_open:
        meaning = _("Orders are taken and sent, and the stop after unanswered calls is over.")
    notified = translator.ngettext(
        "{count} customer who waited for it is told.",
        "{count} customers who waited for it are told.",
        resumed.notified_customers,
    ).format(count=translator.number(resumed.notified_customers))
    return lines(
        f"▶️ {bold(title)}", meaning, notified if resumed.notified_customers else "", remains
    )


def resume_outdated(translator: Translator) -> str:
    """Return that a resume button is outdated: the shop has stopped again since it was shown."""
    return translator.gettext(
        "That button is from before the shop stopped this time. Read why it stopped, then press "
        "the new button."
    )


def rows_unread(translator: Translator) -> str:
    """Return why the shop stays closed after a restore: the supplier's rows were not read."""
    return translator.gettext(
        "The shop goes on from a backup, so the supplier's newest rows have to be read before "
        "anything is sold, and the supplier does not answer. Nothing has changed. Try again soon."
    )
