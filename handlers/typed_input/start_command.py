"""/start, alone or by a link: the first screen, a product to buy, or a level of the catalogue."""

from __future__ import annotations

from typing import Literal

from telegram import Update

from bot.domain.catalogue import CategoryId, ProductId
from bot.domain.dialog import Step
from bot.domain.errors import ProductUnavailableError
from bot.domain.start_link import StartLink, StartLinkError, parse_payload
from handlers.account.start import start
from handlers.buying.choose import pick_in_new_message_of
from handlers.joining.texts import invitation_over
from handlers.ui.buttons import Open
from handlers.ui.catalogue_screen import open_catalogue
from handlers.ui.context import ShopContext

Started = Literal[Step.PRODUCT, Step.DESTINATION, -1]


async def start_command(update: Update, context: ShopContext) -> Started | None:
    """Open what the link leads to; without a link, or with one that leads nowhere, the menu."""
    translator = context.translator
    try:
        link = parse_payload(" ".join(context.args or ()))
    except StartLinkError:
        # A link of `set-up` that an earlier version wrote looks like any text.
        return await start(update, context, "" if context.is_owner else unknown_link(context))
    news = ""
    if link.invitation:
        # Whoever is not a member was let in by it before (`handlers.joining.door`).
        is_valid = await context.shop.joining.come_by(context.customer_id, link.invitation)
        news = "" if is_valid else invitation_over(translator)
    if link.destination == StartLink():
        return await start(update, context, news)
    if not await _is_sold(context, link):
        return await start(update, context, not_sold(context))
    await context.customer(update, is_start=True)
    if link.product_id is not None:
        return await pick_in_new_message_of(update, context, link.product_id)
    wanted = Open(link.category_id or 0)
    return await open_catalogue(update, context, wanted, in_new_message=True)


async def _is_sold(context: ShopContext, link: StartLink) -> bool:
    """Return whether the customer may see the product or the level of a link."""
    shop = context.shop
    try:
        if link.product_id is not None:
            await shop.restock.state_of(context.customer_id, ProductId(link.product_id))
        else:
            shop.browse.level(CategoryId(link.category_id or 0), context.viewer)
    except ProductUnavailableError:
        return False
    return True


def unknown_link(context: ShopContext) -> str:
    """Return that a link says nothing to this shop."""
    return context.translator.gettext("This link is not known here. Here is the menu:")


def not_sold(context: ShopContext) -> str:
    """Return that a link leads to what is not sold."""
    return context.translator.gettext("What this link leads to is not sold now. Here is the menu:")
