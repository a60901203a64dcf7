"""Names of customers, as admins read them."""

from __future__ import annotations

from bot.domain.customer import Customer
from bot.domain.order import CustomerId
from handlers.ui.html import code, escaped, linked, spaced
from handlers.ui.i18n import Translator


def who(translator: Translator, customer_id: CustomerId, customer: Customer | None) -> str:
    """Return a customer's name and user name, or the id of a customer who has neither.

    The name links to the chat with the account, if the shop knows it.
    """
    return " · ".join(_names(customer)) or _identity(translator, customer_id, customer)


def who_with_id(translator: Translator, customer_id: CustomerId, customer: Customer | None) -> str:
    """Return a customer's names with the id that commands such as /credit take."""
    return " · ".join((*_names(customer), _identity(translator, customer_id, customer)))


def id_to_type(customer_id: CustomerId, customer: Customer | None) -> int:
    """Return the id that an admin types: that of the Telegram account, else Konter's own."""
    known = None if customer is None else customer.telegram_id
    return customer_id if known is None else known


def name_or_id(customer_id: CustomerId, customer: Customer | None) -> str:
    """Return a customer's name in one line, for a button; the id of a customer without one."""
    name = "" if customer is None else " ".join(customer.name.split())
    return name or str(id_to_type(customer_id, customer))


def _names(customer: Customer | None) -> list[str]:
    if customer is None:
        return []
    name = spaced(customer.name)
    shown = escaped(name)
    if name and customer.telegram_id is not None:
        shown = linked(name, f"tg://user?id={customer.telegram_id}")
    username = f"@{escaped(customer.username)}" if customer.username else ""
    return [part for part in (shown, username) if part]


def _identity(translator: Translator, customer_id: CustomerId, customer: Customer | None) -> str:
    shown = id_to_type(customer_id, customer)
    return translator.gettext("ID {user}").format(user=code(str(shown)))
