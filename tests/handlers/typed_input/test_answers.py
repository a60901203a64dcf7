"""Texts typed while the bot expects an answer: the answer, or another request."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.dialog import Step
from bot.domain.topup import TopUpId, TopUpState
from handlers.admin.buttons import AskDecision
from handlers.receipts.buttons import AskSellingPrice
from handlers.ui.buttons import ShowHistory, pack
from tests.handlers.admins import (
    ENGLISH_ADMIN,
    balance_of,
    park_and_announce,
    register_second_admin,
)
from tests.handlers.harness import INDONESIAN_ADMIN as ADMIN
from tests.handlers.harness import BotHarness
from tests.handlers.saved_numbers.test_saved_numbers import bought
from tests.handlers.topups import photo, request_topup
from tests.services.shop import ADMIN as DECIDING_ADMIN
from tests.services.shop import ANNI, BUDI

STILL_PENDING = "masih menunggu keputusan"


@pytest.fixture
def harness(topup_harness: BotHarness) -> BotHarness:
    """A shop with a way to pay."""
    return topup_harness


async def ask_how_much(harness: BotHarness) -> int:
    """Ask an admin how much arrived; return the message id of the question."""
    await request_topup(harness)
    await harness.press("Jumlah lain", ADMIN)
    return harness.last(ADMIN).message_id


async def state_of(harness: BotHarness, topup_id: int = 1) -> TopUpState:
    topup = (await harness.shop.topups.details(DECIDING_ADMIN, TopUpId(topup_id))).topup
    return topup.state


async def reply(harness: BotHarness, text: str, message_id: int) -> None:
    """Reply to one of the bot's messages to the admin."""
    replied = {
        "message_id": message_id,
        "date": 0,
        "chat": {"id": ADMIN, "type": "private"},
        "text": harness.message(message_id, ADMIN).text,
    }
    await harness.send({"text": text, "reply_to_message": replied}, ADMIN)


def is_credit_offered(harness: BotHarness) -> bool:
    """Return whether any message offers the admin to credit an amount."""
    said = harness.said(ADMIN)
    return any("Tambahkan" in str(one.buttons) for one in said)


async def test_requests_are_answered_and_the_question_stays(harness: BotHarness) -> None:
    question = await ask_how_much(harness)
    for text, says in (
        ("tsel 10", "Hasil untuk tsel 10"),
        ("081234567890", "Mau beli apa"),
        ("tsel 10 081234567890", "0812"),
        ("cek saldo", "Uang toko"),
        ("halo kak", "Halo!"),
        ("makasih ya", "Sama-sama"),
    ):
        before = len(harness.said(ADMIN))
        await harness.say(text, ADMIN)
        said = [one.text for one in harness.said(ADMIN)[before:]]
        assert any(says in one for one in said), said
        assert "Berapa yang masuk" in said[-1]
        assert "bukan jumlah" not in said[-1]
    assert harness.message(question, ADMIN).buttons == []
    assert await balance_of(harness, ANNI) == 100_000
    await harness.say("42.345", ADMIN)
    await harness.press("Tambahkan Rp42.345", ADMIN)
    assert await balance_of(harness, ANNI) == 142_345


async def test_a_mistyped_amount_is_asked_for_again(harness: BotHarness) -> None:
    await ask_how_much(harness)
    for text in ("banyak", "50.0000", "-5"):
        before = len(harness.said(ADMIN))
        await harness.say(text, ADMIN)
        (said,) = harness.said(ADMIN)[before:]
        assert said.text.startswith("⚠️")
        assert "Berapa yang masuk" in said.text
        dialog = await harness.dialog(ADMIN)
        assert dialog is not None
        assert dialog.message_id == said.message_id


async def test_a_reason_is_no_request_but_may_name_a_product(harness: BotHarness) -> None:
    await request_topup(harness)
    await harness.press("Tolak + alasan", ADMIN)
    for text in ("tsel 10", "081234567890", "50.000"):
        await harness.say(text, ADMIN)
        assert await state_of(harness) is TopUpState.PENDING
        assert "Kenapa" in harness.text(ADMIN)
    reason = "Transfer pulsa 10.000 belum masuk"
    await harness.say(reason, ADMIN)
    assert await state_of(harness) is TopUpState.REJECTED
    assert reason in harness.text(ANNI)


