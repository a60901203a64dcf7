"""The handlers of invitations, requests to join, and links to share."""

from __future__ import annotations

from bot.domain.staff import Right
from handlers.joining.buttons import DecideJoin, DeleteInvitation, MakeInvitation
from handlers.joining.invitations import (
    delete_invitation,
    invite_command,
    make_invitation,
    show_invitations,
)
from handlers.joining.requests import decide_join, show_applicant
from handlers.joining.share import make_poster, share_link
from handlers.ui.buttons import ShareLink
from handlers.ui.handler_factories import Handlers
from handlers.ui.permissions import on_staff_command, on_staff_press
from handlers.ui.staff_buttons import MakePoster, ShowApplicant, ShowInvitations


def joining_handlers() -> Handlers:
    """Return the handlers outside the conversation."""
    return [
        on_staff_command("invite", Right.CUSTOMERS, invite_command),
        on_staff_press(ShowInvitations, Right.CUSTOMERS, show_invitations),
        on_staff_press(MakeInvitation, Right.CUSTOMERS, make_invitation),
        on_staff_press(DeleteInvitation, Right.CUSTOMERS, delete_invitation),
        on_staff_press(ShowApplicant, Right.CUSTOMERS, show_applicant),
        on_staff_press(DecideJoin, Right.CUSTOMERS, decide_join),
        on_staff_press(ShareLink, None, share_link),
        on_staff_press(MakePoster, Right.OWNER, make_poster),
    ]
