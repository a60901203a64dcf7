"""The one conversation: its steps, and the handlers that enter or leave them.

conversation.mmd is its diagram. A handler writes the next step in the transaction of its effect and
returns it; each update begins by reading the stored step. The annotation of a handler names the
steps that it can return, and a test draws the diagram from these annotations. All buttons and
commands are entry points: each holds everything that its handler needs, so it works at every step,
also after a restart.
"""

from __future__ import annotations

from telegram.ext import filters

from bot.domain.dialog import CONVERSATION, Step
from bot.domain.staff import Right
from bot.services.people.people import CustomerQuestion
from handlers.account.buttons import SeeAsCustomer
from handlers.account.front_door import menu, sell
from handlers.account.help import show_help
from handlers.account.start import cancel, see_as_customer, show_welcome, start
from handlers.admin.ask_adjustment import ask_adjustment, take_adjustment, take_no_adjustment
from handlers.admin.balance import show_shop_balance
from handlers.admin.buttons import (
    AskDecision,
    Attach,
    AttachRow,
    CountDelivered,
    CountForGood,
    KeepWaiting,
    Refund,
    RefundAnyway,
)
from handlers.admin.parked_orders import (
    ask_delivered,
    ask_reference,
    attach_row,
    count_delivered,
    drop_question,
    keep_waiting,
    refund,
    refund_anyway,
    show_overview,
    show_parked,
    take_no_reference,
    take_reference,
)
from handlers.admin.status import status as shop_status
from handlers.admin.supplier_deposit import deposit
from handlers.admin.topups import (
    ask_decision,
    ask_decision_once_more,
    take_decision,
    take_no_decision,
)
from handlers.buying.choose import (
    pick,
    pick_for,
    pick_in_new_message,
    pick_in_new_message_of,
)
from handlers.buying.confirm import buy_again, confirm, quote_again
from handlers.catalogue.browse import open_level, show_catalogue
from handlers.customers.decisions import (
    take_credit_limit,
    take_note,
    take_reason,
)
from handlers.customers.handlers import customer_handlers
from handlers.customers.lists import take_search
from handlers.customers.new_persons import take_name as take_name_of_person
from handlers.first_start.answers import take_setup_picture, take_setup_text
from handlers.first_start.first_start import setup_or, then_setup
from handlers.first_start.handlers import first_start_handlers
from handlers.orders.orders import show_orders, status
from handlers.prices.questions import price_questions, take_no_price, take_price
from handlers.receipts.buttons import AskSellingPrice
from handlers.receipts.receipts import (
    ask_price_once_more,
    ask_selling_price,
    take_no_selling_price,
    take_selling_price,
)
from handlers.saved_numbers.buttons import NameSaved
from handlers.saved_numbers.saved_numbers import (
    ask_name,
    ask_name_once_more,
    take_name,
    take_no_name,
)
from handlers.selection.handlers import selection_questions
from handlers.selection.selection import (
    ask_selection_once_more,
    take_no_selection,
    take_selection,
)
from handlers.settings.answers import setting_questions, take_other_setting, take_setting
from handlers.threads.answer import ask_answer, take_answer
from handlers.threads.buttons import AnswerShop, SendMessage
from handlers.threads.pictures import ask_or
from handlers.threads.write import ask_message, send_message, take_message
from handlers.transport.conversation_store import StoredConversation
from handlers.typed_input.answers import (
    answer_or_else,
    message_or_else,
    number_or,
    phone_or,
    say_still_open,
)
from handlers.typed_input.customer_answers import (
    customer_answer_or,
    drop_customer_question,
    take_no_customer_answer,
)
from handlers.typed_input.destination_answers import (
    DestinationAnswers,
    ask_once_more,
    take_no_destination,
)
from handlers.typed_input.sent_numbers import take_contact_anywhere, take_contact_instead
from handlers.typed_input.short_codes import quote_by_code
from handlers.typed_input.start_command import StartCommand
from handlers.typed_input.text_commands import CANCEL_WORDS, MENU_WORDS
from handlers.typed_input.typed_text import Commands, TypedText
from handlers.ui.buttons import (
    AskTopUp,
    BuyAgain,
    Confirm,
    Leave,
    Open,
    Pick,
    PickFor,
    PickInNewMessage,
    QuoteAgain,
    ShowCatalogue,
    ShowWallet,
    ShowWelcome,
)
from handlers.ui.fallbacks import say_unknown_message
from handlers.ui.first_match import FirstMatch
from handlers.ui.handler_factories import (
    CONTACT,
    NEW,
    OTHER,
    TEXT,
    Handlers,
    on_command,
    on_message,
    on_press,
)
from handlers.ui.permissions import by_right, for_staff, on_staff_command, on_staff_press
from handlers.ui.staff_buttons import (
    AskAdjustment,
    ShowOverview,
    ShowParked,
    ShowSell,
    WriteTo,
)
from handlers.wallet.buttons import AskNewTopUp, RequestTopUp
from handlers.wallet.payment_proof import proof_or
from handlers.wallet.wallet import (
    ask_amount_once_more,
    ask_new_topup,
    ask_topup,
    balance,
    request_topup,
    show_wallet,
    take_amount,
    take_no_amount,
    take_offered_amount,
    topup_command,
)

