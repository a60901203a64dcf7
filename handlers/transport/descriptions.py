"""The bot's descriptions in its profile and in an empty chat, in each language."""

from __future__ import annotations

from typing import Final

import structlog
from telegram.error import TelegramError

from bot.domain.shop_settings import ShopSettings
from bot.services.shop_settings import settings_now
from handlers.transport.bot import ShopBot
from handlers.ui.context import Services
from handlers.ui.html import paragraphs, plain
from handlers.ui.i18n import Translator
from handlers.ui.order_card import questions

log = structlog.get_logger(__name__)

MAX_DESCRIPTION_LENGTH: Final = 512
"""Telegram's limit for the text in an empty chat (Bot API, "setMyDescription")."""
MAX_SHORT_DESCRIPTION_LENGTH: Final = 120
"""Telegram's limit for the text in the bot's profile (Bot API, "setMyShortDescription")."""


async def set_descriptions(bot: ShopBot, shop: Services) -> None:
    """Set the descriptions in every language; a refusal by Telegram is only logged."""
    default = shop.languages[shop.languages.default]
    settings = await shop.store.read(settings_now, shop.rules)
    for code, translator in [("", default), *shop.languages.items()]:
        try:
            await _describe(bot, settings, translator, code or None)
        except TelegramError as error:
            log.info("description_not_set", language=code, cause=str(error))


def description_text(translator: Translator, shop_name: str, contact: str) -> str:
    """Return the plain text in an empty chat, above the start button."""
    _ = translator.gettext
    text = paragraphs(
        _("{shop} sells pulsa, data, electricity tokens, e-money and game vouchers.").format(
            shop=shop_name
        ),
        _(
            "Choose a product, send the number, pay from your balance with one button. The code "
            "comes here, day and night."
        ),
        plain(questions(translator, contact)),
    )
    return text[:MAX_DESCRIPTION_LENGTH]


def short_description_text(translator: Translator) -> str:
    """Return the plain text in the bot's profile, below its name."""
    return translator.gettext(
        "Pulsa, data, electricity tokens, e-money and game vouchers, day and night."
    )[:MAX_SHORT_DESCRIPTION_LENGTH]


async def _describe(
    bot: ShopBot, settings: ShopSettings, translator: Translator, code: str | None
) -> None:
    """Set the descriptions that have changed: Telegram limits changes, but not reads."""
    text = description_text(translator, settings.shop_name, settings.shop_contact)
    if (await bot.get_my_description(code)).description != text:
        await bot.set_my_description(text, code)
    short = short_description_text(translator)
    if (await bot.get_my_short_description(code)).short_description != short:
        await bot.set_my_short_description(short, code)
