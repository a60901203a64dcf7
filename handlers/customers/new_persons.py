"""Persons without a Telegram account: making one, and the link that gives them an account."""

from __future__ import annotations

from typing import Literal

from telegram import Update

from bot.domain.dialog import Dialog, Step
from bot.domain.errors import NotFoundError
from bot.domain.order import CustomerId
from bot.services.people.people import CustomerQuestion
from handlers.customers.buttons import MakeAccountLink
from handlers.customers.card import card_screen
from handlers.customers.card_texts import ask_person_text, has_telegram, link_text, no_name
from handlers.ui.account_links import account_link
from handlers.ui.context import ShopContext, message_text
from handlers.ui.handler_factories import END, pressed
from handlers.ui.keyboards import back, keyboard
from handlers.ui.replies import alert, pressed_message_id, show, show_step
from handlers.ui.staff_buttons import ListCustomers, ShowCustomer

Asking = Literal[Step.CUSTOMER]


async def ask_new_person(update: Update, context: ShopContext) -> Asking:
    """Ask for the name of a person without a Telegram account."""
    message_id, translator = pressed_message_id(update), context.translator
    await context.shop.people.ask(context.actor, CustomerQuestion.NAME, None, message_id)
    markup = keyboard([back(translator, ListCustomers())])
    await show_step(update, context, ask_person_text(translator), markup, message_id=message_id)
    return Step.CUSTOMER


async def make_account_link(update: Update, context: ShopContext) -> Literal[-1] | None:
    """Make and show a one-use link to a person without a Telegram account."""
    customer_id = CustomerId(pressed(update, MakeAccountLink).customer_id)
    translator = context.translator
    try:
        customer, code = await context.shop.people.make_link(context.actor, customer_id)
    except NotFoundError:
        await alert(update, context, has_telegram(translator))
        return None
    address = account_link(context.bot.username, code)
    markup = keyboard([back(translator, ShowCustomer(customer_id))])
    await show(update, context, link_text(translator, customer, address), markup)
    return END


async def take_name(update: Update, context: ShopContext, dialog: Dialog) -> Asking | Literal[-1]:
    """Make a person of the typed name."""
    people, translator = context.shop.people, context.translator
    try:
        card = await people.add_person(context.actor, message_text(update))
    except NotFoundError:
        text = ask_person_text(translator, no_name(translator))
        markup = keyboard([back(translator, ListCustomers())])
        await show_step(update, context, text, markup, message_id=dialog.message_id)
        return Step.CUSTOMER
    await show(update, context, *card_screen(context, card), message_id=dialog.message_id)
    return END
