"""The same thing from several sources: the list has each of them, a screen shows it once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.domain.catalogue import Product
from bot.domain.errors import UnavailableReason
from bot.services.catalogue.browse import Offer
from handlers.ui.product_names import short_name

_WORTH = {None: 0, UnavailableReason.CLOSED: 1}
"""What stands for its namesakes: what can be bought, else what opens again, else anything."""


@dataclass(frozen=True, slots=True)
class Grouped:
    """Offers of which each name is shown once."""

    first: Sequence[Offer]
    """For each name the cheapest that can be bought; where there is none, one that opens again."""
    empty: Sequence[Offer]
    """One for each name that is out of stock from every source."""
    others: Sequence[Offer]
    """Other offers of these names, those that can be bought first.

    For customers those that differ in price or description: of what is the same there the one
    that can be bought stands for all. For admins every source.
    """


def grouped(
    offers: Iterable[Offer],
    name_of: Callable[[Product], str] = short_name,
    *,
    across_subs: bool = False,
    with_all: bool = False,
) -> Grouped:
    """Group offers, the cheapest first, by type, brand, sub and the name that is shown.

    `with_all`: every source is among the others, as admins see them.

    `across_subs`: whatever the sub, where a few are offered before anybody looks at the shelves.
    """
    sources: dict[tuple[str, ...], list[Offer]] = {}
    for offer in offers:
        path = offer.product.listing.path
        key = (*(path[:2] if across_subs else path), name_of(offer.product).casefold())
        sources.setdefault(key, []).append(offer)
    names = [sorted(same, key=_worth) for same in sources.values()]
    return Grouped(
        first=sorted((same[0] for same in names if not _is_empty(same[0])), key=_worth),
        empty=[same[0] for same in names if _is_empty(same[0])],
        others=sorted(
            (one for same in names for one in (same[1:] if with_all else _options(same))),
            key=_worth,
        ),
    )


def _options(same: Sequence[Offer]) -> list[Offer]:
    """Return what is not the first, and not as good as another one that comes before it."""
    kinds: dict[tuple[int, str], Offer] = {}
    for offer in same:
        description = " ".join(offer.description.casefold().split())
        kinds.setdefault((offer.price, description), offer)
    return [one for one in list(kinds.values())[1:] if not _is_empty(one)]


def _worth(offer: Offer) -> int:
    return _WORTH.get(offer.unavailable, len(_WORTH))


def _is_empty(offer: Offer) -> bool:
    return _worth(offer) == len(_WORTH)
