"""The one conversation: what the bot waits for from a person (drawn in conversation.mmd).

A handler writes the next step with its effect and returns it; each update begins by reading the
stored step. The handler's annotation says which steps it can return, and a test draws the diagram
from these annotations. Buttons and commands are all ways in: each
carries its whole meaning, so it works whatever was waited for, also after a restart.
"""

from __future__ import annotations

import warnings

from telegram.warnings import PTBUserWarning

from bot.domain.customer import CONVERSATION, Step
from handlers import admin
from handlers.account.start import cancel, leave, show_welcome, start
from handlers.admin.parked_orders import drop_question, take_no_reference, take_reference
from handlers.admin.permissions import for_admins
from handlers.admin.topups import ask_decision_once_more, take_decision, take_no_decision
from handlers.buying.by_number import pick_for, take_contact_anywhere, take_contact_instead
from handlers.buying.confirm import buy_again, confirm, quote_again
from handlers.buying.destination import (
    ask_once_more,
    pick,
    pick_anew,
    take_contact,
    take_nothing,
    take_text,
)
from handlers.catalogue.browse import open_level, order_anew
from handlers.catalogue.search import take_typed
from handlers.receipts.receipts import (
    ask_price_once_more,
    ask_selling_price,
    take_no_selling_price,
    take_selling_price,
)
from handlers.saved_numbers.saved_numbers import (
    ask_name,
    ask_name_once_more,
    take_name,
    take_no_name,
)
from handlers.transport.conversation_store import StoredConversation
from handlers.typed_input.answers import answer_or_wish, say_still_open
from handlers.typed_input.questions import question_or
from handlers.typed_input.text_commands import CANCEL, MENU
from handlers.ui.buttons import (
    AskNewTopUp,
    AskSellingPrice,
    AskTopUp,
    BuyAgain,
    Confirm,
    Leave,
    NameSaved,
    Open,
    Pick,
    PickAnew,
    PickFor,
    QuoteAgain,
    RequestTopUp,
    Shop,
    ShowWallet,
    ShowWelcome,
)
from handlers.ui.handler_factories import CONTACT, OTHER, TEXT, on_command, on_message, on_press
from handlers.wallet.payment_proof import proof_or
from handlers.wallet.wallet import (
    ask_amount_once_more,
    ask_new_topup,
    ask_topup,
    show_wallet,
    take_amount,
    take_no_amount,
    take_offered_amount,
)


def conversation() -> StoredConversation:
    """Return the conversation; each application has its own, since it remembers who is where."""
    with warnings.catch_warnings():
        # Every button carries its whole meaning, so tracking them per message is not wanted.
        warnings.filterwarnings("ignore", "If 'per_message=False'", PTBUserWarning)
        return _conversation()


def _conversation() -> StoredConversation:
    return StoredConversation(
        name=CONVERSATION,
        allow_reentry=True,
        entry_points=_ways_in(),
        states=_steps(),
        fallbacks=[],
    )


def _ways_in() -> admin.Handlers:
    """Return what leads into the conversation, or to another place in it, from anywhere."""
    return [
        on_command("start", start),
        on_command("order", order_anew),
        on_command("cancel", cancel),
        on_message(CANCEL, cancel),
        on_message(MENU, start),
        on_press(ShowWelcome, show_welcome),
        on_press(Leave, leave),
        on_press(Shop, order_anew),
        on_press(Open, open_level),
        on_press(Pick, pick),
        on_press(PickAnew, pick_anew),
        on_press(PickFor, pick_for),
        on_press(Confirm, confirm),
        on_press(QuoteAgain, quote_again),
        on_press(BuyAgain, buy_again),
        on_press(NameSaved, ask_name),
        on_press(AskSellingPrice, ask_selling_price),
        on_press(AskTopUp, ask_topup),
        on_press(AskNewTopUp, ask_new_topup),
        on_press(RequestTopUp, take_offered_amount),
        on_press(ShowWallet, show_wallet),
        *admin.ENTRY_POINTS,
    ]


_decision_or_wish = answer_or_wish(Step.DECISION, take_decision, ask_decision_once_more)
_reference_or_wish = answer_or_wish(Step.REFERENCE, take_reference, say_still_open)


def _steps() -> dict[object, admin.Handlers]:
    """Return what each step takes."""
    return {
        Step.PRODUCT: [
            on_message(TEXT, take_typed),
            on_message(CONTACT, take_contact_anywhere),
        ],
        Step.DESTINATION: [
            on_message(TEXT, question_or(take_text, ask_once_more)),
            on_message(CONTACT, take_contact),
            on_message(OTHER, proof_or(take_nothing)),
        ],
        Step.CONFIRM: [
            on_message(TEXT, question_or(take_text, ask_once_more)),
            on_message(CONTACT, take_contact),
            on_message(OTHER, proof_or(take_nothing)),
        ],
        Step.AMOUNT: [
            on_message(
                TEXT,
                question_or(answer_or_wish(Step.AMOUNT, take_amount), ask_amount_once_more),
            ),
            on_message(CONTACT, take_contact_instead),
            on_message(OTHER, proof_or(take_no_amount)),
        ],
        Step.NAME: [
            on_message(
                TEXT,
                question_or(answer_or_wish(Step.NAME, take_name), ask_name_once_more, is_name=True),
            ),
            on_message(OTHER, proof_or(take_no_name)),
        ],
        Step.SELLING_PRICE: [
            on_message(
                TEXT,
                question_or(
                    answer_or_wish(Step.SELLING_PRICE, take_selling_price), ask_price_once_more
                ),
            ),
            on_message(CONTACT, take_contact_instead),
            on_message(OTHER, proof_or(take_no_selling_price)),
        ],
        **_steps_of_admins(),
    }


def _steps_of_admins() -> dict[object, admin.Handlers]:
    return {
        Step.DECISION: [
            on_message(TEXT, for_admins(_decision_or_wish, drop_question)),
            on_message(OTHER, for_admins(take_no_decision, drop_question)),
        ],
        Step.REFERENCE: [
            on_message(TEXT, for_admins(_reference_or_wish, drop_question)),
            on_message(OTHER, for_admins(take_no_reference, drop_question)),
        ],
    }
