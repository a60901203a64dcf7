"""Which handler takes which update, as one ordered list, and which renderer each notice has."""

from __future__ import annotations

from telegram import Update
from telegram.constants import ChatType
from telegram.ext import ApplicationHandlerStop, CallbackQueryHandler, TypeHandler

from bot.domain.notice import NoticeKind
from bot.domain.staff import Right
from handlers.account.buttons import ShowHelp, ShowPricesAndProducts
from handlers.account.front_door import show_prices_and_products
from handlers.account.help import show_help
from handlers.account.language import choose_language, show_languages
from handlers.account.terms import paysupport_command, terms_command
from handlers.admin import notices as admin_notices
from handlers.admin.adjustments import (
    adjust,
    adjust_for,
    choose_source,
    credit,
    debit,
    drop_adjust,
    make_adjustment,
)
from handlers.admin.balance import show_shop_balance
from handlers.admin.buttons import (
    Adjust,
    AdjustFor,
    ApproveAmount,
    ChooseSource,
    Compare,
    CreditAgain,
    DecideTopUp,
    DropAdjust,
    HowToDeposit,
    MakeAdjustment,
    NoteDeposit,
    SellAgain,
    ShowCode,
    ShowRequest,
)
from handlers.admin.codes import show_code
from handlers.admin.pause import pause, press_pause, press_resume, resume
from handlers.admin.pending_decisions import show_pending_decisions, show_request
from handlers.admin.supplier_comparison import recon
from handlers.admin.supplier_deposit import deposit, note_deposit
from handlers.admin.topups import approve_amount, credit_again, decide_topup
from handlers.admin.withheld_products import sell_again
from handlers.buying.by_number import show_number
from handlers.catalogue import notices as catalogue_notices
from handlers.catalogue.browse import open_level_for
from handlers.catalogue.buttons import Find, FindSources
from handlers.catalogue.restock import ask_restock, forget_restock
from handlers.catalogue.search import show_found, show_found_sources
from handlers.conversation import BALANCE, STATUS, TYPED_TEXT, conversation
from handlers.joining import notices as joining_notices
from handlers.joining.door import may_enter
from handlers.joining.handlers import joining_handlers
from handlers.notices import reopening
from handlers.notices.reopening import ask_reopening, forget_reopening
from handlers.orders import notices as order_notices
from handlers.orders.buttons import ShowFoundOrder, ShowOrder
from handlers.orders.orders import (
    ask_for_help,
    cancel_order,
    show_found_order,
    show_found_orders,
    show_history,
    show_order,
)
from handlers.prices.handlers import price_handlers
from handlers.privacy.buttons import AskOwnErasure, Erase, KeepData, SendOwnData
from handlers.privacy.handlers import privacy_handlers
from handlers.receipts.receipts import make_receipt, receipt_command
from handlers.reports import notices as report_notices
from handlers.reports.reports import report, show_report
from handlers.saved_numbers.buttons import ForgetSaved, ShowNumbers, ShowSaved
from handlers.saved_numbers.saved_numbers import forget_saved, show_numbers, show_saved
from handlers.saved_numbers.share_number import ask_own_number, remove_share_button
from handlers.selection import notices as selection_notices
from handlers.selection.handlers import selection_handlers
from handlers.settings import notices as settings_notices
from handlers.settings.buttons import ApplySetting
from handlers.settings.settings import apply_setting
from handlers.staff import notices as staff_notices
from handlers.staff.buttons import (
    AskForWork,
)
from handlers.staff.handlers import staff_handlers
from handlers.threads import notices as thread_notices
from handlers.threads.answer import take_reply
from handlers.threads.buttons import IsOfCase
from handlers.threads.pictures import ask_or, take_picture_of_case
from handlers.threads.write import close_thread, show_thread
from handlers.typed_input.answers import end_on_other_input
from handlers.typed_input.questions import ask_for_contact
from handlers.typed_input.sent_numbers import take_contact_anywhere
from handlers.ui.buttons import (
    AskForHelp,
    AskReopening,
    AskRestock,
    AskShop,
    CancelOrder,
    ChooseLanguage,
    FindOrders,
    ForgetReopening,
    ForgetRestock,
    IsPaymentProof,
    MakeReceipt,
    OpenFor,
    ShareOwnNumber,
    ShowHistory,
    ShowLanguages,
    ShowNumber,
    ShowPrivacy,
    ShowTopUp,
)
from handlers.ui.context import ShopApplication, ShopContext
from handlers.ui.fallbacks import say_old_button, say_unknown_command, say_unknown_message
from handlers.ui.first_match import FirstMatch
from handlers.ui.handler_factories import (
    COMMAND,
    CONTACT,
    OTHER,
    PICTURE,
    TEXT,
    Handlers,
    on_command,
    on_message,
    on_press,
)
from handlers.ui.permissions import on_staff_command, on_staff_press
from handlers.ui.rendered_message import Renderers
from handlers.ui.replies import answer
from handlers.ui.staff_buttons import (
    CloseThread,
    Pause,
    Resume,
    ShowPendingDecisions,
    ShowReport,
    ShowShopBalance,
    ShowThread,
)
from handlers.wallet import notices as wallet_notices
from handlers.wallet.buttons import CancelTopUp
from handlers.wallet.payment_proof import take_kept_proof, take_proof
from handlers.wallet.topups import cancel_topup, show_topup

