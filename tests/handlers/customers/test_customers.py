"""/customers: lists, search, cards, and what staff decide on a card."""

from __future__ import annotations

import pytest

from bot.domain.order import CustomerId
from bot.domain.staff import Right, StaffMember, written
from handlers.customers.buttons import AskBlock, AskCreditLimit, DoCustomerAct, FoundCustomers
from handlers.ui.staff_buttons import ListCustomers, ShowCustomer
from tests.handlers.admins import (
    ENGLISH_ADMIN,
    INDONESIAN_ADMIN,
    acts,
    balance_of,
    register_second_admin,
)
from tests.handlers.harness import CLARE, BotHarness
from tests.services.shop import ADMIN, ANNI, ANNI_CHAT, BUDI


@pytest.fixture
async def owner(harness: BotHarness) -> BotHarness:
    """A shop whose second owner reads English."""
    await register_second_admin(harness)
    await harness.shop.customers.register(ANNI_CHAT, "Anni", "", "id")
    return harness


async def open_card(harness: BotHarness, name: str = "Anni") -> None:
    await harness.say(f"/customers {name}", ENGLISH_ADMIN)
    await harness.press(name, ENGLISH_ADMIN)


async def employ(harness: BotHarness, who: CustomerId, *rights: Right) -> None:
    member = StaffMember(who, written(rights), ADMIN.customer_id, harness.shop.clock.now())
    await harness.shop.store.write(lambda tx: tx.staff.put(member))


async def test_a_list_opens_the_card_and_a_typed_name_searches(owner: BotHarness) -> None:
    await owner.say("/pelanggan", ENGLISH_ADMIN)
    assert "Customers: the newest" in owner.text(ENGLISH_ADMIN)
    assert owner.labels(ENGLISH_ADMIN)[0].startswith("Clare · ")
    for label, title in (
        ("Most active", "Nobody has bought"),
        ("Owing", "Nobody owes"),
        ("Blocked", "Nobody is blocked"),
        ("Newest", "the newest"),
    ):
        await owner.press(label, ENGLISH_ADMIN)
        assert title in owner.text(ENGLISH_ADMIN)
    await owner.say("nni", ENGLISH_ADMIN)
    assert owner.labels(ENGLISH_ADMIN)[0].startswith("Anni")
    await owner.press("Anni", ENGLISH_ADMIN)
    text = owner.text(ENGLISH_ADMIN)
    for part in ("Balance: Rp100,000", "0 orders", "Has not bought anything yet"):
        assert part in text, text
    assert f"tg://user?id={ANNI_CHAT}" in str(owner.last(ENGLISH_ADMIN))
    assert await owner.is_idle(ENGLISH_ADMIN)


async def test_while_a_list_is_open_an_owner_may_still_buy(owner: BotHarness) -> None:
    await owner.say("/customers", ENGLISH_ADMIN)
    await owner.say("zzz", ENGLISH_ADMIN)
    assert "No customer matches" in owner.text(ENGLISH_ADMIN)
    await owner.say("tsel 10", ENGLISH_ADMIN)
    assert "Telkomsel" in owner.shown(ENGLISH_ADMIN).splitlines()[-1]
    await owner.say("/customers", ENGLISH_ADMIN)
    await owner.say("/status", ENGLISH_ADMIN)
    assert await owner.is_idle(ENGLISH_ADMIN)
    await owner.say("/customers", ENGLISH_ADMIN)
    owner.shop.clock.advance(2 * 3600)
    await owner.say("Anni", ENGLISH_ADMIN)
    assert "Customers for" not in owner.text(ENGLISH_ADMIN)


async def test_a_found_customer_bought_for_the_number(owner: BotHarness) -> None:
    await owner.shop.queue(ANNI, number="081234567890")
    await owner.say("/customers 67890", ENGLISH_ADMIN)
    await owner.press("Anni", ENGLISH_ADMIN)
    assert "for 081234567890" in owner.text(ENGLISH_ADMIN)
    await owner.press("Orders", ENGLISH_ADMIN)
    await owner.press("K1", ENGLISH_ADMIN)
    assert "081234567890 · Rp11,200" in owner.text(ENGLISH_ADMIN)
    assert "All facts" in str(owner.labels(ENGLISH_ADMIN))
    await owner.press("Back", ENGLISH_ADMIN)
    assert "Orders of Anni" in owner.text(ENGLISH_ADMIN)


