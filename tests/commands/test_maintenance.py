"""The maintenance commands (backup, restore, audit), and a complete restore drill."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.errors import ShopPausedError
from bot.domain.notice import NoticeKind
from bot.domain.order import Order, OrderState, ParkReason
from bot.serving import open_shop
from storage import backup
from storage.opening import open_store
from storage.schema import load_migrations, version_of
from storage.sqlite_files import opened
from storage.store import SqlStore
from tests.commands.shop_folder import Commands, create_database, files
from tests.services.shop import (
    ADMIN,
    ADMIN_CHAT,
    ANNI,
    BUDI,
    PRICE,
    SECOND_ADMIN_CHAT,
    Shop,
    shop_rules,
)
from tests.storage.samples import NOW, create_previous_version

HOUR = timedelta(hours=1)


# --- backup ---


async def test_a_backup_without_a_path_is_a_daily_one_of_which_the_newest_stay(
    commands: Commands,
) -> None:
    await create_database(commands)
    for day in range(3):
        assert await commands.back_up(at=NOW + day * 24 * HOUR) == 0
    kept = {"konter-20260315T050000Z.db", "konter-20260316T050000Z.db"}
    assert files(commands.folder / "backups") == kept
    assert "konter-20260316T050000Z.db" in commands.output[-1]


async def test_a_backup_goes_to_the_given_file_or_folder_and_overwrites_nothing(
    commands: Commands,
) -> None:
    await create_database(commands)
    (commands.folder / "stick").mkdir()
    assert await commands.back_up(commands.folder / "mine.db") == 0
    assert await commands.back_up(commands.folder / "stick") == 0
    assert files(commands.folder / "stick") == {"konter-20260314T050000Z.db"}
    assert await commands.back_up(commands.folder / "mine.db") == 1
    assert "backups are never overwritten" in commands.output[-1]


async def test_a_backup_without_a_database_fails_and_creates_none(commands: Commands) -> None:
    assert await commands.back_up() == 1
    assert "there is no database" in commands.output[-1]
    assert files(commands.folder) == set()


async def test_an_older_database_is_copied_before_it_is_migrated(commands: Commands) -> None:
    create_previous_version(commands.database)
    async with open_shop(commands.settings):
        await until_checked(commands)
    (kept,) = files(commands.folder / "backups")
    present = len(load_migrations())
    assert kept.endswith(f"-before-v{present}.db")
    with closing(opened(commands.folder / "backups" / kept)) as connection:
        assert version_of(connection) == present - 1
    async with open_shop(commands.settings):
        pass
    assert files(commands.folder / "backups") == {kept}


async def until_checked(commands: Commands) -> None:
    """Wait until no copy in the backup folder is unchecked."""
    async with asyncio.timeout(30):
        while any("unchecked" in name for name in files(commands.folder / "backups")):  # noqa: ASYNC110 - a thread renames it
            await asyncio.sleep(0.01)


async def test_a_stop_leaves_the_check_of_that_copy_to_the_next_start(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a large shop it takes half a minute, for which a stop does not wait."""
    create_previous_version(commands.database)
    began = threading.Event()

    def endless(_backup: Path, _at: datetime, is_cancelled: Callable[[], bool]) -> None:
        began.set()
        while not is_cancelled():
            time.sleep(0.001)
        raise sqlite3.OperationalError("interrupted")

    with monkeypatch.context() as patch:
        patch.setattr(backup, "require_sound", endless)
        async with open_shop(commands.settings):
            await asyncio.to_thread(began.wait)
    (kept,) = files(commands.folder / "backups")
    assert kept.endswith(".unchecked.db")
    async with open_shop(commands.settings) as konter:
        await until_checked(commands)
        assert await konter.store.read(lambda tx: tx.outbox.backlog()) == 0
    assert files(commands.folder / "backups") == {kept.replace(".unchecked", "")}


