"""A customer's wallet, and requesting a top-up."""

from __future__ import annotations

from typing import Final, Literal

from telegram import Update

from bot.domain.dialog import Dialog, Step
from bot.domain.errors import (
    AmountError,
    AmountFault,
    DuplicateError,
    NoFreeAmountError,
    ProductUnavailableError,
    TooManyTopUpsError,
    TopUpLimitError,
)
from bot.domain.money import MAX_AMOUNT, Rupiah, parse_rupiah
from bot.domain.order import CustomerId
from bot.domain.topup import TopUp
from bot.domain.typed_input.topup_amount import topup_amount
from handlers.ui.amounts import amount_fault
from handlers.ui.buttons import ShowWallet
from handlers.ui.context import ShopContext, act_key, message_text
from handlers.ui.fallbacks import say_unreadable
from handlers.ui.handler_factories import END, pressed
from handlers.ui.html import paragraphs
from handlers.ui.keyboards import (
    Screen,
    back,
    button,
    cancel_button,
    history,
    home,
    in_columns,
    keyboard,
    shop_here,
    shop_in_new_message,
    top_up,
)
from handlers.ui.replies import (
    pressed_message_id,
    remove_buttons,
    show,
    show_new,
    show_new_step,
    show_step,
)
from handlers.ui.topup_card import payment_row
from handlers.wallet.buttons import RequestTopUp
from handlers.wallet.texts import (
    ask_amount_text,
    balance_text,
    outside_limits,
    shown_transfers,
    topup_asked_already,
    topup_requested_text,
)
from handlers.wallet.topup_texts import (
    amounts_taken,
    replaced_text,
    too_many_topups,
    too_much_for_a_code,
)
from handlers.wallet.topups import edit_cancelled_topups, is_payable, open_topups, show_payment

STEP: Final = 1_000
OFFERED_TOPUPS: Final = (50_000, 100_000, 200_000)
TRANSFERS_READ: Final = 20
TRANSFERS_SHOWN: Final = 8
AwaitingAmount = Literal[Step.AMOUNT, -1]


async def balance(update: Update, context: ShopContext) -> None:
    """Show the customer's wallet: /balance."""
    await show_new(update, context, *await _wallet(context))


async def show_wallet(update: Update, context: ShopContext) -> Literal[-1] | None:
    """Show the wallet on the pressed message, and end the question for an amount if it is open."""
    dialogs, customer_id = context.shop.dialogs, context.customer_id
    dialog = await dialogs.of(customer_id)
    is_back = dialog is not None and dialog.step == Step.AMOUNT
    if is_back:
        await dialogs.end(customer_id)
    await show(update, context, *await _wallet(context))
    return END if is_back else None


async def ask_topup(update: Update, context: ShopContext) -> Literal[Step.AMOUNT] | None:
    """Show the open top-ups if there are any; else ask for an amount."""
    topups = await context.shop.topups.open_of(context.customer_id)
    if topups:
        await show_new(update, context, *open_topups(context.translator, topups))
        return None
    return await ask_new_topup(update, context)


async def ask_new_topup(update: Update, context: ShopContext) -> Literal[Step.AMOUNT]:
    """Ask for the amount of a top-up, in a new message, so that a quote above it stays."""
    customer_id = context.customer_id
    shortfall = await _shortfall(context, customer_id)
    await context.shop.topups.ask_amount(customer_id, None)
    await show_new_step(update, context, *_question(context, shortfall=shortfall))
    return Step.AMOUNT


async def _shortfall(context: ShopContext, customer_id: CustomerId) -> int:
    """Return the shortfall of the wallet for the quote that is open, in rupiah; 0 without one."""
    shop = context.shop
    dialog = await shop.dialogs.of(customer_id)
    if dialog is None or dialog.step != Step.CONFIRM or dialog.product_id is None:
        return 0
    try:
        offer = shop.browse.offer(dialog.product_id, context.viewer)
    except ProductUnavailableError:
        return 0
    return max(0, offer.price - (await shop.wallets.wallet(customer_id)).available)


async def topup_command(update: Update, context: ShopContext) -> AwaitingAmount | None:
    """Ask for a top-up, or request one of the typed amount: /topup 50rb."""
    try:
        amount = parse_rupiah(" ".join(context.args or []))
    except AmountError:
        return await ask_topup(update, context)
    return await request_topup(update, context, amount)


async def take_amount(update: Update, context: ShopContext) -> AwaitingAmount:
    """Take the typed text as the amount of a top-up."""
    text = message_text(update)
    try:
        amount = topup_amount(text) or parse_rupiah(text)
    except AmountError as error:
        return await _ask_again(update, context, amount_fault(context.translator, error.fault))
    return await request_topup(update, context, amount)


async def take_offered_amount(update: Update, context: ShopContext) -> AwaitingAmount:
    """Take one of the offered amounts."""
    amount = pressed(update, RequestTopUp).amount
    return await request_topup(update, context, Rupiah(min(amount, MAX_AMOUNT)))


async def take_no_amount(update: Update, context: ShopContext) -> Literal[Step.AMOUNT]:
    """Answer a photo or a sticker, which is no amount, and ask again."""
    if await say_unreadable(update, context):
        return await ask_amount_once_more(update, context)
    problem = amount_fault(context.translator, AmountFault.NOT_A_NUMBER)
    return await _ask_again(update, context, problem)


