"""install.sh, update.sh and uninstall.sh, run for real on a machine that is thrown away."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.deploy.shop import (
    GIVES_UP,
    OPTIONS,
    SETTINGS,
    DeployedShop,
    deployed_shop,
    new_migration,
)
from tests.sandbox.shop_environment import PRICE

pytestmark = pytest.mark.timeout(300)
MONEY = 200_000


async def installed(shop: DeployedShop) -> None:
    """Install it, and sell something."""
    await shop.install()
    await shop.credit(MONEY)
    await shop.sell("081200010001")


async def test_a_server_from_its_installation_to_its_end(tmp_path: Path) -> None:
    async with deployed_shop(tmp_path) as shop:
        await installed(shop)
        await _check_an_update(shop)
        await _check_one_that_fails(shop)
        await _check_uninstalling(shop)


async def _check_an_update(shop: DeployedShop) -> None:
    await shop.publish("0.3.0", new_migration())
    result = await shop.update()
    assert result.code == 0, result.output
    assert "News of 0.3.0." in result.output
    assert (await shop.release()).startswith("0.3.0-")
    await shop.sell("081200020001")
    assert shop.wallets == MONEY - 2 * PRICE
    again = await shop.update()
    assert (again.code, "up to date" in again.output) == (0, True), again.output


async def _check_one_that_fails(shop: DeployedShop) -> None:
    """The version changes the database, and then does not start: both go back."""
    before = (shop.money(), await shop.release())
    await shop.publish("0.4.0", new_migration() + GIVES_UP)
    result = await shop.update()
    assert result.code == 1, result.output
    assert "The update was taken back." in result.output
    assert "| no way on" in result.output, "the cause is shown"
    assert (shop.money(), await shop.release()) == before
    assert await shop.is_selling()
    await shop.sell("081200030001")


async def _check_moving_away(shop: DeployedShop) -> None:
    """The old server refuses to start; its sentences name commands as its owner types them."""
    moved = await shop.machine.script("konter stop; konter move-out /var/lib/konter/move.tar.gz")
    assert "sudo konter cancel-move" in moved
    refused = await shop.machine.run("konter", "start")
    assert (refused.code, await shop.is_selling()) == (1, False), refused.output
    assert "sudo konter cancel-move" in refused.output


async def _check_moving_in(shop: DeployedShop) -> None:
    """On a server with another shop, then on an empty one: the archive is never passed over."""
    install = ("bash", "/root/konter/deploy/install.sh", *OPTIONS, "--from", "/srv/move.tar.gz")
    await shop.machine.script(
        """rm -rf /root/konter; git clone --quiet /srv/origin /root/konter
        cd /var/lib/konter; mv move.tar.gz /srv; rm moved-away.json"""
    )
    refused = await shop.machine.run(*install)
    assert (refused.code, "there is a database already" in refused.output) == (1, True)
    await shop.machine.script("rm -rf /var/lib/konter/* /etc/konter/*")
    moved = await shop.machine.run(*install)
    assert moved.code == 0, moved.output
    again = await shop.machine.run(*install)
    assert (again.code, "there already: the shop of" in again.output) == (0, True), again.output
    await shop.sell("081200050001")
    assert shop.wallets == MONEY - 2 * PRICE


async def _check_uninstalling(shop: DeployedShop) -> None:
    """Everything of Konter goes but the shop's data and settings."""
    await shop.machine.script("konter uninstall --english --yes")
    assert not shop.machine.path("/opt/konter").exists()
    assert not shop.machine.path("/usr/local/bin/konter").exists()
    assert list(shop.machine.path("/etc/systemd/system").glob("**/konter*")) == []
    assert shop.wallets == MONEY - 3 * PRICE


