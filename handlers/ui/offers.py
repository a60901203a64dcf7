"""Groups offers of the same name, and makes the labels of their buttons.

The supplier's list has the same product from several sources; a screen shows it once. A label has
the name, shortened if necessary, and the whole price or state. If shortening drops something that
may distinguish two products, the label gets a number, and the text above the buttons gives the
product's details by that number: a customer never buys a product whose name they could not read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, assert_never

from bot.domain.catalogue import Product, ProductId
from bot.domain.errors import UnavailableReason
from bot.services.catalogue.browse import Offer
from handlers.ui.buttons import Button, Pick, PickFor
from handlers.ui.html import escaped, lines, spaced
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import InlineButton, Row, button
from handlers.ui.labels import (
    DOT,
    cut_to,
    distinguishing_label,
    numbered_label,
    shared_words,
)
from handlers.ui.product_names import cut_title, listing_name, short_name, whole_name

MAX_DETAIL_LENGTH: Final = 100
"""The maximum length, in characters, of a description in a product's details."""
_AVAILABILITY_RANKS = {None: 0, UnavailableReason.CLOSED: 1, UnavailableReason.DISRUPTED: 2}
"""The order of offers of one name: those that can be bought, closed ones, disrupted ones, others.

The others are out of stock, and only shown on request.
"""


@dataclass(frozen=True, slots=True)
class OfferGroups:
    """Offers grouped by name."""

    first: Sequence[Offer]
    """For each name the cheapest offer that can be bought, else one that opens again."""
    empty: Sequence[Offer]
    """One offer for each name that is out of stock from every source."""
    others: Sequence[Offer]
    """Further offers of these names, those that can be bought first.

    For customers one offer of each price and description, and none that is out of stock. For
    admins every source.
    """


@dataclass(frozen=True, slots=True)
class OfferLabels:
    """The labels of the products on a screen."""

    of: dict[ProductId, str]
    """The label of each product's button."""
    spelled_out: dict[str, str]
    """For each numbered label the product's details, with the same number."""


def nothing_on_sale(translator: Translator) -> str:
    """Return the answer if there is no catalogue, or the category is no longer in it."""
    return translator.gettext(
        "The list of products is being updated. Please try again in a moment."
    )


def group_offers(
    offers: Iterable[Offer],
    name_of: Callable[[Product], str] = short_name,
    *,
    across_subs: bool = False,
    with_all: bool = False,
) -> OfferGroups:
    """Group offers, which are sorted by price, by type, brand, sub-brand and shown name.

    `across_subs`: group by type, brand and shown name only. `with_all`: `others` has every source,
    for admins.
    """
    sources: dict[tuple[str, ...], list[Offer]] = {}
    for offer in offers:
        path = offer.product.listing.path
        key = (*(path[:2] if across_subs else path), name_of(offer.product).casefold())
        sources.setdefault(key, []).append(offer)
    first, others = [], []
    for same in sources.values():
        if len(same) > 1:
            same.sort(key=_availability_rank)
            others += same[1:] if with_all else _distinct_others(same)
        first.append(same[0])
    return OfferGroups(
        first=sorted((one for one in first if not _is_empty(one)), key=_availability_rank),
        empty=[one for one in first if _is_empty(one)],
        others=sorted(others, key=_availability_rank),
    )


def offer_labels(
    translator: Translator,
    offers: Sequence[Offer],
    name_of: Callable[[Product], str] = short_name,
    *,
    with_code: bool = False,
) -> OfferLabels:
    """Return each product's label: its name, and its price or state.

    Products of one name also show their sub-brands if these differ. `with_code`: all show their
    product codes instead, for admins.
    """
    names = [cut_title(translator.numbers_in(name_of(one.product))) for one in offers]
    shared = shared_words(names)
    if name_of is whole_name:
        # The products may be of several brands, so each name keeps its brand.
        shared -= {word for name in names for word in name.casefold().split()[:1]}
    subs = {} if with_code else _distinguishing_subs(offers, names)
    parts = []
    for offer, name in zip(offers, names, strict=True):
        end = _price_or_state(translator, offer)
        qualifier = (
            offer.product.listing.code if with_code else subs.get(offer.product.product_id, "")
        )
        detailed_end = f"{DOT}{qualifier}{end}" if qualifier else end
        parts.append(_LabelParts(offer, name, detailed_end, end, shared))
    return _with_numbers(translator, parts, with_code=with_code)


def offer_buttons(
    offers: Sequence[Offer], labels: Mapping[ProductId, str], destination: str = ""
) -> list[InlineButton]:
    """Return a button for each product; it buys for `destination` if that is known."""
    ids = [offer.product.product_id for offer in offers]
    return [button(labels[one], _product_button(one, destination)) for one in ids]


def spelled_out_on(rows: Sequence[Row], spelled_out: Mapping[str, str]) -> list[str]:
    """Return the details of the products whose buttons on a page are numbered."""
    labels = [one["text"] for row in rows for one in row]
    return [spelled_out[label] for label in labels if label in spelled_out]


def spelled_out_text(names: Sequence[str]) -> str:
    """Return the details of numbered buttons, as HTML lines."""
    return lines(*map(escaped, names))