ADMIT, HANDLE, ANSWER = -1, 0, 1
"""The groups of handlers, in the order in which they run."""


OPEN_TO_ALL = frozenset(
    kind.TAG for kind in (ShowPrivacy, SendOwnData, AskOwnErasure, Erase, KeepData, AskForWork)
)
"""The tags of the buttons that work also for whoever may not use the shop."""


def register(application: ShopApplication) -> None:
    """Add all handlers to an application, in three groups.

    The library runs the first matching handler of each group, one group after another.
    """
    shop_conversation = conversation()

    async def admit_and_load(update: Update, context: ShopContext) -> None:
        await admit(update, context)
        if await take_reply(update, context):
            raise ApplicationHandlerStop
        await shop_conversation.load(update, context)

    # Only new messages and pressed buttons of private chats reach the other groups.
    application.add_handler(TypeHandler(Update, admit_and_load), ADMIT)
    for handler in (shop_conversation, FirstMatch(in_order())):
        application.add_handler(handler, HANDLE)
    # Every callback query gets an answer; without one Telegram shows the button as loading.
    application.add_handler(CallbackQueryHandler(answer), ANSWER)


def in_order() -> Handlers:
    """Return the handlers outside the conversation; the first match handles the update."""
    return [
        *_customer_commands(),
        # Buttons of screens that wait for no typed answer.
        on_press(Find, show_found),
        on_press(FindSources, show_found_sources),
        on_press(ShowNumber, show_number),
        on_press(ShowNumbers, show_numbers),
        on_press(ShowSaved, show_saved),
        on_press(ForgetSaved, forget_saved),
        on_press(ShareOwnNumber, ask_own_number),
        on_press(OpenFor, open_level_for),
        on_press(AskRestock, ask_restock),
        on_press(ForgetRestock, forget_restock),
        on_press(AskReopening, ask_reopening),
        on_press(ForgetReopening, forget_reopening),
        *_order_handlers(),
        on_press(MakeReceipt, make_receipt),
        *privacy_handlers(),
        on_press(ShowTopUp, show_topup),
        on_press(CancelTopUp, cancel_topup),
        on_press(IsPaymentProof, take_kept_proof),
        on_press(IsOfCase, take_picture_of_case),
        on_press(ShowLanguages, show_languages),
        on_press(ChooseLanguage, choose_language),
        on_press(ShowHelp, show_help),
        # Only for staff; others get the same answer as for an unknown command or button.
        *_admin_handlers(),
        *price_handlers(),
        *staff_handlers(),
        *selection_handlers(),
        *joining_handlers(),
        # Messages that no step waits for: typed text, a contact, a picture.
        on_message(TEXT, TYPED_TEXT.take),
        on_message(CONTACT, take_contact_anywhere),
        on_message(PICTURE, ask_or(take_proof)),
        # Everything else is answered with what the bot understands.
        CallbackQueryHandler(say_old_button),
        on_message(COMMAND, say_unknown_command),
        on_message(OTHER, say_unknown_message),
    ]


async def admit(update: Update, context: ShopContext) -> None:
    """Load the sender of a new message or a pressed button in a private chat; stop other updates.

    It also removes a reply keyboard that is still shown, and ends a question if the sender goes on
    with a command or with a button of another message.
    """
    chat = update.effective_chat
    is_private = chat is not None and chat.type == ChatType.PRIVATE
    if not is_private or (update.message is None and update.callback_query is None):
        raise ApplicationHandlerStop
    await context.shop.search.ready()
    await context.customer(update)
    if not await may_enter(update, context, OPEN_TO_ALL):
        raise ApplicationHandlerStop
    await remove_share_button(update, context)
    await end_on_other_input(update, context)


