"""The same thing from several sources: the list has each of them, a screen shows it once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, assert_never

from telegram import InlineKeyboardButton

from bot.domain.catalogue import Product, ProductId
from bot.domain.errors import UnavailableReason
from bot.services.catalogue.browse import Offer
from handlers.ui.buttons import Button, Pick, PickFor
from handlers.ui.html import escaped, lines
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import (
    Row,
    button,
)
from handlers.ui.labels import (
    DOT,
    beginning_beside,
    beside,
    cut_to,
    fits_beside,
    shared_words,
)
from handlers.ui.product_names import (
    listing_name,
    short_name,
    spaced,
    title,
    whole_name,
)

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


LONGEST_DETAIL: Final = 100


@dataclass(frozen=True, slots=True)
class OfferLabels:
    """The labels of a screen's products."""

    of: dict[ProductId, str]
    """For each product what stands on its button."""
    spelled_out: dict[str, str]
    """For each label that has a number what it stands for, with that number."""


def offer_labels(
    words: Translator,
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


def _numbered(words: Translator, made: Sequence[_Made], *, with_code: bool) -> OfferLabels:
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


def _facts(words: Translator, offer: Offer, *, with_code: bool) -> list[str]:
    """Return everything that may tell a product apart."""
    listing = offer.product.listing
    name = listing_name(words, listing)
    description = cut_to(words.numbers_in(spaced(offer.description)), LONGEST_DETAIL, len)
    facts = [name]
    for fact in (spaced(listing.sub), description, listing.code if with_code else ""):
        if not any(fact.casefold() in known.casefold() for known in facts):
            facts.append(fact)
    return facts


def _end(words: Translator, offer: Offer) -> str:
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


def offer_buttons(
    offers: Sequence[Offer], labels: Mapping[ProductId, str], destination: str = ""
) -> list[InlineKeyboardButton]:
    """Return a button for each product with its label, for a number if it is known."""
    ids = [offer.product.product_id for offer in offers]
    return [button(labels[one], _choice(one, destination)) for one in ids]


def spelled_out_on(rows: Sequence[Row], spelled_out: Mapping[str, str]) -> list[str]:
    """Return what the numbered buttons of a page stand for."""
    labels = [one.text for row in rows for one in row]
    return [spelled_out[label] for label in labels if label in spelled_out]


def _choice(product_id: ProductId, destination: str) -> Button:
    return PickFor(product_id, destination) if destination else Pick(product_id)


def sources_text(words: Translator, *, has_codes: bool) -> str:
    """Return what stands above the other offers of the same things; only admins see codes."""
    if has_codes:
        return words.gettext("The same from other sources, each with its code and its price.")
    return words.gettext("The same products in another way:")


def spelled_out_text(names: Sequence[str]) -> str:
    """Return in full what stands on the buttons of a page only in part, by its number there."""
    return lines(*map(escaped, names))


def sources_label(words: Translator, count: int, *, has_codes: bool) -> str:
    """Return what stands on the button that shows the other offers of the same things."""
    if has_codes:
        return words.gettext("Other sources ({count})").format(count=words.number(count))
    return words.gettext("Other options ({count})").format(count=words.number(count))


def hide_sources_label(words: Translator, *, has_codes: bool) -> str:
    """Return what stands on the way back from them."""
    _ = words.gettext
    return _("Hide the other sources") if has_codes else _("Hide the other options")


def pay_label(words: Translator, offer: Offer) -> str:
    """Return what stands on the one confirm button."""
    return words.gettext("✅ Pay {price}").format(price=words.money(offer.price))
