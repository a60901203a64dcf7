"""A customer's saved numbers: the list, naming one, and deleting one."""

from __future__ import annotations

from typing import Final, Literal

from telegram import Update

from bot.domain.customer import SavedNumberId
from bot.domain.destination import DestinationKind
from bot.domain.dialog import Step
from bot.domain.errors import NotFoundError
from handlers.saved_numbers.buttons import ForgetSaved, NameSaved, ShowNumbers, ShowSaved
from handlers.saved_numbers.texts import (
    ask_name_text,
    forgotten,
    named_text,
    no_such_number,
    numbers_text,
    saved_text,
)
from handlers.ui.buttons import ShowNumber
from handlers.ui.context import ShopContext, message_text
from handlers.ui.fallbacks import say_unreadable
from handlers.ui.handler_factories import END, pressed
from handlers.ui.keyboards import (
    Row,
    back,
    button,
    cancel_button,
    home,
    keyboard,
    shop_in_new_message,
)
from handlers.ui.number_picker import number_label
from handlers.ui.replies import alert, answer, pressed_message_id, show, show_new, show_step

LISTED: Final = 20
"""The largest number of saved numbers in the list."""
Named = Literal[Step.NAME, -1]


# --- the list ---


async def show_numbers(update: Update, context: ShopContext) -> None:
    """Show the saved numbers, on the pressed message or in a new one: /numbers."""
    translator = context.translator
    numbers = await context.shop.saved_numbers.all(context.customer_id)
    rows = [
        [button(number_label(one, with_brand=True), ShowSaved(one.number_id))]
        for one in numbers[:LISTED]
    ]
    markup = keyboard(*rows, [shop_in_new_message(translator), home(translator)])
    await show(update, context, numbers_text(translator, len(numbers)), markup)


async def show_saved(update: Update, context: ShopContext) -> None:
    """Show a saved number, with the possible actions."""
    number_id = SavedNumberId(pressed(update, ShowSaved).number_id)
    translator = context.translator
    try:
        number = await context.shop.saved_numbers.one(context.customer_id, number_id)
    except NotFoundError:
        await _say_not_found(update, context)
        return
    name = button(translator.gettext("✏️ Name it"), NameSaved(number_id))
    forget = button(translator.gettext("🗑 Delete it"), ForgetSaved(number_id))
    buy: Row = []
    if number.kind in (DestinationKind.PHONE, DestinationKind.METER):
        is_meter = number.kind is DestinationKind.METER
        meaning = ShowNumber(is_meter=is_meter, number=number.destination)
        buy = [button(translator.gettext("🛒 Buy for this number"), meaning)]
    markup = keyboard(buy, [name, forget], [back(translator, ShowNumbers())])
    await show(update, context, saved_text(number), markup)


async def forget_saved(update: Update, context: ShopContext) -> None:
    """Delete a saved number, and show the others."""
    number_id = SavedNumberId(pressed(update, ForgetSaved).number_id)
    try:
        await context.shop.saved_numbers.forget(context.customer_id, number_id)
    except NotFoundError:
        await _say_not_found(update, context)
        return
    await answer(update, context, forgotten(context.translator))
    await show_numbers(update, context)


async def _say_not_found(update: Update, context: ShopContext) -> None:
    await alert(update, context, no_such_number(context.translator))
    await show_numbers(update, context)


# --- naming ---


async def ask_name(update: Update, context: ShopContext) -> Literal[Step.NAME] | None:
    """Ask for the name of a saved number."""
    number_id = SavedNumberId(pressed(update, NameSaved).number_id)
    customer_id, translator = context.customer_id, context.translator
    message_id = pressed_message_id(update)
    try:
        number = await context.shop.saved_numbers.ask_name(customer_id, number_id, message_id)
    except NotFoundError:
        await _say_not_found(update, context)
        return None
    markup = keyboard([back(translator, ShowSaved(number_id)), cancel_button(translator)])
    text = ask_name_text(translator, number)
    await show_step(update, context, text, markup, message_id=message_id)
    return Step.NAME


async def take_name(update: Update, context: ShopContext) -> Literal[-1]:
    """Save the typed text as the number's name."""
    text = message_text(update)
    customer_id, translator, dialogs = context.customer_id, context.translator, context.shop.dialogs
    dialog = await dialogs.of(customer_id)
    message_id = None if dialog is None else dialog.message_id
    try:
        number = await context.shop.saved_numbers.name(customer_id, text)
    except NotFoundError:
        reply = no_such_number(translator)
    else:
        reply = named_text(translator, number)
    markup = keyboard([back(translator, ShowNumbers()), home(translator)])
    await show(update, context, reply, markup, message_id=message_id)
    return END


async def take_no_name(update: Update, context: ShopContext) -> None:
    """Answer a photo or a sticker, which is no name, and ask again."""
    await say_unreadable(update, context)
    await ask_name_once_more(update, context)


async def ask_name_once_more(update: Update, context: ShopContext) -> None:
    """Repeat the question for the name, below the answer to something else."""
    translator = context.translator
    text = translator.gettext("A name is typed as a message. Please try again, or cancel.")
    await show_new(update, context, text, keyboard([cancel_button(translator)]))
