"""The screen of a proposed credit or debit: its source is chosen, then it is confirmed."""

from __future__ import annotations

from typing import Final

from bot.domain.money_source import SOURCES, MoneySource, right_for
from bot.services.money.adjustments import ProposedAdjustment
from handlers.admin.adjustment_texts import adjust_label, proposal_text, source_label
from handlers.admin.buttons import ChooseSource, DropAdjust, MakeAdjustment
from handlers.admin.keyboards import DANGER, same_rows, second_payment_label
from handlers.ui.context import ShopContext
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import Row, Screen, button, in_columns, keyboard, main_button

MAX_NOTE_LENGTH: Final = 200
"""In characters; the rest of a note is cut off."""
ASK_AGAIN: Final = -1
"""The `source` of the button that leads back to the choice of sources."""


def proposal_screen(context: ShopContext, proposed: ProposedAdjustment) -> Screen:
    """Return a proposed adjustment with its sources or, once one is chosen, the confirm button."""
    translator = context.translator
    if proposed.source is None:
        rows = _source_rows(context, proposed)
    else:
        rows = _confirm_rows(translator, proposed, proposed.source)
    drop = button(translator.gettext("✕ Cancel"), DropAdjust(proposed.token))
    return proposal_text(translator, proposed), keyboard(*rows, [drop])


def _source_rows(context: ShopContext, proposed: ProposedAdjustment) -> list[Row]:
    """Return a button for each source that the sender may choose."""
    offered = [
        button(
            source_label(context.translator, source, proposed.amount),
            ChooseSource(number, proposed.token),
        )
        for number, source in enumerate(SOURCES)
        if context.may(right_for(source, proposed.amount))
    ]
    return in_columns(offered, 2)


def _confirm_rows(
    translator: Translator, proposed: ProposedAdjustment, source: MoneySource
) -> list[Row]:
    """Return the confirm button, which is red for a debit and for what may be paid already."""
    amount, same = proposed.amount, proposed.same
    meaning = MakeAdjustment(SOURCES.index(source), proposed.token)
    label = adjust_label(translator, amount)
    if same:
        label = second_payment_label(translator, amount)
    is_grave = amount < 0 or bool(same)
    move = button(label, meaning, DANGER) if is_grave else main_button(label, meaning)
    again = button(translator.gettext("↩️ Another source"), ChooseSource(ASK_AGAIN, proposed.token))
    return [[move], *same_rows(translator, same), [again]]
