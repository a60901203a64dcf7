"""Texts: the first screen, the help, the languages, and answers to /cancel."""

from __future__ import annotations

from collections.abc import Set

from bot.domain.customer import TelegramId
from bot.domain.dialog import Step
from bot.domain.shop_settings import ShopSettings
from bot.domain.staff import Right
from handlers.ui.html import bold, code, escaped, lines, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.order_card import questions
from handlers.ui.topup_card import balance_line


def welcome_text(
    translator: Translator,
    first_name: str,
    settings: ShopSettings,
    balance: int,
    user_id: TelegramId | None,
) -> str:
    """Return the first screen: the shop, the balance in rupiah, and the user's id, if given."""
    _ = translator.gettext
    return paragraphs(
        lines(
            _("Hello {name}! Welcome to {shop}.").format(
                name=escaped(first_name), shop=bold(settings.shop_name)
            ),
            _("Pulsa, data, electricity tokens, e-money and game vouchers, day and night."),
        ),
        lines(
            balance_line(translator, balance),
            "" if user_id is None else _your_id(translator, user_id),
        ),
        escaped(settings.greeting),
        questions(translator, settings.shop_contact),
    )


def owner_text(translator: Translator, bot_name: str) -> str:
    """Return how a new owner gets to the first sale; `bot_name` is the bot's username."""
    _ = translator.gettext
    return paragraphs(
        bold(_("✅ You are an owner of this shop.")),
        _(
            "1. Note what you have paid to the supplier, for example: /deposit 500000\n"
            "2. Try a purchase for your own number: just send the number.\n"
            "3. Give your customers the shop's address: t.me/{bot}"
        ).format(bot=escaped(bot_name)),
    )


def help_text(translator: Translator, shop_name: str, contact: str, user_id: TelegramId) -> str:
    """Return how the shop works."""
    _ = translator.gettext
    return paragraphs(
        bold(_("How {shop} works").format(shop=shop_name)),
        _(
            "1. Top up your balance: ask with the button below, and pay as the shop tells you.\n"
            "2. Choose a product with /order, send the number, check and pay with one button.\n"
            "3. Most orders are done in less than five minutes, and you get the code here."
        ),
        _(
            "Your money is reserved when you order, and comes back at once when an order fails. "
            "When an answer is late we check first: please do not order it again meanwhile."
        ),
        lines(
            _("/search: look for a product; or just type its name, or a phone number"),
            _("/price: the list of your prices"),
            _("/history: your orders, with their codes"),
            _("/status: your orders under way"),
            _("/balance: your balance"),
            _("/numbers: the numbers you buy for, with their names"),
            _("/privacy: what is kept about you; get a copy, or have it erased"),
            _("/language: Indonesian or English"),
            _("/cancel: stop what you are doing"),
        ),
        _your_id(translator, user_id),
        questions(translator, contact),
    )


def staff_help_text(translator: Translator, rights: Set[Right]) -> str:
    """Return the list of the commands that somebody of the staff may use."""
    _ = translator.gettext
    credit = _("/credit and /debit: put money into a wallet, or take it out, by name or ID")
    if Right.OWNER not in rights:
        credit = _("/credit: put money that a customer has paid into their wallet")
    balance = _("/balance: the shop's money and today's sales")
    status = _("/status: how things stand; with a number, a reference or an ID it finds orders")
    pause = _("/pause: stop selling; customers read what you write after it. /resume: sell again")
    commands: list[tuple[Right | None, str]] = [
        (None, _("/menu: how the shop stands, and a way to everything")),
        (None, _("/cases: what waits for you, the oldest first")),
        (Right.SELL, _("/sell: sell over the counter")),
        (Right.CUSTOMERS, _("/customers: customers, and what they owe; with a name, that one")),
        (Right.CASES, status),
        (Right.TOPUPS, credit),
        (Right.COSTS, _("/price: what you charge, and why; with words, one product")),
        (Right.OWNER, _("/products: what you sell, to whom, and what is disrupted")),
        (Right.COSTS, _("/report: what was sold, with the profit")),
        (Right.COSTS, balance),
        (Right.OWNER, _("/deposit: note what you paid to the supplier; a minus corrects it")),
        (Right.CASES, _("/recon: compare with the supplier; with a reference, one is settled")),
        (Right.CASES, pause),
        (Right.CUSTOMERS, _("/invite: links by which people join, and who asks to join")),
        (Right.OWNER, _("/settings: everything about the shop")),
        (Right.OWNER, _("/staff: who works here, and what they may do")),
        (Right.OWNER, _("/log: who did what, to whom and when; with words, what has them")),
    ]
    shown = [text for right, text in commands if right is None or right in rights]
    return lines(bold(_("For the staff")), *shown)


def languages_text(translator: Translator) -> str:
    """Return the question for the language."""
    return translator.gettext("Which language do you prefer?")


def language_chosen(translator: Translator) -> str:
    """Return, in the new language, that it was chosen."""
    return translator.gettext("From now on we speak {language}.").format(
        language=translator.endonym
    )


def left_text(translator: Translator, step: int | None) -> str:
    """Return which step was ended; None: that no step was open."""
    _ = translator.gettext
    if step is None:
        return _(
            "There is nothing to cancel. An order that is still waiting can be cancelled with "
            "/status."
        )
    nothing_ordered = _("Your purchase is cancelled. Nothing was ordered or charged.")
    return {
        Step.PRODUCT: _("Fine, we stop here. Nothing was ordered."),
        Step.DESTINATION: nothing_ordered,
        Step.CONFIRM: nothing_ordered,
        Step.AMOUNT: _("Fine, no top-up was asked for."),
        Step.REFERENCE: _("Fine, no reference is attached."),
        Step.DECISION: _("Fine, the top-up is still to be decided."),
        Step.NAME: _("Fine, the name stays as it was."),
        Step.SELLING_PRICE: _("Fine, the receipt stays as it was."),
        Step.WRITE: _("Fine, no message is sent."),
        Step.REPLY: _("Fine, no message is sent."),
        Step.SELECTION: _("Fine, what you sell stays as it was."),
        Step.ADJUSTMENT: _("Fine, the balance stays as it was."),
        Step.PRICE: _("Fine, the prices stay as they are."),
        Step.FIRST_START: _("Fine, we go on setting up with /start."),
        Step.SETTING: _("Fine, the setting stays as it was."),
        Step.CUSTOMER: _("Fine, nothing was changed."),
    }[Step(step)]


def _your_id(translator: Translator, user_id: TelegramId) -> str:
    return translator.gettext("Your ID: {user}").format(user=code(str(user_id)))
