"""Texts about staff, for owners and for whoever opens a link."""

from __future__ import annotations

from collections.abc import Mapping, Set
from types import MappingProxyType

from bot.domain.customer import Customer
from bot.domain.order import CustomerId
from bot.domain.staff import GRANTED, Right, StaffEvent, StaffLink, rights_in
from bot.services.staffing import Application, Employee, StaffOverview
from handlers.ui.html import bold, escaped, lines, paragraphs
from handlers.ui.i18n import N_, Translator
from handlers.ui.people import name_or_id, who, who_with_id

EMPLOYEES_SHOWN = 30
RIGHTS: Mapping[Right, str] = MappingProxyType(
    {
        Right.TOPUPS: N_("Approve top-ups"),
        Right.CASES: N_("Settle orders"),
        Right.CUSTOMERS: N_("See customers"),
        Right.SELL: N_("Sell at the counter"),
        Right.COSTS: N_("See costs and profit"),
        Right.CODES: N_("See customers' codes"),
        Right.OWNER: N_("Owner"),
    }
)
"""The name of each right, in a few words."""


def right_name(translator: Translator, right: Right) -> str:
    """Return the name of a right."""
    return translator.gettext(RIGHTS[right])


def rights_text(translator: Translator, rights: Set[Right]) -> str:
    """Return the names of rights in one line."""
    names = [right_name(translator, right) for right in GRANTED if right in rights]
    return " · ".join(names) or translator.gettext("no rights")


def staff_text(translator: Translator, seen: StaffOverview) -> str:
    """Return who works for the shop, and that others ask to."""
    _ = translator.gettext
    shown = [
        f"• {_who(translator, one)}: {rights_text(translator, one.rights)}"
        for one in seen.employees[:EMPLOYEES_SHOWN]
    ]
    title = bold(_("Staff"))
    return paragraphs(
        f"🧑‍💼 {title}",
        lines(*shown) or _("You have no employees yet."),
        _("These people ask to work for you:") if seen.asking else "",
    )


def employee_text(translator: Translator, shown: Employee) -> str:
    """Return one employee; the buttons below grant and take rights."""
    _ = translator.gettext
    member = shown.member
    return paragraphs(
        lines(
            f"🧑‍💼 {who_with_id(translator, member.customer_id, shown.customer)}",
            _("Employee since {time}, taken on by {owner}.").format(
                time=translator.datetime(member.added_at),
                owner=who(translator, member.added_by, shown.added_by),
            ),
        ),
        _("Press a right to grant it or to take it away. It counts at once."),
        _codes_hint(translator, shown.rights),
    )


def removal_question(translator: Translator, shown: Employee) -> str:
    """Return the question before an employee is removed."""
    _ = translator.gettext
    name = _who(translator, shown)
    return paragraphs(
        bold(_("Remove this employee?")),
        name,
        _("Their rights end at once, and their old buttons do nothing any more."),
    )


def removed(translator: Translator, customer: Customer) -> str:
    """Return that an employee was removed, as plain text."""
    name = name_or_id(customer.customer_id, customer)
    return translator.gettext("{name} is no employee any more.").format(name=name)


def no_employee(translator: Translator) -> str:
    """Return that the person of a button is no employee."""
    return translator.gettext("This person is no employee any more.")


def who_to_add_text(translator: Translator) -> str:
    """Return the question which kind of employee to add."""
    _ = translator.gettext
    return paragraphs(
        bold(_("What should the new employee do?")),
        _("You can change each right afterwards."),
    )


def choose_rights_text(translator: Translator, rights: Set[Right]) -> str:
    """Return the rights that a new employee will have."""
    _ = translator.gettext
    hint = _("Press a right to add it or to leave it out. Then make the link.")
    return paragraphs(
        lines(bold(_("Rights of the new employee")), rights_text(translator, rights)),
        hint,
        _codes_hint(translator, rights),
    )


def _codes_hint(translator: Translator, rights: Set[Right]) -> str:
    """Return what the right to codes needs beside it, while that is missing."""
    if Right.CODES not in rights or rights & {Right.CASES, Right.CUSTOMERS}:
        return ""
    return translator.gettext(
        "Codes are looked at from an order, which needs “{cases}” or “{customers}” as well."
    ).format(
        cases=right_name(translator, Right.CASES),
        customers=right_name(translator, Right.CUSTOMERS),
    )


def link_text(translator: Translator, link: StaffLink, url: str) -> str:
    """Return the link for a new employee, and how it works."""
    _ = translator.gettext
    return paragraphs(
        bold(_("Send this link to your employee")),
        escaped(url),
        _("It works once, for 24 hours. Before anything is allowed, you are shown who opened it."),
        _("Rights: {rights}").format(rights=rights_text(translator, rights_in(link.rights))),
    )


def invitation_text(translator: Translator, shop_name: str, link: StaffLink) -> str:
    """Return, for whoever opened a link, what it offers."""
    _ = translator.gettext
    return paragraphs(
        bold(_("{shop} invites you to work there").format(shop=shop_name)),
        _("You could: {rights}").format(rights=rights_text(translator, rights_in(link.rights))),
        _("The owner has to confirm it, and sees your name, your username and your ID."),
    )


def asked_text(translator: Translator, shop_name: str) -> str:
    """Return that the owners were asked."""
    return translator.gettext("{shop} was asked. You are told here how they decide.").format(
        shop=bold(shop_name)
    )


def link_ended(translator: Translator) -> str:
    """Return that a link does not work any more."""
    return translator.gettext(
        "This link was used already, or is older than 24 hours. Ask the owner for a new one."
    )


def works_here(translator: Translator) -> str:
    """Return that somebody who opened a link works for the shop already."""
    return translator.gettext("You work here already.")


def application_text(translator: Translator, asks: Application) -> str:
    """Return who asks to become an employee, or how an owner decided."""
    _ = translator.gettext
    link = asks.link
    person = who_with_id(translator, link.asked_by or CustomerId(0), asks.customer)
    facts = lines(
        person,
        _("Rights: {rights}").format(rights=rights_text(translator, rights_in(link.rights))),
    )
    title = bold(_("Somebody asks to work for you"))
    if link.decided_by is None:
        advice = _("Accept only if you know this account: ask your employee, not in this chat.")
        return paragraphs(f"✋ {title}", facts, advice)
    by = who(translator, link.decided_by, asks.decided_by)
    form = _("✅ Taken on by {owner}.") if link.is_accepted else _("❌ Refused by {owner}.")
    return paragraphs(title, facts, form.format(owner=by))


def no_application(translator: Translator) -> str:
    """Return that nobody asks by the link of a button."""
    return translator.gettext("Nobody asks by this link.")


def news_text(translator: Translator, event: StaffEvent, shop_name: str, rights: Set[Right]) -> str:
    """Return, for an employee, what an owner has decided."""
    _ = translator.gettext
    shop = bold(shop_name)
    if event is StaffEvent.ACCEPTED:
        return paragraphs(
            _("✅ You work for {shop} now.").format(shop=shop),
            _("You may: {rights}").format(rights=rights_text(translator, rights)),
        )
    if event is StaffEvent.REJECTED:
        return _("{shop} has not taken you on.").format(shop=shop)
    return _("You do not work for {shop} any more.").format(shop=shop)


def sign_of(translator: Translator, right: Right, *, is_granted: bool) -> str:
    """Return the label of the button that grants a right or takes it away."""
    return f"{'✅' if is_granted else '▫️'} {right_name(translator, right)}"


def _who(translator: Translator, shown: Employee) -> str:
    return who(translator, shown.member.customer_id, shown.customer)
