"""The shop's settings in chat: /settings, one setting, and its new value."""

from __future__ import annotations

from typing import Final, Literal

from telegram import Update

from bot.domain.dialog import Step
from bot.domain.errors import AmountError, ConfirmationOutdatedError, TokenError
from bot.domain.setting_input import INPUTS, InputKind, SettingInputError, read_input
from handlers.settings.buttons import (
    ApplySetting,
    AskBotProfile,
    AskSetting,
    ChooseSetting,
    ClearSetting,
    ShowSetting,
)
from handlers.settings.texts import (
    ask_setting_text,
    proposed_text,
    saved_text,
    setting_text,
    settings_text,
)
from handlers.transport.command_menu import set_command_menus
from handlers.transport.descriptions import set_descriptions
from handlers.ui.amounts import amount_fault
from handlers.ui.buttons import ButtonError
from handlers.ui.context import ShopContext
from handlers.ui.handler_factories import END, pressed
from handlers.ui.keyboards import (
    Screen,
    back,
    button,
    cancel_button,
    home,
    in_columns,
    keyboard,
    main_button,
    side_by_side,
)
from handlers.ui.replies import alert, pressed_message_id, show, show_step
from handlers.ui.setting_faults import input_fault
from handlers.ui.setting_names import choice_label, setting_title
from handlers.ui.staff_buttons import ShowInvitations, ShowLog, ShowSettings, ShowStaff

IN_MENUS: Final = frozenset({"languages", "default_language"})
IN_PROFILE: Final = IN_MENUS | {
    "shop_name",
    "shop_contact",
    "closes_by_clock",
    "staff_hours",
    "timezone",
}
"""The settings that are also read in Telegram's menu of commands, and in the bot's profile."""
AwaitingSetting = Literal[Step.SETTING, -1]


async def show_settings(update: Update, context: ShopContext) -> Literal[-1]:
    """Show all settings: /settings, or a button."""
    await context.shop.dialogs.end(context.customer_id)
    translator = context.translator
    chosen = [button(setting_title(translator, name), ShowSetting(name)) for name in INPUTS]
    chosen += [
        button(translator.gettext("Bot's name"), AskBotProfile(is_picture=False)),
        button(translator.gettext("Bot's picture"), AskBotProfile(is_picture=True)),
    ]
    people = [
        button(translator.gettext("🧑‍💼 Staff"), ShowStaff()),
        button(translator.gettext("📒 Log"), ShowLog()),
        button(translator.gettext("🔗 Invitations"), ShowInvitations()),
    ]
    text = settings_text(translator, context.settings)
    markup = keyboard(*side_by_side(chosen), *side_by_side(people), [home(translator)])
    await show(update, context, text, markup)
    return END


async def show_setting(update: Update, context: ShopContext) -> Literal[-1]:
    """Show one setting with its value, and the ways to change it."""
    await context.shop.dialogs.end(context.customer_id)
    name = _known(pressed(update, ShowSetting).name)
    await show(update, context, *setting_screen(context, name))
    return END


def setting_screen(context: ShopContext, name: str, news: str = "") -> Screen:
    """Return the screen of a setting; `news` is shown above it."""
    translator, settings, given = context.translator, context.settings, INPUTS[name]
    is_first = name not in context.policy.overrides.values
    text = setting_text(translator, settings, name, is_first=is_first, news=news)
    rows = []
    if given.kind is InputKind.CHOICE:
        chosen = getattr(settings, name)
        choices = [
            main_button(f"✓ {label}", meaning) if choice == chosen else button(label, meaning)
            for label, choice, meaning in (
                (choice_label(translator, name, choice), choice, ChooseSetting(index, name))
                for index, choice in enumerate(given.choices)
            )
        ]
        rows = in_columns(choices, 4 if name == "summary_hour" else 1)
    else:
        rows.append([main_button(translator.gettext("✏️ Change"), AskSetting(name))])
        if getattr(settings, name) and not given.is_required:
            rows.append([button(translator.gettext("🗑 Remove"), ClearSetting(name))])
    return text, keyboard(*rows, [back(translator, ShowSettings()), home(translator)])


