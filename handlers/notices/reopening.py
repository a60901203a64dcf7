"""The notice that a paused shop has reopened: its buttons and its text."""

from __future__ import annotations

from telegram import Update

from bot.domain.notice import NoticeKind
from bot.domain.reopening import ShopStatus
from handlers.ui.context import ShopContext
from handlers.ui.html import bold, lines
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import keyboard, reopening_row, shop_in_new_message
from handlers.ui.opening import opening_text
from handlers.ui.rendered_message import RenderedMessage, Renderers, RenderInput
from handlers.ui.reopening_row import replace_reopening_row, shop_paused
from handlers.ui.replies import answer


async def ask_reopening(update: Update, context: ShopContext) -> None:
    """Store the request for a reopening notice; the pressed screen stays, with a new button."""
    translator = context.translator
    opening = await context.shop.reopening.subscribe(context.customer_id)
    if opening.opens_at is not None:
        text = shop_paused(translator, opening)
    elif opening.is_paused:
        text = translator.gettext(
            "All right, we will write to you once, as soon as the shop opens."
        )
    else:
        text = translator.gettext("The shop is open. You can order now.")
    await answer(update, context, text, is_alert=not opening.is_paused)
    await replace_reopening_row(update, context, reopening_row(translator, opening))


async def forget_reopening(update: Update, context: ShopContext) -> None:
    """Delete the request for a reopening notice; the pressed screen stays, with a new button."""
    translator = context.translator
    opening = await context.shop.reopening.unsubscribe(context.customer_id)
    await answer(update, context, translator.gettext("All right, the reminder is off."))
    await replace_reopening_row(update, context, reopening_row(translator, opening))


def reopened_text(translator: Translator, opening: ShopStatus) -> str:
    """Return that the shop has reopened; if it is paused again by now, say both."""
    if opening.is_paused:
        again = translator.gettext("The shop was open again for a while.")
        return lines(again, opening_text(translator, opening))
    title = translator.gettext("The shop is open again.")
    return lines(f"🔔 {bold(title)}", translator.gettext("You can order now."))


def _reopened(given: RenderInput) -> RenderedMessage:
    translator, opening = given.translator, given.subject(given.delivery.opening)
    row = reopening_row(translator, opening) or [shop_in_new_message(translator)]
    return RenderedMessage(reopened_text(translator, opening), keyboard(row))


RENDERERS: Renderers = {NoticeKind.REOPENED: _reopened}
