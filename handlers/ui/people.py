"""How people are named to admins."""

from __future__ import annotations

from bot.domain.customer import Customer
from handlers.ui.html import code, escaped, linked
from handlers.ui.i18n import Translator
from handlers.ui.product_names import spaced


def who(words: Translator, customer_id: int, customer: Customer | None) -> str:
    """Return a person as an admin knows them: name and user name; the id of one without either.

    The name of one without a user name leads to their chat: nothing else would.
    """
    return " · ".join(_names(customer)) or _identity(words, customer_id)


def who_with_id(words: Translator, customer_id: int, customer: Customer | None) -> str:
    """Return a person with the id that commands such as /credit take."""
    return " · ".join((*_names(customer), _identity(words, customer_id)))


def _names(customer: Customer | None) -> list[str]:
    if customer is None:
        return []
    name = spaced(customer.first_name)
    if customer.username:
        return [part for part in (escaped(name), f"@{escaped(customer.username)}") if part]
    return [linked(name, f"tg://user?id={customer.customer_id}")] if name else []


def _identity(words: Translator, customer_id: int) -> str:
    return words.gettext("ID {user}").format(user=code(str(customer_id)))
