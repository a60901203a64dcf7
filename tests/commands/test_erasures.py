"""The list of erasures outlives the database: it is beside it, and goes with the shop."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.commands.moves import move_in, move_out
from bot.domain.customer import TelegramId
from bot.domain.erasure import Erasure
from bot.domain.errors import StoreUnavailableError
from bot.domain.order import CustomerId
from bot.ports.store import Transaction
from bot.services.erasures import erase_listed
from bot.serving import open_shop
from storage.marks import ERASURES, Marks
from storage.opening import open_store
from tests.commands.shop_folder import Commands, create_database
from tests.storage.samples import NOW

CHAT = TelegramId(7_770_001_234)
ODD = "ZQXname"


async def odd_person(commands: Commands) -> CustomerId:
    """Create a shop with a person, and a backup of it."""
    await create_database(commands)
    store = await open_store(commands.url)
    person = await store.write(lambda tx: tx.customers.seen(CHAT, ODD, "", "id", NOW))
    await store.close()
    assert await commands.back_up(commands.folder / "old.db") == 0
    return person.customer_id


async def erase(commands: Commands, customer_id: CustomerId) -> None:
    """Erase a person, as the running bot does."""
    store = await open_store(commands.url)
    erasure = Erasure(customer_id, 1, NOW, NOW)
    await store.write(erase_listed, erasure, NOW)
    await store.close()
    Marks(commands.settings.state_folder).add_erasures([erasure])


async def name_of(commands: Commands, customer_id: CustomerId) -> str:
    def name(tx: Transaction) -> str:
        person = tx.customers.get(customer_id)
        return "" if person is None else person.name

    store = await open_store(commands.url)
    try:
        return await store.read(name)
    finally:
        await store.close()


def has_odd_bytes(path: Path) -> bool:
    return any(ODD.encode() in one.read_bytes() for one in path.parent.glob(f"{path.name}*"))


@pytest.mark.usefixtures("place")
async def test_a_restored_backup_is_erased_again(commands: Commands) -> None:
    customer_id = await odd_person(commands)
    await erase(commands, customer_id)
    assert has_odd_bytes(commands.folder / "old.db")
    assert await commands.restore(commands.folder / "old.db") == 0, commands.output
    assert await name_of(commands, customer_id) == "Pelanggan terhapus 1"
    if not commands.server:
        assert not has_odd_bytes(commands.database)


async def test_a_backup_that_was_put_in_place_by_hand_is_erased_at_the_start(
    commands: Commands,
) -> None:
    customer_id = await odd_person(commands)
    await erase(commands, customer_id)
    shutil.copy(commands.folder / "old.db", commands.database)
    async with open_shop(commands.settings) as konter:
        person = await konter.store.read(lambda tx: tx.customers.get(customer_id))
    assert person is not None
    assert (person.name, person.telegram_id) == ("Pelanggan terhapus 1", None)


async def test_an_unreadable_list_stops_the_start(commands: Commands) -> None:
    """What cannot be read may name somebody whose data would be shown again."""
    await odd_person(commands)
    (commands.settings.state_folder / ERASURES).write_text("{")
    with pytest.raises(StoreUnavailableError, match=ERASURES):
        async with open_shop(commands.settings):
            pass
    assert await commands.restore(commands.folder / "old.db") == 1


async def test_the_list_moves_with_the_shop(
    commands: Commands, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(commands.folder)
    (commands.folder / ".env").write_text("OSIMESA_USER_ID=U1\nDATABASE_URL=sqlite:///konter.db\n")
    await erase(commands, await odd_person(commands))
    listed = Marks(commands.settings.state_folder).erasures()
    archive = commands.folder / "shop.tar.gz"
    assert move_out(commands.settings, archive, NOW, commands.output.append) == 0
    other = Commands(tmp_path_factory.mktemp("other"))
    monkeypatch.chdir(other.folder)
    assert move_in(archive, NOW, other.output.append) == 0, other.output
    assert Marks(other.settings.state_folder).erasures() == listed


def test_an_erasure_is_listed_once(tmp_path: Path) -> None:
    marks = Marks(tmp_path)
    first, second = (Erasure(CustomerId(number), number, NOW, NOW) for number in (1, 2))
    marks.add_erasures([])
    assert not (tmp_path / ERASURES).exists()
    marks.add_erasures([first])
    marks.add_erasures([first, second])
    assert marks.erasures() == [first, second]
