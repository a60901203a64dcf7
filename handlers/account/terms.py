"""The terms, and help with payments: /terms and /paysupport."""

from __future__ import annotations

from telegram import Update

from handlers.account.terms_texts import paysupport_text, terms_text
from handlers.ui.buttons import ShowPrivacy
from handlers.ui.context import ShopContext
from handlers.ui.keyboards import button, history, home, keyboard
from handlers.ui.replies import show_new


async def terms_command(update: Update, context: ShopContext) -> None:
    """Show the terms: /terms."""
    translator, settings = context.translator, context.settings
    text = terms_text(
        translator,
        settings.shop_name,
        settings.terms,
        settings.shop_contact,
    )
    privacy = button(translator.gettext("🔒 Your data"), ShowPrivacy())
    await show_new(update, context, text, keyboard([privacy], [home(translator)]))


async def paysupport_command(update: Update, context: ShopContext) -> None:
    """Show where to get help with a payment: /paysupport."""
    translator, settings = context.translator, context.settings
    takes_pictures = settings.takes_payments
    text = paysupport_text(
        translator,
        settings.paysupport,
        settings.shop_contact,
        takes_pictures=takes_pictures,
    )
    await show_new(update, context, text, keyboard([history(translator), home(translator)]))
