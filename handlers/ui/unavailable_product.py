"""Texts that say why a product cannot be bought now, and the screen that shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, assert_never

from telegram import Update

from bot.domain.dialog import Step
from bot.domain.errors import ProductUnavailableError, UnavailableReason
from handlers.ui.context import ShopContext
from handlers.ui.html import escaped, warning
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import cancel_button, keyboard, restock_row, shop_here
from handlers.ui.replies import show


def unavailable_text(translator: Translator, error: ProductUnavailableError) -> str:
    """Return why a product cannot be bought now, and when it can be again; it is no HTML."""
    return reason_text(translator, error.reason, error.opens_at, error.note)


def reason_text(
    translator: Translator, reason: UnavailableReason, opens_at: datetime | None, note: str = ""
) -> str:
    """Return the sentence for a reason; `opens_at` is aware, or None.

    `note` are the owner's words about a disrupted product. The result is no HTML.
    """
    _ = translator.gettext
    match reason:
        case UnavailableReason.GONE:
            return _("This product is no longer sold. Please choose another one.")
        case UnavailableReason.EMPTY:
            return _("This product is out of stock just now. Please choose another one.")
        case UnavailableReason.CLOSED if opens_at is not None:
            return _("This product is closed until {time}. Please come back then.").format(
                time=translator.clock(opens_at)
            )
        case UnavailableReason.CLOSED:
            return _("This product is closed just now. Please try again later.")
        case UnavailableReason.DISRUPTED if note:
            return _("This product is disrupted just now: {note}").format(note=note)
        case UnavailableReason.DISRUPTED:
            return _("This product is disrupted just now. Please choose another one.")
        case _:
            assert_never(reason)


async def show_unavailable(
    update: Update,
    context: ShopContext,
    error: ProductUnavailableError,
    message_id: int | None,
) -> Literal[Step.PRODUCT]:
    """Show why a chosen product cannot be bought now; the dialog returns to the choice of one.

    The screen has the buttons for the restock notice and the catalogue.
    """
    translator = context.translator
    await context.shop.dialogs.browse(context.customer_id)
    text = warning(escaped(unavailable_text(translator, error)))
    markup = keyboard(
        restock_row(translator, error), [shop_here(translator), cancel_button(translator)]
    )
    await show(update, context, text, markup, message_id=message_id)
    return Step.PRODUCT
