"""What owners type about prices: the terms of a rule, a fixed price, a code, a level's name."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from telegram import Update

from bot.domain.catalogue import ProductId
from bot.domain.dialog import Dialog, Step
from bot.domain.errors import AmountError, NotFoundError
from bot.domain.money import parse_rupiah
from bot.domain.price_input import PriceInputError, parse_pricing
from bot.domain.prices import FixedPrice, LevelError, Pricing, Target
from bot.domain.short_codes import ShortCodeError
from bot.domain.staff import Right
from bot.domain.viewer import LevelId
from bot.services.prices.rules import target_of
from handlers.prices.buttons import (
    AskCode,
    AskFixedPrice,
    AskLevelName,
    AskTerms,
    ShowLevels,
    ShowProductPrices,
)
from handlers.prices.code_texts import ask_code_text, code_fault, code_set_text
from handlers.prices.level_texts import ask_name_text, level_fault, level_saved_text
from handlers.prices.overview import listed, no_such_rule
from handlers.prices.previews import propose
from handlers.prices.rule_texts import ask_terms_text, level_name, price_fault, target_name
from handlers.ui.amounts import amount_fault
from handlers.ui.buttons import Button
from handlers.ui.context import ShopContext, message_text
from handlers.ui.fallbacks import say_unreadable
from handlers.ui.handler_factories import END, Handlers, pressed
from handlers.ui.html import bold, paragraphs
from handlers.ui.keyboards import Row, back, cancel_button, keyboard
from handlers.ui.permissions import on_staff_press
from handlers.ui.replies import alert, pressed_message_id, show, show_new, show_step
from handlers.ui.staff_buttons import ShowPrices

TERMS: Final = "terms"
FIXED: Final = "fixed"
CODE: Final = "code"
LEVEL: Final = "level"
Asked = Literal[Step.PRICE]
Data: TypeAlias = dict[str, str | int]


def price_questions() -> Handlers:
    """Return the owners' buttons that ask for a typed text: the step PRICE."""
    return [
        on_staff_press(AskTerms, Right.OWNER, ask_terms),
        on_staff_press(AskFixedPrice, Right.OWNER, ask_fixed_price),
        on_staff_press(AskCode, Right.OWNER, ask_code),
        on_staff_press(AskLevelName, Right.OWNER, ask_level_name),
    ]


async def ask_terms(update: Update, context: ShopContext) -> Asked | None:
    """Ask for the terms of the rule for a target."""
    wanted, translator = pressed(update, AskTerms), context.translator
    target = target_of(wanted.level_id, wanted.category_id, wanted.product_id)
    prices, catalogue = context.policy.prices, listed(context)
    if catalogue is None or not _has_level(context, target.level_id):
        await alert(update, context, no_such_rule(translator))
        return None
    rule = prices.rule_at(target)
    text = ask_terms_text(
        translator,
        target_name(translator, catalogue, target),
        level_name(translator, prices, target.level_id),
        None if rule is None else rule.pricing,
        is_for_level=target.level_id is not None,
    )
    data: Data = {
        "asks": TERMS,
        "level": wanted.level_id,
        "category": wanted.category_id,
        "product": wanted.product_id,
    }
    return await _ask(update, context, data, text, ShowPrices(wanted.level_id))


async def ask_fixed_price(update: Update, context: ShopContext) -> Asked | None:
    """Ask for the fixed price of a product."""
    wanted, translator = pressed(update, AskFixedPrice), context.translator
    target, catalogue = target_of(wanted.level_id, 0, wanted.product_id), listed(context)
    product = None if catalogue is None else catalogue.product(ProductId(wanted.product_id))
    if catalogue is None or product is None or not _has_level(context, target.level_id):
        await alert(update, context, no_such_rule(translator))
        return None
    level = level_name(translator, context.policy.prices, target.level_id)
    name = target_name(translator, catalogue, target)
    text = paragraphs(
        bold(translator.gettext("Price for {level}: {name}").format(level=level, name=name)),
        translator.gettext("Cost: {cost}").format(cost=translator.money(product.listing.cost)),
        translator.gettext("What shall it cost? Type the price, such as 11500."),
    )
    data: Data = {
        "asks": FIXED,
        "level": wanted.level_id,
        "category": 0,
        "product": wanted.product_id,
    }
    return await _ask(update, context, data, text, ShowProductPrices(wanted.product_id))


async def ask_code(update: Update, context: ShopContext) -> Asked | None:
    """Ask for the short code of a product."""
    wanted, translator, catalogue = pressed(update, AskCode), context.translator, listed(context)
    product = None if catalogue is None else catalogue.product(ProductId(wanted.product_id))
    if product is None:
        await alert(update, context, no_such_rule(translator))
        return None
    code = context.shop.prices.codes.code_of(product.product_id)
    data: Data = {"asks": CODE, "product": wanted.product_id}
    text = ask_code_text(translator, product, code)
    return await _ask(update, context, data, text, ShowProductPrices(wanted.product_id))


