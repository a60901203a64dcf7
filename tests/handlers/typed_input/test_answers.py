"""Texts typed while the bot expects an answer: the answer, or another request."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.dialog import Step
from bot.domain.order import CustomerId
from bot.domain.topup import TopUpId, TopUpState
from handlers.admin.buttons import AskDecision
from handlers.receipts.buttons import AskSellingPrice
from handlers.ui.buttons import ShowHistory, pack
from tests.handlers.admins import AIDE, BOSS, balance_of, told_of_parked, with_aide
from tests.handlers.counter import Counter
from tests.handlers.saved_numbers.test_saved_numbers import bought
from tests.handlers.till import pay_in, photo
from tests.services.shop import ANNI, BUDI


async def ask_how_much(till: Counter) -> int:
    """Ask an admin how much arrived; return the message id of the question."""
    await pay_in(till)
    await till.press("Jumlah lain", BOSS)
    return till.last(BOSS).message_id


async def state_of(till: Counter, topup_id: int = 1) -> TopUpState:
    topup = (await till.shop.topups.details(BOSS, TopUpId(topup_id))).topup
    return topup.state


def reply(till: Counter, text: str, message_id: int, who: int) -> dict[str, Any]:
    """Return a text that replies to one of the bot's messages."""
    replied = till.message(message_id, who)
    chat = {"id": who, "type": "private"}
    return {
        "text": text,
        "reply_to_message": {
            "message_id": message_id,
            "date": 0,
            "chat": chat,
            "text": replied.text,
        },
    }


REQUESTS = {
    "a product": ("tsel 10", "Hasil untuk tsel 10"),
    "a number": ("081234567890", "Mau beli apa"),
    "a number and a product": ("tsel 10 081234567890", "0812"),
    "a command in a word": ("cek saldo", "Uang toko"),
    "a greeting": ("halo kak", "Halo!"),
    "thanks": ("makasih ya", "Sama-sama"),
}


@pytest.mark.parametrize(("text", "says"), REQUESTS.values(), ids=REQUESTS)
async def test_a_request_instead_of_an_amount_is_answered_and_the_question_stays(
    till: Counter, text: str, says: str
) -> None:
    question = await ask_how_much(till)
    before = len(till.said(BOSS))
    await till.say(text, BOSS)
    said = [one.text for one in till.said(BOSS)[before:]]
    assert any(says in one for one in said), said
    assert "Berapa yang masuk" in said[-1]
    assert "bukan jumlah" not in said[-1]
    assert till.message(question, BOSS).buttons == []
    assert await balance_of(till, ANNI) == 100_000
    await till.say("42.345", BOSS)
    await till.press("Tambahkan Rp42.345", BOSS)
    assert await balance_of(till, ANNI) == 142_345


@pytest.mark.parametrize("text", ["banyak", "lima puluh ribu", "50.0000", "-5", "?"])
async def test_a_mistyped_amount_is_asked_for_again(till: Counter, text: str) -> None:
    await ask_how_much(till)
    before = len(till.said(BOSS))
    await till.say(text, BOSS)
    (said,) = till.said(BOSS)[before:]
    assert said.text.startswith("⚠️")
    assert "Berapa yang masuk" in said.text
    dialog = await till.dialog(CustomerId(BOSS))
    assert dialog is not None
    assert dialog.message_id == said.message_id


@pytest.mark.parametrize("text", REQUESTS["a product"][:1] + REQUESTS["a number"][:1] + ("50.000",))
@pytest.mark.parametrize("approve", [True, False])
async def test_a_product_number_or_amount_is_not_a_reason(
    till: Counter, text: str, approve: bool
) -> None:
    await pay_in(till)
    await till.press("Tolak + alasan", BOSS)
    await till.say(text, BOSS)
    assert await state_of(till) is TopUpState.PENDING
    assert "Kenapa" in till.text(BOSS) or "ditolak" in till.text(BOSS)
    if approve:
        await till.press("Setujui", BOSS)
        assert await state_of(till) is TopUpState.APPROVED
        return
    await till.say("Dana belum masuk", BOSS)
    assert await state_of(till) is TopUpState.REJECTED
    assert "Dana belum masuk" in till.text(ANNI)


@pytest.mark.parametrize("text", ["telkomsel belum masuk", "Transfer pulsa 10.000 belum masuk"])
async def test_a_reason_may_name_a_product(till: Counter, text: str) -> None:
    await pay_in(till)
    await till.press("Tolak + alasan", BOSS)
    await till.say(text, BOSS)
    assert await state_of(till) is TopUpState.REJECTED
    assert text in till.text(ANNI)


