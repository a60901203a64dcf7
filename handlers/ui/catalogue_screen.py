"""The screen of a catalogue level: its text, its pages, and the buttons that lead elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Literal

from telegram import Update

from bot.domain.catalogue import CategoryId
from bot.domain.destination import DestinationKind, is_normalised
from bot.domain.dialog import Step
from bot.domain.errors import ProductUnavailableError
from bot.services.catalogue.browse import Level, Offer
from handlers.ui.buttons import (
    Button,
    CatalogueView,
    Open,
    OpenFor,
    Pick,
    ShareLink,
    ShowNumber,
    pack,
)
from handlers.ui.context import ShopContext
from handlers.ui.html import bold, escaped, lines, paragraphs, warning
from handlers.ui.i18n import Translator
from handlers.ui.kept_screens import kept_screen, kept_screen_for
from handlers.ui.keyboards import (
    InlineButton,
    Row,
    Screen,
    back,
    button,
    cancel_button,
    home,
    keyboard,
    page_text,
    paged,
    pager,
    share,
    side_by_side,
)
from handlers.ui.offers import (
    OfferGroups,
    group_offers,
    hide_sources_label,
    nothing_on_sale,
    offer_buttons,
    offer_labels,
    sources_label,
    sources_text,
    spelled_out_on,
    spelled_out_text,
)
from handlers.ui.opening import with_opening
from handlers.ui.product_names import category_labels, in_order, trail_text
from handlers.ui.replies import alert, show, show_new

OPERATOR_TYPES = frozenset({"pulsa-reguler", "paket-internet", "paket-telepon", "pulsa-transfer"})
"""The types whose brands are operators (docs/supplier-api.md, "2.8 Services")."""
GAME_TYPES = frozenset({"voucher-game"})
"""The types whose brands are games."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The part of a level that is on the screen."""

    page: int
    """From 0."""
    pages: int
    choices: int
    """The number of choices on all pages."""
    view: CatalogueView = CatalogueView.AVAILABLE
    has_codes: bool = False
    """Whether further sources are shown with product codes, for admins."""
    spelled_out: Sequence[str] = ()
    """The details of the numbered buttons."""


def screen(
    translator: Translator,
    level: Level,
    wanted: Open | OpenFor,
    *,
    is_first: bool,
    has_codes: bool = False,
) -> Screen:
    """Return the text and the buttons of one page of a level.

    `wanted` is the button that opens it: its page, its view, and the number it is opened for.
    `is_first`: there is no level above. `has_codes`: for staff, who see every source of a
    product, with its code.
    """
    sources = group_offers(level.offers, with_all=has_codes)
    view = _current_view(sources, wanted)
    choices, spelled_out = _choice_buttons(
        translator, level, sources, wanted, view, has_codes=has_codes
    )
    pages = paged(choices)
    page = min(max(wanted.page, 0), len(pages) - 1)
    current_id = level.path[-1].category_id if level.path else 0
    shown = Shown(
        page, len(pages), len(choices), view, has_codes, spelled_out_on(pages[page], spelled_out)
    )
    return level_text(translator, level, shown), keyboard(
        *pages[page],
        pager(page, len(pages), lambda at: _level_button(wanted, current_id, at, view)),
        *_view_rows(translator, sources, current_id, wanted, view, has_codes=has_codes),
        # Staff share the link of a level; one that is opened for a number has none.
        [share(translator, ShareLink(category_id=current_id))]
        if has_codes and current_id and isinstance(wanted, Open)
        else [],
        [_up_button(translator, level, wanted, is_first=is_first), cancel_button(translator)],
    )


def level_screen(context: ShopContext, wanted: Open | OpenFor) -> Screen:
    """Return the screen of a level for the sender, if possible a kept one.

    Raises `ProductUnavailableError` when the category has no listed products.
    """
    translator, shop, is_staff = context.translator, context.shop, context.is_staff

    def make(number: str = "") -> Screen:
        filled = replace(wanted, number=number) if isinstance(wanted, OpenFor) else wanted
        category_id = CategoryId(wanted.category_id) if wanted.category_id else None
        level = shop.browse.level(category_id, context.viewer)
        is_first = level.is_top or level.path == shop.browse.level(None, context.viewer).path
        return screen(translator, level, filled, is_first=is_first, has_codes=is_staff)

    if isinstance(wanted, Open):
        return kept_screen(context, wanted, make)
    return kept_screen_for(context, replace(wanted, number=""), wanted.number, make)


