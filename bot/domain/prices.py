"""The shop's prices: rules of the owner, by level of the customer.

A rule is for everybody or for one level, and for a product, a sub, a brand of a type, a type, or
everything. For a customer with a level the level's rules come first, however general; without one
that fits, those for everybody. Of these the most specific counts: that of the product before that
of its sub, then of its brand, its type, and everything. Where no rule fits, the markup of the
settings applies. No price is below the cost.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias, assert_never

from bot.domain.catalogue import CategoryId, Product, ProductId
from bot.domain.errors import DomainError
from bot.domain.money import Rupiah
from bot.domain.pricing import Markup
from bot.domain.viewer import LevelId

MAX_LEVELS = 8
MAX_LEVEL_NAME = 24
"""In characters."""
MAX_BANDS = 12
MAX_FLAT = Rupiah(1_000_000)
MAX_PERCENT = 100
MAX_ROUND_TO = 10_000
NOTHING = Rupiah(0)
NO_CODES: Mapping[ProductId, str] = {}


@dataclass(frozen=True, slots=True)
class Level:
    """A customer level; `name` is the owner's."""

    level_id: LevelId
    name: str
    position: int
    """Levels are shown in the order of their positions."""


class LevelFault(StrEnum):
    """Why a level cannot be made, named or deleted."""

    TOO_MANY = "too_many"
    NAME_TAKEN = "name_taken"
    NAME_LENGTH = "name_length"
    IN_USE = "in_use"


class LevelError(DomainError):
    """A level cannot be made, named or deleted; `count` is how many customers have it."""

    def __init__(self, fault: LevelFault, count: int = 0) -> None:
        super().__init__(fault)
        self.fault = fault
        self.count = count


@dataclass(frozen=True, slots=True)
class Band:
    """The markup on costs up to `up_to` rupiah, that included; None: on all that are higher."""

    up_to: Rupiah | None
    flat: Rupiah
    """In rupiah, 0 or more."""
    percent: Decimal
    """Of the cost, 0 or more."""


