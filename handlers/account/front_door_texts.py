"""The texts of the staff's first screen."""

from __future__ import annotations

from datetime import datetime

from bot.domain.condition import Condition
from bot.domain.first_start import SetupStep
from bot.domain.ledger import Account
from bot.domain.shop_settings import ShopSettings
from bot.services.admin.front_door import FrontDoor
from bot.services.selling_stop import CLOSED_BY_CLOCK, NOT_OPENED, OUT_OF_MONEY
from handlers.ui.html import bold, lines, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.shop_figures import supplier_line, today_line, waiting_line


def front_door_text(
    translator: Translator,
    settings: ShopSettings,
    door: FrontDoor,
    now: datetime,
    *,
    shows_money: bool,
) -> str:
    """Return how the shop stands: open or closed, what waits, the day's sales, the supplier."""
    state, oldest_at = state_text(translator, door.stop), door.waiting.oldest_at
    oldest = None if oldest_at is None else now - oldest_at
    return lines(
        f"🏪 {bold(settings.shop_name)} · {state}",
        waiting_line(translator, door.waiting.count, oldest),
        today_line(translator, door.today, shows_profit=shows_money),
        supplier_line(translator, door.supplier) if shows_money else "",
    )


def state_text(translator: Translator, stop: Condition | None) -> str:
    """Return whether the shop is open, and if not, why."""
    _ = translator.gettext
    if stop is None:
        return _("🟢 open")
    if stop.name == NOT_OPENED:
        return _("🔴 not opened yet")
    if stop.name == CLOSED_BY_CLOCK:
        opens_at = datetime.fromisoformat(stop.detail)
        return _("🌙 closed until {time}").format(time=translator.clock(opens_at))
    if stop.name.startswith(OUT_OF_MONEY):
        return _("🔴 the supplier's money is used up")
    return _("⏸ closed by you")


def resume_setup_label(translator: Translator, step: SetupStep) -> str:
    """Return the label of the button that goes on with the first start."""
    return translator.gettext("▶️ Go on setting up ({step}/{steps})").format(
        step=int(step), steps=len(SetupStep)
    )


def prices_and_products_text(translator: Translator) -> str:
    """Return what the screen of prices and products leads to."""
    return bold(translator.gettext("🏷 Prices & products"))


def sell_text(translator: Translator, wallet: Account) -> str:
    """Return how to sell over the counter, and what the seller's wallet can pay for."""
    _ = translator.gettext
    return paragraphs(
        bold(_("🧾 Sell over the counter")),
        _(
            "Send your customer's number, or choose a product. It is paid from your own balance; "
            "the cash is yours. The receipt can show your own selling price."
        ),
        _("You can spend {amount}.").format(amount=bold(translator.money(wallet.available))),
    )
