"""What staff type while a list or a card waits for it: a search, a note, an amount, a name."""

from __future__ import annotations

from typing import Literal

from telegram import Update

from bot.domain.dialog import Dialog, Step
from bot.domain.errors import AmountError, NotFoundError
from bot.domain.money import parse_rupiah
from bot.domain.order import CustomerId
from bot.services.people.acts import ActRequest, CustomerAct
from bot.services.people.people import CustomerQuestion
from handlers.customers.card import card_screen
from handlers.customers.card_texts import ask_person_text, no_name, not_a_customer, note_kept
from handlers.customers.decisions import limit_screen, propose
from handlers.customers.lists import LONGEST_TERM, show_found
from handlers.ui.amounts import amount_fault
from handlers.ui.buttons import ListCustomers
from handlers.ui.context import ShopContext, message_text
from handlers.ui.handler_factories import END
from handlers.ui.keyboards import back, keyboard
from handlers.ui.replies import show, show_new, show_step

Typed = Literal[Step.CUSTOMER, -1]


async def take_customer_answer(update: Update, context: ShopContext) -> Typed | None:
    """Take a typed text as what the reader's dialog waits for."""
    dialog = context.dialog_at_arrival
    if dialog is None or dialog.step != Step.CUSTOMER:
        return None
    text, customer_id = message_text(update), CustomerId(int(dialog.data["customer_id"]))
    match CustomerQuestion(str(dialog.data["asks"])):
        case CustomerQuestion.SEARCH:
            return await show_found(update, context, text[:LONGEST_TERM], 0)
        case CustomerQuestion.NOTE:
            return await _take_note(update, context, dialog, customer_id)
        case CustomerQuestion.REASON:
            block = ActRequest(customer_id, CustomerAct.BLOCK, reason=text)
            return await propose(update, context, block, dialog.message_id)
        case CustomerQuestion.CREDIT_LIMIT:
            return await _take_limit(update, context, dialog, customer_id)
        case CustomerQuestion.NAME:
            return await _take_name(update, context, dialog)


async def _take_note(
    update: Update, context: ShopContext, dialog: Dialog, customer_id: CustomerId
) -> Literal[-1]:
    people, text = context.shop.people, message_text(update)
    try:
        card = await people.write_note(context.actor, customer_id, text)
    except NotFoundError:
        await show_new(update, context, not_a_customer(context.translator))
        return END
    news = note_kept(context.translator, is_deleted=not card.file.note)
    screen = card_screen(context, card, news)
    await show(update, context, *screen, message_id=dialog.message_id)
    return END


async def _take_limit(
    update: Update, context: ShopContext, dialog: Dialog, customer_id: CustomerId
) -> Typed | None:
    people, text = context.shop.people, message_text(update)
    try:
        limit = 0 if text.strip() == "0" else parse_rupiah(text)
    except AmountError as error:
        problem = amount_fault(context.translator, error.fault)
        card = await people.card(context.actor, customer_id)
        question, message_id = CustomerQuestion.CREDIT_LIMIT, dialog.message_id
        await people.ask(context.actor, question, customer_id, message_id)
        screen = limit_screen(context.translator, card, problem)
        await show_step(update, context, *screen, message_id=message_id)
        return Step.CUSTOMER
    grant = ActRequest(customer_id, CustomerAct.CREDIT_LIMIT, limit)
    return await propose(update, context, grant, dialog.message_id)


async def _take_name(update: Update, context: ShopContext, dialog: Dialog) -> Typed:
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
