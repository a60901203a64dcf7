"""One-use links by which a Telegram account becomes that of a person whom the shop knows."""

from __future__ import annotations

from telegram import Update

from bot.domain.errors import AccountInUseError, NotFoundError
from bot.domain.start_link import StartLink, url_of
from handlers.ui.context import ShopContext
from handlers.ui.i18n import Translator


def account_link(bot_username: str, code: str) -> str:
    """Return the address of a link."""
    return url_of(bot_username, StartLink(person=code))


async def open_account_link(update: Update, context: ShopContext, code: str) -> str:
    """Use up a link, and return what came of it; the sender is loaded again if it worked."""
    try:
        await context.shop.people.link_account(context.actor, code)
    except NotFoundError:
        return link_ended(context.translator)
    except AccountInUseError:
        return account_in_use(context.translator)
    await context.customer(update, is_start=True)
    return account_linked(context.translator)


def account_linked(translator: Translator) -> str:
    """Return that the account is the known person's now."""
    return translator.gettext("✅ Welcome! Your balance and orders at the shop are here now.")


def link_ended(translator: Translator) -> str:
    """Return that a link does not work any more."""
    return translator.gettext(
        "This link was used or is too old. Please ask the shop for a new one."
    )


def account_in_use(translator: Translator) -> str:
    """Return that the account cannot become another person's, so that it is not linked."""
    return translator.gettext(
        "This Telegram account is in use at this shop already, so the link was not used. Please "
        "ask the shop."
    )
