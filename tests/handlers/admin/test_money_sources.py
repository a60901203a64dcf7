"""Every credit and debit asks for its source, and the customer reads it."""

from __future__ import annotations

import pytest

from bot.domain.ledger import BANK, BONUS, CASH, CORRECTION, AccountId
from handlers.admin.buttons import Adjust, ChooseSource, MakeAdjustment
from handlers.ui.staff_buttons import AskAdjustment
from tests.handlers.admins import INDONESIAN_ADMIN, acts, balance_of
from tests.handlers.harness import BotHarness
from tests.services.shop import ANNI, BUDI

CREDITS = [
    ("Uang tunai", CASH, "Isi saldo tunai Rp30.000 sudah masuk", "Isi saldo tunai, +Rp30.000"),
    ("Transfer", BANK, "Isi saldo transfer Rp30.000 sudah masuk", "Isi saldo transfer, +"),
    ("Bonus", BONUS, "Kamu dapat bonus Rp30.000", "Bonus, +Rp30.000"),
    ("Koreksi", CORRECTION, "bertambah Rp30.000", "Koreksi, +Rp30.000"),
]
DEBITS = [
    ("Penarikan tunai", CASH, "Rp30.000 sudah dibayar tunai", "Penarikan tunai, -Rp30.000"),
    ("Penarikan transfer", BANK, "dibayar lewat transfer", "Penarikan lewat transfer, -"),
    ("Tarik bonus", BONUS, "menarik kembali bonus Rp30.000", "Bonus ditarik kembali, -"),
    ("Koreksi", CORRECTION, "berkurang Rp30.000", "Koreksi, -Rp30.000"),
]


async def posted(harness: BotHarness, account: AccountId) -> int:
    """Return what was posted to an account of the shop, in rupiah."""
    return (await harness.shop.store.read(lambda tx: tx.ledger.account(account))).posted


@pytest.mark.parametrize(
    ("is_debit", "label", "account", "told", "listed"),
    [(False, *one) for one in CREDITS] + [(True, *one) for one in DEBITS],
)
async def test_each_source_has_its_account_and_its_words(
    harness: BotHarness, is_debit: bool, label: str, account: AccountId, told: str, listed: str
) -> None:
    amount, before = -30_000 if is_debit else 30_000, await posted(harness, account)
    await harness.say(f"/{'debit' if is_debit else 'credit'} 1001 30rb", INDONESIAN_ADMIN)
    await harness.press(label, INDONESIAN_ADMIN)
    assert label in harness.text(INDONESIAN_ADMIN)
    assert await balance_of(harness, ANNI) == 100_000
    await harness.press("✅", INDONESIAN_ADMIN)
    assert await balance_of(harness, ANNI) == 100_000 + amount
    assert await posted(harness, account) == before - amount
    assert label in harness.text(INDONESIAN_ADMIN)
    await harness.deliver.deliver()
    assert told in harness.text(ANNI)
    await harness.say("/saldo", ANNI)
    assert listed in harness.text(ANNI)


async def test_another_source_can_be_chosen_and_a_stale_button_moves_nothing(
    harness: BotHarness,
) -> None:
    await harness.say("/credit 1001 30rb", INDONESIAN_ADMIN)
    await harness.press("Bonus", INDONESIAN_ADMIN)
    message, bonus = harness.find("Tambahkan", INDONESIAN_ADMIN)
    await harness.press("Ganti sumber", INDONESIAN_ADMIN)
    assert "Uangnya dari mana?" in harness.text(INDONESIAN_ADMIN)
    await harness.press("Uang tunai", INDONESIAN_ADMIN)
    assert (await harness.press_data(bonus, message.message_id, INDONESIAN_ADMIN)).show_alert
    assert await balance_of(harness, ANNI) == 100_000
    await harness.press("Tambahkan", INDONESIAN_ADMIN)
    assert (await posted(harness, BONUS), await posted(harness, CASH)) == (-30_000, 0)
    (act,) = await acts(harness)
    assert act.detail == "30000 bonus"


async def test_buttons_of_a_finished_or_unknown_proposal_say_so(harness: BotHarness) -> None:
    await harness.say("/credit 1001 30rb", INDONESIAN_ADMIN)
    message, cash = harness.find("Uang tunai", INDONESIAN_ADMIN)
    await harness.press("Uang tunai", INDONESIAN_ADMIN)
    await harness.press("Tambahkan", INDONESIAN_ADMIN)
    answer = await harness.press_data(cash, message.message_id, INDONESIAN_ADMIN)
    assert "tidak dipindahkan dua kali" in answer.text
    for forged in (ChooseSource(0, "token999"), ChooseSource(9, "token999"), Adjust("token999")):
        assert (await harness.forge(forged, INDONESIAN_ADMIN)).text
    assert (await harness.forge(MakeAdjustment(7, "token999"), INDONESIAN_ADMIN)).text
    assert await balance_of(harness, ANNI) == 130_000


async def test_an_old_button_shows_a_newer_proposal_again(harness: BotHarness) -> None:
    await harness.say("/credit 1001 30rb", INDONESIAN_ADMIN)
    message, data = harness.find("Uang tunai", INDONESIAN_ADMIN)
    token = data.rpartition(":")[2]
    assert (await harness.forge(Adjust(token), INDONESIAN_ADMIN)).show_alert
    harness.shop.clock.advance(31 * 60)
    await harness.press_data(data, message.message_id, INDONESIAN_ADMIN)
    assert "terlalu lama" in harness.text(INDONESIAN_ADMIN)
    assert await balance_of(harness, ANNI) == 100_000


# --- asked for by a button, answered by typing ---


async def test_a_button_asks_for_the_amount_and_a_note(harness: BotHarness) -> None:
    await harness.say("/start", INDONESIAN_ADMIN)
    await harness.forge(AskAdjustment(BUDI, is_debit=True), INDONESIAN_ADMIN)
    assert "User 1002" in harness.text(INDONESIAN_ADMIN)
    for typed, said in (("50 000", "dua cara"), ("999jt", "999"), ("halo", "Halo")):
        await harness.say(typed, INDONESIAN_ADMIN)
        assert said in harness.text(INDONESIAN_ADMIN), harness.text(INDONESIAN_ADMIN)
        if typed == "halo":
            await harness.forge(AskAdjustment(BUDI, is_debit=True), INDONESIAN_ADMIN)
    await harness.say("30rb ambil tunai", INDONESIAN_ADMIN)
    await harness.press("Penarikan tunai", INDONESIAN_ADMIN)
    await harness.press("Kurangi", INDONESIAN_ADMIN)
    assert await balance_of(harness, BUDI) == 70_000
    assert "ambil tunai" in harness.text(INDONESIAN_ADMIN)


async def test_the_question_is_cancelled_and_is_for_admins_only(harness: BotHarness) -> None:
    await harness.say("/start", INDONESIAN_ADMIN)
    await harness.forge(AskAdjustment(ANNI, is_debit=False), INDONESIAN_ADMIN)
    await harness.send({"sticker": {}}, INDONESIAN_ADMIN)
    assert "Berapa" in harness.text(INDONESIAN_ADMIN)
    await harness.press("Batal", INDONESIAN_ADMIN)
    assert "tetap seperti semula" in harness.text(INDONESIAN_ADMIN)
    assert (await harness.forge(AskAdjustment(77, is_debit=False), INDONESIAN_ADMIN)).text
    await harness.say("/start", ANNI)
    assert (await harness.forge(AskAdjustment(BUDI, is_debit=False), ANNI)).text
    await harness.say("30rb", ANNI)
    assert await balance_of(harness, BUDI) == 100_000
