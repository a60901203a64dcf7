"""Watch the brands: propose to mark one as disrupted when most of its orders begin to fail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.domain.catalogue import Catalogue, CategoryId
from bot.domain.notice import NoticeKind
from bot.domain.sales import BrandOutcomes
from bot.domain.selection import Selection, SoldTo
from bot.domain.shop_rules import ShopRules
from bot.ports.clock import Clock
from bot.ports.store import Store, Transaction
from bot.services.catalogue.browse import CatalogueCache
from bot.services.notices import enqueue

log = structlog.get_logger(__name__)

WATCH_EVERY_SECONDS = 300.0
RECENT = timedelta(hours=2)
"""The orders that ended within this time decide whether a brand fails now."""
BEFORE = timedelta(days=1)
"""The time before that, in which the brand has to have worked."""
PROPOSED_EVERY = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class FailingBrand:
    """A brand of which most recent orders failed, while it worked before."""

    category_id: CategoryId
    recent: BrandOutcomes


class WatchBrands:
    """Proposes disruptions to the owners; they decide, and they end them."""

    def __init__(
        self, store: Store, catalogue_cache: CatalogueCache, rules: ShopRules, clock: Clock
    ) -> None:
        self._store = store
        self._catalogue_cache = catalogue_cache
        self._rules = rules
        self._clock = clock

    async def step(self) -> float:
        """Propose what is due; return the seconds until the next look."""
        catalogue, now = self._catalogue_cache.catalogue, self._clock.now()
        if catalogue is not None:
            failing = await self._store.read(failing_brands, catalogue, now)
            if failing:
                await self._store.write(self._propose, catalogue, now)
        return WATCH_EVERY_SECONDS

    def _propose(self, tx: Transaction, catalogue: Catalogue, now: datetime) -> None:
        for one in failing_brands(tx, catalogue, now):
            enqueue.propose_disruption(tx, self._rules, one.category_id, one.recent, now)
            log.warning("brand_fails", brand=one.recent.main, failed=one.recent.failed)


def failing_brands(tx: Transaction, catalogue: Catalogue, now: datetime) -> list[FailingBrand]:
    """Return the brands that are to be proposed now.

    Left out are brands that were proposed within six hours, that are marked already, or that nobody
    may buy.
    """
    recent = tx.orders.outcomes_by_brand(now - RECENT, now + timedelta(seconds=1))
    failing = [one for one in recent if one.mostly_fail]
    if not failing:
        return []
    earlier = tx.orders.outcomes_by_brand(now - RECENT - BEFORE, now - RECENT)
    worked = {(one.category_type, one.main) for one in earlier if one.mostly_succeed}
    selection, found = tx.policy.current().selection, []
    for one in failing:
        if (one.category_type, one.main) not in worked:
            continue
        category_id = _to_be_marked(catalogue, selection, one)
        if category_id is not None and not _was_proposed(tx, category_id, now):
            found.append(FailingBrand(category_id, one))
    return found


def _to_be_marked(
    catalogue: Catalogue, selection: Selection, brand: BrandOutcomes
) -> CategoryId | None:
    """Return the id of a brand that is listed, sold to somebody and not marked yet."""
    for type_ in catalogue.children(None):
        if type_.name != brand.category_type:
            continue
        for category in catalogue.children(type_.category_id):
            choices = [
                selection.of_category(one) for one in (type_.category_id, category.category_id)
            ]
            is_settled = any(
                one.disruption is not None or one.sold_to is SoldTo.NOBODY for one in choices
            )
            if category.name == brand.main:
                return None if is_settled else category.category_id
    return None


def _was_proposed(tx: Transaction, category_id: CategoryId, now: datetime) -> bool:
    notices = tx.outbox.about(NoticeKind.DISRUPTION_PROPOSED, category_id)
    return any(timedelta(0) <= now - one.created_at < PROPOSED_EVERY for one in notices)
