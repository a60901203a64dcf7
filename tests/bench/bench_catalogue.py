"""A list of 20,000 services: read, indexed, and browsed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

from bot.domain.catalogue import Catalogue, Category, CategoryId, Product, ProductId
from bot.domain.supplier_profile import PanelProfile
from bot.sandbox.supplier.catalogue import full_catalogue
from bot.services.catalogue.browse import Browse, CatalogueCache
from bot.supplier.profile import load_profile
from bot.supplier.protocol import parse_services
from tests.bench.stopwatch import report, timed
from tests.services.fakes import SettableClock
from tests.services.shop import shop_rules

SIZE = 20_000
NOW = datetime(2026, 3, 14, 5, 0, tzinfo=UTC)


def reply() -> bytes:
    """Return the service list of a panel as large as the design asks for."""
    rows = full_catalogue()
    many = [
        row | {"code": f"{row['code']}-{n}"} for n in range(-(-SIZE // len(rows))) for row in rows
    ]
    return json.dumps({"code": 200, "data": many[:SIZE], "status": True, "message": ""}).encode()


def catalogue_of(body: bytes, profile: PanelProfile) -> Catalogue:
    """Return the list indexed, with ids in order of appearance."""
    ids: dict[tuple[str, ...], Category] = {}
    products = []
    for number, listing in enumerate(parse_services(body, profile).listings, start=1):
        parent: CategoryId | None = None
        for depth in range(1, 4):
            key = listing.path[:depth]
            if key not in ids:
                ids[key] = Category(CategoryId(len(ids) + 1), parent, key[-1])
            parent = ids[key].category_id
        assert parent is not None
        products.append(Product(ProductId(number), parent, replace(listing)))
    return Catalogue(products, ids.values(), NOW)


def bench_reading_the_list() -> None:
    """One refresh: parse and check every row."""
    body, profile = reply(), load_profile()
    report(
        f"parse {SIZE} services ({len(body) / 1e6:.1f} MB)",
        timed(lambda: parse_services(body, profile)),
    )


def bench_browsing() -> None:
    """Every category of the list, opened once: the time of a tap before the call to Telegram."""
    catalogue_cache = CatalogueCache()
    catalogue_cache.catalogue = catalogue_of(reply(), load_profile())
    browse = Browse(catalogue_cache, shop_rules(), SettableClock(NOW))
    types = [category.category_id for category in catalogue_cache.catalogue.children(None)]
    brands = [one.category_id for up in types for one in catalogue_cache.catalogue.children(up)]
    wanted = [None, *types, *brands]

    def open_all() -> None:
        for category_id in wanted:
            browse.level(category_id)

    report(f"open one of {len(wanted)} levels", timed(open_all), per=len(wanted))
