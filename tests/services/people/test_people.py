"""Staff list and find customers, read their cards, and decide about them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from bot.domain.customer import Actor, TelegramId
from bot.domain.customer_card import CustomerList
from bot.domain.dialog import Step
from bot.domain.errors import (
    AccountInUseError,
    ConfirmationOutdatedError,
    CustomerActError,
    CustomerActFault,
    CustomerBlockedError,
    InsufficientFundsError,
    NotFoundError,
    NotPermittedError,
    OwnAffairError,
    TokenError,
    TokenFault,
)
from bot.domain.ledger import wallet_of
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId, OrderId
from bot.domain.staff import Right, StaffMember, written
from bot.domain.viewer import LevelId
from bot.ports.store import Transaction
from bot.ports.versions import Subject
from bot.services.people.acts import ActRequest, CustomerAct
from bot.services.people.people import PER_PAGE, Choice, CustomerQuestion
from tests.services.shop import (
    ADMIN,
    ADMIN_CHAT,
    ANNI,
    ANNI_CHAT,
    BUDI,
    BUDI_CHAT,
    NUMBER,
    Shop,
)

BLOCK = ActRequest(ANNI, CustomerAct.BLOCK, reason="tidak membayar")
UNBLOCK = ActRequest(ANNI, CustomerAct.UNBLOCK)
NOBODY = CustomerId(77)
ANNIS = Actor(ANNI, ANNI_CHAT)
BUDIS = Actor(BUDI, BUDI_CHAT)


def limit(amount: int) -> ActRequest:
    return ActRequest(ANNI, CustomerAct.CREDIT_LIMIT, amount)


async def do(shop: Shop, request: ActRequest) -> None:
    """Carry out what an owner asks for about a customer."""
    proposed = await shop.people.propose(ADMIN, request, None)
    await shop.people.carry_out(ADMIN, proposed.token)


async def employ(shop: Shop, *rights: Right) -> Actor:
    """Give Budi these rights."""
    member = StaffMember(BUDI, written(rights), ADMIN.customer_id, shop.clock.now())
    await shop.store.write(lambda tx: tx.staff.put(member))
    return BUDIS


async def found(shop: Shop, term: str) -> list[CustomerId]:
    page = await shop.people.matches(ADMIN, term)
    return [row.customer_id for row in page.rows]


async def newest_act(shop: Shop) -> tuple[str, str, str]:
    (act,) = await shop.store.read(lambda tx: tx.admin_acts.latest(1))
    return act.action, act.subject, act.detail


# --- lists and search ---


async def test_lists_show_their_customers_in_order(shop: Shop) -> None:
    order = await shop.accepted()
    await shop.store.write(lambda tx: tx.customer_cards.set_credit_limit(BUDI, 150_000))
    await shop.credit(BUDI, -100_001)
    await do(shop, BLOCK)
    pages = {which: await shop.people.listed(ADMIN, which, 0, 5) for which in CustomerList}
    assert pages[CustomerList.NEWEST].rows[0].customer_id > ANNI
    assert len(pages[CustomerList.NEWEST].rows) == 4
    assert pages[CustomerList.MOST_ACTIVE].rows == []  # The order is not done yet.
    ((owing,), (blocked,)) = (pages[one].rows for one in (CustomerList.OWING, CustomerList.BLOCKED))
    assert (owing.customer_id, owing.balance) == (BUDI, -1)
    assert (blocked.customer_id, blocked.blocked_at) == (ANNI, shop.clock.now())
    shop.supplier.shows(shop.row(order, status_word="success"))
    await shop.poll_for(60)
    (active,) = (await shop.people.listed(ADMIN, CustomerList.MOST_ACTIVE, 0, 5)).rows
    assert (active.customer_id, active.recent_orders) == (ANNI, 1)


async def test_a_list_waits_for_a_typed_search(shop: Shop) -> None:
    await shop.people.listed(ADMIN, CustomerList.NEWEST, 0, 5)
    dialog = await shop.store.read(lambda tx: tx.dialogs.get(ADMIN.customer_id))
    assert dialog is not None
    assert (dialog.step, dialog.message_id) == (Step.CUSTOMER, 5)
    assert dialog.data["asks"] == CustomerQuestion.SEARCH


async def test_pages(shop: Shop) -> None:
    for number in range(PER_PAGE):
        await shop.people.add_person(ADMIN, f"Tetangga {number}")
    first = await shop.people.listed(ADMIN, CustomerList.NEWEST, 0, None)
    second = await shop.people.listed(ADMIN, CustomerList.NEWEST, 1, None)
    assert (len(first.rows), first.has_next, len(second.rows), second.has_next) == (
        PER_PAGE,
        True,
        4,
        False,
    )
    gone = await shop.people.listed(ADMIN, CustomerList.NEWEST, 9, None)
    assert (gone.rows, gone.page) == (first.rows, 0)
    searched = await shop.people.search(ADMIN, "tetangga", 0, None)
    assert (len(searched.rows), searched.has_next, searched.is_cut) == (PER_PAGE, False, False)


def _add_person(tx: Transaction, name: str, at: datetime) -> None:
    tx.customers.add(name, at)


async def test_a_search_shows_so_many(shop: Shop) -> None:
    for number in range(5 * PER_PAGE + 1):
        add = partial(_add_person, name=f"Orang {number}", at=shop.clock.now())
        await shop.store.write(add)
    first = await shop.people.search(ADMIN, "orang", 0, None)
    last = await shop.people.search(ADMIN, "orang", 4, None)
    assert (first.has_next, first.is_cut, last.has_next, len(last.rows)) == (
        True,
        True,
        False,
        PER_PAGE,
    )


@pytest.mark.parametrize(
    "term",
    [
        "Anni", "ANN", "  anni   sus ", "@anni_99", "ni_9", str(ANNI_CHAT), str(ANNI),
        "0812 3456 7890", "62812345", "8123456", "+62 812-3456-7890", "7890", "67890",
    ],
)  # fmt: skip
async def test_customers_are_found_by_what_is_known_of_them(shop: Shop, term: str) -> None:
    await shop.customers.register(ANNI_CHAT, "Anni Süsanti", "Anni_99", "id")
    await shop.customers.register(ANNI_CHAT, "Anni Susanti", "Anni_99", "id")
    await shop.queue(ANNI, number=NUMBER)
    assert await found(shop, term) == [ANNI]


@pytest.mark.parametrize("term", ["%", "ann%", "anni_", "ä", "99999999", "7891", "   "])
async def test_nobody_is_found_by_what_is_not_theirs(shop: Shop, term: str) -> None:
    await shop.customers.register(ANNI_CHAT, "Anni Susanti", "annisan", "id")
    await shop.queue(ANNI, number=NUMBER)
    assert await found(shop, term) == []


async def test_only_staff_with_the_right_see_customers(shop: Shop) -> None:
    cashier = await employ(shop, Right.TOPUPS)
    for actor in (ANNIS, cashier):
        with pytest.raises(NotPermittedError):
            await shop.people.listed(actor, CustomerList.NEWEST, 0, None)
        with pytest.raises(NotPermittedError):
            await shop.people.card(actor, ANNI)
        with pytest.raises(NotPermittedError):
            await shop.people.propose(actor, BLOCK, None)


# --- the card ---


async def test_the_card_has_the_figures_of_thirty_days(shop: Shop) -> None:
    order = await shop.accepted()
    shop.supplier.shows(shop.row(order, status_word="success"))
    await shop.poll_for(60)
    await shop.help_requests.ask_about_order(ANNI, order.order_id, "ask")
    topup = await shop.topups.request(ANNI, Rupiah(50_000), "k")
    await shop.topups.decide(ADMIN, topup.topup_id, approve=True)
    card = await shop.people.card(ADMIN, ANNI)
    assert (card.figures.orders, card.figures.turnover, card.figures.margin) == (1, 11_200, 1_000)
    assert (card.figures.failures, card.figures.complaints) == (0, 1)
    assert card.last_order is not None
    assert card.last_topup is not None
    assert (card.last_topup.amount, card.wallet.balance) == (50_000, 138_800)
    assert (card.is_owner, card.is_for_owner, card.has_costs, card.level) == (
        False,
        True,
        True,
        None,
    )
    shop.clock.advance(30 * 24 * 3600)
    assert (await shop.people.card(ADMIN, ANNI)).figures.orders == 0


async def test_staff_see_less_of_a_card_than_owners(shop: Shop) -> None:
    card = await shop.people.card(await employ(shop, Right.CUSTOMERS), ADMIN.customer_id)
    assert (card.is_owner, card.is_for_owner, card.has_costs) == (True, False, False)


async def test_an_unknown_customer_has_no_card(shop: Shop) -> None:
    with pytest.raises(NotFoundError):
        await shop.people.card(ADMIN, NOBODY)
    for question in (CustomerQuestion.NOTE, CustomerQuestion.CREDIT_LIMIT):
        with pytest.raises(NotFoundError):
            await shop.people.ask(ADMIN, question, NOBODY, None)
    with pytest.raises(NotFoundError):
        await shop.people.propose(ADMIN, replace(BLOCK, customer_id=NOBODY), None)
    with pytest.raises(NotFoundError):
        await shop.people.order(ADMIN, OrderId(99))
    assert await shop.people.ask(ADMIN, CustomerQuestion.NAME, None, 3) is None


async def test_a_customers_orders_are_listed_by_pages(shop: Shop) -> None:
    order = await shop.queue(ANNI)
    card, orders, has_next = await shop.people.orders(ADMIN, ANNI, 0)
    assert (card.customer.customer_id, orders, has_next) == (ANNI, [order], False)
    one_card, one = await shop.people.order(ADMIN, order.order_id)
    assert (one_card.customer.customer_id, one) == (ANNI, order)


# --- notes and levels ---


async def test_a_note_is_kept_and_logged_with_the_one_before(shop: Shop) -> None:
    anni = await shop.people.ask(ADMIN, CustomerQuestion.NOTE, ANNI, 3)
    assert anni is not None
    card = await shop.people.write_note(ADMIN, ANNI, "  bayar tiap Jumat\x00 ")
    assert card.file.note == "bayar tiap Jumat"
    assert len((await shop.people.write_note(ADMIN, ANNI, "x" * 900)).file.note) == 500
    for _ in range(2):  # The second changes nothing, and is not logged.
        assert (await shop.people.write_note(ADMIN, ANNI, "")).file.note == ""
    action, subject, detail = await newest_act(shop)
    assert (action, subject, detail) == ("note", f"user:{ANNI}", f"{'x' * 500} → ")
    assert await shop.store.read(lambda tx: tx.dialogs.get(ADMIN.customer_id)) is None


async def test_only_owners_give_levels_that_exist(shop: Shop) -> None:
    with pytest.raises(NotFoundError):
        await shop.people.set_level(ADMIN, ANNI, LevelId(3))
    card = await shop.people.set_level(ADMIN, ANNI, None)
    assert card.customer.level_id is None
    with pytest.raises(NotPermittedError):
        await shop.people.set_level(await employ(shop, Right.CUSTOMERS), ANNI, None)


def _make_level(tx: Transaction) -> None:
    """Make the level 3; the use case for it is another feature's."""
    tx.policy._connection.execute(  # type: ignore[attr-defined]
        "insert into customer_levels values (3, 'Grosir', 1)"
    )
    tx.versions.raise_(Subject.POLICY)


