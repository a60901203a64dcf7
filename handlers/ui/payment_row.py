"""The button that shows how to pay a top-up."""

from __future__ import annotations

from bot.domain.topup import TopUp
from handlers.ui.buttons import ShowTopUp
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import (
    Row,
    button,
)
from handlers.ui.topup_card import show_label


def payment_row(words: Translator, topup: TopUp) -> Row:
    """Return the way to see once more how a top-up is paid."""
    return [button(show_label(words, topup), ShowTopUp(topup.topup_id))]
