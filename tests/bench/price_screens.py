"""How long /price takes with 20,000 products, eight levels and their rules."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from bot.domain.customer import TelegramId
from bot.domain.money import Rupiah
from bot.domain.prices import MAX_LEVELS, Band, Discount, Target, Tariff
from bot.ports.store import Transaction
from storage.store import SqlStore
from tests.bench.panel import LARGE
from tests.bench.plan import Bench
from tests.bench.results import Bound, Row
from tests.bench.running import running_shop
from tests.bench.sides import ADMIN, database_in
from tests.bench.traffic import FIRST_CHAT

PRICE_ROWS = {
    "price": Row(
        "the slowest of /price and its lists with 20,000 services",
        "ms",
        Bound(300, is_of_ratio=False),
    )
}
BANDS = (
    Band(Rupiah(20_000), Rupiah(1_500), Decimal(0)),
    Band(Rupiah(100_000), Rupiah(2_000), Decimal(1)),
    Band(None, Rupiah(0), Decimal(2)),
)
OF_OWNER = ("/price", "/price S10", "/price S10 11500", "/price telkomsel")
OF_CUSTOMER = ("/price", "/price tsel", "/price pulsa", "/price data", "/price tsel")
PAUSE_SECONDS = 0.2


async def measure_prices(bench: Bench) -> None:
    """Ask for each screen of the prices, each long after the one before; customers have levels."""
    wanted = bench.wanted(PRICE_ROWS)
    for _ in range(bench.rounds if wanted else 0):
        async with running_shop(bench, LARGE, fill=_fill) as one:
            asked = [(ADMIN, text) for text in OF_OWNER]
            asked += [(FIRST_CHAT + at, text) for at in range(2) for text in OF_CUSTOMER]
            updates = [one.traffic.text(chat_id, text) for chat_id, text in asked]
            waits = await one.rig.waits_one_by_one(one.side, updates, PAUSE_SECONDS)
            wanted["price"].add(max(waits) * 1_000)
            each = zip(asked, waits, strict=True)
            bench.report("; ".join(f"{text} {wait * 1_000:.0f} ms" for (_, text), wait in each))


async def _fill(folder: Path) -> None:
    """Make eight levels with rules, and give one to a customer."""
    store = await SqlStore.open(database_in(folder))
    now = datetime.now(UTC)

    def fill(tx: Transaction) -> None:
        tx.prices.put(Target(), Tariff(BANDS, 100, Rupiah(300)))
        levels = [tx.prices.add_level(f"Level {number}", number) for number in range(MAX_LEVELS)]
        for level_id in levels:
            tx.prices.put(Target(level_id), Discount(Rupiah(300)))
        customer = tx.customers.seen(TelegramId(FIRST_CHAT), "Siti", "siti", "id", now)
        tx.customer_cards.set_level(customer.customer_id, levels[0])

    await store.write(fill)
    await store.close()
