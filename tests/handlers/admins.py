"""Two admins for the tests: the first reads Indonesian, the second English."""

from __future__ import annotations

from bot.domain.admin_act import AdminAct
from bot.domain.order import CustomerId, Order
from tests.handlers.counter import BOSS, Counter
from tests.services.shop import SECOND_ADMIN

AIDE = CustomerId(SECOND_ADMIN)
"""The second admin, who reads English."""
ADMIN_COMMANDS = (
    "/credit 1001 50rb",
    "/debit 1001 50rb",
    "/deposit 50rb",
    "/pause",
    "/resume",
    "/recon",
    "/recon",
)


async def with_aide(counter: Counter) -> None:
    """Register the second admin with the bot, so that notices reach them."""
    counter.telegram.add_user(AIDE, "Bu Aide", "en", "aide")
    await counter.shop.customers.register(AIDE, "Bu Aide", "aide", "en")
    await counter.shop.customers.choose_language(AIDE, "en")


async def told_of_parked(counter: Counter) -> Order:
    """Park an order of Anni's and deliver the announcement to both admins."""
    await with_aide(counter)
    order = await counter.shop.parked()
    await counter.deliver.deliver()
    return order


async def acts(counter: Counter) -> list[AdminAct]:
    """Return the recorded admin acts, newest first, without those of the shop's set-up."""
    found = await counter.shop.store.read(lambda tx: tx.admin_acts.latest(50))
    return [act for act in found if act.detail.split(" ")[-1] != "test"]


async def balance_of(counter: Counter, customer_id: CustomerId) -> int:
    """Return a customer's balance in rupiah."""
    return (await counter.shop.wallet(customer_id)).balance


__all__ = ["ADMIN_COMMANDS", "AIDE", "BOSS", "acts", "balance_of", "told_of_parked", "with_aide"]
