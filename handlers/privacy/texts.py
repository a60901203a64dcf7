"""Texts: what the shop keeps of a person and why, and the erasure of it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.domain.customer import Customer
from bot.domain.erasure import Erasure, ErasureObstacle, pseudonym_of
from bot.services.retention import (
    MESSAGES_KEPT,
    NOTICES_KEPT,
    OUTCOMES_KEPT,
    QUOTES_KEPT,
    ROWS_KEPT,
)
from handlers.ui.html import bold, lines, paragraphs
from handlers.ui.i18n import N_, Translator
from handlers.ui.order_card import questions
from handlers.ui.people import who

_OBSTACLES: Mapping[ErasureObstacle, str] = MappingProxyType(
    {
        ErasureObstacle.ORDERS: N_(
            "An order is still under way, or its refund is still being checked at the supplier. "
            "Wait until it is settled, at most two days."
        ),
        ErasureObstacle.CASES: N_(
            "An order or a question is still with the shop. Wait until the shop has settled it, "
            "or ask the shop."
        ),
        ErasureObstacle.TOPUPS: N_(
            "A top-up is still open. Wait until the shop has decided it or, if it was not paid, "
            "until a day after its time is over."
        ),
        ErasureObstacle.BALANCE: N_(
            "There is still money in the balance. Spend it, or ask the shop to pay it out."
        ),
        ErasureObstacle.DEBT: N_("The balance is below zero. Pay the debt first."),
        ErasureObstacle.STAFF: N_(
            "This person works for the shop. Remove them from the staff first."
        ),
        ErasureObstacle.BLOCKED: N_(
            "You cannot do this yourself, because the shop has closed your access. Ask the shop: "
            "the owner can erase the data."
        ),
    }
)

_OBSTACLES_FOR_OWNER: Mapping[ErasureObstacle, str] = MappingProxyType(
    {
        ErasureObstacle.CASES: N_(
            "An order or a question of this customer is still open. Settle it first: /cases."
        ),
        ErasureObstacle.TOPUPS: N_(
            "A top-up is still open. Decide it or, if it was not paid, wait until a day after its "
            "time is over."
        ),
        ErasureObstacle.BALANCE: N_(
            "There is still money in the balance. Pay it out to the customer and debit it on the "
            "card first."
        ),
        ErasureObstacle.DEBT: N_(
            "The customer still owes the shop. Credit on the card what they pay first."
        ),
    }
)
"""What an owner reads instead, who can settle it."""


def privacy_text(translator: Translator, shop_name: str, contact: str) -> str:
    """Return what is kept, why, for how long, and which law it follows."""
    _ = translator.gettext
    return paragraphs(
        bold(_("Your data at {shop}").format(shop=shop_name)),
        _(
            "Indonesia's law on personal data protection (Undang-Undang Nomor 27 Tahun 2022 "
            "tentang Pelindungan Data Pribadi) gives you the right to know it, to get a copy of it "
            "and to have it erased."
        ),
        lines(
            bold(_("For as long as you are a customer")),
            _("• Your Telegram name, user name and language: to know whom we serve."),
            _("• Numbers you saved: so that you need not type them. /numbers deletes them."),
            _(
                "• Orders with number and code, top-ups with the picture of the payment, and every "
                "movement of your balance: you can open them again, and they are the shop's books."
            ),
            _("• What the shop noted when it served you, your level, and who invited you."),
        ),
        lines(bold(_("For a limited time")), *_periods(translator)),
        _(
            "The supplier is told the product and the number, and Telegram carries the messages. "
            "Nobody else is told anything."
        ),
        _(
            "If your data is erased, the books keep the amounts, the products and the times, under "
            "a name that says nothing about you. Messages in this chat are on your phone and at "
            "Telegram: delete them there."
        ),
        questions(translator, contact),
    )


def _periods(translator: Translator) -> list[str]:
    """Return how long the other data is kept, with the periods by which it is deleted."""
    _ = translator.gettext
    return [
        _("• What you write to the bot: until it is answered, usually a second."),
        _(
            "• What you and the shop write to each other: {days} days after the matter is "
            "settled, so that both can look it up."
        ).format(days=MESSAGES_KEPT.days),
        _("• A price that you looked at: {days} days, so that an old button can show it.").format(
            days=QUOTES_KEPT.days
        ),
        _("• Buttons that you pressed to buy: {days} days, so that none buys twice.").format(
            days=OUTCOMES_KEPT.days
        ),
        _("• That a message was sent to you: {days} days, so that none is sent twice.").format(
            days=NOTICES_KEPT.days
        ),
        _("• The supplier's list of orders: codes for {days} days, to find late orders.").format(
            days=ROWS_KEPT.days
        ),
        _("• Backups: until newer ones replace them. What was erased is erased in them again."),
    ]


def data_caption(translator: Translator) -> str:
    """Return the caption of the readable file."""
    return translator.gettext(
        "This is everything that the shop knows about you. Press the file to open it. It has your "
        "numbers and codes, so take care whom you give it to."
    )


def data_of_customer_caption(translator: Translator, customer: Customer) -> str:
    """Return the same, for the owner who asked for a customer's data."""
    return translator.gettext(
        "This is everything that the shop knows about {customer}. Give it to this person only."
    ).format(customer=who(translator, customer.customer_id, customer))


def json_caption(translator: Translator) -> str:
    """Return the caption of the file for computers."""
    return translator.gettext("The same for a computer program.")


def erasure_text(translator: Translator, customer: Customer, *, is_own: bool) -> str:
    """Return what an erasure does, above its button."""
    _ = translator.gettext
    head = _("Erase all your data?") if is_own else _("Erase all data of this customer?")
    return paragraphs(
        bold(head),
        "" if is_own else who(translator, customer.customer_id, customer),
        _(
            "Erased are the name, the user name, the saved numbers, notes, pictures of payments "
            "and messages, and in all orders the numbers and the codes. Nobody can open them "
            "again, the shop included."
        ),
        _("Copy codes that are not used yet first. This cannot be undone."),
        _("Whoever writes to this shop afterwards is a new customer.") if is_own else "",
    )


def refused_text(
    translator: Translator, obstacles: tuple[ErasureObstacle, ...], *, is_own: bool
) -> str:
    """Return why nothing can be erased now, and what to do."""
    _ = translator.gettext
    sentences = _OBSTACLES if is_own else {**_OBSTACLES, **_OBSTACLES_FOR_OWNER}
    return paragraphs(
        bold(_("The data cannot be erased yet")),
        lines(*(f"• {_(sentences[one])}" for one in obstacles)),
        _("Then press the button once more."),
    )


def erased_text(translator: Translator, erasure: Erasure, *, is_own: bool) -> str:
    """Return that the data is erased."""
    _ = translator.gettext
    if not is_own:
        return _("The data is erased. The books call this person {name} now.").format(
            name=bold(pseudonym_of(erasure.number))
        )
    return _(
        "Your data is erased. Thank you for having been with us. You can delete this chat now; if "
        "you write again, you begin as a new customer."
    )


def kept_text(translator: Translator) -> str:
    """Return that nothing was erased."""
    return translator.gettext("Nothing was erased.")


def no_such_person(translator: Translator) -> str:
    """Return that there is nobody to erase."""
    return translator.gettext("This customer does not exist, or the data is erased already.")


def erasure_too_late(translator: Translator) -> str:
    """Return that the button of an erasure is used or too old."""
    return translator.gettext("This button is used or too old. Nothing was erased by it now.")
