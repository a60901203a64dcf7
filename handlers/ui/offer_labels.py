"""What stands on the buttons of products, and what of it has to be spelled out above them.

A label has the name, shortened where it must be, and the price or the state whole. Where that
drops what may tell two products apart, the label has a number, by which the text above the
buttons has the whole name: a customer never buys what they could not read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final, assert_never

from bot.domain.catalogue import Product, ProductId
from bot.domain.errors import UnavailableReason
from bot.services.catalogue.browse import Offer
from handlers.ui.i18n import Words
from handlers.ui.labels import DOT, beginning_beside, beside, cut_to, fits_beside, shared_words
from handlers.ui.product_names import listing_name, short_name, spaced, title, whole_name

LONGEST_DETAIL: Final = 100


@dataclass(frozen=True, slots=True)
class OfferLabels:
    """The labels of a screen's products."""

    of: dict[ProductId, str]
    """For each product what stands on its button."""
    spelled_out: dict[str, str]
    """For each label that has a number what it stands for, with that number."""


def offer_labels(
    words: Words,
    offers: Sequence[Offer],
    name_of: Callable[[Product], str] = short_name,
    *,
    with_code: bool = False,
) -> OfferLabels:
    """Return what stands on each product's button: its name, and its price or its state.

    Those of one name have their subs, where that tells them apart. `with_code`: all have their
    codes, for admins.
    """
    names = [title(words.numbers_in(name_of(one.product))) for one in offers]
    shared = shared_words(names)
    if name_of is whole_name:
        # Where several brands may stand together, each name keeps its brand.
        shared -= {word for name in names for word in name.casefold().split()[:1]}
    subs = {} if with_code else _telling_subs(offers, names)
    made = []
    for offer, name in zip(offers, names, strict=True):
        end = _end(words, offer)
        sign = offer.product.listing.code if with_code else subs.get(offer.product.product_id, "")
        signed = f"{DOT}{sign}{end}" if sign else end
        made.append(_Made(offer, name, signed, end, shared, name_of is whole_name))
    return _numbered(words, made, with_code=with_code)


@dataclass(frozen=True, slots=True)
class _Made:
    """A product, and what its label is made of."""

    offer: Offer
    name: str
    signed: str
    """Its price or state, after what tells it apart from its namesakes."""
    end: str
    """Its price or state alone."""
    shared: Collection[str]
    keeps_first: bool

    def label(self) -> str:
        return beside(self.name, end=self.signed, shared=self.shared, keeps_first=self.keeps_first)

    def numbered(self, number: int) -> str:
        return beginning_beside(self.name, start=f"{number}. ", end=self.end, shared=self.shared)

    def is_whole(self) -> bool:
        return fits_beside(self.name, end=self.signed, shared=self.shared)


def _telling_subs(offers: Sequence[Offer], names: Sequence[str]) -> dict[ProductId, str]:
    """Return the subs of products of one name, where each of these has another one."""
    alike: dict[str, list[Offer]] = {}
    for offer, name in zip(offers, names, strict=True):
        alike.setdefault(name.casefold(), []).append(offer)
    telling = {}
    for namesakes in alike.values():
        subs = {spaced(one.product.listing.sub) for one in namesakes}
        if 1 < len(namesakes) == len(subs) and all(subs):
            for one in namesakes:
                telling[one.product.product_id] = spaced(one.product.listing.sub)
    return telling


def _numbered(words: Words, made: Sequence[_Made], *, with_code: bool) -> OfferLabels:
    """Give a number to each label that has lost something, or is the same as another one."""
    shown = [one.label() for one in made]
    count = Counter(label.casefold() for label in shown)
    labels: dict[ProductId, str] = {}
    spelled_out: dict[str, str] = {}
    for number, (one, plain) in enumerate(zip(made, shown, strict=True), 1):
        label = plain
        if count[plain.casefold()] > 1 or not one.is_whole():
            label = one.numbered(number)
            line = DOT.join(_facts(words, one.offer, with_code=with_code))
            spelled_out[label] = f"{number}. {line}"
        labels[one.offer.product.product_id] = label
    return OfferLabels(labels, spelled_out)


def _facts(words: Words, offer: Offer, *, with_code: bool) -> list[str]:
    """Return everything that may tell a product apart."""
    listing = offer.product.listing
    name = listing_name(words, listing)
    description = cut_to(words.numbers_in(spaced(offer.description)), LONGEST_DETAIL, len)
    facts = [name]
    for fact in (spaced(listing.sub), description, listing.code if with_code else ""):
        if not any(fact.casefold() in known.casefold() for known in facts):
            facts.append(fact)
    return facts


def _end(words: Words, offer: Offer) -> str:
    """Return a product's price, or why it cannot be bought: both would not fit in a line."""
    _ = words.gettext
    match offer.unavailable:
        case None:
            end = words.money(offer.price)
        case UnavailableReason.CLOSED if offer.opens_at is not None:
            end = _("opens {time}").format(time=words.clock(offer.opens_at))
        case UnavailableReason.CLOSED | UnavailableReason.EMPTY | UnavailableReason.GONE:
            end = _("out of stock")
        case _:
            assert_never(offer.unavailable)
    return f"{DOT}{end}"
