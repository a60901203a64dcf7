"""The same thing from several sources: the supplier lists it as often, a screen shows it once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.domain.catalogue import Product
from bot.domain.errors import UnavailableReason
from bot.services.browse import Offer
from handlers.texts.names import short_name

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
    """The other sources of all these, those that can be bought first: nothing is left out."""


def grouped(
    offers: Iterable[Offer],
    name_of: Callable[[Product], str] = short_name,
    *,
    across_subs: bool = False,
) -> Grouped:
    """Group offers, the cheapest first, by type, brand, sub and the name that is shown.

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
        others=sorted((one for same in names for one in same[1:]), key=_worth),
    )


def _worth(offer: Offer) -> int:
    return _WORTH.get(offer.unavailable, len(_WORTH))


def _is_empty(offer: Offer) -> bool:
    return _worth(offer) == len(_WORTH)
