"""What is said of products that somebody looks for."""

from __future__ import annotations

from handlers.i18n import Words
from handlers.texts.catalogue import sources_text
from handlers.texts.markup import bold, lines, paragraphs


def found_text(words: Words, query: str, page: int, pages: int, *, is_sources: bool) -> str:
    """Return the head of a page of what was found."""
    _ = words.gettext
    head = _("Found for {query}").format(query=bold(query))
    if pages > 1:
        head = lines(head, _("Page {page} of {pages}").format(page=page + 1, pages=pages))
    choose = _("Choose a product. Prices are final.")
    return paragraphs(head, sources_text(words) if is_sources else choose)


def nothing_found(words: Words) -> str:
    """Return that nothing is called like that, and what can be typed."""
    return words.gettext(
        "We found nothing like that. Type a product, such as tsel 10 or axis 2gb, or a phone "
        "number; or press the button to shop."
    )


def what_to_search(words: Words) -> str:
    """Return how to look for a product."""
    return words.gettext(
        "Type what you look for, such as tsel 10, axis 2gb or pln 50. No command is needed."
    )
