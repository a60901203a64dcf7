"""Copies from SQLite to PostgreSQL and back, and from one server's database to another."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from psycopg.sql import SQL, Literal

from bot.domain.order import OrderState
from storage.opening import open_store
from storage.postgres import connection as postgres_connection
from storage.postgres.copying import PostgresEnd
from storage.postgres.session_lock import SessionLock
from tests.commands.copying import Copying, killed_at, url_of
from tests.postgres.server import running_server
from tests.postgres.shared import address_of, connect_raw, empty_database, new_database
from tests.postgres.trouble import Proxy, small_disk
from tests.storage.filled_shop import contents_of, execute, fill_shop
from tests.storage.samples import buy, fail_if_called

RULES = """
select pg_get_constraintdef(oid) || conrelid::regclass as rule
from pg_constraint where connamespace = 'konter'::regnamespace
union all
select pg_get_indexdef(indexrelid)
from pg_index join pg_class on pg_class.oid = indexrelid
where relnamespace = 'konter'::regnamespace
union all
select pg_get_triggerdef(pg_trigger.oid) || tgenabled::text
from pg_trigger join pg_class on pg_class.oid = tgrelid
where relnamespace = 'konter'::regnamespace and not tgisinternal
order by rule
"""
TABLES = "select count(*) from pg_class where relnamespace = to_regnamespace('konter')"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A filled SQLite database."""
    path = tmp_path / "shop" / "konter.db"
    fill_shop(path)
    return path


@pytest.fixture
def url() -> Iterator[str]:
    """The address of a database without anything of Konter."""
    with new_database() as url:
        yield url


@pytest.fixture
def other() -> Iterator[str]:
    """The address of another one."""
    with new_database() as url:
        yield url


@pytest.fixture
def copying() -> Copying:
    """The command."""
    return Copying()


def value(url: str, statement: str) -> object:
    """Execute a statement from outside; return its only value."""
    with closing(connect_raw(url)) as connection:
        cursor = connection.execute(statement.encode())
        row = cursor.fetchone() if cursor.description else None
        return None if row is None else row[0]


def is_empty(url: str) -> bool:
    return value(url, TABLES) == 0


def test_a_shop_comes_back_from_a_server_as_it_was(
    copying: Copying, shop: Path, url: str, other: str, tmp_path: Path
) -> None:
    back = tmp_path / "back.db"
    for source, target in [(url_of(shop), url), (url, other), (other, url_of(back))]:
        assert copying.run(source, target) == 0, copying.text
        assert "the books are right" in copying.text
    assert contents_of(back) == contents_of(shop)


def test_a_copy_has_every_rule_of_a_new_database(copying: Copying, shop: Path, url: str) -> None:
    """Constraints, indexes and triggers were away while it was filled."""
    assert copying.run(url_of(shop), url) == 0
    with (
        closing(connect_raw(url)) as copied,
        empty_database() as fresh,
        closing(connect_raw(fresh)) as migrated,
    ):
        assert copied.execute(RULES).fetchall() == migrated.execute(RULES).fetchall()


async def test_the_copied_shop_sells_on_with_the_next_number(
    copying: Copying, shop: Path, url: str
) -> None:
    assert copying.run(url_of(shop), url) == 0
    numbers = []
    for place in (url_of(shop), url):
        store = await open_store(place, die=fail_if_called)
        numbers.append((await store.write(partial(buy, destination="0899"))).number)
        await store.close()
    assert numbers == [f"K{len(OrderState) + 1}"] * 2


async def test_the_servers_identity_stays_where_it_belongs(
    copying: Copying, shop: Path, url: str, tmp_path: Path
) -> None:
    assert copying.run(url_of(shop), url) == 0
    await (await open_store(url, die=fail_if_called)).close()
    assert value(url, "select count(*) from facts where name = 'server_identity'") == 1
    assert copying.run(url, url_of(tmp_path / "back.db")) == 0
    assert contents_of(tmp_path / "back.db") == contents_of(shop)