async def test_a_level_is_logged_with_the_one_before(shop: Shop) -> None:
    await shop.store.write(_make_level)
    card = await shop.people.set_level(ADMIN, ANNI, LevelId(3))
    assert (card.level and card.level.name, card.customer.level_id) == ("Grosir", 3)
    assert await newest_act(shop) == ("level", f"user:{ANNI}", " → Grosir")
    card = await shop.people.set_level(ADMIN, ANNI, None)
    assert card.level is None
    assert (await newest_act(shop))[2] == "Grosir → "


# --- blocks ---


async def test_employees_do_not_unblock_themselves(shop: Shop) -> None:
    member = StaffMember(ANNI, Right.CUSTOMERS, ADMIN.customer_id, shop.clock.now())
    await shop.store.write(lambda tx: tx.staff.put(member))
    await do(shop, BLOCK)
    with pytest.raises(OwnAffairError):
        await shop.people.propose(ANNIS, UNBLOCK, None)


async def test_a_blocked_customer_can_neither_buy_nor_top_up(shop: Shop) -> None:
    token = await shop.token(ANNI)
    under_way = await shop.queue(ANNI, number="081299990000")
    await do(shop, BLOCK)
    assert await newest_act(shop) == ("block", f"user:{ANNI}", "tidak membayar")
    for attempt in (
        shop.buy.choose(ANNI, shop.product("SM10"), None),
        shop.buy.quote(ANNI, shop.product("SM10"), NUMBER),
        shop.buy.confirm(ANNI, token, 55),
        shop.topups.ask_amount(ANNI, None),
        shop.topups.request(ANNI, Rupiah(50_000), "k"),
    ):
        with pytest.raises(CustomerBlockedError):
            await attempt
    shop.supplier.shows(shop.row(under_way, "r1"))
    accepted = await shop.send_next(shop.reply(under_way, "r1"))
    assert accepted.order_id == under_way.order_id
    await do(shop, UNBLOCK)
    assert (await shop.buy.confirm(ANNI, token, 55)).customer_id == ANNI
    assert await newest_act(shop) == ("unblock", f"user:{ANNI}", "tidak membayar → ")


