"""The first start: seven steps on one message, each of which can be skipped, and the opening."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal
from functools import wraps
from typing import Final, Literal

from telegram import InlineKeyboardMarkup, Update

from bot.domain.catalogue import CategoryId
from bot.domain.dialog import Step
from bot.domain.errors import ConfirmationOutdatedError, NotFoundError, TokenError
from bot.domain.first_start import SetupStep, step_of
from bot.domain.money import Rupiah
from bot.domain.selection import SoldTo, category_target
from bot.services.admin.reports import BalanceReport
from handlers.first_start.buttons import (
    ApplyPayment,
    NoteOpening,
    OpenShop,
    SetProfit,
    SwitchType,
    UseMyContact,
)
from handlers.first_start.texts import (
    contact_text,
    deposit_text,
    greeting_text,
    heading,
    name_text,
    opened_text,
    payment_text,
    profit_text,
    purchase_text,
    purchase_tried_text,
    selection_text,
    typed_deposit_text,
)
from handlers.ui.buttons import ButtonError, ShowCatalogue
from handlers.ui.context import ShopContext, sender
from handlers.ui.digital_goods import digital_goods_text
from handlers.ui.handler_factories import END, Callback, pressed
from handlers.ui.html import paragraphs
from handlers.ui.keyboards import (
    Row,
    Screen,
    back,
    button,
    copying,
    home,
    in_columns,
    keyboard,
    main_button,
    side_by_side,
)
from handlers.ui.product_names import category_name, in_order, listing_name
from handlers.ui.replies import alert, pressed_message_id, show, show_new, show_step
from handlers.ui.staff_buttons import GoToSetup, MakePoster

Started = Literal[Step.PRODUCT, Step.DESTINATION, -1] | None
"""What /start leads to otherwise."""
Asked = Literal[Step.FIRST_START, -1]
Bought = Literal[Step.PRODUCT, Step.CONFIRM, -1] | None
"""What a press on the confirm button leads to."""
TYPED: Final = (SetupStep.NAME, SetupStep.CONTACT, SetupStep.PAYMENT, SetupStep.DEPOSIT)
"""The steps that take a typed text."""
PROFITS: Final = ((500, 0), (1_000, 0), (1_500, 0), (2_000, 0), (0, 30), (0, 50))
"""The offered profits: rupiah, and tenths of a percent."""
SAMPLES: Final = 3


def setup_or(callback: Callback[Started]) -> Callback[Started | Asked]:
    """Return a handler that leads an owner of a new shop on, and calls `callback` for others."""

    async def handle(update: Update, context: ShopContext) -> Started | Asked:
        await context.customer(update, is_start=True)
        if context.settings.is_set_up or not context.is_owner:
            return await callback(update, context)
        return await show_setup(update, context, step_of(context.settings.setup_step))

    return handle


def before_opening(callback: Callback[Asked]) -> Callback[Asked]:
    """Return a handler that says, once the shop is open, where its settings are changed.

    The first start's buttons set prices and payments at one press: those of old messages must not
    change a shop that sells.
    """

    @wraps(callback)
    async def handle(update: Update, context: ShopContext) -> Asked:
        if not context.settings.is_set_up:
            return await callback(update, context)
        await context.shop.dialogs.end(context.customer_id)
        text = context.translator.gettext(
            "The shop is open already. You change it with /settings and /price."
        )
        if update.callback_query is None:
            await show_new(update, context, text)
        else:
            await alert(update, context, text)
        return END

    return handle


def then_setup(callback: Callback[Bought]) -> Callback[Bought]:
    """Return a handler that calls `callback`, and shows a new shop's owner the last step below.

    So the way to the opening stands below a purchase on trial.
    """

    async def handle(update: Update, context: ShopContext) -> Bought:
        done = await callback(update, context)
        if done == END and context.is_owner and not context.settings.is_set_up:
            step = SetupStep.PURCHASE
            await context.shop.first_start.go_to(context.actor, step)
            text, rows = purchase_tried_text(context.translator), [_opening_row(context)]
            await show_new(update, context, *_framed(context, step, text, rows))
        return done

    return handle


@before_opening
async def go_to_setup(update: Update, context: ShopContext) -> Asked:
    """Go to a step: the next one, by skipping, or an earlier one."""
    step = pressed(update, GoToSetup).step
    if step not in list(SetupStep):
        raise ButtonError
    return await show_setup(update, context, SetupStep(step))


async def show_setup(
    update: Update, context: ShopContext, step: SetupStep, problem: str = ""
) -> Asked:
    """Show a step, on the pressed message if there is one, and wait for what it asks for."""
    await context.shop.first_start.go_to(context.actor, step)
    await context.reload(update)
    text, rows = await _step_screen(update, context, step, problem)
    screen = _framed(context, step, text, rows)
    if step not in TYPED:
        await show(update, context, *screen, message_id=_answered_message_id(context))
        return END
    return await wait_for(update, context, step, *screen)


async def wait_for(
    update: Update,
    context: ShopContext,
    step: SetupStep,
    text: str,
    markup: InlineKeyboardMarkup,
) -> Asked:
    """Show a screen that takes a typed answer to a step, and wait for it."""
    message_id = pressed_message_id(update) or _answered_message_id(context)
    await context.shop.first_start.ask(context.actor, step, message_id)
    await show_step(update, context, text, markup, message_id=message_id)
    return Step.FIRST_START


def _answered_message_id(context: ShopContext) -> int | None:
    """Return the message of the step that was open; a typed answer takes its buttons away."""
    dialog = context.dialog_at_arrival
    return dialog.message_id if dialog is not None and dialog.step == Step.FIRST_START else None


def _framed(context: ShopContext, step: SetupStep, text: str, rows: Sequence[Row]) -> Screen:
    """Return a step with its number, and the ways to the next and the last step."""
    translator = context.translator
    ways: Row = []
    if step > min(SetupStep):
        ways.append(back(translator, GoToSetup(step - 1)))
    if step < max(SetupStep):
        # Nothing is skipped when the money at the supplier is recorded already.
        skips = step in TYPED and (step is not SetupStep.DEPOSIT or bool(rows))
        label = translator.gettext("Skip ›") if skips else translator.gettext("Next ›")  # noqa: RUF001
        ways.append(button(label, GoToSetup(step + 1)))
    greeting = greeting_text(translator) if step is SetupStep.NAME else ""
    return paragraphs(heading(translator, step), greeting, text), keyboard(*rows, ways)


async def _step_screen(
    update: Update, context: ShopContext, step: SetupStep, problem: str
) -> tuple[str, list[Row]]:
    translator, settings = context.translator, context.settings
    match step:
        case SetupStep.NAME:
            return paragraphs(problem, name_text(translator, settings.shop_name)), []
        case SetupStep.CONTACT:
            text = paragraphs(problem, contact_text(translator, settings.shop_contact))
            username = sender(update).username
            rows = [] if not username else [[main_button(f"@{username}", UseMyContact())]]
            return text, rows
        case SetupStep.PAYMENT:
            ways = settings.qris_static, settings.topup_instructions
            return payment_text(translator, *ways, problem), []
        case SetupStep.PROFIT:
            return await _profit_screen(context)
        case SetupStep.SELECTION:
            return await _selection_screen(context)
        case SetupStep.DEPOSIT:
            return await _deposit_screen(context, problem)
        case SetupStep.PURCHASE:
            return purchase_text(translator), [
                [button(translator.gettext("🛒 Try a purchase"), ShowCatalogue())],
                _opening_row(context),
            ]


def _opening_row(context: ShopContext) -> Row:
    return [main_button(context.translator.gettext("🏪 Open the shop"), OpenShop())]


@before_opening
async def use_my_contact(update: Update, context: ShopContext) -> Asked:
    """Take the owner's user name as the contact."""
    username = sender(update).username
    if not username:
        return await show_setup(update, context, SetupStep.CONTACT)
    step = SetupStep.CONTACT
    await context.shop.first_start.change(context.actor, "shop_contact", f"@{username}", step)
    return await show_setup(update, context, step.next)


