"""The commands on the database alone, and the whole drill of a restore."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.app import opened
from bot.commands.maintenance import audit_books, back_up_now, restore_backup
from bot.config import Settings, load_settings
from bot.domain.errors import ShopPausedError
from bot.domain.notice import NoticeKind
from bot.domain.order import Order, OrderState, ParkReason
from storage.schema import load_migrations
from storage.store import SqlStore
from tests.services.shop import ADMIN, ANNI, BUDI, PRICE, SECOND_ADMIN, Shop, shop_rules
from tests.storage.samples import NOW, aged, furnish

HOUR = timedelta(hours=1)


@dataclass
class Desk:
    """A folder with a database, and somebody who types commands there."""

    folder: Path
    said: list[str] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        """The settings of the shop in this folder."""
        env = {
            "TELEGRAM_BOT_TOKEN": "1:token",
            "OSIMESA_USER_ID": "U1",
            "OSIMESA_API_KEY": "key",
            "ADMIN_IDS": f"{ADMIN},{SECOND_ADMIN}",
            "DATABASE_URL": f"sqlite:///{self.database}",
            "BACKUP_KEEP": "2",
        }
        return load_settings(env, env_file=None)

    @property
    def database(self) -> Path:
        """The database file."""
        return self.folder / "konter.db"

    async def back_up(self, path: Path | None = None, at: datetime = NOW) -> int:
        """Type `backup`."""
        return await asyncio.to_thread(back_up_now, self.settings, path, at, self.said.append)

    async def restore(self, backup: Path, at: datetime = NOW) -> int:
        """Type `restore`."""
        return await asyncio.to_thread(restore_backup, self.settings, backup, at, self.said.append)

    async def audit(self, at: datetime = NOW) -> int:
        """Type `audit`."""
        return await audit_books(self.settings, at, self.said.append)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An empty folder."""
    return Desk(tmp_path)


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def furnished(desk: Desk) -> None:
    store = await SqlStore.open(desk.database)
    await store.write(furnish)
    await store.close()


# --- backup ---


async def test_a_backup_joins_the_daily_ones(desk: Desk) -> None:
    """Of which the newest are kept."""
    await furnished(desk)
    for day in range(3):
        assert await desk.back_up(at=NOW + day * 24 * HOUR) == 0
    kept = {"konter-20260315T050000Z.db", "konter-20260316T050000Z.db"}
    assert files(desk.folder / "backups") == kept
    assert "konter-20260316T050000Z.db" in desk.said[-1]


async def test_a_backup_goes_where_it_is_told(desk: Desk) -> None:
    """To a file, or into a folder under a name of its own; never over another."""
    await furnished(desk)
    (desk.folder / "stick").mkdir()
    assert await desk.back_up(desk.folder / "mine.db") == 0
    assert await desk.back_up(desk.folder / "stick") == 0
    assert files(desk.folder / "stick") == {"konter-20260314T050000Z.db"}
    assert await desk.back_up(desk.folder / "mine.db") == 1
    assert "no backup is overwritten" in desk.said[-1]


async def test_without_a_database_there_is_nothing_to_back_up(desk: Desk) -> None:
    """And none is made on the way."""
    assert await desk.back_up() == 1
    assert "there is no database" in desk.said[-1]
    assert files(desk.folder) == set()


async def test_an_older_database_is_copied_before_it_is_brought_up_to_date(desk: Desk) -> None:
    """By the bot, at its start; the copy is of the old version."""
    aged(desk.database)
    async with opened(desk.settings):
        pass
    (kept,) = files(desk.folder / "backups")
    assert kept.endswith(f"-before-v{len(load_migrations())}.db")
    async with opened(desk.settings):
        pass
    assert files(desk.folder / "backups") == {kept}


async def test_the_start_closes_backups_that_others_could_look_through(desk: Desk) -> None:
    """What an older Konter made is not left open until the next copy."""
    await furnished(desk)
    folder = desk.folder / "backups"
    await asyncio.to_thread(folder.mkdir, 0o755)
    async with opened(desk.settings):
        pass
    assert folder.stat().st_mode & 0o777 == 0o700


async def test_an_upgrade_without_a_copy_is_told(desk: Desk) -> None:
    """The bot starts all the same: a migration is whole or not at all."""
    aged(desk.database)
    await asyncio.to_thread((desk.folder / "backups").write_text, "in the way")
    async with opened(desk.settings) as konter:
        heads = await konter.store.read(lambda tx: tx.outbox.heads(konter.clock.now(), 10))
    assert sorted(notice.chat_id for notice in heads) == [ADMIN, SECOND_ADMIN]
    assert {notice.data["condition"] for notice in heads} == {"backup_failed"}


# --- restore ---


async def test_a_restore_under_a_running_bot_is_refused(desk: Desk) -> None:
    """In a sentence, and nothing is changed."""
    await furnished(desk)
    await desk.back_up(desk.folder / "mine.db")
    store = await SqlStore.open(desk.database)
    before = files(desk.folder)
    assert await desk.restore(desk.folder / "mine.db") == 1
    assert "another Konter is running" in desk.said[-1]
    assert files(desk.folder) == before
    await store.close()


async def test_a_file_that_is_no_backup_is_refused(desk: Desk) -> None:
    """The present database stays where it is."""
    await furnished(desk)
    letter = desk.folder / "letter.db"
    await asyncio.to_thread(letter.write_text, "Dear reader, " * 1_000)
    assert await desk.restore(letter) == 1
    assert "Nothing was changed" in desk.said[-1]
    assert files(desk.folder) == {"konter.db", "konter.db.lock", "letter.db"}


