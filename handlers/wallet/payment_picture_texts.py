"""What stands round a payment code, in its customer's language."""

from __future__ import annotations

from bot.domain.topup import TopUp
from handlers.ui.i18n import Translator
from handlers.ui.picture import Line
from handlers.wallet.payment_picture import Payment


def payment_of(words: Translator, topup: TopUp, shop_name: str) -> Payment:
    """Return who is paid, the exact amount, the top-up's number, and until when it can be paid."""
    _ = words.gettext
    facts = [Line(str(topup.topup_id), _("Top-up number"))]
    if topup.expires_at is not None:
        facts.append(Line(words.datetime(topup.expires_at), _("Pay before")))
    return Payment(shop_name, words.money(topup.total), facts)
