"""The handlers of a person's own data."""

from __future__ import annotations

from bot.domain.staff import Right
from handlers.privacy.buttons import AskOwnErasure, Erase, KeepData, SendOwnData
from handlers.privacy.privacy import (
    ask_customer_erasure,
    ask_own_erasure,
    erase,
    keep_data,
    send_customer_data,
    send_own_data,
    show_privacy,
)
from handlers.ui.buttons import ShowPrivacy
from handlers.ui.handler_factories import Handlers, on_command, on_press
from handlers.ui.permissions import on_staff_press
from handlers.ui.staff_buttons import AskErasure, SendPersonalData


def privacy_handlers() -> Handlers:
    """Return the handlers outside the conversation."""
    return [
        on_command("privacy", show_privacy),
        on_press(ShowPrivacy, show_privacy),
        on_press(SendOwnData, send_own_data),
        on_press(AskOwnErasure, ask_own_erasure),
        on_press(Erase, erase),
        on_press(KeepData, keep_data),
        on_staff_press(SendPersonalData, Right.OWNER, send_customer_data),
        on_staff_press(AskErasure, Right.OWNER, ask_customer_erasure),
    ]