async def test_the_start_makes_the_backup_folder_private(commands: Commands) -> None:
    """Backups of an older version are not left readable until the next backup."""
    await create_database(commands)
    folder = commands.folder / "backups"
    await asyncio.to_thread(folder.mkdir, 0o755)
    async with open_shop(commands.settings):
        pass
    assert folder.stat().st_mode & 0o777 == 0o700


async def test_a_failed_backup_before_a_migration_alerts_the_admins(commands: Commands) -> None:
    """The bot starts all the same: a migration is one transaction."""
    create_previous_version(commands.database)
    await asyncio.to_thread((commands.folder / "backups").write_text, "in the way")
    async with open_shop(commands.settings) as konter:
        heads = await konter.store.read(lambda tx: tx.outbox.next_per_chat(konter.clock.now(), 10))
    assert sorted(notice.chat_id for notice in heads) == [ADMIN_CHAT, SECOND_ADMIN_CHAT]
    assert {notice.data["condition"] for notice in heads} == {"backup_failed"}


# --- restore ---


async def test_a_restore_under_a_running_bot_is_refused(commands: Commands, place: str) -> None:
    await create_database(commands)
    await commands.back_up(commands.folder / "mine.db")
    store = await open_store(commands.url)
    before = files(commands.folder)
    assert await commands.restore(commands.folder / "mine.db") == 1
    assert "another Konter is running" in commands.output[-1]
    assert files(commands.folder) == before
    await store.close()


async def test_a_file_that_is_no_backup_is_refused(commands: Commands) -> None:
    await create_database(commands)
    letter = commands.folder / "letter.db"
    await asyncio.to_thread(letter.write_text, "Dear reader, " * 1_000)
    assert await commands.restore(letter) == 1
    assert "Nothing was changed" in commands.output[-1]
    assert files(commands.folder) == {"konter.db", "konter.db.lock", "letter.db"}


async def test_each_restore_begins_new_order_numbers(commands: Commands, place: str) -> None:
    await create_database(commands)
    await commands.back_up(commands.folder / "mine.db")
    for second in range(3):
        at = NOW + timedelta(seconds=second)
        assert await commands.restore(commands.folder / "mine.db", at) == 0
    numbers = [line for line in commands.output if line.startswith("New orders begin")]
    assert [line.split()[-1] for line in numbers] == ["K2-1.", "K3-1.", "K4-1."]
    assert await commands.audit() == 0
    kept = [line for line in commands.output if line.startswith("What was there is kept: ")]
    assert len(set(kept)) == 3
    if place == "file":
        assert len([name for name in files(commands.folder) if "replaced-by" in name]) == 3
    else:
        assert kept[0].endswith(
            "the schema konter_replaced_by_k2_20260314t050000z on the server "
            "(drop schema konter_replaced_by_k2_20260314t050000z cascade deletes it)"
        )


async def test_a_restore_names_the_accounts_that_have_open_orders(commands: Commands) -> None:
    store = await SqlStore.open(commands.database)
    shop = Shop(store, shop_rules(account="U0"))
    await shop.open()
    await shop.queue()
    await shop.queue(BUDI)
    await store.close()
    assert await commands.back_up(commands.folder / "old.db") == 0
    assert await commands.restore(commands.folder / "old.db", NOW + 10 * HOUR) == 0
    assert "Parked for you to decide: 2." in commands.output
    (line,) = [line for line in commands.output if "U0" in line]
    assert "Open on the supplier account U0: 2." in line
    assert "OSIMESA_USER_ID=U0" in line


# --- the drill ---


class Drill:
    """A shop on the database of `commands`; the supplier's state survives a restore."""

    def __init__(self, commands: Commands) -> None:
        self.commands = commands
        self.shop: Shop | None = None
        self._store: SqlStore | None = None

    async def open(self, at: datetime | None = None) -> Shop:
        """Start the bot."""
        before = self.shop
        self._store = await open_store(self.commands.url)
        self.shop = shop = Shop(self._store)
        if before is not None:
            shop.supplier = shop.panel = before.supplier
            shop.ids = before.ids
            shop.build()
        shop.clock.at = at or shop.clock.at
        return shop

    async def close(self) -> None:
        """Stop the bot if it is running."""
        if self._store is not None:
            await self._store.close()