STEPS = {
    "it stops": ("systemctl?stop*", {"old"}),
    "the old version makes the mark": ("as_bot*hold", {"old"}),
    "the link changes": ("switch_to*NEW*", {"old"}),
    # The service that goes back, and the new version that gets well, start at the same time.
    "the change is written down": ("write_journal?switched", {"old", "new"}),
    "the new version starts": ("start_bot", {"new"}),
    "it waits": ("sleep*", {"new"}),
    "it is released": ("finish?released", {"new"}),
    "the journal goes": ("rm*JOURNAL*", {"new"}),
    "its service is disabled": ("systemctl?--quiet?disable*", {"new"}),
}
"""Commands of the change-over, as patterns of the shell, and which version may sell afterwards."""
WAYS_BACK = {
    "going back begins": "write_journal?going-back",
    "the new version is stopped": "show_last_lines",
    "the link goes back": "switch_to*OLD*",
    "the database is put back": "undo_update",
    "the old version starts": "start_bot",
    "it has gone back": "finish?went-back",
    "the new release goes": "remove_new",
    "the journal goes": "rm*JOURNAL*",
}
"""The same where the new version does not get well."""


@pytest.mark.thorough
async def test_a_shop_moves_to_another_server(tmp_path: Path) -> None:
    async with deployed_shop(tmp_path) as shop:
        await installed(shop)
        await _check_moving_away(shop)
        await shop.machine.script("konter uninstall --english --yes")
        await _check_moving_in(shop)


@pytest.mark.thorough
@pytest.mark.timeout(900)
async def test_a_power_cut_before_each_step_of_an_update(tmp_path: Path) -> None:
    async with deployed_shop(tmp_path) as shop:
        await installed(shop)
        for number, (step, (command, ends)) in enumerate(STEPS.items()):
            await shop.publish(f"1.{number}.0", new_migration())
            await shop.update_with_power_cut(command)
            release = await shop.release()
            assert ("new" if release.startswith(f"1.{number}.0-") else "old") in ends, step
            await shop.sell(f"0812{number:04}0001")
            assert shop.wallets == MONEY - (number + 2) * PRICE, step


@pytest.mark.thorough
@pytest.mark.timeout(900)
async def test_a_power_cut_before_each_step_of_going_back(tmp_path: Path) -> None:
    async with deployed_shop(tmp_path) as shop:
        await installed(shop)
        before = await shop.release()
        for number, (step, command) in enumerate(WAYS_BACK.items()):
            await shop.publish(f"1.{number}.0", new_migration() + (GIVES_UP if number == 0 else ""))
            await shop.update_with_power_cut(command)
            assert await shop.release() == before, step
            await shop.sell(f"0812{number:04}0001")
            assert shop.wallets == MONEY - (number + 2) * PRICE, step


BAD_VERSIONS = {
    "it crashes at start": (
        GIVES_UP.replace("sys.exit(78)", 'raise RuntimeError("odd")'),
        "The update was taken back.",
    ),
    "a migration fails": (
        "echo 'create table accounts (id integer);' >storage/migrations/$name",
        "The update was not begun",
    ),
    "a migration breaks the books": (
        "echo 'update accounts set posted = posted + 1;' >storage/migrations/$name",
        "The update was not begun",
    ),
    "it cannot be built": ("echo 'nothing:' >Makefile", "The update was not begun"),
}


@pytest.mark.thorough
@pytest.mark.timeout(900)
async def test_versions_that_are_no_good_leave_the_shop_as_it_was(tmp_path: Path) -> None:
    async with deployed_shop(tmp_path) as shop:
        await installed(shop)
        before = (shop.money(), await shop.release())
        for number, (name, (change, says)) in enumerate(BAD_VERSIONS.items()):
            await shop.publish(
                f"1.{number}.0", f"git checkout --quiet v0 -- .; {new_migration()}{change}"
            )
            result = await shop.update()
            assert (result.code, says in result.output) == (1, True), (name, result.output)
            assert (shop.money(), await shop.release()) == before, name
            assert await shop.is_selling(), name


@pytest.mark.thorough
async def test_a_telegram_that_is_away_during_the_change_takes_the_update_back(
    tmp_path: Path,
) -> None:
    async with deployed_shop(tmp_path) as shop:
        await installed(shop)
        await shop.publish("1.0.0", new_migration())
        update = asyncio.create_task(shop.update(KONTER_UPDATE_SECONDS="4"))
        journal = shop.machine.path("/opt/konter/update.journal")
        await shop.until(lambda: journal.exists() or update.done())
        shop.telegram.down = True
        result = await update
        shop.telegram.down = False
        assert (result.code, "was taken back" in result.output) == (1, True), result.output
        await shop.sell("081200020001")


