"""The oldest database of each released version, filled, is migrated, and the shop goes on with it.

Its rows are in `released`. Nobody's money, order, button or message may be lost or changed by it.
"""

from __future__ import annotations

import re
import sqlite3
import tomllib
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest

from bot.domain.customer import Actor
from bot.domain.ledger import (
    BANK,
    REVENUE,
    SUPPLIER_COST,
    SUPPLIER_DEPOSIT,
    Phase,
    Purpose,
    wallet_of,
)
from bot.domain.money import Rupiah
from bot.domain.notice import NoticeState
from bot.domain.order import CustomerId, OrderId, OrderState, order_number_of
from bot.domain.topup import TopUpId, TopUpState
from bot.ports.store import Transaction
from storage.database import SqliteConnection, configure
from storage.schema import load_migrations, migrate
from storage.store import SqlStore
from storage.transaction import SqlTransaction
from tests.samples import ACCOUNT, ADMIN_CHAT, NOON
from tests.sandbox.shop_environment import open_environment
from tests.services.shop import SENDING_LIMIT, Shop
from tests.storage.samples import ANNI, BOSS, BUDI, RENAMED, fail_if_called, memory_connection

RELEASED = Path(__file__).parent / "released"
ROOT = Path(__file__).parents[2]
CITRA = CustomerId(1003)
DEWI = Actor(BOSS, ADMIN_CHAT)
RENAMING = 23
"""The migration that renamed columns of orders (`RENAMED`)."""


@dataclass(frozen=True)
class Version:
    """A released version, and the oldest database that it made."""

    name: str
    migrations: int
    """How many it had when it began."""
    last_order: int


VERSIONS = (Version("0.1.0", 5, 10), Version("0.2.0", 23, 1_000_000_001))


@cache
def filled(version: Version) -> bytes:
    """Return the image of a version's database, with rows in every table."""
    common = (RELEASED / "shop.sql").read_text(encoding="utf-8")
    if version.migrations < RENAMING:
        for name, before in RENAMED.items():
            common = common.replace(f" {name},", f" {before},")
    own = RELEASED / f"version_{version.name.replace('.', '_')}.sql"
    with closing(memory_connection()) as connection:
        migrate(connection, load_migrations()[: version.migrations], fail_if_called)
        connection.executescript(common + own.read_text(encoding="utf-8"))
        return connection.serialize()


@cache
def migrated_now(version: Version) -> bytes:
    """Return the image of that database after today's migrations."""
    with opened(filled(version)) as connection:
        migrate(connection, load_migrations(), fail_if_called)
        return connection.serialize()


@contextmanager
def opened(image: bytes) -> Iterator[SqliteConnection]:
    """Yield a connection to a copy of a database, configured like those of the store."""
    with closing(memory_connection()) as connection:
        connection.deserialize(image)
        configure(connection)
        yield connection


def counters_of(connection: SqliteConnection) -> dict[str, int]:
    """Return the last id of each table that counts them."""
    return dict(map(tuple, connection.execute("select name, seq from sqlite_sequence")))


@pytest.fixture(params=VERSIONS, ids=lambda version: version.name)
def version(request: pytest.FixtureRequest) -> Version:
    found: Version = request.param
    return found


@pytest.fixture
def connection(version: Version) -> Iterator[SqliteConnection]:
    """The migrated database."""
    with opened(migrated_now(version)) as connection:
        yield connection


@pytest.fixture
def tx(connection: SqliteConnection) -> Transaction:
    return SqlTransaction(connection)


def test_every_released_version_has_an_example() -> None:
    """A new version adds one: its migrations when it began, and rows in its new tables."""
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = set(re.findall(r"^## \[(\S+)\]", changes, re.MULTILINE))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert {*released, project["project"]["version"]} <= {version.name for version in VERSIONS}


NEWER_PURPOSES = {Purpose.WITHDRAWAL, Purpose.BONUS, Purpose.CORRECTION}
"""Those that no released version had."""


def test_the_example_has_rows_in_every_table(version: Version) -> None:
    with opened(filled(version)) as connection:
        tables = connection.execute(
            "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'"
        ).fetchall()
        empty = [
            name
            for (name,) in tables
            if connection.execute(f"select 1 from {name}").fetchone() is None  # noqa: S608
        ]
        assert empty == []
        assert connection.execute("pragma foreign_key_check").fetchall() == []
        kinds = connection.execute("select distinct phase, purpose from transfers").fetchall()
        assert {phase for phase, _ in kinds} == set(Phase)
        assert {purpose for _, purpose in kinds} == set(Purpose) - NEWER_PURPOSES
        for table, states in (("orders", OrderState), ("topups", TopUpState)):
            found = connection.execute(f"select distinct state from {table}")  # noqa: S608
            assert {state for (state,) in found} == set(states)


