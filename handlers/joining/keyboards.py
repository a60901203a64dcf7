"""The buttons below a request to join, and below the news that somebody was let in."""

from __future__ import annotations

from telegram import InlineKeyboardMarkup
from telegram.constants import KeyboardButtonStyle

from bot.domain.customer import Membership
from bot.domain.start_link import StartLink
from bot.services.joining import Applicant
from handlers.joining.buttons import DecideJoin
from handlers.ui.buttons import Open, PickInNewMessage
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import (
    Row,
    back,
    button,
    home,
    keyboard,
    main_button,
    rows_of,
    shop_in_new_message,
)
from handlers.ui.staff_buttons import ShowPendingDecisions


def applicant_keyboard(translator: Translator, applicant: Applicant) -> InlineKeyboardMarkup:
    """Return the buttons that decide; whoever was refused can still be accepted."""
    customer_id, membership = applicant.customer.customer_id, applicant.customer.membership
    row: Row = []
    if membership is not Membership.MEMBER:
        row.append(main_button(translator.gettext("✅ Accept"), DecideJoin(True, customer_id)))
    if membership is Membership.WAITING:
        refuse = translator.gettext("❌ Refuse")
        row.append(button(refuse, DecideJoin(False, customer_id), KeyboardButtonStyle.DANGER))
    return keyboard(row)


def opened_applicant_keyboard(translator: Translator, applicant: Applicant) -> InlineKeyboardMarkup:
    """Return the buttons that decide, and one back to what waits for the staff."""
    decisions = rows_of(applicant_keyboard(translator, applicant))
    return keyboard(*decisions, [back(translator, ShowPendingDecisions())])


def joined_keyboard(translator: Translator, destination: StartLink) -> InlineKeyboardMarkup:
    """Return the button to what somebody came for, and those of every shop."""
    go_on = translator.gettext("▶️ Open what you came for")
    row: Row = []
    if destination.product_id is not None:
        row = [main_button(go_on, PickInNewMessage(destination.product_id))]
    elif destination.category_id is not None:
        row = [main_button(go_on, Open(destination.category_id))]
    return keyboard(row, [shop_in_new_message(translator), home(translator)])
