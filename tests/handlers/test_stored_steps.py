"""The stored dialog decides who handles an update: at once, after others, after a crash."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.dialog import Step
from bot.domain.topup import TopUpState
from bot.ports.store import Transaction
from tests.handlers.admins import ENGLISH_ADMIN, acts, balance_of, register_second_admin
from tests.handlers.harness import CHATS, INDONESIAN_ADMIN, BotHarness
from tests.handlers.topups import photo, request_topup, send_proof
from tests.services.shop import ADMIN_CHAT, ANNI, ANNI_CHAT, BUDI

STICKER: dict[str, Any] = {
    "sticker": {
        "file_id": "s",
        "file_unique_id": "s",
        "type": "regular",
        "width": 9,
        "height": 9,
        "is_animated": False,
        "is_video": False,
    }
}
UNREADABLE = "we can only read text and photos"


async def replayed(harness: BotHarness, text: str) -> None:
    """Handle a text again, as after a crash between its effect and the inbox's mark."""
    await harness.say(text)
    await harness.stop()
    harness.telegram.send_text(ANNI_CHAT, text)
    await harness.revive_with_received()


async def to_decision(topup_harness: BotHarness) -> None:
    """Request a top-up with a proof, and have both admins asked; the second is asked an amount."""
    await register_second_admin(topup_harness)
    await request_topup(topup_harness)
    await send_proof(topup_harness)
    await topup_harness.press("Other amount", ENGLISH_ADMIN)
    assert topup_harness.library_step(ENGLISH_ADMIN) == Step.DECISION


async def is_pending(harness: BotHarness) -> bool:
    topup = await harness.shop.store.read(lambda tx: tx.topups.newest_of(ANNI))
    assert topup is not None
    return topup.state is TopUpState.PENDING


async def test_of_two_numbers_sent_at_once_the_last_is_quoted(harness: BotHarness) -> None:
    await harness.to_destination()
    first = harness.telegram.send_text(ANNI_CHAT, "081234567890")
    last = harness.telegram.send_text(ANNI_CHAT, "081234567891")
    await harness.settled(first)
    await harness.settled(last)
    dialog = await harness.dialog()
    assert dialog is not None
    assert (dialog.step, dialog.data["destination"]) == (Step.CONFIRM, "081234567891")
    await harness.press("Bayar")
    assert [one.destination for one in await harness.orders()] == ["081234567891"]


async def test_a_number_sent_right_after_cancelling_is_for_no_product(harness: BotHarness) -> None:
    await harness.to_destination()
    cancelled = harness.telegram.send_text(ANNI_CHAT, "/batal")
    typed = harness.telegram.send_text(ANNI_CHAT, "081234567890")
    await harness.settled(cancelled)
    await harness.settled(typed)
    assert "Mau beli apa buat nomor ini?" in harness.text()
    assert await harness.is_idle()


async def test_updates_of_two_customers_at_once_keep_their_own_steps(harness: BotHarness) -> None:
    await harness.to_destination()
    await harness.to_destination("20.000", BUDI)
    sent = [
        harness.telegram.send_text(CHATS[who], number)
        for number in ("081234567890", "081234567891")
        for who in (ANNI, BUDI)
    ]
    for update_id in sent:
        await harness.settled(update_id)
    assert "Telkomsel 10.000" in harness.text()
    assert "Telkomsel 20.000" in harness.text(BUDI)
    assert all("0812 3456 7891" in harness.text(who) for who in (ANNI, BUDI))


async def test_a_number_handled_twice_makes_one_quote_to_confirm(harness: BotHarness) -> None:
    await harness.to_destination()
    await replayed(harness, "081234567890")
    await harness.press("Bayar")
    assert len(await harness.orders()) == 1
    assert await harness.is_idle()


async def test_an_amount_handled_twice_makes_one_top_up(topup_harness: BotHarness) -> None:
    await topup_harness.say("/saldo")
    await topup_harness.press("Isi saldo")
    await replayed(topup_harness, "50rb")
    shop = topup_harness.shop
    topups = await shop.store.read(lambda tx: tx.topups.payable_of(ANNI, shop.clock.now()))
    assert len(topups) == 1


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        (STICKER, UNREADABLE),
        (
            {"contact": {"phone_number": "+6281234567890", "first_name": "Ibu"}},
            "What do you need for this number?",
        ),
        ({"text": "50.123"}, "nothing found"),
    ],
)
async def test_a_question_ended_by_the_other_admin_waits_for_nothing(
    topup_harness: BotHarness, content: dict[str, Any], answer: str
) -> None:
    await to_decision(topup_harness)
    await topup_harness.press("Setujui", INDONESIAN_ADMIN)
    credited = await balance_of(topup_harness, ANNI)
    await topup_harness.send(content, ENGLISH_ADMIN)
    assert answer in topup_harness.text(ENGLISH_ADMIN)
    assert await topup_harness.dialog(ENGLISH_ADMIN) is None
    assert topup_harness.library_step(ENGLISH_ADMIN) is None
    assert await balance_of(topup_harness, ANNI) == credited
    assert len(await acts(topup_harness)) == 1


async def test_a_picture_after_a_question_ended_is_a_proof_of_payment(
    topup_harness: BotHarness,
) -> None:
    await to_decision(topup_harness)
    await topup_harness.press("Setujui", INDONESIAN_ADMIN)
    await topup_harness.send(photo(topup_harness), ENGLISH_ADMIN)
    assert "Foto tanpa isi saldo yang menunggu" in topup_harness.text(INDONESIAN_ADMIN)


@pytest.mark.parametrize("content", [{"text": "50.123"}, {"text": "Wrong bank"}, STICKER])
async def test_a_dismissed_admin_decides_no_top_up(
    topup_harness: BotHarness, content: dict[str, Any]
) -> None:
    await to_decision(topup_harness)
    shop = topup_harness.shop
    shop.rules = replace(shop.rules, owner_ids=frozenset({ADMIN_CHAT}))
    await topup_harness.restart()
    await topup_harness.send(content, ENGLISH_ADMIN)
    expected = UNREADABLE if content is STICKER else "Press the button to shop"
    assert expected in topup_harness.text(ENGLISH_ADMIN)
    assert await topup_harness.dialog(ENGLISH_ADMIN) is None
    assert topup_harness.library_step(ENGLISH_ADMIN) is None
    assert await is_pending(topup_harness)
    assert await acts(topup_harness) == []


async def test_the_library_forgets_the_customers_whose_dialogs_ended(harness: BotHarness) -> None:
    """A shop has many customers, and its process runs for months."""
    customers = []
    for number in range(20):
        customers.append(harness.add_newcomer(20_000 + number, "Customer"))
        await harness.say("/beli", customers[-1])
    assert all(harness.library_step(who) == Step.PRODUCT for who in customers)

    def drop_half(tx: Transaction) -> None:
        for who in customers[::2]:
            tx.dialogs.drop(who)

    await harness.shop.store.write(drop_half)
    for who in customers[::2]:
        await harness.say("halo", who)
    for who in customers[1::2]:
        await harness.say("/batal", who)
    assert not harness.conversation._conversations