CANCEL = NEW & filters.Regex(CANCEL_WORDS)
MENU = NEW & filters.Regex(MENU_WORDS)
BALANCE = by_right(Right.COSTS, show_shop_balance, balance)
STATUS = by_right(Right.CASES, shop_status, status)
TYPED_TEXT = TypedText(
    Commands(
        balance=BALANCE,
        help=show_help,
        status=STATUS,
        topup=request_topup,
        find_orders=show_orders,
        quote_by_code=quote_by_code,
    )
)
_START = StartCommand(start, pick_in_new_message_of)
_DESTINATION = DestinationAnswers(TYPED_TEXT.take)
_DECISION = answer_or_else(Step.DECISION, take_decision, TYPED_TEXT.take, ask_decision_once_more)
_AMOUNT = answer_or_else(Step.AMOUNT, phone_or(take_amount), TYPED_TEXT.take)
_NAME = answer_or_else(Step.NAME, number_or(take_name), TYPED_TEXT.take)
_SELLING_PRICE = answer_or_else(
    Step.SELLING_PRICE, phone_or(take_selling_price, removes_buttons=True), TYPED_TEXT.take
)
_PRICE = answer_or_else(Step.PRICE, take_price, TYPED_TEXT.take)
_CUSTOMER = customer_answer_or(
    {
        CustomerQuestion.SEARCH: take_search,
        CustomerQuestion.NOTE: take_note,
        CustomerQuestion.REASON: take_reason,
        CustomerQuestion.CREDIT_LIMIT: take_credit_limit,
        CustomerQuestion.NAME: take_name_of_person,
    },
    TYPED_TEXT.take,
)
_MESSAGE = message_or_else(Step.WRITE, take_message, TYPED_TEXT.take)
_OTHER_MESSAGE = message_or_else(Step.WRITE, take_message, say_unknown_message)
_SELECTION = answer_or_else(
    Step.SELECTION, take_selection, TYPED_TEXT.take, ask_selection_once_more
)
_REFERENCE = answer_or_else(Step.REFERENCE, take_reference, TYPED_TEXT.take, say_still_open)

_ADJUSTMENT = answer_or_else(Step.ADJUSTMENT, take_adjustment, TYPED_TEXT.take)


def conversation() -> StoredConversation:
    """Return a new conversation; it keeps the chats' states, so each application needs its own."""
    return StoredConversation(
        name=CONVERSATION,
        allow_reentry=True,
        entry_points=[FirstMatch([*_entry_points(), *_admin_entry_points()])],
        states=_steps(),
        fallbacks=[],
    )


def _entry_points() -> Handlers:
    """Return the handlers that lead into the conversation, or to another step, from every step."""
    return [
        on_command("start", setup_or(_START.take)),
        on_command("order", TYPED_TEXT.order_command),
        on_staff_command("menu", None, menu),
        on_staff_command("sell", Right.SELL, sell),
        on_staff_press(ShowSell, Right.SELL, sell),
        on_staff_press(SeeAsCustomer, None, see_as_customer),
        on_command("cancel", cancel),
        on_message(CANCEL, cancel),
        on_message(MENU, start),
        on_press(ShowWelcome, show_welcome),
        on_press(Leave, cancel),
        on_press(ShowCatalogue, show_catalogue),
        on_press(Open, open_level),
        on_press(Pick, pick),
        on_press(PickInNewMessage, pick_in_new_message),
        on_press(PickFor, pick_for),
        on_press(Confirm, then_setup(confirm)),
        on_press(QuoteAgain, quote_again),
        on_press(BuyAgain, buy_again),
        on_press(NameSaved, ask_name),
        on_press(AskSellingPrice, ask_selling_price),
        on_command("topup", topup_command),
        on_command("deposit", for_staff(Right.OWNER, deposit, topup_command)),
        on_press(AskTopUp, ask_topup),
        on_press(AskNewTopUp, ask_new_topup),
        on_press(RequestTopUp, take_offered_amount),
        on_press(ShowWallet, show_wallet),
        on_press(AnswerShop, ask_answer),
    ]


