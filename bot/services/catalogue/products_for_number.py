"""Fitting: what can be bought for a number, by the operator that it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.domain.catalogue import Catalogue, Category
from bot.domain.destination import DestinationKind
from bot.domain.money import Rupiah
from bot.domain.search.query import rupiah_of
from bot.domain.shop_rules import ShopRules
from bot.domain.typed_input.phone_number import KnownNumber
from bot.ports.clock import Clock
from bot.services.catalogue.browse import Offer, Shelf, offer_of

PULSA = "pulsa-reguler"
"""The type that is offered at once, since most numbers are sent for it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A brand of a type that fits a number."""

    type: Category
    brand: Category


@dataclass(frozen=True, slots=True)
class Fitting:
    """What fits a number as a phone, or as a meter."""

    kind: DestinationKind
    destination: str
    choices: Sequence[Choice]
    """In the order of the supplier's list."""
    at_once: Sequence[Offer]
    """Pulsa of its brand, where that is one: available, cheapest first.

    Those of the nominal that was sent with the number come before, of each of its brands.
    """
    wallets: Sequence[Category] = ()
    """Types that go to any phone number, whatever its operator: e-money."""


class Fit:
    """Answers from memory, as browsing does."""

    def __init__(self, shelf: Shelf, rules: ShopRules, clock: Clock) -> None:
        """Read `shelf` at every call."""
        self._shelf = shelf
        self._rules = rules
        self._clock = clock

    def phone(self, number: KnownNumber) -> Fitting | None:
        """Return what goes to a phone number; None where it is none."""
        if number.phone is None:
            return None
        brands = number.brands
        choices = self._choices(DestinationKind.PHONE, brands) if brands else []
        mains = {choice.brand.name for choice in choices}
        pulsa = self._pulsa(choices)
        asked = _worth(pulsa, number.nominal)
        others = [one for one in pulsa if one not in asked] if len(mains) == 1 else []
        at_once = [*asked, *others]
        return Fitting(DestinationKind.PHONE, number.phone, choices, at_once, self._wallets())

    def meter(self, number: KnownNumber) -> Fitting | None:
        """Return what goes to an electricity meter; None where it is none."""
        if number.meter is None:
            return None
        choices = self._choices(DestinationKind.METER, None)
        tokens = self._offers(choices) if len(choices) == 1 else []
        asked = _worth(tokens, number.nominal)
        at_once = [*asked, *(one for one in tokens if one not in asked)]
        return Fitting(DestinationKind.METER, number.meter, choices, at_once)

    def _choices(self, kind: DestinationKind, brands: frozenset[str] | None) -> list[Choice]:
        catalogue = self._shelf.catalogue
        if catalogue is None:
            return []
        return [
            choice
            for choice in _brands(catalogue)
            if self._rules.profile.kind_of(choice.type.name, choice.brand.name) is kind
            and (brands is None or choice.brand.name in brands)
        ]

    def _wallets(self) -> list[Category]:
        prefixes = self._rules.profile.prefixes
        choices = self._choices(DestinationKind.PHONE, None)
        of_operators = {one.type for one in choices if one.brand.name in prefixes}
        return [
            kind for kind in dict.fromkeys(one.type for one in choices) if kind not in of_operators
        ]

    def _pulsa(self, choices: Iterable[Choice]) -> list[Offer]:
        return self._offers(choice for choice in choices if choice.type.name == PULSA)

    def _offers(self, choices: Iterable[Choice]) -> list[Offer]:
        catalogue, now = self._shelf.catalogue, self._clock.now()
        if catalogue is None:
            return []
        offers = [
            offer_of(product, self._rules, now, self._shelf.withheld)
            for choice in choices
            for product in catalogue.products_below(choice.brand.category_id)
        ]
        return sorted((one for one in offers if one.is_available), key=lambda one: one.price)


def _worth(offers: Iterable[Offer], nominal: Rupiah | None) -> list[Offer]:
    return [one for one in offers if nominal in rupiah_of(one.product.listing.name)]


def _brands(catalogue: Catalogue) -> Iterator[Choice]:
    for category in catalogue.children(None):
        for brand in catalogue.children(category.category_id):
            yield Choice(category, brand)
