"""What Telegram shows of the shop to whoever has not written to it yet, in each language."""

from __future__ import annotations

from typing import Final

import structlog
from telegram.error import TelegramError

from handlers.transport.bot import ShopBot
from handlers.ui.context import Services
from handlers.ui.html import paragraphs, plain
from handlers.ui.i18n import Translator
from handlers.ui.order_card import questions

log = structlog.get_logger(__name__)


async def announce_descriptions(bot: ShopBot, shop: Services) -> None:
    """Set what an empty chat and the profile say; a refusal is logged and nothing more."""
    default = shop.languages[shop.languages.default]
    for code, words in [("", default), *shop.languages.items()]:
        try:
            await _describe(bot, shop, words, code or None)
        except TelegramError as error:
            log.info("description not set", language=code, cause=str(error))


async def _describe(bot: ShopBot, shop: Services, words: Translator, code: str | None) -> None:
    """Set what has changed: Telegram takes such texts only so often, reading is free."""
    text = description_text(words, shop.shop_name, shop.shop_contact)
    if (await bot.get_my_description(code)).description != text:
        await bot.set_my_description(text, code)
    short = short_description_text(words)
    if (await bot.get_my_short_description(code)).short_description != short:
        await bot.set_my_short_description(short, code)


LONGEST_DESCRIPTION: Final = 512


LONGEST_SHORT_DESCRIPTION: Final = 120
"""Telegram's limits for what it shows of a bot."""


def description_text(words: Translator, shop_name: str, contact: str) -> str:
    """Return what an empty chat says of the shop: plain text, as Telegram wants it."""
    _ = words.gettext
    text = paragraphs(
        _("{shop} sells pulsa, data, electricity tokens, e-money and game vouchers.").format(
            shop=shop_name
        ),
        _(
            "Choose a product, send the number, pay from your balance with one button. The code "
            "comes here, day and night."
        ),
        plain(questions(words, contact)),
    )
    return text[:LONGEST_DESCRIPTION]


def short_description_text(words: Translator) -> str:
    """Return what the bot's profile says of the shop, below its name."""
    return words.gettext(
        "Pulsa, data, electricity tokens, e-money and game vouchers, day and night."
    )[:LONGEST_SHORT_DESCRIPTION]
