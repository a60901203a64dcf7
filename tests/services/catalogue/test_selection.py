"""The owner's switches: they count at once, in every transaction, and are recorded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from bot.domain.catalogue import CategoryId, ProductId
from bot.domain.customer import Actor, TelegramId
from bot.domain.dialog import Step
from bot.domain.errors import (
    NotFoundError,
    NotPermittedError,
    ProductUnavailableError,
    UnavailableReason,
)
from bot.domain.notice import Notice, NoticeKind
from bot.domain.order import CancelReason, OrderState
from bot.domain.selection import (
    MAX_NAME_BYTES,
    MAX_NOTE_LENGTH,
    SoldTo,
    Target,
    category_target,
    product_target,
)
from bot.domain.staff import Right, StaffMember
from bot.domain.typed_input.phone_number import parse_number
from bot.domain.viewer import EVERYBODY, Viewer
from bot.services.catalogue.restock import restocked
from bot.services.catalogue.selection_state import brand_of, disrupted_now, state_of, type_states
from tests.services.shop import ADMIN, ANNI, ANNI_CHAT, BUDI, BUDI_CHAT, NUMBER, Shop

STAFF = Viewer(is_staff=True)
UNKNOWN = category_target(CategoryId(9_999))


def category(shop: Shop, *names: str) -> Target:
    """Return the target of a type, brand or sub by its names."""
    assert shop.catalogue_cache.catalogue is not None
    category_id = None
    for name in names:
        children = shop.catalogue_cache.catalogue.children(category_id)
        category_id = next(one.category_id for one in children if one.name == name)
    assert category_id is not None
    return category_target(category_id)


def brand(shop: Shop) -> Target:
    return category(shop, "pulsa-reguler", "TELKOMSEL")


def type_of(shop: Shop, name: str = "pulsa-reguler") -> CategoryId:
    category_id = category(shop, name).category_id
    assert category_id is not None
    return category_id


def sm10(shop: Shop) -> Target:
    return product_target(shop.product("SM10"))


async def hire(shop: Shop) -> None:
    """Let Budi sell over the counter."""
    member = StaffMember(BUDI, Right.SELL, ADMIN.customer_id, shop.clock.now())
    await shop.store.write(lambda tx: tx.staff.put(member))


async def acts(shop: Shop) -> list[tuple[str, str, str]]:
    """Return the recorded acts but those of the set-up, newest first."""
    found = await shop.store.read(lambda tx: tx.admin_acts.latest(50))
    return [(one.action, one.subject, one.detail) for one in found if "test" not in one.detail]


Close = Callable[[Shop], Awaitable[object]]


def hide(shop: Shop) -> Awaitable[object]:
    return shop.selection.sell_to(ADMIN, sm10(shop), SoldTo.NOBODY)


def switch_off(shop: Shop) -> Awaitable[object]:
    type_ = category_target(type_of(shop))
    return shop.selection.sell_to(ADMIN, type_, SoldTo.NOBODY)


def by_staff(shop: Shop) -> Awaitable[object]:
    type_ = category_target(type_of(shop))
    return shop.selection.sell_to(ADMIN, type_, SoldTo.STAFF)


async def disrupt(shop: Shop) -> None:
    await shop.selection.disrupt(ADMIN, brand(shop))
    await shop.selection.note(ADMIN, brand(shop), " Until\n15.00 ")


@pytest.mark.parametrize(
    ("close", "reason", "note"),
    [
        (hide, UnavailableReason.GONE, ""),
        (switch_off, UnavailableReason.GONE, ""),
        (by_staff, UnavailableReason.GONE, ""),
        (disrupt, UnavailableReason.DISRUPTED, "Until 15.00"),
    ],
)
async def test_another_process_neither_chooses_nor_quotes_nor_sells_it(
    shop: Shop, close: Close, reason: UnavailableReason, note: str
) -> None:
    other = await shop.other_process()
    product_id, token = shop.product("SM10"), await other.token()
    order = await other.queue(ANNI, number="081299999999")
    await close(shop)
    for attempt in (
        other.buy.choose(ANNI, product_id, None),
        other.buy.quote(ANNI, product_id, NUMBER),
        other.buy.requote(ANNI, token, None),
        other.buy.quote_again(ANNI, order.order_id, None),
        other.buy.confirm(ANNI, token, 55),
    ):
        with pytest.raises(ProductUnavailableError) as caught:
            await attempt
        assert (caught.value.reason, caught.value.note) == (reason, note)
    if reason is UnavailableReason.GONE:
        # What was confirmed was promised.
        assert (await other.start()).order_id == order.order_id
        return
    await other.wait()
    cancelled = await shop.get(order.order_id)
    assert cancelled.state is OrderState.CANCELLED
    assert cancelled.cancel_reason is CancelReason.NOT_READY
    assert (await shop.wallet()).held == 0


async def test_staff_sell_what_customers_may_not_buy(shop: Shop) -> None:
    await hire(shop)
    await by_staff(shop)
    await shop.credit(BUDI, 100_000)
    assert (await shop.queue(BUDI)).state is OrderState.QUEUED
    assert "SM10" in codes(shop, STAFF)
    assert "SM10" not in codes(shop)


def codes(shop: Shop, viewer: Viewer = EVERYBODY) -> set[str]:
    """Return the codes of the products that somebody is shown."""
    return set(shop.browse.assortment(viewer).catalogue.products_by_code)


async def test_hidden_products_are_not_found_and_not_offered_for_a_number(shop: Shop) -> None:
    await hide(shop)
    found = shop.search.search("telkomsel")
    assert "SM10" not in {one.product.listing.code for one in found.offers}
    assert found.count == len(found.offers)
    number = parse_number(NUMBER, shop.rules.profile.prefixes)
    assert number is not None
    products = shop.products_for_number.phone(number)
    assert products is not None
    assert "SM10" not in {one.product.listing.code for one in products.at_once}
    with pytest.raises(ProductUnavailableError):
        shop.browse.offer(shop.product("SM10"))
    listed = [one.listing.code for one in shop.search.listed("telkomsel 10.000", 3)]
    assert "SM10" in listed


async def test_nothing_is_listed_without_a_list(empty_shop: Shop) -> None:
    assert empty_shop.search.listed("telkomsel", 3) == []
    assert await empty_shop.store.read(type_states, None) == []
    with pytest.raises(NotFoundError):
        await empty_shop.store.read(state_of, None, UNKNOWN)
    assert await empty_shop.watch_brands.step() > 0


async def test_a_disrupted_product_is_shown_but_cannot_be_bought(shop: Shop) -> None:
    await disrupt(shop)
    offer = shop.browse.offer(shop.product("SM10"))
    assert (offer.unavailable, offer.note) == (UnavailableReason.DISRUPTED, "Until 15.00")
    found = shop.search.search("telkomsel 10.000").offers
    assert not any(one.is_available for one in found if one.product.listing.main == "TELKOMSEL")


async def test_the_selected_list_is_made_once_for_each_list_and_selection(shop: Shop) -> None:
    whole = shop.catalogue_cache.catalogue
    assert shop.browse.assortment().catalogue is whole
    await hide(shop)
    selected = shop.browse.assortment().catalogue
    assert selected is not whole
    shop.clock.advance(12 * 3_600)  # A cutoff has begun: another assortment of the same list.
    assert shop.browse.assortment(STAFF).catalogue is not selected
    assert shop.browse.assortment().catalogue is selected
    await shop.selection.place(ADMIN, type_of(shop), 1, [])
    assert shop.browse.assortment().catalogue is not selected


async def test_an_assortment_of_another_policy_with_the_same_selection_keeps_it(
    shop: Shop,
) -> None:
    await hide(shop)
    selected = shop.browse.assortment().catalogue
    now = shop.clock.now()
    await shop.store.write(lambda tx: tx.policy.set("shop_name", "X", ANNI, now))
    shop.catalogue_cache.policy = await shop.store.read(lambda tx: tx.policy.current())
    assert shop.browse.assortment().catalogue is selected


async def test_who_asked_is_told_when_a_disruption_ends(shop: Shop) -> None:
    await disrupt(shop)
    product_id = shop.product("SM10")
    await shop.restock.ask(ANNI, product_id)
    await shop.restock.step()
    assert await shop.deliveries(ANNI_CHAT, NoticeKind.RESTOCKED) == []
    await shop.selection.end_disruption(ADMIN, brand(shop))
    await hide(shop)
    await shop.restock.step()
    assert await shop.deliveries(ANNI_CHAT, NoticeKind.RESTOCKED) == []
    await shop.selection.sell_to(ADMIN, sm10(shop), SoldTo.EVERYBODY)
    await shop.restock.step()
    (notice,) = await shop.deliveries(ANNI_CHAT, NoticeKind.RESTOCKED)
    assert [one.is_available for one in notice.restocked] == [True]


async def test_a_restock_notice_says_what_its_reader_may_buy_by_then(shop: Shop) -> None:
    await hire(shop)
    await by_staff(shop)
    product_id, now = shop.product("SM10"), shop.clock.now()

    async def available(chat_id: TelegramId) -> list[bool]:
        data = {"products": str(product_id)}
        notice = Notice(chat_id, NoticeKind.RESTOCKED, "key", now, data=data)
        found = await shop.store.read(restocked, shop.rules, notice, now)
        return [one.is_available for one in found]

    assert await available(ANNI_CHAT) == [False]
    assert await available(BUDI_CHAT) == [True]


async def test_hidden_products_are_not_offered_again(shop: Shop) -> None:
    order = await shop.queue()
    await shop.send_next(shop.reply(order, status_word="success"))
    assert [one.order_id for one in await shop.history.recent(ANNI, 5)] == [order.order_id]
    await hide(shop)
    assert await shop.history.recent(ANNI, 5) == []
    page = await shop.history.page(ANNI, 0, 5)
    assert ([one.order_id for one in page.orders], page.again) == ([order.order_id], [])


async def test_every_act_is_recorded_with_what_was_before_and_can_be_taken_back(
    shop: Shop,
) -> None:
    selection, telkomsel = shop.selection, brand(shop)
    hidden = await selection.sell_to(ADMIN, telkomsel, SoldTo.NOBODY)
    assert hidden.is_change
    assert not (await selection.sell_to(ADMIN, telkomsel, SoldTo.NOBODY)).is_change
    shown = await selection.sell_to(ADMIN, telkomsel, hidden.before.sold_to)
    assert shown.state.sold_to is SoldTo.EVERYBODY
    await selection.disrupt(ADMIN, sm10(shop))
    await selection.note(ADMIN, sm10(shop), "x" * 300)
    ended = await selection.end_disruption(ADMIN, sm10(shop))
    again = await selection.disrupt(ADMIN, sm10(shop), ended.before.disrupted_at)
    assert again.state.choice == ended.before
    assert len(again.state.choice.note) == MAX_NOTE_LENGTH
    assert not (await selection.disrupt(ADMIN, sm10(shop))).is_change
    named = await selection.rename(ADMIN, type_of(shop), "  Pulsa \n HP ")
    assert named.state.path[0].own_name == "Pulsa HP"
    await selection.rename(ADMIN, type_of(shop), "")
    note = "x" * MAX_NOTE_LENGTH
    assert await acts(shop) == [
        ("rename_type", "pulsa-reguler", "Pulsa HP -> -"),
        ("rename_type", "pulsa-reguler", "- -> Pulsa HP"),
        ("disrupt", "SM10", "normal -> disrupted"),
        ("end_disruption", "SM10", "disrupted -> normal"),
        ("disruption_note", "SM10", f"- -> {note}"),
        ("disrupt", "SM10", "normal -> disrupted"),
        ("sell_to", "pulsa-reguler / TELKOMSEL", "nobody -> everybody"),
        ("sell_to", "pulsa-reguler / TELKOMSEL", "everybody -> nobody"),
    ]


async def test_a_new_disruption_has_no_old_note(shop: Shop) -> None:
    await disrupt(shop)
    await shop.selection.end_disruption(ADMIN, brand(shop))
    again = await shop.selection.disrupt(ADMIN, brand(shop))
    assert again.state.choice.note == ""


async def test_a_name_is_cut_so_that_a_button_can_carry_it(shop: Shop) -> None:
    named = await shop.selection.rename(ADMIN, type_of(shop), "📱" * 40)
    assert named.state.choice.name == "📱" * (MAX_NAME_BYTES // 4)


async def test_types_are_moved_in_the_order_that_is_shown(shop: Shop) -> None:
    order = [type_of(shop, one) for one in ("token-pln", "pulsa-reguler", "voucher-game")]

    async def names() -> list[str]:
        return [one.category.name for one in await shop.selection.types(ADMIN, order)]

    assert await names() == ["token-pln", "pulsa-reguler", "voucher-game"]
    assert await shop.selection.place(ADMIN, order[2], 0, order) == 2
    assert await names() == ["voucher-game", "token-pln", "pulsa-reguler"]
    assert await shop.selection.place(ADMIN, order[2], 99, order) == 0
    assert await shop.selection.place(ADMIN, order[2], 2, order) == 2
    assert await names() == ["token-pln", "pulsa-reguler", "voucher-game"]
    assert [one[2] for one in await acts(shop)] == ["1 -> 3", "3 -> 1"]
    with pytest.raises(NotFoundError):
        await shop.selection.place(ADMIN, CategoryId(9_999), 0, order)


async def test_only_owners_select(shop: Shop) -> None:
    await hire(shop)
    budi = Actor(BUDI, BUDI_CHAT)
    for attempt in (
        shop.selection.types(budi),
        shop.selection.disrupted(budi),
        shop.selection.state(budi, sm10(shop)),
        shop.selection.sell_to(budi, sm10(shop), SoldTo.NOBODY),
        shop.selection.place(budi, type_of(shop), 0, []),
        shop.selection.ask(budi, sm10(shop), None, for_name=False),
    ):
        with pytest.raises(NotPermittedError):
            await attempt


async def test_what_is_not_listed_is_not_found(shop: Shop) -> None:
    for target in (UNKNOWN, product_target(ProductId(9_999))):
        with pytest.raises(NotFoundError):
            await shop.selection.state(ADMIN, target)


async def test_to_whom_a_type_is_sold_is_changed_once(shop: Shop) -> None:
    game = category_target(type_of(shop, "voucher-game"))
    for _ in range(2):
        await shop.selection.sell_to(ADMIN, game, SoldTo.STAFF)
    types = await shop.store.read(type_states, shop.catalogue_cache.catalogue)
    states = {one.category.name: (one.sold_to, one.products) for one in types}
    assert states["voucher-game"] == (SoldTo.STAFF, 1)
    assert states["token-pln"] == (SoldTo.EVERYBODY, 1)
    assert await acts(shop) == [("sell_to", "voucher-game", "everybody -> staff")]


async def test_what_is_disrupted_is_listed_newest_first(shop: Shop) -> None:
    await shop.selection.disrupt(ADMIN, brand(shop))
    shop.clock.advance(60)
    await shop.selection.disrupt(ADMIN, product_target(shop.product("XL10")))
    names = [one.target for one in await shop.selection.disrupted(ADMIN)]
    assert names == [product_target(shop.product("XL10")), brand(shop)]
    assert await shop.store.read(disrupted_now, None) == []


async def test_a_state_tells_what_is_above_and_below(shop: Shop) -> None:
    await disrupt(shop)
    await by_staff(shop)
    state = await shop.selection.state(ADMIN, sm10(shop))
    assert (state.sold_to, state.choice.sold_to) == (SoldTo.STAFF, SoldTo.EVERYBODY)
    assert state.disruption is not None
    assert [one.name for one in state.path] == ["pulsa-reguler", "TELKOMSEL", "Umum"]
    above = await shop.selection.state(ADMIN, brand(shop))
    assert [one.name for one in above.children] == ["Umum"]
    assert above.count == 5
    sub = await shop.selection.state(ADMIN, category_target(above.children[0].category_id))
    assert len(sub.products) == 5


async def test_a_question_is_asked_in_the_owners_dialog(shop: Shop) -> None:
    await shop.selection.ask(ADMIN, sm10(shop), 7, for_name=False)
    dialog = await shop.dialogs.of(ADMIN.customer_id)
    assert dialog is not None
    assert (dialog.step, dialog.message_id) == (Step.SELECTION, 7)
    assert dialog.data["target_id"] == shop.product("SM10")


async def test_a_proposal_names_the_type_by_the_owners_name(shop: Shop) -> None:
    await shop.selection.rename(ADMIN, type_of(shop), "Pulsa HP")
    category_id = brand(shop).category_id
    assert category_id is not None
    type_, found = await shop.store.read(brand_of, category_id)
    assert (type_.own_name, found.name) == ("Pulsa HP", "TELKOMSEL")
    assert await shop.store.read(brand_of, type_of(shop)) == ()
    assert await shop.store.read(brand_of, CategoryId(9_999)) == ()
