"""Texts for admins about an order, a top-up, an alert or a customer who asks for contact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import assert_never

from bot.domain.customer import Customer
from bot.domain.ledger import Account
from bot.domain.notice import OF_MACHINE, Alert
from bot.domain.order import CustomerId, Order, OrderState, ParkReason
from bot.domain.supplier_profile import PanelProfile
from bot.domain.supplier_row import SupplierRow
from bot.domain.topup import TopUp, TopUpState, is_cancelled_without_proof, is_proof_lost
from bot.services.money.topups.topups import TopUpDetails
from handlers.admin.alert_texts import SENTENCES
from handlers.admin.list_texts import list_row
from handlers.admin.machine_texts import machine_alert_text
from handlers.admin.supplier_money_texts import balance_low_text, out_of_money_text
from handlers.ui.html import bold, code, cut, escaped, lines, paragraphs, warning
from handlers.ui.i18n import Translator
from handlers.ui.order_card import order_title, shown_destination, state_name
from handlers.ui.people import id_to_type, who, who_with_id
from handlers.ui.product_names import order_name
from handlers.ui.topup_card import end_of_topup, other_topups, proof_lost_line, settled_at


def parked_text(
    translator: Translator,
    order: Order,
    customer: Customer | None,
    candidates: Sequence[SupplierRow],
    *,
    rows_seen: bool = False,
    profile: PanelProfile | None = None,
) -> str:
    """Return all facts of a parked order, and advice; or that it is settled.

    `rows_seen`: the supplier's rows have been read since the order was parked. A `profile` is
    needed to show the destination also as customers read it, such as in groups.
    """
    _ = translator.gettext
    if order.state is not OrderState.PARKED:
        return _("{number} needs no decision any more: {state}.").format(
            number=bold(order.number), state=state_name(translator, order.state)
        )
    title = _("{number} needs your decision").format(number=order.number)
    return paragraphs(
        lines(f"🅿️ {bold(title)}", park_reason(translator, order.park_reason)),
        _order_facts(translator, order, customer, profile),
        _supplier_facts(translator, order),
        ""
        if order.ref_id
        else _candidates(translator, candidates, rows_seen or was_list_read(order)),
        _advice(translator, order),
    )


def park_reason(translator: Translator, reason: ParkReason | None) -> str:  # noqa: PLR0911 - one each
    """Return why an order is parked, as a sentence."""
    _ = translator.gettext
    match reason:
        case ParkReason.SEVERAL:
            return _("Two or more rows at the supplier may be this order.")
        case ParkReason.WINDOW_LOST:
            return _("The supplier's list no longer reaches back to when it was sent.")
        case ParkReason.PROBABLY_NOT_PLACED:
            return _("It is probably not placed: the supplier's list was complete and lacked it.")
        case ParkReason.UNKNOWN | None:
            return _("No answer came, and the supplier's list could not be seen, or not whole.")
        case ParkReason.FOREIGN_REPLY:
            return _("The supplier's answer names another product, number, or order.")
        case ParkReason.PARTIAL:
            return _("The supplier calls it partly done.")
        case ParkReason.ROW_MISSING:
            return _("The supplier took it, but its row has been missing for 10 minutes.")
        case ParkReason.NOT_FINAL:
            return _("The supplier took it, but has not finished it for 24 hours.")
        case ParkReason.RESTORED:
            return _(
                "It was open in the backup that the shop goes on from, and may have been sent "
                "since then."
            )
        case _:
            assert_never(reason)


def order_evidence_text(
    translator: Translator,
    order: Order,
    customer: Customer | None,
    candidates: Sequence[SupplierRow],
    reads: str,
    *,
    rows_seen: bool = False,
    profile: PanelProfile | None = None,
) -> str:
    """Return all facts of an order in any state.

    `reads` is the state as the customer reads it; the other arguments are those of `parked_text`.
    """
    if order.state is OrderState.PARKED:
        return parked_text(
            translator, order, customer, candidates, rows_seen=rows_seen, profile=profile
        )
    _ = translator.gettext
    return paragraphs(
        lines(
            bold(order.number),
            _("State: {state}").format(state=state_name(translator, order.state)),
            _("The customer reads: {text}").format(text=reads),
        ),
        _order_facts(translator, order, customer, profile),
        _supplier_facts(translator, order),
        _candidates(translator, candidates, True) if candidates else "",
    )


def topup_text(
    translator: Translator,
    topup: TopUp,
    customer: Customer | None,
    wallet: Account | None,
    others: Sequence[TopUp] = (),
    admin: Customer | None = None,
) -> str:
    """Return a top-up for an admin to decide, or how it was decided and by which `admin`.

    `others` are the customer's other undecided top-ups, which the money may be for.
    """
    _ = translator.gettext
    balance = ""
    if wallet is not None:
        balance = _("Balance now: {balance}").format(balance=translator.money(wallet.balance))
    title = _("Top-up of {amount}").format(amount=translator.money(topup.total))
    return paragraphs(
        lines(
            f"💰 {bold(title)}",
            who(translator, topup.customer_id, customer),
            balance,
            translator.datetime(topup.created_at),
        ),
        lines(_decision(translator, topup, customer, admin), escaped(topup.reason)),
        proof_lost_line(translator) if is_proof_lost(topup) else "",
        other_topups(translator, others),
    )


def topup_details_text(translator: Translator, shown: TopUpDetails) -> str:
    """Return the text of a top-up with its customer, wallet and admin."""
    return topup_text(
        translator, shown.topup, shown.customer, shown.wallet, shown.others, shown.admin
    )


def alert_text(
    translator: Translator,
    alert: Alert,
    data: Mapping[str, str | int],
    order: Order | None,
    command_line: str,
) -> str:
    """Return what is wrong and what to do about it, with the order and the detail if any."""
    if alert in OF_MACHINE:
        return machine_alert_text(translator, alert, data, command_line)
    if alert is Alert.BALANCE_LOW:
        return balance_low_text(translator, data)
    if alert is Alert.OUT_OF_MONEY:
        return out_of_money_text(translator, data)
    detail = str(data.get("detail", ""))
    about = "" if order is None else order_title(translator, order)
    shown = code(detail) if detail else ""
    sentence = translator.gettext(SENTENCES[alert]).format(command=code(f"{command_line} doctor"))
    return paragraphs(warning(sentence), lines(about, shown))


def was_list_read(order: Order) -> bool:
    """Return whether a list that could contain a parked order's row was certainly read.

    The park reasons "several" and "window lost" are conclusions from such a list.
    """
    if order.last_covering_miss_at is not None:
        return True
    return order.park_reason in (ParkReason.SEVERAL, ParkReason.WINDOW_LOST)


def help_request_text(translator: Translator, order: Order, person: str) -> str:
    """Return a customer's request for help with an order."""
    _ = translator.gettext
    title = _("A customer asks for help with {number}").format(number=order.number)
    return paragraphs(
        f"💬 {bold(title)}",
        lines(
            person,
            f"{escaped(order_name(translator, order))} · {translator.money(order.price)}",
            code(order.destination),
            _("State: {state}").format(state=state_name(translator, order.state)),
            translator.datetime(order.created_at),
        ),
        _("Write to them, or look at the order with {command}.").format(
            command=code(f"/status {order.number}")
        ),
    )