@before_opening
async def apply_payment(update: Update, context: ShopContext) -> Asked:
    """Make the proposed change of how customers pay, and go on."""
    try:
        token = pressed(update, ApplyPayment).token
        await context.shop.change_settings.apply(context.actor, token)
    except (TokenError, ConfirmationOutdatedError):
        return await show_setup(update, context, SetupStep.PAYMENT)
    return await show_setup(update, context, SetupStep.PAYMENT.next)


async def _profit_screen(context: ShopContext) -> tuple[str, list[Row]]:
    translator, first_start = context.translator, context.shop.first_start
    chosen = first_start.profit(context.policy)
    samples = [
        (listing_name(translator, offer.product.listing), offer.product.listing.cost, offer.price)
        for offer in context.shop.browse.samples(SAMPLES)
    ]
    choices = []
    for flat, permille in PROFITS:
        label = f"+{translator.money(flat)}" if flat else f"+{permille // 10} %"
        meaning = SetProfit(flat, permille)
        is_chosen = chosen == (flat, Decimal(permille) / 10)
        choices.append(main_button(f"✓ {label}", meaning) if is_chosen else button(label, meaning))
    return profit_text(translator, samples), in_columns(choices, 2)


@before_opening
async def set_profit(update: Update, context: ShopContext) -> Asked:
    """Set the profit on everything, and show what it makes of three products."""
    wanted = pressed(update, SetProfit)
    if (wanted.flat, wanted.permille) not in PROFITS:
        raise ButtonError
    percent = Decimal(wanted.permille) / 10
    await context.shop.first_start.set_profit(context.actor, Rupiah(wanted.flat), percent)
    return await show_setup(update, context, SetupStep.PROFIT)


