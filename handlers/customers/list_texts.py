"""The texts of the lists of customers."""

from __future__ import annotations

from typing import assert_never

from bot.domain.customer_card import CustomerList
from bot.services.people.people import CustomerPage
from handlers.ui.html import bold, code, cut, lines
from handlers.ui.i18n import Translator


def list_name(translator: Translator, which: CustomerList) -> str:
    """Return the label of the button that opens a list."""
    _ = translator.gettext
    match which:
        case CustomerList.NEWEST:
            return _("🆕 Newest")
        case CustomerList.MOST_ACTIVE:
            return _("🔥 Most active")
        case CustomerList.OWING:
            return _("💳 Owing")
        case CustomerList.BLOCKED:
            return _("🚫 Blocked")
        case _:
            assert_never(which)


def list_title(translator: Translator, which: CustomerList, shown: CustomerPage) -> str:
    """Return which customers are shown, or that there are none."""
    _ = translator.gettext
    match which:
        case CustomerList.NEWEST:
            title, none = _("Customers: the newest"), _("There are no customers yet.")
        case CustomerList.MOST_ACTIVE:
            title = _("Customers: most orders in 30 days")
            none = _("Nobody has bought in the last 30 days.")
        case CustomerList.OWING:
            title, none = _("Customers who owe the shop"), _("Nobody owes the shop anything.")
        case CustomerList.BLOCKED:
            title, none = _("Blocked customers"), _("Nobody is blocked.")
        case _:
            assert_never(which)
    return lines(
        f"👥 {bold(title)}",
        _("Page {page}").format(page=shown.page + 1) if shown.page or shown.has_next else "",
        "" if shown.rows else none,
    )


def list_hint(translator: Translator) -> str:
    """Return how to search while a list is open."""
    return translator.gettext("To search, type a name, an @username, an ID, or a part of a number.")


def found_title(translator: Translator, term: str, found: CustomerPage) -> str:
    """Return what was searched for, and whether there are more."""
    _ = translator.gettext
    title = _("Customers for {term}").format(term=code(cut(term, 64)))
    return lines(
        f"👥 {title}",
        _("Page {page}").format(page=found.page + 1) if found.page or found.has_next else "",
        _("There are more. Type more letters or digits.") if found.is_cut else "",
    )
