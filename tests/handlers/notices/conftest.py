"""A notifier that delivers to the sandbox's Telegram server."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from handlers.notices.notifier import TelegramNotifier
from handlers.registry import notice_renderers
from handlers.transport.bot import build_bot
from handlers.ui.i18n import load_languages
from tests.handlers.builders import shop_rules
from tests.telegram_server import TOKEN, BotApiForTests


@pytest.fixture
async def notifier(telegram: BotApiForTests) -> AsyncIterator[TelegramNotifier]:
    bot = build_bot(TOKEN, telegram.root)
    yield TelegramNotifier(bot, notice_renderers(), load_languages(), shop_rules(), "@shop")
    await bot.shutdown()
