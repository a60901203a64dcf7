"""Owners change the rules of the prices: shown first, applied by one button, taken back by one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.admin_act import AdminAct
from bot.domain.catalogue import Catalogue, CategoryId, Product, ProductId
from bot.domain.confirmation import Confirmation, ConfirmationKind
from bot.domain.customer import Actor
from bot.domain.errors import ConfirmationOutdatedError, NotFoundError
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from bot.domain.price_change import NO_CHANGE, PriceChange, PriceChangeId
from bot.domain.price_preview import PricePreview, preview_of
from bot.domain.prices import (
    Discount,
    FixedPrice,
    Prices,
    Pricing,
    Rule,
    Target,
    Tariff,
    pricing_in,
    shorthand,
    tariff_of,
    written,
)
from bot.domain.shop_rules import ShopRules
from bot.domain.staff import Right
from bot.domain.viewer import LevelId
from bot.ports.clock import Clock
from bot.ports.ids import Ids
from bot.ports.store import Store, Transaction
from bot.services.catalogue.browse import CatalogueCache
from bot.services.confirmations import unused_confirmation, usable_confirmation
from bot.services.permissions import permitted, require

ORDERS_COUNTED = 2_000
"""The best sellers of a preview are those of the newest orders, so many."""


@dataclass(frozen=True, slots=True)
class ProposedPrice:
    """A change of a rule as shown to an owner, before the confirm button is pressed."""

    token: str
    target: Target
    before: Pricing | None
    pricing: Pricing | None
    """None: the rule is taken away."""
    preview: PricePreview
    prices: Prices
    """The prices in force, with the names of the levels."""


@dataclass(frozen=True, slots=True)
class _Proposal:
    """What a transaction knows of a proposed change."""

    token: str
    target: Target
    pricing: Pricing | None
    prices: Prices
    sold: Mapping[ProductId, int]


class PriceRules:
    """The rules of the prices; each change needs an owner, and raises `NotPermittedError`."""

    def __init__(
        self,
        store: Store,
        catalogue_cache: CatalogueCache,
        rules: ShopRules,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._store = store
        self._catalogue_cache = catalogue_cache
        self._rules = rules
        self._clock = clock
        self._ids = ids

    async def last_change(self, actor: Actor) -> PriceChange | None:
        """Return the newest change of a rule, which can be taken back."""
        read = permitted(lambda tx: tx.prices.last_change(), self._rules, actor, Right.COSTS)
        return await self._store.read(read)

    async def propose(self, actor: Actor, target: Target, pricing: Pricing | None) -> ProposedPrice:
        """Store a one-time token for a rule (None: for taking it away), and return its effect.

        Raises `NotFoundError` for a level, category or product that does not exist, for a discount
        for everybody, for a fixed price of more than one product.
        """
        token, now = self._ids.token(), self._clock.now()
        proposal = await self._store.write(self._propose, actor, target, pricing, token, now)
        return await self._with_preview(proposal)

    async def shown(self, actor: Actor, token: str) -> ProposedPrice:
        """Return a proposed change again, by the rules of now; raises `TokenError`."""
        return await self._with_preview(await self._store.read(self._shown, actor, token))

    async def repeat(
        self,
        actor: Actor,
        token: str,
        *,
        round_to: int | None = None,
        least: Rupiah | None = None,
    ) -> ProposedPrice:
        """Propose the change of an unused token anew, with another rounding or least margin.

        Raises `TokenError`, and what `propose` raises.
        """
        proposal = await self._store.read(self._shown, actor, token)
        pricing = proposal.pricing
        if isinstance(pricing, Tariff):
            pricing = replace(
                pricing,
                round_to=pricing.round_to if round_to is None else round_to,
                least=pricing.least if least is None else least,
            )
        return await self.propose(actor, proposal.target, pricing)

    async def apply(self, actor: Actor, token: str) -> PriceChange:
        """Make a proposed change, once.

        Raises `TokenError` (USED with the id of the change), `NotFoundError`, and
        `ConfirmationOutdatedError` when a rule was changed since the proposal.
        """
        return await self._store.write(self._apply, actor, token, self._clock.now())

    async def undo(self, actor: Actor, change_id: PriceChangeId) -> PriceChange:
        """Take a change back, if it is the last; that is a change, too.

        Raises `ConfirmationOutdatedError` when something was changed since.
        """
        return await self._store.write(self._undo, actor, change_id, self._clock.now())

    def tariff_before(self, prices: Prices, target: Target) -> Tariff:
        """Return the tariff from which a rule for `target` takes its rounding and least margin."""
        own = prices.rule_at(target)
        general = prices.rule_at(Target())
        for rule in (own, general):
            if rule is not None and isinstance(rule.pricing, Tariff):
                return rule.pricing
        return tariff_of(self._rules.markup)

    def _propose(
        self,
        tx: Transaction,
        actor: Actor,
        target: Target,
        pricing: Pricing | None,
        token: str,
        now: datetime,
    ) -> _Proposal:
        require(tx, self._rules, actor, Right.OWNER)
        _require_sound(tx, self._listed(), target, pricing)
        payload: dict[str, str | int] = {
            "level": target.level_id or 0,
            "category": target.category_id or 0,
            "product": target.product_id or 0,
            "pricing": written(pricing),
            "last": _last_change(tx),
        }
        kind = ConfirmationKind.PRICE
        tx.confirmations.add(Confirmation(token, actor.customer_id, kind, payload, now))
        return _proposal(tx, token, payload)

    def _shown(self, tx: Transaction, actor: Actor, token: str) -> _Proposal:
        require(tx, self._rules, actor, Right.OWNER)
        kind = ConfirmationKind.PRICE
        return _proposal(tx, token, unused_confirmation(tx, token, actor.customer_id, kind).payload)

    async def _with_preview(self, proposal: _Proposal) -> ProposedPrice:
        target, prices = proposal.target, proposal.prices
        catalogue, after = self._listed(), prices.without(target)
        if proposal.pricing is not None:
            after = prices.with_rule(Rule(target, proposal.pricing, _path(catalogue, target)))
        preview = await asyncio.to_thread(
            preview_of,
            list(_products_of(catalogue, target)),
            target,
            prices,
            after,
            self._rules.markup,
            proposal.sold,
        )
        before = prices.rule_at(target)
        return ProposedPrice(
            proposal.token,
            target,
            None if before is None else before.pricing,
            proposal.pricing,
            preview,
            prices,
        )

    def _apply(self, tx: Transaction, actor: Actor, token: str, now: datetime) -> PriceChange:
        require(tx, self._rules, actor, Right.OWNER)
        actor_id, kind = actor.customer_id, ConfirmationKind.PRICE
        payload = usable_confirmation(tx, token, actor_id, kind, now).payload
        if payload["last"] != _last_change(tx):
            raise ConfirmationOutdatedError
        target, pricing = _target(payload), pricing_in(str(payload["pricing"]))
        _require_sound(tx, self._listed(), target, pricing)
        change = change_rule(tx, actor_id, target, pricing, now)
        tx.confirmations.consume(token, actor_id, now, str(change.change_id))
        return change

    def _undo(
        self, tx: Transaction, actor: Actor, change_id: PriceChangeId, now: datetime
    ) -> PriceChange:
        require(tx, self._rules, actor, Right.OWNER)
        last = tx.prices.last_change()
        if last is None or last.change_id != change_id or not _has_level(tx, last.target):
            raise ConfirmationOutdatedError
        return change_rule(tx, actor.customer_id, last.target, last.pricing_before, now)

    def _listed(self) -> Catalogue:
        """Return the list in memory; raises `NotFoundError` if there is none yet."""
        catalogue = self._catalogue_cache.catalogue
        if catalogue is None:
            raise NotFoundError
        return catalogue


def change_rule(
    tx: Transaction, actor_id: CustomerId, target: Target, pricing: Pricing | None, now: datetime
) -> PriceChange:
    """Change the rule for a target, and record who did so, with the terms before and after."""
    known = tx.policy.current().prices.rule_at(target)
    before = None if known is None else known.pricing
    tx.prices.put(target, pricing)
    change = tx.prices.add_change(
        PriceChange(
            NO_CHANGE,
            target.level_id,
            target.category_id,
            target.product_id,
            written(before),
            written(pricing),
            actor_id,
            now,
        )
    )
    detail = f"{shorthand(before)} -> {shorthand(pricing)}"
    tx.admin_acts.add(AdminAct(actor_id, "price", _subject(tx, target), detail, now))
    return change


def _subject(tx: Transaction, target: Target) -> str:
    """Return what a rule is for, as the log of acts names it: the supplier's code or names."""
    subject = "*"
    if target.product_id is not None:
        product = tx.catalogue.product(target.product_id)
        subject = "" if product is None else product.listing.code
    elif target.category_id is not None:
        subject = "/".join(_names_of(tx, target.category_id))
    level = tx.policy.current().prices.level(target.level_id)
    return subject if level is None else f"{subject} ({level.name})"


