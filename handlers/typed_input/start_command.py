"""/start, alone or by a link: the first screen, a product to buy, or a level of the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Literal, TypeAlias

from telegram import Update

from bot.domain.catalogue import ProductId
from bot.domain.dialog import Step
from bot.domain.errors import ProductUnavailableError
from bot.domain.start_link import StartLink, StartLinkError, parse_payload
from handlers.joining.texts import invitation_over, link_unknown, not_sold_now
from handlers.staff.joining import open_staff_link
from handlers.ui.account_links import open_account_link
from handlers.ui.buttons import Open
from handlers.ui.catalogue_screen import open_catalogue
from handlers.ui.context import ShopContext

Picked: TypeAlias = Literal[Step.PRODUCT, Step.DESTINATION] | None
Pick = Callable[[Update, ShopContext, ProductId], Coroutine[Any, Any, Picked]]
Start = Callable[[Update, ShopContext, str], Coroutine[Any, Any, Literal[-1]]]


class StartCommand:
    """Opens what a link leads to."""

    def __init__(self, start: Start, pick: Pick) -> None:
        """Take what shows the first screen below some news, and what asks for a destination."""
        self._start = start
        self._pick = pick

    async def take(
        self, update: Update, context: ShopContext
    ) -> Literal[Step.PRODUCT, Step.DESTINATION, -1] | None:
        """Open a product or a level; without a link, or with one that leads nowhere, the menu."""
        translator = context.translator
        try:
            link = parse_payload(" ".join(context.args or ()))
        except StartLinkError:
            # The owner's link of `set-up` by an earlier version looks like any text.
            return await self._start(
                update, context, "" if context.is_owner else link_unknown(translator)
            )
        if link.staff:
            return await open_staff_link(update, context, link.staff)
        if link.person:
            return await self._start(
                update, context, await open_account_link(update, context, link.person)
            )
        news = ""
        if link.invitation:
            # Whoever is not a member was let in by it before (`handlers.joining.door`).
            is_valid = await context.shop.joining.come_by(context.customer_id, link.invitation)
            news = "" if is_valid else invitation_over(translator)
        if link.destination == StartLink():
            return await self._start(update, context, news)
        if not await _is_sold(context, link):
            return await self._start(update, context, not_sold_now(translator))
        await context.customer(update, is_start=True)
        if link.product_id is not None:
            return await self._pick(update, context, link.product_id)
        wanted = Open(link.category_id or 0)
        return await open_catalogue(update, context, wanted, in_new_message=True)


async def _is_sold(context: ShopContext, link: StartLink) -> bool:
    """Return whether the sender is shown the product or the level of a link."""
    shop = context.shop
    try:
        if link.product_id is not None:
            await shop.restock.state_of(context.customer_id, link.product_id)
        else:
            shop.browse.level(link.category_id, context.viewer)
    except ProductUnavailableError:
        return False
    return True
