"""Texts for admins who settle a parked order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from bot.domain.admin_act import AdminAct
from bot.domain.customer import Customer
from bot.domain.errors import AttachFault, RefundUncertainError
from bot.domain.order import Order, OrderState
from bot.domain.supplier_row import SupplierRow
from handlers.ui.html import bold, code, cut, escaped, lines, paragraphs, warning
from handlers.ui.i18n import N_, Translator
from handlers.ui.order_card import state_name
from handlers.ui.people import who
from handlers.ui.product_names import order_name

_ATTACHED = N_("A reference was attached by {admin}, {time}")
_SETTLEMENTS = {
    ("refund", OrderState.FAILED): N_("The money was given back by {admin}, {time}"),
    ("count_delivered", OrderState.SUCCEEDED): N_("Counted as delivered by {admin}, {time}"),
    **{
        ("attach", state): _ATTACHED
        for state in (OrderState.ACCEPTED, OrderState.SUCCEEDED, OrderState.FAILED)
    },
}
"""The sentence for an admin's act and the new state; for any other state the row decided."""


def reference_question(
    translator: Translator, order: Order, candidates: Sequence[SupplierRow], problem: str = ""
) -> str:
    """Return the question for a parked order's reference, below the `problem` if any."""
    _ = translator.gettext
    how = _("Type the reference as the supplier's panel shows it.")
    if candidates or order.suspect_ref_id is not None:
        how = _("Press the row that is this order, or type the reference as the panel shows it.")
    return paragraphs(
        warning(problem),
        lines(
            bold(_("Which reference belongs to {number}?").format(number=order.number)),
            f"{escaped(order_name(translator, order))} · {code(order.destination)}",
            _doubtful(translator, order),
        ),
        how,
    )


def attach_fault(translator: Translator, fault: AttachFault) -> str:
    """Return why a reference cannot be attached."""
    _ = translator.gettext
    match fault:
        case AttachFault.NO_ANSWER:
            return _("The supplier does not answer, so the row cannot be checked. Try again soon.")
        case AttachFault.OTHER_ACCOUNT:
            return _(
                "This order was sent on another supplier account, so no row of this one is its own."
            )
        case AttachFault.NO_SUCH_ROW:
            return _("The supplier has no row with this reference. Check it letter by letter.")
        case AttachFault.OTHER_TARGET:
            return _("That row is for another product or another number.")
        case AttachFault.CLAIMED:
            return _("That row belongs to another order already.")
        case AttachFault.KNOWN:
            return _("The reference of this order is known, and the supplier shows its row.")
        case AttachFault.OLDER_THAN_ORDER:
            return _("That row is older than this order, so it cannot be its row.")
        case _:
            assert_never(fault)


def not_a_reference(translator: Translator) -> str:
    """Return that a photo, or a text of more than one word, is not a reference."""
    return translator.gettext("That is no reference. Please type it as one word, or press a row.")


def attached(translator: Translator, order: Order) -> str:
    """Return that a reference was attached, with the new state of the order."""
    return translator.gettext("The reference is attached. {number}: {state}.").format(
        number=order.number, state=state_name(translator, order.state)
    )


def refunded(translator: Translator, order: Order) -> str:
    """Return the result of a refund; the order's row may have shown a delivery instead."""
    _ = translator.gettext
    if order.state is OrderState.SUCCEEDED:
        return _("{number} was delivered after all, so nothing was given back.").format(
            number=order.number
        )
    return _("{number}: the money is given back, and the customer will be told.").format(
        number=order.number
    )


def delivered_question(translator: Translator, order: Order) -> str:
    """Return the question before an order is counted as delivered."""
    question = translator.gettext("Count {number} as delivered?").format(number=order.number)
    end = translator.gettext(
        "The customer then pays {price} for good, and no button gives it back."
    ).format(price=translator.money(order.price))
    return warning(lines(bold(question), end))


def counted_delivered(translator: Translator, order: Order) -> str:
    """Return the result of counting as delivered; the order's row may have shown a failure."""
    _ = translator.gettext
    if order.state is OrderState.FAILED:
        return _(
            "{number} has failed at the supplier meanwhile: the money is given back, and the "
            "customer will be told."
        ).format(number=order.number)
    return _("{number} counts as delivered: it is paid, and the customer will be told.").format(
        number=order.number
    )


def kept_waiting(translator: Translator, order: Order) -> str:
    """Return that an order stays parked."""
    return translator.gettext("{number} stays parked. You will be asked again in an hour.").format(
        number=order.number
    )


def decided_before(translator: Translator, number: str, state: OrderState) -> str:
    """Return that an order is settled already, by another admin or by its row."""
    return translator.gettext("{number} is settled already: {state}.").format(
        number=number, state=state_name(translator, state)
    )


def settled_by(
    translator: Translator, order: Order, act: AdminAct | None, admin: Customer | None
) -> str:
    """Return how a parked order was settled: by which admin's act, or by the supplier's reply."""
    _ = translator.gettext
    if order.state is OrderState.PARKED:
        return ""
    form = "" if act is None else _SETTLEMENTS.get((act.action, order.state), "")
    if act is None or not form:
        return _("The supplier's answer settled it.")
    return _(form).format(
        admin=who(translator, act.actor_id, admin), time=translator.datetime(act.at)
    )


def refund_doubt(translator: Translator, order: Order, error: RefundUncertainError) -> str:
    """Return why a refund needs a confirmation."""
    if error.account is not None:
        doubt = translator.gettext(
            "This order was sent on the supplier account {account}, which the shop does not use "
            "now: nobody can ask whether it was bought. Look at that account's panel."
        ).format(account=cut(error.account, 64))
    elif error.candidates == 0 and error.is_answered:
        doubt = translator.gettext(
            "The supplier does not show this order, but that does not prove that it was not bought."
        )
    elif error.candidates == 0:
        doubt = translator.gettext("The supplier could not be asked whether it has this order.")
    elif order.ref_id is not None:
        doubt = translator.gettext(
            "The supplier has not taken this order back: it may still deliver."
        )
    else:
        doubt = translator.ngettext(
            "The supplier shows {count} row that may be this order.",
            "The supplier shows {count} rows that may be this order.",
            error.candidates,
        ).format(count=translator.number(error.candidates))
    loss = translator.gettext(
        "If the goods arrive after the money is given back, the shop bears the loss."
    )
    return warning(lines(bold(doubt), loss))


def facts_changed(translator: Translator) -> str:
    """Return that a confirmation is outdated, because the facts have changed."""
    return translator.gettext(
        "The case has changed since that button was shown, so nothing was done. Please read it "
        "anew."
    )


def no_such_order(translator: Translator) -> str:
    """Return that the order of a button does not exist."""
    return translator.gettext("There is no such order.")


def _doubtful(translator: Translator, order: Order) -> str:
    if order.suspect_ref_id is None:
        return ""
    doubtful = translator.gettext("Doubtful reference")
    return f"{doubtful}: {code(cut(order.suspect_ref_id))}"
