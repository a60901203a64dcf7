"""Builds python-telegram-bot's application, and the receiver that feeds it updates."""

from __future__ import annotations

from collections.abc import Callable

from telegram.ext import ApplicationBuilder

from handlers.transport.bot import ShopBot
from handlers.transport.error_handler import on_error
from handlers.transport.flood_limits import FloodLimits
from handlers.transport.update_inbox import PerChatProcessor, UpdateInbox
from handlers.transport.update_receiver import UpdateReceiver, Webhook
from handlers.ui.context import Services, ShopApplication, context_types
from handlers.ui.text_bot import TextBot


def build_receiver(
    bot: ShopBot,
    services: Services,
    exit_process: Callable[[], object],
    register: Callable[[ShopApplication], None],
    *,
    webhook: Webhook | None = None,
) -> UpdateReceiver:
    """Return the receiver of updates with its inbox and handlers; nothing runs before its `start`.

    `exit_process` ends the process at once when the inbox cannot be written. `register` adds the
    handlers to the application (handlers/registry.py).
    """
    inbox = UpdateInbox(services.store, services.rules, services.clock, bot, exit_process)
    processor = PerChatProcessor(inbox, FloodLimits(services))
    application = build_application(bot, services, inbox, processor)
    register(application)
    return UpdateReceiver(application, bot, inbox, processor, webhook=webhook)


def build_application(
    bot: TextBot, services: Services, inbox: UpdateInbox, processor: PerChatProcessor
) -> ShopApplication:
    """Return the application, with the error handler and no other handler."""
    application: ShopApplication = (
        ApplicationBuilder()
        .bot(bot)
        .updater(None)
        .update_queue(inbox.queue)
        .concurrent_updates(processor)
        .context_types(context_types())
        .job_queue(None)
        .build()
    )
    application.bot_data.services = services
    application.add_error_handler(on_error)
    return application
