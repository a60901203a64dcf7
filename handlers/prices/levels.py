"""The levels of customers: their screens for owners."""

from __future__ import annotations

from telegram import Update

from bot.domain.errors import NotFoundError
from bot.domain.prices import LevelError
from bot.domain.viewer import LevelId
from handlers.prices.buttons import (
    AskLevelName,
    AskTerms,
    DropLevel,
    MoveLevel,
    ShowLevel,
    ShowLevels,
)
from handlers.prices.level_texts import level_deleted, level_fault, level_text, levels_text
from handlers.prices.overview import no_such_rule
from handlers.ui.context import ShopContext
from handlers.ui.handler_factories import pressed
from handlers.ui.keyboards import Row, back, button, keyboard
from handlers.ui.replies import alert, answer, show
from handlers.ui.staff_buttons import ShowPrices


async def show_levels(update: Update, context: ShopContext) -> None:
    """Show all levels, in their order."""
    translator, actor = context.translator, context.actor
    # The policy of the arrival may be that of before the press.
    levels = await context.shop.prices.levels.all(actor)
    rows: list[Row] = [
        [button(f"{level.name} · {translator.number(count)}", ShowLevel(level.level_id))]
        for level, count in levels
    ]
    rows.append([button(translator.gettext("🆕 New level"), AskLevelName(0))])
    rows.append([back(translator, ShowPrices())])
    await show(update, context, levels_text(translator, has_any=bool(levels)), keyboard(*rows))


async def show_level(update: Update, context: ShopContext) -> None:
    """Show one level, with what can be done with it."""
    translator, level_id = context.translator, LevelId(pressed(update, ShowLevel).level_id)
    levels = await context.shop.prices.levels.all(context.actor)
    found = next((one for one in levels if one[0].level_id == level_id), None)
    if found is None:
        await alert(update, context, no_such_rule(translator))
        return
    level, customers = found
    _ = translator.gettext
    markup = keyboard(
        [button(_("🏷 Its rules"), ShowPrices(level_id))],
        [button(_("% Price for everything"), AskTerms(level_id, 0, 0))],
        [
            button(_("✏️ Another name"), AskLevelName(level_id)),
            button(_("⬆️ Move up"), MoveLevel(level_id)),
        ],
        [button(_("🗑 Delete it"), DropLevel(level_id)), back(translator, ShowLevels())],
    )
    await show(update, context, level_text(translator, level, customers), markup)


async def move_level(update: Update, context: ShopContext) -> None:
    """Move a level up, and show all."""
    try:
        await context.shop.prices.levels.move_up(
            context.actor, LevelId(pressed(update, MoveLevel).level_id)
        )
    except NotFoundError:
        await alert(update, context, no_such_rule(context.translator))
    await show_levels(update, context)


async def drop_level(update: Update, context: ShopContext) -> None:
    """Delete a level that nobody has; else say how many have it."""
    translator, levels = context.translator, context.shop.prices.levels
    try:
        level = await levels.delete(context.actor, LevelId(pressed(update, DropLevel).level_id))
    except LevelError as error:
        await alert(update, context, level_fault(translator, error))
        return
    except NotFoundError:
        await alert(update, context, no_such_rule(translator))
    else:
        await answer(update, context, level_deleted(translator, level))
    await show_levels(update, context)
