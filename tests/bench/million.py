"""A database of a large shop, and what a customer's and an admin's everyday costs on it.

- `fill(path, orders)` makes a database: `orders` orders over one year, three times as many
  transfers, four times as many notices, a customer for every 20 orders (one of them with every 50th
  order), and top-ups, rows of the supplier, updates and confirmations in proportion. A million take
  about a minute and 2.5 GB. The rows are made in SQL at an older version of the database, and then
  all later migrations run; `fill` returns the seconds that those took.
- `measure(small, large)` opens two such databases and prints `name, ms with the small one, ms with
  the large one, ratio`, medians of runs that alternate between both. It returns the rows.
- `python -m tests.bench.million [ORDERS]` does both in a temporary folder.
"""

from __future__ import annotations

import asyncio
import logging
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from bot.domain.catalogue import Listing
from bot.domain.customer import TelegramId
from bot.domain.customer_card import CustomerList
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId, OrderState
from bot.domain.typed_input.order_search import terms_of
from bot.ports.supplier import ServiceList
from bot.services.orders.queue import Wait
from bot.services.supplier_accounts import require_own_orders
from storage.database import SqliteConnection, configure, open_file
from storage.rows import micros
from storage.schema import load_migrations, migrate
from storage.sqlite_files import sync
from storage.store import SqlStore
from tests.samples import ACCOUNT, ADMIN, ADMIN_CHAT, NOON
from tests.services.shop import Shop

FILLED_AT = "0023_plain_column_names"
"""The migration up to which a database is migrated before it is filled."""
LARGE, SMALL = 1_000_000, 1_000
PERIOD = timedelta(days=365)
BUSY = CustomerId(1_000_000)
"""The customer with every 50th order."""
QUIET = CustomerId(1_000_007)
ROUNDS = 9
SEARCHES = ("search of customers by name", "search of customers by the end of a number")
"""What takes longer the more customers there are."""

_TYPES = ("pulsa-reguler", "paket-data", "token-pln", "e-money", "voucher-game")
_BRANDS = ("TELKOMSEL", "INDOSAT", "XL", "TRI", "SMARTFREN", "AXIS", "BYU", "OTHER")
_OPEN = ("accepted", "accepted", "accepted", "parked", "parked")
"""The states of the newest orders, the newest first. None of them is due or blocks another one."""


def listings() -> tuple[Listing, ...]:
    """Return the 1,400 products of the shop."""
    return tuple(
        Listing(
            code=f"P{number}",
            name=f"{_BRANDS[number % 8].title()} {5_000 + 500 * number:,}".replace(",", "."),
            note="",
            type=_TYPES[number % 5],
            main=_BRANDS[number % 8],
            sub="Umum",
            cost=Rupiah(5_000 + 10 * number),
            is_ready=True,
            is_repeatable=True,
            cutoff=None,
        )
        for number in range(1, 1_401)
    )


def fill(path: Path, orders: int) -> float:
    """Make a new database with so many orders; return the seconds that the migrations took.

    The migrations are those after `FILLED_AT`. The file is on disk only when all is done: it is for
    measuring.
    """
    steps = load_migrations()
    (filled_at,) = (step.version for step in steps if step.name == FILLED_AT)
    with closing(open_file(path, mode="rwc")) as connection:
        connection.execute("pragma journal_mode = off")
        connection.execute("pragma synchronous = off")
        connection.execute("pragma cache_size = -400000")
        migrate(connection, steps[:filled_at], _fail)
        connection.execute("begin")
        schema = _drop_triggers_and_indexes(connection)
        _fill_tables(connection, orders)
        for sql in schema:
            connection.execute(sql)
        connection.execute("commit")
        connection.execute("pragma journal_mode = wal")
        began = time.perf_counter()
        configure(connection)
        connection.execute("pragma synchronous = off")
        connection.execute("pragma cache_size = -2000")
        migrate(connection, steps, _fail)
        seconds = time.perf_counter() - began
    # Otherwise the disk would still be writing it while something is measured.
    sync(path)
    return seconds


def _fail() -> None:
    raise RuntimeError("the outcome of a commit is unknown")


