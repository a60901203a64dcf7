"""What is wrong with a typed value of a setting."""

from __future__ import annotations

from typing import assert_never

from bot.domain.setting_input import InputFault, SettingInputError
from handlers.ui.i18n import Translator


def input_fault(translator: Translator, error: SettingInputError) -> str:
    """Return why a value was not accepted, and what to do."""
    _ = translator.gettext
    match error.fault:
        case InputFault.EMPTY:
            return _("It cannot be empty.")
        case InputFault.TOO_LONG:
            return _("That is too long: at most {limit} characters.").format(
                limit=translator.number(error.limit)
            )
        case InputFault.NOT_HOURS:
            return _("These are no hours. Type them like 08:00-21:00.")
        case InputFault.NOT_A_QRIS:
            return _(
                "That is not the text of a static QRIS. Send a sharp, straight photo of the whole "
                "code, or copy its text again from the start, which is 000201."
            )
        case InputFault.LIMITS_CROSS if error.detail == "topup_min":
            return _("The largest top-up is {amount}. Type an amount no higher than it.").format(
                amount=translator.money(error.limit)
            )
        case InputFault.LIMITS_CROSS:
            return _("The smallest top-up is {amount}. Type an amount no lower than it.").format(
                amount=translator.money(error.limit)
            )
        case InputFault.NOT_A_CHOICE:
            return _("Choose one of the buttons.")
        case _ as never:
            assert_never(never)
