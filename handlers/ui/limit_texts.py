"""What somebody reads who is faster than the shop: when to go on, and that nothing is lost."""

from __future__ import annotations

from handlers.ui.i18n import Translator


def too_many_updates(words: Translator, seconds: int) -> str:
    """Return that nothing is handled for so many seconds; short enough to pop up over a chat."""
    return words.ngettext(
        "That was very fast! Please go on in {seconds} second: "
        "nothing that you send before then is done.",
        "That was very fast! Please go on in {seconds} seconds: "
        "nothing that you send before then is done.",
        seconds,
    ).format(seconds=seconds)


def too_many_orders(words: Translator, seconds: int) -> str:
    """Return that the confirm button works again in so many seconds."""
    return words.ngettext(
        "You have just ordered several times. Please press again in {seconds} second: "
        "this one was not ordered, and no money was taken for it.",
        "You have just ordered several times. Please press again in {seconds} seconds: "
        "this one was not ordered, and no money was taken for it.",
        seconds,
    ).format(seconds=seconds)
