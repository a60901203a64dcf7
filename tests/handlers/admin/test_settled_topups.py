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
from tests.handlers.admins import AIDE, BOSS, balance_of, with_aide
from tests.handlers.counter import Counter
from tests.handlers.till import document, pay_in, prove
from tests.services.shop import ANNI


def messages_naming(till: Counter, total: Rupiah, who: int) -> list[ChatMessage]:
    """Return the messages in a chat that name an amount, in their current form."""
    digits = f"{total // 1_000}", f"{total % 1_000:03}"
    found = [one for one in till.said(who) if all(part in one.text for part in digits)]
    assert found, till.shown(who)
    return found


async def topup_with_many_messages(till: Counter) -> Rupiah:
    """Request a top-up, show it again, and send a photo and a file as proofs."""
    await with_aide(till)
    total = await pay_in(till)
    await till.say("/saldo")
    await till.press("Bayar Rp50")
    await prove(till)
    await till.send(document(till, "bukti.pdf", "application/pdf"))
    return total


async def test_an_approved_top_up_updates_every_message(till: Counter) -> None:
    total = await topup_with_many_messages(till)
    codes = [one for one in till.said() if one.photo is not None]
    assert len(codes) == 2
    asked = {who: [one.message_id for one in till.said(who)] for who in (BOSS, AIDE)}
    assert [len(ids) for ids in asked.values()] == [3, 3]
    await till.press("Approve", AIDE)
    for code in codes:
        shown = till.message(code.message_id)
        assert shown.buttons == []
        assert shown.photo is not None
        assert f"✅ {till.money(total)} sudah masuk saldo, 12.00 WIB" in shown.text
        assert "Bayar tepat" not in shown.text
    says = {
        BOSS: f"✅ {till.money(total)} ditambahkan oleh Bu Aide · @aide, 12.00 WIB",
        AIDE: f"✅ Rp{total:,} credited by Bu Aide · @aide, 12:00 WIB",
    }
    for who, ids in asked.items():
        for message_id in ids:
            shown = till.message(message_id, who)
            assert says[who] in shown.text
            assert shown.buttons == []
            assert "9002" not in shown.text


async def test_a_rejected_top_up_updates_every_message(till: Counter) -> None:
    total = await topup_with_many_messages(till)
    await till.press("Tolak + alasan", BOSS)
    await till.say("Belum ada uang masuk", BOSS)
    for shown in messages_naming(till, total, AIDE):
        assert "❌ Rejected by Pak Admin, 12:00 WIB" in shown.text
        assert "Belum ada uang masuk" in shown.text
        assert shown.buttons == []
    codes = [one for one in till.said() if one.photo is not None]
    for shown in codes:
        assert f"❌ Isi saldo {till.money(total)} ditolak toko, 12.00 WIB" in shown.text
        assert shown.buttons == []


async def test_a_cancelled_top_up_updates_every_message(till: Counter) -> None:
    await with_aide(till)
    total = await pay_in(till)
    await till.say("/saldo")
    await till.press("Bayar Rp50")
    await till.press("Batalkan")
    for shown in till.said():
        if shown.photo is not None:
            assert f"Isi saldo {till.money(total)} dibatalkan" in shown.text
            assert shown.buttons == []
    for who in (BOSS, AIDE):
        for shown in messages_naming(till, total, who):
            assert f"/credit 1001 {total}" in shown.text
            assert shown.buttons == []
    assert "Dibatalkan pelanggan: 14 Mar 2026, 12.00 WIB" in till.text(BOSS)
    await prove(till)
    assert "✅ Setujui" in till.labels(BOSS)


async def test_an_expired_top_up_updates_every_message(till: Counter) -> None:
    total = await pay_in(till)
    code, asked = till.last(), till.last(BOSS)
    till.shop.clock.at += timedelta(hours=1)
    await till.shop.topups.expire()
    await till.deliver.deliver()
    shown = till.message(code.message_id)
    assert f"Waktu untuk membayar {till.money(total)} sudah habis" in shown.text
    assert shown.buttons == []
    told = till.message(asked.message_id, BOSS)
    assert "Waktu bayarnya habis" in told.text
    assert "✅ Setujui" in str(told.buttons)
    till.shop.clock.at += timedelta(days=1)
    await till.press("Setujui", BOSS)
    told = till.message(asked.message_id, BOSS)
    assert f"{till.money(total)} ditambahkan oleh Pak Admin, 15 Mar 2026, 13.00 WIB" in told.text
    assert "sudah masuk saldo" in till.message(code.message_id).text