async def test_a_picture_is_neither_an_amount_nor_a_reason(till: Counter) -> None:
    await ask_how_much(till)
    await till.send(photo(till), BOSS)
    assert "bukan jumlah" in till.text(BOSS)
    await till.press("Tolak + alasan", BOSS)
    await till.send(photo(till), BOSS)
    assert await state_of(till) is TopUpState.PENDING
    await till.say("Belum masuk", BOSS)
    assert await state_of(till) is TopUpState.REJECTED
    await till.send(photo(till), BOSS)
    assert await till.dialog(CustomerId(BOSS)) is None


@pytest.mark.parametrize("ended_by", ["/cancel", "/batal", "batal", "✕ Batal"])
async def test_a_question_ends_when_it_is_cancelled(till: Counter, ended_by: str) -> None:
    await ask_how_much(till)
    before = len(till.said(BOSS))
    if ended_by.startswith("✕"):
        await till.press(ended_by, BOSS)
    else:
        await till.say(ended_by, BOSS)
        assert len(till.said(BOSS)) == before + 1
    assert "masih menunggu keputusan" in till.text(BOSS)
    await till.say("42.345", BOSS)
    assert "Tambahkan" not in str([one.buttons for one in till.said(BOSS)])


@pytest.mark.parametrize("ended_by", ["/status", "/help", "/balance", "/search tsel 10", "/xyz"])
async def test_a_question_ends_with_a_command(till: Counter, ended_by: str) -> None:
    question = await ask_how_much(till)
    await till.say(ended_by, BOSS)
    told = till.message(question, BOSS)
    assert "masih menunggu keputusan" in told.text
    assert told.buttons == []
    await till.say("42.345", BOSS)
    assert "Tambahkan" not in str([one.buttons for one in till.said(BOSS)])
    assert await state_of(till) is TopUpState.PENDING


async def test_a_question_ends_with_a_button_of_another_message(till: Counter) -> None:
    question = await ask_how_much(till)
    await till.say("42.345", BOSS)
    proposed = till.last(BOSS)
    await till.press_data("1:zzz", question, BOSS)
    asked = next(one for one in till.said(BOSS) if "✏️ Jumlah lain" in str(one.buttons))
    assert "masih menunggu keputusan" in till.message(proposed.message_id, BOSS).text
    await till.press("Jumlah lain", BOSS)
    again = till.last(BOSS)
    await till.press_data(pack(ShowHistory(0)), asked.message_id, BOSS)
    assert "masih menunggu keputusan" in till.message(again.message_id, BOSS).text
    assert await till.dialog(CustomerId(BOSS)) is None
    await till.say("42.345", BOSS)
    assert await state_of(till) is TopUpState.PENDING


@pytest.mark.parametrize(("minutes", "is_taken"), [(59, True), (61, False), (60 * 24, False)])
async def test_a_question_ends_after_an_hour(till: Counter, minutes: int, is_taken: bool) -> None:
    question = await ask_how_much(till)
    till.shop.clock.at += timedelta(minutes=minutes)
    await till.say("42.345", BOSS)
    assert ("Tambahkan Rp42.345" in str(till.last(BOSS).buttons)) is is_taken
    assert ("masih menunggu keputusan" in till.message(question, BOSS).text) is not is_taken


async def test_a_question_is_open_after_a_restart(till: Counter) -> None:
    question = await ask_how_much(till)
    await till.restart()
    await till.say("tsel 10", BOSS)
    assert "Berapa yang masuk" in till.text(BOSS)
    await till.restart()
    await till.say("/status", BOSS)
    await till.say("42.345", BOSS)
    assert "Tambahkan" not in str([one.buttons for one in till.said(BOSS)])
    assert till.message(question, BOSS).buttons == []


async def test_only_the_newest_question_is_open(till: Counter) -> None:
    """A reply to the message of the earlier question is no answer to it."""
    first = await ask_how_much(till)
    await till.say("/start", BUDI)
    await till.say("/saldo", BUDI)
    await till.press("Isi saldo", BUDI)
    await till.say("60rb", BUDI)
    request_of_budi = till.last(BOSS).message_id
    await till.press("Jumlah lain", BOSS)
    second = till.last(BOSS).message_id
    assert "masih menunggu keputusan" in till.message(first, BOSS).text
    for message_id in (first, till.said(BOSS)[0].message_id):
        await till.send(reply(till, "42.345", message_id, BOSS), BOSS)
        assert "Tambahkan" not in str(till.last(BOSS).buttons)
    await till.send(reply(till, "42.345", request_of_budi, BOSS), BOSS)
    assert "Tambahkan Rp42.345" in str(till.last(BOSS).buttons)
    await till.press("Tambahkan Rp42.345", BOSS)
    assert await balance_of(till, BUDI) == 142_345
    assert await balance_of(till, ANNI) == 100_000
    assert second != first


