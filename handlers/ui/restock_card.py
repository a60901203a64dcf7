"""The card of an unavailable product, with the button for a restock notice."""

from __future__ import annotations

from typing import Literal

from telegram import Update

from bot.domain.catalogue import ProductId
from bot.domain.dialog import Step
from bot.domain.errors import ProductUnavailableError
from bot.domain.restock import REQUEST_LIFETIME
from bot.services.catalogue.restock import RestockState
from handlers.ui.buttons import ForgetRestock, Open, Pick
from handlers.ui.catalogue_screen import back_to_products, open_catalogue
from handlers.ui.context import ShopContext
from handlers.ui.html import bold, escaped, paragraphs, warning
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import (
    Row,
    Screen,
    back,
    button,
    cancel_button,
    keyboard,
    main_button,
    restock_button,
)
from handlers.ui.opening import with_opening
from handlers.ui.product_names import listing_name
from handlers.ui.replies import alert, show, show_new
from handlers.ui.unavailable_product import reason_text, unavailable_text


async def show_restock_card_of(
    update: Update,
    context: ShopContext,
    product_id: ProductId,
    number: str = "",
    *,
    in_new_message: bool = False,
) -> Literal[Step.PRODUCT] | None:
    """Show why a product cannot be bought; if it is no longer sold, show the catalogue."""
    try:
        awaited = await context.shop.restock.state_of(context.customer_id, product_id)
    except ProductUnavailableError as error:
        await alert(update, context, unavailable_text(context.translator, error))
        return await open_catalogue(update, context, Open(), in_new_message=True)
    await context.shop.dialogs.browse(context.customer_id)
    await show_restock_card(update, context, awaited, number, in_new_message=in_new_message)
    return Step.PRODUCT


async def show_restock_card(
    update: Update,
    context: ShopContext,
    awaited: RestockState,
    number: str = "",
    *,
    in_new_message: bool = False,
) -> None:
    """Show the card of a product with its restock button, on the pressed message by default."""
    screen = _screen(context, awaited, number)
    text, markup = await with_opening(context, screen)
    await (show_new if in_new_message else show)(update, context, text, markup)


def awaited_text(translator: Translator, awaited: RestockState) -> str:
    """Return why a product cannot be bought now, and whether a notice is requested."""
    offer = awaited.offer
    head = (
        f"{bold(listing_name(translator, offer.product.listing))} · {translator.money(offer.price)}"
    )
    if offer.unavailable is None:
        return paragraphs(head, translator.gettext("This product can be bought now."))
    reason = reason_text(translator, offer.unavailable, offer.opens_at, offer.note)
    why = warning(escaped(reason))
    return paragraphs(head, why, _notice_text(translator, awaited))


def _screen(context: ShopContext, awaited: RestockState, number: str) -> Screen:
    translator, up = context.translator, back_to_products(context, awaited.offer, number)
    return awaited_text(translator, awaited), keyboard(
        _main_row(translator, awaited), [back(translator, up), cancel_button(translator)]
    )


def _main_row(translator: Translator, awaited: RestockState) -> Row:
    product_id = awaited.offer.product.product_id
    if awaited.offer.is_available:
        return [main_button(translator.gettext("🛒 Buy it"), Pick(product_id))]
    if awaited.request is not None:
        return [button(translator.gettext("🔕 Turn the reminder off"), ForgetRestock(product_id))]
    return [restock_button(translator, product_id)]


def _notice_text(translator: Translator, awaited: RestockState) -> str:
    _ = translator.gettext
    days = translator.number(REQUEST_LIFETIME.days)
    if awaited.request is None:
        return _(
            "Shall we tell you when it is back? You get one message, if that is within {days} days."
        ).format(days=days)
    return _("🔔 We will tell you once if it is back within {days} days.").format(days=days)
