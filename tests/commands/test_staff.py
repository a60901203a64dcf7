"""The command `remove-staff`."""

from bot.commands.staff import remove_staff
from bot.domain.customer import TelegramId
from bot.domain.order import CustomerId
from bot.domain.staff import NO_RIGHTS, Right, StaffMember
from bot.ports.store import Transaction
from storage.opening import open_store
from tests.commands.shop_folder import Commands
from tests.storage.samples import NOW


def employ(tx: Transaction) -> CustomerId:
    dewi = tx.customers.seen(TelegramId(4711), "Dewi", "dewi", "id", NOW).customer_id
    tx.staff.put(StaffMember(dewi, Right.CASES, dewi, NOW))
    return dewi


async def test_an_employee_is_removed_while_the_bot_runs(commands: Commands, place: str) -> None:
    bot = await open_store(commands.url)
    dewi = await bot.write(employ)
    assert await remove_staff(commands.settings, "@Dewi", NOW, commands.output.append) == 0
    assert "Dewi is no employee any more" in commands.output[-1]
    assert await bot.read(lambda tx: tx.staff.rights_of(dewi)) == NO_RIGHTS
    # The bot goes on writing.
    await bot.write(employ)
    assert await remove_staff(commands.settings, "4711", NOW, commands.output.append) == 0
    assert await remove_staff(commands.settings, "4711", NOW, commands.output.append) == 1
    assert "No employee is 4711" in commands.output[-1]
    await bot.close()


async def test_without_a_database_nothing_is_made(commands: Commands) -> None:
    assert await remove_staff(commands.settings, "@dewi", NOW, commands.output.append) == 1
    assert "There is no database" in commands.output[-1]
    assert not commands.database.exists()
