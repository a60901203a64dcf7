"""A top-up that is decided, cancelled or expired is updated in every message about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from bot.domain.topup import TopUpId
from bot.sandbox.telegram.server import ChatMessage, FaultKind
from handlers.ui.buttons import ShowTopUp
from handlers.wallet.buttons import RequestTopUp
from tests.handlers.admins import ENGLISH_ADMIN, INDONESIAN_ADMIN, balance_of, register_second_admin
from tests.handlers.harness import BotHarness
from tests.handlers.topups import document, request_topup, send_proof
from tests.services.shop import ADMIN, ADMIN_CHAT, ANNI, ANNI_CHAT, SECOND_ADMIN


@pytest.fixture
async def harness(topup_harness: BotHarness) -> BotHarness:
    """A shop with a way to pay and two admins."""
    await register_second_admin(topup_harness)
    return topup_harness


def codes(harness: BotHarness) -> list[ChatMessage]:
    """Return the messages that show Anni how to pay."""
    return [one for one in harness.said() if one.photo is not None]


def messages_naming(harness: BotHarness, total: Rupiah, who: CustomerId) -> list[ChatMessage]:
    """Return the messages in a chat that name an amount, in their current form."""
    digits = f"{total // 1_000}", f"{total % 1_000:03}"
    found = [one for one in harness.said(who) if all(part in one.text for part in digits)]
    assert found, harness.shown(who)
    return found


async def topup_with_many_messages(harness: BotHarness) -> Rupiah:
    """Request a top-up, show it again, and send a photo and a file as proofs."""
    total = await request_topup(harness)
    await harness.say("/saldo")
    await harness.press("Bayar Rp50")
    await send_proof(harness)
    await harness.send(document(harness, "bukti.pdf", "application/pdf"))
    return total


async def test_an_approved_top_up_updates_every_message(harness: BotHarness) -> None:
    total = await topup_with_many_messages(harness)
    assert len(codes(harness)) == 2
    await harness.press("Approve", ENGLISH_ADMIN)
    for shown in codes(harness):
        assert shown.buttons == []
        assert f"✅ {harness.money(total)} sudah masuk saldo, 12.00 WIB" in shown.text
        assert "Bayar tepat" not in shown.text
    for who, says in (
        (INDONESIAN_ADMIN, f"{harness.money(total)} ditambahkan oleh Bu Aide · @aide, 12.00 WIB"),
        (ENGLISH_ADMIN, f"Rp{total:,} credited by Bu Aide · @aide, 12:00 WIB"),
    ):
        request, photo, file, *_ = harness.said(who)
        for shown in (request, photo, file):
            assert f"✅ {says}" in shown.text
            assert shown.buttons == []
            assert "9002" not in shown.text


async def test_a_rejected_top_up_updates_every_message(harness: BotHarness) -> None:
    total = await topup_with_many_messages(harness)
    await harness.press("Tolak + alasan", INDONESIAN_ADMIN)
    await harness.say("Belum ada uang masuk", INDONESIAN_ADMIN)
    for shown in messages_naming(harness, total, ENGLISH_ADMIN):
        assert "❌ Rejected by Pak Admin, 12:00 WIB" in shown.text
        assert "Belum ada uang masuk" in shown.text
        assert shown.buttons == []
    for shown in codes(harness):
        assert f"❌ Isi saldo {harness.money(total)} ditolak toko, 12.00 WIB" in shown.text
        assert shown.buttons == []


async def test_a_cancelled_top_up_updates_every_message(harness: BotHarness) -> None:
    total = await request_topup(harness)
    await harness.say("/saldo")
    await harness.press("Bayar Rp50")
    await harness.press("Batalkan")
    for shown in codes(harness):
        assert f"Isi saldo {harness.money(total)} dibatalkan" in shown.text
        assert shown.buttons == []
    for who in (INDONESIAN_ADMIN, ENGLISH_ADMIN):
        for shown in messages_naming(harness, total, who):
            assert f"/credit 1001 {total}" in shown.text
            assert shown.buttons == []
    assert "Dibatalkan pelanggan: 14 Mar 2026, 12.00 WIB" in harness.text(INDONESIAN_ADMIN)
    await send_proof(harness)
    assert "✅ Setujui" in harness.labels(INDONESIAN_ADMIN)


async def test_an_expired_top_up_updates_every_message(harness: BotHarness) -> None:
    total = await request_topup(harness)
    code, asked = harness.last(), harness.last(INDONESIAN_ADMIN)
    harness.shop.clock.at += timedelta(hours=1)
    await harness.shop.topups.expire()
    await harness.deliver.deliver()
    shown = harness.message(code.message_id)
    assert f"Waktu untuk membayar {harness.money(total)} sudah habis" in shown.text
    assert shown.buttons == []
    assert "habis" in (await harness.forge(ShowTopUp(1))).text
    told = harness.message(asked.message_id, INDONESIAN_ADMIN)
    assert "Waktu bayarnya habis" in told.text
    assert "✅ Setujui" in str(told.buttons)
    harness.shop.clock.at += timedelta(days=1)
    await harness.press("Setujui", INDONESIAN_ADMIN)
    credited = f"{harness.money(total)} ditambahkan oleh Pak Admin, 15 Mar 2026, 13.00 WIB"
    assert credited in harness.message(asked.message_id, INDONESIAN_ADMIN).text
    assert await balance_of(harness, ANNI) == 100_000 + total
    assert "sudah masuk saldo" in harness.message(code.message_id).text


async def test_an_open_question_to_another_admin_is_closed(harness: BotHarness) -> None:
    total = await request_topup(harness)
    await harness.press("Other amount", ENGLISH_ADMIN)
    question = harness.last(ENGLISH_ADMIN)
    assert question.buttons != []
    await harness.press("Setujui", INDONESIAN_ADMIN)
    told = harness.message(question.message_id, ENGLISH_ADMIN)
    assert f"✅ Rp{total:,} credited by Pak Admin" in told.text
    assert told.buttons == []
    assert await harness.dialog(ENGLISH_ADMIN) is None
    await harness.say("77.000", ENGLISH_ADMIN)
    assert await balance_of(harness, ANNI) == 100_000 + total
    assert "Rp77" not in str([one.buttons for one in harness.said(ENGLISH_ADMIN)])


async def test_approving_from_the_credit_command_updates_every_message(harness: BotHarness) -> None:
    total = await request_topup(harness)
    code = harness.last()
    await harness.say(f"/credit {ANNI_CHAT} {total}", ENGLISH_ADMIN)
    await harness.press("Transfer", ENGLISH_ADMIN)
    await harness.press("Approve Anni's", ENGLISH_ADMIN)
    assert "sudah masuk saldo" in harness.message(code.message_id).text
    for shown in messages_naming(harness, total, INDONESIAN_ADMIN):
        assert "oleh Bu Aide · @aide" in shown.text
        assert shown.buttons == []


async def test_messages_are_updated_after_a_restart(harness: BotHarness) -> None:
    """The process ends between the decision and the edits."""
    total = await topup_with_many_messages(harness)
    await harness.stop()
    await harness.shop.topups.decide(ADMIN, TopUpId(1), approve=True)
    await harness.revive()
    await harness.deliver.deliver()
    assert [one.buttons for one in codes(harness)] == [[], []]
    assert all("sudah masuk saldo" in one.text for one in codes(harness))
    for who in (INDONESIAN_ADMIN, ENGLISH_ADMIN):
        assert all(one.buttons == [] for one in messages_naming(harness, total, who))


@pytest.mark.parametrize("kind", [None, "500", "429"])
async def test_a_message_that_cannot_be_edited_does_not_block_the_others(
    harness: BotHarness, kind: FaultKind | None
) -> None:
    await request_topup(harness)
    code = harness.last()
    gone = harness.last(INDONESIAN_ADMIN)
    del harness.telegram.state.chats[ADMIN_CHAT][gone.message_id]
    if kind is not None:
        harness.telegram.fail_next("editMessageText", kind, 3)
    await harness.shop.topups.decide(SECOND_ADMIN, TopUpId(1), approve=True)
    for _ in range(4):
        await harness.deliver.deliver()
        harness.shop.clock.advance(600)
    assert "sudah masuk saldo" in harness.message(code.message_id).text
    assert "credited by Bu Aide" in harness.text(ENGLISH_ADMIN)
    assert await harness.shop.store.read(lambda tx: tx.outbox.backlog()) == 0


async def test_a_payment_code_sent_after_the_decision_is_updated(harness: BotHarness) -> None:
    await request_topup(harness)
    await harness.shop.topups.decide(ADMIN, TopUpId(1), approve=True)
    await harness.deliver.deliver()
    second = harness.last()
    await harness.shop.topups.record_payment_message(ANNI_CHAT, TopUpId(1), second.message_id)
    await harness.deliver.deliver()
    assert "sudah masuk saldo" in harness.message(second.message_id).text


async def test_an_admin_who_tops_up_sees_the_messages_of_both_sides(harness: BotHarness) -> None:
    await harness.say("/start", INDONESIAN_ADMIN)
    await harness.forge(RequestTopUp(50_000), INDONESIAN_ADMIN)
    (code,) = [one for one in harness.said(INDONESIAN_ADMIN) if one.photo is not None]
    asked, approve = harness.find("✅ Setujui", INDONESIAN_ADMIN)
    await harness.press_data(approve, asked.message_id, INDONESIAN_ADMIN)
    assert "sudah masuk saldo" in harness.message(code.message_id, INDONESIAN_ADMIN).text
    assert "oleh Pak Admin" in harness.message(asked.message_id, INDONESIAN_ADMIN).text


@pytest.mark.parametrize("who", [INDONESIAN_ADMIN, ENGLISH_ADMIN])
async def test_every_proposed_amount_is_closed(harness: BotHarness, who: CustomerId) -> None:
    await request_topup(harness)
    await harness.press("Other amount", ENGLISH_ADMIN)
    for text in ("banyak", "42,345", "x?", "99,000"):
        await harness.say(text, ENGLISH_ADMIN)
    assert str([one.buttons for one in harness.said(ENGLISH_ADMIN)]).count("Credit Rp") == 1
    await harness.press("Credit Rp99,000" if who == ENGLISH_ADMIN else "Tolak", who)
    for shown in harness.said(ENGLISH_ADMIN):
        assert "credited by Bu Aide" in shown.text or "Rejected by Pak Admin" in shown.text
        assert shown.buttons == []


async def test_a_question_stays_open_when_the_customer_cancels(harness: BotHarness) -> None:
    await request_topup(harness)
    await harness.press("Other amount", ENGLISH_ADMIN)
    question = harness.last(ENGLISH_ADMIN)
    await harness.press("Batalkan")
    await harness.restart()
    assert "How much arrived" in harness.message(question.message_id, ENGLISH_ADMIN).text
    await harness.say("42,345", ENGLISH_ADMIN)
    assert "The customer cancelled it: 14 Mar 2026, 12:00 WIB" in harness.text(ENGLISH_ADMIN)
    await harness.press("Credit Rp42,345", ENGLISH_ADMIN)
    assert await balance_of(harness, ANNI) == 142_345
    assert [one.buttons for one in harness.said(ENGLISH_ADMIN)] == [[], [], []]


async def test_a_question_about_a_second_payment_is_closed(harness: BotHarness) -> None:
    total = await request_topup(harness)
    await harness.press("Approve", ENGLISH_ADMIN)
    await request_topup(harness, "75rb")
    await harness.press("Other amount", ENGLISH_ADMIN)
    await harness.say(str(total), ENGLISH_ADMIN)
    asked = harness.last(ENGLISH_ADMIN)
    assert asked.buttons != []
    await harness.press("Tolak", INDONESIAN_ADMIN)
    assert "Rejected by Pak Admin" in harness.message(asked.message_id, ENGLISH_ADMIN).text
    assert harness.message(asked.message_id, ENGLISH_ADMIN).buttons == []


@pytest.mark.parametrize("text", ["42,345", "Nothing came"])
async def test_a_decision_made_while_another_admin_types_wins(
    harness: BotHarness, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    total = await request_topup(harness)
    await harness.press("Other amount" if "42" in text else "Reject + reason", ENGLISH_ADMIN)
    topups = harness.shop.topups
    for name in ("check_amount", "decide_in_dialog"):
        late = getattr(topups, name)

        async def after(*args: object, late: Callable[..., Any] = late) -> object:
            await harness.shop.topups.decide(ADMIN, TopUpId(1), approve=True)
            return await late(*args)

        monkeypatch.setattr(topups, name, after)
    await harness.say(text, ENGLISH_ADMIN)
    assert any("decided already" in one.text for one in harness.said(ENGLISH_ADMIN))
    assert await balance_of(harness, ANNI) == 100_000 + total
    assert await harness.dialog(ENGLISH_ADMIN) is None
