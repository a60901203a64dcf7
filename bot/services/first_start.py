"""The first start of a shop: the owner's steps, and the opening."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from bot.domain.admin_act import AdminAct
from bot.domain.customer import Actor
from bot.domain.dialog import CONVERSATION, Dialog, Step
from bot.domain.first_start import SetupStep
from bot.domain.money import Rupiah
from bot.domain.policy import Policy
from bot.domain.prices import Band, Target, Tariff
from bot.domain.shop_rules import ShopRules
from bot.domain.staff import Right
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction
from bot.services.notices import enqueue
from bot.services.permissions import require
from bot.services.prices.rules import change_rule
from bot.services.shop_settings import put_setting, settings_now


class FirstStart:
    """Leads an owner through the first start. Raises `NotPermittedError` for everybody else."""

    def __init__(self, store: Store, rules: ShopRules, clock: Clock) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock

    async def go_to(self, actor: Actor, step: SetupStep) -> None:
        """Store the step that comes next, so that the owner can go on from it at any time."""
        now = self._clock.now()

        def go(tx: Transaction) -> None:
            require(tx, self._rules, actor, Right.OWNER)
            tx.dialogs.drop(actor.customer_id)
            if settings_now(tx, self._rules).setup_step != step:
                tx.policy.set("setup_step", str(int(step)), actor.customer_id, now)

        await self._store.write(go)

    async def ask(self, actor: Actor, step: SetupStep, message_id: int | None) -> None:
        """Wait for the typed answer to a step, whose question is message `message_id`."""
        dialog = Dialog(
            actor.customer_id,
            CONVERSATION,
            Step.FIRST_START,
            self._clock.now(),
            message_id=message_id,
            data={"step": int(step)},
        )

        def ask(tx: Transaction) -> None:
            require(tx, self._rules, actor, Right.OWNER)
            tx.dialogs.put(dialog)

        await self._store.write(ask)

    async def change(self, actor: Actor, name: str, value: str, step: SetupStep) -> None:
        """Set a setting that was asked for in a step, and go to the next one."""
        now = self._clock.now()

        def change(tx: Transaction) -> None:
            require(tx, self._rules, actor, Right.OWNER)
            tx.dialogs.drop(actor.customer_id)
            put_setting(tx, self._rules, actor, name, value, now)
            tx.policy.set("setup_step", str(int(step.next)), actor.customer_id, now)

        await self._store.write(change)

    def profit(self, policy: Policy) -> tuple[Rupiah, Decimal] | None:
        """Return the profit on everything, as rupiah and percent of the cost.

        None where the owner has made a rule for it with bands.
        """
        markup, rule = self._rules.markup, policy.prices.rule_at(Target())
        if rule is None:
            return markup.flat, markup.percent
        bands = rule.pricing.bands if isinstance(rule.pricing, Tariff) else ()
        return (bands[0].flat, bands[0].percent) if len(bands) == 1 else None

    async def set_profit(self, actor: Actor, flat: Rupiah, percent: Decimal) -> None:
        """Set the profit on everything, for everybody; it can be taken back as any other rule."""
        tariff = Tariff((Band(None, flat, percent),), self._rules.markup.round_to)
        now = self._clock.now()

        def put(tx: Transaction) -> None:
            require(tx, self._rules, actor, Right.OWNER)
            change_rule(tx, actor.customer_id, Target(), tariff, now)

        await self._store.write(put)

    async def open(self, actor: Actor) -> bool:
        """Open the shop; return whether it was closed until now."""
        return await self._store.write(_open, self._rules, actor, self._clock.now())


def _open(tx: Transaction, rules: ShopRules, actor: Actor, now: datetime) -> bool:
    require(tx, rules, actor, Right.OWNER)
    tx.dialogs.drop(actor.customer_id)
    if settings_now(tx, rules).is_set_up:
        return False
    tx.policy.set("is_set_up", "1", actor.customer_id, now)
    enqueue.notify_reopened(tx, now)
    tx.admin_acts.add(AdminAct(actor.customer_id, "open_shop", "shop", "", now))
    return True
