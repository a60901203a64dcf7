"""Texts: the first screen, the help, the languages, and answers to /cancel."""

from __future__ import annotations

from collections.abc import Collection

from bot.domain.customer import TelegramId
from bot.domain.dialog import Step
from bot.domain.shop_settings import ShopSettings
from bot.domain.staff import Right
from handlers.ui.html import bold, code, escaped, lines, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.opening import goods_and_hours
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
            goods_and_hours(translator, settings),
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


def help_text(
    translator: Translator, settings: ShopSettings, user_id: TelegramId, *, has_languages: bool
) -> str:
    """Return how the shop works; `has_languages`: readers can choose theirs."""
    _ = translator.gettext
    return paragraphs(
        bold(_("How {shop} works").format(shop=settings.shop_name)),
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
            _("/price: the prices; with words, such as /price tsel, of what you name"),
            _("/history: your orders, with their codes"),
            _("/status: your orders under way"),
            _("/balance: your balance"),
            _("/topup: put money into your balance"),
            _("/numbers: the numbers you buy for, with their names"),
            _("/receipt K12: a receipt of an order, to pass on"),
            _("/language: Indonesian or English") if has_languages else "",
            _("/terms and /privacy: the rules of this shop, and your data"),
            _("/cancel: stop what you are doing"),
        ),
        _your_id(translator, user_id),
        questions(translator, settings.shop_contact),
    )


def admin_help_text(translator: Translator, rights: Collection[Right]) -> str:
    """Return the list of the commands that somebody of the staff may use."""
    _ = translator.gettext
    offered = (
        (None, _("/menu: how the shop stands, and everything you can do")),
        (None, _("/cases: what waits for you, the oldest first")),
        (Right.SELL, _("/sell: sell over the counter, from your own balance")),
        (
            Right.CASES,
            _("/status: how things stand; with a number, a reference or an ID it finds orders"),
        ),
        (
            Right.CUSTOMERS,
            _("/customers: your customers; with a name or a number, those it fits"),
        ),
        (Right.COSTS, _("/balance: the shop's money and today's sales")),
        (Right.COSTS, _("/price: what you charge, and why; with words, one product")),
        (Right.COSTS, _("/report: what was sold and earned, by day and by month")),
        (Right.TOPUPS, _("/credit: put money into a wallet, by the customer's name or ID")),
        (Right.OWNER, _("/debit: take money out of a wallet")),
        (
            Right.OWNER,
            _("/deposit: note what you paid to the supplier; with a minus it is corrected"),
        ),
        (
            Right.CASES,
            _("/pause: stop selling; customers read what you write after it. /resume: sell again"),
        ),
        (
            Right.CASES,
            _("/recon: compare with the supplier; with a reference, the difference is settled"),
        ),
        (
            Right.OWNER,
            _("/price: rules of prices, levels; /price S10 11500 fixes the price of one product"),
        ),
        (
            Right.OWNER,
            _("/products: what you sell, to whom, and what is disrupted; with words, one product"),
        ),
        (
            Right.CUSTOMERS,
            _(
                "/invite: links by which people join, who asks to join, and the poster with your "
                "code"
            ),
        ),
        (Right.OWNER, _("/settings: the shop's name, payments, hours, texts and all the rest")),
        (Right.OWNER, _("/staff: your employees, and what each of them may do")),
        (Right.OWNER, _("/log: who did what, and when; with words, those acts only")),
    )
    shown = [text for right, text in offered if right is None or right in rights]
    return lines(bold(_("For the shop's staff")), *shown)


def languages_text(translator: Translator) -> str:
    """Return the question for the language."""
    return translator.gettext("Which language do you prefer?")


def one_language(translator: Translator) -> str:
    """Return that the shop has no other language than this one."""
    return translator.gettext("This shop speaks {language} only.").format(
        language=translator.endonym
    )


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