def level_text(translator: Translator, level: Level, shown: Shown) -> str:
    """Return the text above the buttons of a level."""
    _ = translator.gettext
    head = (
        bold(trail_text(translator, level.trail)) if level.trail else bold(_("What do you need?"))
    )
    is_sources = shown.view is CatalogueView.SOURCES
    question = _question_text(translator, level, shown.choices)
    return paragraphs(
        lines(head, page_text(translator, shown.page, shown.pages)),
        _disruption_text(translator, level),
        sources_text(translator, has_codes=shown.has_codes) if is_sources else question,
        spelled_out_text(shown.spelled_out),
    )


def _disruption_text(translator: Translator, level: Level) -> str:
    """Return that the category of a level is disrupted, with the owner's note; empty if not."""
    _ = translator.gettext
    nearest = next((one.disruption for one in reversed(level.path) if one.disruption), None)
    if nearest is None:
        return ""
    if not nearest.note:
        return warning(_("Disrupted just now. We can tell you when it works again."))
    text = _("Disrupted just now: {note}").format(note=nearest.note)
    return warning(escaped(text))


def shown_offers(sources: OfferGroups, view: CatalogueView) -> Sequence[Offer]:
    """Return the offers that a view shows."""
    if view is CatalogueView.SOURCES:
        return sources.others
    return [*sources.first, *(sources.empty if view is CatalogueView.WITH_EMPTY else ())]


def back_to_products(context: ShopContext, offer: Offer, number: str = "") -> Button:
    """Return the button from a product back to the page where it was chosen.

    With the destination `number` of a phone or meter, back to the level for that number.
    """
    translator, browse, sub_id = context.translator, context.shop.browse, offer.product.sub_id
    try:
        page, view = context.shop.places.get(
            browse.assortment(context.viewer),
            (offer.product.product_id, translator.language),
            lambda: _page_and_view_of(translator, browse.level(sub_id, context.viewer), offer),
        )
    except ProductUnavailableError:
        return Open()
    return _level_button(_opening_button(offer, number), sub_id, page, view)


async def open_catalogue(
    update: Update,
    context: ShopContext,
    wanted: Open,
    *,
    in_new_message: bool = False,
    is_first_act: bool = False,
) -> Literal[Step.PRODUCT] | None:
    """Show a level of the catalogue, on the pressed message unless `in_new_message`.

    Returns None, and leaves the dialog as it is, if there is no catalogue. `is_first_act`: the
    update has changed nothing yet, so the dialog is not read again.
    """
    try:
        shown = level_screen(context, wanted)
    except ProductUnavailableError:
        return await _show_gone(update, context, wanted, in_new_message=in_new_message)
    text, markup = await with_opening(context, shown)
    if is_first_act:
        await context.shop.dialogs.browse_on(context.customer_id, context.dialog_at_arrival)
    else:
        await context.shop.dialogs.browse(context.customer_id)
    if in_new_message:
        await show_new(update, context, text, markup)
    else:
        await show(update, context, text, markup)
    return Step.PRODUCT


async def _show_gone(
    update: Update, context: ShopContext, wanted: Open, *, in_new_message: bool
) -> Literal[Step.PRODUCT] | None:
    """Answer that a category is gone and show the top; without a catalogue show only the answer."""
    text = nothing_on_sale(context.translator)
    await alert(update, context, text)
    if wanted.category_id:
        return await open_catalogue(update, context, Open(), in_new_message=in_new_message)
    if update.callback_query is None:
        await show_new(update, context, text, keyboard([home(context.translator)]))
    return None


def _choice_buttons(
    translator: Translator,
    level: Level,
    sources: OfferGroups,
    wanted: Open | OpenFor,
    view: CatalogueView,
    *,
    has_codes: bool = False,
) -> tuple[list[InlineButton], Mapping[str, str]]:
    """Return the buttons of a level, and the details of the numbered ones by label."""
    if level.categories:
        depth = len(level.path)
        ordered = in_order(level.categories, depth, level.sold)
        labels, spelled_out = category_labels(translator, ordered, depth)
        return [
            button(label, _level_button(wanted, one.category_id))
            for one, label in zip(ordered, labels, strict=True)
        ], spelled_out
    number = wanted.number if isinstance(wanted, OpenFor) else ""
    offers = shown_offers(sources, view)
    of_offers = offer_labels(
        translator, offers, with_code=has_codes and view is CatalogueView.SOURCES
    )
    return offer_buttons(offers, of_offers.of, number), of_offers.spelled_out


