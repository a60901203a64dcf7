"""Select what is sold: to whom, under which names and in which order, and what is disrupted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.admin_act import AdminAct
from bot.domain.catalogue import Catalogue, CategoryId, ProductId
from bot.domain.customer import Actor
from bot.domain.dialog import CONVERSATION, Dialog, Step
from bot.domain.errors import NotFoundError
from bot.domain.selection import (
    MAX_NAME_BYTES,
    MAX_NOTE_LENGTH,
    Choice,
    SoldTo,
    Target,
    TypeState,
    category_target,
)
from bot.domain.shop_rules import ShopRules
from bot.domain.staff import Right
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction
from bot.services.catalogue.browse import CatalogueCache
from bot.services.catalogue.selection_state import (
    TargetState,
    disrupted_now,
    state_of,
    type_states,
)
from bot.services.permissions import require


@dataclass(frozen=True, slots=True)
class Changed:
    """A change that was made, and what it changed; the same if it had been made before."""

    before: Choice
    state: TargetState

    @property
    def is_change(self) -> bool:
        """Whether anything is different now."""
        return self.before != self.state.choice


class ProductSelection:
    """The owners' switches: each counts at once, and is recorded with what was before it.

    All methods raise `NotPermittedError`, and `NotFoundError` for what the supplier does not list.
    """

    def __init__(
        self, store: Store, catalogue_cache: CatalogueCache, rules: ShopRules, clock: Clock
    ) -> None:
        self._store = store
        self._catalogue_cache = catalogue_cache
        self._rules = rules
        self._clock = clock

    async def types(self, actor: Actor, order: Iterable[CategoryId] = ()) -> list[TypeState]:
        """Return all types of the list; `order` is that of types without a place of their own."""

        def read(tx: Transaction) -> list[TypeState]:
            require(tx, self._rules, actor, Right.OWNER)
            return type_states(tx, self._catalogue_cache.catalogue, order)

        return await self._store.read(read)

    async def disrupted(self, actor: Actor) -> list[TargetState]:
        """Return the targets that are marked as disrupted, the newest mark first."""

        def read(tx: Transaction) -> list[TargetState]:
            require(tx, self._rules, actor, Right.OWNER)
            return disrupted_now(tx, self._catalogue_cache.catalogue)

        return await self._store.read(read)

    async def state(self, actor: Actor, target: Target) -> TargetState:
        """Return a product or a category as it is now."""

        def read(tx: Transaction) -> TargetState:
            require(tx, self._rules, actor, Right.OWNER)
            return state_of(tx, self._catalogue_cache.catalogue, target)

        return await self._store.read(read)

    async def sell_to(self, actor: Actor, target: Target, sold_to: SoldTo) -> Changed:
        """Decide who may buy a product, or what is in a category."""

        def sell(choice: Choice) -> Choice:
            return replace(choice, sold_to=sold_to)

        return await self._change(actor, target, "sell_to", sell)

    async def disrupt(self, actor: Actor, target: Target, since: datetime | None = None) -> Changed:
        """Mark a target as disrupted, unless it is.

        With `since`, an ended disruption goes on as if it had not ended, with its note.
        """
        now = self._clock.now()

        def disrupt(choice: Choice) -> Choice:
            if choice.disrupted_at is not None:
                return choice
            note = "" if since is None else choice.note
            return replace(choice, disrupted_at=since or now, note=note)

        return await self._change(actor, target, "disrupt", disrupt)

    async def end_disruption(self, actor: Actor, target: Target) -> Changed:
        """End the disruption of a target; who asked to be told is told."""

        def end(choice: Choice) -> Choice:
            return replace(choice, disrupted_at=None)

        return await self._change(actor, target, "end_disruption", end)

    async def note(self, actor: Actor, target: Target, note: str) -> Changed:
        """Tell customers about a disruption in the owner's words; empty: in none."""

        def write(choice: Choice) -> Choice:
            return replace(choice, note=_one_line(note)[:MAX_NOTE_LENGTH])

        return await self._change(actor, target, "disruption_note", write)

    async def rename(self, actor: Actor, category_id: CategoryId, name: str) -> Changed:
        """Give a type a name; an empty one is the usual name."""

        def rename(choice: Choice) -> Choice:
            return replace(choice, name=own_name(name))

        return await self._change(actor, category_target(category_id), "rename_type", rename)

    async def place(
        self, actor: Actor, category_id: CategoryId, position: int, order: Iterable[CategoryId]
    ) -> int:
        """Move a type to a position, from 0, in the order that is shown; return the last one.

        `order` is that of types without a place of their own. A position out of range is the
        nearest one.
        """
        now = self._clock.now()

        def place(tx: Transaction) -> int:
            require(tx, self._rules, actor, Right.OWNER)
            types = type_states(tx, self._catalogue_cache.catalogue, order)
            ids = [one.category.category_id for one in types]
            if category_id not in ids:
                raise NotFoundError
            before = ids.index(category_id)
            ids.insert(max(0, min(position, len(ids) - 1)), ids.pop(before))
            _store_order(tx, ids)
            after = ids.index(category_id)
            if after != before:
                name = types[before].category.name
                detail = f"{before + 1} -> {after + 1}"
                tx.admin_acts.add(AdminAct(actor.customer_id, "place_type", name, detail, now))
            return before

        before = await self._store.write(place)
        await self._show()
        return before

    async def ask(
        self, actor: Actor, target: Target, message_id: int | None, *, for_name: bool
    ) -> TargetState:
        """Wait for a typed name of a type, or for a typed note of a disruption."""
        data = {
            "is_product": int(target.is_product),
            "target_id": target.target_id,
            "for_name": int(for_name),
        }
        now = self._clock.now()
        step = Step.SELECTION
        dialog = Dialog(actor.customer_id, CONVERSATION, step, now, None, message_id, data)

        def ask(tx: Transaction) -> TargetState:
            require(tx, self._rules, actor, Right.OWNER)
            state = state_of(tx, self._catalogue_cache.catalogue, target)
            tx.dialogs.put(dialog)
            return state

        return await self._store.write(ask)

    async def _change(
        self, actor: Actor, target: Target, action: str, change: Callable[[Choice], Choice]
    ) -> Changed:
        catalogue, now = self._catalogue_cache.catalogue, self._clock.now()
        changed = await self._store.write(
            change_choice, self._rules, actor, catalogue, target, (action, change), now
        )
        await self._show()
        return changed

    async def _show(self) -> None:
        """Show the catalogue by the policy that was just changed."""
        self._catalogue_cache.policy = await self._store.read(lambda tx: tx.policy.current())


