"""Decisions on a customer's card: the note, the credit limit, a block, a link to Telegram."""

from __future__ import annotations

from typing import Final, Literal

from telegram import Update
from telegram.constants import KeyboardButtonStyle

from bot.domain.dialog import Dialog, Step
from bot.domain.errors import (
    AmountError,
    ConfirmationOutdatedError,
    CustomerActError,
    NotFoundError,
    TokenError,
    TokenFault,
)
from bot.domain.money import MAX_AMOUNT, parse_rupiah
from bot.domain.order import CustomerId
from bot.domain.viewer import LevelId
from bot.services.people.acts import ActRequest, CustomerAct, ProposedAct
from bot.services.people.card import CustomerCard
from bot.services.people.people import CustomerQuestion
from handlers.customers.buttons import (
    AskBlock,
    AskCreditLimit,
    AskCustomerNote,
    AskLevel,
    AskUnblock,
    DeleteNote,
    DoCustomerAct,
    GiveLevel,
    OfferCreditLimit,
)
from handlers.customers.card import card_screen, say_unknown
from handlers.customers.card_texts import (
    act_fault,
    ask_level_text,
    ask_limit_text,
    ask_note_text,
    confirm_label,
    done_text,
    everybody_level,
    level_given,
    no_such_level,
    not_a_customer,
    note_kept,
    proposal_outdated,
    proposal_text,
)
from handlers.ui.amounts import amount_fault
from handlers.ui.context import ShopContext, message_text
from handlers.ui.handler_factories import END, pressed
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import Row, Screen, back, button, in_columns, keyboard, main_button
from handlers.ui.labels import label_with_name
from handlers.ui.replies import alert, answer, pressed_message_id, show, show_new, show_step
from handlers.ui.staff_buttons import ShowCustomer

OFFERED_LIMITS: Final = (0, 50_000, 100_000, 200_000, 300_000, 500_000)
"""In whole rupiah; others are typed."""
Asking = Literal[Step.CUSTOMER]


# --- the note ---


async def ask_customer_note(update: Update, context: ShopContext) -> Asking | None:
    """Ask for the note about a customer."""
    customer_id = CustomerId(pressed(update, AskCustomerNote).customer_id)
    people, translator = context.shop.people, context.translator
    message_id = pressed_message_id(update)
    try:
        card = await people.card(context.actor, customer_id)
        await people.ask(context.actor, CustomerQuestion.NOTE, customer_id, message_id)
    except NotFoundError:
        await say_unknown(update, context)
        return None
    rows: list[Row] = []
    if card.file.note:
        label = translator.gettext("🗑 Delete the note")
        rows = [[button(label, DeleteNote(customer_id), KeyboardButtonStyle.DANGER)]]
    text = ask_note_text(translator, card.customer, card.file.note)
    markup = keyboard(*rows, [back(translator, ShowCustomer(customer_id))])
    await show_step(update, context, text, markup, message_id=message_id)
    return Step.CUSTOMER


async def delete_note(update: Update, context: ShopContext) -> Literal[-1] | None:
    """Delete the note about a customer, and show the card."""
    customer_id = CustomerId(pressed(update, DeleteNote).customer_id)
    try:
        card = await context.shop.people.write_note(context.actor, customer_id, "")
    except NotFoundError:
        await say_unknown(update, context)
        return None
    news = note_kept(context.translator, is_deleted=True)
    await show(update, context, *card_screen(context, card, news))
    return END


async def take_note(update: Update, context: ShopContext, dialog: Dialog) -> Literal[-1]:
    """Store the typed text as the note about a customer."""
    customer_id = customer_of(dialog)
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


def customer_of(dialog: Dialog) -> CustomerId:
    """Return the customer whom a question is about."""
    return CustomerId(int(dialog.data["customer_id"]))


# --- the credit limit ---


async def ask_credit_limit(update: Update, context: ShopContext) -> Asking | None:
    """Ask how much a customer may owe the shop."""
    customer_id = CustomerId(pressed(update, AskCreditLimit).customer_id)
    people, message_id = context.shop.people, pressed_message_id(update)
    try:
        card = await people.card(context.actor, customer_id)
        await people.ask(context.actor, CustomerQuestion.CREDIT_LIMIT, customer_id, message_id)
    except NotFoundError:
        await say_unknown(update, context)
        return None
    screen = limit_screen(context.translator, card)
    await show_step(update, context, *screen, message_id=message_id)
    return Step.CUSTOMER


def limit_screen(translator: Translator, card: CustomerCard, problem: str = "") -> Screen:
    """Return the question for a credit limit, with amounts to choose from."""
    customer_id = card.customer.customer_id
    offered = [
        button(translator.money(limit), OfferCreditLimit(customer_id, limit))
        for limit in OFFERED_LIMITS
        if limit != card.file.credit_limit
    ]
    markup = keyboard(*in_columns(offered, 2), [back(translator, ShowCustomer(customer_id))])
    return ask_limit_text(translator, card, problem), markup


async def offer_credit_limit(update: Update, context: ShopContext) -> Asking | Literal[-1] | None:
    """Show what a credit limit of the pressed amount would change."""
    meant = pressed(update, OfferCreditLimit)
    limit = min(max(0, meant.limit), MAX_AMOUNT)
    customer_id = CustomerId(meant.customer_id)
    return await propose(update, context, ActRequest(customer_id, CustomerAct.CREDIT_LIMIT, limit))


