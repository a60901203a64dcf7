"""The first screen, and the commands and buttons that end the current step."""

from __future__ import annotations

from typing import Final, Literal

from telegram import Update

from bot.domain.dialog import Step
from handlers.account.buttons import ShowHelp
from handlers.account.front_door import front_door_screen
from handlers.account.texts import left_text, owner_text, welcome_text
from handlers.ui.buttons import BuyAgain, Open, ShowWallet, ShowWelcome
from handlers.ui.closed_door import show_closed_door
from handlers.ui.context import ShopContext
from handlers.ui.handler_factories import END
from handlers.ui.html import paragraphs
from handlers.ui.keyboards import (
    Screen,
    button,
    copy_id,
    history,
    home,
    keyboard,
    languages_row,
    main_button,
    rows_of,
    shop_here,
    top_up,
)
from handlers.ui.opening import with_opening
from handlers.ui.order_card import again_label
from handlers.ui.replies import remove_buttons, show, show_new

RECENT_SHOWN: Final = 3
"""How many of the last purchases are on the first screen."""
INDONESIAN: Final = frozenset({"id", "in"})
"""The language's code (ISO 639-1), and its code before 1989."""


async def start(update: Update, context: ShopContext, news: str = "") -> Literal[-1]:
    """Show the first screen: /start, with `news` above.

    Notices held back while the bot was blocked are sent again.
    """
    await context.customer(update, is_start=True)
    await context.shop.dialogs.end(context.customer_id)
    if not context.is_admitted:
        # The code in the link was one by which strangers become known, but it was of no use.
        await show_closed_door(update, context, news=news)
        return END
    text, markup = await welcome_screen(update, context)
    if context.is_owner and context.args:
        # The owner comes by the link of `set-up`.
        news = paragraphs(news, owner_text(context.translator, context.bot.username))
    await show_new(update, context, paragraphs(news, text), markup)
    return END


async def show_welcome(update: Update, context: ShopContext) -> Literal[-1]:
    """End the current step, and show the first screen on the pressed message."""
    await context.shop.dialogs.end(context.customer_id)
    await show(update, context, *await welcome_screen(update, context))
    return END


async def cancel(update: Update, context: ShopContext) -> Literal[-1]:
    """End the current step, and say which it was: /cancel, or a button."""
    translator, step = context.translator, await _end_dialog(update, context)
    if step is None and update.callback_query is not None:
        # The pressed screen asked for something, even if its step is not stored any more.
        step = Step.PRODUCT
    markup = keyboard([shop_here(translator), home(translator)])
    await show(update, context, left_text(translator, step), markup)
    return END


async def see_as_customer(update: Update, context: ShopContext) -> Literal[-1]:
    """Show somebody of the staff the first screen of a customer, on the pressed message."""
    await context.shop.dialogs.end(context.customer_id)
    text, markup = await customer_screen(update, context)
    back_to_shop = button(context.translator.gettext("🏪 Menu of the shop"), ShowWelcome())
    await show(update, context, text, keyboard(*rows_of(markup), [back_to_shop]))
    return END


async def welcome_screen(update: Update, context: ShopContext) -> Screen:
    """Return the first screen: how the shop stands for the staff, a shop for customers."""
    if context.is_staff:
        return await front_door_screen(context)
    return await customer_screen(update, context)


async def customer_screen(update: Update, context: ShopContext) -> Screen:
    """Return a customer's first screen, with the buttons that lead to everything else."""
    translator, shop = context.translator, context.shop
    customer = await context.customer(update)
    customer_id = customer.customer_id
    wallet = await shop.wallets.wallet(customer_id)
    # The owner needs their id while there are no admins; later the help shows it.
    user_id = None if shop.rules.owner_ids else customer.telegram_id
    text = welcome_text(translator, customer.name, context.settings, wallet.balance, user_id)
    recent = await shop.history.recent(customer_id, RECENT_SHOWN)
    markup = keyboard(
        [main_button(translator.gettext("🛒 Shop"), Open())],
        *([button(again_label(translator, order), BuyAgain(order.order_id))] for order in recent),
        [button(translator.gettext("💰 Balance"), ShowWallet()), history(translator)],
        [top_up(translator)],
        [
            button(translator.gettext("❓ Help"), ShowHelp()),
            *([] if user_id is None else copy_id(translator, user_id)),
        ],
        languages_row(translator, shop.languages) if _is_not_indonesian(context) else [],
    )
    return await with_opening(context, (text, markup))


async def _end_dialog(update: Update, context: ShopContext) -> int | None:
    """End the dialog, remove the buttons of its message, and return its step, if any."""
    dialogs, customer_id = context.shop.dialogs, context.customer_id
    dialog = await dialogs.of(customer_id)
    if dialog is None:
        return None
    await dialogs.end(customer_id)
    if update.callback_query is None:
        await remove_buttons(update, context, dialog.message_id)
    return dialog.step


def _is_not_indonesian(context: ShopContext) -> bool:
    """Return whether the sender's Telegram is not set to Indonesian."""
    return context.telegram_language.partition("-")[0].lower() not in INDONESIAN
