"""The handlers of the owner's switches of what is sold."""

from __future__ import annotations

from bot.domain.staff import Right
from handlers.selection.buttons import (
    AskNote,
    AskTypeName,
    Disrupt,
    EndDisruption,
    ForgetNote,
    LeaveBrand,
    NameType,
    PlaceType,
    SellTo,
    ShowTarget,
    UsualName,
)
from handlers.selection.selection import (
    ask_note,
    ask_type_name,
    disrupt,
    end_disruption,
    forget_note,
    leave_brand,
    name_type,
    place_type,
    products_command,
    sell_to,
    show_selection,
    show_target,
    usual_name,
)
from handlers.ui.handler_factories import Handlers
from handlers.ui.permissions import on_staff_command, on_staff_press
from handlers.ui.staff_buttons import ShowSelection


def selection_handlers() -> Handlers:
    """Return the handlers outside the conversation."""
    return [
        on_staff_command("products", Right.OWNER, products_command),
        on_staff_press(ShowSelection, Right.OWNER, show_selection),
        on_staff_press(SellTo, Right.OWNER, sell_to),
        on_staff_press(Disrupt, Right.OWNER, disrupt),
        on_staff_press(EndDisruption, Right.OWNER, end_disruption),
        on_staff_press(ForgetNote, Right.OWNER, forget_note),
        on_staff_press(NameType, Right.OWNER, name_type),
        on_staff_press(UsualName, Right.OWNER, usual_name),
        on_staff_press(PlaceType, Right.OWNER, place_type),
        on_staff_press(LeaveBrand, Right.OWNER, leave_brand),
    ]


def selection_questions() -> Handlers:
    """Return the buttons that ask for a typed text, or end such a question."""
    return [
        on_staff_press(AskNote, Right.OWNER, ask_note),
        on_staff_press(AskTypeName, Right.OWNER, ask_type_name),
        on_staff_press(ShowTarget, Right.OWNER, show_target),
    ]