def change_choice(
    tx: Transaction,
    rules: ShopRules,
    actor: Actor,
    catalogue: Catalogue | None,
    target: Target,
    act: tuple[str, Callable[[Choice], Choice]],
    now: datetime,
) -> Changed:
    """Change what is decided about a target; `act` is the name of the change and the change."""
    require(tx, rules, actor, Right.OWNER)
    state = state_of(tx, catalogue, target)
    action, change = act
    before, after = state.choice, change(state.choice)
    if after == before:
        return Changed(before, state)
    _record(tx, target, after)
    _log(tx, actor, action, _subject(state), (before, after), now)
    return Changed(before, state_of(tx, catalogue, target))


def own_name(name: str) -> str:
    """Return a typed name on one line, cut so that a button can carry it."""
    return _one_line(name).encode()[:MAX_NAME_BYTES].decode(errors="ignore").strip()


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _store_order(tx: Transaction, ids: Sequence[CategoryId]) -> None:
    """Give all types their places."""
    selection = tx.policy.current().selection
    for position, category_id in enumerate(ids):
        choice = selection.of_category(category_id)
        if choice.position != position:
            tx.selection.put_category(category_id, replace(choice, position=position))


def _record(tx: Transaction, target: Target, after: Choice) -> None:
    if target.category_id is None:
        tx.selection.put_product(ProductId(target.target_id), after)
    else:
        tx.selection.put_category(target.category_id, after)


def _subject(state: TargetState) -> str:
    """Return the code of a product, or the supplier's names down to a category."""
    if state.product is not None:
        return state.product.listing.code
    return " / ".join(one.name for one in state.path)


def _log(
    tx: Transaction,
    actor: Actor,
    action: str,
    subject: str,
    values: tuple[Choice, Choice],
    now: datetime,
) -> None:
    """Record an act with the values before and after it."""
    before, after = values
    detail = f"{_written(action, before)} -> {_written(action, after)}"
    tx.admin_acts.add(AdminAct(actor.customer_id, action, subject, detail, now))


def _written(action: str, choice: Choice) -> str:
    """Return the value of a choice that an act changes."""
    if action == "sell_to":
        return choice.sold_to
    if action == "rename_type":
        return choice.name or "-"
    if action == "disruption_note":
        return choice.note or "-"
    return "normal" if choice.disrupted_at is None else "disrupted"
