"""What somebody reads who may not use the shop: one sentence, and what they can do about it."""

from __future__ import annotations

from telegram import Update

from bot.domain.customer import Membership
from bot.domain.shop_settings import SignUp
from bot.domain.start_link import StartLink
from handlers.ui.buttons import AskToJoin
from handlers.ui.context import ShopContext
from handlers.ui.html import lines, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import Row, copy_id, keyboard, languages_row, main_button
from handlers.ui.order_card import questions
from handlers.ui.replies import show


async def show_closed_door(
    update: Update, context: ShopContext, destination: StartLink | None = None, news: str = ""
) -> None:
    """Show that the sender may not use the shop, with `news` above.

    `destination` is where the link leads that they came by; it is opened once they are let in.
    """
    translator, shop = context.translator, context.shop
    signup = context.settings.signup
    text = door_text(translator, context.membership, signup, context.settings.shop_contact)
    ask: Row = []
    if context.membership is Membership.NEW and signup is SignUp.APPROVAL:
        wanted = destination or StartLink()
        meaning = AskToJoin(wanted.product_id or 0, wanted.category_id or 0)
        ask = [main_button(translator.gettext("🙋 Ask to join"), meaning)]
    # The owner needs their id while there are no admins.
    has_no_owner = not shop.rules.owner_ids
    owner = copy_id(translator, context.actor.telegram_id) if has_no_owner else []
    markup = keyboard(ask, owner, languages_row(translator, shop.languages))
    await show(update, context, paragraphs(news, text), markup)


def door_text(translator: Translator, membership: Membership, signup: SignUp, contact: str) -> str:
    """Return the sentence for somebody who may not use the shop, and whom to ask."""
    _ = translator.gettext
    ask = questions(translator, contact)
    if membership is Membership.WAITING:
        return lines(
            _("You have asked to join this shop. We will write to you here once you are let in."),
            ask,
        )
    if membership is Membership.REFUSED:
        return lines(_("Sorry, this shop cannot let you in just now."), ask)
    if signup is SignUp.APPROVAL:
        return lines(
            _("This shop serves only customers whom it knows. Ask to join, and we will look."), ask
        )
    return lines(
        _("This shop serves only customers who were invited. Open the link that you were sent."),
        ask,
    )
