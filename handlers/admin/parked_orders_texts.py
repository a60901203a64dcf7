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
    words: Translator, order: Order, candidates: Sequence[SupplierRow], problem: str = ""
) -> str:
    """Return the question for a parked order's reference, below the `problem` if any."""
    _ = words.gettext
    how = _("Type the reference as the supplier's panel shows it.")
    if candidates or order.suspect_ref_id is not None:
        how = _("Press the row that is this order, or type the reference as the panel shows it.")
    return paragraphs(
        warning(problem),
        lines(
            bold(_("Which reference belongs to {number}?").format(number=order.number)),
            f"{escaped(order_name(words, order))} · {code(order.destination)}",
            _doubtful(words, order),
        ),
        how,
    )


def attach_fault(words: Translator, fault: AttachFault) -> str:
    """Return why a reference cannot be attached."""
    _ = words.gettext
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


def not_a_reference(words: Translator) -> str:
    """Return that a photo, or a text of more than one word, is not a reference."""
    return words.gettext("That is no reference. Please type it as one word, or press a row.")


def attached(words: Translator, order: Order) -> str:
    """Return that a reference was attached, with the new state of the order."""
    return words.gettext("The reference is attached. {number}: {state}.").format(
        number=order.number, state=state_name(words, order.state)
    )


def refunded(words: Translator, order: Order) -> str:
    """Return the result of a refund; the order's row may have shown a delivery instead."""
    _ = words.gettext
    if order.state is OrderState.SUCCEEDED:
        return _("{number} was delivered after all, so nothing was given back.").format(
            number=order.number
        )
    return _("{number}: the money is given back, and the customer will be told.").format(
        number=order.number
    )


def delivered_question(words: Translator, order: Order) -> str:
    """Return the question before an order is counted as delivered."""
    question = words.gettext("Count {number} as delivered?").format(number=order.number)
    end = words.gettext(
        "The customer then pays {price} for good, and no button gives it back."
    ).format(price=words.money(order.price))
    return warning(lines(bold(question), end))


def counted_delivered(words: Translator, order: Order) -> str:
    """Return the result of counting as delivered; the order's row may have shown a failure."""
    _ = words.gettext
    if order.state is OrderState.FAILED:
        return _(
            "{number} has failed at the supplier meanwhile: the money is given back, and the "
            "customer will be told."
        ).format(number=order.number)
    return _("{number} counts as delivered: it is paid, and the customer will be told.").format(
        number=order.number
    )


def kept_waiting(words: Translator, order: Order) -> str:
    """Return that an order stays parked."""
    return words.gettext("{number} stays parked. You will be asked again in an hour.").format(
        number=order.number
    )


def decided_before(words: Translator, number: str, state: OrderState) -> str:
    """Return that an order is settled already, by another admin or by its row."""
    return words.gettext("{number} is settled already: {state}.").format(
        number=number, state=state_name(words, state)
    )


def settled_by(
    words: Translator, order: Order, act: AdminAct | None, admin: Customer | None
) -> str:
    """Return how a parked order was settled: by which admin's act, or by the supplier's reply."""
    _ = words.gettext
    if order.state is OrderState.PARKED:
        return ""
    form = "" if act is None else _SETTLEMENTS.get((act.action, order.state), "")
    if act is None or not form:
        return _("The supplier's answer settled it.")
    return _(form).format(admin=who(words, act.actor_id, admin), time=words.datetime(act.at))


def refund_doubt(words: Translator, order: Order, error: RefundUncertainError) -> str:
    """Return why a refund needs a confirmation."""
    if error.account is not None:
        doubt = words.gettext(
            "This order was sent on the supplier account {account}, which the shop does not use "
            "now: nobody can ask whether it was bought. Look at that account's panel."
        ).format(account=cut(error.account, 64))
    elif error.candidates == 0 and error.is_answered:
        doubt = words.gettext(
            "The supplier does not show this order, but that does not prove that it was not bought."
        )
    elif error.candidates == 0:
        doubt = words.gettext("The supplier could not be asked whether it has this order.")
    elif order.ref_id is not None:
        doubt = words.gettext("The supplier has not taken this order back: it may still deliver.")
    else:
        doubt = words.ngettext(
            "The supplier shows {count} row that may be this order.",
            "The supplier shows {count} rows that may be this order.",
            error.candidates,
        ).format(count=words.number(error.candidates))
    loss = words.gettext(
        "If the goods arrive after the money is given back, the shop bears the loss."
    )
    return warning(lines(bold(doubt), loss))


def facts_changed(words: Translator) -> str:
    """Return that a confirmation is outdated, because the facts have changed."""
    return words.gettext(
        "The case has changed since that button was shown, so nothing was done. Please read it "
        "anew."
    )


def no_such_order(words: Translator) -> str:
    """Return that the order of a button does not exist."""
    return words.gettext("There is no such order.")


def _doubtful(words: Translator, order: Order) -> str:
    if order.suspect_ref_id is None:
        return ""
    return f"{words.gettext('Doubtful reference')}: {code(cut(order.suspect_ref_id))}"
