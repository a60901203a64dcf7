"""/price for staff: the rules for everybody and for each level, and one rule."""

from __future__ import annotations

from collections.abc import Mapping

from telegram import Update

from bot.domain.catalogue import Catalogue, CategoryId
from bot.domain.money import Rupiah
from bot.domain.prices import FixedPrice, Prices, Rule, Target, tariff_of
from bot.domain.viewer import LevelId
from bot.services.prices.rules import target_of
from handlers.prices.buttons import (
    AskTerms,
    ChooseTarget,
    DropRule,
    ShowLevels,
    ShowProductPrices,
    ShowRule,
    UndoPrice,
)
from handlers.prices.rule_texts import (
    held_text,
    level_name,
    pricing_line,
    pricing_text,
    target_name,
)
from handlers.ui.buttons import ListPrices
from handlers.ui.context import ShopContext
from handlers.ui.handler_factories import pressed
from handlers.ui.html import bold, dotted, escaped, lines, paragraphs
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
    pager,
    side_by_side,
)
from handlers.ui.labels import available_width, cut_to, width
from handlers.ui.offers import nothing_on_sale
from handlers.ui.product_names import category_labels, in_order, short_name
from handlers.ui.replies import alert, show, show_new
from handlers.ui.staff_buttons import ShowPrices

PER_PAGE = 10


async def show_prices(update: Update, context: ShopContext) -> None:
    """Show the rules for everybody, or for the level of the button."""
    wanted = ShowPrices()
    if update.callback_query is not None:
        wanted = pressed(update, ShowPrices)
    catalogue = listed(context)
    if catalogue is None:
        await alert(update, context, nothing_on_sale(context.translator))
        return
    text, markup = await _overview(context, catalogue, wanted)
    await (show if update.callback_query is not None else show_new)(update, context, text, markup)


async def show_rule(update: Update, context: ShopContext) -> None:
    """Show one rule, with what an owner can do with it."""
    translator, catalogue = context.translator, listed(context)
    wanted = pressed(update, ShowRule)
    target = target_of(wanted.level_id, wanted.category_id, wanted.product_id)
    prices = context.policy.prices
    rule = prices.rule_at(target)
    if catalogue is None or rule is None:
        await alert(update, context, no_such_rule(translator))
        return
    ids = wanted.level_id, wanted.category_id, wanted.product_id
    floor = held_at(context, catalogue, rule)
    rows: list[Row] = []
    if context.is_owner:
        rows.append(
            [
                button(translator.gettext("✏️ Change it"), AskTerms(*ids)),
                button(translator.gettext("🗑 Take it away"), DropRule(*ids)),
            ]
        )
    if target.product_id is not None:
        label = translator.gettext("All prices of this product")
        rows.append([button(label, ShowProductPrices(wanted.product_id))])
    text = paragraphs(
        bold(target_name(translator, catalogue, target)),
        escaped(
            translator.gettext("For: {level}").format(
                level=level_name(translator, prices, target.level_id)
            )
        ),
        escaped(pricing_text(translator, rule.pricing)),
        "" if floor is None else held_text(translator, floor),
    )
    rows.append([back(translator, ShowPrices(wanted.level_id))])
    await show(update, context, text, keyboard(*rows))


