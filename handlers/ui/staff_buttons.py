"""The buttons of the staff that several features show; see `buttons.py`."""

from __future__ import annotations

from handlers.ui.buttons import NOTHING, Button


class SendPersonalData(Button, tag="po"):
    """Send an owner the data of a customer as files."""

    customer_id: int


class AskErasure(Button, tag="pq"):
    """Show an owner what an erasure of a customer's data would do."""

    customer_id: int


class ShowSelection(Button, tag="w1"):
    """Show an owner the types of products, and what is sold of them."""


class Resume(Button, tag="u"):
    """Resume sales and sending, unless sales stopped again after the button was shown."""

    shown_at: int
    """In seconds since 1970."""


class Pause(Button, tag="v"):
    """Pause the shop: take no orders and send none."""


class AskAdjustment(Button, tag="ja"):
    """Ask an admin how much to credit to a customer's wallet, or to debit."""

    customer_id: int
    is_debit: bool


class ShowReport(Button, tag="rp"):
    """Show the report of a period; `period` is the value of a `Period`."""

    period: int = 0


class ShowShopBalance(Button, tag="sb"):
    """Show the shop's money to an admin."""


class ShowPrices(Button, tag="2a"):
    """Show the rules of the prices for a level, 0 for everybody; pages count from 0."""

    level_id: int = 0
    page: int = 0


class ShowPendingDecisions(Button, tag="sd"):
    """Show the pending decisions to an admin."""


class ListCustomers(Button, tag="cul"):
    """Show a page of a list of customers to staff; pages count from 0."""

    which: int = 0
    """The value of a `CustomerList`."""
    page: int = 0


class ShowCustomer(Button, tag="cu"):
    """Show the card of a customer to staff."""

    customer_id: int


class ShowApplicant(Button, tag="jq"):
    """Show somebody's request to join to the staff."""

    customer_id: int


class ShowParked(Button, tag="i"):
    """Show an order to an admin, with the possible decisions."""

    order_id: int


class WriteTo(Button, tag="3a"):
    """Ask somebody of the staff for a message to a customer."""

    customer_id: int
    subject_id: int
    """The id of the order or top-up; 0 for none."""
    about: str
    """The value of an `About`."""


class ShowThread(Button, tag="3b"):
    """Show a conversation with a customer to the staff."""

    thread_id: int


class CloseThread(Button, tag="3c"):
    """Close a conversation with a customer."""

    thread_id: int


class ShowSettings(Button, tag="S0"):
    """Show the shop's settings to an owner."""


class GoToSetup(Button, tag="f1"):
    """Go to a step of the first start, one of `SetupStep`."""

    step: int


class ShowSell(Button, tag="f8"):
    """Show an employee how to sell over the counter."""


class ShowOverview(Button, tag="O"):
    """Show the shop's status to an admin."""


class ShowInvitations(Button, tag="si"):
    """Show the invitations and who asks to join."""


class MakePoster(Button, tag="mp"):
    """Make the poster with the code of the shop's link."""


class ShowStaff(Button, tag="pgl"):
    """Show who works for the shop."""


class ShowApplication(Button, tag="pgo"):
    """Show who asks to become an employee by a link."""

    link_id: int


class ShowLog(Button, tag="lgs"):
    """Show a page of the log."""

    page: int = 0
    actor_id: int = 0
    """Whose acts; 0: everybody's."""
    kind: int = 0
    """The place of the `ActKind` in their order, from 1; 0: all."""
    words: str = NOTHING
