"""Texts of what is sold, for the owner."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from bot.domain.catalogue import Category, Disruption, Product
from bot.domain.selection import Choice, SoldTo, TypeState
from bot.services.catalogue.selection_state import TargetState
from handlers.ui.digital_goods import EXPOSED_TYPES, digital_goods_text
from handlers.ui.html import bold, code, dotted, escaped, lines, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.labels import label_with_name
from handlers.ui.product_names import category_label, category_name, listing_name, trail_text

SIGNS = {SoldTo.EVERYBODY: "", SoldTo.STAFF: " 👥", SoldTo.NOBODY: " 🙈"}
"""The signs of who may buy something, on buttons."""
DISRUPTED = " 🚧"


def types_text(
    translator: Translator, types: Sequence[TypeState], disrupted: Sequence[TargetState]
) -> str:
    """Return all types with their states, and what is disrupted."""
    _ = translator.gettext
    marked = [f"🚧 {_named_since(translator, one)}" for one in disrupted]
    exposed = any(one.category.name in EXPOSED_TYPES for one in types)
    return paragraphs(
        bold(_("What you sell")),
        lines(*(_type_line(translator, one) for one in types)),
        lines(bold(_("Disrupted")), *marked) if marked else "",
        digital_goods_text(translator) if exposed else "",
        _("/products with words finds a single product: /products telkomsel 10"),
    )


def _type_line(translator: Translator, type_: TypeState) -> str:
    label = escaped(category_label(translator, type_.category, 0))
    state = "" if type_.sold_to is SoldTo.EVERYBODY else sold_to_text(translator, type_.sold_to)
    return dotted(label, products_count(translator, type_.products), state)


def _named_since(translator: Translator, state: TargetState) -> str:
    assert state.disruption is not None  # noqa: S101 - for the type checker: they are disrupted
    since = translator.datetime(state.disruption.since)
    text = translator.gettext("{name}, since {time}")
    return text.format(name=escaped(target_name(translator, state)), time=since)


def products_count(translator: Translator, count: int) -> str:
    """Return a number of products."""
    text = translator.ngettext("{count} product", "{count} products", count)
    return text.format(count=translator.number(count))


def sold_to_text(translator: Translator, sold_to: SoldTo) -> str:
    """Return who may buy something."""
    _ = translator.gettext
    match sold_to:
        case SoldTo.EVERYBODY:
            return _("sold to everybody")
        case SoldTo.STAFF:
            return _("sold by staff only")
        case SoldTo.NOBODY:
            return _("not sold")
        case _:
            assert_never(sold_to)


def target_name(translator: Translator, state: TargetState) -> str:
    """Return the name of a product, or of a category with those above it; it is no HTML."""
    if state.product is not None:
        return listing_name(translator, state.product.listing)
    return trail_text(translator, state.path)


def target_text(translator: Translator, state: TargetState) -> str:
    """Return what is decided about a type, brand, sub or product."""
    _ = translator.gettext
    own = state.choice.sold_to
    is_type = state.product is None and len(state.path) == 1
    above = ""
    if state.sold_to is not own:
        above = _("Decided above it: {state}.").format(
            state=sold_to_text(translator, state.sold_to)
        )
    listed = "" if state.product is None else _product_line(translator, state.product)
    supplier = _("The supplier calls it {name}.").format(name=code(state.path[0].name))
    return paragraphs(
        lines(bold(target_name(translator, state)), listed),
        lines(
            dotted(
                "" if state.product is not None else products_count(translator, state.count),
                sold_to_text(translator, own),
            ),
            above,
            supplier if is_type else "",
        ),
        disruption_text(translator, state.disruption),
    )


def _product_line(translator: Translator, product: Product) -> str:
    empty = "" if product.listing.is_ready else translator.gettext("out of stock")
    return dotted(code(product.listing.code), empty)


def disruption_text(translator: Translator, disruption: Disruption | None) -> str:
    """Return since when something is disrupted and what customers read; empty if it is not."""
    _ = translator.gettext
    if disruption is None:
        return ""
    note = _("Your note: {note}").format(note=disruption.note)
    since = _("🚧 Disrupted since {time}: shown, but not sold.")
    return lines(
        since.format(time=translator.datetime(disruption.since)),
        escaped(note) if disruption.note else _("Customers read no note of yours."),
    )


def child_label(translator: Translator, category: Category, depth: int, choice: Choice) -> str:
    """Return the label of the button of a category, with signs of what is decided."""
    return label_with_name(category_name(translator, category, depth), end=signs_of(choice))


def product_label(translator: Translator, product: Product, choice: Choice) -> str:
    """Return the label of the button of a product: name, code, and signs."""
    end = f" · {product.listing.code[:20]}{signs_of(choice)}"
    return label_with_name(listing_name(translator, product.listing), end=end)


def signs_of(choice: Choice) -> str:
    """Return the signs of a choice for the end of a label; empty for none."""
    return SIGNS[choice.sold_to] + (DISRUPTED if choice.disruption is not None else "")


def sold_to_news(translator: Translator, state: TargetState) -> str:
    """Return that it was decided who may buy something."""
    return f"✓ {target_name(translator, state)}: {sold_to_text(translator, state.choice.sold_to)}"


def disrupted_news(translator: Translator, state: TargetState) -> str:
    """Return that something is or is no longer disrupted."""
    _ = translator.gettext
    name = target_name(translator, state)
    if state.choice.disruption is not None:
        return _("🚧 {name} is marked as disrupted.").format(name=name)
    return _("✓ {name} is sold again. Who asked is told.").format(name=name)


def note_news(translator: Translator, state: TargetState) -> str:
    """Return that the note was written or deleted."""
    _ = translator.gettext
    return _("✓ Note saved.") if state.choice.note else _("✓ Note deleted.")


def named_news(translator: Translator, state: TargetState) -> str:
    """Return the name that a type has now."""
    name = target_name(translator, state)
    return translator.gettext("✓ Customers read {name}.").format(name=name)


def placed_news(translator: Translator) -> str:
    """Return that a type was moved."""
    return translator.gettext("✓ Moved.")


def ask_note_text(translator: Translator, state: TargetState) -> str:
    """Return the question for the note on a disruption."""
    _ = translator.gettext
    return paragraphs(
        bold(target_name(translator, state)),
        _("What shall customers read? Type it, for example: The operator is repairing until 15.00"),
    )


def ask_name_text(translator: Translator, state: TargetState) -> str:
    """Return the question for the name of a type."""
    _ = translator.gettext
    return paragraphs(
        bold(target_name(translator, state)),
        _("What shall customers call it? Type a short name, for example: Pulsa & paket"),
    )


def not_listed(translator: Translator) -> str:
    """Return that the supplier does not list what a button is about."""
    return translator.gettext("The supplier does not list this any more.")


def found_text(translator: Translator, query: str, count: int) -> str:
    """Return what a search among all products found."""
    _ = translator.gettext
    if not count:
        return _("No product of the supplier matches “{query}”.").format(query=escaped(query))
    return _("The supplier's products for “{query}”, sold or not:").format(query=escaped(query))


def proposal_text(translator: Translator, brand: str, ended: int, failed: int) -> str:
    """Return that most orders of a brand fail now; `brand` is its name with its type."""
    _ = translator.gettext
    happened = translator.ngettext(
        "{failed} of the last {ended} order failed within 2 hours. Before that it worked.",
        "{failed} of the last {ended} orders failed within 2 hours. Before that it worked.",
        ended,
    )
    question = _("🚧 Is {brand} disrupted?").format(brand=brand)
    return paragraphs(
        bold(question),
        happened.format(failed=translator.number(failed), ended=translator.number(ended)),
        _("If you mark it, customers see it but cannot buy it, and can ask to be told."),
    )


def left_alone_text(translator: Translator, brand: str) -> str:
    """Return that a brand stays as it is."""
    return translator.gettext("{brand} stays on sale.").format(brand=escaped(brand))