def test_the_books_are_as_before(tx: Transaction) -> None:
    wallets = [wallet_of(one) for one in (ANNI, BUDI, CITRA, BOSS)]
    names = [BANK, REVENUE, SUPPLIER_COST, SUPPLIER_DEPOSIT, *wallets]
    accounts = [tx.ledger.account(name) for name in names]
    assert [(one.posted, one.held, one.credit_limit) for one in accounts] == [
        (225_000, 0, 0),
        (11_200, 0, 0),
        (-30_300, 0, 0),
        (-469_700, 0, 0),
        (188_800, 44_800, 0),
        (50_000, 11_200, 0),
        (25_000, 0, 0),
        (0, 11_200, 1_000_000),
    ]
    assert tx.audit.findings(NOON, SENDING_LIMIT) == []


def test_nothing_points_to_a_row_that_is_not_there(connection: SqliteConnection) -> None:
    assert connection.execute("pragma foreign_key_check").fetchall() == []
    assert tuple(connection.execute("pragma integrity_check").fetchone()) == ("ok",)


def test_no_id_is_given_out_twice(version: Version, connection: SqliteConnection) -> None:
    with opened(filled(version)) as before:
        counters = counters_of(before)
    assert counters["orders"] == version.last_order
    assert counters.items() <= counters_of(connection).items()


ORDERS = {
    1: (OrderState.SUCCEEDED, ANNI, "081200000001"),
    2: (OrderState.FAILED, ANNI, "081200000002"),
    3: (OrderState.CANCELLED, BUDI, "081200000003"),
    4: (OrderState.QUEUED, ANNI, "081200000004"),
    5: (OrderState.SENDING, ANNI, "081200000005"),
    6: (OrderState.ACCEPTED, BUDI, "081200000006"),
    7: (OrderState.AMBIGUOUS, ANNI, "081200000007"),
    8: (OrderState.PARKED, ANNI, "081200000008"),
    9: (OrderState.SUCCEEDED, CITRA, "12345678901"),
    10: (OrderState.QUEUED, BOSS, "081200000010"),
}


def test_orders_and_their_holds_are_as_before(version: Version, tx: Transaction) -> None:
    for number, expected in ORDERS.items():
        order, hold = tx.orders.get(OrderId(number)), tx.ledger.hold_of(OrderId(number))
        assert order is not None
        assert hold is not None
        assert (order.state, order.customer_id, order.destination) == expected
        assert order.number == f"K{number}"
        assert hold.amount == order.price
        assert hold.idempotency_key == f"order:K{number}"
    ambiguous = tx.orders.get(OrderId(7))
    assert ambiguous is not None
    assert (ambiguous.lookups, ambiguous.send_number) == (2, 6)
    assert ambiguous.last_covering_miss_at == NOON - timedelta(seconds=220)
    assert ambiguous.next_check_at == NOON
    assert tx.orders.newest_send(ACCOUNT) == (7, NOON - timedelta(seconds=5))
    newest = tx.orders.get(OrderId(version.last_order))
    assert newest is not None
    assert newest.number == order_number_of(version.last_order)


def test_customers_and_their_steps_are_as_before(tx: Transaction) -> None:
    known = [tx.customers.get(one) for one in (ANNI, BUDI, CITRA)]
    assert [one.chosen_language for one in known if one is not None] == ["", "en", ""]
    dialog = tx.dialogs.get(ANNI)
    assert dialog is not None
    assert (dialog.product_id, dialog.data["token"]) == (1, "annis-quote")
    assert [update.update_id for update in tx.inbox.pending()] == [601]
    assert tx.inbox.is_done(501)
    assert [act.subject for act in tx.admin_acts.latest(5)] == ["K8", "1001"]
    assert tx.supplier_facts.get(ACCOUNT, "supplier_skew_seconds") == "3"
    assert [one.name for one in tx.conditions.all()] == ["alert:own_deposit_low"]