async def test_a_picture_is_neither_an_amount_nor_a_reason(harness: BotHarness) -> None:
    await ask_how_much(harness)
    await harness.send(photo(harness), ADMIN)
    assert "bukan jumlah" in harness.text(ADMIN)
    await harness.press("Tolak + alasan", ADMIN)
    await harness.send(photo(harness), ADMIN)
    assert await state_of(harness) is TopUpState.PENDING
    await harness.say("Belum masuk", ADMIN)
    assert await state_of(harness) is TopUpState.REJECTED
    await harness.send(photo(harness), ADMIN)
    assert await harness.dialog(ADMIN) is None


@pytest.mark.parametrize(
    "ended_by", ["/batal", "batal", "✕ Batal", "/status", "/search tsel 10", "/xyz"]
)
async def test_a_question_ends_when_it_is_cancelled_or_with_a_command(
    harness: BotHarness, ended_by: str
) -> None:
    question = await ask_how_much(harness)
    act = harness.press if ended_by.startswith("✕") else harness.say
    await act(ended_by, ADMIN)
    assert STILL_PENDING in harness.shown(ADMIN)
    assert "Batal" not in str(harness.message(question, ADMIN).buttons)
    await harness.say("42.345", ADMIN)
    assert not is_credit_offered(harness)
    assert await state_of(harness) is TopUpState.PENDING


async def test_a_question_ends_with_a_button_of_another_message(harness: BotHarness) -> None:
    question = await ask_how_much(harness)
    await harness.say("42.345", ADMIN)
    proposed = harness.last(ADMIN)
    await harness.press_data("1:zzz", question, ADMIN)
    asked, _ = harness.find("✏️ Jumlah lain", ADMIN)
    assert STILL_PENDING in harness.message(proposed.message_id, ADMIN).text
    await harness.press("Jumlah lain", ADMIN)
    again = harness.last(ADMIN)
    await harness.press_data(pack(ShowHistory(0)), asked.message_id, ADMIN)
    assert STILL_PENDING in harness.message(again.message_id, ADMIN).text
    assert await harness.dialog(ADMIN) is None
    await harness.say("42.345", ADMIN)
    assert await state_of(harness) is TopUpState.PENDING


@pytest.mark.parametrize(("minutes", "is_taken"), [(59, True), (61, False)])
async def test_a_question_ends_after_an_hour(
    harness: BotHarness, minutes: int, is_taken: bool
) -> None:
    question = await ask_how_much(harness)
    harness.shop.clock.at += timedelta(minutes=minutes)
    await harness.say("42.345", ADMIN)
    assert is_credit_offered(harness) is is_taken
    asked = harness.message(question, ADMIN).text
    assert (STILL_PENDING in asked) is not is_taken


async def test_a_question_is_open_after_a_restart(harness: BotHarness) -> None:
    question = await ask_how_much(harness)
    await harness.restart()
    await harness.say("tsel 10", ADMIN)
    assert "Berapa yang masuk" in harness.text(ADMIN)
    await harness.restart()
    await harness.say("/status", ADMIN)
    await harness.say("42.345", ADMIN)
    assert not is_credit_offered(harness)
    assert harness.message(question, ADMIN).buttons == []


async def test_only_the_newest_question_is_open(harness: BotHarness) -> None:
    """A reply to the message of the earlier question is no answer to it."""
    first = await ask_how_much(harness)
    await request_topup(harness, "60rb", BUDI)
    request_of_budi = harness.last(ADMIN).message_id
    await harness.press("Jumlah lain", ADMIN)
    assert STILL_PENDING in harness.message(first, ADMIN).text
    for message_id in (first, harness.said(ADMIN)[0].message_id):
        await reply(harness, "42.345", message_id)
        assert not is_credit_offered(harness)
    await reply(harness, "42.345", request_of_budi)
    await harness.press("Tambahkan Rp42.345", ADMIN)
    assert await balance_of(harness, BUDI) == 142_345
    assert await balance_of(harness, ANNI) == 100_000


async def test_a_reply_to_the_question_is_its_answer(harness: BotHarness) -> None:
    """A reply is the answer whatever it says; other texts may be another request."""
    question = await ask_how_much(harness)
    await reply(harness, "halo kak", question)
    assert "bukan jumlah" in harness.text(ADMIN)
    await harness.press("Tolak + alasan", ADMIN)
    question = harness.last(ADMIN).message_id
    await reply(harness, "tsel 10", question)
    assert await state_of(harness) is TopUpState.REJECTED
    assert "tsel 10" in harness.text(ANNI)


