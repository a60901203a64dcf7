"""A change of the prices, shown before it is made; made by one button, taken back by one."""

from __future__ import annotations

from telegram import Update
from telegram.constants import KeyboardButtonStyle

from bot.domain.catalogue import Catalogue
from bot.domain.errors import ConfirmationOutdatedError, NotFoundError, TokenError, TokenFault
from bot.domain.money import Rupiah
from bot.domain.price_change import PriceChange, PriceChangeId
from bot.domain.prices import MAX_FLAT, MAX_ROUND_TO, Pricing, Target, Tariff
from bot.services.prices.rules import ProposedPrice, target_of
from handlers.prices.buttons import (
    ApplyPrice,
    ChooseLeast,
    ChooseRounding,
    DropRule,
    SetLeast,
    SetRounding,
    ShowPreview,
    UndoPrice,
)
from handlers.prices.overview import held_at, listed, no_such_rule, undo_button
from handlers.prices.preview_texts import (
    applied_text,
    changed_text,
    least_text,
    outdated,
    preview_text,
    rounding_text,
    too_late,
    undone_text,
)
from handlers.prices.rule_texts import held_text
from handlers.ui.buttons import Button, ButtonError
from handlers.ui.context import ShopContext
from handlers.ui.handler_factories import pressed
from handlers.ui.html import paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import (
    Row,
    Screen,
    back,
    button,
    home,
    in_columns,
    keyboard,
    pager,
)
from handlers.ui.replies import alert, answer, show
from handlers.ui.staff_buttons import ShowPrices

PER_PAGE = 10
ROUNDINGS = (1, 50, 100, 500, 1_000)
LEAST_MARGINS = (0, 100, 200, 300, 500, 1_000)


async def propose(
    update: Update, context: ShopContext, target: Target, pricing: Pricing | None
) -> None:
    """Show what a rule would do; None: what taking it away would do."""
    try:
        proposed = await context.shop.prices.rules.propose(context.actor, target, pricing)
    except NotFoundError:
        await _say_gone(update, context)
        return
    await _show_proposed(update, context, proposed, 0)


async def drop_rule(update: Update, context: ShopContext) -> None:
    """Show what taking a rule away would do."""
    wanted = pressed(update, DropRule)
    target = target_of(wanted.level_id, wanted.category_id, wanted.product_id)
    if context.policy.prices.rule_at(target) is None:
        await _say_gone(update, context)
        return
    await propose(update, context, target, None)


async def show_preview(update: Update, context: ShopContext) -> None:
    """Show a page of a proposed change."""
    wanted = pressed(update, ShowPreview)
    try:
        proposed = await context.shop.prices.rules.shown(context.actor, wanted.token)
    except TokenError as error:
        await _say_token(update, context, error)
        return
    await _show_proposed(update, context, proposed, wanted.page)


async def choose_rounding(update: Update, context: ShopContext) -> None:
    """Show to what the prices of a proposed rule can be rounded."""
    token, translator = pressed(update, ChooseRounding).token, context.translator
    buttons = [button(translator.money(one), SetRounding(one, token)) for one in ROUNDINGS]
    markup = keyboard(*in_columns(buttons, 3), [back(translator, ShowPreview(0, token))])
    await show(update, context, rounding_text(translator), markup)


async def choose_least(update: Update, context: ShopContext) -> None:
    """Show the least margins that a proposed rule can have."""
    token, translator = pressed(update, ChooseLeast).token, context.translator
    buttons = [button(translator.money(one), SetLeast(one, token)) for one in LEAST_MARGINS]
    markup = keyboard(*in_columns(buttons, 3), [back(translator, ShowPreview(0, token))])
    await show(update, context, least_text(translator), markup)


async def set_rounding(update: Update, context: ShopContext) -> None:
    """Propose a rule again, with another rounding."""
    wanted = pressed(update, SetRounding)
    if not 1 <= wanted.round_to <= MAX_ROUND_TO:
        raise ButtonError
    await _repeat(update, context, wanted.token, round_to=wanted.round_to)


async def set_least(update: Update, context: ShopContext) -> None:
    """Propose a rule again, with another least margin."""
    wanted = pressed(update, SetLeast)
    if not 0 <= wanted.least <= MAX_FLAT:
        raise ButtonError
    await _repeat(update, context, wanted.token, least=Rupiah(wanted.least))


