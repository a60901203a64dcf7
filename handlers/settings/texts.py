"""The texts of the shop's settings."""

from __future__ import annotations

from typing import assert_never

from bot.domain.setting_input import INPUTS, InputKind
from bot.domain.shop_settings import ShopSettings
from handlers.ui.html import bold, code, escaped, lines, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.setting_names import choice_label, hours_label, setting_title

SHORTENED = 60
"""How many characters of a value the list of settings shows."""


def setting_help(translator: Translator, name: str) -> str:
    """Return what a setting does."""
    _ = translator.gettext
    return {
        "shop_name": _("Customers read it in the first message, on receipts and on payments."),
        "shop_contact": _(
            "Whom customers ask: a Telegram user name with its @, or a WhatsApp number. They read "
            "it below questions and payments."
        ),
        "greeting": _("Your own sentence on the first screen, for example an offer of the week."),
        "qris_static": _(
            "The shop's own QRIS, which does not expire. Customers pay by a code with exactly "
            "their amount. Send a photo of it, or its text."
        ),
        "topup_instructions": _(
            "Another way to pay, for example: BCA 1234567890 a.n. Budi. Customers read it as it is."
        ),
        "topup_min": _("No customer can ask for a top-up below it."),
        "topup_max": _("No customer can ask for a top-up above it."),
        "terms": _("What /terms says. Without your own text there is a standard one."),
        "paysupport": _(
            "What /paysupport says when a customer needs help with a payment. Without your own "
            "text there is a standard one."
        ),
        "default_language": _(
            "For customers whose Telegram is in neither Indonesian nor English. Everybody can "
            "choose their own with /language."
        ),
        "languages": _(
            "Which languages customers can choose. With one only, nobody is asked for theirs."
        ),
        "timezone": _("All times that customers and you read are in it."),
        "staff_hours": _(
            "When somebody answers, for example 08:00-21:00. Customers are promised an answer "
            "within these hours. The shop itself sells day and night."
        ),
        "closes_by_clock": _(
            "Whether customers can buy nothing outside the hours of the staff. What was bought "
            "before is sent all the same, and owners can always sell."
        ),
        "summary_hour": _("When you get the day's sales and profit in one message."),
        "low_balance": _(
            "You are warned when the money at the supplier falls below it, and again at half of it."
        ),
        "signup": _("Who may buy in the shop."),
    }[name]


def value_text(translator: Translator, settings: ShopSettings, name: str) -> str:
    """Return the value of a setting, unescaped."""
    value: str | int | bool = getattr(settings, name)
    if name == "topup_min":
        return translator.money(settings.least_topup)
    if name in ("terms", "paysupport") and not value:
        return translator.gettext("the standard text")
    match INPUTS[name].kind:
        case InputKind.CHOICE:
            return choice_label(translator, name, value)
        case InputKind.AMOUNT:
            return translator.money(int(value)) if value else translator.gettext("none")
        case InputKind.HOURS:
            return hours_label(str(value))
        case InputKind.QRIS:
            return translator.gettext("set") if value else translator.gettext("not set")
        case InputKind.LINE | InputKind.TEXT:
            return str(value) or translator.gettext("not set")
        case _ as never:
            assert_never(never)


def settings_text(translator: Translator, settings: ShopSettings) -> str:
    """Return the list of all settings with their values."""
    rows = []
    for name in INPUTS:
        value = " ".join(value_text(translator, settings, name).split())
        shown = value if len(value) <= SHORTENED else f"{value[:SHORTENED]}…"
        rows.append(f"{escaped(setting_title(translator, name))}: {bold(shown)}")
    return paragraphs(bold(translator.gettext("⚙️ The shop's settings")), lines(*rows))


def setting_text(
    translator: Translator, settings: ShopSettings, name: str, *, is_first: bool, news: str = ""
) -> str:
    """Return one setting with its value; `is_first`: the value is that of `.env`."""
    value = value_text(translator, settings, name)
    kind = INPUTS[name].kind
    if kind is InputKind.QRIS and settings.qris_static:
        value = settings.qris_static
    is_copied = kind in (InputKind.TEXT, InputKind.LINE, InputKind.QRIS)
    shown = code(value) if is_copied and getattr(settings, name) else bold(value)
    from_file = translator.gettext("From the file .env, until you set it here.")
    return paragraphs(
        escaped(news),
        bold(setting_title(translator, name)),
        shown,
        setting_help(translator, name),
        from_file if is_first and getattr(settings, name) else "",
    )


def ask_setting_text(translator: Translator, name: str, problem: str = "") -> str:
    """Return the question for the value of a setting, below what was wrong with the last one."""
    _ = translator.gettext
    ask = {
        InputKind.LINE: _("Type the new value."),
        InputKind.TEXT: _("Type the new text."),
        InputKind.AMOUNT: _("Type the amount, for example 500k. 0 switches it off."),
        InputKind.HOURS: _("Type the hours, for example 08:00-21:00."),
        InputKind.QRIS: _("Send a photo of your QRIS, or its text."),
        InputKind.CHOICE: _("Choose one of the buttons."),
    }[INPUTS[name].kind]
    return paragraphs(
        escaped(problem),
        bold(setting_title(translator, name)),
        setting_help(translator, name),
        ask,
    )


def proposed_text(translator: Translator, name: str, before: str, after: str) -> str:
    """Return a change of how customers pay, to confirm."""
    _ = translator.gettext
    nothing = _("nothing")
    return paragraphs(
        bold(_("Change {setting}?").format(setting=setting_title(translator, name))),
        lines(
            _("Before: {value}").format(value=code(before) if before else nothing),
            _("After: {value}").format(value=code(after) if after else nothing),
        ),
        _("Customers pay by it from now on. Every owner gets a message."),
    )


def changed_text(translator: Translator, name: str, person: str) -> str:
    """Return the message to every owner that customers pay in another way now.

    `person` is escaped already.
    """
    _ = translator.gettext
    return paragraphs(
        _("🔐 {person} has changed how customers pay: {setting}.").format(
            person=person, setting=bold(setting_title(translator, name))
        ),
        _("If that was not you, change it back in /settings, and check who has your phone."),
    )


def ask_profile_text(translator: Translator, *, is_picture: bool, problem: str = "") -> str:
    """Return the question for the bot's name or picture."""
    _ = translator.gettext
    if is_picture:
        ask = _("Send the bot's new picture as a photo. Customers see it beside every message.")
    else:
        ask = _("Type the bot's new name, at most 64 characters. Customers see it in their list.")
    return paragraphs(escaped(problem), ask)


def profile_changed_text(translator: Translator, *, is_picture: bool) -> str:
    """Return that the bot's name or picture was changed."""
    if is_picture:
        return translator.gettext("✅ The bot has its new picture.")
    return translator.gettext("✅ The bot has its new name.")


def profile_refused_text(translator: Translator) -> str:
    """Return that Telegram refused the bot's new name or picture."""
    return translator.gettext(
        "Telegram did not take it. It allows few changes a day: try again later, or use @BotFather."
    )


def profile_not_a_picture(translator: Translator) -> str:
    """Return that something else than a photo was sent."""
    return translator.gettext("That is not a photo. Send it as a photo, not as a file.")


def saved_text(translator: Translator) -> str:
    """Return that a change was saved."""
    return translator.gettext("✅ Saved.")
