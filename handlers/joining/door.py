"""The door of a shop that is not open to all: who comes by an invitation, and who asks to join."""

from __future__ import annotations

from telegram import Update

from bot.domain.catalogue import CategoryId, ProductId
from bot.domain.customer import Membership
from bot.domain.start_link import StartLink, StartLinkError, parse_payload, payload_of
from handlers.joining.texts import invitation_over
from handlers.ui.buttons import AskToJoin, ButtonError, ChooseLanguage, tag_of
from handlers.ui.closed_door import show_closed_door
from handlers.ui.context import ShopContext, message_text
from handlers.ui.handler_factories import pressed

START = "/start"
OPEN_COMMANDS = frozenset({"/terms", "/syarat", "/privacy", "/privasi"})
"""What everybody may read, customers or not: the terms, and what is kept about them."""


async def may_enter(
    update: Update, context: ShopContext, open_buttons: frozenset[str] = frozenset()
) -> bool:
    """Return whether an update may go on to its handler; answer those who may not use the shop.

    They can do nothing but come by an invitation, ask to join, choose the language, and what is
    open to everybody: `OPEN_COMMANDS`, and the buttons with these tags.
    """
    data = "" if update.callback_query is None else update.callback_query.data
    if context.is_admitted or tag_of(data) in open_buttons:
        return True
    if _command_of(update) in OPEN_COMMANDS:
        return True
    link = _link_of(update)
    if link.invitation:
        if await context.shop.joining.come_by(context.customer_id, link.invitation):
            context.use_membership(Membership.MEMBER)
            return True
        news = invitation_over(context.translator)
        await show_closed_door(update, context, link.destination, news)
        return False
    if link.staff or link.person:
        # The handler of /start checks the code, and shows the closed door if it is of no use.
        return True
    match tag_of(data):
        case AskToJoin.TAG:
            await _ask_to_join(update, context)
        case ChooseLanguage.TAG:
            await _choose_language(update, context)
        case _:
            await show_closed_door(update, context, link.destination)
    return False


async def _ask_to_join(update: Update, context: ShopContext) -> None:
    wanted = pressed(update, AskToJoin)
    destination = StartLink()
    if wanted.product_id > 0:
        destination = StartLink(product_id=ProductId(wanted.product_id))
    elif wanted.category_id > 0:
        destination = StartLink(category_id=CategoryId(wanted.category_id))
    try:
        payload = payload_of(destination)
    except StartLinkError:
        # A forged button, with a number that no product has.
        payload = ""
    context.use_membership(await context.shop.joining.ask(context.customer_id, payload))
    await show_closed_door(update, context)


async def _choose_language(update: Update, context: ShopContext) -> None:
    chosen = pressed(update, ChooseLanguage).language
    if not context.shop.languages.offers(chosen):
        raise ButtonError
    await context.shop.customers.choose_language(context.customer_id, chosen)
    context.use_language(chosen)
    await show_closed_door(update, context)


def _link_of(update: Update) -> StartLink:
    """Return the link by which a message opens the bot; an empty one for any other update."""
    if _command_of(update) != START:
        return StartLink()
    try:
        return parse_payload(message_text(update).partition(" ")[2].strip())
    except StartLinkError:
        return StartLink()


def _command_of(update: Update) -> str:
    """Return the first word of a message, without the bot's name behind a command."""
    return message_text(update).partition(" ")[0].partition("@")[0].lower()