async def apply_price(update: Update, context: ShopContext) -> None:
    """Make a proposed change, once; if another was made since, show the preview again."""
    translator, token = context.translator, pressed(update, ApplyPrice).token
    try:
        change = await context.shop.prices.rules.apply(context.actor, token)
    except ConfirmationOutdatedError:
        await alert(update, context, outdated(translator))
        await _repeat(update, context, token)
        return
    except TokenError as error:
        await _say_token(update, context, error)
        return
    except NotFoundError:
        await _say_gone(update, context)
        return
    await _show_done(update, context, applied_text(translator), change)


async def undo_price(update: Update, context: ShopContext) -> None:
    """Take the last change back; refused with a sentence when another was made since."""
    translator = context.translator
    change_id = PriceChangeId(pressed(update, UndoPrice).change_id)
    try:
        change = await context.shop.prices.rules.undo(context.actor, change_id)
    except ConfirmationOutdatedError:
        await alert(
            update,
            context,
            translator.gettext("Something was changed after that, so it cannot be taken back."),
        )
        return
    await _show_done(update, context, undone_text(translator), change)


async def _repeat(
    update: Update,
    context: ShopContext,
    token: str,
    *,
    round_to: int | None = None,
    least: Rupiah | None = None,
) -> None:
    rules = context.shop.prices.rules
    try:
        proposed = await rules.repeat(context.actor, token, round_to=round_to, least=least)
    except TokenError as error:
        await _say_token(update, context, error)
        return
    except NotFoundError:
        await _say_gone(update, context)
        return
    await _show_proposed(update, context, proposed, 0)


async def _show_done(update: Update, context: ShopContext, text: str, change: PriceChange) -> None:
    translator, catalogue = context.translator, listed(context)
    back_to = button(translator.gettext("🏷 Prices"), ShowPrices(change.level_id or 0))
    markup = keyboard([undo_button(translator, change.change_id)], [back_to, home(translator)])
    await answer(update, context, text)
    await context.reload(update)
    what, prices, floor = "", context.policy.prices, None
    if catalogue is not None:
        what = changed_text(translator, catalogue, prices, change)
        rule = prices.rule_at(change.target)
        floor = None if rule is None else held_at(context, catalogue, rule)
    held = "" if floor is None else held_text(translator, floor)
    await show(update, context, paragraphs(text, what, held), markup)


async def _show_proposed(
    update: Update, context: ShopContext, proposed: ProposedPrice, page: int
) -> None:
    catalogue = listed(context)
    if catalogue is None:
        await _say_gone(update, context)
        return
    screen = preview_screen(context.translator, catalogue, proposed, page)
    await show(update, context, *screen)


def preview_screen(
    translator: Translator, catalogue: Catalogue, proposed: ProposedPrice, page: int
) -> Screen:
    """Return a page of what a change does, with the button that makes it."""
    changed = proposed.preview.changed
    pages = max(1, -(-len(changed) // PER_PAGE))
    page = min(max(page, 0), pages - 1)
    shown = changed[page * PER_PAGE : (page + 1) * PER_PAGE]
    token = proposed.token
    tuning: Row = []
    if isinstance(proposed.pricing, Tariff):
        tuning = [
            button(translator.gettext("🔢 Rounding"), ChooseRounding(token)),
            button(translator.gettext("🛡 Least margin"), ChooseLeast(token)),
        ]
    up: Button = ShowPrices(proposed.target.level_id or 0)
    apply = button(
        translator.gettext("✅ Apply it"), ApplyPrice(token), KeyboardButtonStyle.SUCCESS
    )
    return preview_text(translator, catalogue, proposed, shown, page, pages), keyboard(
        [apply],
        tuning,
        pager(page, pages, lambda at: ShowPreview(at, token)),
        [button(translator.gettext("✕ Leave it"), up)],
    )


async def _say_gone(update: Update, context: ShopContext) -> None:
    text = no_such_rule(context.translator)
    if update.callback_query is not None:
        await alert(update, context, text)
        return
    await show(update, context, text, keyboard([back(context.translator, ShowPrices())]))


async def _say_token(update: Update, context: ShopContext, error: TokenError) -> None:
    """Say why the button of a preview does nothing any more."""
    translator = context.translator
    if error.fault is TokenFault.USED:
        text = translator.gettext("That change was already made.")
        change_id = PriceChangeId(int(error.outcome))
        await answer(update, context, text)
        markup = keyboard([undo_button(translator, change_id), back(translator, ShowPrices())])
        await show(update, context, text, markup)
        return
    await alert(update, context, too_late(translator))
