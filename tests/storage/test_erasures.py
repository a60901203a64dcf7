"""Every column that may hold something about a person is classified, and nothing of it is kept."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.admin_act import AdminAct
from bot.domain.erasure import Erasure
from bot.domain.money import Rupiah
from bot.domain.order import OrderState
from bot.domain.topup import TopUp, TopUpId, TopUpState
from bot.ports.store import Transaction
from storage.connection import Connection
from storage.erasing import COLUMNS, STEPS, _Erasing
from storage.statements import statements
from tests.databases import StoreForTests, open_store
from tests.storage.samples import ANNI, BOSS, BUDI, NOW, buy, end, in_memory

PERSONS = ("customer_id", "telegram_id", "chat_id")
ERASURE = Erasure(ANNI, 1, NOW, NOW)


def test_every_column_is_classified() -> None:
    """A new column of text is added to `COLUMNS` in storage/erasing.py: erased how, or not at all.

    So is one that names a person or an account.
    """
    with in_memory() as connection:
        tables = connection.execute("select name from sqlite_schema where type = 'table'")
        found = {
            f"{table}.{column['name']}"
            for (table,) in tables.fetchall()
            if not table.startswith("sqlite_")
            for column in connection.execute(f"pragma table_info({table})")
            if column["type"].lower() == "text" or column["name"] in PERSONS
        }
    assert found - COLUMNS.keys() == set(), "not classified"
    assert COLUMNS.keys() - found == set(), "no such column"


@pytest.mark.parametrize("step", STEPS)
def test_every_step_is_there(step: str) -> None:
    """It is a method, or a statement that takes the person's id only."""
    if hasattr(_Erasing, step):
        return
    sql = getattr(statements("erasing", "sqlite3"), step).sql
    assert set(re.findall(r":(\w+)", sql)) == {"customer_id"}


REFUSED = {
    "the number of an order": "update orders set destination = '***'",
    "the proof of a decided top-up": "update topups set proof = '', reason = ''",
    "the note of a transfer": "update transfers set note = ''",
    "the detail of an act": "update admin_acts set detail = ''",
    "the list of erasures": "delete from erasures",
}


@pytest.mark.parametrize("statement", REFUSED.values(), ids=REFUSED.keys())
def test_only_an_erasure_may_empty(tx: Transaction, connection: Connection, statement: str) -> None:
    end(tx, buy(tx), OrderState.CANCELLED)
    tx.admin_acts.add(AdminAct(BOSS, "credit", "K1", "detail", NOW))
    tx.erasures.add(replace(ERASURE, customer_id=BUDI))
    topup = TopUp(TopUpId(0), ANNI, Rupiah(5), TopUpState.REJECTED, "k", NOW, proof="file")
    tx.topups.add(topup)
    with pytest.raises(connection.faults.refusals), connection.refusable():
        connection.execute(statement)


def test_nothing_is_being_erased_afterwards(tx: Transaction, connection: Connection) -> None:
    end(tx, buy(tx), OrderState.CANCELLED)
    tx.erasures.add(ERASURE)
    tx.erasures.erase(ERASURE, NOW)
    tx.erasures.erase(ERASURE, NOW)
    assert connection.execute("select * from erasing").fetchall() == []
    assert tx.erasures.all() == [ERASURE] == [tx.erasures.get(ANNI)]
    assert tx.erasures.incomplete(NOW) == []


async def test_a_large_file_or_one_that_is_read_is_wiped_later(tmp_path: Path) -> None:
    store = await open_store(tmp_path / "konter.db")
    assert isinstance(store, StoreForTests)
    try:
        assert store.is_on_server or not await store.wipe(1)
        assert await store.wipe(10_000_000)
        if store.is_on_server:
            return
        with closing(sqlite3.connect(tmp_path / "konter.db", isolation_level=None)) as reader:
            reader.execute("begin")
            reader.execute("select * from facts").fetchall()
            await store.write(lambda tx: tx.facts.put("a", "b"))
            assert not await store.wipe(None)
        assert await store.wipe(None)
    finally:
        await store.close()
