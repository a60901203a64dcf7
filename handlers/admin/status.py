"""/status for admins: the overview of the shop, and the search for orders and customers."""

from __future__ import annotations

from telegram import Update

from bot.domain.order import OrderId
from bot.domain.staff import Right
from bot.services.admin.reports import stopped_since
from handlers.admin.alerts import order_evidence_text
from handlers.admin.keyboards import evidence_keyboard, found_keyboard, overview_keyboard
from handlers.admin.status_texts import (
    ORDERS_SHOWN,
    found_text,
    nothing_found,
    overview_text,
    person_text,
)
from handlers.admin.withheld_products_texts import PRODUCTS_SHOWN, sell_again_label
from handlers.ui.context import ShopContext
from handlers.ui.customer_rows import customers_meant
from handlers.ui.html import paragraphs
from handlers.ui.keyboards import Screen, back, keyboard
from handlers.ui.order_card import order_label, order_state
from handlers.ui.replies import show_new
from handlers.ui.staff_buttons import ShowCustomer, ShowOverview


async def status(update: Update, context: ShopContext) -> None:
    """Show the overview of the shop, or the results of a search: /status [term]."""
    term = " ".join(context.args or ())
    screen = await _found(context, term) if term else await overview(context)
    await show_new(update, context, *screen)


async def overview(context: ShopContext, news: str = "") -> Screen:
    """Return the overview of the shop; `news` is its first paragraph."""
    translator, shop = context.translator, context.shop
    seen = await shop.admin.overview(context.actor)
    text = paragraphs(news, overview_text(translator, seen, shop.clock.now()))
    shown = [(order_label(translator, order), order) for order in seen.unsettled[:ORDERS_SHOWN]]
    stopped_at = stopped_since(seen.conditions, shop.rules.account)
    sold_again = seen.withheld[:PRODUCTS_SHOWN] if context.is_owner else ()
    withheld = [(sell_again_label(translator, one), one) for one in sold_again]
    return text, overview_keyboard(translator, shown, withheld, stopped_since=stopped_at)


async def evidence_screen(context: ShopContext, order_id: OrderId, news: str = "") -> Screen:
    """Return an order with all its facts; `news` comes first. Raises `NotFoundError`."""
    translator, shop = context.translator, context.shop
    evidence = await shop.admin.order_evidence(context.actor, order_id)
    order, profile = evidence.order, shop.rules.profile
    reads = order_state(translator, order, profile, shop.clock.now())
    text = order_evidence_text(
        translator,
        order,
        evidence.customer,
        evidence.candidates,
        reads,
        rows_seen=evidence.rows_seen,
        profile=profile,
    )
    return paragraphs(news, text), evidence_keyboard(
        translator, order, can_show_code=evidence.can_show_code
    )


async def _found(context: ShopContext, term: str) -> Screen:
    translator = context.translator
    orders = await context.shop.admin.find(context.actor, term)
    person = await _person(context, term)
    if not orders and not person and context.may(Right.CUSTOMERS):
        meant = await customers_meant(context, term, ShowCustomer)
        if meant is not None:
            return meant[0], keyboard(*meant[1], [back(translator, ShowOverview())])
    if len(orders) == 1 and not person:
        return await evidence_screen(context, orders[0].order_id)
    customers = await context.shop.customers.get_many(order.customer_id for order in orders)
    text = found_text(translator, orders, person, customers)
    if not orders and not person:
        text = nothing_found(translator, term)
    return text, found_keyboard(
        translator, [(order_label(translator, order), order) for order in orders]
    )


async def _person(context: ShopContext, term: str) -> str:
    """Return the customer whose id is the term, with their wallet; empty if there is none.

    Staff without the right to see customers find only orders.
    """
    shop = context.shop
    if not context.may(Right.CUSTOMERS):
        return ""
    customer = await shop.customers.find(term)
    if customer is None:
        return ""
    wallet = await shop.wallets.wallet(customer.customer_id)
    return person_text(context.translator, customer, wallet)
