"""Short codes of products, and the price lists of customers."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.domain import selection
from bot.domain.catalogue import ProductId
from bot.domain.customer import Actor
from bot.domain.errors import NotFoundError, NotPermittedError
from bot.domain.money import Rupiah
from bot.domain.prices import Discount, Target
from bot.domain.short_codes import CodeFault, ShortCodeError
from bot.domain.viewer import Viewer
from bot.ports.supplier import ServiceList
from bot.services.prices.lists import PriceSection
from tests.services.shop import ADMIN, ANNI, ANNI_CHAT, LISTINGS, Shop


async def set_code(shop: Shop, code: str, text: str) -> str:
    new = await shop.prices.codes.set_code(ADMIN, shop.product(code), text)
    shop.catalogue_cache.policy = await shop.store.read(lambda tx: tx.policy.current())
    return new


async def test_a_code_is_proposed_changed_and_taken_away(shop: Shop) -> None:
    codes, product_id = shop.prices.codes, shop.product("SM10")
    assert codes.code_of(product_id) == "S10"
    assert await set_code(shop, "SM10", "ts10") == "TS10"
    assert codes.code_of(product_id) == "TS10"
    assert codes.offer("S10") is None
    assert await set_code(shop, "SM10", "-") == ""
    assert codes.code_of(product_id) == ""
    acts = await shop.store.read(lambda tx: tx.admin_acts.latest(2))
    assert [(act.action, act.subject, act.detail) for act in acts] == [
        ("short_code", "SM10", "TS10 -> none"),
        ("short_code", "SM10", "S10 -> TS10"),
    ]


async def test_a_code_belongs_to_one_product_and_a_proposed_one_gives_way(shop: Shop) -> None:
    await set_code(shop, "ML86", "S10")
    assert shop.prices.codes.code_of(shop.product("SM10")) == ""
    await set_code(shop, "ML86", "S10")
    with pytest.raises(ShortCodeError) as raised:
        await set_code(shop, "SM20", "s10")
    assert (raised.value.fault, raised.value.taken_by) == (CodeFault.TAKEN, shop.product("ML86"))


async def test_only_owners_give_codes_and_only_to_products(shop: Shop) -> None:
    with pytest.raises(NotPermittedError):
        await shop.prices.codes.set_code(Actor(ANNI, ANNI_CHAT), shop.product("SM10"), "TS10")
    with pytest.raises(NotFoundError):
        await shop.prices.codes.set_code(ADMIN, ProductId(999), "TS10")


async def test_a_short_code_wins_over_a_supplier_code_and_words(shop: Shop) -> None:
    codes = shop.prices.codes

    def code_of(text: str) -> str | None:
        product = codes.product(text)
        return None if product is None else product.listing.code

    assert [code_of(text) for text in ("s10", "SM10", "xl10", "nothing")] == [
        "SM10",
        "SM10",
        "XL10",
        None,
    ]
    await set_code(shop, "ML86", "XL10")
    assert code_of("xl10") == "ML86"
    assert [one.product.listing.code for one in shop.search.search("xl10").offers] == ["ML86"]


async def test_a_proposed_code_buys_the_cheapest_source_and_an_own_one_its_product(
    shop: Shop,
) -> None:
    cheaper = replace(LISTINGS[0], code="CHEAP", cost=Rupiah(10_100))
    shop.supplier.listings = ServiceList((*LISTINGS, cheaper), 0)
    await shop.refresh.refresh()
    offer = shop.prices.codes.offer("S10")
    assert offer is not None
    (section,) = shop.prices.lists.found("telkomsel 10.000")
    listed = next(one for one in section.products if one.product.listing.code == "CHEAP")
    assert (offer.product, offer.price, "S10") == listed
    await set_code(shop, "SM10", "FAST10")
    own = shop.prices.codes.offer("fast10")
    assert own is not None
    assert own.product.listing.code == "SM10"
    (section,) = shop.prices.lists.found("telkomsel 10.000")
    assert [one.code for one in section.products if one.product == offer.product] == [""]
    await shop.relist("SM10", is_ready=False)
    beside = shop.prices.codes.offer("FAST10")
    assert beside is not None
    assert beside.product.listing.code == "CHEAP"


async def test_a_code_buys_another_source_of_the_same_name_while_its_own_is_empty(
    shop: Shop,
) -> None:
    beside = [
        replace(LISTINGS[0], code=f"OTHER{cost}", cost=Rupiah(cost)) for cost in (10_400, 10_300)
    ]
    shop.supplier.listings = ServiceList((*LISTINGS, *beside), 0)
    await shop.refresh.refresh()

    def bought() -> str:
        offer = shop.prices.codes.offer("s10")
        assert offer is not None
        return offer.product.listing.code

    assert bought() == "SM10"
    await shop.relist("SM10", is_ready=False)
    assert bought() == "OTHER10300"
    for one in beside:
        await shop.relist(one.code, is_ready=False)
    assert bought() == "SM10"


def lines(sections: Sequence[PriceSection]) -> list[tuple[str | list[str], ...]]:
    return [
        (
            *(category.name for category in one.path),
            [priced.product.listing.code for priced in one.products],
        )
        for one in sections
    ]


async def test_a_list_has_what_can_be_bought_cheapest_first_one_of_each_name(shop: Shop) -> None:
    shop.supplier.listings = ServiceList(
        (*LISTINGS, replace(LISTINGS[0], code="DEAR", cost=Rupiah(10_900))), 0
    )
    await shop.refresh.refresh()
    assert shop.catalogue_cache.catalogue is not None
    pulsa = shop.catalogue_cache.catalogue.children(None)[0]
    found = shop.prices.lists.of_category(pulsa.category_id)
    assert lines(found) == [
        ("pulsa-reguler", "TELKOMSEL", ["SM10", "ONCE", "NIGHT", "SM20"]),
        ("pulsa-reguler", "XL", ["XL10"]),
    ]
    assert shop.prices.lists.of_category(pulsa.category_id) is found
    assert lines(shop.prices.lists.found("tsel")) == [
        ("pulsa-reguler", "TELKOMSEL", ["SM10", "ONCE", "NIGHT", "SM20"])
    ]
    assert shop.prices.lists.found("nothing like it") == ()


async def test_a_list_has_the_prices_of_the_level(shop: Shop) -> None:
    agent = await shop.prices.levels.add(ADMIN, "Agen")
    proposed = await shop.prices.rules.propose(ADMIN, Target(agent.level_id), Discount(Rupiah(300)))
    await shop.prices.rules.apply(ADMIN, proposed.token)
    shop.catalogue_cache.policy = await shop.store.read(lambda tx: tx.policy.current())
    (section,) = shop.prices.lists.found("pln", Viewer(agent.level_id))
    assert [one.price for one in section.products] == [10_900]
    (section,) = shop.prices.lists.found("pln")
    assert [one.price for one in section.products] == [11_200]


async def test_what_the_owner_hides_has_no_price_and_no_code_for_customers(shop: Shop) -> None:
    hidden = selection.Target(is_product=True, target_id=shop.product("PLN20"))
    await shop.selection.sell_to(ADMIN, hidden, selection.SoldTo.STAFF)
    shop.catalogue_cache.policy = await shop.store.read(lambda tx: tx.policy.current())
    assert shop.prices.codes.offer("PLN20") is None
    assert shop.prices.lists.found("pln") == ()
    by_staff = shop.prices.codes.offer("PLN20", Viewer(is_staff=True))
    assert by_staff is not None
    assert len(shop.prices.lists.found("pln", Viewer(is_staff=True))) == 1