async def ask_setting(update: Update, context: ShopContext) -> AwaitingSetting:
    """Ask for the value of a setting, on the pressed message."""
    return await _ask(update, context, _known(pressed(update, AskSetting).name))


async def ask_again(
    update: Update, context: ShopContext, name: str, problem: str
) -> Literal[Step.SETTING]:
    """Repeat the question for a setting, below what was wrong with the last answer."""
    return await _ask(update, context, name, problem)


async def _ask(
    update: Update, context: ShopContext, name: str, problem: str = ""
) -> Literal[Step.SETTING]:
    dialog = context.dialog_at_arrival
    message_id = pressed_message_id(update) or (None if dialog is None else dialog.message_id)
    await context.shop.change_settings.ask(context.actor, name, message_id)
    text = ask_setting_text(context.translator, name, problem)
    markup = keyboard([back(context.translator, ShowSetting(name))])
    await show_step(update, context, text, markup, message_id=message_id)
    return Step.SETTING


async def set_typed(update: Update, context: ShopContext, name: str, text: str) -> AwaitingSetting:
    """Set a setting to a typed text, or ask again and say what is wrong with it."""
    try:
        await _set(update, context, name, read_input(name, text))
    except SettingInputError as error:
        return await _ask(update, context, name, input_fault(context.translator, error))
    except AmountError as error:
        problem = amount_fault(context.translator, error.fault)
        return await _ask(update, context, name, problem)
    return END


async def clear_setting(update: Update, context: ShopContext) -> Literal[-1]:
    """Take the value of an optional setting away."""
    name = _known(pressed(update, ClearSetting).name)
    given = INPUTS[name]
    if given.is_required or given.kind is InputKind.CHOICE:
        raise ButtonError
    await _set(update, context, name, 0 if given.kind is InputKind.AMOUNT else "")
    return END


async def choose_setting(update: Update, context: ShopContext) -> Literal[-1]:
    """Set a setting to one of its choices."""
    wanted = pressed(update, ChooseSetting)
    choices = INPUTS[_known(wanted.name)].choices
    if not 0 <= wanted.index < len(choices):
        raise ButtonError
    await _set(update, context, wanted.name, choices[wanted.index])
    return END


async def _set(update: Update, context: ShopContext, name: str, value: str | int | bool) -> None:
    """Set a setting, or show what is to be confirmed."""
    translator, changes = context.translator, context.shop.change_settings
    dialog = context.dialog_at_arrival
    message_id = None if dialog is None else dialog.message_id
    if not INPUTS[name].decides_payments:
        await changes.change(context.actor, name, value)
        await context.reload(update)
        await announce_change(context, name)
        screen = setting_screen(context, name, saved_text(context.translator))
        await show(update, context, *screen, message_id=message_id)
        return
    token, change = await changes.propose(context.actor, name, value)
    text = proposed_text(translator, name, str(change.before), str(change.after))
    markup = keyboard(
        [main_button(translator.gettext("✅ Change it"), ApplySetting(token))],
        [back(translator, ShowSetting(name)), cancel_button(translator)],
    )
    await show(update, context, text, markup, message_id=message_id)


async def announce_change(context: ShopContext, name: str) -> None:
    """Show a changed setting in the bot's profile and menus, if it is to be read there."""
    if name in IN_MENUS:
        await set_command_menus(context.bot, context.shop)
    if name in IN_PROFILE:
        await set_descriptions(context.bot, context.shop)


async def apply_setting(update: Update, context: ShopContext) -> None:
    """Make a proposed change of how customers pay, once."""
    translator = context.translator
    try:
        token = pressed(update, ApplySetting).token
        change = await context.shop.change_settings.apply(context.actor, token)
    except TokenError:
        text = translator.gettext("This change was made, or is too old. Open /settings again.")
        await alert(update, context, text)
        return
    except ConfirmationOutdatedError:
        text = translator.gettext("Somebody has changed it meanwhile. Open /settings again.")
        await alert(update, context, text)
        return
    await context.reload(update)
    screen = setting_screen(context, change.name, saved_text(context.translator))
    await show(update, context, *screen)


def _known(name: str) -> str:
    """Return the name of a setting; raises `ButtonError` for any other."""
    if name not in INPUTS:
        raise ButtonError
    return name
