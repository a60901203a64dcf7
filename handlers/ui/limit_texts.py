"""The answers to a customer who exceeds a limit of updates or orders, or is blocked."""

from __future__ import annotations

from handlers.ui.i18n import Translator


def too_many_updates(translator: Translator, seconds: int) -> str:
    """Return the answer to too many updates; short enough for a callback answer.

    `seconds`: until then further updates are dropped.
    """
    return translator.ngettext(
        "That was very fast! Please go on in {seconds} second: "
        "nothing that you send before then is done.",
        "That was very fast! Please go on in {seconds} seconds: "
        "nothing that you send before then is done.",
        seconds,
    ).format(seconds=seconds)


def too_many_orders(translator: Translator, seconds: int) -> str:
    """Return the answer to too many orders; the confirm button works again after `seconds`."""
    return translator.ngettext(
        "You have just ordered several times. Please press again in {seconds} second: "
        "this one was not ordered, and no money was taken for it.",
        "You have just ordered several times. Please press again in {seconds} seconds: "
        "this one was not ordered, and no money was taken for it.",
        seconds,
    ).format(seconds=seconds)


def blocked_text(translator: Translator, contact: str) -> str:
    """Return that the shop has blocked the reader; short enough for a callback answer."""
    return translator.gettext(
        "The shop has blocked purchases and top-ups for you. Your orders and balance stay "
        "readable. Please ask the shop: {contact}"
    ).format(contact=contact)
