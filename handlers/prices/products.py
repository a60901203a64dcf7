"""/price for staff: one product's prices, its fixed price and its short code."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import Update

from bot.domain.catalogue import Product, ProductId
from bot.domain.errors import AmountError, NotFoundError
from bot.domain.money import parse_rupiah
from bot.domain.prices import FixedPrice, Priced, Target
from bot.domain.short_codes import ShortCodeError
from bot.domain.staff import Right
from bot.domain.viewer import LevelId
from handlers.prices.buttons import (
    AskCode,
    AskFixedPrice,
    DropRule,
    FindProductPrices,
    ListFound,
    ShowProductPrices,
)
from handlers.prices.code_texts import code_fault, code_set_text
from handlers.prices.lists import list_command
from handlers.prices.overview import listed, no_such_rule, show_prices
from handlers.prices.previews import propose
from handlers.prices.rule_texts import level_name, target_name
from handlers.ui.context import ShopContext
from handlers.ui.handler_factories import pressed
from handlers.ui.html import bold, code, dotted, escaped, lines, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import InlineButton, Row, Screen, back, button, keyboard, paged, pager
from handlers.ui.product_names import listing_name, short_search, whole_name
from handlers.ui.replies import alert, show, show_new
from handlers.ui.staff_buttons import ShowPrices

CODE_WORDS = frozenset({"kode", "code"})


async def price_command(update: Update, context: ShopContext) -> None:
    """/price: for staff who see costs the rules or a product; for others their price list."""
    words = list(context.args or ())
    if not context.may(Right.COSTS):
        await list_command(update, context, " ".join(words))
        return
    if not words:
        await show_prices(update, context)
        return
    product = context.shop.prices.codes.product(words[0])
    if product is None:
        await _show_found(update, context, FindProductPrices(0, short_search(" ".join(words))))
    elif len(words) == 1 or not context.is_owner:
        await show_new(update, context, *product_screen(context, product))
    elif words[1].casefold() in CODE_WORDS:
        await _set_code(update, context, product, " ".join(words[2:]))
    else:
        await _fix(update, context, product, words[1:])


async def show_product_prices(update: Update, context: ShopContext) -> None:
    """Show a product's cost, code, and price at each level."""
    product_id, catalogue = (
        ProductId(pressed(update, ShowProductPrices).product_id),
        listed(context),
    )
    product = None if catalogue is None else catalogue.product(product_id)
    if product is None:
        await alert(update, context, no_such_rule(context.translator))
        return
    await show(update, context, *product_screen(context, product))


async def find_product_prices(update: Update, context: ShopContext) -> None:
    """Show a page of the products that a query finds, to choose one."""
    await _show_found(update, context, pressed(update, FindProductPrices))


def product_screen(context: ShopContext, product: Product) -> Screen:
    """Return a product's cost, code, and price at each level, with the owner's buttons."""
    translator, prices = context.translator, context.policy.prices
    _ = translator.gettext
    product_id, listing = product.product_id, product.listing
    levels: list[LevelId | None] = [None, *(level.level_id for level in prices.levels)]
    short = context.shop.prices.codes.code_of(product_id)
    of_level = {one: prices.priced(product, one, context.shop.rules.markup) for one in levels}
    text = paragraphs(
        bold(listing_name(translator, listing)),
        lines(
            _("Supplier's code: {code}").format(code=code(listing.code)),
            _("Short code: {code}").format(code=code(short)) if short else "",
            _("Cost: {cost}").format(cost=translator.money(listing.cost)),
        ),
        lines(*(_price_line(context, one, priced) for one, priced in of_level.items())),
    )
    rows: list[Row] = _owner_rows(context, product_id, levels) if context.is_owner else []
    return text, keyboard(*rows, [back(translator, ShowPrices())])


