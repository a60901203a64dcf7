"""Texts of /log: why an act was done, and what it changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from bot.domain.admin_act import CHANGED, AdminAct
from bot.domain.staff import rights_in
from handlers.staff.texts import right_name, rights_text
from handlers.ui.html import cut
from handlers.ui.i18n import N_, Translator
from handlers.ui.setting_names import setting_names, stored_label

MAX_VALUE: Final = 90
"""How many characters of a value before or after a change are shown."""
_AMOUNT_FIRST = ("credit", "debit", "deposit", "topup_rejected")
_SOURCES = {
    "cash": N_("cash"),
    "transfer": N_("transfer"),
    "bonus": N_("bonus"),
    "correction": N_("correction"),
    "withdrawal": N_("withdrawal"),
}
"""Where the money of a credit or debit came from, before the note."""
_REFUNDS = {
    "forced": N_("although the supplier may still deliver"),
    "settled by its row": N_("as the supplier's row decided"),
}
_BUYERS = {
    "everybody": N_("all customers"),
    "staff": N_("staff only"),
    "nobody": N_("nobody"),
}
_PRICING = {
    "round": N_("rounded up to {amount}"),
    "least": N_("at least {amount} of profit"),
    "fixed": N_("{amount} fixed"),
    "less": N_("{amount} below everybody's price"),
}
_OTHER_ARROW: Final = " -> "
_SAID_BY_SENTENCE: Final = frozenset(
    {"recon", "disrupt", "end_disruption", "message", "close_case"}
)
"""Actions whose detail adds nothing to their sentence."""


def amount_of(translator: Translator, act: AdminAct) -> str:
    """Return the amount of an act, or an empty text."""
    amount, _ = _split(act)
    return "" if amount is None else translator.money(abs(amount))


def reason_of(translator: Translator, act: AdminAct) -> str:
    """Return why an act was done, or what exactly it changed, as plain text."""
    if act.action in _SAID_BY_SENTENCE:
        return ""
    detail = _split(act)[1]
    if act.action == "linked":  # The former person's id follows that of the account.
        detail = detail.partition(" ")[0]
    if act.action == "staff_rights":
        granted = rights_in(detail[1:])
        return " ".join([detail[:1], *(right_name(translator, one) for one in granted)])
    if act.action.startswith("staff_"):
        return rights_text(translator, rights_in(detail))
    if act.action == "refund":
        form = _REFUNDS.get(detail.partition(",")[0], "")
        return translator.gettext(form) if form else detail
    if act.action in ("credit", "debit"):
        first, _, note = detail.partition(" ")
        source = _SOURCES.get(first)
        return detail if source is None else f"{translator.gettext(source)} {note}"
    if act.action == "sell_again":
        cost = detail.removeprefix("cost ")
        text = translator.gettext("at a cost of {amount}")
        return text.format(amount=translator.money(int(cost))) if cost.isdecimal() else detail
    return _change(translator, act, detail)


def setting_name(translator: Translator, name: str) -> str:
    """Return the name of a setting; of one that only another version has, its own."""
    return setting_names(translator).get(name, name)


def _change(translator: Translator, act: AdminAct, detail: str) -> str:
    """Return the values before and after a change in the reader's words; any other detail as is."""
    for arrow in (CHANGED, _OTHER_ARROW):
        before, found, after = detail.partition(arrow)
        if found:
            values = (_value(translator, act, one) for one in (before, after))
            return CHANGED.join(cut(" ".join(one.split()), MAX_VALUE) for one in values)
    return detail


def _value(translator: Translator, act: AdminAct, value: str) -> str:
    readers: Mapping[str, Callable[[], str]] = MappingProxyType(
        {
            "setting": lambda: stored_label(translator, act.subject, value),
            "credit_limit": lambda: translator.money(int(value)) if value.isdecimal() else value,
            "price": lambda: _pricing(translator, value),
            "sell_to": lambda: translator.gettext(_BUYERS[value]) if value in _BUYERS else value,
        }
    )
    shown = readers[act.action]() if act.action in readers else value
    return translator.gettext("nothing") if shown in ("", "-", "none") else shown


def _pricing(translator: Translator, shorthand: str) -> str:
    """Return the shorthand of a pricing (`bot.domain.prices.shorthand`) in the reader's words."""
    parts = []
    for part in shorthand.split(", "):
        word, _, number = part.partition(" ")
        form = _PRICING.get(word)
        if form is None or not number.isdecimal():
            parts.append(translator.numbers_in(part))
            continue
        amount = translator.money(int(number))
        parts.append(translator.gettext(form).format(amount=amount))
    return ", ".join(parts)


def _split(act: AdminAct) -> tuple[int | None, str]:
    """Return the amount in rupiah at the beginning of an act's detail, and the rest.

    Of an approved top-up it is the second one, which was credited.
    """
    words = act.detail.split(" ")
    if act.action == "topup_approved":
        words = words[1:]
    elif act.action not in _AMOUNT_FIRST:
        return None, act.detail
    number = words[0].removeprefix("-") if words else ""
    if not (number.isascii() and number.isdigit()):
        return None, act.detail
    return int(words[0]), " ".join(words[1:])