async def ask_level_name(update: Update, context: ShopContext) -> Asked | None:
    """Ask for the name of a new level, or another name of one."""
    wanted, translator = pressed(update, AskLevelName), context.translator
    level = context.policy.prices.level(LevelId(wanted.level_id))
    if wanted.level_id and level is None:
        await alert(update, context, no_such_rule(translator))
        return None
    data: Data = {"asks": LEVEL, "level": wanted.level_id}
    return await _ask(update, context, data, ask_name_text(translator, level), ShowLevels())


async def take_price(update: Update, context: ShopContext) -> Literal[-1] | None:
    """Take the typed answer; what is wrong with it is said, and the question stays open."""
    dialog = context.dialog_at_arrival
    if dialog is None:
        return END
    take = {TERMS: _take_terms, FIXED: _take_fixed, CODE: _take_code, LEVEL: _take_level}
    return await take[str(dialog.data["asks"])](update, context, dialog)


async def take_no_price(update: Update, context: ShopContext) -> None:
    """Answer a photo or a sticker, and repeat that a text is expected."""
    await say_unreadable(update, context)
    await _say(update, context, context.translator.gettext("Please type the answer, or cancel."))


async def _take_terms(update: Update, context: ShopContext, dialog: Dialog) -> Literal[-1] | None:
    target, prices = _target(dialog), context.policy.prices
    before = context.shop.prices.rules.tariff_before(prices, target)
    try:
        pricing = parse_pricing(
            message_text(update), before, is_for_level=target.level_id is not None
        )
    except PriceInputError as error:
        return await _say(update, context, price_fault(context.translator, error))
    return await _propose(update, context, target, pricing)


async def _take_fixed(update: Update, context: ShopContext, dialog: Dialog) -> Literal[-1] | None:
    try:
        price = parse_rupiah(message_text(update))
    except AmountError as error:
        return await _say(update, context, amount_fault(context.translator, error.fault))
    return await _propose(update, context, _target(dialog), FixedPrice(price))


async def _take_code(update: Update, context: ShopContext, dialog: Dialog) -> Literal[-1] | None:
    translator, codes = context.translator, context.shop.prices.codes
    product_id = ProductId(int(dialog.data["product"]))
    try:
        code = await codes.set_code(context.actor, product_id, message_text(update))
    except ShortCodeError as error:
        return await _say(update, context, code_fault(translator, error, listed(context)))
    except NotFoundError:
        return await _end(update, context, no_such_rule(translator))
    text = code_set_text(translator, code)
    return await _end(update, context, text, ShowProductPrices(product_id))


async def _take_level(update: Update, context: ShopContext, dialog: Dialog) -> Literal[-1] | None:
    translator, levels, name = context.translator, context.shop.prices.levels, message_text(update)
    level_id = LevelId(int(dialog.data["level"]))
    try:
        if level_id:
            level = await levels.rename(context.actor, level_id, name)
        else:
            level = await levels.add(context.actor, name)
    except LevelError as error:
        return await _say(update, context, level_fault(translator, error))
    except NotFoundError:
        return await _end(update, context, no_such_rule(translator))
    return await _end(update, context, level_saved_text(translator, level), ShowLevels())


async def _propose(
    update: Update, context: ShopContext, target: Target, pricing: Pricing
) -> Literal[-1]:
    await context.shop.dialogs.end(context.customer_id)
    await propose(update, context, target, pricing)
    return END


async def _ask(update: Update, context: ShopContext, data: Data, text: str, up: Button) -> Asked:
    message_id, translator = pressed_message_id(update), context.translator
    await context.shop.dialogs.ask_price(context.customer_id, message_id, data)
    markup = keyboard([back(translator, up), cancel_button(translator)])
    await show_step(update, context, text, markup, message_id=message_id)
    return Step.PRICE


async def _say(update: Update, context: ShopContext, text: str) -> Literal[-1] | None:
    """Say what is wrong with an answer; the question stays open."""
    await show_new(update, context, text, keyboard([cancel_button(context.translator)]))
    return None


async def _end(
    update: Update, context: ShopContext, text: str, up: Button | None = None
) -> Literal[-1]:
    translator, dialog = context.translator, context.dialog_at_arrival
    await context.shop.dialogs.end(context.customer_id)
    row: Row = [back(translator, up or ShowPrices())]
    message_id = None if dialog is None else dialog.message_id
    await show(update, context, text, keyboard(row), message_id=message_id)
    return END


def _has_level(context: ShopContext, level_id: LevelId | None) -> bool:
    return level_id is None or context.policy.prices.level(level_id) is not None


def _target(dialog: Dialog) -> Target:
    level, category, product = (int(dialog.data[name]) for name in ("level", "category", "product"))
    return target_of(level, category, product)
