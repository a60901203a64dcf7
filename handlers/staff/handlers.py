"""The handlers of employees, their rights and the log."""

from __future__ import annotations

from bot.domain.staff import Right
from handlers.staff.buttons import (
    AddEmployee,
    AskForWork,
    AskRemoval,
    ChooseActKind,
    ChooseActor,
    ChooseRights,
    DecideStaff,
    MakeStaffLink,
    RemoveEmployee,
    SetRight,
    ShowEmployee,
)
from handlers.staff.joining import (
    add_employee,
    ask_for_work,
    choose_rights,
    decide_staff,
    make_staff_link,
    show_application,
)
from handlers.staff.log import choose_act_kind, choose_actor, log_command, show_log
from handlers.staff.staff import ask_removal, remove_employee, set_right, show_employee, show_staff
from handlers.ui.handler_factories import Handlers, on_press
from handlers.ui.permissions import on_staff_command, on_staff_press
from handlers.ui.staff_buttons import ShowApplication, ShowLog, ShowStaff


def staff_handlers() -> Handlers:
    """Return the handlers of staff and of the log; only the button of a link is for others."""
    return [
        on_press(AskForWork, ask_for_work),
        on_staff_command("staff", Right.OWNER, show_staff),
        on_staff_command("log", Right.OWNER, log_command),
        on_staff_press(ShowStaff, Right.OWNER, show_staff),
        on_staff_press(ShowEmployee, Right.OWNER, show_employee),
        on_staff_press(SetRight, Right.OWNER, set_right),
        on_staff_press(AskRemoval, Right.OWNER, ask_removal),
        on_staff_press(RemoveEmployee, Right.OWNER, remove_employee),
        on_staff_press(AddEmployee, Right.OWNER, add_employee),
        on_staff_press(ChooseRights, Right.OWNER, choose_rights),
        on_staff_press(MakeStaffLink, Right.OWNER, make_staff_link),
        on_staff_press(ShowApplication, Right.OWNER, show_application),
        on_staff_press(DecideStaff, Right.OWNER, decide_staff),
        on_staff_press(ShowLog, Right.OWNER, show_log),
        on_staff_press(ChooseActor, Right.OWNER, choose_actor),
        on_staff_press(ChooseActKind, Right.OWNER, choose_act_kind),
    ]
