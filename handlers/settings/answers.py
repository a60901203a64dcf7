"""The answers to a question for a setting: a text, a photo of the QRIS, the bot's own picture."""

from __future__ import annotations

from typing import Final, Literal

from telegram import InputProfilePhotoStatic, Update
from telegram.error import TelegramError

from bot.domain.admin_act import CHANGED
from bot.domain.dialog import Step
from bot.domain.setting_input import INPUTS, InputFault, InputKind, SettingInputError
from bot.domain.shop_settings import MAX_NAME_LENGTH
from bot.domain.staff import Right
from handlers.settings.buttons import (
    AskBotProfile,
    AskSetting,
    ChooseSetting,
    ClearSetting,
    ShowSetting,
)
from handlers.settings.settings import (
    AwaitingSetting,
    ask_again,
    ask_setting,
    choose_setting,
    clear_setting,
    set_typed,
    show_setting,
    show_settings,
)
from handlers.settings.texts import (
    ask_profile_text,
    profile_changed_text,
    profile_not_a_picture,
    profile_refused_text,
)
from handlers.ui.context import ShopContext, message_text
from handlers.ui.handler_factories import END, Handlers, pressed
from handlers.ui.keyboards import back, home, keyboard
from handlers.ui.permissions import on_staff_command, on_staff_press
from handlers.ui.qris_picture import QrisPictureError, picture_in, read_qris, why_not_read
from handlers.ui.replies import pressed_message_id, show, show_new, show_step
from handlers.ui.setting_faults import input_fault
from handlers.ui.staff_buttons import ShowSettings

BOT_NAME: Final = "bot_name"
BOT_PICTURE: Final = "bot_picture"
"""What the step SETTING asks for besides settings: Telegram keeps it, not the shop."""


def setting_questions() -> Handlers:
    """Return the owner's buttons that ask for a value, or end such a question."""
    return [
        on_staff_command("settings", Right.OWNER, show_settings),
        on_staff_press(ShowSettings, Right.OWNER, show_settings),
        on_staff_press(ShowSetting, Right.OWNER, show_setting),
        on_staff_press(AskSetting, Right.OWNER, ask_setting),
        on_staff_press(ClearSetting, Right.OWNER, clear_setting),
        on_staff_press(ChooseSetting, Right.OWNER, choose_setting),
        on_staff_press(AskBotProfile, Right.OWNER, ask_bot_profile),
    ]


async def take_setting(update: Update, context: ShopContext) -> AwaitingSetting:
    """Take the typed text as the value that was asked for."""
    name, text = _asked(context), message_text(update)
    if name == BOT_NAME:
        return await _set_bot_name(update, context, " ".join(text.split()))
    if name == BOT_PICTURE:
        problem = profile_not_a_picture(context.translator)
        return await _ask_profile(update, context, is_picture=True, problem=problem)
    if name not in INPUTS:
        return END
    return await set_typed(update, context, name, text)


async def take_other_setting(update: Update, context: ShopContext) -> AwaitingSetting:
    """Take a photo as the QRIS or the bot's picture; ask again after anything else."""
    name = _asked(context)
    if name == BOT_PICTURE:
        return await _set_bot_picture(update, context)
    if name == BOT_NAME:
        return await _ask_profile(update, context, is_picture=False)
    if name not in INPUTS:
        return END
    if INPUTS[name].kind is InputKind.QRIS and update.message is not None:
        try:
            payload = await read_qris(await picture_in(context, update.message))
        except QrisPictureError as error:
            problem = why_not_read(context.translator, error)
            return await ask_again(update, context, name, problem)
        return await set_typed(update, context, name, payload)
    problem = context.translator.gettext("That is no text. Please type it.")
    return await ask_again(update, context, name, problem)


async def ask_bot_profile(update: Update, context: ShopContext) -> Literal[Step.SETTING]:
    """Ask for the bot's name or picture, on the pressed message."""
    is_picture = pressed(update, AskBotProfile).is_picture
    return await _ask_profile(update, context, is_picture=is_picture)


async def _ask_profile(
    update: Update, context: ShopContext, *, is_picture: bool, problem: str = ""
) -> Literal[Step.SETTING]:
    dialog = context.dialog_at_arrival
    message_id = pressed_message_id(update) or (None if dialog is None else dialog.message_id)
    name = BOT_PICTURE if is_picture else BOT_NAME
    await context.shop.change_settings.ask(context.actor, name, message_id)
    text = ask_profile_text(context.translator, is_picture=is_picture, problem=problem)
    markup = keyboard([back(context.translator, ShowSettings())])
    await show_step(update, context, text, markup, message_id=message_id)
    return Step.SETTING


async def _set_bot_name(update: Update, context: ShopContext, name: str) -> AwaitingSetting:
    if not name or len(name) > MAX_NAME_LENGTH:
        fault = InputFault.TOO_LONG if name else InputFault.EMPTY
        error = SettingInputError(fault, limit=MAX_NAME_LENGTH)
        problem = input_fault(context.translator, error)
        return await _ask_profile(update, context, is_picture=False, problem=problem)
    try:
        before = (await context.bot.get_my_name()).name
        await context.bot.set_my_name(name)
    except TelegramError:
        return await _refused(update, context)
    return await _changed(update, context, f"{before}{CHANGED}{name}", is_picture=False)


async def _set_bot_picture(update: Update, context: ShopContext) -> AwaitingSetting:
    photo = update.message.photo if update.message is not None else ()
    if not photo:
        problem = profile_not_a_picture(context.translator)
        return await _ask_profile(update, context, is_picture=True, problem=problem)
    try:
        file = await context.bot.get_file(photo[-1].file_id)
        picture = bytes(await file.download_as_bytearray())
        await context.bot.set_my_profile_photo(InputProfilePhotoStatic(picture))
    except TelegramError:
        return await _refused(update, context)
    return await _changed(update, context, is_picture=True)


async def _changed(
    update: Update, context: ShopContext, detail: str = "", *, is_picture: bool
) -> Literal[-1]:
    what = "picture" if is_picture else "name"
    await context.shop.change_settings.note_profile(context.actor, what, detail)
    text = profile_changed_text(context.translator, is_picture=is_picture)
    markup = keyboard([back(context.translator, ShowSettings()), home(context.translator)])
    await show(update, context, text, markup)
    return END


async def _refused(update: Update, context: ShopContext) -> Literal[-1]:
    await context.shop.dialogs.end(context.customer_id)
    markup = keyboard([back(context.translator, ShowSettings()), home(context.translator)])
    await show_new(update, context, profile_refused_text(context.translator), markup)
    return END


def _asked(context: ShopContext) -> str:
    """Return what the open question is for; empty if there is none."""
    dialog = context.dialog_at_arrival
    return "" if dialog is None else str(dialog.data.get("name", ""))
