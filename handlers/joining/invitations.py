"""/undang and its screen: the invitations by which people may come, and who asks to join."""

from __future__ import annotations

import re
from typing import Final

from telegram import Update

from bot.domain.errors import TooManyInvitationsError
from handlers.joining.buttons import DeleteInvitation, MakeInvitation
from handlers.joining.texts import (
    delete_label,
    how_to_invite,
    invitation_deleted,
    invitation_url,
    invitations_text,
    invited,
    make_label,
    poster_label,
    too_many_invitations,
)
from handlers.ui.context import ShopContext
from handlers.ui.handler_factories import pressed
from handlers.ui.keyboards import (
    Row,
    Screen,
    button,
    copying,
    home,
    in_columns,
    keyboard,
    side_by_side,
)
from handlers.ui.labels import label_with_name
from handlers.ui.people import name_or_id
from handlers.ui.replies import show, show_new
from handlers.ui.staff_buttons import MakePoster, ShowApplicant

OFFERED: Final = ((1, 7), (10, 30), (0, 0))
"""The limits of persons and days that have a button; 0: none."""
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


async def invite_command(update: Update, context: ShopContext) -> None:
    """Show the invitations: /undang. Make one for so many persons and days: /undang 5 3."""
    typed = context.args or []
    if not typed:
        await show_new(update, context, *await _screen(context))
        return
    if len(typed) > 2 or not all(map(_NUMBER.fullmatch, typed)) or int(typed[0]) == 0:
        await show_new(update, context, how_to_invite(context.translator))
        return
    max_uses, days = int(typed[0]), int(typed[1]) if len(typed) == 2 else 0
    await show_new(update, context, *await _made(context, max_uses, days))


async def show_invitations(update: Update, context: ShopContext) -> None:
    """Show the invitations on the pressed message."""
    await show(update, context, *await _screen(context))


async def make_invitation(update: Update, context: ShopContext) -> None:
    """Make an invitation with the limits of the button."""
    wanted = pressed(update, MakeInvitation)
    await show(update, context, *await _made(context, wanted.max_uses, wanted.days))


async def delete_invitation(update: Update, context: ShopContext) -> None:
    """Take the invitation of the button back."""
    code = pressed(update, DeleteInvitation).code
    is_deleted = await context.shop.joining.delete_invitation(context.actor, code)
    news = invitation_deleted(context.translator, is_deleted=is_deleted)
    await show(update, context, *await _screen(context, news))


async def _made(context: ShopContext, max_uses: int, days: int) -> Screen:
    translator, bot_name = context.translator, context.bot.username
    try:
        invitation = await context.shop.joining.invite(context.actor, max_uses, days)
    except TooManyInvitationsError as error:
        return await _screen(context, too_many_invitations(translator, error.most))
    url = invitation_url(invitation, bot_name)
    copy = copying(translator.gettext("📋 Copy the new link"), url)
    news = invited(translator, invitation, bot_name)
    return await _screen(context, news, [] if copy is None else [copy])


async def _screen(context: ShopContext, news: str = "", first_row: Row | None = None) -> Screen:
    translator = context.translator
    overview = await context.shop.joining.overview(context.actor)
    text = invitations_text(translator, overview, context.bot.username, news)
    makes = [
        button(make_label(translator, uses, days), MakeInvitation(uses, days))
        for uses, days in OFFERED
    ]
    deletes = [
        button(delete_label(translator, place), DeleteInvitation(one.code))
        for place, one in enumerate(overview.invitations, start=1)
    ]
    waiting = [
        button(
            label_with_name(name_or_id(one.customer.customer_id, one.customer), start="🙋 "),
            ShowApplicant(one.customer.customer_id),
        )
        for one in overview.waiting
    ]
    poster = button(poster_label(translator), MakePoster())
    return text, keyboard(
        first_row or [],
        *([one] for one in waiting),
        *side_by_side(makes),
        *in_columns(deletes, 3),
        [poster, home(translator)] if context.is_owner else [home(translator)],
    )
