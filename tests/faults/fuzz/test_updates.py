"""Whatever is sent to the bot, it goes on, answers, and no rupiah moves.

`FUZZ_UPDATES` says how many updates are tried, `FUZZ_SEED` tries the same again.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from bot.sandbox.telegram import SARAH
from tests.faults.fuzz.siege import GHOST, STRANGER, Siege, besieged
from tests.faults.fuzz.updates import Json, Sender

COUNT = int(os.environ.get("FUZZ_UPDATES", "400"))
SEED = int(os.environ.get("FUZZ_SEED") or secrets.randbelow(10**9))
pytestmark = pytest.mark.timeout(60 + COUNT // 10)


def senders(siege: Siege, rng: Random) -> list[Sender]:
    add_query = siege.house.telegram.state.add_query
    return [Sender(rng, who, siege.loot, add_query) for who in (SARAH, STRANGER, GHOST)]


async def test_what_people_can_send_is_never_an_error(tmp_path: Path) -> None:
    """Every kind of message, command and forged button: answered, and nothing goes wrong."""
    print(f"FUZZ_SEED={SEED}")  # noqa: T201 - to have a red run again
    rng = Random(SEED)  # noqa: S311 - the same again by its seed
    async with besieged(tmp_path) as siege:
        before, people = siege.worth(), senders(siege, rng)[:2]
        await siege.bring(rng.choice(people).well_formed() for _ in range(COUNT))
        await siege.house.sarah.say("/start", shows="Welcome")
        assert siege.worth() == before
        assert siege.unanswered() == []
        assert siege.errors() == []
        assert siege.untold() == []
        assert siege.too_much() == []


async def test_what_nobody_can_send_stops_nobody(tmp_path: Path) -> None:
    """Values of a wrong type, size or depth, and people whom Telegram does not know."""
    print(f"FUZZ_SEED={SEED}")  # noqa: T201 - to have a red run again
    rng = Random(SEED)  # noqa: S311 - the same again by its seed
    async with besieged(tmp_path) as siege:
        before, people = siege.worth(), senders(siege, rng)

        def updates() -> Iterator[Json]:
            for _ in range(COUNT):
                who = rng.choice(people)
                yield who.malformed() if rng.random() < 0.9 else who.well_formed()

        await siege.bring(updates())
        await siege.house.sarah.say("/start", shows="Welcome")
        assert siege.worth() == before
        assert siege.untold() == []
        assert siege.too_much() == []