def sources_text(translator: Translator, *, has_codes: bool) -> str:
    """Return the text above further offers of the same names; `has_codes`: for admins."""
    if has_codes:
        return translator.gettext("The same from other sources, each with its code and its price.")
    return translator.gettext("The same products in another way:")


def sources_label(translator: Translator, count: int, *, has_codes: bool) -> str:
    """Return the label of the button that shows further offers of the same names."""
    if has_codes:
        return translator.gettext("Other sources ({count})").format(count=translator.number(count))
    return translator.gettext("Other options ({count})").format(count=translator.number(count))


def hide_sources_label(translator: Translator, *, has_codes: bool) -> str:
    """Return the label of the button that hides the further offers."""
    _ = translator.gettext
    return _("Hide the other sources") if has_codes else _("Hide the other options")


def pay_label(translator: Translator, offer: Offer) -> str:
    """Return the label of the confirm button."""
    return translator.gettext("✅ Pay {price}").format(price=translator.money(offer.price))


@dataclass(frozen=True, slots=True)
class _LabelParts:
    """A product and the parts of its label."""

    offer: Offer
    name: str
    detailed_end: str
    """The price or state, after the sub-brand or code if one is shown."""
    end: str
    """The price or state alone."""
    shared: frozenset[str]

    def label(self) -> str | None:
        """Return the label, or None if it has no room for all distinguishing words."""
        return distinguishing_label(self.name, self.detailed_end, self.shared)

    def numbered(self, number: int) -> str:
        return numbered_label(self.name, start=f"{number}. ", end=self.end, shared=self.shared)


def _distinct_others(same: Sequence[Offer]) -> list[Offer]:
    """Return the first offer of each price and description, without the very first offer."""
    distinct: dict[tuple[int, str], Offer] = {}
    for offer in same:
        description = " ".join(offer.description.casefold().split())
        distinct.setdefault((offer.price, description), offer)
    return [one for one in list(distinct.values())[1:] if not _is_empty(one)]


def _is_empty(offer: Offer) -> bool:
    return _availability_rank(offer) == len(_AVAILABILITY_RANKS)


def _availability_rank(offer: Offer) -> int:
    return _AVAILABILITY_RANKS.get(offer.unavailable, len(_AVAILABILITY_RANKS))


def _distinguishing_subs(offers: Sequence[Offer], names: Sequence[str]) -> dict[ProductId, str]:
    """Return the sub-brands of products of one name, if these all differ."""
    by_name: dict[str, list[Offer]] = {}
    for offer, name in zip(offers, names, strict=True):
        by_name.setdefault(name.casefold(), []).append(offer)
    distinguishing = {}
    for namesakes in by_name.values():
        if len(namesakes) == 1:
            continue
        subs = {spaced(one.product.listing.sub) for one in namesakes}
        if len(namesakes) == len(subs) and all(subs):
            for one in namesakes:
                distinguishing[one.product.product_id] = spaced(one.product.listing.sub)
    return distinguishing


def _with_numbers(
    translator: Translator, parts: Sequence[_LabelParts], *, with_code: bool
) -> OfferLabels:
    """Number the labels that would lose distinguishing words or are equal to another label."""
    shown = [one.label() for one in parts]
    count = Counter(label.casefold() for label in shown if label is not None)
    labels: dict[ProductId, str] = {}
    spelled_out: dict[str, str] = {}
    for number, (one, plain) in enumerate(zip(parts, shown, strict=True), 1):
        label = plain
        if label is None or count[label.casefold()] > 1:
            label = one.numbered(number)
            line = DOT.join(_details(translator, one.offer, with_code=with_code))
            spelled_out[label] = f"{number}. {line}"
        labels[one.offer.product.product_id] = label
    return OfferLabels(labels, spelled_out)


def _details(translator: Translator, offer: Offer, *, with_code: bool) -> list[str]:
    """Return everything that may distinguish a product from others."""
    listing = offer.product.listing
    name = listing_name(translator, listing)
    description = cut_to(translator.numbers_in(spaced(offer.description)), MAX_DETAIL_LENGTH, len)
    details = [name]
    for detail in (spaced(listing.sub), description, listing.code if with_code else ""):
        if not any(detail.casefold() in known.casefold() for known in details):
            details.append(detail)
    return details


def _price_or_state(translator: Translator, offer: Offer) -> str:
    """Return a product's price, or why it cannot be bought: a label has no room for both."""
    _ = translator.gettext
    match offer.unavailable:
        case None:
            end = translator.money(offer.price)
        case UnavailableReason.CLOSED if offer.opens_at is not None:
            end = _("opens {time}").format(time=translator.clock(offer.opens_at))
        case UnavailableReason.DISRUPTED:
            end = _("disrupted")
        case UnavailableReason.CLOSED | UnavailableReason.EMPTY | UnavailableReason.GONE:
            end = _("out of stock")
        case _:
            assert_never(offer.unavailable)
    return f"{DOT}{end}"


def _product_button(product_id: ProductId, destination: str) -> Button:
    return PickFor(product_id, destination) if destination else Pick(product_id)