def contact_request_text(translator: Translator, person: str, topup: TopUp | None) -> str:
    """Return a customer's request for contact, with their top-up if it is undecided."""
    _ = translator.gettext
    title = bold(_("A customer asks you to write to them"))
    waiting = ""
    if topup is not None and topup.state is TopUpState.PENDING:
        amount = translator.money(topup.total)
        waiting = _("Their top-up of {amount} is not decided yet.").format(amount=amount)
    return paragraphs(f"💬 {title}", person, waiting)


def _advice(translator: Translator, order: Order) -> str:
    """Return the advice for settling a parked order."""
    _ = translator.gettext
    if order.ref_id is None:
        return _(
            "Attach a reference if you find the order at the supplier's panel. Refund only if "
            "it is certainly not there. Or keep waiting."
        )
    if order.park_reason is ParkReason.PARTIAL:
        return _(
            "Look at the panel, or ask the supplier, what has arrived. Count it as delivered if "
            "the customer has the goods: then it is paid. Refund if they have nothing, and credit "
            "by hand if they have a part. Or keep waiting: the supplier may still finish it."
        )
    if order.park_reason is ParkReason.ROW_MISSING:
        return _(
            "Look for the reference at the supplier's panel. Attach another one if the order "
            "stands there under it. Count it as delivered if the customer has the goods. Refund "
            "only if it is certainly gone. Or keep waiting."
        )
    return _(
        "The reference is known. Ask the supplier what became of it. Count it as delivered if the "
        "customer has the goods. Refund only if they will certainly not come. Or keep waiting."
    )


