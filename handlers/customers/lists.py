"""/customers: the lists of customers, and the search."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from telegram import Update

from bot.domain.customer_card import CustomerList, CustomerRow
from bot.domain.dialog import Dialog, Step
from bot.services.people.people import CustomerPage
from handlers.customers.buttons import AskNewPerson, FoundCustomers
from handlers.customers.list_texts import found_title, list_hint, list_name, list_title
from handlers.ui.buttons import Button, fits
from handlers.ui.context import ShopContext, message_text
from handlers.ui.customer_rows import customer_row, found_rows, nobody_found
from handlers.ui.handler_factories import pressed
from handlers.ui.html import paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import Row, Screen, button, home, keyboard, pager, side_by_side
from handlers.ui.replies import pressed_message_id, show_step
from handlers.ui.staff_buttons import ListCustomers, ShowCustomer, ShowInvitations

Searching = Literal[Step.CUSTOMER]
LONGEST_TERM: Final = 64
"""In characters; the rest of a search is not used."""


async def customers_command(update: Update, context: ShopContext) -> Searching:
    """Show the newest customers, or the results of a search: /customers [term]."""
    term = " ".join(context.args or ())[:LONGEST_TERM]
    if term:
        return await show_found(update, context, term, 0)
    return await _show_list(update, context, CustomerList.NEWEST, 0)


async def list_customers(update: Update, context: ShopContext) -> Searching:
    """Show the page of the pressed button."""
    meant = pressed(update, ListCustomers)
    which = next((one for one in CustomerList if one == meant.which), CustomerList.NEWEST)
    return await _show_list(update, context, which, max(0, meant.page))


async def found_customers(update: Update, context: ShopContext) -> Searching:
    """Show another page of a search."""
    meant = pressed(update, FoundCustomers)
    return await show_found(update, context, meant.term, max(0, meant.page))


async def take_search(update: Update, context: ShopContext, dialog: Dialog) -> Searching:  # noqa: ARG001 - as every answer
    """Show the customers whom the typed text may mean."""
    return await show_found(update, context, message_text(update)[:LONGEST_TERM], 0)


async def show_found(update: Update, context: ShopContext, term: str, page: int) -> Searching:
    """Show a page of the customers whom a term may mean."""
    message_id = pressed_message_id(update)
    found = await context.shop.people.search(context.actor, term, page, message_id)
    screen = _found_screen(context.translator, term, found)
    await show_step(update, context, *screen, message_id=message_id)
    return Step.CUSTOMER


async def _show_list(
    update: Update, context: ShopContext, which: CustomerList, page: int
) -> Searching:
    message_id = pressed_message_id(update)
    shown = await context.shop.people.listed(context.actor, which, page, message_id)
    screen = _list_screen(context.translator, which, shown)
    await show_step(update, context, *screen, message_id=message_id)
    return Step.CUSTOMER


def _list_screen(translator: Translator, which: CustomerList, shown: CustomerPage) -> Screen:
    rows = [
        customer_row(
            row,
            _fact(translator, which, row),
            ShowCustomer,
            marks_block=which is not CustomerList.BLOCKED,
        )
        for row in shown.rows
    ]
    text = paragraphs(list_title(translator, which, shown), list_hint(translator))
    pages = _pager(shown, lambda page: ListCustomers(which, page))
    return text, keyboard(*rows, pages, *_other_lists(translator, which), *_ends(translator))


def _found_screen(translator: Translator, term: str, found: CustomerPage) -> Screen:
    rows = found_rows(found, ShowCustomer)
    text = found_title(translator, term, found) if rows else nobody_found(translator, term)
    pages: Row = []
    if fits(FoundCustomers(found.page + 1, term)):
        pages = _pager(found, lambda page: FoundCustomers(page, term))
    return text, keyboard(*rows, pages, *_other_lists(translator, None), *_ends(translator))


def _fact(translator: Translator, which: CustomerList, row: CustomerRow) -> str:
    """Return what a list says about a customer after the name."""
    match which:
        case CustomerList.MOST_ACTIVE:
            return f"{translator.number(row.recent_orders)}×"  # noqa: RUF001 - a sign
        case CustomerList.OWING:
            return translator.money(row.balance)
        case CustomerList.BLOCKED if row.blocked_at is not None:
            return translator.day(row.blocked_at)
        case _:
            return translator.day(row.created_at)


def _pager(shown: CustomerPage, opens: Callable[[int], Button]) -> Row:
    pages = shown.page + 2 if shown.has_next else shown.page + 1
    return pager(shown.page, pages, opens)


def _other_lists(translator: Translator, which: CustomerList | None) -> list[Row]:
    others = [one for one in CustomerList if one is not which]
    return side_by_side([button(list_name(translator, one), ListCustomers(one)) for one in others])


def _ends(translator: Translator) -> list[Row]:
    new = button(translator.gettext("👤 Without Telegram"), AskNewPerson())
    invite = button(translator.gettext("🔗 Invitations"), ShowInvitations())
    return [*side_by_side([new, invite]), [home(translator)]]
