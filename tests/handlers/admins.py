"""Two admins for the tests: the first reads Indonesian, the second English."""

from __future__ import annotations

from bot.domain.admin_act import AdminAct
from bot.domain.order import CustomerId, Order
from tests.handlers.harness import CHATS, INDONESIAN_ADMIN, BotHarness
from tests.services.shop import SECOND_ADMIN

ENGLISH_ADMIN = SECOND_ADMIN.customer_id
"""The second admin, who reads English."""
ADMIN_COMMANDS = (
    "/credit 1001 50rb",
    "/debit 1001 50rb",
    "/pause",
    "/resume",
    "/recon",
)


async def register_second_admin(harness: BotHarness) -> None:
    """Register the second admin with the bot, so that notices reach them."""
    harness.telegram.add_user(CHATS[ENGLISH_ADMIN], "Bu Aide", "en", "aide")
    await harness.shop.customers.register(CHATS[ENGLISH_ADMIN], "Bu Aide", "aide", "en")
    await harness.shop.customers.choose_language(ENGLISH_ADMIN, "en")


async def park_and_announce(harness: BotHarness) -> Order:
    """Park an order of Anni's and deliver the announcement to both admins."""
    await register_second_admin(harness)
    order = await harness.shop.parked()
    await harness.deliver.deliver()
    return order


async def acts(harness: BotHarness) -> list[AdminAct]:
    """Return the recorded admin acts, newest first, without those of the shop's set-up."""
    found = await harness.shop.store.read(lambda tx: tx.admin_acts.latest(50))
    return [act for act in found if act.detail.split(" ")[-1] != "test"]


async def balance_of(harness: BotHarness, customer_id: CustomerId) -> int:
    """Return a customer's balance in rupiah."""
    return (await harness.shop.wallet(customer_id)).balance


__all__ = [
    "ADMIN_COMMANDS",
    "ENGLISH_ADMIN",
    "INDONESIAN_ADMIN",
    "acts",
    "balance_of",
    "park_and_announce",
    "register_second_admin",
]
