"""The handlers of the shop's settings that lead into or out of a step."""

from __future__ import annotations

from bot.domain.staff import Right
from handlers.settings.answers import ask_bot_profile
from handlers.settings.buttons import (
    AskBotProfile,
    AskSetting,
    ChooseSetting,
    ClearSetting,
    ShowSetting,
)
from handlers.settings.settings import (
    ask_setting,
    choose_setting,
    clear_setting,
    show_setting,
    show_settings,
)
from handlers.ui.handler_factories import Handlers
from handlers.ui.permissions import on_staff_command, on_staff_press
from handlers.ui.staff_buttons import ShowSettings


def setting_questions() -> Handlers:
    """Return the buttons that ask for a value, or end such a question."""
    return [
        on_staff_command("settings", Right.OWNER, show_settings),
        on_staff_press(ShowSettings, Right.OWNER, show_settings),
        on_staff_press(ShowSetting, Right.OWNER, show_setting),
        on_staff_press(AskSetting, Right.OWNER, ask_setting),
        on_staff_press(ClearSetting, Right.OWNER, clear_setting),
        on_staff_press(ChooseSetting, Right.OWNER, choose_setting),
        on_staff_press(AskBotProfile, Right.OWNER, ask_bot_profile),
    ]
