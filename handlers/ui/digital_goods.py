"""What an owner should know of Telegram's rule for digital goods."""

from __future__ import annotations

from handlers.ui.i18n import Translator

EXPOSED_TYPES = frozenset({"voucher-game", "streaming-tv", "voucher-tv"})
"""The types whose products are digital goods used on the phone itself."""


def digital_goods_text(translator: Translator) -> str:
    """Return two sentences on Telegram's rule.

    The rule is in Telegram's Terms of Service for Bot Developers, 6.2.
    """
    return translator.gettext(
        "Telegram's rule: digital goods may be sold in a chat for Telegram Stars only, and a bot "
        "that breaks it can be marked as a scam or removed. Game and streaming vouchers are the "
        "ones at risk; pulsa, data, electricity and e-money are services used outside Telegram, "
        "which can be argued for."
    )
