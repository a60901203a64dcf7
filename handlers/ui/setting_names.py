"""The names and values of the shop's settings, as their owner reads them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.domain.setting_input import INPUTS, InputKind
from bot.domain.shop_settings import ShopSettings, SignUp, stored
from bot.domain.staff_hours import hours_in
from handlers.ui.i18n import Translator

ZONE_NAMES: Mapping[str, str] = {
    "Asia/Jakarta": "WIB (Jakarta)",
    "Asia/Makassar": "WITA (Makassar)",
    "Asia/Jayapura": "WIT (Jayapura)",
}
_LANGUAGES: Mapping[str, str] = MappingProxyType({"id": "Bahasa Indonesia", "en": "English"})


def setting_title(translator: Translator, name: str) -> str:
    """Return the name of a setting as its owner reads it."""
    return setting_names(translator)[name]


def setting_names(translator: Translator) -> Mapping[str, str]:
    """Return the names of all settings that the owner changes."""
    _ = translator.gettext
    return {
        "shop_name": _("Shop's name"),
        "shop_contact": _("Contact"),
        "greeting": _("Greeting"),
        "qris_static": _("QRIS"),
        "topup_instructions": _("Bank account"),
        "topup_min": _("Smallest top-up"),
        "topup_max": _("Largest top-up"),
        "terms": _("Terms"),
        "paysupport": _("Help with payments"),
        "languages": _("Languages"),
        "default_language": _("First language"),
        "timezone": _("Time zone"),
        "staff_hours": _("Hours of the staff"),
        "closes_by_clock": _("Close by the clock"),
        "summary_hour": _("Daily summary"),
        "low_balance": _("Low balance warning"),
        "signup": _("New customers"),
    }


def choice_label(translator: Translator, name: str, choice: str | int | bool) -> str:
    """Return one of the values of a setting as it is shown."""
    _ = translator.gettext
    if name == "timezone":
        return ZONE_NAMES.get(str(choice), str(choice))
    if name in ("languages", "default_language"):
        return _LANGUAGES.get(str(choice), " & ".join(_LANGUAGES.values()))
    if name == "closes_by_clock":
        return _("Closed outside the hours") if choice else _("Sells day and night")
    if name == "summary_hour":
        return _("Off") if choice == -1 else f"{int(choice):02}.00"
    return {
        SignUp.OPEN: _("Everybody"),
        SignUp.INVITATION: _("Only by invitation"),
        SignUp.APPROVAL: _("Only whom you accept"),
    }[SignUp(str(choice))]


def hours_label(value: str) -> str:
    """Return the hours of the staff; those that are promised without any if none are set."""
    hours = hours_in(value)
    return f"{hours.opens:%H.%M}-{hours.closes:%H.%M}"


def opening_hours(settings: ShopSettings) -> str:
    """Return the hours of a shop that closes by the clock: "08.00-21.00 WITA"."""
    zone = ZONE_NAMES.get(settings.timezone, "").partition(" ")[0]
    return f"{hours_label(settings.staff_hours)} {zone}".strip()


def stored_label(translator: Translator, name: str, value: str) -> str:
    """Return a value of a setting, as it is stored, in the reader's words and unescaped.

    What another version of Konter stored is returned as it is.
    """
    given = INPUTS.get(name)
    if given is None:
        return value
    if given.kind is InputKind.CHOICE:
        for choice in given.choices:
            if stored(choice) == value:
                return choice_label(translator, name, choice)
        return value
    if given.kind is InputKind.AMOUNT and value.isascii() and value.isdigit():
        return translator.money(int(value)) if int(value) else translator.gettext("none")
    if given.kind is InputKind.HOURS:
        return hours_label(value)
    return value or translator.gettext("not set")