async def take_credit_limit(
    update: Update, context: ShopContext, dialog: Dialog
) -> Asking | Literal[-1] | None:
    """Show what a credit limit of the typed amount would change."""
    customer_id = customer_of(dialog)
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


# --- the level ---


async def ask_level(update: Update, context: ShopContext) -> Literal[-1] | None:
    """Show the levels to choose from."""
    customer_id, translator = CustomerId(pressed(update, AskLevel).customer_id), context.translator
    try:
        card = await context.shop.people.card(context.actor, customer_id)
    except NotFoundError:
        await say_unknown(update, context)
        return None
    levels = [(one.name, int(one.level_id)) for one in card.levels]
    rows = [
        [button(label_with_name(name), GiveLevel(customer_id, level_id))]
        for name, level_id in [*levels, (everybody_level(translator), 0)]
        if level_id != (card.customer.level_id or 0)
    ]
    markup = keyboard(*rows, [back(translator, ShowCustomer(customer_id))])
    await show(update, context, ask_level_text(translator, card), markup)
    return END


async def give_level(update: Update, context: ShopContext) -> Literal[-1] | None:
    """Give the pressed level to a customer, and show the card."""
    meant, translator = pressed(update, GiveLevel), context.translator
    level_id = LevelId(meant.level_id) if meant.level_id else None
    customer_id = CustomerId(meant.customer_id)
    try:
        card = await context.shop.people.set_level(context.actor, customer_id, level_id)
    except NotFoundError:
        await alert(update, context, no_such_level(translator))
        return None
    await show(update, context, *card_screen(context, card, level_given(translator, card)))
    return END


# --- blocks ---


async def ask_block(update: Update, context: ShopContext) -> Asking | Literal[-1] | None:
    """Show what a block means, before it is confirmed; a reason may be typed."""
    customer_id = CustomerId(pressed(update, AskBlock).customer_id)
    return await propose(update, context, ActRequest(customer_id, CustomerAct.BLOCK))


async def ask_unblock(update: Update, context: ShopContext) -> Asking | Literal[-1] | None:
    """Ask whether a customer may buy again."""
    customer_id = CustomerId(pressed(update, AskUnblock).customer_id)
    return await propose(update, context, ActRequest(customer_id, CustomerAct.UNBLOCK))


async def take_reason(
    update: Update, context: ShopContext, dialog: Dialog
) -> Asking | Literal[-1] | None:
    """Show a block again, with the typed reason."""
    block = ActRequest(customer_of(dialog), CustomerAct.BLOCK, reason=message_text(update))
    return await propose(update, context, block, dialog.message_id)


# --- proposals ---


async def propose(
    update: Update,
    context: ShopContext,
    request: ActRequest,
    message_id: int | None = None,
) -> Asking | Literal[-1] | None:
    """Show what an act would do, with its confirm button.

    `message_id` is the message that asked, after a typed answer.
    """
    people, shown_id = context.shop.people, pressed_message_id(update) or message_id
    try:
        proposed = await people.propose(context.actor, request, shown_id)
    except NotFoundError:
        await say_unknown(update, context)
        return None
    except CustomerActError as error:
        card = await people.card(context.actor, request.customer_id)
        news = act_fault(context.translator, error.fault)
        await show(update, context, *card_screen(context, card, news), message_id=message_id)
        return END
    screen = _proposal_screen(context.translator, proposed)
    if request.act is CustomerAct.BLOCK:
        await show_step(update, context, *screen, message_id=shown_id)
        return Step.CUSTOMER
    await show(update, context, *screen, message_id=message_id)
    return END


def _proposal_screen(translator: Translator, proposed: ProposedAct) -> Screen:
    label, meaning = confirm_label(translator, proposed.act), DoCustomerAct(proposed.token)
    confirm = main_button(label, meaning)
    if proposed.act is CustomerAct.BLOCK:
        confirm = button(label, meaning, KeyboardButtonStyle.DANGER)
    go_back = back(translator, ShowCustomer(proposed.customer.customer_id))
    return proposal_text(translator, proposed), keyboard([confirm], [go_back])


async def do_customer_act(update: Update, context: ShopContext) -> Literal[-1] | None:
    """Do what was proposed about a customer, once, and show the card."""
    token, translator = pressed(update, DoCustomerAct).token, context.translator
    people = context.shop.people
    try:
        done, card = await people.carry_out(context.actor, token)
    except CustomerActError as error:
        await alert(update, context, act_fault(translator, error.fault))
        return None
    except (TokenError, ConfirmationOutdatedError) as error:
        await alert(update, context, proposal_outdated(translator))
        if isinstance(error, TokenError) and error.fault is TokenFault.UNKNOWN:
            return None
        proposed_for = await people.customer_of_act(context.actor, token)
        card = await people.card(context.actor, proposed_for)
        await show(update, context, *card_screen(context, card))
        return END
    news = done_text(translator, done)
    await answer(update, context, news)
    await show(update, context, *card_screen(context, card, news))
    return END
