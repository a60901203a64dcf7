"""Texts while a list of customers or a card waits for one: staff buy and search beside it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Final, Literal

from telegram import Update

from bot.domain.dialog import Dialog, Step
from bot.services.people.people import CustomerQuestion
from handlers.typed_input.recognition import asks_for_something, is_phone
from handlers.ui.context import ShopContext, message_text
from handlers.ui.fallbacks import say_unknown_message, say_unreadable
from handlers.ui.handler_factories import END, Callback
from handlers.ui.keyboards import cancel_button, keyboard
from handlers.ui.replies import show_new

Typed = Literal[Step.CUSTOMER, -1]
Answer = Callable[[Update, ShopContext, Dialog], Awaitable[Typed | None]]

ANSWERED_WITHIN: Final = timedelta(hours=1)
"""How long after the question a text may be its answer."""


def customer_answer_or(
    answers: Mapping[CustomerQuestion, Answer], take_typed: Callback[None]
) -> Callback[Typed | None]:
    """Return the handler of texts in the step CUSTOMER, which calls the answer to its question.

    `take_typed` handles a text when the question is old, and one that asks for a product while a
    list is open and that no customer matches.
    """

    async def take(update: Update, context: ShopContext) -> Typed | None:
        dialog = context.dialog_at_arrival
        if dialog is not None and await _is_answer(update, context, dialog):
            question = CustomerQuestion(str(dialog.data["asks"]))
            return await answers[question](update, context, dialog)
        await context.shop.dialogs.end(context.customer_id)
        await take_typed(update, context)
        return END

    return take


async def take_no_customer_answer(update: Update, context: ShopContext) -> None:
    """Answer a photo or a sticker while a text about a customer is waited for."""
    await say_unreadable(update, context)
    translator = context.translator
    text = translator.gettext("The question above is still open. Answer it, or cancel.")
    await show_new(update, context, text, keyboard([cancel_button(translator)]))


async def drop_customer_question(update: Update, context: ShopContext) -> Literal[-1]:
    """End the question of somebody who has lost the right to it."""
    await context.shop.dialogs.end(context.customer_id)
    await say_unknown_message(update, context)
    return END


async def _is_answer(update: Update, context: ShopContext, dialog: Dialog) -> bool:
    if dialog.step != Step.CUSTOMER:
        return False
    if context.shop.clock.now() - dialog.updated_at > ANSWERED_WITHIN:
        return False
    text = message_text(update)
    if dialog.data["asks"] != CustomerQuestion.SEARCH:
        return True
    if not is_phone(context, text) and not asks_for_something(context, text):
        return True
    return bool((await context.shop.people.matches(context.actor, text)).rows)