async def _selection_screen(context: ShopContext) -> tuple[str, list[Row]]:
    translator = context.translator
    marks = {SoldTo.EVERYBODY: "✅", SoldTo.STAFF: "👤", SoldTo.NOBODY: "🚫"}
    switches = [
        button(
            f"{marks[one.sold_to]} {category_name(translator, one.category, 0)}",
            SwitchType(one.category.category_id, list(SoldTo).index(_next(one.sold_to))),
        )
        for one in await context.shop.selection.types(context.actor, _usual_order(context))
    ]
    text = selection_text(translator, digital_goods_text(translator))
    return text, side_by_side(switches)


@before_opening
async def switch_type(update: Update, context: ShopContext) -> Asked:
    """Set to whom a type is sold."""
    wanted = pressed(update, SwitchType)
    policies = list(SoldTo)
    if not 0 <= wanted.policy < len(policies):
        raise ButtonError
    target = category_target(CategoryId(wanted.category_id))
    with suppress(NotFoundError):  # The supplier does not list it any more.
        await context.shop.selection.sell_to(context.actor, target, policies[wanted.policy])
    return await show_setup(update, context, SetupStep.SELECTION)


def _usual_order(context: ShopContext) -> list[CategoryId]:
    """Return the types in the order in which customers see them."""
    assortment = context.shop.browse.assortment(context.viewer)
    types, sold = assortment.state.catalogue.children(None), assortment.sold
    by_id = {one.category_id: sold.get((one.name,), 0) for one in types}
    return [one.category_id for one in in_order(types, 0, by_id)]


def _next(sold_to: SoldTo) -> SoldTo:
    policies = list(SoldTo)
    return policies[(policies.index(sold_to) + 1) % len(policies)]


async def _deposit_screen(context: ShopContext, problem: str) -> tuple[str, list[Row]]:
    report: BalanceReport = await context.shop.admin.balance(context.actor)
    balance, tracked = report.supplier_balance, report.tracked_balance
    rows: list[Row] = []
    if balance is not None and balance != tracked:
        rows = [await _note_row(context, balance, tracked)]
    return paragraphs(problem, deposit_text(context.translator, balance, tracked)), rows


async def _note_row(context: ShopContext, balance: int, tracked: int) -> Row:
    """Return the button that records `balance` rupiah at the supplier instead of `tracked`."""
    translator = context.translator
    proposed = await context.shop.supplier_deposit.propose(context.actor, balance - tracked)
    label = translator.gettext("✅ Record {amount}").format(amount=translator.money(balance))
    return [main_button(label, NoteOpening(proposed.token))]


async def show_typed_deposit(update: Update, context: ShopContext, balance: int) -> Asked:
    """Show the money at the supplier that was typed, in rupiah, to be confirmed."""
    step = SetupStep.DEPOSIT
    report: BalanceReport = await context.shop.admin.balance(context.actor)
    if balance == report.tracked_balance:
        return await show_setup(update, context, step.next)
    row = await _note_row(context, balance, report.tracked_balance)
    screen = _framed(context, step, typed_deposit_text(context.translator, balance), [row])
    return await wait_for(update, context, step, *screen)


@before_opening
async def note_opening(update: Update, context: ShopContext) -> Asked:
    """Record the money at the supplier, once, and go on."""
    try:
        token = pressed(update, NoteOpening).token
        await context.shop.supplier_deposit.record(context.actor, token, only_as_shown=True)
    except (TokenError, ConfirmationOutdatedError):
        return await show_setup(update, context, SetupStep.DEPOSIT)
    return await show_setup(update, context, SetupStep.DEPOSIT.next)


async def open_shop(update: Update, context: ShopContext) -> Literal[-1]:
    """Open the shop, and show its link."""
    translator = context.translator
    if not await context.shop.first_start.open(context.actor):
        await alert(update, context, translator.gettext("The shop is open already."))
    await context.reload(update)
    link = f"https://t.me/{context.bot.username}"
    copy = copying(translator.gettext("📋 Copy the link"), link)
    text = opened_text(translator, context.settings.shop_name, link)
    markup = keyboard(
        [] if copy is None else [copy],
        [button(translator.gettext("🖨 Poster to print"), MakePoster())],
        [home(translator)],
    )
    await show(update, context, text, markup)
    return END
