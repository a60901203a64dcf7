"""The bot's descriptions in its profile and in an empty chat, in each language."""

from __future__ import annotations

from typing import Final

import structlog
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.domain.shop_settings import ShopSettings
from bot.services.shop_settings import settings_now
from handlers.ui.context import Services
from handlers.ui.html import paragraphs, plain
from handlers.ui.i18n import Translator
from handlers.ui.opening import goods_and_hours
from handlers.ui.order_card import questions
from handlers.ui.setting_names import opening_hours

log = structlog.get_logger(__name__)

MAX_DESCRIPTION_LENGTH: Final = 512
"""Telegram's limit for the text in an empty chat (Bot API, "setMyDescription")."""
MAX_SHORT_DESCRIPTION_LENGTH: Final = 120
"""Telegram's limit for the text in the bot's profile (Bot API, "setMyShortDescription")."""


async def set_descriptions(bot: ExtBot[int], shop: Services) -> None:
    """Set the descriptions in every language; a refusal by Telegram is only logged."""
    settings = await shop.store.read(settings_now, shop.rules)
    shop.languages.follow(settings)
    for code in ("", *shop.languages):
        try:
            await _describe(bot, settings, shop.languages.words_for(code), code or None)
        except TelegramError as error:
            log.info("description_not_set", language=code, cause=str(error))


def description_text(translator: Translator, settings: ShopSettings) -> str:
    """Return the plain text in an empty chat, above the start button."""
    _ = translator.gettext
    pay = _(
        "Choose a product, send the number, pay from your balance with one button. The code "
        "comes here, day and night."
    )
    if settings.closes_by_clock:
        pay = _(
            "Choose a product, send the number, pay from your balance with one button. The code "
            "comes here. Open every day {hours}."
        ).format(hours=opening_hours(settings))
    text = paragraphs(
        _("{shop} sells pulsa, data, electricity tokens, e-money and game vouchers.").format(
            shop=settings.shop_name
        ),
        pay,
        plain(questions(translator, settings.shop_contact)),
    )
    return text[:MAX_DESCRIPTION_LENGTH]


def short_description_text(translator: Translator, settings: ShopSettings) -> str:
    """Return the plain text in the bot's profile, below its name."""
    return goods_and_hours(translator, settings)[:MAX_SHORT_DESCRIPTION_LENGTH]


async def _describe(
    bot: ExtBot[int], settings: ShopSettings, translator: Translator, code: str | None
) -> None:
    """Set the descriptions that have changed: Telegram limits changes, but not reads."""
    text = description_text(translator, settings)
    if (await bot.get_my_description(code)).description != text:
        await bot.set_my_description(text, code)
    short = short_description_text(translator, settings)
    if (await bot.get_my_short_description(code)).short_description != short:
        await bot.set_my_short_description(short, code)
