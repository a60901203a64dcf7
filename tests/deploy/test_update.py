"""install.sh, update.sh and uninstall.sh, run for real on a machine that is thrown away."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.deploy.shop import GIVES_UP, DeployedShop, deployed_shop, new_migration
from tests.sandbox.shop_environment import PRICE

pytestmark = pytest.mark.timeout(300)
MONEY = 100_000

T0 = time.time()
def t(x: str) -> None:
    print(f"{time.time()-T0:.1f} {x}", flush=True)

async def installed(shop: DeployedShop) -> None:
    """Install it, and sell something."""
    await shop.install()
    await shop.credit(str(MONEY))
    await shop.sell("081200010001")


async def test_an_update_and_one_that_fails(tmp_path: Path) -> None:
    async with deployed_shop(tmp_path) as shop:
        t("boot")
        await installed(shop)
        t("inst")
        await _check_an_update(shop)
        t("upd")
        await _check_one_that_fails(shop)
        t("fail")
        await _check_a_power_cut(shop)
        t("cut")
        await _check_moving_away(shop)
        t("move")
        await _check_uninstalling(shop)


async def _check_an_update(shop: DeployedShop) -> None:
    await shop.publish("0.3.0", new_migration())
    result = await shop.update()
    t("updated")
    assert result.code == 0, result.output
    assert "News of 0.3.0." in result.output
    assert (await shop.release()).startswith("0.3.0-")
    await shop.sell("081200020001")
    assert shop.wallets == MONEY - 2 * PRICE
    t("sold")
    again = await shop.update()
    assert (again.code, "up to date" in again.output) == (0, True), again.output


async def _check_one_that_fails(shop: DeployedShop) -> None:
    """The version changes the database, and then does not start: both go back."""
    before = (shop.money(), await shop.release())
    await shop.publish("0.4.0", new_migration() + GIVES_UP)
    result = await shop.update()
    t("back")
    assert result.code == 1, result.output
    assert "The update was taken back." in result.output
    assert (shop.money(), await shop.release()) == before
    assert await shop.is_selling()
    await shop.sell("081200030001")


async def _check_a_power_cut(shop: DeployedShop) -> None:
    """Power comes back while the new version is in place and not released: it goes on by itself."""
    await shop.publish("0.5.0", "git checkout --quiet v0.3.0 -- bot storage\n" + new_migration())
    shop.cut_power_at("start_bot")
    boots = shop.machine.boots
    await shop.update()
    await shop.machine.booted_after(boots)
    t("booted")
    await shop.settled()
    t("settled")
    assert (await shop.release()).startswith("0.5.0-")
    await shop.sell("081200040001")
    assert shop.wallets == MONEY - 4 * PRICE


async def _check_moving_away(shop: DeployedShop) -> None:
    """The archive is complete, the old server stays closed until it is told otherwise."""
    archive = "/var/lib/konter/move.tar.gz"
    await shop.machine.script(f"konter stop; konter move-out {archive}")
    refused = await shop.machine.run("konter", "start")
    assert refused.code != 0, refused.output
    await shop.machine.script("konter cancel-move --yes; konter start")
    await shop.sell("081200050001")


async def _check_uninstalling(shop: DeployedShop) -> None:
    """Everything of Konter goes but the shop's data and settings."""
    await shop.machine.script("konter uninstall --english --yes")
    assert not shop.machine.path("/opt/konter").exists()
    assert not shop.machine.path("/usr/local/bin/konter").exists()
    assert list(shop.machine.path("/etc/systemd/system").glob("**/konter*")) == []
    assert shop.wallets == MONEY - 5 * PRICE
