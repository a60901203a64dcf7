"""How employees come: the owner makes a link, somebody opens it, and the owner decides."""

from __future__ import annotations

from typing import Final, Literal

from telegram import InlineKeyboardMarkup, Update
from telegram.constants import KeyboardButtonStyle

from bot.domain.errors import AlreadyStaffError, NotFoundError
from bot.domain.staff import CASHIER, GRANTED, OPERATOR, Right, StaffLinkId, rights_in, written
from bot.domain.start_link import StartLink, url_of
from bot.services.staffing import Application
from handlers.staff.buttons import (
    AddEmployee,
    AskForWork,
    ChooseRights,
    DecideStaff,
    MakeStaffLink,
)
from handlers.staff.texts import (
    application_text,
    asked_text,
    choose_rights_text,
    invitation_text,
    link_ended,
    link_text,
    no_application,
    sign_of,
    who_to_add_text,
    works_here,
)
from handlers.ui.buttons import NOTHING
from handlers.ui.closed_door import show_closed_door
from handlers.ui.context import ShopContext
from handlers.ui.handler_factories import END, pressed
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import Row, back, button, copying, home, keyboard, main_button
from handlers.ui.replies import alert, show, show_new
from handlers.ui.staff_buttons import ShowApplication, ShowStaff

NO_RIGHTS_YET: Final = frozenset[Right]()


async def add_employee(update: Update, context: ShopContext) -> None:
    """Show the kinds of employees to add."""
    translator = context.translator
    kinds = (
        (translator.gettext("🧾 Cashier"), CASHIER),
        (translator.gettext("🛠 Operator"), OPERATOR),
        (translator.gettext("Choose each right"), NO_RIGHTS_YET),
    )
    rows = [[button(label, ChooseRights(written(rights) or NOTHING))] for label, rights in kinds]
    markup = keyboard(*rows, [back(translator, ShowStaff())])
    await show(update, context, who_to_add_text(translator), markup)


async def choose_rights(update: Update, context: ShopContext) -> None:
    """Show the rights of an employee to add, each to be switched on and off."""
    translator, rights = context.translator, rights_in(pressed(update, ChooseRights).rights)
    rows: list[Row] = []
    for right in GRANTED:
        has = right in rights
        others = rights - {right} if has else rights | {right}
        label = sign_of(translator, right, is_granted=has)
        rows.append([button(label, ChooseRights(written(others) or NOTHING))])
    if rights:
        label = translator.gettext("🔗 Make the link")
        rows.append([main_button(label, MakeStaffLink(written(rights)))])
    markup = keyboard(*rows, [back(translator, AddEmployee())])
    await show(update, context, choose_rights_text(translator, rights), markup)


async def make_staff_link(update: Update, context: ShopContext) -> None:
    """Make a link for one employee, and show it."""
    translator, rights = context.translator, rights_in(pressed(update, MakeStaffLink).rights)
    link = await context.shop.staffing.make_link(context.actor, rights)
    url = url_of(context.bot.username, StartLink(staff=link.code))
    copy = copying(translator.gettext("📋 Copy the link"), url)
    markup = keyboard([] if copy is None else [copy], [back(translator, ShowStaff())])
    await show(update, context, link_text(translator, link, url), markup)


# --- whoever opens a link ---


async def open_staff_link(update: Update, context: ShopContext, code: str) -> Literal[-1]:
    """Show what a link offers, with the button that asks the owners; end the current step."""
    translator = context.translator
    await context.customer(update, is_start=True)
    await context.shop.dialogs.end(context.customer_id)
    try:
        link = await context.shop.staffing.opened(context.actor, code)
    except AlreadyStaffError:
        await show_new(update, context, works_here(translator), keyboard([home(translator)]))
        return END
    except NotFoundError:
        if context.is_admitted:
            await show_new(update, context, link_ended(translator), keyboard([home(translator)]))
        else:
            await show_closed_door(update, context, StartLink(), link_ended(translator))
        return END
    ask = main_button(translator.gettext("✋ Ask to be taken on"), AskForWork(code))
    text = invitation_text(translator, context.settings.shop_name, link)
    await show_new(update, context, text, keyboard([ask], [home(translator)]))
    return END


async def ask_for_work(update: Update, context: ShopContext) -> None:
    """Ask the owners by a link that was opened."""
    translator, code = context.translator, pressed(update, AskForWork).code
    text = asked_text(translator, context.settings.shop_name)
    try:
        await context.shop.staffing.ask(context.actor, code)
    except AlreadyStaffError:
        text = works_here(translator)
    except NotFoundError:
        text = link_ended(translator)
    await show(update, context, text, keyboard([home(translator)]))


# --- the owner decides ---


async def show_application(update: Update, context: ShopContext) -> None:
    """Show who asks by a link, on the list of staff."""
    link_id = pressed(update, ShowApplication).link_id
    seen = await context.shop.staffing.overview(context.actor)
    asks = next((one for one in seen.asking if one.link.link_id == link_id), None)
    if asks is None:
        await alert(update, context, no_application(context.translator))
        return
    await _show(update, context, asks)


async def decide_staff(update: Update, context: ShopContext) -> None:
    """Take on somebody who asks, or refuse them; a decision that was made before is shown."""
    wanted = pressed(update, DecideStaff)
    try:
        asks = await context.shop.staffing.decide(
            context.actor, StaffLinkId(wanted.link_id), accepts=wanted.accepts
        )
    except NotFoundError:
        await alert(update, context, no_application(context.translator))
        return
    await _show(update, context, asks)


async def _show(update: Update, context: ShopContext, asks: Application) -> None:
    translator = context.translator
    markup = keyboard(*decision_rows(translator, asks), [back(translator, ShowStaff())])
    await show(update, context, application_text(translator, asks), markup)


def application_keyboard(translator: Translator, asks: Application) -> InlineKeyboardMarkup | None:
    """Return the decisions in a notice; None once it is decided."""
    rows = decision_rows(translator, asks)
    return keyboard(*rows) if rows else None


def decision_rows(translator: Translator, asks: Application) -> list[Row]:
    """Return the buttons that take somebody on or refuse them, until an owner has decided."""
    link = asks.link
    if link.decided_by is not None or link.link_id is None:
        return []
    accept = DecideStaff(link.link_id, accepts=True)
    refuse = DecideStaff(link.link_id, accepts=False)
    return [
        [
            main_button(translator.gettext("✅ Accept"), accept),
            button(translator.gettext("❌ Refuse"), refuse, KeyboardButtonStyle.DANGER),
        ]
    ]
