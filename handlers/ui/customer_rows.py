"""Customers as buttons: the rows of lists, and the list of those whom a typed name may mean."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.customer_card import CustomerRow
from bot.domain.order import CustomerId
from bot.services.people.people import CustomerPage
from handlers.ui.buttons import Button
from handlers.ui.context import ShopContext
from handlers.ui.html import code, cut, lines
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import Row, button
from handlers.ui.labels import DOT, label_with_name


def customer_row(
    row: CustomerRow, end: str, opens: Callable[[CustomerId], Button], *, marks_block: bool = True
) -> Row:
    """Return the button of a customer; `end` is the fact after the name."""
    start = "🚫 " if marks_block and row.blocked_at is not None else ""
    label = label_with_name(row_name(row), start=start, end=f"{DOT}{end}" if end else "")
    return [button(label, opens(row.customer_id))]


def row_name(row: CustomerRow) -> str:
    """Return a customer's name in one line; else the user name, else the id."""
    name = " ".join(row.name.split())
    return name or (f"@{row.username}" if row.username else str(row.telegram_id or row.customer_id))


def told_apart(row: CustomerRow) -> str:
    """Return what tells a customer from others of the same name: the user name, or the id's end."""
    if row.username and row.name.strip():
        return f"@{row.username}"
    return f"…{str(row.telegram_id or row.customer_id)[-4:]}"


def found_rows(page: CustomerPage, opens: Callable[[CustomerId], Button]) -> list[Row]:
    """Return a button for each customer who was found."""
    return [customer_row(row, told_apart(row), opens) for row in page.rows]


async def customers_meant(
    context: ShopContext, term: str, opens: Callable[[CustomerId], Button]
) -> tuple[str, list[Row]] | None:
    """Return the customers whom a typed name may mean, as a text and buttons; None if nobody.

    A name never acts by itself, also if only one customer has it. Raises `NotPermittedError`.
    """
    page = await context.shop.people.matches(context.actor, term)
    if not page.rows:
        return None
    return meant_text(context.translator, term, page), found_rows(page, opens)


def meant_text(translator: Translator, term: str, page: CustomerPage) -> str:
    """Return the question which of the found customers is meant."""
    _ = translator.gettext
    return lines(
        _("Whom do you mean by {term}?").format(term=code(cut(term, 64))),
        _("There are more. Type more letters or digits.") if page.has_next else "",
    )


def nobody_found(translator: Translator, term: str) -> str:
    """Return that no customer matches a term."""
    return translator.gettext(
        "No customer matches {term}. Type a part of the name, the @username, the ID, or the "
        "beginning or end of a number they bought for."
    ).format(term=code(cut(term, 64)))
