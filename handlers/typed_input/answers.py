"""Questions that are answered by typing: what is no answer to one goes its usual way.

Whoever was asked something may have forgotten it. What they type next is taken for the answer only
where it can be one: it is no other wish, the question is not old, and it is no reply to another
message. A reply to the question is always its answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import wraps
from typing import Final, Literal, TypeVar

from bot.domain.dialog import Dialog, Step
from telegram import Message, Update

from bot.domain.errors import AmountError
from bot.domain.money import parse_rupiah
from bot.domain.question import QuestionTopic, question_of
from bot.domain.topup import TopUpId
from handlers.account.texts import left_text
from handlers.typed_input.recognition import is_phone, is_wish
from handlers.typed_input.text_commands import is_greeting, is_thanks
from handlers.typed_input.typed_text import offer_for
from handlers.ui.command_names import INDONESIAN_NAMES
from handlers.ui.context import ShopContext, customer_of
from handlers.ui.handler_factories import END, Callback
from handlers.ui.keyboards import keyboard, leave
from handlers.ui.replies import pressed_message_id, show_anew, take_buttons, write_over

R = TypeVar("R")

ANSWERED_WITHIN: Final[Mapping[Step, timedelta]] = {
    Step.DECISION: timedelta(hours=1),
    Step.REFERENCE: timedelta(hours=1),
    Step.NAME: timedelta(hours=12),
    Step.SELLING_PRICE: timedelta(hours=12),
    Step.AMOUNT: timedelta(hours=12),
}
"""What is typed later is not meant for the question any more."""
ENDED_BY_OTHERS: Final = frozenset({Step.DECISION, Step.NAME, Step.SELLING_PRICE})
"""Questions that end with any command, and with any button of another message."""
_OF_ADMINS: Final = frozenset({Step.DECISION, Step.REFERENCE})
_CANCEL: Final = ("/cancel", f"/{INDONESIAN_NAMES.get('cancel', 'cancel')}")


def answer_or_else(
    step: Step,
    callback: Callback[R],
    take_typed: Callback[None],
    remind: Callback[None] | None = None,
) -> Callback[R | Literal[-1] | None]:
    """Return a step's handler of texts that passes only possible answers to `callback`.

    `take_typed` handles any other text. The question then ends and says so, unless there is
    `remind`, which asks it again.
    """

    @wraps(callback)
    async def take(update: Update, context: ShopContext) -> R | Literal[-1] | None:
        dialog = await context.shop.dialogs.of(customer_of(update))
        if dialog is None and step in ENDED_BY_OTHERS:
            await take_typed(update, context)
            return END
        if dialog is None or dialog.step != step or _is_reply_to(update, dialog.message_id):
            return await callback(update, context)
        if _has_lapsed(context, dialog, step):
            await _end(update, context, dialog)
            await take_typed(update, context)
            return END
        if not await _is_meant_otherwise(update, context, dialog):
            return await callback(update, context)
        if remind is None:
            await _end(update, context, dialog)
            await take_typed(update, context)
            return END
        await take_typed(update, context)
        await remind(update, context)
        return None

    return take


def phone_or(callback: Callback[R], *, removes_buttons: bool = False) -> Callback[R | Literal[-1]]:
    """Return a handler of amounts that first takes a phone number as one to buy for.

    `removes_buttons`: the question then loses its buttons.
    """

    @wraps(callback)
    async def take(update: Update, context: ShopContext) -> R | Literal[-1]:
        text = (update.message and update.message.text) or ""
        if _is_amount(text) or not is_phone(context, text):
            return await callback(update, context)
        dialog = await context.shop.dialogs.of(customer_of(update))
        await context.shop.dialogs.end(customer_of(update))
        if removes_buttons:
            await take_buttons(update, context, None if dialog is None else dialog.message_id)
        await offer_for(update, context, text)
        return END

    return take


def number_or(callback: Callback[R]) -> Callback[R | Literal[-1]]:
    """Return a handler of names that first takes a number as one to buy for."""

    @wraps(callback)
    async def take(update: Update, context: ShopContext) -> R | Literal[-1]:
        text = (update.message and update.message.text) or ""
        if not await offer_for(update, context, text):
            return await callback(update, context)
        await context.shop.dialogs.end(customer_of(update))
        return END

    return take


async def say_still_open(update: Update, context: ShopContext) -> None:
    """Say that an answer is still waited for."""
    words = context.words
    text = words.gettext("The question above is still open. Answer it, or cancel.")
    await show_anew(update, context, text, keyboard([leave(words)]))


async def end_by_others(update: Update, context: ShopContext) -> None:
    """End a question when its person sends a command, or presses a button of another message."""
    text = (update.message and update.message.text) or ""
    pressed_id = pressed_message_id(update)
    if pressed_id is None and not text.startswith("/"):
        return
    dialog = await context.shop.dialogs.of(customer_of(update))
    if dialog is None or dialog.step not in ENDED_BY_OTHERS or pressed_id == dialog.message_id:
        return
    if not _is_cancel(text):
        await _end(update, context, dialog)


async def _end(update: Update, context: ShopContext, dialog: Dialog) -> None:
    """Wait for an answer no longer, and have the question say so."""
    await context.shop.dialogs.end(dialog.customer_id)
    if dialog.step != Step.REFERENCE:  # That one stands on the order's own screen.
        text = left_text(context.words, dialog.step)
        await write_over(update, context, dialog.message_id, text)


def _is_cancel(text: str) -> bool:
    """Tell whether a text is the command that says itself what was stopped."""
    return text.partition(" ")[0].partition("@")[0] in _CANCEL


def _has_lapsed(context: ShopContext, dialog: Dialog, step: Step) -> bool:
    return context.shop.clock.now() - dialog.updated_at > ANSWERED_WITHIN[step]


def _is_reply_to(update: Update, message_id: int | None) -> bool:
    replied = _replied(update)
    return replied is not None and replied.message_id == message_id


def _replied(update: Update) -> Message | None:
    return None if update.message is None else update.message.reply_to_message


async def _is_meant_otherwise(update: Update, context: ShopContext, dialog: Dialog) -> bool:
    """Tell whether a text is no answer: another wish, or a reply to what shows something else."""
    text = (update.message and update.message.text) or ""
    replied = _replied(update)
    if dialog.step == Step.DECISION and replied is not None:
        topup_id = TopUpId(int(dialog.data["topup_id"]))
        topups = context.shop.topups
        if not await topups.is_request_message(dialog.customer_id, topup_id, replied.message_id):
            return True
    if dialog.step == Step.NAME:
        return any(map(str.isdigit, text)) and is_wish(context, text)
    is_for_amount = dialog.step != Step.DECISION or bool(dialog.data["for_amount"])
    if dialog.step != Step.REFERENCE and _is_amount(text):
        return not is_for_amount
    if not is_for_amount and _is_of_state(text):
        return False
    is_talk = dialog.step in _OF_ADMINS and (is_greeting(text) or is_thanks(text))
    return is_talk or is_phone(context, text) or is_wish(context, text)


def _is_of_state(text: str) -> bool:
    """Tell whether a text speaks of what has arrived or not: "dana belum masuk" is no wish."""
    question = question_of(text)
    return question is not None and question.asked is QuestionTopic.STATE


def _is_amount(text: str) -> bool:
    try:
        parse_rupiah(text)
    except AmountError:
        return False
    return True
