"""Texts: search results."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.services.catalogue.search import SearchResult
from handlers.ui.html import bold, lines, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import page_text


def found_text(
    translator: Translator, found: SearchResult, query: str, page: int, pages: int
) -> str:
    """Return the head of a page of results."""
    head = lines(found_head(translator, found, query), page_text(translator, page, pages))
    return paragraphs(head, _more_results(translator, found))


def choose_product(translator: Translator) -> str:
    """Return the instruction below the head."""
    return translator.gettext("Choose a product. No extra fees.")


def found_head(translator: Translator, found: SearchResult, query: str) -> str:
    """Return the query, whether the results match it exactly, and its words without results."""
    _ = translator.gettext
    exact, nearest = _("Found for {query}"), _("We do not have {query}. This comes nearest:")
    rest = _without(query, found.match.missing)
    head = (exact if found.match.has_rest else nearest).format(
        query=bold(translator.numbers_in(rest))
    )
    if not found.match.missing:
        return head
    missing = translator.ngettext(
        "We did not find the word {words}.",
        "We did not find the words {words}.",
        len(found.match.missing),
    ).format(words=", ".join(bold(one) for one in found.match.missing))
    return lines(missing, head)


def nothing_found(translator: Translator) -> str:
    """Return that nothing was found, with an example of what to type."""
    return translator.gettext("Sorry, nothing found. Try writing it like “tsel 10”.")


def _without(query: str, missing: Sequence[str]) -> str:
    """Return a query without its words that have no results."""
    absent = frozenset(missing)
    rest = re.sub(r"[^\W\d_]+", lambda one: "" if one[0].lower() in absent else one[0], query)
    return " ".join(rest.split()) or query


def _more_results(translator: Translator, found: SearchResult) -> str:
    """Return that there are more results than shown, and how to narrow the search; or ""."""
    if found.count <= len(found.offers):
        return ""
    return translator.gettext(
        "That is {count} products, too many to show them all: add a brand or an amount."
    ).format(count=translator.number(found.count))