def _owner_rows(
    context: ShopContext, product_id: ProductId, levels: Sequence[LevelId | None]
) -> list[Row]:
    translator, prices = context.translator, context.policy.prices
    rows: list[Row] = []
    for one in levels:
        name = level_name(translator, prices, one)
        label = translator.gettext("✏️ Change the price · {level}").format(level=name)
        if len(levels) == 1:
            label = translator.gettext("✏️ Change the price")
        rows.append([button(label, AskFixedPrice(one or 0, product_id))])
        if prices.rule_at(Target(one, product_id=product_id)) is not None:
            drop = translator.gettext("🔓 Let go of the fixed price · {level}").format(level=name)
            rows.append([button(drop, DropRule(one or 0, 0, product_id))])
    rows.append([button(translator.gettext("🔤 Short code"), AskCode(product_id))])
    return rows


def _price_line(context: ShopContext, level_id: LevelId | None, priced: Priced) -> str:
    """Return the price at a level, what is left of it, and the rule by which it came about."""
    translator, prices, catalogue = context.translator, context.policy.prices, listed(context)
    _ = translator.gettext
    rule = _("the settings file")
    if priced.rule is not None and catalogue is not None:
        rule = target_name(translator, catalogue, priced.rule.target)
        if isinstance(priced.rule.pricing, FixedPrice):
            rule = _("fixed")
    held = _("held at the floor") if priced.is_held else ""
    return dotted(
        _("{level}: <b>{price}</b>").format(
            level=escaped(level_name(translator, prices, level_id)),
            price=translator.money(priced.price),
        ),
        escaped(rule),
        held,
    )


async def _fix(
    update: Update, context: ShopContext, product: Product, words: Sequence[str]
) -> None:
    """Propose a fixed price: /price S10 11500, or /price S10 11500 Agen."""
    translator, prices = context.translator, context.policy.prices
    for count in range(len(words), 0, -1):
        try:
            price = parse_rupiah(" ".join(words[:count]))
        except AmountError:
            continue
        name = " ".join(words[count:]).casefold()
        level = next((one for one in prices.levels if one.name.casefold() == name), None)
        if name and level is None:
            text = translator.gettext("There is no level with this name.")
            await show_new(update, context, text, keyboard([back(translator, ShowPrices())]))
            return
        level_id = None if level is None else level.level_id
        target = Target(level_id, product_id=product.product_id)
        await propose(update, context, target, FixedPrice(price))
        return
    text = translator.gettext(
        "That is not a price. Type it like /price S10 11500, and for a level /price S10 11300 Agen."
    )
    await show_new(update, context, text, keyboard([back(translator, ShowPrices())]))


async def _set_code(update: Update, context: ShopContext, product: Product, text: str) -> None:
    translator, codes = context.translator, context.shop.prices.codes
    try:
        new = await codes.set_code(context.actor, product.product_id, text)
    except ShortCodeError as error:
        reply = code_fault(translator, error, listed(context))
    except NotFoundError:
        reply = no_such_rule(translator)
    else:
        reply = code_set_text(translator, new)
    markup = keyboard([back(translator, ShowProductPrices(product.product_id))])
    await show_new(update, context, reply, markup)


async def _show_found(update: Update, context: ShopContext, wanted: FindProductPrices) -> None:
    translator = context.translator
    found = context.shop.search.search(wanted.query, context.viewer)
    show_it = show if update.callback_query is not None else show_new
    if not found.offers:
        text = translator.gettext("No product is called {query}.").format(query=bold(wanted.query))
        await show_it(update, context, text, keyboard([back(translator, ShowPrices())]))
        return
    pages = paged([_found_button(translator, one.product) for one in found.offers])
    page = min(max(wanted.page, 0), len(pages) - 1)
    markup = keyboard(
        *pages[page],
        pager(page, len(pages), lambda at: FindProductPrices(at, wanted.query)),
        [
            button(translator.gettext("📋 Price list"), ListFound(0, wanted.query)),
            back(translator, ShowPrices()),
        ],
    )
    text = translator.gettext("Found for {query}. Choose a product.").format(
        query=bold(wanted.query)
    )
    await show_it(update, context, text, markup)


def _found_button(translator: Translator, product: Product) -> InlineButton:
    name = translator.numbers_in(whole_name(product))
    return button(f"{name} · {product.listing.code}", ShowProductPrices(product.product_id))
