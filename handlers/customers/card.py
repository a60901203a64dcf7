"""The card of a customer: what staff read about them, and where the decisions begin."""

from __future__ import annotations

from typing import Literal

from telegram import Update

from bot.domain.errors import NotFoundError
from bot.domain.order import CustomerId, Order, OrderId
from bot.domain.staff import Right
from bot.services.people.card import CustomerCard
from handlers.customers.buttons import (
    AskBlock,
    AskCreditLimit,
    AskCustomerNote,
    AskLevel,
    AskUnblock,
    CustomerOrders,
    MakeAccountLink,
    ShowCustomersOrder,
)
from handlers.customers.card_texts import (
    card_text,
    not_a_customer,
    orders_title,
    shown_number,
)
from handlers.ui.context import ShopContext
from handlers.ui.handler_factories import END, pressed
from handlers.ui.html import code, lines, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import Row, Screen, back, button, home, keyboard, pager, side_by_side
from handlers.ui.order_card import not_found, order_label, order_state, order_title
from handlers.ui.people import who
from handlers.ui.replies import alert, show
from handlers.ui.staff_buttons import (
    AskAdjustment,
    AskErasure,
    ListCustomers,
    SendPersonalData,
    ShowCustomer,
    ShowParked,
)
from handlers.ui.thread_titles import write_button


async def show_customer(update: Update, context: ShopContext) -> Literal[-1] | None:
    """Show the card of the pressed customer."""
    customer_id = CustomerId(pressed(update, ShowCustomer).customer_id)
    return await show_card_of(update, context, customer_id)


async def show_card_of(
    update: Update, context: ShopContext, customer_id: CustomerId
) -> Literal[-1] | None:
    """Show a customer's card as it is now."""
    try:
        card = await context.shop.people.card(context.actor, customer_id)
    except NotFoundError:
        await say_unknown(update, context)
        return None
    await show(update, context, *card_screen(context, card))
    return END


def card_screen(context: ShopContext, card: CustomerCard, news: str = "") -> Screen:
    """Return a customer's card with its buttons; `news` is its first paragraph."""
    translator = context.translator
    return card_text(translator, card, news), keyboard(*_rows(context, card))


async def show_orders(update: Update, context: ShopContext) -> Literal[-1] | None:
    """Show a page of a customer's orders, each with a button to its facts."""
    meant, translator = pressed(update, CustomerOrders), context.translator
    customer_id, page = CustomerId(meant.customer_id), max(0, meant.page)
    try:
        card, orders, has_next = await context.shop.people.orders(context.actor, customer_id, page)
    except NotFoundError:
        await say_unknown(update, context)
        return None
    rows = [
        [button(order_label(translator, order), ShowCustomersOrder(order.order_id))]
        for order in orders
    ]
    pages = pager(
        page, page + 2 if has_next else page + 1, lambda one: CustomerOrders(customer_id, one)
    )
    markup = keyboard(*rows, pages, [back(translator, ShowCustomer(customer_id))])
    await show(update, context, orders_title(translator, card, is_empty=not orders), markup)
    return END


async def show_customers_order(update: Update, context: ShopContext) -> Literal[-1] | None:
    """Show an order of a customer, with its number as far as the reader may see it."""
    order_id, translator = OrderId(pressed(update, ShowCustomersOrder).order_id), context.translator
    try:
        card, order = await context.shop.people.order(context.actor, order_id)
    except NotFoundError:
        await alert(update, context, not_found(translator))
        return None
    shop = context.shop
    state = order_state(translator, order, shop.rules.profile, shop.clock.now())
    text = _order_text(translator, card, order, state)
    facts: Row = []
    if context.may(Right.CASES):
        facts = [button(translator.gettext("🔍 All facts"), ShowParked(order_id))]
    up = CustomerOrders(card.customer.customer_id)
    await show(update, context, text, keyboard(facts, [back(translator, up)]))
    return END


async def say_unknown(update: Update, context: ShopContext) -> None:
    """Say that there is no such customer."""
    await alert(update, context, not_a_customer(context.translator))


def _rows(context: ShopContext, card: CustomerCard) -> list[Row]:
    translator, customer_id = context.translator, card.customer.customer_id
    _ = translator.gettext
    ends = [button(_("👥 Customers"), ListCustomers()), home(translator)]
    if card.is_erased:
        return [[button(_("🧾 Orders"), CustomerOrders(customer_id))], ends]
    buttons = [
        *_adjustments(context, card),
        button(_("🧾 Orders"), CustomerOrders(customer_id)),
        button(_("📝 Note"), AskCustomerNote(customer_id)),
    ]
    if card.is_for_owner:
        buttons.append(button(_("💳 Credit limit"), AskCreditLimit(customer_id)))
    if card.is_for_owner and card.levels:
        buttons.append(button(_("🏷 Level"), AskLevel(customer_id)))
    if card.file.blocked_at is not None:
        buttons.append(button(_("✅ Unblock"), AskUnblock(customer_id)))
    elif not card.is_owner:
        buttons.append(button(_("🚫 Block"), AskBlock(customer_id)))
    if card.customer.telegram_id is not None:
        buttons.append(write_button(translator, customer_id))
    elif card.is_for_owner:
        buttons.append(button(_("🔗 Link Telegram"), MakeAccountLink(customer_id)))
    if card.is_for_owner:
        buttons.append(button(_("📄 Their data"), SendPersonalData(customer_id)))
        buttons.append(button(_("🗑 Erase data"), AskErasure(customer_id)))
    return [*side_by_side(buttons), ends]


def _adjustments(context: ShopContext, card: CustomerCard) -> Row:
    """Return the buttons that change the customer's balance, as far as the reader may."""
    customer_id, _ = card.customer.customer_id, context.translator.gettext
    money: Row = []
    if context.may(Right.TOPUPS):
        money.append(button(_("➕ Credit"), AskAdjustment(customer_id, is_debit=False)))  # noqa: RUF001 - a sign
    if card.is_for_owner:
        money.append(button(_("➖ Debit"), AskAdjustment(customer_id, is_debit=True)))  # noqa: RUF001 - a sign
    return money


def _order_text(translator: Translator, card: CustomerCard, order: Order, state: str) -> str:
    """Return an order of a customer; `state` is its state in sentences."""
    return paragraphs(
        lines(
            order_title(translator, order),
            f"{code(shown_number(card, order))} · {translator.money(order.price)}",
            translator.datetime(order.created_at),
            f"👤 {who(translator, card.customer.customer_id, card.customer)}",
        ),
        state,
    )