def _names_of(tx: Transaction, category_id: CategoryId) -> list[str]:
    """Return the supplier's names of a category and those above it, the type first."""
    known = {one.category_id: one for one in tx.catalogue.categories()}
    names: list[str] = []
    current: CategoryId | None = category_id
    while current is not None:
        names.insert(0, known[current].name)
        current = known[current].parent_id
    return names


def _require_sound(
    tx: Transaction, catalogue: Catalogue, target: Target, pricing: Pricing | None
) -> None:
    """Raise `NotFoundError` unless a rule's target exists and can have such a pricing."""
    is_for_all = isinstance(pricing, Discount) and target.level_id is None
    if is_for_all or (isinstance(pricing, FixedPrice) and target.product_id is None):
        raise NotFoundError
    if target.product_id is not None and catalogue.product(target.product_id) is None:
        raise NotFoundError
    if target.category_id is not None and not catalogue.path_of(target.category_id):
        raise NotFoundError
    if not _has_level(tx, target):
        raise NotFoundError


def _has_level(tx: Transaction, target: Target) -> bool:
    level_id = target.level_id
    return level_id is None or tx.policy.current().prices.level(level_id) is not None


def _last_change(tx: Transaction) -> PriceChangeId:
    last = tx.prices.last_change()
    return NO_CHANGE if last is None else last.change_id


def _proposal(tx: Transaction, token: str, payload: Mapping[str, str | int]) -> _Proposal:
    prices, sold = tx.policy.current().prices, tx.prices.bought_lately(ORDERS_COUNTED)
    pricing = pricing_in(str(payload["pricing"]))
    return _Proposal(token, _target(payload), pricing, prices, sold)


def _target(payload: Mapping[str, str | int]) -> Target:
    level, category, product = (int(payload[name]) for name in ("level", "category", "product"))
    return target_of(level, category, product)


def target_of(level: int, category: int, product: int) -> Target:
    """Return a target by its ids, of which 0 means everybody or everything."""
    return Target(
        LevelId(level) if level else None,
        CategoryId(category) if category else None,
        ProductId(product) if product else None,
    )


def _path(catalogue: Catalogue, target: Target) -> tuple[str, ...]:
    if target.category_id is None:
        return ()
    return tuple(category.name for category in catalogue.path_of(target.category_id))


def _products_of(catalogue: Catalogue, target: Target) -> Iterable[Product]:
    if target.product_id is not None:
        product = catalogue.product(target.product_id)
        return () if product is None else (product,)
    if target.category_id is not None:
        return catalogue.products_below(target.category_id)
    return catalogue.products.values()
