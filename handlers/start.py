"""The first screen, and the ways out of whatever is under way."""

from __future__ import annotations

from typing import Final, Literal

from telegram import InlineKeyboardMarkup, Update

from handlers.callback_data import BuyAgain, ChooseLanguage, Open, ShowHelp, ShowWallet
from handlers.context import ShopContext, customer_of
from handlers.i18n import Words
from handlers.keyboards import (
    Row,
    button,
    copying,
    history,
    home,
    keyboard,
    main_button,
    shop_here,
    top_up,
)
from handlers.routes import END
from handlers.screens import show, show_anew, take_buttons
from handlers.texts.history import again_label
from handlers.texts.welcome import left_text, welcome_text

RECENT_SHOWN: Final = 3
"""How many of the last purchases stand on the first screen."""


async def start(update: Update, context: ShopContext) -> Literal[-1]:
    """Welcome: /start; messages that waited because the bot was blocked go out again."""
    await context.customer(update, is_start=True)
    await context.shop.buy.forget(customer_of(update))
    await show_anew(update, context, *await welcome_screen(update, context))
    return END


async def show_welcome(update: Update, context: ShopContext) -> Literal[-1]:
    """Show the first screen on the pressed message."""
    await context.shop.buy.forget(customer_of(update))
    await show(update, context, *await welcome_screen(update, context))
    return END


async def leave(update: Update, context: ShopContext) -> Literal[-1]:
    """Stop choosing, on the pressed message."""
    words, step = context.words, await _drop(update, context)
    # The screen itself shows that something was under way, whatever a restart has forgotten.
    text = left_text(words, 0 if step is None else step)
    await show(update, context, text, keyboard([shop_here(words), home(words)]))
    return END


async def cancel(update: Update, context: ShopContext) -> Literal[-1]:
    """Stop what is under way, and say what it was: /cancel."""
    words, step = context.words, await _drop(update, context)
    text = left_text(words, step)
    await show_anew(update, context, text, keyboard([shop_here(words), home(words)]))
    return END


async def _drop(update: Update, context: ShopContext) -> int | None:
    """Forget what is under way, take its buttons away, and return which step it was."""
    buy, customer_id = context.shop.buy, customer_of(update)
    dialog = await buy.dialog(customer_id)
    if dialog is None:
        return None
    await buy.forget(customer_id)
    if update.callback_query is None:
        await take_buttons(update, context, dialog.message_id)
    return dialog.step


async def welcome_screen(update: Update, context: ShopContext) -> tuple[str, InlineKeyboardMarkup]:
    """Return the first screen, with the buttons that everything begins with."""
    words, shop = context.words, context.shop
    customer = await context.customer(update)
    wallet = await shop.wallets.wallet(customer.customer_id)
    text = welcome_text(
        words,
        customer.first_name,
        shop.shop_name,
        customer.customer_id,
        wallet.balance,
        shop.shop_contact,
    )
    balance = button(words.gettext("💰 Balance"), ShowWallet())
    helping = button(words.gettext("❓ Help"), ShowHelp())
    copy = copying(words.gettext("📋 Copy my ID"), str(customer.customer_id))
    recent = await shop.history.recent(customer.customer_id, RECENT_SHOWN)
    return text, keyboard(
        [main_button(words.gettext("🛒 Shop"), Open())],
        *([button(again_label(words, order), BuyAgain(order.order_id))] for order in recent),
        [balance, history(words)],
        [top_up(words)],
        [helping, *([] if copy is None else [copy])],
        language_row(context, words),
    )


def language_row(context: ShopContext, words: Words) -> Row:
    """Return a button for each other language."""
    others = [one for one in context.shop.languages.values() if one.language != words.language]
    return [button(f"🌐 {one.endonym}", ChooseLanguage(one.language)) for one in others]