async def test_a_block_waits_for_a_reason(shop: Shop) -> None:
    await shop.people.propose(ADMIN, replace(BLOCK, reason=""), 9)
    dialog = await shop.store.read(lambda tx: tx.dialogs.get(ADMIN.customer_id))
    assert dialog is not None
    assert (dialog.data["asks"], dialog.data["customer_id"]) == (CustomerQuestion.REASON, ANNI)
    card = await shop.people.card(ADMIN, ANNI)
    assert card.file.blocked_at is None


async def test_owners_are_not_blocked_and_nothing_is_done_twice(shop: Shop) -> None:
    with pytest.raises(CustomerActError) as caught:
        await shop.people.propose(ADMIN, replace(BLOCK, customer_id=ADMIN.customer_id), None)
    assert caught.value.fault is CustomerActFault.OWNER
    with pytest.raises(CustomerActError) as caught:
        await shop.people.propose(ADMIN, UNBLOCK, None)
    assert caught.value.fault is CustomerActFault.UNCHANGED
    proposed = await shop.people.propose(ADMIN, BLOCK, None)
    second = await shop.people.propose(ADMIN, BLOCK, None)
    await shop.people.carry_out(ADMIN, proposed.token)
    with pytest.raises(TokenError) as used:
        await shop.people.carry_out(ADMIN, proposed.token)
    assert used.value.fault is TokenFault.USED
    with pytest.raises(CustomerActError):
        await shop.people.carry_out(ADMIN, second.token)
    assert await shop.people.customer_of_act(ADMIN, proposed.token) == ANNI
    with pytest.raises(NotFoundError):
        await shop.people.customer_of_act(ADMIN, "unknown")
    choice = await shop.people.keep_choice(ADMIN, Choice(5_000, ""))
    with pytest.raises(NotFoundError):
        await shop.people.customer_of_act(ADMIN, choice)