async def test_a_reply_to_the_question_is_its_answer(till: Counter) -> None:
    """A reply is the answer whatever it says; other texts may be another request."""
    question = await ask_how_much(till)
    await till.send(reply(till, "halo kak", question, BOSS), BOSS)
    assert "bukan jumlah" in till.text(BOSS)
    await till.press("Tolak + alasan", BOSS)
    question = till.last(BOSS).message_id
    await till.send(reply(till, "tsel 10", question, BOSS), BOSS)
    assert await state_of(till) is TopUpState.REJECTED
    assert "tsel 10" in till.text(ANNI)


async def test_each_admin_answers_their_own_question(till: Counter) -> None:
    await with_aide(till)
    await pay_in(till)
    await till.press("Jumlah lain", BOSS)
    await till.say("/start", BUDI)
    await till.say("/saldo", BUDI)
    await till.press("Isi saldo", BUDI)
    await till.say("60rb", BUDI)
    await till.press("Other amount", AIDE)
    await till.say("tsel 10", AIDE)
    await till.say("42.345", BOSS)
    await till.say("61.000", AIDE)
    await till.press("Tambahkan Rp42.345", BOSS)
    await till.press("Credit Rp61,000", AIDE)
    assert (await balance_of(till, ANNI), await balance_of(till, BUDI)) == (142_345, 161_000)


async def test_a_decided_top_up_is_not_asked_about(till: Counter) -> None:
    await pay_in(till)
    await till.press("Setujui", BOSS)
    await till.forge(AskDecision(1, for_amount=True), BOSS)
    assert await till.dialog(CustomerId(BOSS)) is None


# --- questions to customers, and the reference of a parked order ---


async def test_a_product_with_an_amount_is_not_a_name(counter: Counter) -> None:
    await bought(counter)
    await name_number(counter)
    question = counter.last()
    await counter.say("tsel 10")
    assert "Hasil untuk tsel 10" in counter.text()
    assert await counter.dialog() is None
    assert "namanya tetap" in counter.message(question.message_id).text.lower()
    await name_number(counter)
    await counter.say("Telkomsel Ibu")
    assert "Telkomsel Ibu" in counter.text()


@pytest.mark.parametrize("by", ["a command", "a button", "time"])
async def test_the_question_for_a_name_ends_by_command_button_or_time(
    counter: Counter, by: str
) -> None:
    await bought(counter)
    await name_number(counter)
    if by == "a command":
        await counter.say("/history")
    elif by == "a button":
        await counter.press_data("1:zzz", counter.said()[0].message_id)
    else:
        counter.shop.clock.at += timedelta(hours=13)
    await counter.say("Ibu")
    assert await counter.dialog() is None
    numbers = await counter.shop.saved_numbers.all(ANNI)
    assert [one.name for one in numbers] == [""]


async def name_number(counter: Counter) -> None:
    """Start to name the one saved number."""
    await counter.say("/numbers")
    await counter.press("0812 3456 7890")
    await counter.press("Beri nama")
    dialog = await counter.dialog()
    assert dialog is not None
    assert dialog.step == Step.NAME


@pytest.mark.parametrize("text", ["tsel 10", "081234567890", "halo"])
async def test_another_request_is_not_a_reference(counter: Counter, text: str) -> None:
    """The supplier gets no call for it."""
    order = await told_of_parked(counter)
    await counter.press("Pasang referensi", BOSS)
    reads = list(counter.shop.supplier.reads)
    await counter.say(text, BOSS)
    assert counter.shop.supplier.reads == reads
    assert "belum dijawab" in counter.text(BOSS)
    counter.shop.supplier.shows(counter.shop.row(order, "late1", status_word="success"))
    await counter.say("late1", BOSS)
    assert (await counter.shop.get(order.order_id)).ref_id == "late1"


async def test_the_question_for_a_reference_expires(counter: Counter) -> None:
    await told_of_parked(counter)
    await counter.press("Pasang referensi", BOSS)
    counter.shop.clock.at += timedelta(hours=2)
    reads = list(counter.shop.supplier.reads)
    await counter.say("late1", BOSS)
    assert counter.shop.supplier.reads == reads
    assert await counter.dialog(CustomerId(BOSS)) is None


@pytest.mark.parametrize(("label", "step"), [("Isi saldo", Step.AMOUNT), ("Harga", None)])
async def test_a_question_to_a_customer_ends_with_another_request(
    counter: Counter, label: str, step: Step | None
) -> None:
    await bought(counter)
    if step is None:
        await counter.forge(AskSellingPrice((await counter.orders())[0].order_id))
    else:
        await counter.say("/saldo")
        await counter.press(label)
    question = counter.last()
    await counter.say("tsel 10")
    assert "Hasil untuk tsel 10" in counter.text()
    assert counter.message(question.message_id).buttons == []
    assert await counter.dialog() is None
    await counter.say("50rb")
    assert await counter.shop.topups.open_of(ANNI) == []
