"""The shop's settings: read in a transaction, and changed by the owner."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.domain.admin_act import CHANGED, AdminAct
from bot.domain.confirmation import Confirmation, ConfirmationKind
from bot.domain.customer import Actor
from bot.domain.dialog import CONVERSATION, Dialog, Step
from bot.domain.errors import ConfirmationOutdatedError
from bot.domain.notice import NoticeKind
from bot.domain.setting_input import require_possible
from bot.domain.shop_rules import ShopRules
from bot.domain.shop_settings import ShopSettings, stored
from bot.domain.staff import Right
from bot.ports.clock import Clock
from bot.ports.ids import Ids
from bot.ports.store import Store, Transaction
from bot.services.confirmations import usable_confirmation
from bot.services.notices import enqueue
from bot.services.permissions import require

MAX_LOGGED = 600
"""How many characters of a value are kept in the log of acts; a QRIS has at most 512."""


@dataclass(frozen=True, slots=True)
class SettingChange:
    """A setting before and after a change."""

    name: str
    before: str | int | bool
    after: str | int | bool
    settings: ShopSettings
    """The settings after it."""


def settings_now(tx: Transaction, rules: ShopRules) -> ShopSettings:
    """Return the shop's settings now."""
    return tx.policy.current().overrides.over(rules.first_settings)


def put_setting(
    tx: Transaction,
    rules: ShopRules,
    actor: Actor,
    name: str,
    value: str | int | bool,
    now: datetime,
) -> SettingChange:
    """Set a setting, and note it with before and after; nothing is noted if it is the same.

    Raises `SettingInputError` for a value that is impossible beside the other settings.
    """
    settings = settings_now(tx, rules)
    before: Any = getattr(settings, name)
    if before != value:
        changed: dict[str, Any] = {name: value}
        require_possible(replace(settings, **changed), name)
        tx.policy.set(name, stored(value), actor.customer_id, now)
        detail = f"{_logged(before)}{CHANGED}{_logged(value)}"
        tx.admin_acts.add(AdminAct(actor.customer_id, "setting", name, detail, now))
    return SettingChange(name, before, value, settings_now(tx, rules))


def _logged(value: str | int | bool) -> str:
    text = stored(value)
    return text if len(text) <= MAX_LOGGED else f"{text[:MAX_LOGGED]}…"


class ChangeSettings:
    """Changes the shop's settings for its owners."""

    def __init__(self, store: Store, rules: ShopRules, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock
        self._ids = ids

    async def ask(self, actor: Actor, name: str, message_id: int | None) -> None:
        """Go to the step SETTING, whose question is message `message_id`."""
        now = self._clock.now()

        def ask(tx: Transaction) -> None:
            require(tx, self._rules, actor, Right.OWNER)
            tx.dialogs.put(
                Dialog(
                    actor.customer_id,
                    CONVERSATION,
                    Step.SETTING,
                    now,
                    message_id=message_id,
                    data={"name": name},
                )
            )

        await self._store.write(ask)

    async def change(self, actor: Actor, name: str, value: str | int | bool) -> SettingChange:
        """Set a setting by which nobody pays, and end the question for it.

        Raises `NotPermittedError`, and `SettingInputError` as `put_setting` does.
        """
        now = self._clock.now()

        def change(tx: Transaction) -> SettingChange:
            require(tx, self._rules, actor, Right.OWNER)
            tx.dialogs.drop(actor.customer_id)
            return put_setting(tx, self._rules, actor, name, value, now)

        return await self._store.write(change)

    async def note_profile(self, actor: Actor, what: str, detail: str = "") -> None:
        """Note that an owner has changed the bot's name or picture, and end the question.

        `detail` says what it was before, and what it is now. Raises `NotPermittedError`.
        """
        now = self._clock.now()

        def note(tx: Transaction) -> None:
            require(tx, self._rules, actor, Right.OWNER)
            tx.dialogs.drop(actor.customer_id)
            tx.admin_acts.add(AdminAct(actor.customer_id, "bot_profile", what, detail, now))

        await self._store.write(note)

    async def propose(
        self, actor: Actor, name: str, value: str | int | bool
    ) -> tuple[str, SettingChange]:
        """Return a one-time token for a change, and what it would change; end the question.

        Raises `NotPermittedError`.
        """
        token, now = self._ids.token(), self._clock.now()

        def propose(tx: Transaction) -> SettingChange:
            require(tx, self._rules, actor, Right.OWNER)
            tx.dialogs.drop(actor.customer_id)
            settings = settings_now(tx, self._rules)
            before: Any = getattr(settings, name)
            payload = {"name": name, "before": stored(before), "after": stored(value)}
            kind = ConfirmationKind.SETTING
            tx.confirmations.add(Confirmation(token, actor.customer_id, kind, payload, now))
            return SettingChange(name, before, value, settings)

        return token, await self._store.write(propose)

    async def apply(self, actor: Actor, token: str) -> SettingChange:
        """Make a proposed change, once, and tell every owner, unless the shop was never opened.

        Raises `NotPermittedError`, `TokenError`, and `ConfirmationOutdatedError` when somebody has
        changed the setting since it was shown.
        """
        now = self._clock.now()

        def apply(tx: Transaction) -> SettingChange:
            require(tx, self._rules, actor, Right.OWNER)
            kind = ConfirmationKind.SETTING
            payload = usable_confirmation(tx, token, actor.customer_id, kind, now).payload
            name = str(payload["name"])
            settings = settings_now(tx, self._rules)
            if stored(getattr(settings, name)) != payload["before"]:
                raise ConfirmationOutdatedError
            change = put_setting(tx, self._rules, actor, name, str(payload["after"]), now)
            tx.confirmations.consume(token, actor.customer_id, now, name)
            if settings.is_set_up:
                tell_owners(tx, self._rules, actor, name, token, now)
            return change

        return await self._store.write(apply)


def tell_owners(
    tx: Transaction, rules: ShopRules, actor: Actor, name: str, key: str, now: datetime
) -> None:
    """Tell every owner that the way in which customers pay was changed, and by whom.

    The one who changed it is told too: it may have been somebody else with their phone.
    """
    data = {"name": name}
    kind, subject = NoticeKind.SETTING_CHANGED, actor.customer_id
    enqueue.notify_admins(tx, rules, kind, f"setting:{key}", subject, now, data)
