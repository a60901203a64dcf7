"""The image, built and run without an engine: it sells, and writes nothing but its data."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from bot.domain.order import OrderState
from tests.image.building import Image, build
from tests.image.running import LAST, UID, Container, missing
from tests.sandbox.shop_environment import FUNDS, PRICE, ShopEnvironment, open_environment
from tests.skipping import skip_for

SHIPPED = {
    ".env", ".env.example", ".venv", "LICENSE",
    "bot", "data", "handlers", "locales", "pyproject.toml", "storage",
}  # fmt: skip
UNCHECKED = 1
"""The flags of a compiled module that is used whatever its source's date (PEP 552)."""


@pytest.fixture(autouse=True)
def _in_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shop is in the file of the volume, also in the tests on a server."""
    monkeypatch.setenv("KONTER_TEST_DATABASE", "")


async def test_the_image_sells_on_a_read_only_root_as_an_unprivileged_user(tmp_path: Path) -> None:
    if reason := missing():
        skip_for(reason)
    image = build(tmp_path / "build", has_index=False)
    _check_files(image)
    await _sell(image, tmp_path)


@pytest.mark.thorough
async def test_the_image_with_packages_of_the_index_sells(tmp_path: Path) -> None:
    if reason := missing():
        skip_for(reason)
    await _sell(build(tmp_path / "build", has_index=True), tmp_path)


def _check_files(image: Image) -> None:
    assert {path.name for path in image.app.iterdir()} == SHIPPED
    data = image.app / "data"
    assert (stat.S_IMODE(data.stat().st_mode), data.stat().st_uid) == (0o700, UID)
    assert (image.app / ".env").readlink() == Path("data/konter.env")
    assert f"konter:x:{UID}:{UID}:" in (image.root / "etc" / "passwd").read_text()
    modules = [path for name in ("bot", "handlers", "storage") for path in _modules(image, name)]
    assert len(modules) > 300
    for module in modules:
        (compiled,) = (module.parent / "__pycache__").glob(f"{module.stem}.*.pyc")
        assert int.from_bytes(compiled.read_bytes()[4:8], "little") == UNCHECKED


def _modules(image: Image, name: str) -> list[Path]:
    return sorted((image.app / name).rglob("*.py"))


async def _sell(image: Image, folder: Path) -> None:
    """Sell once on a fresh volume, and stop; the books are checked at the end."""
    data, tmp = folder / "data", folder / "tmp"
    for place in (data, tmp):
        place.mkdir(mode=0o700)
    before = _files(image.root)
    async with open_environment(data) as shop:
        await shop.stock()
        _put_settings(shop, data)
        for path in (tmp, data, *data.rglob("*")):
            os.chown(path, UID, UID)
        container = Container(image, data, tmp)
        runners = {shop._ports[name]: shop._runners[name] for name in ("telegram", "supplier")}
        try:
            await container.start(runners, folder / "log")
            _check_confinement(container)
            await _buy(shop, container)
            assert await container.stop() == 0, (folder / "log").read_text()
        finally:
            await container.close()
    assert (_files(image.root), list(tmp.iterdir())) == (before, [])
    owners = {path.stat().st_uid for path in data.rglob("*")}
    assert (owners, (data / "konter.db").exists()) == ({UID}, True)


def _check_confinement(container: Container) -> None:
    status = container.ask("cat", "/proc/1/status").stdout
    for line in (f"Uid:\t{UID}\t{UID}", f"Gid:\t{UID}\t{UID}", "CapBnd:\t0000000000000000"):
        assert line in status
    assert "NoNewPrivs:\t1" in status
    for place in ("/", "/app", "/etc", "/usr"):
        refused = container.ask("touch", f"{place}/new")
        assert "Read-only file system" in refused.stderr
    interfaces = container.ask("cat", "/proc/net/dev").stdout.splitlines()[2:]
    assert [line.split(":")[0].strip() for line in interfaces] == ["lo"]


def _put_settings(shop: ShopEnvironment, data: Path) -> None:
    """Write the settings where `set-up` does; the image's own say where it listens."""
    ours = {"DATABASE_URL", "HTTP_PORT"}
    lines = [f"{name}={value}\n" for name, value in shop.env.items() if name not in ours]
    (data / "konter.env").write_text("".join(lines))
    (data / "konter.env").chmod(0o600)


async def _buy(shop: ShopEnvironment, container: Container) -> None:
    assert container.process is not None
    process = container.process
    await shop.until(lambda: shop.telegram.updates.polls > 0 or process.returncode is not None)
    number = await shop.sarah.buy("081212345678")
    await shop.reaches(number, OrderState.SUCCEEDED)
    await shop.sarah.sees("SN / code:")
    wallet = await shop.wallet(shop.sarah.user_id)
    assert (wallet.posted, wallet.held) == (FUNDS - PRICE, 0)
    commands = [["python", "-m", "bot", command] for command in ("backup", "try-backup")]
    for command in (LAST.one("HEALTHCHECK").words, *commands):
        done = container.ask(*command)
        assert done.returncode == 0, done.stdout + done.stderr


def _files(root: Path) -> dict[str, tuple[int, int]]:
    return {str(path): (path.lstat().st_size, path.lstat().st_mtime_ns) for path in root.rglob("*")}
