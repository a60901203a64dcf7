"""The buttons of staff and of the log."""

from __future__ import annotations

from handlers.ui.buttons import NOTHING, Button


class ShowEmployee(Button, tag="pgm"):
    """Show one employee."""

    customer_id: int


class SetRight(Button, tag="pgr"):
    """Grant a right to an employee, or take it away."""

    customer_id: int
    is_granted: bool
    right: str


class AskRemoval(Button, tag="pgx"):
    """Ask for a confirmation before an employee is removed."""

    customer_id: int


class RemoveEmployee(Button, tag="pgy"):
    """Remove an employee, after the confirmation."""

    customer_id: int


class AddEmployee(Button, tag="pga"):
    """Show the kinds of employees to add."""


class ChooseRights(Button, tag="pgc"):
    """Show the rights of an employee to add, each to be switched on and off."""

    rights: str
    """As `written` writes them; `NOTHING` for none."""


class MakeStaffLink(Button, tag="pgk"):
    """Make the link by which an employee asks for these rights."""

    rights: str


class AskForWork(Button, tag="pgj"):
    """Ask the owners by a link that was opened."""

    code: str


class DecideStaff(Button, tag="pgd"):
    """Take on somebody who asks, or refuse them."""

    link_id: int
    accepts: bool


class ChooseActor(Button, tag="lgp"):
    """Show the persons whose acts can be shown alone."""

    kind: int
    words: str = NOTHING


class ChooseActKind(Button, tag="lgk"):
    """Show the kinds of acts that can be shown alone."""

    actor_id: int
    words: str = NOTHING
