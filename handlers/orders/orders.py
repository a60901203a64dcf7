"""A customer's own orders: history, search, open orders, cancelling, and requests for help."""

from __future__ import annotations

from telegram import Update

from bot.domain.errors import InvalidTransitionError, NotFoundError
from bot.domain.order import Order, OrderId, OrderState
from bot.services.orders.history import HistoryPage
from handlers.orders.buttons import ShowFoundOrder, ShowOrder
from handlers.orders.texts import help_asked, history_text, open_orders_text, past_label
from handlers.ui.buttons import AskForHelp, Button, BuyAgain, CancelOrder, FindOrders, ShowHistory
from handlers.ui.context import ShopContext, act_key
from handlers.ui.handler_factories import pressed
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import (
    Row,
    Screen,
    button,
    history,
    home,
    keyboard,
    pager,
    shop_in_new_message,
)
from handlers.ui.order_card import (
    OPEN_SHOWN,
    again_label,
    cancelled_now,
    not_found,
    order_label,
    order_screen,
    too_late_to_cancel,
)
from handlers.ui.product_names import short_query
from handlers.ui.replies import alert, answer, pressed_message_id, show, show_new

ORDERS_PER_PAGE = 6
AGAIN_SHOWN = 2
MAX_QUERY_BYTES = 32
"""The longest beginning of a query that fits into the buttons of its results."""


async def show_orders(update: Update, context: ShopContext, query: str) -> None:
    """Show the orders that match a query, in a new message; all orders for ""."""
    query = short_query(query, MAX_QUERY_BYTES)
    await show_new(update, context, *await _history(context, 0, query))


async def show_found_orders(update: Update, context: ShopContext) -> None:
    """Show a page of the orders that match a query."""
    wanted = pressed(update, FindOrders)
    await show(update, context, *await _history(context, wanted.page, wanted.query))


async def show_history(update: Update, context: ShopContext) -> None:
    """Show a page of the history."""
    page = pressed(update, ShowHistory).page
    await show(update, context, *await _history(context, page, ""))


async def show_order(update: Update, context: ShopContext) -> None:
    """Show one order as it is now, with the delivered code."""
    wanted = pressed(update, ShowOrder)
    await _show_one(update, context, wanted.order_id, ShowHistory(wanted.page))


async def show_found_order(update: Update, context: ShopContext) -> None:
    """Show one order; "back" leads to the other orders that match the query."""
    wanted = pressed(update, ShowFoundOrder)
    await _show_one(update, context, wanted.order_id, FindOrders(wanted.page, wanted.query))


async def _show_one(
    update: Update, context: ShopContext, order_id: int, up: ShowHistory | FindOrders
) -> None:
    try:
        order = await context.shop.history.order(context.actor, OrderId(order_id))
    except NotFoundError:
        await alert(update, context, not_found(context.translator))
        return
    await show(update, context, *order_screen(context, order, up))


async def status(update: Update, context: ShopContext) -> None:
    """Show the customer's open orders: /status."""
    translator, shop = context.translator, context.shop
    orders = list(await shop.history.open_orders(context.customer_id))[:OPEN_SHOWN]
    text = open_orders_text(translator, orders, shop.rules.profile, shop.clock.now())
    rows = [[button(order_label(translator, order), ShowOrder(order.order_id))] for order in orders]
    await show_new(update, context, text, keyboard(*rows, [history(translator), home(translator)]))


async def cancel_order(update: Update, context: ShopContext) -> None:
    """Cancel an order that is not sent yet; the outbox edits its message."""
    order_id = OrderId(pressed(update, CancelOrder).order_id)
    translator = context.translator
    try:
        order = await context.shop.buy.cancel(context.customer_id, order_id)
    except NotFoundError:
        await alert(update, context, not_found(translator))
        return
    except InvalidTransitionError as error:
        state = OrderState(error.state)
        await alert(update, context, too_late_to_cancel(translator, state))
        order = await context.shop.history.order(context.actor, order_id)
    else:
        await answer(update, context, cancelled_now(translator, order.number))
    if order.message_id != pressed_message_id(update):
        await show(update, context, *order_screen(context, order, ShowHistory()))


async def ask_for_help(update: Update, context: ShopContext) -> None:
    """Send a customer's request for help with an order to the admins."""
    order_id = OrderId(pressed(update, AskForHelp).order_id)
    try:
        order = await context.shop.help_requests.ask_about_order(
            context.customer_id, order_id, act_key(update, context)
        )
    except NotFoundError:
        await alert(update, context, not_found(context.translator))
        return
    shop = context.shop
    has_admins = bool(shop.rules.owner_ids)
    contact = context.settings.shop_contact
    text = help_asked(context.translator, order, contact, has_admins=has_admins)
    await alert(update, context, text)


async def _history(context: ShopContext, page: int, query: str) -> Screen:
    """Return a page of the history or, with a query, of the orders that match it."""
    translator, past, customer_id = context.translator, context.shop.history, context.customer_id
    terms = await past.terms_for(customer_id, query) if query else ()
    found = await past.search(customer_id, terms, page, ORDERS_PER_PAGE)
    query = query if terms else ""
    text = history_text(translator, found, context.shop.rules.profile, query)
    return text, keyboard(
        *_order_rows(translator, found, query), *_page_rows(translator, found, query)
    )


def _order_rows(translator: Translator, found: HistoryPage, query: str) -> list[Row]:
    """Return a button for each order, and below them buttons to repeat the newest purchases."""

    def opens(order: Order) -> Button:
        if query:
            return ShowFoundOrder(order.order_id, found.page, query)
        return ShowOrder(order.order_id, found.page)

    shown = [[button(past_label(translator, order), opens(order))] for order in found.orders]
    again = found.again[:AGAIN_SHOWN]
    return shown + [
        [button(again_label(translator, order), BuyAgain(order.order_id))] for order in again
    ]


def _page_rows(translator: Translator, found: HistoryPage, query: str) -> list[Row]:
    def opens(page: int) -> Button:
        return FindOrders(page, query) if query else ShowHistory(page)

    others = []
    if query:
        others = [history(translator)]
    elif not found.orders:
        others = [shop_in_new_message(translator)]
    return [pager(found.page, found.pages, opens), [*others, home(translator)]]