def test_texts_that_a_server_cannot_store_are_changed_and_known(
    copying: Copying, shop: Path, url: str
) -> None:
    execute(shop, "insert into facts values ('zero', 'a' || char(0) || 'b')")
    assert copying.run(url_of(shop), url) == 0
    assert value(url, "select value from facts where name = 'zero'") == "a\ufffdb"


def test_the_counters_of_a_new_epoch_are_copied(
    copying: Copying, shop: Path, url: str, tmp_path: Path
) -> None:
    execute(shop, "update sqlite_sequence set seq = 3000000000 where name = 'orders'",
            "insert into sqlite_sequence values ('restock_requests', 3000000000)")  # fmt: skip
    assert copying.run(url_of(shop), url) == 0
    assert (
        value(url, "select nextval(pg_get_serial_sequence('orders', 'order_id'))") == 3 * 10**9 + 1
    )
    assert copying.run(url, url_of(tmp_path / "back.db")) == 0
    execute(shop, "update sqlite_sequence set seq = seq + 1 where name = 'orders'")
    assert contents_of(tmp_path / "back.db") == contents_of(shop)


def test_broken_books_are_copied_as_they_are(copying: Copying, shop: Path, url: str) -> None:
    execute(shop, "update order_counts set orders = orders + 1 where state = 'parked'")
    assert copying.run(url_of(shop), url) == 0
    assert "1 rules are broken, as they were before" in copying.text


def test_what_is_written_meanwhile_is_not_in_the_copy(
    copying: Copying, shop: Path, url: str, tmp_path: Path
) -> None:
    """A snapshot of the server is one, too."""
    assert copying.run(url_of(shop), url) == 0

    def write(line: str) -> None:
        if line == "  accounts":
            value(url, "delete from outbox")
            value(url, "update facts set value = 'later'")

    copying.on_line = write
    assert copying.run(url, url_of(tmp_path / "back.db")) == 0
    assert contents_of(tmp_path / "back.db") == contents_of(shop)


# --- what is refused, and what goes wrong ---


def test_a_database_with_tables_is_refused(copying: Copying, shop: Path, url: str) -> None:
    value(url, "create schema konter")
    value(url, "create table konter.diary (day text)")
    assert copying.run(url_of(shop), url) == 1
    assert "has tables of Konter already (schema konter)" in copying.text
    assert value(url, TABLES) == 1


def test_an_empty_schema_that_the_administrator_made_is_filled(
    copying: Copying, shop: Path, url: str
) -> None:
    value(url, "create schema konter")
    assert copying.run(url_of(shop), url) == 0


def test_a_target_in_use_is_refused(
    copying: Copying, shop: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_connection, "LOCK_SECONDS", 0.1)
    lock = SessionLock(url, fail_if_called)
    assert copying.run(url_of(shop), url) == 1
    assert "another Konter is running" in copying.text
    lock.release()
    assert is_empty(url)


