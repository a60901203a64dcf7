"""/staff: the owners' list of employees, their rights, and their removal."""

from __future__ import annotations

from telegram import Update
from telegram.constants import KeyboardButtonStyle

from bot.domain.errors import NotFoundError
from bot.domain.order import CustomerId
from bot.domain.staff import GRANTED, Right
from bot.services.staffing import Application, Employee
from handlers.staff.buttons import (
    AddEmployee,
    AskRemoval,
    RemoveEmployee,
    SetRight,
    ShowEmployee,
)
from handlers.staff.texts import (
    EMPLOYEES_SHOWN,
    employee_text,
    no_employee,
    removal_question,
    removed,
    sign_of,
    staff_text,
)
from handlers.ui.buttons import ButtonError
from handlers.ui.context import ShopContext
from handlers.ui.handler_factories import pressed
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import InlineButton, Row, Screen, back, button, home, keyboard
from handlers.ui.labels import label_with_name
from handlers.ui.people import name_or_id
from handlers.ui.replies import alert, answer, show
from handlers.ui.staff_buttons import ShowApplication, ShowLog, ShowStaff


async def show_staff(update: Update, context: ShopContext) -> None:
    """Show who works for the shop: /staff, or a button."""
    await show(update, context, *await _staff_screen(context))


async def show_employee(update: Update, context: ShopContext) -> None:
    """Show one employee with the buttons that change their rights."""
    await _show(update, context, CustomerId(pressed(update, ShowEmployee).customer_id))


async def set_right(update: Update, context: ShopContext) -> None:
    """Grant a right to an employee, or take it away."""
    wanted = pressed(update, SetRight)
    customer_id, right = CustomerId(wanted.customer_id), granted_right(wanted.right)
    try:
        shown = await context.shop.staffing.set_right(
            context.actor, customer_id, right, is_granted=wanted.is_granted
        )
    except NotFoundError:
        await alert(update, context, no_employee(context.translator))
        return
    await show(update, context, *_employee_screen(context.translator, shown))


async def ask_removal(update: Update, context: ShopContext) -> None:
    """Ask for a confirmation before an employee is removed."""
    translator = context.translator
    customer_id = CustomerId(pressed(update, AskRemoval).customer_id)
    try:
        shown = await context.shop.staffing.employee(context.actor, customer_id)
    except NotFoundError:
        await alert(update, context, no_employee(translator))
        return
    sure = button(
        translator.gettext("Yes, remove"), RemoveEmployee(customer_id), KeyboardButtonStyle.DANGER
    )
    markup = keyboard([sure], [back(translator, ShowEmployee(customer_id))])
    await show(update, context, removal_question(translator, shown), markup)


async def remove_employee(update: Update, context: ShopContext) -> None:
    """Remove an employee, and show who is left."""
    customer_id = CustomerId(pressed(update, RemoveEmployee).customer_id)
    try:
        customer = await context.shop.staffing.remove(context.actor, customer_id)
    except NotFoundError:
        await alert(update, context, no_employee(context.translator))
    else:
        await answer(update, context, removed(context.translator, customer))
    await show_staff(update, context)


def granted_right(text: str) -> Right:
    """Return the right that a button names; raises `ButtonError` for one that nobody grants."""
    for right in GRANTED:
        if right == text:
            return right
    raise ButtonError


async def _show(update: Update, context: ShopContext, customer_id: CustomerId) -> None:
    try:
        shown = await context.shop.staffing.employee(context.actor, customer_id)
    except NotFoundError:
        await alert(update, context, no_employee(context.translator))
        return
    await show(update, context, *_employee_screen(context.translator, shown))


async def _staff_screen(context: ShopContext) -> Screen:
    translator = context.translator
    seen = await context.shop.staffing.overview(context.actor)
    return staff_text(translator, seen), keyboard(
        *([_asking(one)] for one in seen.asking[:EMPLOYEES_SHOWN]),
        *([_open(one)] for one in seen.employees[:EMPLOYEES_SHOWN]),
        [button(translator.gettext("🆕 Add an employee"), AddEmployee())],
        [button(translator.gettext("📒 Log"), ShowLog()), home(translator)],
    )


def _asking(asks: Application) -> InlineButton:
    link = asks.link
    name = name_or_id(link.asked_by or CustomerId(0), asks.customer)
    return button(label_with_name(name, start="✋ "), ShowApplication(link.link_id or 0))


def _open(shown: Employee) -> InlineButton:
    customer_id = shown.member.customer_id
    name = name_or_id(customer_id, shown.customer)
    return button(label_with_name(name, start="🧑‍💼 "), ShowEmployee(customer_id))


def _employee_screen(translator: Translator, shown: Employee) -> Screen:
    customer_id = shown.member.customer_id
    remove = button(
        translator.gettext("🚪 Remove from staff"),
        AskRemoval(customer_id),
        KeyboardButtonStyle.DANGER,
    )
    acts = button(translator.gettext("📒 What they did"), ShowLog(actor_id=customer_id))
    return employee_text(translator, shown), keyboard(
        *(_switch(translator, shown, right) for right in GRANTED),
        [acts, remove],
        [back(translator, ShowStaff())],
    )


def _switch(translator: Translator, shown: Employee, right: Right) -> Row:
    has = right in shown.rights
    label = sign_of(translator, right, is_granted=has)
    return [button(label, SetRight(shown.member.customer_id, not has, right.value))]
