"""A shop with everything that a copy has to carry over, and how to look into a database."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path

from bot.domain.admin_act import AdminAct
from bot.domain.catalogue import CategoryId, ProductId
from bot.domain.customer import TelegramId
from bot.domain.ledger import REVENUE, Phase, Purpose, Transfer, wallet_of
from bot.domain.money import Rupiah
from bot.domain.notice import Notice, NoticeKind
from bot.domain.order import CustomerId, OrderState
from bot.domain.price_change import PriceChange, PriceChangeId
from bot.domain.prices import Discount, FixedPrice, Target
from bot.domain.selection import Choice, SoldTo
from bot.ports.store import Transaction
from storage.permissions import make_private_folder
from storage.transaction import SqlTransaction
from tests.samples import ACCOUNT
from tests.storage.samples import (
    ANNI,
    BOSS,
    NOW,
    add_old_person,
    add_sample_data,
    buy,
    end,
    in_memory,
    row,
)

UNICODE = "Ñandú 😀 \u202ertl\u202c \t\r\n \\N \\. 'q' \"d\" %s {} ,;"
"""Also what has a meaning in the forms in which rows travel."""
LARGEST, SMALLEST = 2**63 - 1, -(2**63)
DEBTOR, DEBTORS_CHAT = CustomerId(1_003), TelegramId(1_003)
_ENDED = (OrderState.SUCCEEDED, OrderState.FAILED, OrderState.CANCELLED)


def fill_shop(path: Path) -> None:
    """Create a database with orders in all states, a debt, notices, odd texts and large numbers.

    The newest notice is deleted, so that the counter of their ids is ahead; some tables are empty.
    """
    make_private_folder(path.parent)
    path.write_bytes(_image())


@cache
def _image() -> bytes:
    with in_memory() as connection:
        add_everything(SqlTransaction(connection))
        connection.execute("delete from outbox where dedupe_key = 'deleted'")
        # As that of a shop, the file has a write-ahead log (sqlite.org/fileformat.html).
        image = bytearray(connection.serialize())
    image[18:20] = b"\x02\x02"
    return bytes(image)


def add_choices(tx: Transaction) -> None:
    """Add a setting, and what is sold to whom."""
    tx.policy.set("terms", UNICODE, BOSS, NOW)
    tx.selection.put_category(CategoryId(1), Choice(SoldTo.STAFF, NOW, UNICODE, UNICODE, 3))
    tx.selection.put_product(ProductId(1), Choice(SoldTo.NOBODY))


def add_prices(tx: Transaction) -> None:
    """Add a level, rules and their changes, and short codes."""
    level_id, target = tx.prices.add_level(UNICODE, 1), Target(product_id=ProductId(1))
    tx.prices.put(target, FixedPrice(Rupiah(LARGEST)))
    tx.prices.put(Target(level_id, CategoryId(1)), Discount(Rupiah(300)))
    change = PriceChange(PriceChangeId(0), level_id, CategoryId(1), None, "", "less 300", ANNI, NOW)
    tx.prices.add_change(change)
    tx.prices.set_code(ProductId(1), "S10")


def add_everything(tx: Transaction) -> None:
    """Add it in the current transaction."""
    add_sample_data(tx)
    for number, state in enumerate(OrderState):
        if state in _ENDED:
            bought = buy(tx, destination=f"08{number}", product_name=UNICODE)
            end(tx, bought, state)
        else:
            sent = {"sent_at": NOW, "send_number": 1} if state is OrderState.SENDING else {}
            buy(tx, destination=f"08{number}", state=state, message_id=LARGEST, **sent)
    add_prices(tx)
    add_choices(tx)
    add_old_person(tx, DEBTOR)
    tx.customers.seen(DEBTORS_CHAT, UNICODE, "", "id", NOW)
    tx.customers.add(UNICODE, NOW)
    tx.ledger.open_wallet(DEBTOR, 50_000)
    owed = Transfer(
        phase=Phase.SINGLE,
        purpose=Purpose.DEBIT,
        debit_account=wallet_of(DEBTOR),
        credit_account=REVENUE,
        amount=Rupiah(40_000),
        idempotency_key="debt",
        created_at=NOW,
    )
    tx.ledger.record(owed)
    tx.inbox.add(LARGEST, UNICODE, NOW)
    tx.inbox.add(SMALLEST, "", NOW)
    tx.facts.put("fact", UNICODE)
    tx.admin_acts.add(AdminAct(BOSS, "credit", "K1", UNICODE, NOW))
    tx.outbox.add(Notice(DEBTORS_CHAT, NoticeKind.ORDER, "waiting", NOW))
    tx.outbox.add(Notice(DEBTORS_CHAT, NoticeKind.ORDER, "deleted", NOW))
    tx.supplier_rows.record(ACCOUNT, [row("r1", voucher=UNICODE)], NOW)


def contents_of(path: Path) -> dict[str, list[str]]:
    """Return all rows of each table, and the schema, each in an order of its own."""
    with closing(sqlite3.connect(path)) as connection:
        tables = connection.execute("select name from sqlite_schema where type = 'table'")
        found = {
            name: sorted(map(repr, connection.execute(f'select * from "{name}"')))  # noqa: S608 - names of the schema
            for (name,) in tables
        }
        schema = connection.execute("select type, name, tbl_name, sql from sqlite_schema")
        return found | {"sqlite_schema": sorted(map(repr, schema))}


def execute(path: Path, *statements: str) -> None:
    """Change a database from outside."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)
