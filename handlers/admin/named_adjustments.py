"""A credit or debit for a customer who is named: the list of those who may be meant."""

from __future__ import annotations

from bot.domain.errors import TokenError
from bot.domain.staff import Right
from bot.services.people.people import Choice
from handlers.admin.buttons import AdjustFor
from handlers.ui.context import ShopContext
from handlers.ui.customer_rows import customers_meant
from handlers.ui.html import paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import Screen, keyboard


async def customers_to_adjust(
    context: ShopContext, name: str, amount: int, note: str
) -> Screen | None:
    """Return the customers whom a name may mean, each with a button to the proposal.

    `amount` in rupiah is above 0 for a credit. None: nobody has the name, or the reader may not
    see customers.
    """
    if not context.may(Right.CUSTOMERS):
        return None
    token = await context.shop.people.keep_choice(context.actor, Choice(amount, note))
    meant = await customers_meant(context, name, lambda one: AdjustFor(one, token))
    if meant is None:
        return None
    text, rows = meant
    what = _credit_of(context.translator, amount)
    return paragraphs(what, text), keyboard(*rows)


async def choice_of(context: ShopContext, token: str) -> Choice | None:
    """Return the amount and the note that a button stands for; None for an old button."""
    try:
        return await context.shop.people.choice(context.actor, token)
    except TokenError:
        return None


def choice_too_late(translator: Translator) -> str:
    """Return that a list of customers for a credit or debit is too old."""
    return translator.gettext("That was more than half an hour ago. Please type it again.")


def _credit_of(translator: Translator, amount: int) -> str:
    _, shown = translator.gettext, translator.money(abs(amount))
    if amount > 0:
        return _("➕ Credit of {amount}").format(amount=shown)  # noqa: RUF001 - a sign
    return _("➖ Debit of {amount}").format(amount=shown)  # noqa: RUF001 - a sign
