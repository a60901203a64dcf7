"""The handlers of the prices: which command and button is for whom."""

from __future__ import annotations

from bot.domain.staff import Right
from handlers.prices.buttons import (
    ApplyPrice,
    ChooseLeast,
    ChooseRounding,
    ChooseTarget,
    DropLevel,
    DropRule,
    FindProductPrices,
    ListFound,
    MoveLevel,
    SetLeast,
    SetRounding,
    ShowLevel,
    ShowLevels,
    ShowPreview,
    ShowProductPrices,
    ShowRule,
    UndoPrice,
)
from handlers.prices.levels import drop_level, move_level, show_level, show_levels
from handlers.prices.lists import show_found_list, show_list
from handlers.prices.overview import choose_target, show_prices, show_rule
from handlers.prices.previews import (
    apply_price,
    choose_least,
    choose_rounding,
    drop_rule,
    set_least,
    set_rounding,
    show_preview,
    undo_price,
)
from handlers.prices.products import find_product_prices, price_command, show_product_prices
from handlers.ui.buttons import ListPrices
from handlers.ui.handler_factories import Handlers, on_command, on_press
from handlers.ui.permissions import on_staff_press
from handlers.ui.staff_buttons import ShowPrices


def price_handlers() -> Handlers:
    """Return the handlers outside the conversation."""
    return [
        on_command("price", price_command),
        on_press(ListPrices, show_list),
        on_press(ListFound, show_found_list),
        on_staff_press(ShowPrices, Right.COSTS, show_prices),
        on_staff_press(ShowRule, Right.COSTS, show_rule),
        on_staff_press(ShowProductPrices, Right.COSTS, show_product_prices),
        on_staff_press(FindProductPrices, Right.COSTS, find_product_prices),
        on_staff_press(ChooseTarget, Right.OWNER, choose_target),
        on_staff_press(DropRule, Right.OWNER, drop_rule),
        on_staff_press(ShowPreview, Right.OWNER, show_preview),
        on_staff_press(ChooseRounding, Right.OWNER, choose_rounding),
        on_staff_press(SetRounding, Right.OWNER, set_rounding),
        on_staff_press(ChooseLeast, Right.OWNER, choose_least),
        on_staff_press(SetLeast, Right.OWNER, set_least),
        on_staff_press(ApplyPrice, Right.OWNER, apply_price),
        on_staff_press(UndoPrice, Right.OWNER, undo_price),
        on_staff_press(ShowLevels, Right.OWNER, show_levels),
        on_staff_press(ShowLevel, Right.OWNER, show_level),
        on_staff_press(MoveLevel, Right.OWNER, move_level),
        on_staff_press(DropLevel, Right.OWNER, drop_level),
    ]
