"""/privacy: what is kept, a copy of it as files, and its erasure."""

from __future__ import annotations

import json

import pytest

from bot.domain.order import CustomerId
from handlers.privacy.buttons import Erase
from handlers.ui.staff_buttons import AskErasure, SendPersonalData
from tests.handlers.harness import CHATS, CLARE, BotHarness
from tests.services.shop import ADMIN, ANNI, BUDI, NUMBER

OWNER = ADMIN.customer_id


def files(harness: BotHarness, who: CustomerId = ANNI) -> dict[str, str]:
    """Return the documents in a chat, by the end of their names."""
    found = [one.document for one in harness.said(who) if one.document is not None]
    return {one.name.rpartition(".")[2]: one.content.decode() for one in found}


async def without_money(harness: BotHarness, who: CustomerId = ANNI) -> None:
    await harness.shop.credit(who, -(await harness.shop.wallet(who)).balance)


@pytest.mark.parametrize(("command", "who"), [("/privasi", ANNI), ("/privacy", CLARE)])
async def test_what_is_kept_is_told_in_the_readers_language(
    harness: BotHarness, command: str, who: CustomerId
) -> None:
    await harness.say(command, who)
    text = harness.text(who)
    assert "Undang-Undang Nomor 27 Tahun 2022" in text
    assert "Konter <Maju>" in text
    for days in (30, 90):
        assert f"{days} " in text
    assert len(harness.labels(who)) == 3


async def test_the_terms_lead_to_it(harness: BotHarness) -> None:
    await harness.say("/syarat")
    await harness.press("Data kamu")
    assert "Pelindungan Data Pribadi" in harness.text()


async def test_the_data_comes_at_once_in_two_files(harness: BotHarness) -> None:
    harness.telegram.add_user(CHATS[ANNI], "Anni <b>")
    await harness.to_confirm()
    await harness.press("Bayar")
    await harness.say("/privasi")
    await harness.press("Minta data saya")
    found = files(harness)
    assert {"html", "json"} == set(found)
    assert "Anni &lt;b&gt;" in found["html"]
    assert "0812 3456 7890" in found["html"]
    assert "10.200" not in found["html"]
    content = json.loads(found["json"])
    assert content["orders"][0]["destination"] == NUMBER
    assert "cost" not in content["orders"][0]
    assert content["profile"]["balance"] == 100_000 - content["orders"][0]["price"]
    assert content["transfers"][0]["change"] == 100_000


async def test_an_erasure_is_refused_with_what_to_do(harness: BotHarness) -> None:
    await harness.say("/privasi")
    await harness.press("Hapus data saya")
    assert "Masih ada uang di saldo" in harness.text()
    assert harness.labels() == []


async def test_an_owner_reads_how_to_settle_what_stops_an_erasure(harness: BotHarness) -> None:
    await harness.say("/status", OWNER)
    await harness.forge(AskErasure(ANNI), OWNER)
    assert "Bayarkan dulu ke pelanggan" in harness.text(OWNER)
    await harness.press("‹ Kembali", OWNER)
    assert "Pelanggan sejak" in harness.text(OWNER)


async def test_an_erasure_is_shown_first_and_made_once(harness: BotHarness) -> None:
    await without_money(harness)
    await harness.say("/privasi")
    await harness.press("Hapus data saya")
    await harness.press("Jangan dihapus")
    assert "Tidak ada yang dihapus" in harness.text()
    await harness.say("/privasi")
    await harness.press("Hapus data saya")
    message, data = harness.find("Hapus selamanya")
    await harness.press("Hapus selamanya")
    assert "Data kamu sudah dihapus" in harness.text()
    person = await harness.shop.person(ANNI)
    assert person is not None
    assert person.telegram_id is None
    answer = await harness.press_data(data, message.message_id)
    assert "sudah dipakai atau sudah terlalu lama" in answer.text
    account = CHATS[ANNI]
    newcomer = await harness.shop.store.read(lambda tx: tx.customers.by_telegram(account))
    assert newcomer is not None
    assert newcomer.customer_id != ANNI


async def test_money_that_came_meanwhile_stops_the_erasure(harness: BotHarness) -> None:
    await without_money(harness)
    await harness.say("/privasi")
    await harness.press("Hapus data saya")
    message, data = harness.find("Hapus selamanya")
    await harness.shop.credit(ANNI, 1_000)
    await harness.press_data(data, message.message_id)
    assert "Masih ada uang di saldo" in harness.message(message.message_id).text


async def test_the_owner_does_both_for_a_customer(harness: BotHarness) -> None:
    await harness.say("/status", OWNER)
    await harness.forge(SendPersonalData(BUDI), OWNER)
    assert "User 1002" in files(harness, OWNER)["html"]
    await without_money(harness, BUDI)
    await harness.forge(AskErasure(BUDI), OWNER)
    assert "Hapus semua data pelanggan ini?" in harness.text(OWNER)
    await harness.press("Hapus selamanya", OWNER)
    assert "Pelanggan terhapus 1" in harness.text(OWNER)
    for button in (AskErasure(BUDI), AskErasure(CustomerId(77)), SendPersonalData(CustomerId(77))):
        answer = await harness.forge(button, OWNER)
        assert "Pelanggan ini tidak ada" in answer.text


async def test_staff_is_removed_before_an_erasure(harness: BotHarness) -> None:
    await harness.say("/privasi", OWNER)
    await harness.press("Hapus data saya", OWNER)
    assert "Keluarkan dulu dari daftar pegawai" in harness.text(OWNER)


async def test_others_cannot_press_the_owners_buttons(harness: BotHarness) -> None:
    await harness.say("/start")
    for button in (SendPersonalData(BUDI), AskErasure(BUDI)):
        answer = await harness.forge(button)
        assert "versi lama" in answer.text
    assert files(harness) == {}
    answer = await harness.forge(Erase("unknown"))
    assert "sudah dipakai atau sudah terlalu lama" in answer.text


async def test_a_person_who_is_erased_meanwhile_is_not_erased_twice(harness: BotHarness) -> None:
    await without_money(harness, BUDI)
    await harness.say("/status", OWNER)
    await harness.forge(AskErasure(BUDI), OWNER)
    first = harness.find("Hapus selamanya", OWNER)
    await harness.forge(AskErasure(BUDI), OWNER)
    await harness.press("Hapus selamanya", OWNER)
    answer = await harness.press_data(first[1], first[0].message_id, OWNER)
    assert "sudah dihapus" in answer.text or "sudah dipakai" in answer.text
