"""A bare echo of python-telegram-bot: python echo_ptb.py API TOKEN CONCURRENT_UPDATES."""

import sys
from typing import Any

from telegram import Update
from telegram.ext import Application, CallbackQueryHandler, ContextTypes, MessageHandler, filters


async def echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    """Send a text back."""
    if update.message is not None:
        await update.message.reply_text(update.message.text or "-")


async def edit(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    """Edit the pressed message."""
    if update.callback_query is not None:
        await update.callback_query.edit_message_text(update.callback_query.data or "-")


def main(api: str, token: str, concurrent_updates: int) -> None:
    """Run until SIGTERM; 0 handles one update after the other, as the library does by default."""
    builder: Any = Application.builder().token(token).base_url(f"{api}/bot")
    if concurrent_updates:
        builder = builder.concurrent_updates(concurrent_updates)
    application = builder.build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.add_handler(CallbackQueryHandler(edit))
    application.run_polling()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
