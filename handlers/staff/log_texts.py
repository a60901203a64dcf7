"""Texts of /log: each act in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.domain.admin_act import KINDS, SERVER, ActFilter, ActKind
from bot.services.act_log import ActPage, LoggedAct
from handlers.staff.log_details import amount_of, reason_of, setting_name
from handlers.ui.html import bold, cut, escaped, lines, paragraphs
from handlers.ui.i18n import N_, Translator
from handlers.ui.people import who
from handlers.ui.product_names import TYPES, type_name

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
        "level_move": N_("A customer level moved up"),
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
        "bot_profile": N_("The bot's profile changed"),
        "staff_link": N_("A link made for a new employee"),
        "staff_accepted": N_("{person} taken on as an employee"),
        "staff_rejected": N_("{person} not taken on as an employee"),
        "staff_rights": N_("A right of {person} changed"),
        "staff_removed": N_("{person} removed from the staff"),
        "show_code": N_("The code of {subject} looked at"),
    }
)
"""What each action is, in the past; whoever did it stands before."""
BOT_PROFILE: Mapping[str, str] = MappingProxyType(
    {"name": N_("The bot's name changed"), "picture": N_("The bot's picture changed")}
)
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
        escaped(cut(reason_of(translator, act), 200)),
    )


def _with_type_name(translator: Translator, subject: str) -> str:
    """Return the supplier's names of a category with the usual name of the type, if it has one."""
    name = subject.partition("/")[0].partition(" ")[0]
    return type_name(translator, name) + subject[len(name) :] if name in TYPES else subject


def sentence(translator: Translator, logged: LoggedAct) -> str:
    """Return what was done as a sentence; of an unknown action its name and its subject."""
    act = logged.act
    form = SENTENCES.get(act.action)
    if act.action == "bot_profile":
        form = BOT_PROFILE.get(act.subject, form)
    subject = escaped(cut(act.subject, 64))
    if act.action == "price" and act.subject.startswith("*"):
        subject = translator.gettext("everything") + subject[1:]
    if act.action == "setting":
        subject = escaped(setting_name(translator, act.subject))
    if KINDS.get(act.action) is ActKind.GOODS:
        subject = _with_type_name(translator, subject)
    if form is None:
        return f"{escaped(act.action)}: {subject}"
    person = subject
    if logged.person_id is not None:
        person = who(translator, logged.person_id, logged.person)
    return translator.gettext(form).format(
        person=person, subject=subject, amount=amount_of(translator, act)
    )
