"""The admins' side: what belongs to the one conversation, and everything outside it."""

from __future__ import annotations

from typing import Any

from telegram import Update
from telegram.ext import BaseHandler

from handlers.admin.adjustments import adjust, credit, debit, drop_adjust
from handlers.admin.balance import show_balance
from handlers.admin.parked_orders import (
    ask_delivered,
    ask_reference,
    attach_row,
    count_delivered,
    keep_waiting,
    refund,
    refund_anyway,
    show_overview,
    show_parked,
)
from handlers.admin.pause import pause, press_pause, press_resume, resume
from handlers.admin.pending_decisions import show_desk, show_request
from handlers.admin.permissions import on_admin_command, on_admin_press
from handlers.admin.supplier_comparison import recon
from handlers.admin.supplier_deposit import deposit, note_deposit
from handlers.admin.topups import (
    approve_amount,
    ask_decision,
    credit_again,
    decide_topup,
)
from handlers.admin.withheld_products import sell_again
from handlers.ui.buttons import (
    Adjust,
    ApproveAmount,
    AskDecision,
    Attach,
    AttachRow,
    CountDelivered,
    CountForGood,
    CreditAgain,
    DecideTopUp,
    DropAdjust,
    KeepWaiting,
    NoteDeposit,
    Pause,
    Refund,
    RefundAnyway,
    Resume,
    SellAgain,
    ShowDesk,
    ShowOverview,
    ShowParked,
    ShowRequest,
    ShowShopBalance,
)
from handlers.ui.context import ShopContext

Handlers = list[BaseHandler[Update, ShopContext, Any]]

ENTRY_POINTS: Handlers = [
    # A parked order: one button asks for its reference, the others end the question.
    on_admin_press(Attach, ask_reference),
    on_admin_press(AttachRow, attach_row),
    on_admin_press(ShowParked, show_parked),
    on_admin_press(CountDelivered, ask_delivered),
    on_admin_press(CountForGood, count_delivered),
    on_admin_press(Refund, refund),
    on_admin_press(RefundAnyway, refund_anyway),
    on_admin_press(KeepWaiting, keep_waiting),
    on_admin_press(ShowOverview, show_overview),
    on_admin_press(AskDecision, ask_decision),
]
HANDLERS: Handlers = [
    on_admin_command("credit", credit),
    on_admin_command("debit", debit),
    on_admin_command("deposit", deposit),
    on_admin_command("pause", pause),
    on_admin_command("resume", resume),
    on_admin_command("recon", recon),
    on_admin_press(Adjust, adjust),
    on_admin_press(DropAdjust, drop_adjust),
    on_admin_press(NoteDeposit, note_deposit),
    on_admin_press(DecideTopUp, decide_topup),
    on_admin_press(ApproveAmount, approve_amount),
    on_admin_press(CreditAgain, credit_again),
    on_admin_press(ShowShopBalance, show_balance),
    on_admin_press(ShowDesk, show_desk),
    on_admin_press(ShowRequest, show_request),
    on_admin_press(Pause, press_pause),
    on_admin_press(Resume, press_resume),
    on_admin_press(SellAgain, sell_again),
]
