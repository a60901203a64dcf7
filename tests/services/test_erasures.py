"""Erasures: nothing that says who a person is stays, and the books stay right."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.customer import Actor, Membership, TelegramId
from bot.domain.erasure import Erasure, ErasureObstacle, ErasureRefusedError, pseudonym_of
from bot.domain.errors import (
    NotFoundError,
    NotPermittedError,
    StoreUnavailableError,
    TokenError,
    TokenFault,
)
from bot.domain.ledger import Purpose, bank_transfer, wallet_of
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId, OrderState
from bot.domain.staff import Right
from bot.domain.supplier_comparison import FindingKind
from bot.domain.thread import Draft, Topic
from bot.domain.topup import PaymentProof
from bot.ports.store import Transaction
from bot.services.erasures import (
    AT_ONCE_BYTES,
    WIPE_DUE,
    erase_again,
    erase_listed,
    finish_erasures,
)
from bot.services.people.acts import ActRequest, CustomerAct
from bot.services.restores import restore_state
from bot.services.thread_messages import opened
from tests.databases import StoreForTests
from tests.services.odd_customer import (
    ODD_TEXTS,
    everything,
    odd_customer,
    odd_lines,
    odd_texts_in,
)
from tests.services.shop import (
    ADMIN,
    ANNI,
    ANNI_CHAT,
    BUDI,
    BUDI_CHAT,
    NUMBER,
    SECOND_ADMIN,
    Shop,
)

ANNI_HERSELF = Actor(ANNI, ANNI_CHAT)
A_DAY = 24 * 3600


async def erase(shop: Shop, actor: Actor, customer_id: CustomerId | None = None) -> Erasure:
    proposed = await shop.erasures.propose(actor, customer_id or actor.customer_id)
    return await shop.erasures.erase(actor, proposed.token)


async def obstacles_of(shop: Shop, actor: Actor = ANNI_HERSELF) -> tuple[ErasureObstacle, ...]:
    with pytest.raises(ErasureRefusedError) as caught:
        await shop.erasures.propose(actor, actor.customer_id)
    return caught.value.obstacles


async def without_money(shop: Shop) -> None:
    """Take Anni's and Budi's money out, so that nothing stands in the way of an erasure."""
    for customer_id in (ANNI, BUDI):
        await shop.credit(customer_id, -(await shop.wallet(customer_id)).balance)


async def rows(shop: Shop) -> str:
    assert isinstance(shop.store, StoreForTests)
    return await everything(shop.store)


# --- nothing is left ---


@pytest.mark.usefixtures("each_database")
async def test_nothing_of_an_erased_person_is_left(shop: Shop, tmp_path: Path) -> None:
    odd = await odd_customer(shop)
    before = await rows(shop)
    assert [text for text in ODD_TEXTS if text not in before] == []
    erasure = await erase(shop, ADMIN, odd.customer_id)
    assert odd_lines(await rows(shop)) == []
    person = await shop.person(odd.customer_id)
    assert person is not None
    assert (person.name, person.telegram_id) == ("Pelanggan terhapus 1", None)
    orders = await shop.store.read(lambda tx: tx.orders.history_of(odd.customer_id, 9, 0))
    assert {order.destination for order in orders} == {"***"}
    assert {order.state for order in orders} >= {OrderState.SUCCEEDED, OrderState.FAILED}
    assert shop.listed.erasures == [erasure]
    assert isinstance(shop.store, StoreForTests)
    assert await shop.store.wipe(None)
    if not shop.store.is_on_server:
        assert odd_texts_in(tmp_path) == []


async def linked_person(shop: Shop) -> tuple[Actor, CustomerId]:
    """Link an account that wrote to the shop to a person without one; return both persons."""
    account = TelegramId(777_712_345)
    card = await shop.people.add_person(ADMIN, "ZQXpaper")
    person_id = card.customer.customer_id
    _, token = await shop.people.make_link(ADMIN, person_id)
    former = (await shop.customers.register(account, "ZQXname", "ZQXuser", "id")).actor
    topic, draft = Topic(former.customer_id), Draft("ZQXletter")
    thread = await shop.store.write(opened, topic, shop.clock.now())
    await shop.threads.answer_in(former.customer_id, thread.thread_id, draft, "k")
    await shop.people.link_account(former, token)
    return Actor(person_id, account), former.customer_id


async def test_what_a_linked_account_left_before_is_erased_with_the_person(shop: Shop) -> None:
    person, _ = await linked_person(shop)
    await erase(shop, person)
    left = (await rows(shop)).splitlines()
    assert [line for line in left if "ZQX" in line or str(person.telegram_id) in line] == []


async def test_somebody_elses_person_by_now_is_not_erased(shop: Shop) -> None:
    person, former_id = await linked_person(shop)
    await shop.credit(former_id, 5_000)
    await erase(shop, person)
    assert "ZQXletter" in await rows(shop)
    other, other_former_id = await linked_person(shop)
    await shop.store.write(
        lambda tx: tx.customers.link(TelegramId(777_712_346), other_former_id, shop.clock.now())
    )
    await erase(shop, other)
    assert "ZQXletter" in await rows(shop)


async def test_nothing_is_noted_about_an_erased_person(shop: Shop) -> None:
    await without_money(shop)
    block = ActRequest(ANNI, CustomerAct.BLOCK, reason="Anni")
    shown = await shop.people.propose(ADMIN, block, None)
    await erase(shop, ANNI_HERSELF)
    with pytest.raises(NotFoundError):
        await shop.people.write_note(ADMIN, ANNI, "Anni, next door")
    with pytest.raises(TokenError):
        await shop.people.carry_out(ADMIN, shown.token)
    with pytest.raises(NotFoundError):
        await shop.people.propose(ADMIN, block, None)


async def test_the_act_names_nobody(shop: Shop) -> None:
    await without_money(shop)
    await erase(shop, ANNI_HERSELF)
    (act, *_) = await shop.store.read(lambda tx: tx.admin_acts.latest(1))
    assert (act.action, act.subject, act.detail) == ("erasure", f"user:{ANNI}", "")


async def test_amounts_stay_in_the_acts_about_the_person(shop: Shop) -> None:
    await without_money(shop)
    await erase(shop, ANNI_HERSELF)
    acts = await shop.store.read(lambda tx: tx.admin_acts.about(f"user:{ANNI}"))
    assert [act.detail for act in acts] == ["", "-100000", "100000"]


async def test_what_is_read_from_the_panel_later_stays_masked(shop: Shop) -> None:
    odd = await odd_customer(shop)
    (order,) = await shop.store.read(lambda tx: tx.orders.succeeded_of(odd.customer_id, 9))
    again = shop.row(order, "r-odd", status_word="success", voucher="CODE", note="to Budi")
    await erase(shop, ADMIN, odd.customer_id)
    shop.supplier.shows(again)
    await shop.recon.compare(ADMIN)
    assert odd_lines(await rows(shop)) == []
    findings = await shop.store.read(lambda tx: tx.findings.open(shop.rules.account))
    assert FindingKind.TARGET not in {one.kind for one in findings}


async def test_a_row_of_an_erased_order_that_was_not_stored_is_masked(shop: Shop) -> None:
    order = await shop.queue()
    await shop.send_next(shop.reply(order, "r1", status_word="success", voucher="SN1"))
    await without_money(shop)
    await erase(shop, ANNI_HERSELF)
    row = shop.row(order, "r1", voucher="SN1", note="note")
    at = shop.clock.now()
    await shop.store.write(lambda tx: tx.supplier_rows.record(shop.rules.account, [row], at))
    assert odd_lines(await rows(shop)) == []
    assert f"'{NUMBER}'" not in await rows(shop)


async def test_a_row_that_somebody_elses_open_order_may_need_stays(shop: Shop) -> None:
    order = await shop.queue()
    await shop.send_next(shop.reply(order, "r1", status_word="success", voucher="SN1"))
    free = shop.row(order, "r-free")
    at = shop.clock.now()
    await shop.store.write(lambda tx: tx.supplier_rows.record(shop.rules.account, [free], at))
    other = await shop.queue(BUDI)
    await shop.credit(ANNI, -(await shop.wallet(ANNI)).balance)
    await erase(shop, ANNI_HERSELF)
    assert f"{NUMBER}" in await rows(shop)
    assert (await shop.get(other.order_id)).destination == NUMBER


async def test_the_same_account_is_a_new_person_afterwards(shop: Shop) -> None:
    await without_money(shop)
    await erase(shop, ANNI_HERSELF)
    arrival = await shop.customers.register(ANNI_CHAT, "Anni", "", "id")
    assert arrival.customer.customer_id not in (ANNI, BUDI)


async def test_an_update_in_hand_is_not_repeated(shop: Shop) -> None:
    await without_money(shop)
    odd = (
        '{"update_id":1,"callback_query":{"from":{"id":1001}}}',
        '{"update_id":2,"callback_query":{"from":{"id":1002}}}',
        "no json",
        "[]",
        '{"update_id":5,"message":{"from":{}}}',
    )

    def keep(tx: Transaction) -> None:
        for number, payload in enumerate(odd):
            tx.inbox.add(number + 1, payload, shop.clock.now())

    await shop.store.write(keep)
    await erase(shop, ANNI_HERSELF)
    pending = await shop.store.read(lambda tx: tx.inbox.pending())
    assert [one.update_id for one in pending] == [2, 3, 4, 5]


# --- what stands in the way ---


async def test_money_stands_in_the_way(shop: Shop) -> None:
    assert await obstacles_of(shop) == (ErasureObstacle.BALANCE,)


async def test_an_order_under_way_stands_in_the_way(shop: Shop) -> None:
    order = await shop.queue()
    await shop.credit(ANNI, -(await shop.wallet(ANNI)).available)
    assert await obstacles_of(shop) == (ErasureObstacle.ORDERS,)
    await shop.buy.cancel(ANNI, order.order_id)
    assert await obstacles_of(shop) == (ErasureObstacle.BALANCE,)


async def test_a_parked_order_and_a_refund_that_is_watched_stand_in_the_way(shop: Shop) -> None:
    order = await shop.parked()
    await shop.credit(ANNI, -(await shop.wallet(ANNI)).available)
    assert await obstacles_of(shop) == (ErasureObstacle.CASES,)
    shop.supplier.skipped = 0
    await shop.insist_on_refund(ADMIN, order.order_id)
    await shop.credit(ANNI, -(await shop.wallet(ANNI)).available)
    if (await shop.get(order.order_id)).next_check_at is not None:
        assert await obstacles_of(shop) == (ErasureObstacle.ORDERS,)
        shop.clock.advance(3 * A_DAY)
    await erase(shop, ANNI_HERSELF)
    assert (await shop.get(order.order_id)).destination == "***"


async def test_a_question_stands_in_the_way_until_it_is_closed(shop: Shop) -> None:
    await without_money(shop)
    await shop.help_requests.ask_for_message(ANNI, "asked")
    assert await obstacles_of(shop) == (ErasureObstacle.CASES,)
    (case,) = await shop.store.read(lambda tx: tx.threads.cases_of(ANNI, 2))
    await shop.threads.close(ADMIN, case.thread_id)
    await erase(shop, ANNI_HERSELF)


async def test_nobody_waits_for_an_answer_after_an_erasure(shop: Shop) -> None:
    """A conversation that the shop began is no case."""
    await without_money(shop)
    thread = await shop.store.write(opened, Topic(ANNI), shop.clock.now())
    await shop.threads.answer_in(ANNI, thread.thread_id, Draft("Thanks"), "key")
    assert (await shop.admin.waiting(ADMIN)).count == 1
    erasure = await erase(shop, ANNI_HERSELF)
    assert (await shop.admin.waiting(ADMIN)).count == 0
    name = pseudonym_of(erasure.number)
    found = await shop.people.matches(ADMIN, name.upper())
    assert [one.customer_id for one in found.rows] == [ANNI]


async def test_a_top_up_stands_in_the_way(shop: Shop) -> None:
    await without_money(shop)
    topup = await shop.topups.request(ANNI, Rupiah(25_000), "key")
    assert await obstacles_of(shop) == (ErasureObstacle.TOPUPS,)
    proof = PaymentProof("file")
    await shop.topups.submit_proof(ANNI, proof, "proof", is_unasked=True)
    shop.clock.advance(9 * A_DAY)
    assert await obstacles_of(shop) == (ErasureObstacle.TOPUPS,)
    await shop.topups.decide(ADMIN, topup.topup_id, approve=False)
    await erase(shop, ANNI_HERSELF)


async def test_an_unpaid_top_up_does_not_for_ever(shop: Shop) -> None:
    await without_money(shop)
    topup = await shop.topups.request(ANNI, Rupiah(25_000), "key")
    shop.clock.advance(9 * A_DAY)
    await erase(shop, ANNI_HERSELF)
    kept = await shop.store.read(lambda tx: tx.topups.get(topup.topup_id))
    assert kept is not None
    assert kept.message_id is None


async def test_staff_is_not_erased(shop: Shop) -> None:
    with pytest.raises(ErasureRefusedError) as caught:
        await shop.erasures.propose(ADMIN, SECOND_ADMIN.customer_id)
    assert caught.value.obstacles == (ErasureObstacle.STAFF,)


async def test_whom_the_shop_has_blocked_or_refused_asks_the_owner(shop: Shop) -> None:
    """Else they would come back as somebody new."""
    await without_money(shop)
    now = shop.clock.now()
    await shop.store.write(lambda tx: tx.customer_cards.set_block(ANNI, now, "tipu"))
    assert await obstacles_of(shop) == (ErasureObstacle.BLOCKED,)
    await shop.store.write(lambda tx: tx.customers.set_membership(BUDI, Membership.REFUSED))
    assert ErasureObstacle.BLOCKED in await obstacles_of(shop, Actor(BUDI, BUDI_CHAT))
    assert (await erase(shop, ADMIN, ANNI)).customer_id == ANNI


async def test_an_erased_person_neither_works_here_nor_comes_back_by_a_link(shop: Shop) -> None:
    await without_money(shop)
    link = await shop.staffing.make_link(ADMIN, {Right.SELL})
    asks = await shop.staffing.ask(ANNI_HERSELF, link.code)
    assert asks.link_id is not None
    await erase(shop, ANNI_HERSELF)
    with pytest.raises(NotFoundError):
        await shop.staffing.decide(ADMIN, asks.link_id, accepts=True)
    with pytest.raises(NotFoundError):
        await shop.people.make_link(ADMIN, ANNI)


async def test_a_debt_stands_in_the_way(shop: Shop) -> None:
    await without_money(shop)
    debt = bank_transfer(
        wallet_of(ANNI), -5_000, Purpose.DEBIT, "debt", shop.clock.now(), ADMIN.customer_id
    )

    def owe(tx: Transaction) -> None:
        tx.ledger.open_wallet(ANNI, 50_000)
        tx.ledger.record(debt)

    await shop.store.write(owe)
    assert await obstacles_of(shop) == (ErasureObstacle.DEBT,)


# --- once, and by whom ---


async def test_a_token_erases_once(shop: Shop) -> None:
    await without_money(shop)
    proposed = await shop.erasures.propose(ADMIN, ANNI)
    erasure = await shop.erasures.erase(ADMIN, proposed.token)
    assert (erasure.customer_id, erasure.number) == (ANNI, 1)
    with pytest.raises(TokenError) as caught:
        await shop.erasures.erase(ADMIN, proposed.token)
    assert caught.value.fault is TokenFault.USED
    with pytest.raises(NotFoundError):
        await shop.erasures.propose(ADMIN, ANNI)
    assert (await erase(shop, ADMIN, BUDI)).number == 2


async def test_the_obstacles_are_looked_for_again_at_the_press(shop: Shop) -> None:
    await without_money(shop)
    proposed = await shop.erasures.propose(ANNI_HERSELF, ANNI)
    await shop.credit(ANNI, 1_000)
    with pytest.raises(ErasureRefusedError):
        await shop.erasures.erase(ANNI_HERSELF, proposed.token)


async def test_only_an_owner_erases_somebody_else(shop: Shop) -> None:
    await without_money(shop)
    with pytest.raises(NotPermittedError):
        await shop.erasures.propose(ANNI_HERSELF, BUDI)
    with pytest.raises(NotFoundError):
        await shop.erasures.propose(ADMIN, CustomerId(7))


# --- again, after a restore ---


@pytest.mark.usefixtures("each_database")
async def test_an_older_backup_is_erased_again(shop: Shop) -> None:
    odd = await odd_customer(shop)
    assert isinstance(shop.store, StoreForTests)
    backup = await shop.store.dump()
    erasure = await erase(shop, ADMIN, odd.customer_id)
    await shop.store.load(backup)
    assert odd_lines(await rows(shop)) != []
    now = shop.clock.now()
    assert await shop.store.write(erase_again, shop.listed.erasures, now) == 1
    await shop.store.write(restore_state, shop.rules, 1, now)
    assert odd_lines(await rows(shop)) == []
    person = await shop.person(odd.customer_id)
    assert person is not None
    assert person.name == pseudonym_of(erasure.number)
    assert await shop.store.write(erase_again, shop.listed.erasures, now) == 0
    acts = await shop.store.read(lambda tx: tx.admin_acts.latest(9))
    assert "erasure" not in {act.action for act in acts}


async def test_an_order_that_is_open_in_the_backup_is_masked_when_it_ends(shop: Shop) -> None:
    order = await shop.queue()
    assert isinstance(shop.store, StoreForTests)
    backup = await shop.store.dump()
    await shop.buy.cancel(ANNI, order.order_id)
    await without_money(shop)
    await erase(shop, ANNI_HERSELF)
    await shop.store.load(backup)
    now = shop.clock.now()
    await shop.store.write(erase_again, shop.listed.erasures, now)
    assert (await shop.get(order.order_id)).destination == NUMBER
    assert await shop.store.write(finish_erasures, now) == 0
    await shop.store.write(restore_state, shop.rules, 1, now)
    await shop.insist_on_refund(ADMIN, order.order_id)
    shop.clock.advance(3 * A_DAY)
    await shop.erasures.step()
    assert (await shop.get(order.order_id)).destination == "***"


async def test_another_shops_person_is_left_alone(shop: Shop) -> None:
    now = shop.clock.now()
    other = Erasure(ANNI, 1, now - timedelta(days=1), now)
    unknown = Erasure(CustomerId(7), 2, now, now)
    assert await shop.store.write(erase_again, [other, unknown], now) == 0
    person = await shop.person(ANNI)
    assert person is not None
    assert person.telegram_id == ANNI_CHAT


# --- the worker ---


async def test_the_file_is_rewritten_a_minute_later(shop: Shop) -> None:
    assert await shop.erasures.step() == 3600
    await without_money(shop)
    await erase(shop, ANNI_HERSELF)
    assert await shop.erasures.step() == 60
    assert shop.wiper.limits == []
    shop.clock.advance(60)
    shop.wiper.is_done = False
    assert await shop.erasures.step() == 60
    shop.wiper.is_done = True
    shop.clock.advance(14 * 3600)
    assert await shop.erasures.step() == 3600
    assert shop.wiper.limits == [AT_ONCE_BYTES, None]
    assert await shop.erasures.step() == 3600
    assert len(shop.wiper.limits) == 2


async def test_another_erasure_meanwhile_is_wiped_as_well(shop: Shop) -> None:
    await without_money(shop)
    await erase(shop, ANNI_HERSELF)
    shop.clock.advance(60)
    wipe = shop.wiper.wipe

    async def erase_meanwhile(most_bytes: int | None) -> bool:
        shop.wiper.wipe = wipe  # type: ignore[method-assign]
        shop.clock.advance(1)
        await erase(shop, Actor(BUDI, BUDI_CHAT))
        return await wipe(most_bytes)

    shop.wiper.wipe = erase_meanwhile  # type: ignore[method-assign]
    await shop.erasures.step()
    assert await shop.store.read(lambda tx: tx.facts.get(WIPE_DUE)) != ""


async def test_erasures_one_after_the_other_postpone_it_by_an_hour(shop: Shop) -> None:
    await without_money(shop)
    await erase(shop, ANNI_HERSELF)
    for _ in range(119):
        shop.clock.advance(30)
        now = shop.clock.now()
        await shop.store.write(erase_listed, Erasure(BUDI, 2, now, now), now)
        assert 30 <= await shop.erasures.step() <= 60
    assert shop.wiper.limits == []
    shop.clock.advance(30)
    assert await shop.erasures.step() == 30
    assert shop.wiper.limits == [AT_ONCE_BYTES]
    shop.clock.advance(30)
    assert await shop.erasures.step() == 3600
    assert await shop.erasures.step() == 3600
    assert shop.wiper.limits == [AT_ONCE_BYTES] * 2


async def test_a_list_that_cannot_be_written_is_tried_again(shop: Shop) -> None:
    await without_money(shop)
    shop.listed.failure = StoreUnavailableError("unreadable")
    await erase(shop, ANNI_HERSELF)
    assert shop.listed.erasures == []
    shop.clock.advance(60)
    await shop.erasures.step()
    assert await shop.erasures.step() == 60
    shop.listed.failure = None
    assert await shop.erasures.step() == 3600
    assert [one.customer_id for one in shop.listed.erasures] == [ANNI]
