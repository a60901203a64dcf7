"""The repository of admin acts."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given, settings

from bot.domain.admin_act import AdminAct
from bot.domain.customer import TelegramId
from bot.ports.store import Transaction
from storage.store import SqlStore
from tests.storage.records import records
from tests.storage.samples import BOSS, NOW, SECOND, create_database, empty_shop

SECURITY = Path(__file__).parents[2] / "SECURITY.md"


@settings(max_examples=25)
@given(records(AdminAct))
def test_an_act_is_stored_with_every_field(act: AdminAct) -> None:
    with empty_shop() as tx:
        tx.admin_acts.add(act)
        assert tx.admin_acts.latest(10) == [act]


def test_the_newest_acts_come_first(tx: Transaction) -> None:
    acts = [AdminAct(BOSS, "pause", "shop", "", NOW - n * SECOND) for n in range(3)]
    for act in (*acts, acts[0]):
        tx.admin_acts.add(act)
    assert tx.admin_acts.latest(10) == [acts[0], *reversed(acts)]
    assert tx.admin_acts.latest(2) == [acts[0], acts[2]]


def test_acts_are_found_by_their_subject(tx: Transaction) -> None:
    acts = [AdminAct(BOSS, action, "K1", "", NOW) for action in ("keep_waiting", "refund")]
    for act in (*acts, AdminAct(BOSS, "refund", "K12", "", NOW)):
        tx.admin_acts.add(act)
    assert tx.admin_acts.about("K1") == [acts[1], acts[0]]
    assert tx.admin_acts.about("K2") == []


async def test_acts_are_read_by_the_command_of_the_security_notes(tmp_path: Path) -> None:
    """There is no other way to see what a stolen account did."""
    statement = re.search(r'sqlite3 -readonly \S+ "(.+)"', SECURITY.read_text(encoding="utf-8"))
    assert statement is not None
    path = tmp_path / "konter.db"
    create_database(path)
    store = await SqlStore.open(path)

    def act_twice(tx: Transaction) -> None:
        """Once as somebody whose Telegram account is known, once as somebody without one."""
        known = tx.customers.seen(TelegramId(9009), "Dewi", "", "id", NOW).customer_id
        for actor in (known, BOSS):
            tx.admin_acts.add(AdminAct(actor, "credit", "user:7", "50000 tip", NOW))

    await store.write(act_twice)
    await store.close()
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(statement[1]).fetchall()
    in_jakarta = NOW.astimezone(ZoneInfo("Asia/Jakarta"))
    assert rows == [
        (f"{in_jakarta:%Y-%m-%d %H:%M:%S}", actor, "credit", "user:7", "50000 tip")
        for actor in (BOSS, 9009)
    ]
