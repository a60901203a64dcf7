"""Texts: what a rule is for, and its terms."""

from __future__ import annotations

from decimal import Decimal
from typing import assert_never

from bot.domain.catalogue import Catalogue
from bot.domain.price_input import PriceFault, PriceInputError
from bot.domain.prices import (
    MAX_FLAT,
    MAX_PERCENT,
    MAX_ROUND_TO,
    Band,
    Discount,
    FixedPrice,
    Prices,
    Pricing,
    Target,
    Tariff,
)
from bot.domain.viewer import LevelId
from handlers.ui.html import bold, cut, escaped, lines, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.product_names import listing_name, trail_text


def level_name(translator: Translator, prices: Prices, level_id: LevelId | None) -> str:
    """Return the name of a level, not escaped; for None that of everybody's prices."""
    if level_id is None:
        return translator.gettext("Everyone")
    level = prices.level(level_id)
    return translator.gettext("A deleted level") if level is None else level.name


def target_name(translator: Translator, catalogue: Catalogue, target: Target) -> str:
    """Return what a rule is for, not escaped."""
    if target.product_id is not None:
        product = catalogue.product(target.product_id)
        if product is None:
            return translator.gettext("A product that is no longer listed")
        return listing_name(translator, product.listing)
    if target.category_id is not None:
        path = catalogue.path_of(target.category_id)
        return trail_text(translator, path) or translator.gettext("A former category")
    return translator.gettext("All products")


def pricing_line(translator: Translator, pricing: Pricing) -> str:
    """Return the terms of a rule in one line, for a button."""
    _ = translator.gettext
    match pricing:
        case Discount(amount):
            return _("everybody's price less {amount}").format(amount=translator.money(amount))
        case FixedPrice(price):
            return _("fixed at {price}").format(price=translator.money(price))
        case Tariff(bands):
            if len(bands) > 1:
                return translator.ngettext("{count} band", "{count} bands", len(bands)).format(
                    count=translator.number(len(bands))
                )
            return _short_markup(translator, bands[0])
        case _:
            assert_never(pricing)


def pricing_text(translator: Translator, pricing: Pricing) -> str:
    """Return the terms of a rule, the bands and the rounding on lines of their own."""
    if not isinstance(pricing, Tariff):
        return pricing_line(translator, pricing)
    _ = translator.gettext
    rounding, least = "", ""
    if pricing.round_to > 1:
        rounding = _("Rounded up to {amount}").format(amount=translator.money(pricing.round_to))
    if pricing.least:
        least = _("Least margin: {amount}").format(amount=translator.money(pricing.least))
    bands = [_band_text(translator, one, len(pricing.bands)) for one in pricing.bands]
    return lines(*bands, rounding, least)


def held_text(translator: Translator, floor: int) -> str:
    """Return that a price below the cost and the least margin is sold at its floor, in rupiah."""
    return translator.gettext(
        "🛡 That is below the cost plus the least margin, so it is sold at {price}."
    ).format(price=translator.money(floor))


def markup_text(translator: Translator, band: Band) -> str:
    """Return what a band adds to the cost."""
    flat, percent = translator.money(band.flat), percent_text(translator, band.percent)
    if not band.percent:
        return translator.gettext("cost + {flat}").format(flat=flat)
    if not band.flat:
        return translator.gettext("cost + {percent}").format(percent=percent)
    return translator.gettext("cost + {flat} + {percent}").format(flat=flat, percent=percent)


def _short_markup(translator: Translator, band: Band) -> str:
    """Return what a band adds to the cost as "+Rp1.500 +2%"."""
    flat = f"+{translator.money(band.flat)}" if band.flat or not band.percent else ""
    percent = f"+{percent_text(translator, band.percent)}" if band.percent else ""
    return f"{flat} {percent}".strip()


def percent_text(translator: Translator, percent: Decimal) -> str:
    """Return a percentage with the decimal sign of the language."""
    digits = f"{percent.normalize():f}"
    return f"{digits.replace('.', ',') if translator.language == 'id' else digits}%"


def ask_terms_text(
    translator: Translator, name: str, level: str, before: Pricing | None, *, is_for_level: bool
) -> str:
    """Return the question for the terms of a rule, with examples."""
    _ = translator.gettext
    now = ""
    if before is not None:
        now = _("Now:\n{terms}").format(terms=escaped(pricing_text(translator, before)))
    examples = [
        "1500",
        "2%",
        "1500 + 2%",
        _("up to 20.000: 1500\nup to 100.000: 2000\nabove: 2%"),
    ]
    if is_for_level:
        examples.append(_("everybody - 300"))
    return paragraphs(
        bold(_("Price for {level}: {name}").format(level=level, name=name)),
        now,
        _("What comes on top of the supplier's cost? Type it like one of these:"),
        *(f"<pre>{escaped(one)}</pre>" for one in examples),
        _(
            "Lines of their own may say “round 500” and “least 300”. A dearer product never costs "
            "less than a cheaper one of the same rule, and nothing is sold below its cost."
        ),
    )


def price_fault(translator: Translator, error: PriceInputError) -> str:
    """Return why typed terms were not accepted, and what to type instead."""
    line = f"“{escaped(cut(error.line, 60))}”"
    return _fault_sentence(translator, error.fault).format(
        line=line,
        percent=percent_text(translator, Decimal(MAX_PERCENT)),
        flat=translator.money(MAX_FLAT),
        most=translator.money(MAX_ROUND_TO),
    )


def _fault_sentence(  # noqa: C901, PLR0911 - one each
    translator: Translator, fault: PriceFault
) -> str:
    _ = translator.gettext
    match fault:
        case PriceFault.NOT_UNDERSTOOD:
            return _("I cannot read {line}. Type rupiah, a percentage or both, such as 1500 + 2%.")
        case PriceFault.BELOW_COST:
            return _("With {line} you would sell below the cost. Type what comes on top of it.")
        case PriceFault.PERCENT_TOO_LARGE:
            return _("{line} is too much: at most {percent} of the cost.")
        case PriceFault.FLAT_TOO_LARGE:
            return _("{line} is too much: at most {flat} on top of the cost.")
        case PriceFault.ROUNDING:
            return _("{line}: prices can be rounded up to at most {most}.")
        case PriceFault.BANDS_NOT_RISING:
            return _("Each band has to end higher than the one before it.")
        case PriceFault.NO_LAST_BAND:
            return _("Add a last line for all dearer products, such as “above: 2%”.")
        case PriceFault.TOO_MANY_LINES:
            return _("That is too many lines. Please use fewer bands.")
        case PriceFault.DISCOUNT_FOR_EVERYBODY:
            return _("Only a level can pay less than everybody.")
        case PriceFault.DISCOUNT_WITH_MORE:
            return _("A discount for a level stands alone, without other lines.")
        case _:
            assert_never(fault)


def _band_text(translator: Translator, band: Band, count: int) -> str:
    terms = markup_text(translator, band)
    if count == 1:
        return terms
    if band.up_to is None:
        return translator.gettext("above that: {terms}").format(terms=terms)
    return translator.gettext("up to {amount}: {terms}").format(
        amount=translator.money(band.up_to), terms=terms
    )
