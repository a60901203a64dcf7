"""The commands in Telegram's menu, by role and language."""

from __future__ import annotations

import structlog
from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.domain.customer import TelegramId
from bot.domain.staff import Right
from bot.ports.store import Transaction
from bot.services.shop_settings import settings_now
from handlers.ui.command_names import INDONESIAN_NAMES
from handlers.ui.context import Services
from handlers.ui.i18n import Languages, Translator

log = structlog.get_logger(__name__)


def customer_commands(translator: Translator) -> list[BotCommand]:
    """Return the commands in a customer's menu; all others work typed."""
    _ = translator.gettext
    return _named(
        translator,
        {
            "order": _("Buy pulsa, data, tokens and vouchers"),
            "balance": _("Your balance, and how to top it up"),
            "history": _("Your past orders"),
            "search": _("Look for a product by its name"),
            "numbers": _("The numbers you buy for"),
            "help": _("How this shop works"),
            "cancel": _("Stop what you are doing"),
        },
    )


def admin_commands(translator: Translator) -> list[BotCommand]:
    """Return the commands in the menu of owners and employees; all others work typed."""
    _ = translator.gettext
    return _named(
        translator,
        {
            "menu": _("How the shop stands, and everything you can do"),
            "cases": _("What waits for you"),
            "sell": _("Sell over the counter"),
            "order": _("Buy pulsa, data, tokens and vouchers"),
            "status": _("Orders under way and parked; or look for one"),
            "cancel": _("Stop what you are doing"),
        },
    )


async def set_command_menus(bot: ExtBot[int], shop: Services) -> None:
    """Set the menu of all customers, and of each owner and employee, in every language.

    A refusal by Telegram is only logged.
    """
    staff = await shop.store.read(_staff_accounts)
    shop.languages.follow(await shop.store.read(settings_now, shop.rules))
    for code in ("", *shop.languages):
        translator = shop.languages.words_for(code)
        await _set(bot, customer_commands(translator), BotCommandScopeAllPrivateChats(), code)
        for admin_id in sorted(shop.rules.owner_ids | staff):
            await _set(bot, admin_commands(translator), BotCommandScopeChat(admin_id), code)


async def set_command_menu_of(
    bot: ExtBot[int],
    languages: Languages,
    translator: Translator,
    chat_id: TelegramId,
    *,
    is_admin: bool,
) -> None:
    """Set a person's menu in one language, whatever language their Telegram has.

    It is called when they choose a language, and when their rights change.
    """
    commands = admin_commands(translator) if is_admin else customer_commands(translator)
    for code in ("", *languages):
        await _set(bot, commands, BotCommandScopeChat(chat_id), code)


def _staff_accounts(tx: Transaction) -> frozenset[TelegramId]:
    return frozenset(account for right in Right for account in tx.staff.accounts_with(right))


async def _set(
    bot: ExtBot[int], commands: list[BotCommand], scope: BotCommandScope, language_code: str
) -> None:
    try:
        await bot.set_my_commands(commands, scope=scope, language_code=language_code or None)
    except TelegramError as error:
        # For an admin who never wrote to the bot, Telegram answers "chat not found".
        log.info("command_menu_not_set", scope=scope.type, language=language_code, cause=str(error))


def _named(translator: Translator, descriptions: dict[str, str]) -> list[BotCommand]:
    names = INDONESIAN_NAMES if translator.language == "id" else {}
    return [BotCommand(names.get(name, name), text) for name, text in descriptions.items()]
