"""The texts of the first start."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.first_start import SetupStep
from bot.domain.qris import merchant_of
from handlers.ui.html import bold, code, escaped, lines, paragraphs
from handlers.ui.i18n import Translator

STEPS = len(SetupStep)


def heading(translator: Translator, step: SetupStep) -> str:
    """Return the number of a step among all."""
    return bold(
        translator.gettext("🏪 Setting up the shop · {step}/{steps}").format(
            step=int(step), steps=STEPS
        )
    )


def greeting_text(translator: Translator) -> str:
    """Return what the first step says before its question."""
    return translator.gettext(
        "✅ You are the owner of this shop. It is still closed: nobody else can buy. A few "
        "questions, each can be skipped, and changed later in /settings."
    )


def name_text(translator: Translator, name: str) -> str:
    """Return the question for the shop's name; `name` is the present one."""
    _ = translator.gettext
    return paragraphs(
        _("What is the shop's name? Type it."), _("Now: {value}").format(value=bold(name))
    )


def contact_text(translator: Translator, contact: str) -> str:
    """Return the question for the shop's contact; `contact` is the present one, or empty."""
    _ = translator.gettext
    return paragraphs(
        _("Whom do customers ask? Type your Telegram user name with its @, or a WhatsApp number."),
        _("Now: {value}").format(value=bold(contact)) if contact else "",
    )


def payment_text(translator: Translator, qris: str, instructions: str, problem: str = "") -> str:
    """Return the question for the ways to pay; the present ones follow, if there are any."""
    _ = translator.gettext
    now = ""
    if qris:
        now = _("Now: {value}").format(value=bold(merchant_of(qris) or _("a QRIS")))
    elif instructions:
        now = _("Now: {value}").format(value=code(instructions))
    return paragraphs(
        escaped(problem),
        _(
            "How do customers pay you? Send a photo of your QRIS sticker, or type a bank account, "
            "for example: BCA 1234567890 a.n. Budi"
        ),
        now,
    )


def proposed_payment_text(translator: Translator, merchant: str, account: str) -> str:
    """Return the way to pay that was understood, to confirm: a QRIS's merchant, or an account."""
    _ = translator.gettext
    if account:
        return paragraphs(_("Customers pay to this account:"), code(account), _("Is that right?"))
    return paragraphs(
        _("The QRIS of {merchant}.").format(merchant=bold(merchant)),
        _("Is that you? Customers' money goes there."),
    )


def profit_text(translator: Translator, samples: Sequence[tuple[str, int, int]]) -> str:
    """Return the question for the profit, with products: name, cost and price in rupiah."""
    _ = translator.gettext
    shown = [
        _("{product}: cost {cost} → price {price}").format(
            product=escaped(name), cost=translator.money(cost), price=bold(translator.money(price))
        )
        for name, cost, price in samples
    ]
    return paragraphs(
        _("How much do you want to earn on each sale?"),
        lines(*shown),
        _("Rules for single products, brands and customers come later, in /price."),
    )


def selection_text(translator: Translator, rule: str) -> str:
    """Return the question for what is sold; `rule` is Telegram's rule on digital goods."""
    _ = translator.gettext
    return paragraphs(
        _("What do you sell? Press a type to change it."),
        lines(_("✅ to everybody"), _("👤 only by you and your staff"), _("🚫 not at all")),
        rule,
    )


def deposit_text(translator: Translator, balance: int | None, tracked: int) -> str:
    """Return the money at the supplier: as the panel tells it, or None, and as it is recorded."""
    _ = translator.gettext
    if balance is None:
        return _(
            "How much money is at the supplier now? Type the amount, for example 500k. With it "
            "Konter tells you when it runs out."
        )
    if balance == tracked:
        return _("The money at the supplier is {balance}, and it is recorded.").format(
            balance=bold(translator.money(balance))
        )
    return _(
        "The panel says {balance}. Shall it be recorded as your opening deposit? With it Konter "
        "tells you when it runs out."
    ).format(balance=bold(translator.money(balance)))


def typed_deposit_text(translator: Translator, balance: int) -> str:
    """Return the money at the supplier that was typed, in rupiah, to confirm or type again."""
    return translator.gettext(
        "{balance} is at the supplier now. Is that right? If not, type it again."
    ).format(balance=bold(translator.money(balance)))


def purchase_text(translator: Translator) -> str:
    """Return the last step: a purchase of the owner's own, and the opening."""
    return translator.gettext(
        "Try a purchase for your own number: send it here, or press the button. Only you can buy "
        "until the shop is open."
    )


def purchase_tried_text(translator: Translator) -> str:
    """Return what stands below a purchase on trial, until the shop is open."""
    return translator.gettext(
        "The result of your purchase comes here. Has it arrived? Then open the shop."
    )


def opened_text(translator: Translator, shop_name: str, link: str) -> str:
    """Return that the shop is open, with its link."""
    _ = translator.gettext
    return paragraphs(
        bold(_("🎉 {shop} is open.").format(shop=shop_name)),
        _("Give your customers this link, or print the poster with its code:"),
        code(link),
    )