def _drop_triggers_and_indexes(connection: SqliteConnection) -> list[str]:
    """Drop them, and return the statements that create them again."""
    found = connection.execute(
        "select type, name, sql from sqlite_schema"
        " where type in ('trigger', 'index') and sql is not null order by type, name"
    ).fetchall()
    for kind, name, _ in found:
        connection.execute(f"drop {kind} {name}")
    return [sql for _, _, sql in found]


def _fill_tables(connection: SqliteConnection, orders: int) -> None:
    categories: list[tuple[int, int | None, str]] = []
    path_ids: dict[tuple[str, ...], int] = {}
    for listing in listings():
        for depth in range(1, 4):
            key = listing.path[:depth]
            if key not in path_ids:
                path_ids[key] = len(path_ids) + 1
                categories.append((path_ids[key], path_ids.get(key[:-1]), key[-1]))
    connection.executemany("insert into categories values (?, ?, ?)", categories)
    connection.executemany(
        "insert into products values (?, ?, ?, ?, '', ?, 1, 1, null, null, ?)",
        [
            (number, one.code, path_ids[one.path[:3]], one.name, one.cost, number)
            for number, one in enumerate(listings(), start=1)
        ],
    )
    connection.executemany(
        "insert into catalogue_fetches values (1, ?)", [(micros(NOON - timedelta(minutes=9)),)]
    )
    for statement in _ROWS.split(";\n"):
        names = {
            "orders": orders,
            "customers": max(orders // 20, 10),
            "busy": BUSY,
            "began_at": micros(NOON - PERIOD),
            "step": (PERIOD - timedelta(minutes=1)) // timedelta(microseconds=1) // orders,
            "account": ACCOUNT,
            "open": len(_OPEN),
            **{f"state_{number}": state for number, state in enumerate(_OPEN)},
        }
        connection.execute(statement, names)


_ROWS = """\
insert into customers
with recursive numbers (n) as (
    select 0 union all select n + 1 from numbers where n + 1 < :customers
)
select :busy + n, 'Customer ' || n, 'user' || n, 'id', '', 1, :began_at from numbers;
create temporary table sold as
with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < :orders)
select
    n,
    case when n % 50 = 0 then :busy else :busy + 1 + (n * 7919 % (:customers - 1)) end as customer,
    1 + n * 104729 % 1400 as product,
    case
        when n > :orders - :open then
            case :orders - n
                when 0 then :state_0 when 1 then :state_1 when 2 then :state_2 when 3 then :state_3
                else :state_4
            end
        when n % 100 < 93 then 'succeeded'
        when n % 100 < 99 then 'failed'
        else 'cancelled'
    end as state,
    :began_at + n * :step as at
from numbers;
insert into orders
select
    sold.n, :account, sold.customer, sold.product, products.code, products.name, type.name,
    brand.name, '08' || (1100000000 + (sold.customer * 5 + sold.n % 5) * 3571 % 900000000),
    products.cost + 1000, products.cost, sold.state, sold.at, sold.n % 40 = 0, 4,
    sold.n, null, 1,
    case when sold.state <> 'cancelled' then sold.at + 2000000 end,
    case when sold.state <> 'cancelled' then sold.n end,
    case
        when sold.state in ('succeeded', 'accepted') or (sold.state = 'failed' and sold.n % 2 = 0)
            then 'T' || sold.n
    end,
    null, case when sold.state = 'succeeded' then products.cost end,
    case sold.state when 'succeeded' then 'success' else '' end,
    case sold.state when 'succeeded' then '1234-5678-9012-3456-' || sold.n else '' end, '', null,
    '', case sold.state when 'cancelled' then 'by_customer' end,
    case sold.state when 'parked' then 'unknown' end,
    case sold.state when 'parked' then sold.at + 9000000 end,
    case sold.state when 'parked' then sold.at + 9000000 end,
    case when sold.state in ('succeeded', 'accepted') then sold.at + 3000000 end,
    case when sold.state = 'parked' then sold.at + 4000000 end, 0, null, null, null,
    case
        when sold.state in ('accepted', 'parked') then sold.at + 8640000000000
    end,
    case when sold.state in ('succeeded', 'failed', 'cancelled') then sold.at + 20000000 end, '',
    '08' || (1100000000 + (sold.customer * 5 + sold.n % 5) * 3571 % 900000000)
from temp.sold as sold
inner join products on sold.product = products.product_id
inner join categories as sub on products.sub_id = sub.category_id
inner join categories as brand on sub.parent_id = brand.category_id
inner join categories as type on brand.parent_id = type.category_id
order by sold.n;
insert into topups (
    topup_id, customer_id, amount, state, request_key, created_at, decided_at, decided_by, code,
    expires_at, credited, proof, expired_at
)
select
    n / 5, customer, 10000 * (1 + n / 5 % 5),
    case when n % 45 = 0 then 'pending' else 'approved' end, 'request:' || n, at,
    case when n % 45 <> 0 then at + 300000000 end, case when n % 45 <> 0 then 9001 end,
    1 + n / 25 % 999, at + 3600000000,
    case when n % 45 <> 0 then 10000 * (1 + n / 5 % 5) + 1 + n / 25 % 999 end, '',
    case when n % 45 = 0 then at + 3600000000 end
from temp.sold
where n % 5 = 0;
insert into accounts (account_id)
select 'wallet:' || customer_id from customers
union all
values ('bank'), ('revenue'), ('supplier_cost'), ('supplier_deposit');
insert into transfers
select
    topup_id, 'single', 'topup', 'bank', 'wallet:' || customer_id, credited, 'topup:' || topup_id,
    decided_at, null, null, 9001, ''
from topups
where state = 'approved';
insert into transfers
select
    1000000000 + customer, 'single', 'credit', 'bank', 'wallet:' || customer,
    100000 + sum(products.cost + 1000), 'opening:' || customer, min(at), null, null, 9001, ''
from temp.sold
inner join products on sold.product = products.product_id
group by customer;
insert into transfers
select
    2000000000 + 3 * order_id, 'hold', 'purchase', 'wallet:' || customer_id, 'revenue', price,
    'order:K' || order_id, created_at, order_id, null, null, ''
from orders
union all
select
    2000000001 + 3 * order_id, case state when 'succeeded' then 'post' else 'void' end, 'purchase',
    'wallet:' || customer_id, 'revenue', price,
    case state when 'succeeded' then 'post' else 'void' end || ':order:K' || order_id, ended_at,
    order_id, 2000000000 + 3 * order_id, null, ''
from orders
where state in ('succeeded', 'failed', 'cancelled')
union all
select
    2000000002 + 3 * order_id, 'single', 'cost', 'supplier_cost', 'supplier_deposit',
    supplier_cost, 'cost:K' || order_id, ended_at, order_id, null, null, ''
from orders
where state = 'succeeded';
update accounts
set (posted, held, last_transfer_id) = (moved.posted, moved.held, moved.last_id)
from (
    select account, sum(posted) as posted, sum(held) as held, max(transfer_id) as last_id
    from (
        select
            transfer_id, credit_account as account, amount as posted, 0 as held
        from transfers
        where phase in ('single', 'post')
        union all
        select
            transfer_id, debit_account,
            case when phase in ('single', 'post') then -amount else 0 end,
            case phase when 'hold' then amount when 'single' then 0 else -amount end
        from transfers
    )
    group by account
) as moved
where accounts.account_id = moved.account;
insert into supplier_rows
select
    account, ref_id, service_code, destination, cost,
    case state when 'succeeded' then 'success' when 'failed' then 'failed' else 'waiting' end,
    voucher, '', sent_at + 1000000, sent_at + 6000000, send_number - 1, send_number, null
from orders
where ref_id is not null
union all
select
    account, 'U' || order_id, service_code, '', cost, 'success', '', '', created_at, created_at,
    order_id, order_id, null
from orders
where order_id % 2000 = 0;
insert into outbox (
    notice_id, chat_id, kind, dedupe_key, created_at, subject_id, data, state, attempts,
    delivered_at
)
select
    4 * order_id + part, customer_id, case part when 3 then 'outcome' else 'order' end,
    case part when 3 then 'outcome:K' || order_id else 'order:K' || order_id || ':' || part end,
    created_at + part * 5000000, order_id, '{"message_id":' || (order_id * 4 + part) || '}',
    'delivered', 0, created_at + part * 5000000 + 100000
from orders
cross join (select 0 as part union all values (1), (2), (3))
where part < 3 or state in ('succeeded', 'failed', 'cancelled')
order by order_id, part;
insert into confirmations
select
    'token' || substr('00000000' || n, -8), customer, 'purchase',
    '{"product_id":' || product || ',"destination":"081234567890","price":25000,"recent_purchase":0'
    || ',"is_second_today":0,"zone":"","name":"Customer"}',
    at, case when n % 4 > 0 then at end, case when n % 4 > 0 then 'K' || n else '' end
from temp.sold;
insert into inbox (update_id, payload, attempts, arrived_at, done_at)
select 500000000 + n, '', 1, at, at + 10000 from temp.sold where n > :orders - :orders / 40;
insert into saved_numbers (customer_id, kind, main, destination, name, used_at)
select customer_id, 'phone', '', destination, '', max(ended_at)
from orders
where ended_at is not null and order_id > :orders / 2
group by customer_id, destination;
insert into dialogs
select customer_id, 'buying', 1, created_at, 1, 7, '{}' from customers where customer_id % 3 = 0;
insert into admin_acts (actor_id, action, subject, detail, at)
select 9001, 'topup_approved', 'topup:' || topup_id, '', decided_at
from topups
where state = 'approved' and topup_id % 10 = 0;
insert into recon_findings
select account, 'unclaimed', ref_id, null, '', created_at, created_at, 9001
from supplier_rows
where substr(ref_id, 1, 1) = 'U';
insert into facts
select 'unmet_purchase:' || customer_id, 'token' from customers where customer_id % 10 = 0;
insert into conditions values ('alert:own_deposit_low', '', :began_at, null);
drop table temp.sold"""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table, in milliseconds."""

    name: str
    small: float
    large: float

    @property
    def ratio(self) -> float:
        return self.large / self.small


class BigShop:
    """The services on one such database, and the acts that are measured."""

    def __init__(self, store: SqlStore) -> None:
        self.shop = Shop(store)
        self.shop.supplier.listings = ServiceList(listings(), 0)
        self.admin = ADMIN
        self._count = 0

    async def open(self) -> None:
        """Start the shop as a new process would, and put 10,000,000 rupiah into two wallets."""
        shop = self.shop
        await shop.refresh.refresh()
        arrival = await shop.customers.register(ADMIN_CHAT, "Admin", "", "id")
        self.admin = arrival.actor
        for customer_id in (BUSY, QUIET):
            await shop.credit(customer_id, 10_000_000)

    def acts(self) -> dict[str, Callable[[], Awaitable[object]]]:
        """Return what is measured, by name; an order's steps follow one another."""
        shop = self.shop
        return {
            "welcome": partial(
                shop.customers.register, TelegramId(QUIET), "Customer", "user", "id"
            ),
            "history page, quiet": partial(shop.history.page, QUIET, 0, 5),
            "history page, busy": partial(shop.history.page, BUSY, 0, 5),
            "history page 4, busy": partial(shop.history.page, BUSY, 3, 5),
            "search of the history": partial(
                shop.history.search, QUIET, terms_of("telkomsel"), 0, 5
            ),
            "transfers of the wallet, busy": partial(shop.wallets.statement, BUSY, 10),
            "/status": partial(shop.admin.overview, self.admin),
            "/status of the busy customer": partial(shop.admin.find, self.admin, str(BUSY)),
            "an admin's first screen": partial(shop.admin.waiting, self.admin),
            "/balance of the shop": partial(shop.admin.balance, self.admin),
            "/customers": partial(shop.people.listed, self.admin, CustomerList.NEWEST, 0, 7),
            "the most active customers": partial(
                shop.people.listed, self.admin, CustomerList.MOST_ACTIVE, 0, 7
            ),
            "customers who owe": partial(shop.people.listed, self.admin, CustomerList.OWING, 0, 7),
            SEARCHES[0]: partial(shop.people.search, self.admin, "omer 7", 0, 7),
            SEARCHES[1]: partial(shop.people.search, self.admin, "0003571", 0, 7),
            "card of the busy customer": partial(shop.people.card, self.admin, BUSY),
            "top-up": self._top_up,
            "quote": self._quote,
            "confirm": self._confirm,
            "start": self._start,
            "carry out": self._carry_out,
            "poll until settled": self._settle,
            "compare 15 rows": partial(shop.recon.compare, self.admin),
            "deliver notices": shop.deliver.deliver,
            "start-up: own orders": partial(shop.store.read, require_own_orders, ACCOUNT),
            "best-sellers": self._best_sellers,
        }

    async def _top_up(self) -> None:
        self._count += 1
        # A customer may ask for ten a day.
        customer_id = CustomerId(BUSY + 1 + self._count % 9)
        key = f"bench:{self._count}"
        requested = await self.shop.topups.request(customer_id, Rupiah(50_000), key)
        await self.shop.topups.cancel(customer_id, requested.topup_id)

    async def _quote(self) -> None:
        self.shop.clock.advance(7)
        customer_id = QUIET if self._count % 2 else BUSY
        self._customer_id, self._number = customer_id, f"0812{20_000_000 + self._count}"
        product_id = self.shop.product(f"P{1 + self._count % 1_400}")
        self._token = (await self.shop.buy.quote(customer_id, product_id, self._number)).token

    async def _confirm(self) -> None:
        self._order = await self.shop.buy.confirm(self._customer_id, self._token, 55)

    async def _start(self) -> None:
        started = await self.shop.send.start()
        assert not isinstance(started, Wait), started
        (self._order,) = started

    async def _carry_out(self) -> None:
        ref_id = f"bench{self._order.order_id}"
        self.shop.supplier.shows(self.shop.row(self._order, ref_id))
        self.shop.supplier.will(self.shop.reply(self._order, ref_id))
        await self.shop.send.carry_out(self._order)

    async def _settle(self) -> None:
        self.shop.supplier.says(f"bench{self._order.order_id}", "success", voucher="1234")
        self.shop.clock.advance(6)
        await self.shop.reconcile.poll()
        order = await self.shop.get(self._order.order_id)
        assert order.state is OrderState.SUCCEEDED, order

    async def _best_sellers(self) -> None:
        since = self.shop.clock.now() - timedelta(days=30)
        await self.shop.store.read(lambda tx: tx.orders.sold_since(since))


def measure(small: Path, large: Path) -> list[Row]:
    """Time the acts on two filled databases, print a line for each, and return the lines.

    Both databases are changed: orders are made and settled on them.
    """
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    rows = asyncio.run(_measure(small, large))
    for row in rows:
        print(f"{row.name}, {row.small:.2f}, {row.large:.2f}, {row.ratio:.2f}")
    return rows


async def _measure(small: Path, large: Path) -> list[Row]:
    async with AsyncExitStack() as stack:
        shops = []
        for path in (small, large):
            store = await SqlStore.open(path)
            stack.push_async_callback(store.close)
            shops.append(BigShop(store))
        for shop in shops:
            await shop.open()
        taken: dict[str, tuple[list[float], list[float]]] = {}
        acts = [shop.acts() for shop in shops]
        for number in range(ROUNDS + 1):
            for name in acts[0]:
                for side, one in enumerate(acts):
                    began = time.perf_counter()
                    await one[name]()
                    if number:  # The first round does not count.
                        spent = (time.perf_counter() - began) * 1_000
                        taken.setdefault(name, ([], []))[side].append(spent)
        return [
            Row(name, statistics.median(times[0]), statistics.median(times[1]))
            for name, times in taken.items()
        ]


def main() -> None:
    """Fill and measure; the argument is the number of orders of the large database."""
    orders = int(sys.argv[1]) if len(sys.argv) > 1 else LARGE
    with TemporaryDirectory() as folder:
        paths = Path(folder) / "small.db", Path(folder) / "large.db"
        for path, count in zip(paths, (SMALL, orders), strict=True):
            began = time.perf_counter()
            migrating = fill(path, count)
            seconds = time.perf_counter() - began
            size = path.stat().st_size / 1e6
            print(f"{count} orders: {size:.0f} MB, {seconds:.1f} s, migrating {migrating:.1f} s")
        measure(*paths)


if __name__ == "__main__":
    main()
