"""What is selected now: types, brands, subs and products, and the owner's decisions on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.domain.catalogue import Catalogue, Category, CategoryId, Disruption, Product, ProductId
from bot.domain.errors import NotFoundError
from bot.domain.selection import (
    Choice,
    Selection,
    SoldTo,
    Target,
    TypeState,
    category_target,
    product_target,
    types_in_order,
)
from bot.ports.store import Transaction


@dataclass(frozen=True, slots=True)
class TargetState:
    """A product or category of the supplier's list, and what the owner decided about it."""

    target: Target
    path: tuple[Category, ...]
    """From the type down, with the target itself if it is a category; types by their own names."""
    product: Product | None
    selection: Selection
    sold_to: SoldTo
    """With what is decided about the categories above."""
    disruption: Disruption | None
    """The nearest one, which may be that of a category above."""
    children: Sequence[Category] = ()
    products: Sequence[Product] = ()
    """Of a sub."""
    count: int = 0
    """How many products the target has."""

    @property
    def choice(self) -> Choice:
        """What was decided about the target itself."""
        return self.selection.of(self.target)


def type_states(
    tx: Transaction, catalogue: Catalogue | None, order: Iterable[CategoryId] = ()
) -> list[TypeState]:
    """Return all types of the list with their states and numbers of products, in order.

    `order` is that of types to which the owner gave no place. Without a list there are none.
    """
    if catalogue is None:
        return []
    return types_in_order(catalogue, tx.policy.current().selection, order)


def state_of(tx: Transaction, catalogue: Catalogue | None, target: Target) -> TargetState:
    """Return a product or category of the list as it is now; raises `NotFoundError`."""
    if catalogue is None:
        raise NotFoundError
    selection, category_id = tx.policy.current().selection, target.category_id
    product = None
    if category_id is None:
        product = catalogue.product(ProductId(target.target_id))
        if product is None:
            raise NotFoundError
    below = product.sub_id if product is not None else category_id
    path = () if below is None else catalogue.path_of(below)
    ids = [one.category_id for one in path]
    count = 1 if category_id is None else sum(1 for _ in catalogue.products_below(category_id))
    if not path or not count:
        raise NotFoundError
    about = ProductId(0) if product is None else product.product_id
    return TargetState(
        target=target,
        path=tuple(_named(one, selection) for one in path),
        product=product,
        selection=selection,
        sold_to=selection.sold_to(about, ids),
        disruption=selection.disruption_of(about, ids),
        children=() if category_id is None else catalogue.children(category_id),
        products=() if category_id is None else catalogue.products_in(category_id),
        count=count,
    )


def disrupted_now(tx: Transaction, catalogue: Catalogue | None) -> list[TargetState]:
    """Return the listed targets that are marked as disrupted, the newest mark first."""
    selection = tx.policy.current().selection
    targets = [
        *((category_target(key), one) for key, one in selection.categories.items()),
        *((product_target(key), one) for key, one in selection.products.items()),
    ]
    marked = [(one.disrupted_at, target) for target, one in targets if one.disrupted_at is not None]
    marked.sort(key=lambda one: one[0], reverse=True)
    found = []
    for _, target in marked:
        try:
            found.append(state_of(tx, catalogue, target))
        except NotFoundError:  # The supplier does not list it now.
            continue
    return found


def brand_of(tx: Transaction, category_id: CategoryId) -> tuple[Category, ...]:
    """Return the type, by the owner's name for it, and the brand; empty for an unknown id."""
    known = {one.category_id: one for one in tx.catalogue.categories()}
    brand = known.get(category_id)
    if brand is None or brand.parent_id is None:
        return ()
    return _named(known[brand.parent_id], tx.policy.current().selection), brand


def _named(category: Category, selection: Selection) -> Category:
    return replace(category, own_name=selection.of_category(category.category_id).name)