def _decision(
    translator: Translator, topup: TopUp, customer: Customer | None, admin: Customer | None
) -> str:
    """Return the decision with admin and time, or what to consider before it."""
    _ = translator.gettext
    by = who(translator, topup.decided_by or CustomerId(0), admin)
    at = settled_at(translator, topup)
    match topup.state:
        case TopUpState.APPROVED:
            amount = bold(translator.money(topup.credited or topup.total))
            return _("✅ {amount} credited by {admin}, {time}").format(
                amount=amount, admin=by, time=at
            )
        case TopUpState.REJECTED:
            return _("❌ Rejected by {admin}, {time}").format(admin=by, time=at)
        case TopUpState.PENDING:
            if is_cancelled_without_proof(topup):
                command = code(f"/credit {id_to_type(topup.customer_id, customer)} {topup.total}")
                late = _("If the money arrives all the same: {command}").format(command=command)
                return lines(end_of_topup(translator, topup), late)
            return lines(
                end_of_topup(translator, topup), _("Approve it only once the money is there.")
            )
        case _:
            assert_never(topup.state)


def _order_facts(
    translator: Translator, order: Order, customer: Customer | None, profile: PanelProfile | None
) -> str:
    _ = translator.gettext
    prices = _("Price {price}").format(price=translator.money(order.price))
    if order.cost:  # Not shown without the right.
        prices = _("Price {price}, cost {cost}").format(
            price=translator.money(order.price), cost=translator.money(order.cost)
        )
    return lines(
        f"{escaped(cut(order_name(translator, order)))} ({code(order.service_code)})",
        _destination(order, profile),
        prices,
        _("🏪 Sold at the counter, by an admin") if order.is_counter_sale else "",
        *_times(translator, order),
        who_with_id(translator, order.customer_id, customer),
    )


def _destination(order: Order, profile: PanelProfile | None) -> str:
    """Return the destination as it was sent, and the customers' form if that differs."""
    shown = order.destination if profile is None else shown_destination(order, profile)
    read = "" if shown == order.destination else f" ({escaped(shown)})"
    return f"{code(order.destination)}{read}"


def _times(translator: Translator, order: Order) -> list[str]:
    _ = translator.gettext
    times = (
        (_("Ordered: {time}"), order.created_at),
        (_("Sent: {time}"), order.sent_at),
        (_("Ended: {time}"), order.ended_at),
    )
    return [form.format(time=translator.datetime(at)) for form, at in times if at is not None]


def _supplier_facts(translator: Translator, order: Order) -> str:
    _ = translator.gettext
    facts = (
        (_("Reference"), order.ref_id),
        (_("Doubtful reference"), order.suspect_ref_id),
        (_("Status at the supplier"), order.status_word),
        (_("Voucher"), order.voucher),
        (_("Note"), order.note),
        (_("Refusal"), order.refusal_message),
    )
    return lines(*(f"{label}: {code(cut(value))}" for label, value in facts if value))


def _candidates(translator: Translator, candidates: Sequence[SupplierRow], rows_seen: bool) -> str:
    if not candidates and not rows_seen:
        return translator.gettext("The supplier's list has not been looked at yet.")
    if not candidates:
        return translator.gettext("The supplier has shown no row that may be it.")
    title = translator.ngettext(
        "The supplier has shown {count} row that may be it:",
        "The supplier has shown {count} rows that may be it:",
        len(candidates),
    ).format(count=translator.number(len(candidates)))
    return lines(title, *(_row(translator, row) for row in candidates))


def _row(translator: Translator, row: SupplierRow) -> str:
    return list_row(
        code(cut(row.ref_id, 64)),
        escaped(cut(row.status_word, 40)),
        "" if row.created_at is None else translator.datetime(row.created_at),
        "" if row.cost is None else translator.money(row.cost),
        escaped(cut(row.note, 100)),
    )
