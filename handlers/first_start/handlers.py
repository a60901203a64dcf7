"""The handlers of the first start; each leads to a step of it, or out of it."""

from __future__ import annotations

from bot.domain.staff import Right
from handlers.first_start.buttons import (
    ApplyPayment,
    NoteOpening,
    OpenShop,
    SetProfit,
    SwitchType,
    UseMyContact,
)
from handlers.first_start.first_start import (
    apply_payment,
    go_to_setup,
    note_opening,
    open_shop,
    set_profit,
    switch_type,
    use_my_contact,
)
from handlers.ui.handler_factories import Handlers
from handlers.ui.permissions import on_staff_press
from handlers.ui.staff_buttons import GoToSetup


def first_start_handlers() -> Handlers:
    """Return the buttons of the first start."""
    return [
        on_staff_press(GoToSetup, Right.OWNER, go_to_setup),
        on_staff_press(UseMyContact, Right.OWNER, use_my_contact),
        on_staff_press(ApplyPayment, Right.OWNER, apply_payment),
        on_staff_press(SetProfit, Right.OWNER, set_profit),
        on_staff_press(SwitchType, Right.OWNER, switch_type),
        on_staff_press(NoteOpening, Right.OWNER, note_opening),
        on_staff_press(OpenShop, Right.OWNER, open_shop),
    ]
