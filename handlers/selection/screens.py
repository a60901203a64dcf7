"""The screens of what is sold: all types, one target with its switches, and what was found."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.catalogue import Product
from bot.domain.selection import Selection, SoldTo, Target, TypeState, category_target
from bot.services.catalogue.selection_state import TargetState
from handlers.selection.buttons import (
    AskNote,
    AskTypeName,
    Disrupt,
    EndDisruption,
    ForgetNote,
    PlaceType,
    SellTo,
    ShowTarget,
    UsualName,
)
from handlers.selection.texts import (
    DISRUPTED,
    SIGNS,
    child_label,
    found_text,
    product_label,
    target_name,
    target_text,
    types_text,
)
from handlers.ui.buttons import Button
from handlers.ui.html import bold, lines, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import (
    InlineButton,
    Row,
    Screen,
    back,
    button,
    home,
    keyboard,
    page_text,
    paged,
    pager,
    side_by_side,
)
from handlers.ui.labels import label_with_name
from handlers.ui.product_names import category_label
from handlers.ui.staff_buttons import ShowSelection


def types_screen(
    translator: Translator, types: Sequence[TypeState], disrupted: Sequence[TargetState]
) -> Screen:
    """Return all types, each with its button, and what is disrupted."""
    of_types = [
        button(
            label_with_name(category_label(translator, one.category, 0), end=SIGNS[one.sold_to]),
            _showing(category_target(one.category.category_id)),
        )
        for one in types
    ]
    of_disrupted = [
        button(label_with_name(target_name(translator, one), end=DISRUPTED), _showing(one.target))
        for one in disrupted
    ]
    text = types_text(translator, types, disrupted)
    return text, keyboard(*side_by_side(of_types), *side_by_side(of_disrupted), [home(translator)])


def target_screen(
    translator: Translator,
    state: TargetState,
    page: int = 0,
    *,
    place: tuple[int, int] | None = None,
    news: str = "",
    undo: Button | None = None,
) -> Screen:
    """Return a type, brand, sub or product with its switches and what is in it.

    `place` is a type's place and the number of types; `news` what was just done, and `undo` the
    button that takes it back.
    """
    pages = paged(_below(translator, state))
    shown = min(max(page, 0), len(pages) - 1)
    target = state.target
    undo_row = [] if undo is None else [button(translator.gettext("↩️ Take it back"), undo)]
    is_type = not target.is_product and len(state.path) == 1
    switches = _type_rows(translator, state, place) if is_type else _sale_rows(translator, state)
    text = paragraphs(
        bold(news) if news else "",
        lines(target_text(translator, state), page_text(translator, shown, len(pages))),
    )
    return text, keyboard(
        undo_row,
        *switches,
        *pages[shown],
        pager(shown, len(pages), lambda at: ShowTarget(target.is_product, target.target_id, at)),
        [back(translator, _above(state)), home(translator)],
    )


def found_screen(
    translator: Translator, query: str, products: Sequence[Product], selection: Selection
) -> Screen:
    """Return the products that a search found, sold or not."""
    buttons = [
        button(
            product_label(translator, one, selection.of_product(one.product_id)),
            ShowTarget(is_product=True, target_id=one.product_id),
        )
        for one in products
    ]
    rows: list[Row] = [[one] for one in buttons]
    text = found_text(translator, query, len(products))
    return text, keyboard(*rows, [back(translator, ShowSelection()), home(translator)])


def _showing(target: Target) -> ShowTarget:
    return ShowTarget(target.is_product, target.target_id)


def _above(state: TargetState) -> Button:
    """Return the button to the category above, or to all types."""
    above = state.path if state.target.is_product else state.path[:-1]
    return (
        ShowTarget(is_product=False, target_id=above[-1].category_id)
        if above
        else (ShowSelection())
    )


def _below(translator: Translator, state: TargetState) -> list[InlineButton]:
    """Return the buttons of the brands, subs or products in a category."""
    depth, selection = len(state.path), state.selection
    categories = [
        button(
            child_label(translator, one, depth, selection.of_category(one.category_id)),
            ShowTarget(is_product=False, target_id=one.category_id),
        )
        for one in state.children
    ]
    products = [
        button(
            product_label(translator, one, selection.of_product(one.product_id)),
            ShowTarget(is_product=True, target_id=one.product_id),
        )
        for one in state.products
    ]
    return [*categories, *products]


def _type_rows(
    translator: Translator, state: TargetState, place: tuple[int, int] | None
) -> list[Row]:
    """Return the switches of a type: who may buy it, its name and its place."""
    _, target = translator.gettext, state.target
    labels = {
        SoldTo.EVERYBODY: _("🛒 Sell to everybody"),
        SoldTo.STAFF: _("👥 By staff only"),
        SoldTo.NOBODY: _("🙈 Do not sell"),
    }
    sales = [
        button(label, SellTo(target.is_product, target.target_id, sold_to.value))
        for sold_to, label in labels.items()
        if sold_to is not state.choice.sold_to
    ]
    names = [button(_("✏️ Rename"), AskTypeName(target.target_id))]
    if state.choice.name:
        names.append(button(_("Usual name"), UsualName(target.target_id)))
    at, count = place or (0, 1)
    moves = []
    if at > 0:
        moves.append(button(_("⬆️ Up"), PlaceType(target.target_id, at - 1)))
    if at < count - 1:
        moves.append(button(_("⬇️ Down"), PlaceType(target.target_id, at + 1)))
    return [sales, names, moves]


def _sale_rows(translator: Translator, state: TargetState) -> list[Row]:
    """Return the switches of a brand, sub or product: hidden or shown, disrupted or not."""
    _, target, choice = translator.gettext, state.target, state.choice
    is_product, target_id = target.is_product, target.target_id
    if choice.sold_to is SoldTo.EVERYBODY:
        sale = button(_("🙈 Hide"), SellTo(is_product, target_id, SoldTo.NOBODY.value))
    else:
        sale = button(_("👁 Show"), SellTo(is_product, target_id, SoldTo.EVERYBODY.value))
    if choice.disruption is None:
        return [[sale, button(_("🚧 Disrupted"), Disrupt(is_product, target_id))]]
    notes = [button(_("✏️ Note"), AskNote(is_product, target_id))]
    if choice.note:
        notes.append(button(_("🗑 Delete the note"), ForgetNote(is_product, target_id)))
    return [[sale, button(_("✅ Works again"), EndDisruption(is_product, target_id))], notes]