def test_a_running_shop_on_a_server_is_copied_with_a_warning(
    copying: Copying, shop: Path, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert copying.run(url_of(shop), url) == 0
    monkeypatch.setattr(postgres_connection, "LOCK_SECONDS", 0.1)
    lock = SessionLock(url, fail_if_called)
    assert copying.run(url, url_of(tmp_path / "back.db")) == 0
    lock.release()
    assert "what it does meanwhile and from now on" in copying.output[-1]


def test_the_same_database_is_refused_also_by_another_name(
    copying: Copying, shop: Path, url: str
) -> None:
    assert copying.run(url_of(shop), url) == 0
    assert copying.run(url, url.replace("127.0.0.1", "localhost")) == 1
    assert "FROM and TO are the same database" in copying.text


def test_an_unreachable_server_is_a_sentence_without_its_password(
    copying: Copying, shop: Path
) -> None:
    url = address_of("none").replace("konter@", "konter:s3cret@")
    assert copying.run(url_of(shop), url) == 1
    assert "no database of this name" in copying.text
    assert "s3cret" not in copying.text


@pytest.mark.parametrize("line", ["transfers", "Comparing the books."])
def test_a_killed_copy_leaves_nothing(copying: Copying, shop: Path, url: str, line: str) -> None:
    killed_at(line, url_of(shop), url)
    assert copying.run(url_of(shop), url) == 0, copying.text
    assert value(url, "select count(*) from orders") == len(OrderState)


def test_a_lost_connection_leaves_nothing(copying: Copying, shop: Path, url: str) -> None:
    def cut(line: str) -> None:
        if line == "  transfers":
            value(url, "select count(pg_terminate_backend(pid)) from pg_stat_activity where "
                  "datname = current_database() and pid <> pg_backend_pid() "
                  "and state = 'idle in transaction'")  # fmt: skip

    copying.on_line = cut
    assert copying.run(url_of(shop), url) == 1
    assert "Nothing was copied" in copying.text
    assert is_empty(url)


@pytest.mark.parametrize(
    "spoil",
    [
        "update facts set value = 'other' where name = 'fact'",
        "update accounts set posted = posted + 1 where account_id = 'bank'",
        "delete from inbox where payload = ''",
        "select setval(pg_get_serial_sequence('orders', 'order_id'), 99)",
    ],
)
def test_a_copy_that_differs_is_noticed(
    shop: Path, url: str, spoil: str, copying: Copying, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Something changes the rows while they are loaded."""
    original = PostgresEnd.set_counters

    def set_counters(self: PostgresEnd, counters: dict[str, int]) -> None:
        original(self, counters)
        self._raw.execute(spoil.encode())

    monkeypatch.setattr(PostgresEnd, "set_counters", set_counters)
    assert copying.run(url_of(shop), url) == 1
    assert "the copy differs in its" in copying.text
    assert is_empty(url)


def test_references_to_missing_rows_are_refused(copying: Copying, shop: Path, url: str) -> None:
    execute(shop, "pragma foreign_keys = off", "update categories set parent_id = 99")
    assert copying.run(url_of(shop), url) == 1
    assert "refers to rows that do not exist" in copying.text
    assert is_empty(url)


@pytest.mark.thorough
def test_a_full_server_is_told_and_nothing_is_left(copying: Copying, shop: Path) -> None:
    """Index and rows of the same texts are more than the disk holds."""
    execute(
        shop,
        "with recursive n (i) as (select 1 union all select i + 1 from n where i < 400) "
        "insert into facts select 'ballast ' || i, hex(randomblob(40000)) from n",
    )
    with small_disk() as disk, running_server() as server:
        server.execute(SQL("create tablespace small location {}").format(Literal(str(disk))))
        server.execute(SQL("create database shop template template0 tablespace small"))
        assert copying.run(url_of(shop), server.url("shop")) == 1
        assert "No space left on device" in copying.text
        assert is_empty(server.url("shop"))
        server.stop(signal.SIGQUIT)


@pytest.mark.parametrize("goes_down", [False, True])
def test_a_connection_lost_during_the_commit_is_asked_about_or_told(
    copying: Copying, shop: Path, url: str, goes_down: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server has committed; if it cannot be asked, nobody is told that nothing was copied."""
    monkeypatch.setattr(postgres_connection, "OUTCOME_SECONDS", 0.5)
    proxy = Proxy(url)

    def cut(line: str) -> None:
        if line == "Comparing the books.":
            proxy.cut, proxy.goes_down = "answer", goes_down

    copying.on_line = cut
    assert copying.run(url_of(shop), proxy.url) == int(goes_down)
    proxy.close()
    assert proxy.cuts == 1
    assert ("either all or nothing" in copying.text) is goes_down
    assert ("Write its address into DATABASE_URL" in copying.text) is goes_down
    assert ("Nothing was copied" in copying.text) is False
    assert value(url, "select count(*) from orders") == len(OrderState)