async def ask_amount_once_more(update: Update, context: ShopContext) -> Literal[Step.AMOUNT]:
    """Repeat the question for the amount, below the answer to something else."""
    return await _ask_again(update, context, "")


async def request_topup(update: Update, context: ShopContext, amount: Rupiah) -> AwaitingAmount:
    """Request a top-up, or ask for another amount, and say why."""
    translator, shop = context.translator, context.shop
    try:
        context.settings.require_topup(amount)
    except TopUpLimitError as error:
        return await _ask_again(update, context, outside_limits(translator, amount, error))
    if not is_payable(context.settings, amount):
        return await _ask_again(update, context, too_much_for_a_code(translator))
    dialog = await shop.dialogs.of(context.customer_id)
    # A message of another step, such as a quote, stays as it is.
    is_asked = dialog is not None and dialog.step == Step.AMOUNT
    message_id = dialog.message_id if dialog is not None and is_asked else None
    try:
        topup = await shop.topups.request(context.customer_id, amount, act_key(update, context))
    except DuplicateError:
        markup = keyboard([shop_here(translator), home(translator)])
        await show(update, context, topup_asked_already(translator), markup, message_id=message_id)
    except TooManyTopUpsError as error:
        await _refuse_more(update, context, error, message_id)
    except TopUpLimitError as error:  # an owner has just changed the limits
        return await _ask_again(update, context, outside_limits(translator, amount, error))
    except NoFreeAmountError:
        return await _ask_again(update, context, amounts_taken(translator))
    else:
        await _show_requested(update, context, topup, message_id)
    return END


async def _show_requested(
    update: Update, context: ShopContext, topup: TopUp, message_id: int | None
) -> None:
    """Show how to pay a top-up, and which open ones it replaces."""
    translator, shop = context.translator, context.shop
    replaced = await shop.topups.replaced_by(topup.customer_id, topup.topup_id)
    if topup.code:
        await remove_buttons(update, context, pressed_message_id(update) or message_id)
        await show_payment(update, context, topup, replaced)
        return
    text = topup_requested_text(translator, topup.amount, context.settings.shop_contact)
    text = paragraphs(text, replaced_text(translator, replaced))
    # The button does not replace this message: it is edited when the top-up ends.
    markup = keyboard([shop_in_new_message(translator)])
    shown_id = await show(update, context, text, markup, message_id=message_id)
    if shown_id is not None:
        await shop.topups.record_payment_message(
            context.actor.telegram_id, topup.topup_id, shown_id
        )
    await edit_cancelled_topups(update, context, replaced)


async def _refuse_more(
    update: Update, context: ShopContext, error: TooManyTopUpsError, message_id: int | None
) -> None:
    """Say when the next top-up can be requested, with buttons to pay the open ones."""
    translator, shop, customer_id = context.translator, context.shop, context.customer_id
    await shop.dialogs.end(customer_id)
    topups = await shop.topups.open_of(customer_id)
    rows = [payment_row(translator, topup) for topup in topups]
    text = too_many_topups(translator, error, topups, context.settings.shop_contact)
    markup = keyboard(*rows, [shop_here(translator), home(translator)])
    await show(update, context, text, markup, message_id=message_id)


async def _ask_again(update: Update, context: ShopContext, problem: str) -> Literal[Step.AMOUNT]:
    customer_id = context.customer_id
    dialog: Dialog | None = await context.shop.dialogs.of(customer_id)
    message_id = pressed_message_id(update) or (None if dialog is None else dialog.message_id)
    await context.shop.topups.ask_amount(customer_id, message_id)
    text, markup = _question(context, problem)
    await show_step(update, context, text, markup, message_id=message_id)
    return Step.AMOUNT


def _question(context: ShopContext, problem: str = "", shortfall: int = 0) -> Screen:
    translator, settings = context.translator, context.settings
    text = ask_amount_text(translator, settings.shop_contact, problem)
    offered = [
        button(translator.money(amount), RequestTopUp(amount))
        for amount in _offered(shortfall, settings.least_topup, settings.topup_max)
    ]
    rows = in_columns(offered, 3 if len(offered) == len(OFFERED_TOPUPS) else 2)
    return text, keyboard(*rows, [back(translator, ShowWallet()), cancel_button(translator)])


def _offered(shortfall: int, smallest: int, largest: int) -> list[int]:
    """Return the amounts on the buttons, in rupiah, from `smallest` to `largest`; 0: no limit.

    With a shortfall the first is the shortfall, rounded up to thousands; only larger ones follow.
    """
    usual = [amount for amount in OFFERED_TOPUPS if amount >= smallest]
    if shortfall:
        first = max(smallest, -(-shortfall // STEP) * STEP)
        usual = [first, *(amount for amount in usual if amount > first)]
    return [amount for amount in usual if not largest or amount <= largest]


async def _wallet(context: ShopContext) -> Screen:
    translator, wallets = context.translator, context.shop.wallets
    customer_id = context.customer_id
    wallet, transfers = await wallets.statement(customer_id, TRANSFERS_READ)
    topups = await context.shop.topups.open_of(customer_id)
    text = balance_text(translator, wallet, shown_transfers(transfers)[:TRANSFERS_SHOWN], topups)
    rows = [payment_row(translator, topup) for topup in topups]
    return text, keyboard(
        *rows,
        [top_up(translator)],
        [history(translator), shop_here(translator)],
        [home(translator)],
    )
