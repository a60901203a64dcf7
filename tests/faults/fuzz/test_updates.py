"""For any update, the bot keeps running and answering, and no money moves.

`FUZZ_UPDATES` sets the number of updates, `FUZZ_SEED` repeats a run.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from bot.sandbox.telegram.server import ADMIN, SARAH, Person
from tests.faults.fuzz.attacked_shop import (
    PERSON_WITHOUT_CHAT,
    STRANGER,
    AttackedShop,
    attacked_shop,
)
from tests.faults.fuzz.seeded import count_of, seeded
from tests.faults.fuzz.updates import NO_NUMBERS, Json, KnownIds, Sender, nested

COUNT = count_of("FUZZ_UPDATES", 120)
pytestmark = pytest.mark.timeout(60 + COUNT // 10)


def senders(attacked: AttackedShop, rng: Random, *people: Person) -> list[Sender]:
    add_query = attacked.environment.telegram.state.add_query
    return [Sender(rng, who, attacked.known_ids, add_query) for who in people]


def assert_no_errors(attacked: AttackedShop) -> None:
    assert attacked.unanswered() == []
    assert attacked.errors() == []
    assert attacked.unreported() == []
    assert attacked.refused_calls() == []


async def test_updates_that_people_can_send_cause_no_errors(tmp_path: Path) -> None:
    rng = seeded()
    async with attacked_shop(tmp_path) as attacked:
        before, people = attacked.worth(), senders(attacked, rng, SARAH, STRANGER)
        await attacked.deliver(rng.choice(people).well_formed() for _ in range(COUNT))
        await attacked.environment.sarah.say("/start", shows="Welcome")
        assert attacked.worth() == before
        assert_no_errors(attacked)


def test_a_seed_makes_the_same_updates_again() -> None:
    def updates_of(seed: int) -> list[Json]:
        sender = Sender(Random(seed), SARAH, KnownIds((1, 2), ("a", "b")), str)  # noqa: S311 - seeded
        return [make() for _ in range(200) for make in (sender.well_formed, sender.malformed)]

    assert updates_of(7) == updates_of(7) != updates_of(8)


async def test_updates_that_nobody_can_send_do_not_stop_the_bot(tmp_path: Path) -> None:
    rng = seeded()
    async with attacked_shop(tmp_path) as attacked:
        before = attacked.worth()
        people = senders(attacked, rng, SARAH, STRANGER, PERSON_WITHOUT_CHAT)

        def updates() -> Iterator[Json]:
            for _ in range(COUNT):
                who = rng.choice(people)
                yield who.malformed() if rng.random() < 0.9 else who.well_formed()

        await attacked.deliver(updates())
        await attacked.environment.sarah.say("/start", shows="Welcome")
        assert attacked.worth() == before
        assert attacked.unreported() == []
        assert attacked.refused_calls() == []


async def test_mistaken_commands_and_buttons_of_an_admin_move_no_money(tmp_path: Path) -> None:
    rng = seeded()
    async with attacked_shop(tmp_path) as attacked:
        before = attacked.worth()
        attacked.known_ids = KnownIds(
            (0, -1, 999_999, 10**17, ADMIN.user_id), ("AAAAAAAAAAAA", "x", "ü" * 40)
        )
        (admin,) = senders(attacked, rng, ADMIN)
        await attacked.deliver(admin.well_formed() for _ in range(COUNT // 2))
        await attacked.environment.admin.say("/start", shows="Today|Hari ini")
        assert attacked.worth() == before
        assert_no_errors(attacked)


async def test_updates_without_a_valid_id_do_not_stop_the_bot(tmp_path: Path) -> None:
    async with attacked_shop(tmp_path) as attacked:
        message = senders(attacked, Random(1), SARAH)[0].text()  # noqa: S311 - any text does
        inbox = attacked.konter.receiver._inbox
        await inbox.receive([message | {"update_id": odd} for odd in NO_NUMBERS])
        await inbox.receive([nested(depth) | {"update_id": depth} for depth in (50, 900, 100_000)])
        await attacked.environment.sarah.say("/start", shows="Welcome")
        await attacked.environment.until(lambda: not attacked.konter.receiver.backlog)
        assert not await attacked.unhandled()
        assert attacked.unreported() == []