def notice_renderers() -> Renderers:
    """Return the renderer of each kind of notice, as the features declare them.

    Raises `ValueError` if a kind has no renderer, or more than one.
    """
    declared = [
        *order_notices.RENDERERS.items(),
        *wallet_notices.RENDERERS.items(),
        *catalogue_notices.RENDERERS.items(),
        *reopening.RENDERERS.items(),
        *admin_notices.RENDERERS.items(),
        *staff_notices.RENDERERS.items(),
        *thread_notices.RENDERERS.items(),
        *selection_notices.RENDERERS.items(),
        *joining_notices.RENDERERS.items(),
        *settings_notices.RENDERERS.items(),
        *report_notices.RENDERERS.items(),
    ]
    renderers = dict(declared)
    if len(renderers) != len(declared) or set(renderers) != set(NoticeKind):
        raise ValueError("every kind of notice needs exactly one renderer")
    return renderers


def _customer_commands() -> Handlers:
    """Return the commands for everybody, under their English and their Indonesian names."""
    return [
        on_command("search", TYPED_TEXT.search_command),
        on_command("history", TYPED_TEXT.history_command),
        on_command("receipt", receipt_command),
        on_command("status", STATUS),
        on_command("balance", BALANCE),
        on_command("numbers", show_numbers),
        on_command("language", show_languages),
        on_command("help", show_help),
        on_command("terms", terms_command),
        on_command("paysupport", paysupport_command),
    ]


def _order_handlers() -> Handlers:
    """Return the handlers of a customer's orders and of requests for help."""
    return [
        on_press(ShowHistory, show_history),
        on_press(FindOrders, show_found_orders),
        on_press(ShowOrder, show_order),
        on_press(ShowFoundOrder, show_found_order),
        on_press(CancelOrder, cancel_order),
        on_press(AskForHelp, ask_for_help),
        on_press(AskShop, ask_for_contact),
    ]


def _admin_handlers() -> Handlers:
    """Return the handlers of the staff's commands and buttons."""
    return [
        on_staff_command("credit", Right.TOPUPS, credit),
        on_staff_command("debit", Right.OWNER, debit),
        on_staff_command("pause", Right.CASES, pause),
        on_staff_command("resume", Right.CASES, resume),
        on_staff_command("recon", Right.CASES, recon),
        on_staff_press(HowToDeposit, Right.OWNER, deposit),
        on_staff_press(Compare, Right.CASES, recon),
        on_staff_command("cases", None, show_pending_decisions),
        on_staff_command("report", Right.COSTS, report),
        on_staff_press(ShowReport, Right.COSTS, show_report),
        on_staff_press(Adjust, Right.TOPUPS, adjust),
        on_staff_press(AdjustFor, Right.TOPUPS, adjust_for),
        on_staff_press(ChooseSource, Right.TOPUPS, choose_source),
        on_staff_press(MakeAdjustment, Right.TOPUPS, make_adjustment),
        on_staff_press(DropAdjust, Right.TOPUPS, drop_adjust),
        on_staff_press(NoteDeposit, Right.OWNER, note_deposit),
        on_staff_press(DecideTopUp, Right.TOPUPS, decide_topup),
        on_staff_press(ApproveAmount, Right.TOPUPS, approve_amount),
        on_staff_press(CreditAgain, Right.TOPUPS, credit_again),
        on_staff_press(ShowShopBalance, Right.COSTS, show_shop_balance),
        on_staff_press(ShowPendingDecisions, None, show_pending_decisions),
        on_staff_press(ShowRequest, Right.TOPUPS, show_request),
        on_staff_press(ShowThread, None, show_thread),
        on_staff_press(CloseThread, None, close_thread),
        on_staff_press(Pause, Right.CASES, press_pause),
        on_staff_press(Resume, Right.CASES, press_resume),
        on_staff_press(SellAgain, Right.OWNER, sell_again),
        on_staff_press(ShowCode, Right.CODES, show_code),
        on_staff_press(ApplySetting, Right.OWNER, apply_setting),
        on_staff_press(ShowPricesAndProducts, Right.OWNER, show_prices_and_products),
    ]