async def choose_target(update: Update, context: ShopContext) -> None:
    """Show what a new rule can be for: a category, or what is below it."""
    translator, catalogue = context.translator, listed(context)
    wanted = pressed(update, ChooseTarget)
    category_id = CategoryId(wanted.category_id) if wanted.category_id else None
    path = () if catalogue is None or category_id is None else catalogue.path_of(category_id)
    if catalogue is None or (category_id is not None and not path):
        await alert(update, context, nothing_on_sale(translator))
        return
    level_id = LevelId(wanted.level_id) if wanted.level_id else None
    sold = context.shop.browse.assortment(context.viewer).sold
    choices = _choices(translator, catalogue, wanted, category_id, sold)
    pages = max(1, -(-len(choices) // PER_PAGE))
    page = min(max(wanted.page, 0), pages - 1)
    name = target_name(translator, catalogue, Target(level_id, category_id))
    whole = translator.gettext("✅ For all of this")
    up = path[-1].parent_id if path else None
    upwards = ChooseTarget(wanted.level_id, up or 0, 0) if path else ShowPrices(wanted.level_id)
    level = level_name(translator, context.policy.prices, level_id)
    text = paragraphs(
        bold(translator.gettext("New rule for {level}").format(level=level)),
        lines(escaped(name), page_text(translator, page, pages)),
        translator.gettext(
            "What is the rule for? Go down to a brand or a product, or take all of this. A single "
            "product is quicker typed, such as /price S10."
        ),
    )
    markup = keyboard(
        [button(whole, AskTerms(wanted.level_id, wanted.category_id, 0))],
        *side_by_side(choices[page * PER_PAGE : (page + 1) * PER_PAGE]),
        pager(page, pages, lambda at: ChooseTarget(wanted.level_id, wanted.category_id, at)),
        [back(translator, upwards)],
    )
    await show(update, context, text, markup)


def listed(context: ShopContext) -> Catalogue | None:
    """Return the whole list on sale; None before there is one."""
    if context.shop.browse.fetched_at is None:
        return None
    return context.shop.browse.assortment(context.viewer).state.catalogue


def no_such_rule(translator: Translator) -> str:
    """Return that a rule or a level no longer exists."""
    return translator.gettext("That is no longer there. Open the prices again.")


def undo_button(translator: Translator, change_id: int) -> InlineButton:
    """Return the button that takes a change back."""
    return button(translator.gettext("↩️ Take it back"), UndoPrice(change_id))


async def _overview(context: ShopContext, catalogue: Catalogue, wanted: ShowPrices) -> Screen:
    translator, prices = context.translator, context.policy.prices
    level_id = LevelId(wanted.level_id) if wanted.level_id else None
    rules = _in_order(prices, level_id)
    pages = max(1, -(-len(rules) // PER_PAGE))
    page = min(max(wanted.page, 0), pages - 1)
    shown = rules[page * PER_PAGE : (page + 1) * PER_PAGE]
    rows: list[Row] = [[_rule_button(context, catalogue, rule)] for rule in shown]
    rows.append(pager(page, pages, lambda at: ShowPrices(wanted.level_id, at)))
    if context.is_owner:
        new = button(translator.gettext("🆕 New rule"), ChooseTarget(wanted.level_id, 0, 0))
        rows.append([new, button(translator.gettext("👥 Levels"), ShowLevels())])
        last = await context.shop.prices.rules.last_change(context.actor)
        if last is not None:
            label = translator.gettext("↩️ Take back the last change")
            rows.append([button(label, UndoPrice(last.change_id))])
    rows += _level_rows(translator, prices, level_id)
    rows.append([button(translator.gettext("📋 Price list"), ListPrices()), home(translator)])
    return _overview_text(context, level_id, rules, page_text(translator, page, pages)), keyboard(
        *rows
    )


def _overview_text(
    context: ShopContext, level_id: LevelId | None, rules: list[Rule], page: str
) -> str:
    translator, prices = context.translator, context.policy.prices
    _ = translator.gettext
    head = bold(_("🏷 Prices · {level}").format(level=level_name(translator, prices, level_id)))
    first = ""
    has_general = any(rule.target == Target(level_id) for rule in rules)
    if not has_general and level_id is None:
        terms = pricing_text(translator, tariff_of(context.shop.rules.markup))
        first = lines(_("Where no rule fits, as in the settings file:"), escaped(terms))
    elif not has_general:
        first = _("Where no rule of this level fits, everybody's price counts.")
    none_yet = "" if rules else _("There is no rule yet.")
    return paragraphs(
        lines(head, page),
        none_yet,
        first,
        _(
            "The rule of a level comes before those for everybody. Then the most specific counts: "
            "product, kind, brand, type, everything."
        ),
        _("Type /price S10 for one product, /price S10 11500 to fix its price."),
    )


def _in_order(prices: Prices, level_id: LevelId | None) -> list[Rule]:
    """Return the rules of a level: general ones first, products last."""
    rules = prices.of_level(level_id)
    return sorted(rules, key=lambda one: (one.target.product_id is not None, one.path))


def held_at(context: ShopContext, catalogue: Catalogue, rule: Rule) -> Rupiah | None:
    """Return the floor at which a product is sold whose fixed price is below it."""
    if rule.target.product_id is None:
        return None
    product = catalogue.product(rule.target.product_id)
    if product is None or not isinstance(rule.pricing, FixedPrice):
        return None
    prices, markup = context.policy.prices, context.shop.rules.markup
    priced = prices.priced(product, rule.target.level_id, markup)
    return priced.price if priced.is_held else None


def _rule_button(context: ShopContext, catalogue: Catalogue, rule: Rule) -> InlineButton:
    """Return the button of a rule, whose terms are never cut."""
    target, translator = rule.target, context.translator
    terms = pricing_line(translator, rule.pricing)
    if isinstance(rule.pricing, FixedPrice):
        terms = translator.money(rule.pricing.price)
    floor = held_at(context, catalogue, rule)
    if floor is not None:
        terms = f"{terms} → {translator.money(floor)}"
    name = target_name(translator, catalogue, target)
    product = None if target.product_id is None else catalogue.product(target.product_id)
    if product is not None and width(dotted(name, terms)) > available_width():
        name = product.listing.code
    label = dotted(cut_to(name, available_width() - width(f" · {terms}")), terms)
    meaning = ShowRule(target.level_id or 0, target.category_id or 0, target.product_id or 0)
    return button(label, meaning)


def _level_rows(translator: Translator, prices: Prices, level_id: LevelId | None) -> list[Row]:
    """Return the buttons to the rules for everybody and for the other levels."""
    ids = [None, *(level.level_id for level in prices.levels)]
    return side_by_side(
        [
            button(f"🏷 {level_name(translator, prices, one)}", ShowPrices(one or 0))
            for one in ids
            if one != level_id
        ]
    )


def _choices(
    translator: Translator,
    catalogue: Catalogue,
    wanted: ChooseTarget,
    category_id: CategoryId | None,
    sold: Mapping[tuple[str, ...], int],
) -> list[InlineButton]:
    """Return the buttons of what is below a category: categories, or products.

    `sold` counts the sales by names, the type's first: categories stand as customers see them.
    """
    below = catalogue.children(category_id)
    if below or category_id is None:
        path = () if category_id is None else catalogue.path_of(category_id)
        depth, names = len(path), tuple(one.name for one in path)
        below_sold = {one.category_id: sold.get((*names, one.name), 0) for one in below}
        ordered = in_order(below, depth, below_sold)
        labels, _ = category_labels(translator, ordered, depth)
        return [
            button(label, ChooseTarget(wanted.level_id, one.category_id, 0))
            for one, label in zip(ordered, labels, strict=True)
        ]
    return [
        button(
            cut_to(f"{short_name(one)} · {one.listing.code}", available_width()),
            AskTerms(wanted.level_id, 0, one.product_id),
        )
        for one in catalogue.products_in(category_id)
    ]