@pytest.mark.thorough
async def test_a_terminal_that_is_lost_does_not_end_the_update(tmp_path: Path) -> None:
    async with deployed_shop(tmp_path) as shop:
        await installed(shop)
        await shop.publish("1.0.0", new_migration())
        update = asyncio.create_task(shop.update())
        log = shop.machine.path("/opt/konter/update.log")
        await shop.until(lambda: update.done() or (log.exists() and log.stat().st_size > 0))
        await shop.machine.run("pkill", "-KILL", "-f", "update.sh --english")
        assert (await update).code != 0
        await shop.settled()
        assert (await shop.release()).startswith("1.0.0-")
        await shop.sell("081200020001")


@pytest.mark.thorough
async def test_a_shop_that_moved_away_does_not_start_until_the_move_is_cancelled(
    tmp_path: Path,
) -> None:
    async with deployed_shop(tmp_path) as shop:
        await installed(shop)
        await shop.machine.script("konter stop; konter move-out /var/lib/konter/move.tar.gz")
        refused = await shop.machine.run("konter", "start")
        assert (refused.code, "moved to another" in refused.output) == (1, True), refused.output
        await shop.machine.script("konter cancel-move --yes; konter start")
        await shop.sell("081200020001")


@pytest.mark.thorough
async def test_going_back_by_hand_after_the_release(tmp_path: Path) -> None:
    """The commands of docs/update.md; the old release refuses a newer database, and stays."""
    async with deployed_shop(tmp_path) as shop:
        await installed(shop)
        old = await shop.release()
        await shop.publish("1.0.0", new_migration())
        assert (await shop.update()).code == 0
        await shop.sell("081200020001")
        refused = await shop.update("--to", "v0")
        assert (refused.code, "was not begun" in refused.output) == (1, True), refused.output
        await shop.machine.script(
            f"""konter stop
            ln -sfn /opt/konter/releases/{old} /opt/konter/current
            konter restore /var/lib/konter/backups/*-before-update.db
            konter start"""
        )
        await shop.admin.say("/resume", shows="▶")
        await shop.sell("081200030001")
        assert shop.wallets == MONEY - 2 * PRICE, "the sale since the update is forgotten"


@pytest.mark.thorough
async def test_what_an_update_left_behind_is_no_obstacle(tmp_path: Path) -> None:
    async with deployed_shop(tmp_path) as shop:
        await installed(shop)
        old = await shop.release()
        await shop.publish("1.0.0", new_migration())
        # The power is cut when the service that changes over is not there yet.
        boots = shop.machine.boots
        shop.cut_power_at("write_file*")
        await shop.update(BASH_ENV="/srv/cut.sh")
        await shop.machine.booted_after(boots)
        await shop.settled()
        result = await shop.update()
        assert result.code == 0, result.output
        new = await shop.release()
        assert new.startswith("1.0.0-")
        # A full disk kept the journal of an update from saying that it had gone back.
        releases = "/opt/konter/releases"
        journal = (
            f"STEP=switched\nOLD={releases}/{new}\nNEW={releases}/{old}\nHAD_NEW=yes\nSPEAKS=en\n"
        )
        shop.machine.path("/opt/konter/update.journal").write_text(journal)
        result = await shop.update()
        assert (result.code, "was taken back" in result.output) == (1, True), result.output
        assert await shop.release() == new
        await shop.sell("081200020001")
        await _check_a_database_elsewhere(shop)


async def _check_a_database_elsewhere(shop: DeployedShop) -> None:
    """Its marks would not be seen: the owner is told, and the shop was not stopped for it."""
    await shop.publish("2.0.0", new_migration())
    await shop.machine.script(
        f"""install -d -o konter -g konter /srv/shop
        echo DATABASE_URL=sqlite:////srv/shop/konter.db >>{SETTINGS[0]}
        konter restart"""
    )
    result = await shop.update()
    assert (result.code, "leads outside /var/lib/konter" in result.output) == (1, True)
    assert await shop.is_selling()
