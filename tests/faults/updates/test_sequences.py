"""What chance does to a shop around updates: nothing is sold twice, lost, or closed for ever."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.faults.updates.sequences import run_sequence
from tests.faults.updates.versions import ROOT, SIGN, newer_version

SEQUENCES = int(os.environ.get("KONTER_SEQUENCES", "5"))
FIRST_SEED = int(os.environ.get("KONTER_SEED", "1"))
STEPS = 14
OTHER = "alter table facts add column other_sign text"


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """This version, and two newer ones."""
    folder = tmp_path_factory.mktemp("versions")
    next_one = newer_version(folder / "next", SIGN)
    return [ROOT, next_one, newer_version(folder / "last", SIGN, OTHER)]


@pytest.mark.thorough
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(FIRST_SEED, FIRST_SEED + SEQUENCES))
async def test_nothing_is_sold_twice_or_lost_around_updates(
    each_database: str,
    versions: list[Path],
    tmp_path: Path,
    seed: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The test itself reads the tables of the newest version.
    for module in ("storage.store", "storage.postgres.store"):
        monkeypatch.setattr(f"{module}.require_version", lambda *_: None)
    await run_sequence(tmp_path, versions, seed, STEPS)