@dataclass(frozen=True, slots=True)
class Tariff:
    """Markups by bands of the cost, rounded up to a multiple of `round_to` rupiah.

    `least` is the least margin in rupiah. A dearer product never costs less than a cheaper one: at
    the beginning of a band the price is at least that at the end of the band below. Raises
    `ValueError` for bands that do not rise, or whose last one has an end.
    """

    bands: tuple[Band, ...]
    round_to: int = 1
    least: Rupiah = NOTHING
    _ends: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _lowest: tuple[int, ...] = field(init=False, repr=False, compare=False)
    """The lowest price of each band."""

    def __post_init__(self) -> None:
        """Check the bands, and work out their lowest prices."""
        ends = [band.up_to for band in self.bands]
        rising = [end for end in ends[:-1] if end is not None]
        is_sound = bool(ends) and ends[-1] is None and len(rising) == len(ends) - 1
        if not is_sound or rising != sorted(set(rising)) or self.round_to < 1 or self.least < 0:
            raise ValueError("tariff: bands must rise, and the last one has no end")
        if any(band.flat < 0 or band.percent < 0 for band in self.bands):
            raise ValueError("tariff: flat and percent must be 0 or more")
        lowest = [0]
        for band, end in zip(self.bands, rising, strict=False):
            lowest.append(max(lowest[-1], self._marked_up(end, band)))
        object.__setattr__(self, "_ends", tuple(rising))
        object.__setattr__(self, "_lowest", tuple(lowest))

    def marked_up(self, cost: int) -> Rupiah:
        """Return the cost with its band's markup, rounded up, whatever the least margin."""
        place = bisect_left(self._ends, cost)
        return Rupiah(max(self._lowest[place], self._marked_up(cost, self.bands[place])))

    def floor_of(self, cost: int) -> Rupiah:
        """Return the lowest price at which a product of this cost may be sold, rounded up."""
        return self._rounded(cost + self.least)

    def _marked_up(self, cost: int, band: Band) -> Rupiah:
        share = 0
        if band.percent:
            share = int((cost * band.percent / 100).to_integral_value(ROUND_CEILING))
        return self._rounded(cost + band.flat + share)

    def _rounded(self, amount: int) -> Rupiah:
        return Rupiah(-(-amount // self.round_to) * self.round_to)


@dataclass(frozen=True, slots=True)
class Discount:
    """For a level: everybody's price less `amount` rupiah, above 0."""

    amount: Rupiah


@dataclass(frozen=True, slots=True)
class FixedPrice:
    """For a product: its price in rupiah. Where the floor is higher, the product costs that."""

    price: Rupiah


Pricing: TypeAlias = Tariff | Discount | FixedPrice


@dataclass(frozen=True, slots=True)
class Target:
    """Whom and what a rule is for; without a product and a category it is for everything."""

    level_id: LevelId | None = None
    """None: everybody."""
    category_id: CategoryId | None = None
    product_id: ProductId | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """How a target is priced."""

    target: Target
    pricing: Pricing
    path: tuple[str, ...] = ()
    """The names of the type, brand and sub of the target's category, as far as it goes down."""


@dataclass(frozen=True, slots=True)
class Priced:
    """A product's price, and how it came about."""

    price: Rupiah
    floor: Rupiah
    """The lowest price at which the product may be sold: its cost, and the least margin."""
    is_held: bool = False
    """Whether the rule says less, so that the price is the floor."""
    rule: Rule | None = None
    """None: the markup of the settings."""


@dataclass(frozen=True, slots=True)
class Prices:
    """The owner's prices; without any the first markup applies, that of the settings."""

    levels: tuple[Level, ...] = ()
    rules: tuple[Rule, ...] = ()
    codes: Mapping[ProductId, str] = field(default_factory=lambda: NO_CODES)
    """Short codes of the owner's own; an empty one takes a proposed code away."""
    _of_product: Mapping[tuple[LevelId | None, ProductId], Rule] = field(
        init=False, repr=False, compare=False
    )
    _of_path: Mapping[tuple[LevelId | None, tuple[str, ...]], Rule] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        """Index the rules: a list has 20,000 products, whose prices are looked up at once."""
        by_product = {
            (rule.target.level_id, rule.target.product_id): rule
            for rule in self.rules
            if rule.target.product_id is not None
        }
        by_path = {
            (rule.target.level_id, rule.path): rule
            for rule in self.rules
            if rule.target.product_id is None
        }
        object.__setattr__(self, "_of_product", by_product)
        object.__setattr__(self, "_of_path", by_path)

    def price_of(self, product: Product, level_id: LevelId | None, first: Markup) -> Rupiah:
        """Return the price of a product for customers of a level, in rupiah; at least the cost.

        `first` is the markup of the settings, which applies until the owner has made a rule.
        """
        return self.priced(product, level_id, first).price

    def priced(self, product: Product, level_id: LevelId | None, first: Markup) -> Priced:
        """Return the price of a product for customers of a level, and how it came about."""
        rule = None if level_id is None else self._rule_of(product, level_id)
        if rule is None:
            return _priced(
                self._rule_of(product, None), product, self._tariff_of(product, None, first)
            )
        if isinstance(rule.pricing, Discount):
            general = self.priced(product, None, first)
            return _at_least(general.floor, general.price - rule.pricing.amount, rule)
        return _priced(rule, product, self._tariff_of(product, level_id, first))

    def rule_at(self, target: Target) -> Rule | None:
        """Return the rule for exactly this target, if there is one."""
        return next((one for one in self.rules if one.target == target), None)

    def level(self, level_id: LevelId | None) -> Level | None:
        """Return a level; None for an unknown one, and for None."""
        return next((one for one in self.levels if one.level_id == level_id), None)

    def of_level(self, level_id: LevelId | None) -> tuple[Rule, ...]:
        """Return the rules for a level; None: those for everybody."""
        return tuple(rule for rule in self.rules if rule.target.level_id == level_id)

    def with_rule(self, rule: Rule) -> Prices:
        """Return the prices with a rule, in place of the one for the same target."""
        return Prices(self.levels, (*self.without(rule.target).rules, rule), self.codes)

    def without(self, target: Target) -> Prices:
        """Return the prices without the rule for a target."""
        rest = tuple(rule for rule in self.rules if rule.target != target)
        return Prices(self.levels, rest, self.codes)

    def _rule_of(self, product: Product, level_id: LevelId | None) -> Rule | None:
        return self._of_product.get((level_id, product.product_id)) or self._rule_above(
            product, level_id
        )

    def _rule_above(self, product: Product, level_id: LevelId | None) -> Rule | None:
        """Return the most specific rule for a category of a product, or for everything."""
        path, of_path = product.listing.path, self._of_path
        return (
            of_path.get((level_id, path))
            or of_path.get((level_id, path[:2]))
            or of_path.get((level_id, path[:1]))
            or of_path.get((level_id, ()))
        )

    def _tariff_of(self, product: Product, level_id: LevelId | None, first: Markup) -> Tariff:
        """Return the tariff that gives a product's least margin and rounding."""
        for one in (level_id, None) if level_id is not None else (None,):
            for rule in (
                self._of_product.get((one, product.product_id)),
                self._rule_above(product, one),
            ):
                if rule is not None and isinstance(rule.pricing, Tariff):
                    return rule.pricing
        return tariff_of(first)


@lru_cache(maxsize=8)
def tariff_of(markup: Markup) -> Tariff:
    """Return the markup of the settings as a tariff."""
    return Tariff((Band(None, markup.flat, markup.percent),), markup.round_to)


def _priced(rule: Rule | None, product: Product, tariff: Tariff) -> Priced:
    cost = product.listing.cost
    if rule is not None and isinstance(rule.pricing, FixedPrice):
        return _at_least(tariff.floor_of(cost), rule.pricing.price, rule)
    return _at_least(tariff.floor_of(cost), tariff.marked_up(cost), rule)


def _at_least(floor: Rupiah, wanted: int, rule: Rule | None) -> Priced:
    return Priced(Rupiah(max(floor, wanted)), floor, wanted < floor, rule)


# --- as text, in the database ---


def written(pricing: Pricing | None) -> str:
    """Return a pricing as it is stored; empty for none."""
    match pricing:
        case None:
            return ""
        case Discount(amount):
            return f"less {amount}"
        case FixedPrice(price):
            return f"fixed {price}"
        case Tariff(bands, round_to, least):
            parts = (f"{band.up_to or '*'}:{band.flat}:{band.percent}" for band in bands)
            return " ".join(("tariff", str(round_to), str(least), *parts))
        case _:
            assert_never(pricing)


def shorthand(pricing: Pricing | None) -> str:
    """Return a pricing as the log of acts has it, in every language; "-" for none.

    "+1500 (20000), +2%, round 100, least 300" adds 1,500 to costs up to 20,000, and 2 % to others.
    """
    match pricing:
        case None:
            return "-"
        case Tariff(bands, round_to, least):
            return ", ".join((*map(_band_shorthand, bands), f"round {round_to}", f"least {least}"))
        case _:
            return written(pricing)


def _band_shorthand(band: Band) -> str:
    flat = f"+{band.flat}" if band.flat or not band.percent else ""
    percent = f"+{band.percent:f}%" if band.percent else ""
    end = "" if band.up_to is None else f" ({band.up_to})"
    return f"{flat}{percent}{end}"


def pricing_in(text: str) -> Pricing | None:
    """Return a stored pricing; None for an empty text. Raises `ValueError` for another text."""
    kind, *values = text.split() or [""]
    match kind, values:
        case "", []:
            return None
        case "less", [amount]:
            return Discount(Rupiah(int(amount)))
        case "fixed", [price]:
            return FixedPrice(Rupiah(int(price)))
        case "tariff", [round_to, least, *bands]:
            return Tariff(tuple(map(_band_in, bands)), int(round_to), Rupiah(int(least)))
        case _:
            raise ValueError(f"no pricing: {text}")


def _band_in(text: str) -> Band:
    up_to, flat, percent = text.split(":")
    end = None if up_to == "*" else Rupiah(int(up_to))
    return Band(end, Rupiah(int(flat)), Decimal(percent))
