"""The first screen of owners and employees: how the shop stands, and a way to everything."""

from __future__ import annotations

from telegram import Update

from bot.domain.first_start import step_of
from bot.domain.staff import Right
from bot.services.admin.front_door import FrontDoor
from handlers.account.buttons import SeeAsCustomer, ShowPricesAndProducts
from handlers.account.front_door_texts import (
    front_door_text,
    prices_and_products_text,
    resume_setup_label,
    sell_text,
)
from handlers.ui.buttons import Open, ShareLink
from handlers.ui.context import ShopContext
from handlers.ui.handler_factories import END, End
from handlers.ui.keyboards import (
    InlineButton,
    Row,
    Screen,
    button,
    home,
    keyboard,
    main_button,
    side_by_side,
)
from handlers.ui.replies import show, show_new
from handlers.ui.staff_buttons import (
    GoToSetup,
    ListCustomers,
    MakePoster,
    Pause,
    Resume,
    ShowPendingDecisions,
    ShowPrices,
    ShowReport,
    ShowSelection,
    ShowSell,
    ShowSettings,
    ShowShopBalance,
)


async def menu(update: Update, context: ShopContext) -> End:
    """Show the staff's first screen in a new message: /menu."""
    await context.shop.dialogs.end(context.customer_id)
    await show_new(update, context, *await front_door_screen(context))
    return END


async def front_door_screen(context: ShopContext) -> Screen:
    """Return the first screen of somebody of the staff."""
    door = await context.shop.admin.front_door(context.actor)
    now = context.shop.clock.now()
    text = front_door_text(
        context.translator,
        context.settings,
        door,
        now,
        shows_money=context.may(Right.COSTS),
    )
    return text, keyboard(*_setup_row(context), *side_by_side(_buttons(context, door)))


def _setup_row(context: ShopContext) -> list[Row]:
    """Return the way back into the first start, while the shop was not opened."""
    settings = context.settings
    if settings.is_set_up or not context.is_owner:
        return []
    step = step_of(settings.setup_step)
    return [[main_button(resume_setup_label(context.translator, step), GoToSetup(step))]]


def _buttons(context: ShopContext, door: FrontDoor) -> list[InlineButton]:
    """Return a button for each thing that the reader may do, and no other."""
    _, may, count = context.translator.gettext, context.may, door.waiting.count
    needed = context.translator.number(count)
    waiting = _("🔔 Needs you ({count})").format(count=needed) if count else _("🔔 All done")
    stopped_at, is_set_up = door.waiting.stopped_since, context.settings.is_set_up
    pause = button(_("⏸ Close the shop"), Pause())
    resume = main_button(_("▶️ Open the shop again"), Resume(stopped_at))
    offered = [
        (True, (main_button if count else button)(waiting, ShowPendingDecisions())),
        (may(Right.SELL), button(_("🧾 Sell"), ShowSell())),
        (may(Right.CUSTOMERS), button(_("👥 Customers"), ListCustomers())),
        (may(Right.OWNER), button(_("🏷 Prices & products"), ShowPricesAndProducts())),
        (may(Right.COSTS), button(_("📊 Reports"), ShowReport())),
        (may(Right.COSTS), button(_("💰 Shop's money"), ShowShopBalance())),
        (may(Right.OWNER), button(_("⚙️ Settings"), ShowSettings())),
        # A shop that was never opened cannot be closed.
        (may(Right.CASES) and (is_set_up or stopped_at), resume if stopped_at else pause),
        (True, button(_("👁 See as a customer"), SeeAsCustomer())),
    ]
    return [one for is_offered, one in offered if is_offered]


async def show_prices_and_products(update: Update, context: ShopContext) -> None:
    """Show the ways to prices, and to what is sold."""
    translator = context.translator
    markup = keyboard(
        [
            button(translator.gettext("🏷 Prices"), ShowPrices()),
            button(translator.gettext("📦 What is sold"), ShowSelection()),
        ],
        [button(translator.gettext("🔗 Link of the shop"), ShareLink(0, 0))],
        [button(translator.gettext("🖨 Poster to print"), MakePoster())],
        [home(translator)],
    )
    await show(update, context, prices_and_products_text(translator), markup)


async def sell(update: Update, context: ShopContext) -> End:
    """Show how to sell over the counter: /sell, or a button."""
    translator = context.translator
    await context.shop.dialogs.end(context.customer_id)
    wallet = await context.shop.wallets.wallet(context.customer_id)
    markup = keyboard(
        [main_button(translator.gettext("🛒 Choose a product"), Open())], [home(translator)]
    )
    await show(update, context, sell_text(translator, wallet), markup)
    return END