async def test_only_owners_block_and_unblock_who_works_for_the_shop(shop: Shop) -> None:
    proposed = await shop.people.propose(await employ(shop, Right.CUSTOMERS), BLOCK, None)
    member = StaffMember(ANNI, Right.SELL, ADMIN.customer_id, shop.clock.now())
    await shop.store.write(lambda tx: tx.staff.put(member))
    for attempt in (
        shop.people.carry_out(BUDIS, proposed.token),
        shop.people.propose(BUDIS, BLOCK, None),
    ):
        with pytest.raises(CustomerActError) as caught:
            await attempt
        assert caught.value.fault is CustomerActFault.STAFF
    await do(shop, BLOCK)
    with pytest.raises(CustomerActError):
        await shop.people.propose(BUDIS, UNBLOCK, None)
    await do(shop, UNBLOCK)


# --- credit limits ---


async def test_a_granted_limit_lets_the_wallet_go_below_zero(shop: Shop) -> None:
    proposed = await shop.people.propose(ADMIN, limit(50_000), None)
    assert (proposed.before, proposed.after) == (0, 50_000)
    assert (await shop.wallet(ANNI)).credit_limit == 0
    done, card = await shop.people.carry_out(ADMIN, proposed.token)
    assert (done.wallet.credit_limit, card.wallet.available) == (50_000, 150_000)
    assert await newest_act(shop) == ("credit_limit", f"user:{ANNI}", "0 → 50000")
    await shop.credit(ANNI, -140_000)
    assert (await shop.wallet(ANNI)).balance == -40_000
    with pytest.raises(InsufficientFundsError):
        await shop.credit(ANNI, -10_001)
    # It outlives everything that applies the settings' limits.
    await shop.restart()
    await shop.customers.register(ANNI_CHAT, "Anni", "", "id")
    assert (await shop.wallet(ANNI)).credit_limit == 50_000
    # Lowered below the debt, the debt stays, and every repayment lowers the limit.
    await do(shop, limit(10_000))
    assert (await shop.wallet(ANNI)).credit_limit == 40_000
    await shop.credit(ANNI, 35_000)
    assert (await shop.wallet(ANNI)).credit_limit == 10_000


async def test_two_owners_do_not_grant_past_each_other(shop: Shop) -> None:
    first = await shop.people.propose(ADMIN, limit(50_000), None)
    await do(shop, limit(20_000))
    with pytest.raises(ConfirmationOutdatedError):
        await shop.people.carry_out(ADMIN, first.token)
    assert (await shop.wallet(ANNI)).credit_limit == 20_000


