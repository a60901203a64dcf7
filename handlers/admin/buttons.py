"""The buttons for admins."""

from __future__ import annotations

from handlers.ui.buttons import Button


class DecideTopUp(Button, tag="d"):
    """Approve or reject a top-up."""

    topup_id: int
    approve: bool


class AskDecision(Button, tag="A"):
    """Ask for the amount that arrived (`for_amount`), or for the reason of a rejection."""

    topup_id: int
    for_amount: bool


class ApproveAmount(Button, tag="Q"):
    """Credit the typed amount, in whole rupiah, instead of the requested one."""

    topup_id: int
    amount: int


class CreditAgain(Button, tag="9"):
    """Credit an amount that may be credited already, because a second payment arrived."""

    token: str


class Adjust(Button, tag="j"):
    """Make a credit or debit that an old version proposed, which asked for no source."""

    token: str


class AdjustFor(Button, tag="jc"):
    """Propose a credit or debit, whose amount the token keeps, for a chosen customer."""

    customer_id: int
    token: str


class ChooseSource(Button, tag="js"):
    """Choose where the money of a proposed credit or debit comes from.

    `source` is the position in `SOURCES`; -1 asks again.
    """

    source: int
    token: str


class MakeAdjustment(Button, tag="jm"):
    """Make a proposed credit or debit from the shown source, a position in `SOURCES`."""

    source: int
    token: str


class NoteDeposit(Button, tag="8"):
    """Record a proposed deposit: money that the shop paid to the supplier."""

    token: str


class DropAdjust(Button, tag="J"):
    """Dismiss a proposed credit, debit or deposit."""

    token: str


class Attach(Button, tag="a"):
    """Ask an admin for the supplier's reference of a parked order."""

    order_id: int


class AttachRow(Button, tag="r"):
    """Attach one of the supplier's rows that may be the order's own."""

    order_id: int
    ref_id: str


class Refund(Button, tag="f"):
    """Refund a parked order, unless its goods may have been bought."""

    order_id: int
    force: bool = False
    """Set by buttons of older versions to override any doubt; now the doubt is shown instead."""


class RefundAnyway(Button, tag="fa"):
    """Refund a parked order despite the doubt that was shown; `doubt` is its digest."""

    order_id: int
    doubt: str


class CountDelivered(Button, tag="Y"):
    """Ask for a confirmation before a parked order is settled as delivered."""

    order_id: int


class CountForGood(Button, tag="Z"):
    """Settle a parked order as delivered, after the confirmation."""

    order_id: int
    shown: str
    """The digest of the facts that the question showed."""


class KeepWaiting(Button, tag="n"):
    """Leave an order parked."""

    order_id: int


class SellAgain(Button, tag="sa"):
    """Release a withheld product for sale; `cost` in rupiah is the cost that was shown."""

    withheld_id: int
    cost: int


class ShowRequest(Button, tag="sr"):
    """Show a top-up to an admin, with the buttons that decide it."""

    topup_id: int


class ShowCode(Button, tag="pgv"):
    """Show the code of an order to staff with the right; each look is logged."""

    order_id: int


class HowToDeposit(Button, tag="hd"):
    """Show an owner how to record money paid to the supplier."""


class Compare(Button, tag="cm"):
    """Compare the orders with the supplier's rows."""