def test_notices_are_delivered_by_urgency_and_none_is_lost(tx: Transaction) -> None:
    delivered = []
    while heads := tx.outbox.next_per_chat(NOON, 1):
        delivered.append(heads[0].dedupe_key)
        assert heads[0].notice_id is not None
        tx.outbox.set_state(heads[0].notice_id, NoticeState.DELIVERED)
    assert delivered == [
        "alert:own_deposit_low:1773464100:9001",
        "parked:K8:1773464100:9001",
        "outcome:K9",
        "order:K4:1",
        "wallet:adjustment:t2",
    ]
    unreachable = tx.outbox.get("outcome:K3")
    assert unreachable is not None
    assert unreachable.state is NoticeState.UNREACHABLE


def test_topups_are_as_before(tx: Transaction) -> None:
    topups = [tx.topups.get(TopUpId(number)) for number in (1, 2, 3)]
    found = [(one.amount, one.state) for one in topups if one is not None]
    assert found == [
        (25_000, TopUpState.PENDING),
        (50_000, TopUpState.APPROVED),
        (10_000, TopUpState.REJECTED),
    ]


@pytest.mark.parametrize("version", VERSIONS[1:], indirect=True, ids=lambda version: version.name)
def test_what_came_with_version_0_2_0_is_as_before(tx: Transaction) -> None:
    (topup,) = tx.topups.payable_of(CITRA, NOON)[:1]
    assert (topup.total, topup.proof, topup.message_id) == (40_123, "file1", 81)
    assert [one.topup_id for one in tx.topups.replaced_by(topup.topup_id)] == [1_000_000_001]
    assert len(tx.topups.messages(topup.topup_id)) == 2
    assert [one.ref_id for one in tx.findings.open(ACCOUNT)] == ["u1"]
    assert [one.name for one in tx.saved_numbers.of(ANNI)] == ["Mama"]
    assert [one.product_id for one in tx.restock_requests.open_of(ANNI, NOON)] == [7]
    assert tx.reopening_requests.of(CITRA) is not None
    assert tx.withheld_products.product_ids() == {2}
    assert tx.facts.get("unmet_purchase:1003") == "none"


@pytest.fixture
async def store(version: Version, tmp_path: Path) -> AsyncIterator[SqlStore]:
    """The store on the file of the version, which it migrates."""
    path, found = tmp_path / "konter.db", list[int]()
    path.write_bytes(filled(version))
    store = await SqlStore.open(path, before_migrating=found.append)
    assert found == [version.migrations]
    yield store
    await store.close()


async def test_the_shop_goes_on(version: Version, store: SqlStore) -> None:
    """Buttons on old messages work, and a purchase gets the next number."""
    shop = Shop(store)
    await shop.restart()
    assert shop.catalogue_cache.size == 3
    sending = await shop.get(OrderId(5))
    assert sending.state is OrderState.AMBIGUOUS
    await shop.buy.cancel(ANNI, OrderId(4))
    await shop.buy.cancel(BOSS, OrderId(10))
    order = await shop.buy.confirm(ANNI, "annis-quote", 71)
    assert order.number == order_number_of(version.last_order + 1)
    await shop.send_next(shop.reply(order, "r11"))
    shop.supplier.shows(shop.row(order, "r11", status_word="success", voucher="SN11"))
    await shop.poll_for(60)
    assert (await shop.get(order.order_id)).state is OrderState.SUCCEEDED
    await shop.wallets.adjust(DEWI, "credit", None)
    await shop.topups.decide(DEWI, TopUpId(1), approve=True)
    wallets = [await shop.wallet(one) for one in (ANNI, CITRA)]
    balances = [(one.posted, one.held) for one in wallets]
    assert balances == [(188_800 - 11_200 + 25_000, 33_600), (32_000, 0)]
    asked = await shop.topups.request(BUDI, Rupiah(20_000), "update:700")
    with opened(filled(version)) as before:
        assert asked.topup_id == counters_of(before)["topups"] + 1
    await shop.refresh.refresh()
    assert shop.product("SM10") == 1
    assert await store.read(lambda tx: tx.audit.findings(NOON, SENDING_LIMIT)) == []


async def test_a_process_copies_the_database_before_it_migrates(
    version: Version, tmp_path: Path
) -> None:
    """The copy is what the version left: row by row, and restored by it if need be."""
    async with open_environment(tmp_path) as environment:
        environment.supplier.fault_settings.is_down = True
        environment.database.write_bytes(filled(version))
        await environment.start()
        pattern = f"konter-*-before-v{version.migrations + 1}.db"
        await environment.until(lambda: any((tmp_path / "backups").glob(pattern)))
        (copy,) = (tmp_path / "backups").glob("*")
        await environment.kill()
    with closing(sqlite3.connect(copy)) as kept, opened(filled(version)) as before:
        assert list(kept.iterdump()) == list(before.iterdump())