async def test_an_employee_reads_masked_numbers_and_grants_no_credit(owner: BotHarness) -> None:
    await owner.shop.queue(ANNI, number="081234567890")
    await employ(owner, CLARE, Right.CUSTOMERS)
    await owner.say("/customers anni", CLARE)
    await owner.press("Anni", CLARE)
    assert "0812••••7890" in owner.text(CLARE)
    assert "Credit limit" not in str(owner.labels(CLARE))
    await owner.press("Orders", CLARE)
    await owner.press("K1", CLARE)
    assert "081234567890" not in owner.text(CLARE)
    assert "All facts" not in str(owner.labels(CLARE))
    answer = await owner.forge(AskCreditLimit(ANNI), CLARE)
    assert "older version" in answer.text


async def test_the_card_says_who_invited_and_hands_out_or_erases_the_data(
    owner: BotHarness,
) -> None:
    shop = owner.shop
    invitation = await shop.joining.invite(ADMIN)
    assert await shop.joining.come_by(ANNI, invitation.code)
    await shop.credit(ANNI, -(await shop.wallet(ANNI)).balance)
    await open_card(owner)
    assert "Invited by User 9001" in owner.text(ENGLISH_ADMIN)
    await owner.press("Their data", ENGLISH_ADMIN)
    assert [act.action for act in await acts(owner)][:1] == ["personal_data"]
    await open_card(owner)
    await owner.press("Erase data", ENGLISH_ADMIN)
    await owner.press("Erase for good", ENGLISH_ADMIN)
    await owner.forge(ShowCustomer(ANNI), ENGLISH_ADMIN)
    assert "Pelanggan terhapus 1" in owner.text(ENGLISH_ADMIN)
    assert [one for one in owner.labels(ENGLISH_ADMIN) if "Note" in one or "Write" in one] == []


async def test_customers_do_not_learn_of_the_lists(harness: BotHarness) -> None:
    await harness.say("/nonsense", CLARE)
    unknown = harness.text(CLARE)
    await harness.say("/customers", CLARE)
    assert harness.text(CLARE) == unknown
    for button in (ListCustomers(), ShowCustomer(BUDI), FoundCustomers(0, "a"), AskBlock(BUDI)):
        assert "older version" in (await harness.forge(button, CLARE)).text
    await employ(harness, CLARE, Right.CUSTOMERS)
    await harness.say("/customers", CLARE)
    await harness.shop.store.write(lambda tx: tx.staff.remove(CLARE))
    await harness.say("Budi", CLARE)
    assert "Customers for" not in harness.text(CLARE)
    assert await harness.is_idle(CLARE)


async def test_a_note_is_typed_and_deleted(owner: BotHarness) -> None:
    await open_card(owner)
    await owner.press("Note", ENGLISH_ADMIN)
    await owner.send({"sticker": {"file_id": "s"}}, ENGLISH_ADMIN)
    await owner.say("Bayar tiap <Jumat>", ENGLISH_ADMIN)
    assert "📝 Bayar tiap <Jumat>" in owner.text(ENGLISH_ADMIN)
    await owner.press("Note", ENGLISH_ADMIN)
    assert "The note now" in owner.text(ENGLISH_ADMIN)
    await owner.press("Delete", ENGLISH_ADMIN)
    assert "The note is deleted" in owner.text(ENGLISH_ADMIN)
    assert [act.action for act in await acts(owner)] == ["note", "note"]


async def test_a_credit_limit_is_shown_and_then_set(owner: BotHarness) -> None:
    await open_card(owner)
    await owner.press("Credit limit", ENGLISH_ADMIN)
    await owner.say("banyak", ENGLISH_ADMIN)
    assert "That is not an amount" in owner.text(ENGLISH_ADMIN)
    await owner.say("75rb", ENGLISH_ADMIN)
    assert "Rp0 → Rp75,000" in owner.text(ENGLISH_ADMIN)
    assert (await owner.shop.wallet(ANNI)).credit_limit == 0
    await owner.press("Yes, set it", ENGLISH_ADMIN)
    assert "May owe up to Rp75,000" in owner.text(ENGLISH_ADMIN)
    await owner.press("Credit limit", ENGLISH_ADMIN)
    await owner.press("Rp0", ENGLISH_ADMIN)
    await owner.press("Yes, set it", ENGLISH_ADMIN)
    assert (await owner.shop.wallet(ANNI)).credit_limit == 0
    await owner.press("Credit limit", ENGLISH_ADMIN)
    await owner.say("0", ENGLISH_ADMIN)
    assert "It is so already" in owner.text(ENGLISH_ADMIN)