async def test_an_open_question_to_another_admin_is_closed(till: Counter) -> None:
    await with_aide(till)
    total = await pay_in(till)
    await till.press("Other amount", AIDE)
    question = till.last(AIDE)
    assert question.buttons != []
    await till.press("Setujui", BOSS)
    told = till.message(question.message_id, AIDE)
    assert f"✅ Rp{total:,} credited by Pak Admin" in told.text
    assert told.buttons == []
    assert await till.dialog(AIDE) is None
    await till.say("77.000", AIDE)
    assert await balance_of(till, ANNI) == 100_000 + total
    assert "Rp77" not in str([one.buttons for one in till.said(AIDE)])


async def test_an_amount_proposed_by_another_admin_is_closed(till: Counter) -> None:
    await with_aide(till)
    await pay_in(till)
    await till.press("Other amount", AIDE)
    await till.say("77.000", AIDE)
    proposed = till.last(AIDE)
    assert "Credit Rp77,000" in str(proposed.buttons)
    await till.press("Tolak", BOSS)
    told = till.message(proposed.message_id, AIDE)
    assert "❌ Rejected by Pak Admin" in told.text
    assert told.buttons == []


async def test_approving_from_the_credit_command_updates_every_message(till: Counter) -> None:
    await with_aide(till)
    total = await pay_in(till)
    code = till.last()
    await till.say(f"/credit {ANNI} {total}", AIDE)
    await till.press("Approve Anni's", AIDE)
    assert "sudah masuk saldo" in till.message(code.message_id).text
    for shown in messages_naming(till, total, BOSS):
        assert "oleh Bu Aide · @aide" in shown.text
        assert shown.buttons == []


async def test_messages_are_updated_after_a_restart(till: Counter) -> None:
    """The process ends between the decision and the edits."""
    await with_aide(till)
    total = await topup_with_many_messages(till)
    await till.stop()
    await till.shop.topups.decide(BOSS, TopUpId(1), approve=True)
    await till.revive()
    await till.deliver.deliver()
    codes = [one for one in till.said() if one.photo is not None]
    assert [one.buttons for one in codes] == [[], []]
    assert all("sudah masuk saldo" in one.text for one in codes)
    for who in (BOSS, AIDE):
        assert all(one.buttons == [] for one in messages_naming(till, total, who))


@pytest.mark.parametrize("kind", [None, "500", "429"])
async def test_a_message_that_cannot_be_edited_does_not_block_the_others(
    till: Counter, kind: FaultKind | None
) -> None:
    await with_aide(till)
    await pay_in(till)
    code = till.last()
    gone = till.last(BOSS)
    del till.telegram.state.chats[BOSS][gone.message_id]
    if kind is not None:
        till.telegram.fail_next("editMessageText", kind, 3)
    await till.shop.topups.decide(AIDE, TopUpId(1), approve=True)
    for _ in range(4):
        await till.deliver.deliver()
        till.shop.clock.advance(600)
    assert "sudah masuk saldo" in till.message(code.message_id).text
    assert "credited by Bu Aide" in till.text(AIDE)
    assert await till.shop.store.read(lambda tx: tx.outbox.backlog()) == 0


async def test_a_payment_code_sent_after_the_decision_is_updated(till: Counter) -> None:
    await pay_in(till)
    await till.shop.topups.decide(BOSS, TopUpId(1), approve=True)
    await till.deliver.deliver()
    second = till.last()
    await till.shop.topups.record_payment_message(TopUpId(1), second.message_id)
    await till.deliver.deliver()
    assert "sudah masuk saldo" in till.message(second.message_id).text


