"""Steps that are answered by typing: decides whether a text is the answer or something else.

A person may have forgotten the question. So a text counts as the answer only when it is no
search, command or phone number, the question is recent, and the text is no reply to another
message. A reply to the question is always the answer. Other text is handled as if no question
were open.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import wraps
from typing import Final, Literal, TypeVar

from telegram import Message, Update

from bot.domain.dialog import Dialog, Step
from bot.domain.question import QuestionTopic, question_of
from bot.domain.topup import TopUpId
from bot.services.people.people import CustomerQuestion
from handlers.account.texts import left_text
from handlers.typed_input.recognition import asks_for_something, is_phone
from handlers.typed_input.sent_numbers import offer_for_number
from handlers.typed_input.text_commands import is_greeting, is_thanks
from handlers.ui.amounts import begins_with_amount, is_amount
from handlers.ui.command_names import INDONESIAN_NAMES
from handlers.ui.context import ShopContext, message_text
from handlers.ui.handler_factories import END, Callback
from handlers.ui.keyboards import cancel_button, keyboard
from handlers.ui.replies import overwrite, pressed_message_id, remove_buttons, show_new

R = TypeVar("R")

ANSWERED_WITHIN: Final[Mapping[Step, timedelta]] = {
    Step.DECISION: timedelta(hours=1),
    Step.REFERENCE: timedelta(hours=1),
    Step.NAME: timedelta(hours=12),
    Step.SELLING_PRICE: timedelta(hours=12),
    Step.AMOUNT: timedelta(hours=12),
    Step.PRICE: timedelta(hours=1),
    Step.WRITE: timedelta(hours=1),
    Step.REPLY: timedelta(hours=1),
    Step.SELECTION: timedelta(hours=1),
    Step.ADJUSTMENT: timedelta(hours=1),
    Step.SETTING: timedelta(hours=1),
    Step.FIRST_START: timedelta(days=7),
}
"""How long after the question a text may be its answer."""
ENDED_BY_OTHER_INPUT: Final = frozenset(
    {
        Step.DECISION,
        Step.NAME,
        Step.SELLING_PRICE,
        Step.ADJUSTMENT,
        Step.CUSTOMER,
        Step.SELECTION,
        Step.SETTING,
        Step.PRICE,
        Step.WRITE,
        Step.REPLY,
    }
)
"""Steps that end with any command, and with any button of another message."""
_ADMIN_STEPS: Final = frozenset({Step.DECISION, Step.REFERENCE, Step.ADJUSTMENT})
_CANCEL: Final = ("/cancel", f"/{INDONESIAN_NAMES.get('cancel', 'cancel')}")


def answer_or_else(
    step: Step,
    callback: Callback[R],
    take_typed: Callback[None],
    remind: Callback[None] | None = None,
) -> Callback[R | Literal[-1] | None]:
    """Return a text handler for a step that passes only possible answers to `callback`.

    `take_typed` handles any other text. The step then ends, and its message says so; with
    `remind`, the step stays and `remind` repeats the question.
    """

    @wraps(callback)
    async def take(update: Update, context: ShopContext) -> R | Literal[-1] | None:
        dialog = context.dialog_at_arrival
        if dialog is None and step in ENDED_BY_OTHER_INPUT:
            await take_typed(update, context)
            return END
        if dialog is None or dialog.step != step or _is_reply_to(update, dialog.message_id):
            return await callback(update, context)
        has_expired = _has_expired(context, dialog, step)
        if not has_expired and not await _is_no_answer(update, context, dialog):
            return await callback(update, context)
        if not has_expired and remind is not None:
            await take_typed(update, context)
            await remind(update, context)
            return None
        await _end(update, context, dialog)
        await take_typed(update, context)
        return END

    return take


def message_or_else(
    step: Step, callback: Callback[R], otherwise: Callback[object]
) -> Callback[R | Literal[-1]]:
    """Return a handler for a step that asks for a message, which may have any content.

    What comes too late, or is a reply to another message, goes to `otherwise`, and the step ends.
    """

    @wraps(callback)
    async def take(update: Update, context: ShopContext) -> R | Literal[-1]:
        dialog = context.dialog_at_arrival
        if dialog is None:
            await otherwise(update, context)
            return END
        is_elsewhere = _replied(update) is not None and not _is_reply_to(update, dialog.message_id)
        if not is_elsewhere and not _has_expired(context, dialog, step):
            return await callback(update, context)
        await _end(update, context, dialog)
        await otherwise(update, context)
        return END

    return take


def phone_or(callback: Callback[R], *, removes_buttons: bool = False) -> Callback[R | Literal[-1]]:
    """Return a handler of amounts; a phone number ends the step, and its products are offered.

    `removes_buttons`: the buttons of the step's message are then removed.
    """

    @wraps(callback)
    async def take(update: Update, context: ShopContext) -> R | Literal[-1]:
        text = message_text(update)
        if is_amount(text) or not is_phone(context, text):
            return await callback(update, context)
        dialog = await context.shop.dialogs.of(context.customer_id)
        await context.shop.dialogs.end(context.customer_id)
        if removes_buttons:
            await remove_buttons(update, context, None if dialog is None else dialog.message_id)
        await offer_for_number(update, context, text)
        return END

    return take


def number_or(callback: Callback[R]) -> Callback[R | Literal[-1]]:
    """Return a handler of names; a text with a number to buy for ends the step instead."""

    @wraps(callback)
    async def take(update: Update, context: ShopContext) -> R | Literal[-1]:
        text = message_text(update)
        if not await offer_for_number(update, context, text):
            return await callback(update, context)
        await context.shop.dialogs.end(context.customer_id)
        return END

    return take


async def say_still_open(update: Update, context: ShopContext) -> None:
    """Say that the question above is still open."""
    translator = context.translator
    text = translator.gettext("The question above is still open. Answer it, or cancel.")
    await show_new(update, context, text, keyboard([cancel_button(translator)]))


async def end_on_other_input(update: Update, context: ShopContext) -> None:
    """End a step of `ENDED_BY_OTHER_INPUT` on a command, or on a button of another message."""
    text = message_text(update)
    pressed_id = pressed_message_id(update)
    if pressed_id is None and not text.startswith("/"):
        return
    dialog = context.dialog_at_arrival
    if dialog is None or dialog.step not in ENDED_BY_OTHER_INPUT or pressed_id == dialog.message_id:
        return
    if not _is_cancel(text):
        await _end(update, context, dialog)
        context.dialog_ended()


async def _end(update: Update, context: ShopContext, dialog: Dialog) -> None:
    """End the dialog, and say so on the message with the question."""
    await context.shop.dialogs.end(dialog.customer_id)
    # The card of the order, or the list of customers, that waited for a text stays.
    if dialog.step != Step.REFERENCE and dialog.data.get("asks") != CustomerQuestion.SEARCH:
        text = left_text(context.translator, dialog.step)
        await overwrite(update, context, dialog.message_id, text)


def _is_cancel(text: str) -> bool:
    """Return whether a text is /cancel, whose own handler ends the step and says so."""
    return text.partition(" ")[0].partition("@")[0] in _CANCEL


def _has_expired(context: ShopContext, dialog: Dialog, step: Step) -> bool:
    return context.shop.clock.now() - dialog.updated_at > ANSWERED_WITHIN[step]


def _is_reply_to(update: Update, message_id: int | None) -> bool:
    replied = _replied(update)
    return replied is not None and replied.message_id == message_id


def _replied(update: Update) -> Message | None:
    return None if update.message is None else update.message.reply_to_message


async def _is_no_answer(update: Update, context: ShopContext, dialog: Dialog) -> bool:
    """Return whether a text is no answer: a search, a command, or a reply about something else."""
    text = message_text(update)
    replied = _replied(update)
    if dialog.step == Step.DECISION and replied is not None:
        topup_id = TopUpId(int(dialog.data["topup_id"]))
        topups, chat_id = context.shop.topups, context.actor.telegram_id
        if not await topups.is_request_message(chat_id, topup_id, replied.message_id):
            return True
    if dialog.step in {Step.SELECTION, Step.PRICE}:
        # A note on a disruption names brands, as a search does.
        return is_phone(context, text)
    if dialog.step == Step.ADJUSTMENT and begins_with_amount(text):
        return False
    if dialog.step == Step.NAME:
        return any(map(str.isdigit, text)) and asks_for_something(context, text)
    is_for_amount = dialog.step != Step.DECISION or bool(dialog.data["for_amount"])
    if dialog.step != Step.REFERENCE and is_amount(text):
        return not is_for_amount
    if not is_for_amount and _reports_state(text):
        return False
    is_small_talk = dialog.step in _ADMIN_STEPS and (is_greeting(text) or is_thanks(text))
    return is_small_talk or is_phone(context, text) or asks_for_something(context, text)


def _reports_state(text: str) -> bool:
    """Return whether a text says what has arrived ("dana belum masuk"), and is thus no search."""
    question = question_of(text)
    return question is not None and question.topic is QuestionTopic.STATE
