"""Find the products for a phone or meter number, by the operator of its prefix."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from bot.domain.catalogue import Category
from bot.domain.destination import DestinationKind
from bot.domain.money import Rupiah
from bot.domain.search.query import rupiah_amounts
from bot.domain.shop_rules import ShopRules
from bot.domain.typed_input.phone_number import ParsedNumber
from bot.domain.viewer import EVERYBODY, Viewer
from bot.ports.clock import Clock
from bot.services.catalogue.browse import Assortment, CatalogueCache, Offer
from bot.services.catalogue.kept import Kept

PULSA = "pulsa-reguler"
"""The type whose offers are shown at once: most numbers are sent for regular pulsa."""
MAX_KEPT = 256
"""How many combinations of operators and an amount are kept."""
_Key: TypeAlias = tuple[frozenset[str] | None, Rupiah | None]


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


@dataclass(frozen=True, slots=True)
class _Choices:
    """The choices of a kind of number and some operators."""

    all: Sequence[BrandOfType]
    offers: Sequence[Offer]
    """The available offers from which those shown at once are taken, cheapest first."""
    with_others: bool
    """Whether offers of other amounts than the typed one are shown at once too."""
    wallets: Sequence[Category] = ()


class NumberProducts:
    """Finds the products that can go to a typed number, in the catalogue in memory."""

    def __init__(self, catalogue_cache: CatalogueCache, rules: ShopRules, clock: Clock) -> None:
        self._catalogue_cache = catalogue_cache
        self._rules = rules
        self._clock = clock
        self._choices: Kept[frozenset[str] | None, _Choices] = Kept(MAX_KEPT)
        """By the operators of a phone number; None for a meter."""
        self._found: Kept[_Key, ProductsForNumber] = Kept(MAX_KEPT)

    def phone(self, number: ParsedNumber, viewer: Viewer = EVERYBODY) -> ProductsForNumber | None:
        """Return the products for a phone number; None when it is not a phone number."""
        if number.phone is None:
            return None
        wanted = number.brands, number.nominal
        return self._products(DestinationKind.PHONE, number.phone, wanted, viewer)

    def meter(self, number: ParsedNumber, viewer: Viewer = EVERYBODY) -> ProductsForNumber | None:
        """Return the products for a meter; None when it is not a meter number."""
        if number.meter is None:
            return None
        wanted = None, number.nominal
        return self._products(DestinationKind.METER, number.meter, wanted, viewer)

    def _products(
        self, kind: DestinationKind, destination: str, wanted: _Key, viewer: Viewer
    ) -> ProductsForNumber:
        now = self._clock.now()
        assortment = self._catalogue_cache.assortment(self._rules, now, viewer)
        if assortment is None:
            return ProductsForNumber(kind, destination, [], [])
        found = self._found.get(assortment, wanted, lambda: self._find(assortment, kind, *wanted))
        return replace(found, destination=destination)

    def _find(
        self,
        assortment: Assortment,
        kind: DestinationKind,
        brands: frozenset[str] | None,
        nominal: Rupiah | None,
    ) -> ProductsForNumber:
        choices = self._choices.get(
            assortment,
            brands,
            lambda: (
                _choices_of_meter(assortment)
                if brands is None
                else _choices_of_phone(assortment, brands)
            ),
        )
        of_amount = [one for one in choices.offers if _has_amount(one, nominal)]
        others: list[Offer] = []
        if choices.with_others:
            others = [one for one in choices.offers if not _has_amount(one, nominal)]
        at_once = [*of_amount, *others]
        return ProductsForNumber(kind, "", choices.all, at_once, choices.wallets)


def _choices_of_phone(assortment: Assortment, brands: frozenset[str]) -> _Choices:
    prefixes = assortment.terms.rules.profile.prefixes
    of_phones = _brands(assortment, DestinationKind.PHONE)
    choices = [one for one in of_phones if one.brand.name in brands]
    pulsa = _offers(assortment, (one for one in choices if one.type.name == PULSA))
    of_operators = {one.type for one in of_phones if one.brand.name in prefixes}
    wallets = [one for one in dict.fromkeys(of.type for of in of_phones) if one not in of_operators]
    return _Choices(choices, pulsa, len({one.brand.name for one in choices}) == 1, wallets)


def _choices_of_meter(assortment: Assortment) -> _Choices:
    choices = _brands(assortment, DestinationKind.METER)
    tokens = _offers(assortment, choices) if len(choices) == 1 else []
    return _Choices(choices, tokens, with_others=True)


def _brands(assortment: Assortment, kind: DestinationKind) -> list[BrandOfType]:
    """Return the brands of all types whose products go to a kind of number."""
    catalogue, kind_of = assortment.catalogue, assortment.terms.kind_of
    return [
        BrandOfType(category, brand)
        for category in catalogue.children(None)
        for brand in catalogue.children(category.category_id)
        if kind_of(category.name, brand.name) is kind
    ]


def _offers(assortment: Assortment, choices: Iterable[BrandOfType]) -> list[Offer]:
    """Return the available offers of some brands, cheapest first."""
    offers = (
        assortment.offer(product)
        for choice in choices
        for product in assortment.catalogue.products_below(choice.brand.category_id)
    )
    return sorted((one for one in offers if one.is_available), key=lambda one: one.price)


def _has_amount(offer: Offer, nominal: Rupiah | None) -> bool:
    return nominal is not None and nominal in rupiah_amounts(offer.product.listing.name)