def _admin_entry_points() -> Handlers:
    """Return the admins' buttons that ask for a typed text, or end such a question."""
    return [
        # `Attach` asks for the reference of a parked order; the others, up to `AskDecision`,
        # end that question.
        on_staff_press(Attach, Right.CASES, ask_reference),
        on_staff_press(AttachRow, Right.CASES, attach_row),
        on_staff_press(ShowParked, Right.CASES, show_parked),
        on_staff_press(CountDelivered, Right.CASES, ask_delivered),
        on_staff_press(CountForGood, Right.CASES, count_delivered),
        on_staff_press(Refund, Right.CASES, refund),
        on_staff_press(RefundAnyway, Right.CASES, refund_anyway),
        on_staff_press(KeepWaiting, Right.CASES, keep_waiting),
        on_staff_press(ShowOverview, Right.CASES, show_overview),
        on_staff_press(AskDecision, Right.TOPUPS, ask_decision),
        *selection_questions(),
        *setting_questions(),
        *first_start_handlers(),
        *price_questions(),
        *customer_handlers(),
        on_staff_press(WriteTo, None, ask_message),
        on_staff_press(SendMessage, None, send_message),
        on_staff_press(AskAdjustment, Right.TOPUPS, ask_adjustment),
    ]


def _steps() -> dict[object, Handlers]:
    """Return the handlers of each step."""
    # While a quote is shown, another destination may be sent.
    destination: Handlers = [
        on_message(TEXT, TYPED_TEXT.question_or(_DESTINATION.take_text, ask_once_more)),
        on_message(CONTACT, _DESTINATION.take_contact),
        on_message(OTHER, ask_or(proof_or(take_no_destination))),
    ]
    return {
        Step.PRODUCT: [
            on_message(TEXT, TYPED_TEXT.take),
            on_message(CONTACT, take_contact_anywhere),
        ],
        Step.DESTINATION: destination,
        Step.CONFIRM: destination,
        Step.AMOUNT: [
            on_message(TEXT, TYPED_TEXT.question_or(_AMOUNT, ask_amount_once_more)),
            on_message(CONTACT, take_contact_instead),
            on_message(OTHER, ask_or(proof_or(take_no_amount))),
        ],
        Step.NAME: [
            on_message(TEXT, TYPED_TEXT.question_or(_NAME, ask_name_once_more, is_name=True)),
            on_message(OTHER, ask_or(proof_or(take_no_name))),
        ],
        Step.SELLING_PRICE: [
            on_message(TEXT, TYPED_TEXT.question_or(_SELLING_PRICE, ask_price_once_more)),
            on_message(CONTACT, take_contact_instead),
            on_message(OTHER, ask_or(proof_or(take_no_selling_price))),
        ],
        Step.REPLY: [
            on_message(TEXT, message_or_else(Step.REPLY, take_answer, TYPED_TEXT.take)),
            on_message(OTHER, message_or_else(Step.REPLY, take_answer, say_unknown_message)),
        ],
        **_admin_steps(),
    }


def _admin_steps() -> dict[object, Handlers]:
    return {
        Step.DECISION: [
            on_message(TEXT, for_staff(Right.TOPUPS, _DECISION, drop_question)),
            on_message(OTHER, for_staff(Right.TOPUPS, take_no_decision, drop_question)),
        ],
        Step.CUSTOMER: [
            on_message(TEXT, for_staff(Right.CUSTOMERS, _CUSTOMER, drop_customer_question)),
            on_message(CONTACT, take_contact_instead),
            on_message(
                OTHER, for_staff(Right.CUSTOMERS, take_no_customer_answer, drop_customer_question)
            ),
        ],
        Step.REFERENCE: [
            on_message(TEXT, for_staff(Right.CASES, _REFERENCE, drop_question)),
            on_message(OTHER, for_staff(Right.CASES, take_no_reference, drop_question)),
        ],
        Step.PRICE: [
            on_message(TEXT, for_staff(Right.OWNER, _PRICE, drop_question)),
            on_message(OTHER, for_staff(Right.OWNER, take_no_price, drop_question)),
        ],
        Step.WRITE: [
            on_message(TEXT, for_staff(None, _MESSAGE, drop_question)),
            on_message(OTHER, for_staff(None, _OTHER_MESSAGE, drop_question)),
        ],
        Step.SELECTION: [
            on_message(TEXT, for_staff(Right.OWNER, _SELECTION, drop_question)),
            on_message(OTHER, for_staff(Right.OWNER, take_no_selection, drop_question)),
        ],
        Step.ADJUSTMENT: [
            on_message(TEXT, for_staff(Right.TOPUPS, _ADJUSTMENT, drop_question)),
            on_message(OTHER, for_staff(Right.TOPUPS, take_no_adjustment, drop_question)),
        ],
        Step.FIRST_START: [
            on_message(TEXT, for_staff(Right.OWNER, take_setup_text, drop_question)),
            on_message(OTHER, for_staff(Right.OWNER, take_setup_picture, drop_question)),
        ],
        Step.SETTING: [
            on_message(TEXT, for_staff(Right.OWNER, take_setting, drop_question)),
            on_message(OTHER, for_staff(Right.OWNER, take_other_setting, drop_question)),
        ],
    }
