"""Levels of customers: at most eight, named by the owner, deleted when nobody has them."""

import pytest

from bot.domain.customer import Actor
from bot.domain.errors import ConfirmationOutdatedError, NotFoundError, NotPermittedError
from bot.domain.money import Rupiah
from bot.domain.prices import MAX_LEVELS, Discount, LevelError, LevelFault, Target
from bot.domain.viewer import LevelId
from tests.services.shop import ADMIN, ANNI, ANNI_CHAT, Shop

ANNI_HERSELF = Actor(ANNI, ANNI_CHAT)


async def names(shop: Shop) -> list[str]:
    return [level.name for level, _ in await shop.prices.levels.all(ADMIN)]


async def test_levels_are_made_named_and_ordered(shop: Shop) -> None:
    levels = shop.prices.levels
    await levels.add(ADMIN, "Agen")
    second = await levels.add(ADMIN, "  VIP\u200b   emas ")
    assert await names(shop) == ["Agen", "VIP emas"]
    await levels.move_up(ADMIN, second.level_id)
    await levels.move_up(ADMIN, second.level_id)
    await levels.rename(ADMIN, second.level_id, "Emas")
    await levels.rename(ADMIN, second.level_id, "EMAS")
    assert await names(shop) == ["EMAS", "Agen"]
    acts = await shop.store.read(lambda tx: tx.admin_acts.latest(5))
    found = [(act.action, act.detail) for act in acts]
    assert ("level_rename", "VIP emas -> Emas") in found
    assert found.count(("level_move", "VIP emas")) == 1


async def test_a_name_is_free_and_not_too_long_and_there_are_eight_at_most(shop: Shop) -> None:
    levels = shop.prices.levels
    for number in range(MAX_LEVELS):
        await levels.add(ADMIN, f"Level {number}")
    faults = []
    for act in (
        levels.add(ADMIN, "Ninth"),
        levels.rename(ADMIN, LevelId(1), "LEVEL 3"),
        levels.rename(ADMIN, LevelId(1), "x" * 25),
        levels.rename(ADMIN, LevelId(1), " \u200b "),
    ):
        with pytest.raises(LevelError) as raised:
            await act
        faults.append(raised.value.fault)
    assert faults == [
        LevelFault.TOO_MANY,
        LevelFault.NAME_TAKEN,
        LevelFault.NAME_LENGTH,
        LevelFault.NAME_LENGTH,
    ]


async def test_a_level_in_use_is_not_deleted(shop: Shop) -> None:
    levels = shop.prices.levels
    agent = await levels.add(ADMIN, "Agen")
    await shop.people.set_level(ADMIN, ANNI, agent.level_id)
    assert await levels.all(ADMIN) == [(agent, 1)]
    with pytest.raises(LevelError) as raised:
        await levels.delete(ADMIN, agent.level_id)
    assert (raised.value.fault, raised.value.count) == (LevelFault.IN_USE, 1)
    await shop.people.set_level(ADMIN, ANNI, None)
    assert await levels.delete(ADMIN, agent.level_id) == agent
    (act,) = await shop.store.read(lambda tx: tx.admin_acts.latest(1))
    assert (act.action, act.detail) == ("level_delete", "Agen")


async def test_a_deleted_level_takes_its_rules_with_it_and_they_cannot_come_back(
    shop: Shop,
) -> None:
    levels, rules = shop.prices.levels, shop.prices.rules
    agent = await levels.add(ADMIN, "Agen")
    proposed = await rules.propose(ADMIN, Target(agent.level_id), Discount(Rupiah(300)))
    await rules.apply(ADMIN, proposed.token)
    await levels.delete(ADMIN, agent.level_id)
    policy = await shop.store.read(lambda tx: tx.policy.current())
    assert (policy.prices.levels, policy.prices.rules) == ((), ())
    last = await rules.last_change(ADMIN)
    assert last is not None
    with pytest.raises(ConfirmationOutdatedError):
        await rules.undo(ADMIN, last.change_id)
    again = await levels.add(ADMIN, "Agen")
    assert again.level_id != agent.level_id


async def test_unknown_levels_are_not_found(shop: Shop) -> None:
    levels = shop.prices.levels
    for act in (
        levels.rename(ADMIN, LevelId(9), "Agen"),
        levels.delete(ADMIN, LevelId(9)),
        levels.move_up(ADMIN, LevelId(9)),
    ):
        with pytest.raises(NotFoundError):
            await act


async def test_only_owners_change_levels(shop: Shop) -> None:
    levels = shop.prices.levels
    for act in (
        levels.all(ANNI_HERSELF),
        levels.add(ANNI_HERSELF, "Agen"),
    ):
        with pytest.raises(NotPermittedError):
            await act
