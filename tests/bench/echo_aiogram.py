"""A bare echo of aiogram, which has an environment of its own: python echo_aiogram.py API TOKEN."""

import asyncio
import sys
from typing import Any

from aiogram import Bot, Dispatcher  # type: ignore[import-not-found]
from aiogram.client.session.aiohttp import (  # type: ignore[import-not-found]
    AiohttpSession,
)
from aiogram.client.telegram import TelegramAPIServer  # type: ignore[import-not-found]


async def echo(message: Any) -> None:
    """Send a text back."""
    await message.answer(message.text or "-")


async def edit(query: Any) -> None:
    """Edit the pressed message."""
    await query.message.edit_text(query.data or "-")


async def main(api: str, token: str) -> None:
    """Run until SIGTERM, as the library does by default: every update in a task of its own."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(api))
    dispatcher = Dispatcher()
    dispatcher.message.register(echo)
    dispatcher.callback_query.register(edit)
    await dispatcher.start_polling(Bot(token, session=session))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
