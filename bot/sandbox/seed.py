"""Fund the customers' wallets and the supplier deposit: ordinary transfers, each made once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from bot.domain.customer import TelegramId
from bot.domain.ledger import BANK, SUPPLIER_DEPOSIT, Phase, Purpose, Transfer, wallet_of
from bot.domain.money import Rupiah
from bot.ports.store import Transaction
from bot.sandbox.telegram.server import BUDI, SARAH, SITI, Person
from storage.store import SqlStore

FUNDS: tuple[tuple[Person, Rupiah], ...] = (
    (BUDI, Rupiah(500_000)),
    (SARAH, Rupiah(250_000)),
    (SITI, Rupiah(150_000)),
)
"""The other people have no wallet yet."""

DEPOSIT = Rupiah(5_000_000)


async def fund_wallets(
    database: Path, now: datetime | None = None, *, is_new_shop: bool = False
) -> None:
    """Record the initial transfers that the database does not hold yet; a new shop has none.

    `now` is the machine's time if not given. Raises `StoreError`; its subclass `StoreInUseError`
    when another sandbox uses the database.
    """
    store = await SqlStore.open(database)
    try:
        if not is_new_shop:
            await store.write(_give, now or datetime.now(UTC))
    finally:
        await store.close()


def _give(tx: Transaction, now: datetime) -> None:
    _give_customers(tx, now)
    _record_deposit(tx, now)


def _record_deposit(tx: Transaction, now: datetime) -> None:
    """Record the shop's deposit at the supplier, so that the tracked balance is right."""
    key = "sandbox:deposit"
    if tx.ledger.by_key(key) is None:
        tx.ledger.record(
            Transfer(Phase.SINGLE, Purpose.DEPOSIT, SUPPLIER_DEPOSIT, BANK, DEPOSIT, key, now)
        )


def _give_customers(tx: Transaction, now: datetime) -> None:
    for person, amount in FUNDS:
        key = f"sandbox:{person.user_id}"
        if tx.ledger.by_key(key) is not None:
            continue
        names = (person.first_name, person.username or "", person.language_code)
        customer_id = tx.customers.seen(TelegramId(person.user_id), *names, now).customer_id
        tx.ledger.open_wallet(customer_id, 0)
        wallet = wallet_of(customer_id)
        tx.ledger.record(Transfer(Phase.SINGLE, Purpose.CREDIT, BANK, wallet, amount, key, now))
