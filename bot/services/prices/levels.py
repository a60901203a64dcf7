"""Levels of customers: owners make, name, order and delete them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.admin_act import AdminAct
from bot.domain.customer import Actor
from bot.domain.errors import NotFoundError
from bot.domain.order import CustomerId
from bot.domain.prices import MAX_LEVEL_NAME, MAX_LEVELS, Level, LevelError, LevelFault
from bot.domain.shop_rules import ShopRules
from bot.domain.staff import Right
from bot.domain.typed_text import without_invisible
from bot.domain.viewer import LevelId
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction
from bot.services.permissions import permitted
from bot.services.prices.rules import change_rule


class Levels:
    """The levels of customers; each change needs an owner, and raises `NotPermittedError`."""

    def __init__(self, store: Store, rules: ShopRules, clock: Clock) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock

    async def all(self, actor: Actor) -> Sequence[tuple[Level, int]]:
        """Return the levels in their order, and how many customers have each."""

        def count(tx: Transaction) -> list[tuple[Level, int]]:
            return [(one, tx.prices.customers_with(one.level_id)) for one in _levels(tx)]

        return await self._store.read(permitted(count, self._rules, actor, Right.OWNER))

    async def add(self, actor: Actor, name: str) -> Level:
        """Make a level; raises `LevelError`."""
        add = permitted(_add, self._rules, actor, Right.OWNER)
        return await self._store.write(add, actor.customer_id, name, self._clock.now())

    async def rename(self, actor: Actor, level_id: LevelId, name: str) -> Level:
        """Give a level another name; raises `LevelError`, `NotFoundError`."""
        rename = permitted(_rename, self._rules, actor, Right.OWNER)
        return await self._store.write(rename, actor.customer_id, level_id, name, self._clock.now())

    async def move_up(self, actor: Actor, level_id: LevelId) -> None:
        """Move a level before the one above it; raises `NotFoundError`."""
        move = permitted(_move_up, self._rules, actor, Right.OWNER)
        await self._store.write(move, actor.customer_id, level_id, self._clock.now())

    async def delete(self, actor: Actor, level_id: LevelId) -> Level:
        """Delete a level with its rules.

        Raises `NotFoundError`, and `LevelError` (IN_USE) while customers have it.
        """
        delete = permitted(_delete, self._rules, actor, Right.OWNER)
        return await self._store.write(delete, actor.customer_id, level_id, self._clock.now())


def _levels(tx: Transaction) -> tuple[Level, ...]:
    return tx.policy.current().prices.levels


def _level(tx: Transaction, level_id: LevelId) -> Level:
    level = tx.policy.current().prices.level(level_id)
    if level is None:
        raise NotFoundError
    return level


def _free_name(tx: Transaction, text: str, level_id: LevelId | None = None) -> str:
    """Return the name in a typed text; raises `LevelError` unless it is free for a level."""
    name = " ".join(without_invisible(text).split())
    if not 1 <= len(name) <= MAX_LEVEL_NAME:
        raise LevelError(LevelFault.NAME_LENGTH)
    others = (one for one in _levels(tx) if one.level_id != level_id)
    if any(one.name.casefold() == name.casefold() for one in others):
        raise LevelError(LevelFault.NAME_TAKEN)
    return name


def _add(tx: Transaction, actor_id: CustomerId, text: str, now: datetime) -> Level:
    levels = _levels(tx)
    if len(levels) >= MAX_LEVELS:
        raise LevelError(LevelFault.TOO_MANY)
    name = _free_name(tx, text)
    position = max((one.position for one in levels), default=0) + 1
    level = Level(tx.prices.add_level(name, position), name, position)
    tx.admin_acts.add(AdminAct(actor_id, "level_add", f"level:{level.level_id}", name, now))
    return level


def _rename(
    tx: Transaction, actor_id: CustomerId, level_id: LevelId, text: str, now: datetime
) -> Level:
    before = _level(tx, level_id)
    level = replace(before, name=_free_name(tx, text, level_id))
    tx.prices.save_level(level)
    detail = f"{before.name} -> {level.name}"
    tx.admin_acts.add(AdminAct(actor_id, "level_rename", f"level:{level_id}", detail, now))
    return level


def _move_up(tx: Transaction, actor_id: CustomerId, level_id: LevelId, now: datetime) -> None:
    level = _level(tx, level_id)
    above = [one for one in _levels(tx) if one.position < level.position]
    if above:
        other = max(above, key=lambda one: one.position)
        tx.prices.save_level(replace(level, position=other.position))
        tx.prices.save_level(replace(other, position=level.position))
        tx.admin_acts.add(AdminAct(actor_id, "level_move", f"level:{level_id}", level.name, now))


def _delete(tx: Transaction, actor_id: CustomerId, level_id: LevelId, now: datetime) -> Level:
    level, count = _level(tx, level_id), tx.prices.customers_with(level_id)
    if count:
        raise LevelError(LevelFault.IN_USE, count)
    for rule in tx.policy.current().prices.of_level(level_id):
        change_rule(tx, actor_id, rule.target, None, now)
    tx.prices.delete_level(level_id)
    tx.admin_acts.add(AdminAct(actor_id, "level_delete", f"level:{level_id}", level.name, now))
    return level