async def test_each_admin_answers_their_own_question(harness: BotHarness) -> None:
    await register_second_admin(harness)
    await request_topup(harness)
    await harness.press("Jumlah lain", ADMIN)
    await request_topup(harness, "60rb", BUDI)
    await harness.press("Other amount", ENGLISH_ADMIN)
    await harness.say("tsel 10", ENGLISH_ADMIN)
    await harness.say("42.345", ADMIN)
    await harness.say("61.000", ENGLISH_ADMIN)
    await harness.press("Tambahkan Rp42.345", ADMIN)
    await harness.press("Credit Rp61,000", ENGLISH_ADMIN)
    assert await balance_of(harness, ANNI) == 142_345
    assert await balance_of(harness, BUDI) == 161_000


async def test_a_decided_top_up_is_not_asked_about(harness: BotHarness) -> None:
    await request_topup(harness)
    await harness.press("Setujui", ADMIN)
    await harness.forge(AskDecision(1, for_amount=True), ADMIN)
    assert await harness.dialog(ADMIN) is None


# --- questions to customers, and the reference of a parked order ---


async def test_a_product_with_an_amount_is_not_a_name(harness: BotHarness) -> None:
    await bought(harness)
    await name_number(harness)
    question = harness.last()
    await harness.say("tsel 10")
    assert "Hasil untuk tsel 10" in harness.text()
    assert await harness.dialog() is None
    assert "namanya tetap" in harness.message(question.message_id).text.lower()
    await name_number(harness)
    await harness.say("Telkomsel Ibu")
    assert "Telkomsel Ibu" in harness.text()


@pytest.mark.parametrize("by", ["a command", "a button", "time"])
async def test_the_question_for_a_name_ends_by_command_button_or_time(
    harness: BotHarness, by: str
) -> None:
    await bought(harness)
    await name_number(harness)
    if by == "a command":
        await harness.say("/history")
    elif by == "a button":
        await harness.press_data("1:zzz", harness.said()[0].message_id)
    else:
        harness.shop.clock.at += timedelta(hours=13)
    await harness.say("Ibu")
    assert await harness.dialog() is None
    numbers = await harness.shop.saved_numbers.all(ANNI)
    assert [one.name for one in numbers] == [""]


async def name_number(harness: BotHarness) -> None:
    """Start to name the one saved number."""
    await harness.say("/numbers")
    await harness.press("0812 3456 7890")
    await harness.press("Beri nama")
    assert await harness.step() == Step.NAME


@pytest.mark.parametrize("text", ["tsel 10", "081234567890", "halo"])
async def test_another_request_is_not_a_reference(harness: BotHarness, text: str) -> None:
    """The supplier gets no call for it."""
    order = await park_and_announce(harness)
    await harness.press("Pasang referensi", ADMIN)
    reads = list(harness.shop.supplier.reads)
    await harness.say(text, ADMIN)
    assert harness.shop.supplier.reads == reads
    assert "belum dijawab" in harness.text(ADMIN)
    harness.shop.supplier.shows(harness.shop.row(order, "late1", status_word="success"))
    await harness.say("late1", ADMIN)
    assert (await harness.shop.get(order.order_id)).ref_id == "late1"


async def test_the_question_for_a_reference_expires(harness: BotHarness) -> None:
    await park_and_announce(harness)
    await harness.press("Pasang referensi", ADMIN)
    harness.shop.clock.at += timedelta(hours=2)
    reads = list(harness.shop.supplier.reads)
    await harness.say("late1", ADMIN)
    assert harness.shop.supplier.reads == reads
    assert await harness.dialog(ADMIN) is None


@pytest.mark.parametrize(("label", "step"), [("Isi saldo", Step.AMOUNT), ("Harga", None)])
async def test_a_question_to_a_customer_ends_with_another_request(
    harness: BotHarness, label: str, step: Step | None
) -> None:
    await bought(harness)
    if step is None:
        await harness.forge(AskSellingPrice((await harness.orders())[0].order_id))
    else:
        await harness.say("/saldo")
        await harness.press(label)
    question = harness.last()
    await harness.say("tsel 10")
    assert "Hasil untuk tsel 10" in harness.text()
    assert harness.message(question.message_id).buttons == []
    assert await harness.dialog() is None
    await harness.say("50rb")
    assert await harness.shop.topups.open_of(ANNI) == []
