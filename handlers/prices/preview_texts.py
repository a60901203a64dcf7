"""Texts: what a change of the prices does, and that it was made or taken back."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.catalogue import Catalogue
from bot.domain.price_change import PriceChange
from bot.domain.price_preview import ChangedPrice
from bot.domain.prices import Prices
from bot.services.prices.rules import ProposedPrice
from handlers.prices.rule_texts import level_name, pricing_text, target_name
from handlers.ui.html import bold, dotted, escaped, lines, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import page_text
from handlers.ui.product_names import listing_name


def preview_text(
    translator: Translator,
    catalogue: Catalogue,
    proposed: ProposedPrice,
    shown: Sequence[ChangedPrice],
    page: int,
    pages: int,
) -> str:
    """Return what a change does: how many prices, and which, the best sellers first."""
    _ = translator.gettext
    level = level_name(translator, proposed.prices, proposed.target.level_id)
    name = target_name(translator, catalogue, proposed.target)
    terms = _("The rule is taken away.")
    if proposed.pricing is not None:
        terms = pricing_text(translator, proposed.pricing)
    followers = ""
    if proposed.preview.followers:
        followers = _(
            "These levels follow, since they pay everybody's price less an amount: {levels}"
        ).format(levels=", ".join(map(escaped, proposed.preview.followers)))
    head = bold(_("Preview for {level}: {name}").format(level=level, name=name))
    return paragraphs(
        lines(head, escaped(terms)),
        _counts(translator, proposed),
        followers,
        lines(page_text(translator, page, pages), *(_row(translator, one) for one in shown)),
        _("Nothing has changed yet."),
    )


def changed_text(
    translator: Translator, catalogue: Catalogue, prices: Prices, change: PriceChange
) -> str:
    """Return what a change was about, and the terms that count since."""
    _, pricing = translator.gettext, change.pricing
    level = level_name(translator, prices, change.level_id)
    name = target_name(translator, catalogue, change.target)
    terms = _("There is no rule of its own now.")
    if pricing is not None:
        terms = pricing_text(translator, pricing)
    head = bold(_("Price for {level}: {name}").format(level=level, name=name))
    return lines(head, escaped(terms))


def applied_text(translator: Translator) -> str:
    """Return that a change was made."""
    return translator.gettext(
        "Done: the new prices count at once. Orders already confirmed keep theirs."
    )


def undone_text(translator: Translator) -> str:
    """Return that a change was taken back."""
    return translator.gettext("Taken back: the prices before count again.")


def outdated(translator: Translator) -> str:
    """Return that a rule was changed since the preview."""
    return translator.gettext(
        "The rules were changed since this preview. Please look at it again: nothing was applied."
    )


def too_late(translator: Translator) -> str:
    """Return that a preview is too old, or another person's."""
    return translator.gettext("This preview is too old. Please begin again with /price.")


def rounding_text(translator: Translator) -> str:
    """Return the question for the rounding."""
    return translator.gettext("Round the prices up to a multiple of:")


def least_text(translator: Translator) -> str:
    """Return the question for the least margin."""
    return translator.gettext("Never sell with less profit than:")


def _counts(translator: Translator, proposed: ProposedPrice) -> str:
    preview, _ = proposed.preview, translator.gettext
    held = ""
    if preview.held:
        held = _("🛡 {count} held at the cost and the least margin").format(
            count=translator.number(preview.held)
        )
    return lines(
        _("⬆️ {dearer} dearer · ⬇️ {cheaper} cheaper · {same} the same").format(
            dearer=translator.number(preview.dearer),
            cheaper=translator.number(preview.cheaper),
            same=translator.number(preview.same),
        ),
        held,
    )


def _row(translator: Translator, changed: ChangedPrice) -> str:
    """Return a product's cost, its old and its new price, and the profit."""
    _ = translator.gettext
    figures = _("cost {cost}, {before} → <b>{after}</b>, profit {profit}").format(
        cost=translator.money(changed.product.listing.cost),
        before=translator.money(changed.before),
        after=translator.money(changed.after),
        profit=translator.money(changed.profit),
    )
    name = escaped(listing_name(translator, changed.product.listing))
    return dotted(name, f"{figures} 🛡" if changed.is_held else figures)
