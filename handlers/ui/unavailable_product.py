"""Why a product cannot be bought now, as customers read it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, assert_never

from telegram import Update

from bot.domain.dialog import Step
from bot.domain.errors import (
    ProductUnavailableError,
    UnavailableReason,
)
from handlers.ui.context import ShopContext, customer_of
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import (
    keyboard,
    leave,
    restock_row,
    shop_here,
)
from handlers.ui.replies import show


def unavailable_text(words: Translator, error: ProductUnavailableError) -> str:
    """Return why a product cannot be bought now, and when it can be again."""
    return reason_text(words, error.reason, error.opens_at)


def reason_text(words: Translator, reason: UnavailableReason, opens_at: datetime | None) -> str:
    """Return the same of what is known without an error."""
    _ = words.gettext
    match reason:
        case UnavailableReason.GONE:
            return _("This product is no longer sold. Please choose another one.")
        case UnavailableReason.EMPTY:
            return _("This product is out of stock just now. Please choose another one.")
        case UnavailableReason.CLOSED if opens_at is not None:
            return _("This product is closed until {time}. Please come back then.").format(
                time=words.clock(opens_at)
            )
        case UnavailableReason.CLOSED:
            return _("This product is closed just now. Please try again later.")
        case _:
            assert_never(reason)


async def product_is_gone(
    update: Update,
    context: ShopContext,
    error: ProductUnavailableError,
    message_id: int | None,
) -> Literal[Step.PRODUCT]:
    """Say that what was chosen cannot be bought now, and lead back to the catalogue."""
    words = context.words
    await context.shop.dialogs.browse(customer_of(update))
    text = f"⚠️ {unavailable_text(words, error)}"
    markup = keyboard(restock_row(words, error), [shop_here(words), leave(words)])
    await show(update, context, text, markup, message_id=message_id)
    return Step.PRODUCT
