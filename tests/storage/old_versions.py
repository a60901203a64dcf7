"""Puts what a shop has stored into a database of an older version."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.storage.samples import database_before

OLD_CUSTOMERS = """
insert into customers
select
    customers.customer_id, first_name, username, telegram_language, chosen_language,
    is_reachable, created_at, order_count
from present.customers as customers
inner join present.telegram_accounts as accounts on customers.customer_id = accounts.customer_id
"""


def write_before_people(present: Path, old: Path) -> None:
    """Write a database as it was when the id of a person was that of their account.

    Every person of the database `present` must have such an id. The triggers are left out while
    the rows are copied, since those have added everything up already.
    """
    with database_before("0028_people") as connection, closing(sqlite3.connect(old)) as file:
        connection.execute("attach database ? as present", [str(present)])
        triggers = connection.execute(
            "select name, sql from main.sqlite_schema where type = 'trigger'"
        ).fetchall()
        for name, _ in triggers:
            connection.execute(f"drop trigger main.{name}")
        tables = connection.execute(
            "select name from main.sqlite_schema"
            " where type = 'table' and name not in ('schema_migrations', 'sqlite_sequence',"
            " 'confirmation_kinds')"  # Later migrations add kinds.
            " union all select 'sqlite_sequence' as name"
        ).fetchall()
        for (table,) in tables:
            connection.execute(f"delete from main.{table}")  # noqa: S608 - a name of the schema
            connection.execute(OLD_CUSTOMERS if table == "customers" else _copy(connection, table))
        for _, sql in triggers:
            connection.execute(sql)
        connection.execute("detach database present")
        connection.backup(file)


def _copy(connection: sqlite3.Connection, table: str) -> str:
    columns = [row[1] for row in connection.execute(f"pragma main.table_info({table})")]
    names = ", ".join(columns)
    return f"insert into main.{table} ({names}) select {names} from present.{table}"  # noqa: S608