def _current_view(sources: OfferGroups, wanted: Open | OpenFor) -> CatalogueView:
    """Return the wanted view, or the default one if the wanted one has nothing to show."""
    view = (
        CatalogueView(wanted.view) if wanted.view in set(CatalogueView) else CatalogueView.AVAILABLE
    )
    return view if view is not CatalogueView.SOURCES or sources.others else CatalogueView.AVAILABLE


def _view_rows(
    translator: Translator,
    sources: OfferGroups,
    current_id: int,
    wanted: Open | OpenFor,
    view: CatalogueView,
    *,
    has_codes: bool,
) -> list[Row]:
    """Return the buttons that switch between the views."""
    if view is CatalogueView.SOURCES:
        hide = hide_sources_label(translator, has_codes=has_codes)
        return [[button(hide, _level_button(wanted, current_id))]]
    buttons = []
    if sources.others and view is CatalogueView.AVAILABLE:
        label = sources_label(translator, len(sources.others), has_codes=has_codes)
        buttons.append(button(label, _level_button(wanted, current_id, view=CatalogueView.SOURCES)))
    count = len(sources.empty)
    if count and view is CatalogueView.WITH_EMPTY:
        label = translator.gettext("Hide what is out of stock")
        buttons.append(button(label, _level_button(wanted, current_id)))
    elif count:
        label = translator.ngettext(
            "Show {count} that is out of stock", "Show {count} that are out of stock", count
        ).format(count=translator.number(count))
        with_empty = _level_button(wanted, current_id, view=CatalogueView.WITH_EMPTY)
        buttons.append(button(label, with_empty))
    return side_by_side(buttons)


def _level_button(
    wanted: Open | OpenFor,
    category_id: int,
    page: int = 0,
    view: CatalogueView = CatalogueView.AVAILABLE,
) -> Button:
    """Return the button that opens a level, for the same number as `wanted` if it has one."""
    if isinstance(wanted, OpenFor):
        return OpenFor(category_id, page, view, wanted.is_meter, wanted.number)
    return Open(category_id, page, view)


def _up_button(
    translator: Translator, level: Level, wanted: Open | OpenFor, *, is_first: bool
) -> InlineButton:
    if isinstance(wanted, OpenFor):
        is_below_brand = len(level.path) > 2 and level.up == level.path[1].category_id
        if is_below_brand:
            return back(translator, _level_button(wanted, level.up or 0))
        return back(translator, ShowNumber(wanted.is_meter, wanted.number))
    return home(translator) if is_first else back(translator, Open(level.up or 0))


def _question_text(translator: Translator, level: Level, shown: int) -> str:
    _ = translator.gettext
    if level.offers and not shown:
        return _("Everything here is out of stock just now.")
    if level.offers:
        return _("Choose a product. No extra fees.")
    if level.is_top:
        return _("Choose a category.")
    if len(level.path) > 1:
        return _("Choose a kind.")
    kind = level.path[0].name
    if kind in OPERATOR_TYPES:
        return _("Choose an operator.")
    return _("Choose a game.") if kind in GAME_TYPES else _("Choose a brand.")


def _page_and_view_of(
    translator: Translator, level: Level, offer: Offer
) -> tuple[int, CatalogueView]:
    """Return the page and the view that show a product; the first ones if none does."""
    meaning = pack(Pick(offer.product.product_id))
    for has_codes, view in product((False, True), CatalogueView):
        sources = group_offers(level.offers, with_all=has_codes)
        choices, _ = _choice_buttons(translator, level, sources, Open(), view, has_codes=has_codes)
        for page, rows in enumerate(paged(choices)):
            if any(one.get("callback_data") == meaning for row in rows for one in row):
                return page, view
    return 0, CatalogueView.AVAILABLE


def _opening_button(offer: Offer, number: str) -> Open | OpenFor:
    if offer.kind not in (DestinationKind.PHONE, DestinationKind.METER):
        return Open()
    if not is_normalised(offer.kind, number):
        # A forged text may be too long for the buttons of the level.
        return Open()
    is_meter = offer.kind is DestinationKind.METER
    return OpenFor(0, 0, CatalogueView.AVAILABLE, is_meter=is_meter, number=number)