async def test_a_request_without_a_code_is_updated_too(counter: Counter) -> None:
    await counter.say("/saldo")
    await counter.press("Isi saldo")
    await counter.forge(RequestTopUp(50_000))
    shown = counter.last()
    await counter.press("Belanja")
    assert counter.last().message_id != shown.message_id
    await counter.press("Setujui", BOSS)
    told = counter.message(shown.message_id)
    assert "✅ Rp50.000 sudah masuk saldo, 12.00 WIB" in told.text
    assert told.buttons == []


async def test_an_admin_who_tops_up_sees_the_messages_of_both_sides(till: Counter) -> None:
    await till.say("/start", BOSS)
    await till.forge(RequestTopUp(50_000), BOSS)
    code = next(one for one in reversed(till.said(BOSS)) if one.photo is not None)
    asked = next(one for one in reversed(till.said(BOSS)) if "✅ Setujui" in str(one.buttons))
    await till.press_data(pack(DecideTopUp(1, approve=True)), asked.message_id, BOSS)
    await till.deliver.deliver()
    assert "sudah masuk saldo" in till.message(code.message_id, BOSS).text
    assert "oleh Pak Admin" in till.message(asked.message_id, BOSS).text
    answer = await till.forge(AskDecision(1, for_amount=True), BOSS)
    assert "sudah diputuskan" in answer.text


@pytest.mark.parametrize("typed", [["42,345", "99,000"], ["banyak", "42,345", "x?", "99,000"]])
@pytest.mark.parametrize("who", [BOSS, AIDE])
async def test_every_proposed_amount_is_closed(till: Counter, typed: list[str], who: int) -> None:
    await with_aide(till)
    await pay_in(till)
    await till.press("Other amount", AIDE)
    for text in typed:
        await till.say(text, AIDE)
    assert str([one.buttons for one in till.said(AIDE)]).count("Credit Rp") == 1
    await till.press("Credit Rp99,000" if who == AIDE else "Tolak", who)
    for shown in till.said(AIDE):
        assert "credited by Bu Aide" in shown.text or "Rejected by Pak Admin" in shown.text
        assert shown.buttons == []


async def test_a_question_stays_open_when_the_customer_cancels(till: Counter) -> None:
    await with_aide(till)
    await pay_in(till)
    await till.press("Other amount", AIDE)
    question = till.last(AIDE)
    await till.press("Batalkan")
    await till.restart()
    assert "How much arrived" in till.message(question.message_id, AIDE).text
    await till.say("42,345", AIDE)
    assert "The customer cancelled it: 14 Mar 2026, 12:00 WIB" in till.text(AIDE)
    await till.press("Credit Rp42,345", AIDE)
    assert await balance_of(till, ANNI) == 142_345
    assert [one.buttons for one in till.said(AIDE)] == [[], [], []]


async def test_a_question_about_a_second_payment_is_closed(till: Counter) -> None:
    await with_aide(till)
    total = await pay_in(till)
    await till.press("Approve", AIDE)
    await pay_in(till, "75rb")
    await till.press("Other amount", AIDE)
    await till.say(str(total), AIDE)
    asked = till.last(AIDE)
    assert asked.buttons != []
    await till.press("Tolak", BOSS)
    assert "Rejected by Pak Admin" in till.message(asked.message_id, AIDE).text
    assert till.message(asked.message_id, AIDE).buttons == []


@pytest.mark.parametrize("text", ["42,345", "Nothing came"])
async def test_a_decision_made_while_another_admin_types_wins(
    till: Counter, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    await with_aide(till)
    total = await pay_in(till)
    await till.press("Other amount" if "42" in text else "Reject + reason", AIDE)
    topups = till.shop.topups
    for name in ("check_amount", "decide_in_dialog"):
        late = getattr(topups, name)

        async def after(*args: object, late: Callable[..., Any] = late) -> object:
            await till.shop.topups.decide(BOSS, TopUpId(1), approve=True)
            return await late(*args)

        monkeypatch.setattr(topups, name, after)
    await till.say(text, AIDE)
    assert any("decided already" in one.text for one in till.said(AIDE)), till.shown(AIDE)
    assert await balance_of(till, ANNI) == 100_000 + total
    assert await till.dialog(AIDE) is None
