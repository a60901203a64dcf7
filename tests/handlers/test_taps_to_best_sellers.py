"""How many taps the menu needs to the best sellers, in a list as long as the supplier's."""

from __future__ import annotations

import msgspec
import pytest
from telegram import InlineKeyboardMarkup

from bot.domain.catalogue import Catalogue, Category, CategoryId, Product, ProductId
from bot.sandbox.supplier.catalogue import full_catalogue
from bot.services.catalogue.browse import Browse, CatalogueCache, Offer
from bot.supplier.listings import ListingReader
from handlers.ui.buttons import Open, Pick, ShowHistory, pack
from handlers.ui.catalogue_screen import screen
from handlers.ui.i18n import load_languages
from handlers.ui.keyboards import PER_PAGE, pager
from handlers.ui.labels import available_width, width
from tests.handlers.builders import NOW, shop_rules
from tests.services.fakes import SettableClock

WORDS = load_languages()["id"]
MAX_TAPS = 6
MAX_COST = 20_000_000
PULSA = [5, 10, 12, 15, 20, 25, 30, 40, 50, 60, 75, 80, 100]
TOKENS = [20, 50, 100, 150, 200, 250, 300, 500, 750, 1000]
E_MONEY = [10, 15, 20, 25, 30, 40, 50, 60, 75, 100]
OTHER_ROWS = 4
"""The pager, the other sources, products out of stock, and the ways back."""
COMMON = {"pulsa-reguler": PULSA, "token-pln": TOKENS, "saldo-emoney": E_MONEY}
"""The best-selling amounts, in thousands of rupiah."""


def build_browse() -> tuple[Browse, Catalogue]:
    """Return the sandbox's whole service list on sale."""
    rows = [msgspec.Raw(msgspec.json.encode(row)) for row in full_catalogue()]
    listings = ListingReader(frozenset({"1"}), MAX_COST).read(rows).listings
    ids: dict[tuple[str, ...], CategoryId] = {}
    categories = []
    products = []
    for number, listing in enumerate(listings, 1):
        parent: CategoryId | None = None
        for depth in range(3):
            path = listing.path[: depth + 1]
            if path not in ids:
                ids[path] = CategoryId(len(ids) + 1)
                categories.append(Category(ids[path], parent, path[-1]))
            parent = ids[path]
        assert parent is not None
        products.append(Product(ProductId(number), parent, listing))
    catalogue = Catalogue(products, categories, NOW)
    catalogue_cache = CatalogueCache()
    catalogue_cache.replace(catalogue, {})
    return Browse(catalogue_cache, shop_rules(), SettableClock(NOW)), catalogue


BROWSE, CATALOGUE = build_browse()


def page(category_id: CategoryId | None, number: int = 0) -> InlineKeyboardMarkup:
    """Return the keyboard of one page of a category."""
    wanted = Open(category_id or 0, number)
    return screen(WORDS, BROWSE.level(category_id), wanted, is_first=category_id is None)[1]


def has_button(markup: InlineKeyboardMarkup, data: str) -> bool:
    """Return whether a keyboard has a button with this data."""
    return any(one.callback_data == data for row in markup.inline_keyboard for one in row)


def taps_to(product: Product) -> int:
    """Return the taps from the first screen to the order; the number is typed, not tapped.

    "Shop" and "Pay" are two of them. Every level must be on the first page of the one above.
    """
    taps, here = 2, None
    level = BROWSE.level(None)
    while level.categories:
        down = next(one for one in CATALOGUE.path_of(product.sub_id) if one in level.categories)
        assert has_button(page(here), pack(Open(down.category_id)))
        here, taps = down.category_id, taps + 1
        level = BROWSE.level(here)
    turns = next(
        number
        for number in range(MAX_TAPS)
        if has_button(page(here, number), pack(Pick(product.product_id)))
    )
    return taps + turns + 1


def best_sellers() -> list[Product]:
    """Return the cheapest available source of each best-selling amount."""
    cheapest: dict[tuple[str, ...], Offer] = {}
    for product in CATALOGUE.products.values():
        listing, offer = product.listing, BROWSE.offer(product.product_id)
        amount = listing.name.rpartition(" ")[2].removesuffix(".000").replace(".", "")
        wanted = COMMON.get(listing.type, ())
        if not offer.is_available or not amount.isdigit() or int(amount) not in wanted:
            continue
        known = cheapest.get((*listing.path, amount))
        if known is None or offer.price < known.price:
            cheapest[(*listing.path, amount)] = offer
    return [offer.product for offer in cheapest.values()]


def test_best_sellers_are_within_six_taps() -> None:
    products = best_sellers()
    assert {one.listing.type for one in products} == set(COMMON)
    assert len(products) > 100
    far = {one.listing.name: taps_to(one) for one in products}
    assert max(far.values()) <= MAX_TAPS, far
    assert far["Telkomsel 100.000"] <= MAX_TAPS - 1


def test_the_cheapest_data_product_of_each_sub_is_within_six_taps() -> None:
    for kind in CATALOGUE.children(None):
        if kind.name != "paket-internet":
            continue
        for brand in CATALOGUE.children(kind.category_id):
            for sub in CATALOGUE.children(brand.category_id):
                level = BROWSE.level(sub.category_id)
                cheapest = next(one for one in level.offers if one.is_available)
                assert taps_to(cheapest.product) <= MAX_TAPS


@pytest.mark.parametrize("view", [0, 1, 2])
def test_every_screen_fits_a_phone(view: int) -> None:
    """At most fourteen rows of choices, and no label that Telegram would cut."""
    todo: list[CategoryId | None] = [None]
    while todo:
        here = todo.pop()
        level = BROWSE.level(here)
        todo.extend(one.category_id for one in level.categories)
        for number in range(8):
            markup = screen(WORDS, level, Open(here or 0, number, view), is_first=here is None)[1]
            assert len(markup.inline_keyboard) <= PER_PAGE + OTHER_ROWS
            for row in markup.inline_keyboard:
                assert all(width(one.text) <= available_width(len(row)) for one in row), row


@pytest.mark.parametrize(
    ("page", "pages", "labels"),
    [
        (0, 1, []),
        (0, 2, ["2 ›"]),
        (1, 2, ["‹ 1"]),
        (1, 3, ["‹ 1", "3 ›"]),
        (11, 12, ["‹ 11"]),
    ],
)
def test_every_button_of_a_pager_leads_to_another_page(
    page: int, pages: int, labels: list[str]
) -> None:
    row = pager(page, pages, ShowHistory)
    assert [one["text"] for one in row] == labels
    assert pack(ShowHistory(page)) not in [one["callback_data"] for one in row]