async def test_a_blocked_customer_reads_one_sentence(owner: BotHarness) -> None:
    await owner.to_confirm()
    await open_card(owner)
    await owner.press("🚫 Block", ENGLISH_ADMIN)
    await owner.say("menipu", ENGLISH_ADMIN)
    assert "Reason: menipu" in owner.text(ENGLISH_ADMIN)
    _, data = owner.find("Yes, block", ENGLISH_ADMIN)
    await owner.press("Yes, block", ENGLISH_ADMIN)
    assert "Blocked since" in owner.text(ENGLISH_ADMIN)
    message = owner.last(ENGLISH_ADMIN).message_id
    answer = await owner.press_data(data, message, ENGLISH_ADMIN)
    assert "something has changed" in answer.text
    answer = await owner.press("Bayar")
    assert "@konter_help" in answer.text
    await owner.say("081234567891")
    assert "@konter_help" in owner.text()
    await owner.say("/saldo")
    assert owner.money(100_000) in owner.text()
    answer = await owner.press("Isi saldo")
    assert "@konter_help" in answer.text
    await owner.press("Unblock", ENGLISH_ADMIN)
    await owner.press("Yes, unblock", ENGLISH_ADMIN)
    await owner.to_confirm()
    assert "Bayar" in str(owner.labels())


async def test_an_owner_is_not_blocked(owner: BotHarness) -> None:
    await open_card(owner, "Bu Aide")
    assert "An owner of this shop" in owner.text(ENGLISH_ADMIN)
    await owner.forge(AskBlock(ENGLISH_ADMIN), ENGLISH_ADMIN)
    assert "cannot be blocked" in owner.text(ENGLISH_ADMIN)
    answer = await owner.forge(DoCustomerAct("nonsense"), ENGLISH_ADMIN)
    assert "something has changed" in answer.text
    answer = await owner.forge(ShowCustomer(3), ENGLISH_ADMIN)
    assert "no such customer" in answer.text


async def test_a_person_without_telegram_gets_a_link(owner: BotHarness) -> None:
    await owner.say("/customers", ENGLISH_ADMIN)
    await owner.press("Without Telegram", ENGLISH_ADMIN)
    await owner.say("...", ENGLISH_ADMIN)
    assert "That is no name" in owner.text(ENGLISH_ADMIN)
    await owner.say("Bu Tuti", ENGLISH_ADMIN)
    await owner.press("Link Telegram", ENGLISH_ADMIN)
    payload = owner.text(ENGLISH_ADMIN).split("?start=")[1].split()[0]
    await owner.say(f"/start {payload}")
    assert "sudah dipakai di toko ini" in owner.text()
    newcomer = owner.add_newcomer(7_007, "Tuti")
    await owner.say(f"/start {payload}", newcomer)
    assert "Selamat datang" in owner.text(newcomer)
    await owner.say(f"/start {payload}", newcomer)
    assert "sudah dipakai" in owner.text(newcomer)


async def test_a_named_credit_opens_a_list(owner: BotHarness) -> None:
    await owner.say("/credit Anni 50 rb utang lama", ENGLISH_ADMIN)
    assert "Credit of Rp50,000" in owner.text(ENGLISH_ADMIN)
    assert await balance_of(owner, ANNI) == 100_000
    await owner.press("Anni", ENGLISH_ADMIN)
    assert "utang lama" in owner.text(ENGLISH_ADMIN)
    await owner.say("/debit nobody 5rb", ENGLISH_ADMIN)
    assert "nobody" in owner.text(ENGLISH_ADMIN)
    await owner.say("/debit Anni 500rb", ENGLISH_ADMIN)
    answer = await owner.press("Anni", ENGLISH_ADMIN)
    assert "100,000" in answer.text
    await owner.say("/debit Anni 5rb", ENGLISH_ADMIN)
    owner.shop.clock.advance(3600)
    answer = await owner.press("Anni", ENGLISH_ADMIN)
    assert "half an hour" in answer.text


async def test_status_finds_customers_by_name(owner: BotHarness) -> None:
    await owner.say("/status anni", INDONESIAN_ADMIN)
    await owner.press("Anni", INDONESIAN_ADMIN)
    assert "Saldo" in owner.text(INDONESIAN_ADMIN)
