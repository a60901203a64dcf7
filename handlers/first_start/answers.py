"""The answers that are typed or sent in the first start."""

from __future__ import annotations

from telegram import Update

from bot.domain.errors import AmountError
from bot.domain.first_start import SetupStep, step_of
from bot.domain.money import parse_rupiah
from bot.domain.qris import merchant_of
from bot.domain.setting_input import SettingInputError, read_input
from handlers.first_start.buttons import ApplyPayment
from handlers.first_start.first_start import (
    Asked,
    before_opening,
    show_setup,
    show_typed_deposit,
    wait_for,
)
from handlers.first_start.texts import heading, proposed_payment_text
from handlers.ui.amounts import amount_fault
from handlers.ui.context import ShopContext, message_text
from handlers.ui.html import paragraphs
from handlers.ui.keyboards import back, keyboard, main_button
from handlers.ui.qris_picture import QrisPictureError, picture_in, read_qris, why_not_read
from handlers.ui.setting_faults import input_fault
from handlers.ui.staff_buttons import GoToSetup

QRIS_START = "0002"


@before_opening
async def take_setup_text(update: Update, context: ShopContext) -> Asked:
    """Take the typed text as the answer to the open step."""
    step, text = _asked(context), message_text(update)
    if step is SetupStep.PAYMENT:
        name = "qris_static" if text.strip().startswith(QRIS_START) else "topup_instructions"
        return await _propose(update, context, name, text)
    if step is SetupStep.DEPOSIT:
        return await _take_deposit(update, context, text)
    name = "shop_name" if step is SetupStep.NAME else "shop_contact"
    try:
        value = str(read_input(name, text))
    except SettingInputError as error:
        return await show_setup(update, context, step, input_fault(context.translator, error))
    await context.shop.first_start.change(context.actor, name, value, step)
    return await show_setup(update, context, step.next)


@before_opening
async def take_setup_picture(update: Update, context: ShopContext) -> Asked:
    """Take a photo as the shop's QRIS; repeat the step after anything else."""
    step = _asked(context)
    if step is not SetupStep.PAYMENT or update.message is None:
        problem = context.translator.gettext("That is no text. Please type it.")
        return await show_setup(update, context, step, problem)
    try:
        payload = await read_qris(await picture_in(context, update.message))
    except QrisPictureError as error:
        return await show_setup(update, context, step, why_not_read(context.translator, error))
    return await _propose(update, context, "qris_static", payload)


async def _propose(update: Update, context: ShopContext, name: str, text: str) -> Asked:
    """Show a way to pay as it was understood, to confirm."""
    translator, step = context.translator, SetupStep.PAYMENT
    try:
        value = str(read_input(name, text))
    except SettingInputError as error:
        return await show_setup(update, context, step, input_fault(translator, error))
    token, _ = await context.shop.change_settings.propose(context.actor, name, value)
    merchant = merchant_of(value) if name == "qris_static" else ""
    shown = proposed_payment_text(translator, merchant, "" if merchant else value)
    markup = keyboard(
        [main_button(translator.gettext("✅ Yes, use it"), ApplyPayment(token))],
        [back(translator, GoToSetup(step))],
    )
    screen = paragraphs(heading(translator, step), shown), markup
    return await wait_for(update, context, step, *screen)


async def _take_deposit(update: Update, context: ShopContext, text: str) -> Asked:
    step = SetupStep.DEPOSIT
    try:
        amount = parse_rupiah(text)
    except AmountError as error:
        return await show_setup(
            update, context, step, amount_fault(context.translator, error.fault)
        )
    return await show_typed_deposit(update, context, amount)


def _asked(context: ShopContext) -> SetupStep:
    """Return the step whose question is open."""
    dialog = context.dialog_at_arrival
    return step_of(0 if dialog is None else int(dialog.data.get("step", 0)))