@pytest.fixture
async def drill(commands: Commands, place: str) -> AsyncIterator[Drill]:
    """A shop that is not started yet; it is stopped after the test."""
    drill = Drill(commands)
    yield drill
    await drill.close()


async def sold(shop: Shop, number: str, ref_id: str) -> Order:
    """Sell to a number and return the order after its success."""
    order = await shop.accepted(number, ref_id)
    shop.supplier.says(ref_id, "success", voucher=f"SN-{ref_id}")
    shop.clock.advance(30)
    await shop.reconcile.poll()
    await shop.delivered_kinds()
    return await shop.get(order.order_id)


async def test_the_restore_drill(commands: Commands, drill: Drill) -> None:
    """Sell, back up, sell more, restore, read the findings, settle them, resume, sell."""
    shop = await drill.open()
    await shop.open()
    kept = await sold(shop, "081200000001", "r1")
    waiting = await shop.queue(BUDI, number="081200000002")
    assert await commands.back_up(commands.folder / "backup.db") == 0

    # The backup holds one sale and one queued order. Then the shop goes on for an hour.
    shop.supplier.shows(shop.row(waiting, "r2", status_word="success"))
    sent = await shop.send_next(shop.reply(waiting, "r2"))
    assert sent.ref_id == "r2"
    lost = await sold(shop, "081200000003", "r3")
    assert lost.number == "K3"
    shop.clock.advance(3_600)
    failed_at = shop.clock.now()
    await drill.close()

    # The disk fails, and the backup, an hour old, is restored.
    assert await commands.restore(commands.folder / "backup.db", failed_at) == 0
    assert "Parked for you to decide: 1." in commands.output
    shop = await drill.open(failed_at + timedelta(minutes=5))
    await shop.restart()
    alerts = [d for d in await shop.deliveries(ADMIN_CHAT) if d.notice.kind is NoticeKind.ALERT]
    assert [alert.notice.data["condition"] for alert in alerts] == ["restored"]
    token = await shop.token(number="081200000003")
    with pytest.raises(ShopPausedError):
        await shop.buy.confirm(ANNI, token, None)

    # The supplier's list: the kept sale, a row that may be the queued order's, and one without
    # an order, whose customer was not charged in the restored ledger.
    report = await shop.recon.compare(ADMIN)
    assert (report.rows, report.in_doubt) == (3, 1)
    assert [finding.ref_id for finding in report.findings] == ["r3"]
    assert await shop.alerts() == []  # The admin who asked read them in the answer.
    restored = await shop.get(waiting.order_id)
    assert (restored.state, restored.park_reason) == (OrderState.PARKED, ParkReason.RESTORED)

    # The admin attaches the first, and debits the customer who has the goods of the second.
    (row,) = (await shop.admin.order_evidence(ADMIN, waiting.order_id)).candidates
    settled = await shop.admin.attach(ADMIN, waiting.order_id, row.ref_id)
    assert settled.state is OrderState.SUCCEEDED
    await shop.credit(ANNI, -PRICE)
    assert await shop.recon.settle(ADMIN, "r3") == 1

    # The shop sells again, under new order numbers.
    assert await shop.admin.resume(ADMIN)
    again = await sold(shop, "081200000003", "r4")
    assert (again.number, again.state) == ("K2-1", OrderState.SUCCEEDED)
    assert (await shop.wallet(ANNI)).posted == 100_000 - 3 * PRICE
    assert (await shop.wallet(BUDI)).posted == 100_000 - PRICE
    assert (await shop.wallet(BUDI)).held == 0
    assert (await shop.get(kept.order_id)).state is OrderState.SUCCEEDED
    assert (await shop.recon.compare(ADMIN)).findings == []
    await shop.delivered_kinds()
    await drill.close()
    assert await commands.audit(shop.clock.now()) == 0
