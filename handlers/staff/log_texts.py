"""Texts of /log: each act in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.domain.admin_act import SERVER, ActFilter, ActKind, AdminAct
from bot.domain.staff import rights_in
from bot.services.act_log import ActPage, LoggedAct
from handlers.staff.texts import right_name, rights_text
from handlers.ui.html import bold, cut, escaped, lines, paragraphs
from handlers.ui.i18n import N_, Translator
from handlers.ui.people import who

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "credit": N_("{amount} put into the wallet of {person}"),
        "debit": N_("{amount} taken out of the wallet of {person}"),
        "topup_approved": N_("Top-up of {person} approved: {amount}"),
        "topup_rejected": N_("Top-up of {person} rejected: {amount}"),
        "deposit": N_("{amount} noted as paid to the supplier"),
        "attach": N_("{subject}: a reference attached"),
        "count_delivered": N_("{subject}: counted as delivered"),
        "refund": N_("{subject}: the money given back"),
        "keep_waiting": N_("{subject}: left waiting"),
        "recon": N_("The difference of {subject} settled"),
        "message": N_("A message written to {person}"),
        "close_case": N_("The conversation with {person} closed"),
        "accept_member": N_("{person} let into the shop"),
        "refuse_member": N_("{person} not let into the shop"),
        "invite": N_("An invitation made: {subject}"),
        "delete_invitation": N_("The invitation {subject} deleted"),
        "block": N_("{person} blocked"),
        "unblock": N_("{person} no longer blocked"),
        "credit_limit": N_("The credit limit of {person} changed"),
        "note": N_("The note on {person} changed"),
        "level": N_("The level of {person} changed"),
        "link": N_("A link made for {person}"),
        "linked": N_("A Telegram account linked to {person}"),
        "new_person": N_("{person} added as a customer"),
        "personal_data": N_("The data of {person} sent"),
        "erasure": N_("The data of {person} erased"),
        "level_add": N_("A customer level added"),
        "level_rename": N_("A customer level renamed"),
        "level_delete": N_("A customer level deleted"),
        "price": N_("The price of {subject} changed"),
        "short_code": N_("The short code of {subject} changed"),
        "sell_to": N_("Changed who can buy {subject}"),
        "disrupt": N_("{subject} marked as disrupted"),
        "end_disruption": N_("{subject} no longer disrupted"),
        "disruption_note": N_("The note on the disruption of {subject} changed"),
        "rename_type": N_("{subject} renamed"),
        "place_type": N_("{subject} moved in the menu"),
        "sell_again": N_("{subject} put on sale again"),
        "pause": N_("The shop paused"),
        "resume": N_("The shop opened again"),
        "open_shop": N_("The shop opened for the first time"),
        "setting": N_("The setting {subject} changed"),
        "bot_profile": N_("The bot's {subject} changed"),
        "staff_link": N_("A link made for a new employee"),
        "staff_accepted": N_("{person} taken on as an employee"),
        "staff_rejected": N_("{person} not taken on as an employee"),
        "staff_rights": N_("A right of {person} changed"),
        "staff_removed": N_("{person} removed from the staff"),
        "show_code": N_("The code of {subject} looked at"),
    }
)
"""What each action is, in the past; whoever did it stands before."""
KIND_NAMES: Mapping[ActKind, str] = MappingProxyType(
    {
        ActKind.MONEY: N_("💰 Money"),
        ActKind.CASES: N_("🔎 Orders"),
        ActKind.CUSTOMERS: N_("👥 Customers"),
        ActKind.GOODS: N_("🏷 Prices and products"),
        ActKind.SHOP: N_("🏪 The shop"),
        ActKind.STAFF: N_("🧑‍💼 Staff"),
        ActKind.CODES: N_("👁 Codes looked at"),
    }
)
_AMOUNT_FIRST = ("credit", "debit", "deposit", "topup_rejected")
_SOURCES = {
    "cash": N_("cash"),
    "transfer": N_("transfer"),
    "bonus": N_("bonus"),
    "correction": N_("correction"),
    "withdrawal": N_("withdrawal"),
}
"""Where the money of a credit or debit came from, before the note."""
_WITHOUT_DETAIL = ("recon", "message", "close_case", "invite", "sell_again")
"""Acts whose details are no words for a reader."""
_REFUNDS = {
    "forced": N_("although the supplier may still deliver"),
    "settled by its row": N_("as the supplier's row decided"),
}


def log_text(translator: Translator, found: ActPage, wanted: ActFilter) -> str:
    """Return a page of the log, with what it is filtered by."""
    _ = translator.gettext
    empty = _("Nothing was found.") if wanted != ActFilter() else _("Nothing was done yet.")
    title = bold(_("Who did what"))
    return paragraphs(
        lines(f"📒 {title}", _filter_text(translator, found, wanted)),
        *(act_text(translator, one) for one in found.acts),
        "" if found.acts else empty,
        "" if wanted.words else _("To search: /log K12"),
    )


def _filter_text(translator: Translator, found: ActPage, wanted: ActFilter) -> str:
    parts = []
    if wanted.actor_id is not None:
        person = translator.gettext("The server's command")
        if wanted.actor_id != SERVER:
            person = who(translator, wanted.actor_id, found.actor)
        parts.append(person)
    if wanted.kind is not None:
        parts.append(translator.gettext(KIND_NAMES[wanted.kind]))
    if wanted.words:
        parts.append(f"“{escaped(wanted.words)}”")
    return " · ".join(parts)


def act_text(translator: Translator, logged: LoggedAct) -> str:
    """Return who did what, to whom, when, and why."""
    act = logged.act
    actor = translator.gettext("The server's command")
    if act.actor_id != SERVER:
        actor = who(translator, act.actor_id, logged.actor)
    return lines(
        f"{bold(translator.datetime(act.at))} · {actor}",
        sentence(translator, logged),
        escaped(cut(_reason(translator, act), 200)),
    )


def sentence(translator: Translator, logged: LoggedAct) -> str:
    """Return what was done as a sentence; of an unknown action its name and its subject."""
    act = logged.act
    form = SENTENCES.get(act.action)
    subject = escaped(cut(act.subject, 64))
    if form is None:
        return f"{escaped(act.action)}: {subject}"
    person = subject
    if logged.person_id is not None:
        person = who(translator, logged.person_id, logged.person)
    return translator.gettext(form).format(
        person=person, subject=subject, amount=_amount(translator, act)
    )


def _amount(translator: Translator, act: AdminAct) -> str:
    amount, _ = _split(act)
    return "" if amount is None else translator.money(abs(amount))


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


def _reason(translator: Translator, act: AdminAct) -> str:
    """Return why, or what exactly, as plain text."""
    detail = _split(act)[1]
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
    return "" if act.action in _WITHOUT_DETAIL else detail
