"""Paying a top-up: the payment message, the open top-ups, and cancelling one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from telegram import Update

from bot.domain.errors import NotFoundError
from bot.domain.money import Rupiah
from bot.domain.qris import MAX_PAYMENT, with_amount
from bot.domain.shop_settings import ShopSettings
from bot.domain.topup import TopUp, TopUpId, TopUpState, is_open
from handlers.ui.buttons import ShowTopUp
from handlers.ui.context import ShopContext
from handlers.ui.fallbacks import say_old_button
from handlers.ui.handler_factories import pressed
from handlers.ui.html import escaped, fits_below_a_picture, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import (
    InlineButton,
    Row,
    Screen,
    button,
    copying,
    home,
    keyboard,
    shop_here,
    shop_in_new_message,
    side_by_side,
    top_up,
)
from handlers.ui.replies import alert, overwrite, pressed_message_id, show, show_new, show_picture
from handlers.ui.topup_card import payment_row, why_not_open
from handlers.wallet.buttons import AskNewTopUp, CancelTopUp
from handlers.wallet.payment_picture import draw_payment, payment_of
from handlers.wallet.texts import topup_requested_text
from handlers.wallet.topup_texts import (
    MAX_BY_CODE,
    accounts_in,
    cancelled_topup_text,
    open_topups_text,
    payment_text,
    replaced_text,
)

ACCOUNTS_COPIED: Final = 4
"""At most this many account numbers get a copy button."""


async def show_payment(
    update: Update, context: ShopContext, topup: TopUp, replaced: Sequence[TopUp] = ()
) -> None:
    """Show how to pay a top-up: as a picture if there is a QRIS code, else as text.

    `replaced` are the top-ups that it replaces; their messages are edited to say so.
    """
    translator, shop = context.translator, context.shop
    with_code = bool(topup.code and context.settings.qris_static) and topup.total <= MAX_PAYMENT
    text = _payment(context, topup, replaced, context.settings.topup_instructions)
    # No button replaces this message by another screen: it is edited when the top-up ends.
    markup = keyboard(
        *_copy_rows(translator, topup, context.settings.topup_instructions),
        [_cancel(translator, topup)],
        [shop_in_new_message(translator)],
    )
    if with_code:
        if not fits_below_a_picture(text):
            # The amount stands only in the message that is edited when the top-up ends.
            await show_new(update, context, escaped(context.settings.topup_instructions))
            text = _payment(context, topup, replaced, "")
        payload = with_amount(context.settings.qris_static, topup.total)
        payment = payment_of(translator, topup, context.settings.shop_name)
        picture = await asyncio.to_thread(draw_payment, payload, payment)
        shown_id = await show_picture(update, context, picture, text, markup)
    else:
        shown_id = await show_new(update, context, text, markup)
    if shown_id is not None:
        await shop.topups.record_payment_message(
            context.actor.telegram_id, topup.topup_id, shown_id
        )
    await edit_cancelled_topups(update, context, replaced)


def _payment(
    context: ShopContext, topup: TopUp, replaced: Sequence[TopUp], instructions: str
) -> str:
    translator, settings = context.translator, context.settings
    has_code, is_small = bool(topup.code and settings.qris_static), topup.total <= MAX_PAYMENT
    text = payment_text(
        translator,
        topup,
        instructions,
        context.settings.shop_contact,
        with_code=has_code and is_small,
        is_too_much=has_code and not is_small,
    )
    if not topup.code:
        text = topup_requested_text(translator, topup.total, context.settings.shop_contact)
    return paragraphs(text, replaced_text(translator, replaced))


async def edit_cancelled_topups(
    update: Update, context: ShopContext, replaced: Sequence[TopUp]
) -> None:
    """Edit the messages of cancelled top-ups: they must not be paid any more."""
    for one in replaced:
        await overwrite(
            update, context, one.message_id, cancelled_topup_text(context.translator, one)
        )


def is_payable(settings: ShopSettings, amount: Rupiah) -> bool:
    """Return whether an amount can be paid: one above the maximum of QRIS needs instructions."""
    return amount <= MAX_BY_CODE or not settings.qris_static or bool(settings.topup_instructions)


def _copy_rows(translator: Translator, topup: TopUp, instructions: str) -> list[Row]:
    """Return the buttons that copy the exact amount and the account numbers."""
    amount = [(translator.money(topup.total), str(topup.total))] if topup.code else []
    accounts = [(account, account) for account in accounts_in(instructions)[:ACCOUNTS_COPIED]]
    label = translator.gettext("📋 Copy {text}")
    copies = (copying(label.format(text=shown), text) for shown, text in (*amount, *accounts))
    return side_by_side([one for one in copies if one is not None])


async def show_topup(update: Update, context: ShopContext) -> None:
    """Show again how to pay a top-up, or say why it cannot be paid any more."""
    topup_id = TopUpId(pressed(update, ShowTopUp).topup_id)
    try:
        topup = await context.shop.topups.get(context.customer_id, topup_id)
    except NotFoundError:
        await say_old_button(update, context)
        return
    if not is_open(topup, context.shop.clock.now()):
        await alert(update, context, why_not_open(context.translator, topup))
        return
    await show_payment(update, context, topup)


async def cancel_topup(update: Update, context: ShopContext) -> None:
    """Cancel a top-up, or say why it cannot be cancelled any more."""
    translator, topup_id = context.translator, TopUpId(pressed(update, CancelTopUp).topup_id)
    try:
        topup = await context.shop.topups.cancel(context.customer_id, topup_id)
    except NotFoundError:
        await say_old_button(update, context)
        return
    is_pending = topup.state is TopUpState.PENDING
    if not is_pending or topup.cancelled_at is None or topup.proof:
        await alert(update, context, why_not_open(translator, topup))
        return
    markup = keyboard([top_up(translator)], [shop_here(translator), home(translator)])
    # Telegram cannot edit a picture into a text: its buttons are removed, and the text follows.
    message_id = pressed_message_id(update)
    await show(
        update, context, cancelled_topup_text(translator, topup), markup, message_id=message_id
    )
    if topup.message_id != message_id:
        await edit_cancelled_topups(update, context, [topup])


def open_topups(translator: Translator, topups: Sequence[TopUp]) -> Screen:
    """Return the top-ups that a customer can still pay, with buttons for each."""
    rows = [[*payment_row(translator, topup), _cancel(translator, topup)] for topup in topups]
    new = button(translator.gettext("💰 Another amount"), AskNewTopUp())
    return open_topups_text(translator, topups), keyboard(*rows, [new], [home(translator)])


def _cancel(translator: Translator, topup: TopUp) -> InlineButton:
    return button(translator.gettext("✕ Cancel it"), CancelTopUp(topup.topup_id))
