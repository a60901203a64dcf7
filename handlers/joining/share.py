"""Links to share: to a product, to a level of the catalogue, to the shop; and the poster."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from telegram import Update

from bot.domain.catalogue import CategoryId, ProductId
from bot.domain.errors import ProductUnavailableError
from bot.domain.start_link import StartLink, url_of
from handlers.joining.poster import PosterText, poster, poster_pdf, poster_png
from handlers.joining.texts import (
    copy_link,
    link_text,
    nothing_to_share,
    poster_caption,
    poster_label,
    poster_text,
)
from handlers.ui.buttons import ShareLink
from handlers.ui.context import ShopContext
from handlers.ui.handler_factories import pressed
from handlers.ui.keyboards import button, copying, keyboard
from handlers.ui.product_names import listing_name, trail_text
from handlers.ui.replies import alert, show_document, show_new, show_picture
from handlers.ui.staff_buttons import MakePoster


async def share_link(update: Update, context: ShopContext) -> None:
    """Send the link of the button as a text to copy, in a new message."""
    translator, wanted = context.translator, pressed(update, ShareLink)
    try:
        link, name = await _link_and_name(context, wanted)
    except ProductUnavailableError:
        await alert(update, context, nothing_to_share(translator))
        return
    url = url_of(context.bot.username, link)
    copy = copying(copy_link(translator), url)
    has_poster = context.is_owner and not name
    poster_row = [button(poster_label(translator), MakePoster())] if has_poster else []
    markup = keyboard([] if copy is None else [copy], poster_row)
    await show_new(update, context, link_text(translator, name, url), markup)


async def _link_and_name(context: ShopContext, wanted: ShareLink) -> tuple[StartLink, str]:
    """Return a link and the name of its place; raises `ProductUnavailableError`."""
    translator, shop = context.translator, context.shop
    if wanted.product_id > 0:
        product_id = ProductId(wanted.product_id)
        shown = await shop.restock.state_of(context.customer_id, product_id)
        name = listing_name(translator, shown.offer.product.listing)
        return StartLink(product_id=product_id), name
    if wanted.category_id > 0:
        category_id = CategoryId(wanted.category_id)
        level = shop.browse.level(category_id, context.viewer)
        return StartLink(category_id=category_id), trail_text(translator, level.trail)
    return StartLink(), ""


async def make_poster(update: Update, context: ShopContext) -> None:
    """Send the poster, as a picture to look at and as a PDF to print."""
    shop, settings = context.shop, context.settings
    default = settings.default_language
    ordered = sorted(
        shop.languages.offered, key=lambda one: (one.language != default, one.language)
    )
    texts = [poster_text(one) for one in ordered]
    url = url_of(context.bot.username, StartLink())
    picture, pdf = await asyncio.to_thread(_drawn, settings.shop_name, url, texts)
    await show_picture(update, context, picture, poster_caption(context.translator))
    await show_document(update, context, pdf, f"{context.bot.username}.pdf")


def _drawn(shop_name: str, url: str, texts: Sequence[PosterText]) -> tuple[bytes, bytes]:
    page = poster(shop_name, url, texts)
    return poster_png(page), poster_pdf(page)
