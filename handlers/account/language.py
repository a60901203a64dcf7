"""The choice of the language that the bot uses for a customer."""

from __future__ import annotations

from telegram import Update

from handlers.account.start import welcome_screen
from handlers.account.texts import language_chosen, languages_text, one_language
from handlers.transport.command_menu import set_command_menu_of
from handlers.ui.buttons import ButtonError, ChooseLanguage
from handlers.ui.context import ShopContext
from handlers.ui.handler_factories import pressed
from handlers.ui.keyboards import button, home, keyboard
from handlers.ui.replies import answer, show


async def show_languages(update: Update, context: ShopContext) -> None:
    """Show the languages, on the pressed message or in a new one: /language."""
    translator = context.translator
    choices = [
        [button(_marked(one.endonym, is_chosen=one is translator), ChooseLanguage(one.language))]
        for one in context.shop.languages.offered
    ]
    if len(choices) == 1:
        await show(update, context, one_language(translator), keyboard([home(translator)]))
        return
    await show(update, context, languages_text(translator), keyboard(*choices, [home(translator)]))


async def choose_language(update: Update, context: ShopContext) -> None:
    """Store the chosen language, show the first screen in it, and set the command menu."""
    chosen = pressed(update, ChooseLanguage).language
    if not context.shop.languages.offers(chosen):
        raise ButtonError
    await context.shop.customers.choose_language(context.customer_id, chosen)
    context.use_language(chosen)
    await answer(update, context, language_chosen(context.translator))
    await show(update, context, *await welcome_screen(update, context))
    shop, chat_id = context.shop, context.actor.telegram_id
    await set_command_menu_of(
        context.bot, shop.languages, context.translator, chat_id, is_admin=context.is_staff
    )


def _marked(name: str, *, is_chosen: bool) -> str:
    return f"✓ {name}" if is_chosen else name
