"""What the shop sells: the owner's choice among the supplier's products."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.domain.catalogue import Catalogue, Category, CategoryId, Disruption, ProductId
from bot.domain.viewer import Viewer

MAX_NAME_BYTES: Final = 36
"""The longest name of a type in UTF-8, so that a button can carry it."""
MAX_NOTE_LENGTH: Final = 200
"""The longest note on a disruption, in characters."""


class SoldTo(StrEnum):
    """Who may buy a product; of all choices about a product the narrowest counts."""

    EVERYBODY = "everybody"
    STAFF = "staff"
    """Only who sells over the counter."""
    NOBODY = "nobody"

    def includes(self, viewer: Viewer) -> bool:
        """Return whether somebody is among them."""
        return self is SoldTo.EVERYBODY or (self is SoldTo.STAFF and viewer.is_staff)


_WIDTHS: Final = {SoldTo.NOBODY: 0, SoldTo.STAFF: 1, SoldTo.EVERYBODY: 2}


@dataclass(frozen=True, slots=True)
class Choice:
    """What the owner decided about a type, brand, sub or product."""

    sold_to: SoldTo = SoldTo.EVERYBODY
    disrupted_at: datetime | None = None
    """Since when it is disrupted ("Gangguan"): it is shown, but cannot be bought."""
    note: str = ""
    """The owner's words about the last disruption, which is over if `disrupted_at` is None."""
    name: str = ""
    """For a type: the owner's name for it; empty: the usual one."""
    position: int | None = None
    """For a type: its place among the types; those without one come last."""

    @property
    def disruption(self) -> Disruption | None:
        """The disruption, if it is not over."""
        return None if self.disrupted_at is None else Disruption(self.disrupted_at, self.note)


NO_CHOICE: Final = Choice()


@dataclass(frozen=True, slots=True)
class Target:
    """What a choice is about: a product, or else a type, brand or sub."""

    is_product: bool
    target_id: int
    """A `ProductId` or a `CategoryId`."""

    @property
    def category_id(self) -> CategoryId | None:
        """The category; None for a product."""
        return None if self.is_product else CategoryId(self.target_id)


def category_target(category_id: CategoryId) -> Target:
    """Return a type, brand or sub as the target of a choice."""
    return Target(is_product=False, target_id=category_id)


def product_target(product_id: ProductId) -> Target:
    """Return a product as the target of a choice."""
    return Target(is_product=True, target_id=product_id)


@dataclass(frozen=True, slots=True)
class Selection:
    """The owner's choices; without any everything is sold."""

    categories: Mapping[CategoryId, Choice] = field(default_factory=dict)
    products: Mapping[ProductId, Choice] = field(default_factory=dict)

    @property
    def sells_everything(self) -> bool:
        """Whether everybody may buy whatever is listed and not disrupted."""
        choices = (*self.categories.values(), *self.products.values())
        return all(one.sold_to is SoldTo.EVERYBODY for one in choices)

    def of(self, target: Target) -> Choice:
        """Return the choice about a target itself."""
        if target.is_product:
            return self.of_product(ProductId(target.target_id))
        return self.of_category(CategoryId(target.target_id))

    def of_category(self, category_id: CategoryId) -> Choice:
        """Return the choice about a type, brand or sub."""
        return self.categories.get(category_id, NO_CHOICE)

    def of_product(self, product_id: ProductId) -> Choice:
        """Return the choice about a single product."""
        return self.products.get(product_id, NO_CHOICE)

    def sold_to(self, product_id: ProductId, path: Iterable[CategoryId]) -> SoldTo:
        """Return who may buy a product; `path` are the ids of its type, brand and sub."""
        choices = self._about(product_id, path)
        return min((one.sold_to for one in choices), key=_WIDTHS.__getitem__)

    def disruption_of(self, product_id: ProductId, path: Iterable[CategoryId]) -> Disruption | None:
        """Return the disruption of a product, the nearest one to it; `path` as in `sold_to`."""
        nearest = None
        for choice in self._about(product_id, path):
            nearest = choice.disruption or nearest
        return nearest

    def _about(self, product_id: ProductId, path: Iterable[CategoryId]) -> list[Choice]:
        return [*map(self.of_category, path), self.of_product(product_id)]

    def shown_to(self, viewer: Viewer, catalogue: Catalogue) -> Catalogue:
        """Return the part of a catalogue that somebody is shown, with the owner's names.

        It is the same object if nothing differs.
        """
        marked = {one.category_id: one for one in self._marked(catalogue)}
        hidden = self._hidden_from(viewer, catalogue)
        if not hidden and not marked:
            return catalogue
        return catalogue.selected(hidden, marked)

    def _marked(self, catalogue: Catalogue) -> Iterator[Category]:
        for category_id, choice in self.categories.items():
            category = catalogue.category(category_id)
            if category is None:
                continue
            marked = replace(
                category,
                own_name=choice.name,
                position=choice.position,
                disruption=choice.disruption,
            )
            if marked != category:
                yield marked

    def _hidden_from(self, viewer: Viewer, catalogue: Catalogue) -> set[ProductId]:
        hidden = {
            product_id
            for product_id, choice in self.products.items()
            if product_id in catalogue.products and not choice.sold_to.includes(viewer)
        }
        for category_id, choice in self.categories.items():
            if not choice.sold_to.includes(viewer):
                hidden.update(one.product_id for one in catalogue.products_below(category_id))
        return hidden

    def disrupted_in(self, catalogue: Catalogue) -> dict[ProductId, Disruption]:
        """Return the disrupted products of a catalogue, each with its nearest disruption."""
        disrupted: dict[ProductId, Disruption] = {}
        by_depth = sorted(self.categories, key=lambda one: len(catalogue.path_of(one)))
        for category_id in by_depth:
            disruption = self.categories[category_id].disruption
            if disruption is not None:
                below = catalogue.products_below(category_id)
                disrupted.update((one.product_id, disruption) for one in below)
        for product_id, choice in self.products.items():
            if choice.disruption is not None and product_id in catalogue.products:
                disrupted[product_id] = choice.disruption
        return disrupted


@dataclass(frozen=True, slots=True)
class TypeState:
    """A type of the supplier's list, and what the owner decided about it."""

    category: Category
    """With the owner's name for it."""
    sold_to: SoldTo
    products: int
    """How many products of it the list has."""


def types_in_order(
    catalogue: Catalogue, selection: Selection, order: Iterable[CategoryId] = ()
) -> list[TypeState]:
    """Return all types of a list, sold or not: in the owner's order, then in `order`."""
    usual = {category_id: place for place, category_id in enumerate(order)}
    types = []
    for category in catalogue.children(None):
        choice = selection.of_category(category.category_id)
        named = replace(category, own_name=choice.name, position=choice.position)
        products = sum(1 for _ in catalogue.products_below(category.category_id))
        types.append(TypeState(named, choice.sold_to, products))
    types.sort(key=lambda one: (*place_of(one.category), usual.get(one.category.category_id, 0)))
    return types


def place_of(category: Category) -> tuple[bool, int]:
    """Return the sort key of a type by the owner's order; types without a place come last."""
    return category.position is None, category.position or 0