async def test_only_owners_grant_credit(shop: Shop) -> None:
    clerk = await employ(shop, Right.CUSTOMERS)
    with pytest.raises(NotPermittedError):
        await shop.people.propose(clerk, limit(50_000), None)
    with pytest.raises(NotPermittedError):
        await shop.people.ask(clerk, CustomerQuestion.CREDIT_LIMIT, ANNI, None)
    proposed = await shop.people.propose(clerk, BLOCK, None)
    await shop.store.write(lambda tx: tx.staff.remove(BUDI))
    with pytest.raises(NotPermittedError):
        await shop.people.carry_out(clerk, proposed.token)
    assert (await shop.people.card(ADMIN, ANNI)).file.blocked_at is None


# --- choices of a named customer ---


async def test_a_choice_is_kept_for_half_an_hour(shop: Shop) -> None:
    token = await shop.people.keep_choice(ADMIN, Choice(-5_000, "utang"))
    for _ in range(2):
        assert await shop.people.choice(ADMIN, token) == Choice(-5_000, "utang")
    shop.clock.advance(31 * 60)
    with pytest.raises(TokenError):
        await shop.people.choice(ADMIN, token)


# --- persons without Telegram ---


async def test_a_person_without_telegram_is_linked_once(shop: Shop) -> None:
    card = await shop.people.add_person(ADMIN, " Bu  Tuti ")
    tuti = card.customer.customer_id
    assert (card.customer.name, card.customer.telegram_id) == ("Bu Tuti", None)
    await shop.credit(tuti, 25_000)
    _, old = await shop.people.make_link(ADMIN, tuti)
    _, code = await shop.people.make_link(ADMIN, tuti)
    account = TelegramId(4_004)
    arrival = await shop.customers.register(account, "Tuti", "tuti", "id")
    with pytest.raises(NotFoundError):
        await shop.people.link_account(arrival.actor, old)
    linked = await shop.people.link_account(arrival.actor, code)
    assert (linked.customer_id, linked.telegram_id) == (tuti, account)
    again = await shop.customers.register(account, "Tuti", "tuti", "id")
    assert again.actor == Actor(tuti, account)
    assert await found(shop, "@tuti") == [tuti]
    with pytest.raises(NotFoundError):
        await shop.people.link_account(again.actor, code)
    with pytest.raises(NotFoundError):
        await shop.people.make_link(ADMIN, tuti)


async def test_an_account_with_money_or_rights_or_a_block_is_not_linked(shop: Shop) -> None:
    tuti = (await shop.people.add_person(ADMIN, "Tuti")).customer.customer_id
    _, code = await shop.people.make_link(ADMIN, tuti)
    blocked = (await shop.customers.register(TelegramId(5_001), "Dul", "", "id")).actor
    employed = (await shop.customers.register(TelegramId(5_002), "Eka", "", "id")).actor
    now = shop.clock.now()
    await shop.store.write(lambda tx: tx.customer_cards.set_block(blocked.customer_id, now, ""))
    member = StaffMember(employed.customer_id, "sell", ADMIN.customer_id, now)
    await shop.store.write(lambda tx: tx.staff.put(member))
    for opener in (BUDIS, Actor(ADMIN.customer_id, ADMIN_CHAT), blocked, employed):
        with pytest.raises(AccountInUseError):
            await shop.people.link_account(opener, code)
    shop.clock.at += timedelta(days=8)
    arrival = await shop.customers.register(TelegramId(4_004), "Tuti", "", "id")
    with pytest.raises(NotFoundError):
        await shop.people.link_account(arrival.actor, code)
    assert (await shop.account(wallet_of(tuti))).balance == 0


async def test_a_person_needs_a_name(shop: Shop) -> None:
    with pytest.raises(NotFoundError):
        await shop.people.add_person(ADMIN, " … ")


async def test_old_days_are_taken_off(shop: Shop) -> None:
    order = await shop.accepted()
    shop.supplier.shows(shop.row(order, status_word="success"))
    await shop.poll_for(60)
    ended = shop.clock.now()

    async def forget(days: int) -> int:
        before = ended + timedelta(days=days)
        return await shop.store.write(lambda tx: tx.customer_cards.forget_days(before, 10))

    assert (await forget(0), await forget(1)) == (0, 1)
    assert (await shop.people.listed(ADMIN, CustomerList.MOST_ACTIVE, 0, None)).rows == []