async def test_each_restore_begins_new_numbers(desk: Desk) -> None:
    """Also when the same backup is restored twice."""
    await furnished(desk)
    await desk.back_up(desk.folder / "mine.db")
    for second in range(3):
        at = NOW + timedelta(seconds=second)
        assert await desk.restore(desk.folder / "mine.db", at) == 0
    numbers = [line for line in desk.said if line.startswith("New orders begin")]
    assert [line.split()[-1] for line in numbers] == ["K2-1.", "K3-1.", "K4-1."]
    assert await desk.audit() == 0
    aside = {name for name in files(desk.folder) if "replaced-by" in name}
    assert len(aside) == 3


async def test_a_restore_names_the_accounts_that_have_open_orders(desk: Desk) -> None:
    """With the settings of another account the bot would not start, and nobody would know why."""
    store = await SqlStore.open(desk.database)
    shop = Shop(store, shop_rules(account="U0"))
    await shop.open()
    await shop.queue()
    await shop.queue(BUDI)
    await store.close()
    assert await desk.back_up(desk.folder / "old.db") == 0
    assert await desk.restore(desk.folder / "old.db", NOW + 10 * HOUR) == 0
    assert "Parked for you to decide: 2." in desk.said
    (line,) = [line for line in desk.said if "U0" in line]
    assert "Open on the supplier account U0: 2." in line
    assert "OSIMESA_USER_ID=U0" in line


# --- the drill ---


class Drill:
    """A shop on the desk's database; the world outside goes on across the restore."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.shop: Shop | None = None
        self._store: SqlStore | None = None

    async def open(self, at: datetime | None = None) -> Shop:
        """Start the bot."""
        before = self.shop
        self._store = await SqlStore.open(self.desk.database)
        self.shop = shop = Shop(self._store)
        if before is not None:
            shop.supplier = shop.panel = before.supplier
            shop.ids = before.ids
            shop.build()
        shop.clock.at = at or shop.clock.at
        return shop

    async def close(self) -> None:
        """Stop the bot, if it runs."""
        if self._store is not None:
            await self._store.close()


@pytest.fixture
async def drill(desk: Desk) -> AsyncIterator[Drill]:
    """A shop that is not open yet; closed whatever becomes of the test."""
    drill = Drill(desk)
    yield drill
    await drill.close()


async def sold(shop: Shop, number: str, ref_id: str) -> Order:
    """Sell to a number, to the end."""
    order = await shop.accepted(number, ref_id)
    shop.supplier.says(ref_id, "success", voucher=f"SN-{ref_id}")
    shop.clock.advance(30)
    await shop.reconcile.poll()
    await shop.told()
    return await shop.get(order.order_id)


async def test_the_drill(desk: Desk, drill: Drill) -> None:
    """Sell, back up, sell more, restore, see what is shown, settle, resume, sell."""
    shop = await drill.open()
    await shop.open()
    kept = await sold(shop, "081200000001", "r1")
    waiting = await shop.queue(BUDI, number="081200000002")
    assert await desk.back_up(desk.folder / "backup.db") == 0

    # The backup knows one sale and one order that waits. Then the shop goes on for an hour.
    shop.supplier.shows(shop.row(waiting, "r2", status_word="success"))
    sent = await shop.send_next(shop.reply(waiting, "r2"))
    assert sent.ref_id == "r2"
    lost = await sold(shop, "081200000003", "r3")
    assert lost.number == "K3"
    shop.clock.advance(3_600)
    failed_at = shop.clock.now()
    await drill.close()

    # The disk breaks, and the backup is restored an hour later.
    assert await desk.restore(desk.folder / "backup.db", failed_at) == 0
    assert "Parked for you to decide: 1." in desk.said
    shop = await drill.open(failed_at + timedelta(minutes=5))
    await shop.restart()
    alerts = [d for d in await shop.deliveries(ADMIN) if d.notice.kind is NoticeKind.ALERT]
    assert [alert.notice.data["condition"] for alert in alerts] == ["restored"]
    token = await shop.token(number="081200000003")
    with pytest.raises(ShopPausedError):
        await shop.buy.confirm(ANNI, token, None)

    # What the supplier shows: the kept sale, the row that may be the waiting order's, and one
    # that belongs to nobody, whose customer has paid for nothing that the books know of.
    report = await shop.recon.compare(ADMIN)
    assert (report.rows, report.in_doubt) == (3, 1)
    assert [finding.ref_id for finding in report.findings] == ["r3"]
    assert await shop.alerts() == []  # Whoever asked has read it in the answer.
    restored = await shop.get(waiting.order_id)
    assert (restored.state, restored.park_reason) == (OrderState.PARKED, ParkReason.RESTORED)

    # The admin attaches the one, and debits the customer of the other, who has the goods.
    (row,) = await shop.admin.candidates(ADMIN, waiting.order_id)
    settled = await shop.admin.attach(ADMIN, waiting.order_id, row.ref_id)
    assert settled.state is OrderState.SUCCEEDED
    await shop.credit(ANNI, -PRICE)
    assert await shop.recon.settle(ADMIN, "r3") == 1

    # And sells again, under new numbers.
    assert await shop.admin.resume(ADMIN)
    again = await sold(shop, "081200000003", "r4")
    assert (again.number, again.state) == ("K2-1", OrderState.SUCCEEDED)
    assert (await shop.wallet(ANNI)).posted == 100_000 - 3 * PRICE
    assert (await shop.wallet(BUDI)).posted == 100_000 - PRICE
    assert (await shop.wallet(BUDI)).held == 0
    assert (await shop.get(kept.order_id)).state is OrderState.SUCCEEDED
    assert (await shop.recon.compare(ADMIN)).findings == []
    await shop.told()
    await drill.close()
    assert await desk.audit(shop.clock.now()) == 0
