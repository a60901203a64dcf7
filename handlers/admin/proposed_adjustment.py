"""The screen of a proposed credit or debit: its source is chosen, then it is confirmed."""

from __future__ import annotations

from typing import Final

from bot.domain.money_source import SOURCES
from bot.services.money.adjustments import ProposedAdjustment
from handlers.admin.adjustment_texts import adjust_label, proposal_text, source_label
from handlers.admin.buttons import ChooseSource, DropAdjust, MakeAdjustment
from handlers.admin.keyboards import DANGER, same_rows, second_payment_label
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import Row, Screen, button, in_columns, keyboard, main_button

ASK_AGAIN: Final = -1
"""The `source` of the button that leads back to the choice of sources."""


def proposal_screen(translator: Translator, proposed: ProposedAdjustment) -> Screen:
    """Return a proposed adjustment with its sources or, once one is chosen, the confirm button."""
    rows = _source_rows(translator, proposed) or _confirm_rows(translator, proposed)
    drop = button(translator.gettext("✕ Cancel"), DropAdjust(proposed.token))
    return proposal_text(translator, proposed), keyboard(*rows, [drop])


def _source_rows(translator: Translator, proposed: ProposedAdjustment) -> list[Row]:
    if proposed.source is not None:
        return []
    offered = [
        button(
            source_label(translator, source, proposed.amount), ChooseSource(number, proposed.token)
        )
        for number, source in enumerate(SOURCES)
    ]
    return in_columns(offered, 2)


def _confirm_rows(translator: Translator, proposed: ProposedAdjustment) -> list[Row]:
    """Return the confirm button, which is red for a debit and for what may be paid already."""
    source, amount, same = proposed.source, proposed.amount, proposed.same
    meaning = MakeAdjustment(SOURCES.index(source) if source else ASK_AGAIN, proposed.token)
    label = adjust_label(translator, amount)
    if same:
        label = second_payment_label(translator, amount)
    is_grave = amount < 0 or bool(same)
    move = button(label, meaning, DANGER) if is_grave else main_button(label, meaning)
    again = button(translator.gettext("↩️ Another source"), ChooseSource(ASK_AGAIN, proposed.token))
    return [[move], *same_rows(translator, same), [again]]
