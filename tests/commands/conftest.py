"""The commands on an empty folder, with the database in a file or on a server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.postgres import connection as postgres_connection
from tests.commands.shop_folder import Commands
from tests.postgres.shared import new_database


@pytest.fixture
def commands(tmp_path: Path) -> Commands:
    """The commands on an empty folder."""
    return Commands(tmp_path)


@pytest.fixture(params=["file", "server"])
def place(
    request: pytest.FixtureRequest, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Where the database of `commands` is."""
    if request.param == "file":
        yield request.param
        return
    monkeypatch.chdir(commands.folder)
    monkeypatch.setattr(postgres_connection, "LOCK_SECONDS", 0.1)
    with new_database() as commands.server:
        yield request.param
