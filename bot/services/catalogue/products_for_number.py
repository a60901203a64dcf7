"""Find the products for a phone or meter number, by the operator of its prefix."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.domain.catalogue import Catalogue, Category
from bot.domain.destination import DestinationKind
from bot.domain.money import Rupiah
from bot.domain.search.query import rupiah_amounts
from bot.domain.shop_rules import ShopRules
from bot.domain.typed_input.phone_number import ParsedNumber
from bot.ports.clock import Clock
from bot.services.catalogue.browse import CatalogueCache, Offer, offer_of

PULSA = "pulsa-reguler"
"""The type whose offers are shown at once: most numbers are sent for regular pulsa."""


@dataclass(frozen=True, slots=True)
class BrandOfType:
    """A brand of a type whose products can go to the number."""

    type: Category
    brand: Category


@dataclass(frozen=True, slots=True)
class ProductsForNumber:
    """The products for a number, read either as a phone or as a meter number."""

    kind: DestinationKind
    destination: str
    choices: Sequence[BrandOfType]
    """In the order of the supplier's list."""
    at_once: Sequence[Offer]
    """Available offers to show without another choice, cheapest first.

    For a phone: regular pulsa of the amount that was sent with the number, of all its brands,
    then other pulsa if it has one brand. For a meter: tokens, those of the amount first.
    """
    wallets: Sequence[Category] = ()
    """Types whose products go to phone numbers of all operators: e-money."""


class NumberProducts:
    """Finds the products that can go to a typed number, in the catalogue in memory."""

    def __init__(self, catalogue_cache: CatalogueCache, rules: ShopRules, clock: Clock) -> None:
        self._catalogue_cache = catalogue_cache
        self._rules = rules
        self._clock = clock

    def phone(self, number: ParsedNumber) -> ProductsForNumber | None:
        """Return the products for a phone number; None when it is not a phone number."""
        if number.phone is None:
            return None
        brands = number.brands
        choices = self._choices(DestinationKind.PHONE, brands) if brands else []
        mains = {choice.brand.name for choice in choices}
        pulsa = self._pulsa(choices)
        of_amount = _of_amount(pulsa, number.nominal)
        others = [one for one in pulsa if one not in of_amount] if len(mains) == 1 else []
        at_once = [*of_amount, *others]
        return ProductsForNumber(
            DestinationKind.PHONE, number.phone, choices, at_once, self._wallets()
        )

    def meter(self, number: ParsedNumber) -> ProductsForNumber | None:
        """Return the products for a meter; None when it is not a meter number."""
        if number.meter is None:
            return None
        choices = self._choices(DestinationKind.METER, None)
        tokens = self._offers(choices) if len(choices) == 1 else []
        of_amount = _of_amount(tokens, number.nominal)
        at_once = [*of_amount, *(one for one in tokens if one not in of_amount)]
        return ProductsForNumber(DestinationKind.METER, number.meter, choices, at_once)

    def _choices(self, kind: DestinationKind, brands: frozenset[str] | None) -> list[BrandOfType]:
        catalogue = self._catalogue_cache.catalogue
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

    def _pulsa(self, choices: Iterable[BrandOfType]) -> list[Offer]:
        return self._offers(choice for choice in choices if choice.type.name == PULSA)

    def _offers(self, choices: Iterable[BrandOfType]) -> list[Offer]:
        catalogue, now = self._catalogue_cache.catalogue, self._clock.now()
        if catalogue is None:
            return []
        offers = [
            offer_of(product, self._rules, now, self._catalogue_cache.withheld)
            for choice in choices
            for product in catalogue.products_below(choice.brand.category_id)
        ]
        return sorted((one for one in offers if one.is_available), key=lambda one: one.price)


def _of_amount(offers: Iterable[Offer], nominal: Rupiah | None) -> list[Offer]:
    return [one for one in offers if nominal in rupiah_amounts(one.product.listing.name)]


def _brands(catalogue: Catalogue) -> Iterator[BrandOfType]:
    for category in catalogue.children(None):
        for brand in catalogue.children(category.category_id):
            yield BrandOfType(category, brand)
