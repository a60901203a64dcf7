"""A top-up that is decided, cancelled or expired is updated in every message about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.money import Rupiah
from bot.domain.topup import TopUpId
from bot.sandbox.telegram.server import ChatMessage, FaultKind
from handlers.admin.buttons import AskDecision, DecideTopUp
from handlers.ui.buttons import pack
from handlers.wallet.buttons import RequestTopUp
from tests.handlers.admins import ENGLISH_ADMIN, INDONESIAN_ADMIN, balance_of, register_second_admin
from tests.handlers.harness import BotHarness
from tests.handlers.topups import document, request_topup, send_proof
from tests.services.shop import ANNI


def messages_naming(topup_harness: BotHarness, total: Rupiah, who: int) -> list[ChatMessage]:
    """Return the messages in a chat that name an amount, in their current form."""
    digits = f"{total // 1_000}", f"{total % 1_000:03}"
    found = [one for one in topup_harness.said(who) if all(part in one.text for part in digits)]
    assert found, topup_harness.shown(who)
    return found


async def topup_with_many_messages(topup_harness: BotHarness) -> Rupiah:
    """Request a top-up, show it again, and send a photo and a file as proofs."""
    await register_second_admin(topup_harness)
    total = await request_topup(topup_harness)
    await topup_harness.say("/saldo")
    await topup_harness.press("Bayar Rp50")
    await send_proof(topup_harness)
    await topup_harness.send(document(topup_harness, "bukti.pdf", "application/pdf"))
    return total


async def test_an_approved_top_up_updates_every_message(topup_harness: BotHarness) -> None:
    total = await topup_with_many_messages(topup_harness)
    codes = [one for one in topup_harness.said() if one.photo is not None]
    assert len(codes) == 2
    asked = {
        who: [one.message_id for one in topup_harness.said(who)]
        for who in (INDONESIAN_ADMIN, ENGLISH_ADMIN)
    }
    assert [len(ids) for ids in asked.values()] == [3, 3]
    await topup_harness.press("Approve", ENGLISH_ADMIN)
    for code in codes:
        shown = topup_harness.message(code.message_id)
        assert shown.buttons == []
        assert shown.photo is not None
        assert f"✅ {topup_harness.money(total)} sudah masuk saldo, 12.00 WIB" in shown.text
        assert "Bayar tepat" not in shown.text
    says = {
        INDONESIAN_ADMIN: (
            f"✅ {topup_harness.money(total)} ditambahkan oleh Bu Aide · @aide, 12.00 WIB"
        ),
        ENGLISH_ADMIN: f"✅ Rp{total:,} credited by Bu Aide · @aide, 12:00 WIB",
    }
    for who, ids in asked.items():
        for message_id in ids:
            shown = topup_harness.message(message_id, who)
            assert says[who] in shown.text
            assert shown.buttons == []
            assert "9002" not in shown.text


async def test_a_rejected_top_up_updates_every_message(topup_harness: BotHarness) -> None:
    total = await topup_with_many_messages(topup_harness)
    await topup_harness.press("Tolak + alasan", INDONESIAN_ADMIN)
    await topup_harness.say("Belum ada uang masuk", INDONESIAN_ADMIN)
    for shown in messages_naming(topup_harness, total, ENGLISH_ADMIN):
        assert "❌ Rejected by Pak Admin, 12:00 WIB" in shown.text
        assert "Belum ada uang masuk" in shown.text
        assert shown.buttons == []
    codes = [one for one in topup_harness.said() if one.photo is not None]
    for shown in codes:
        assert f"❌ Isi saldo {topup_harness.money(total)} ditolak toko, 12.00 WIB" in shown.text
        assert shown.buttons == []


async def test_a_cancelled_top_up_updates_every_message(topup_harness: BotHarness) -> None:
    await register_second_admin(topup_harness)
    total = await request_topup(topup_harness)
    await topup_harness.say("/saldo")
    await topup_harness.press("Bayar Rp50")
    await topup_harness.press("Batalkan")
    for shown in topup_harness.said():
        if shown.photo is not None:
            assert f"Isi saldo {topup_harness.money(total)} dibatalkan" in shown.text
            assert shown.buttons == []
    for who in (INDONESIAN_ADMIN, ENGLISH_ADMIN):
        for shown in messages_naming(topup_harness, total, who):
            assert f"/credit 1001 {total}" in shown.text
            assert shown.buttons == []
    assert "Dibatalkan pelanggan: 14 Mar 2026, 12.00 WIB" in topup_harness.text(INDONESIAN_ADMIN)
    await send_proof(topup_harness)
    assert "✅ Setujui" in topup_harness.labels(INDONESIAN_ADMIN)


async def test_an_expired_top_up_updates_every_message(topup_harness: BotHarness) -> None:
    total = await request_topup(topup_harness)
    code, asked = topup_harness.last(), topup_harness.last(INDONESIAN_ADMIN)
    topup_harness.shop.clock.at += timedelta(hours=1)
    await topup_harness.shop.topups.expire()
    await topup_harness.deliver.deliver()
    shown = topup_harness.message(code.message_id)
    assert f"Waktu untuk membayar {topup_harness.money(total)} sudah habis" in shown.text
    assert shown.buttons == []
    told = topup_harness.message(asked.message_id, INDONESIAN_ADMIN)
    assert "Waktu bayarnya habis" in told.text
    assert "✅ Setujui" in str(told.buttons)
    topup_harness.shop.clock.at += timedelta(days=1)
    await topup_harness.press("Setujui", INDONESIAN_ADMIN)
    told = topup_harness.message(asked.message_id, INDONESIAN_ADMIN)
    assert (
        f"{topup_harness.money(total)} ditambahkan oleh Pak Admin, 15 Mar 2026, 13.00 WIB"
        in told.text
    )
    assert "sudah masuk saldo" in topup_harness.message(code.message_id).text


async def test_an_open_question_to_another_admin_is_closed(topup_harness: BotHarness) -> None:
    await register_second_admin(topup_harness)
    total = await request_topup(topup_harness)
    await topup_harness.press("Other amount", ENGLISH_ADMIN)
    question = topup_harness.last(ENGLISH_ADMIN)
    assert question.buttons != []
    await topup_harness.press("Setujui", INDONESIAN_ADMIN)
    told = topup_harness.message(question.message_id, ENGLISH_ADMIN)
    assert f"✅ Rp{total:,} credited by Pak Admin" in told.text
    assert told.buttons == []
    assert await topup_harness.dialog(ENGLISH_ADMIN) is None
    await topup_harness.say("77.000", ENGLISH_ADMIN)
    assert await balance_of(topup_harness, ANNI) == 100_000 + total
    assert "Rp77" not in str([one.buttons for one in topup_harness.said(ENGLISH_ADMIN)])


async def test_an_amount_proposed_by_another_admin_is_closed(topup_harness: BotHarness) -> None:
    await register_second_admin(topup_harness)
    await request_topup(topup_harness)
    await topup_harness.press("Other amount", ENGLISH_ADMIN)
    await topup_harness.say("77.000", ENGLISH_ADMIN)
    proposed = topup_harness.last(ENGLISH_ADMIN)
    assert "Credit Rp77,000" in str(proposed.buttons)
    await topup_harness.press("Tolak", INDONESIAN_ADMIN)
    told = topup_harness.message(proposed.message_id, ENGLISH_ADMIN)
    assert "❌ Rejected by Pak Admin" in told.text
    assert told.buttons == []


async def test_approving_from_the_credit_command_updates_every_message(
    topup_harness: BotHarness,
) -> None:
    await register_second_admin(topup_harness)
    total = await request_topup(topup_harness)
    code = topup_harness.last()
    await topup_harness.say(f"/credit {ANNI} {total}", ENGLISH_ADMIN)
    await topup_harness.press("Approve Anni's", ENGLISH_ADMIN)
    assert "sudah masuk saldo" in topup_harness.message(code.message_id).text
    for shown in messages_naming(topup_harness, total, INDONESIAN_ADMIN):
        assert "oleh Bu Aide · @aide" in shown.text
        assert shown.buttons == []


async def test_messages_are_updated_after_a_restart(topup_harness: BotHarness) -> None:
    """The process ends between the decision and the edits."""
    await register_second_admin(topup_harness)
    total = await topup_with_many_messages(topup_harness)
    await topup_harness.stop()
    await topup_harness.shop.topups.decide(INDONESIAN_ADMIN, TopUpId(1), approve=True)
    await topup_harness.revive()
    await topup_harness.deliver.deliver()
    codes = [one for one in topup_harness.said() if one.photo is not None]
    assert [one.buttons for one in codes] == [[], []]
    assert all("sudah masuk saldo" in one.text for one in codes)
    for who in (INDONESIAN_ADMIN, ENGLISH_ADMIN):
        assert all(one.buttons == [] for one in messages_naming(topup_harness, total, who))


@pytest.mark.parametrize("kind", [None, "500", "429"])
async def test_a_message_that_cannot_be_edited_does_not_block_the_others(
    topup_harness: BotHarness, kind: FaultKind | None
) -> None:
    await register_second_admin(topup_harness)
    await request_topup(topup_harness)
    code = topup_harness.last()
    gone = topup_harness.last(INDONESIAN_ADMIN)
    del topup_harness.telegram.state.chats[INDONESIAN_ADMIN][gone.message_id]
    if kind is not None:
        topup_harness.telegram.fail_next("editMessageText", kind, 3)
    await topup_harness.shop.topups.decide(ENGLISH_ADMIN, TopUpId(1), approve=True)
    for _ in range(4):
        await topup_harness.deliver.deliver()
        topup_harness.shop.clock.advance(600)
    assert "sudah masuk saldo" in topup_harness.message(code.message_id).text
    assert "credited by Bu Aide" in topup_harness.text(ENGLISH_ADMIN)
    assert await topup_harness.shop.store.read(lambda tx: tx.outbox.backlog()) == 0


async def test_a_payment_code_sent_after_the_decision_is_updated(topup_harness: BotHarness) -> None:
    await request_topup(topup_harness)
    await topup_harness.shop.topups.decide(INDONESIAN_ADMIN, TopUpId(1), approve=True)
    await topup_harness.deliver.deliver()
    second = topup_harness.last()
    await topup_harness.shop.topups.record_payment_message(TopUpId(1), second.message_id)
    await topup_harness.deliver.deliver()
    assert "sudah masuk saldo" in topup_harness.message(second.message_id).text


async def test_a_request_without_a_code_is_updated_too(harness: BotHarness) -> None:
    await harness.say("/saldo")
    await harness.press("Isi saldo")
    await harness.forge(RequestTopUp(50_000))
    shown = harness.last()
    await harness.press("Belanja")
    assert harness.last().message_id != shown.message_id
    await harness.press("Setujui", INDONESIAN_ADMIN)
    told = harness.message(shown.message_id)
    assert "✅ Rp50.000 sudah masuk saldo, 12.00 WIB" in told.text
    assert told.buttons == []


async def test_an_admin_who_tops_up_sees_the_messages_of_both_sides(
    topup_harness: BotHarness,
) -> None:
    await topup_harness.say("/start", INDONESIAN_ADMIN)
    await topup_harness.forge(RequestTopUp(50_000), INDONESIAN_ADMIN)
    code = next(
        one for one in reversed(topup_harness.said(INDONESIAN_ADMIN)) if one.photo is not None
    )
    asked = next(
        one
        for one in reversed(topup_harness.said(INDONESIAN_ADMIN))
        if "✅ Setujui" in str(one.buttons)
    )
    await topup_harness.press_data(
        pack(DecideTopUp(1, approve=True)), asked.message_id, INDONESIAN_ADMIN
    )
    await topup_harness.deliver.deliver()
    assert "sudah masuk saldo" in topup_harness.message(code.message_id, INDONESIAN_ADMIN).text
    assert "oleh Pak Admin" in topup_harness.message(asked.message_id, INDONESIAN_ADMIN).text
    answer = await topup_harness.forge(AskDecision(1, for_amount=True), INDONESIAN_ADMIN)
    assert "sudah diputuskan" in answer.text


@pytest.mark.parametrize("who", [INDONESIAN_ADMIN, ENGLISH_ADMIN])
async def test_every_proposed_amount_is_closed(topup_harness: BotHarness, who: int) -> None:
    await register_second_admin(topup_harness)
    await request_topup(topup_harness)
    await topup_harness.press("Other amount", ENGLISH_ADMIN)
    for text in ("banyak", "42,345", "x?", "99,000"):
        await topup_harness.say(text, ENGLISH_ADMIN)
    assert str([one.buttons for one in topup_harness.said(ENGLISH_ADMIN)]).count("Credit Rp") == 1
    await topup_harness.press("Credit Rp99,000" if who == ENGLISH_ADMIN else "Tolak", who)
    for shown in topup_harness.said(ENGLISH_ADMIN):
        assert "credited by Bu Aide" in shown.text or "Rejected by Pak Admin" in shown.text
        assert shown.buttons == []


async def test_a_question_stays_open_when_the_customer_cancels(topup_harness: BotHarness) -> None:
    await register_second_admin(topup_harness)
    await request_topup(topup_harness)
    await topup_harness.press("Other amount", ENGLISH_ADMIN)
    question = topup_harness.last(ENGLISH_ADMIN)
    await topup_harness.press("Batalkan")
    await topup_harness.restart()
    assert "How much arrived" in topup_harness.message(question.message_id, ENGLISH_ADMIN).text
    await topup_harness.say("42,345", ENGLISH_ADMIN)
    assert "The customer cancelled it: 14 Mar 2026, 12:00 WIB" in topup_harness.text(ENGLISH_ADMIN)
    await topup_harness.press("Credit Rp42,345", ENGLISH_ADMIN)
    assert await balance_of(topup_harness, ANNI) == 142_345
    assert [one.buttons for one in topup_harness.said(ENGLISH_ADMIN)] == [[], [], []]


async def test_a_question_about_a_second_payment_is_closed(topup_harness: BotHarness) -> None:
    await register_second_admin(topup_harness)
    total = await request_topup(topup_harness)
    await topup_harness.press("Approve", ENGLISH_ADMIN)
    await request_topup(topup_harness, "75rb")
    await topup_harness.press("Other amount", ENGLISH_ADMIN)
    await topup_harness.say(str(total), ENGLISH_ADMIN)
    asked = topup_harness.last(ENGLISH_ADMIN)
    assert asked.buttons != []
    await topup_harness.press("Tolak", INDONESIAN_ADMIN)
    assert "Rejected by Pak Admin" in topup_harness.message(asked.message_id, ENGLISH_ADMIN).text
    assert topup_harness.message(asked.message_id, ENGLISH_ADMIN).buttons == []


@pytest.mark.parametrize("text", ["42,345", "Nothing came"])
async def test_a_decision_made_while_another_admin_types_wins(
    topup_harness: BotHarness, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    await register_second_admin(topup_harness)
    total = await request_topup(topup_harness)
    await topup_harness.press("Other amount" if "42" in text else "Reject + reason", ENGLISH_ADMIN)
    topups = topup_harness.shop.topups
    for name in ("check_amount", "decide_in_dialog"):
        late = getattr(topups, name)

        async def after(*args: object, late: Callable[..., Any] = late) -> object:
            await topup_harness.shop.topups.decide(INDONESIAN_ADMIN, TopUpId(1), approve=True)
            return await late(*args)

        monkeypatch.setattr(topups, name, after)
    await topup_harness.say(text, ENGLISH_ADMIN)
    assert any("decided already" in one.text for one in topup_harness.said(ENGLISH_ADMIN)), (
        topup_harness.shown(ENGLISH_ADMIN)
    )
    assert await balance_of(topup_harness, ANNI) == 100_000 + total
    assert await topup_harness.dialog(ENGLISH_ADMIN) is None
