"""Names of customers, as admins read them."""

from __future__ import annotations

from bot.domain.customer import Customer
from handlers.ui.html import code, escaped, linked
from handlers.ui.i18n import Translator
from handlers.ui.product_names import spaced


def who(translator: Translator, customer_id: int, customer: Customer | None) -> str:
    """Return a customer's name and user name, or the id of a customer who has neither.

    Without a user name the name links to the chat, since there is no other way to open it.
    """
    return " · ".join(_names(customer)) or _identity(translator, customer_id)


def who_with_id(translator: Translator, customer_id: int, customer: Customer | None) -> str:
    """Return a customer's names with the id that commands such as /credit take."""
    return " · ".join((*_names(customer), _identity(translator, customer_id)))


def _names(customer: Customer | None) -> list[str]:
    if customer is None:
        return []
    name = spaced(customer.first_name)
    if customer.username:
        return [part for part in (escaped(name), f"@{escaped(customer.username)}") if part]
    return [linked(name, f"tg://user?id={customer.customer_id}")] if name else []


def _identity(translator: Translator, customer_id: int) -> str:
    return translator.gettext("ID {user}").format(user=code(str(customer_id)))
