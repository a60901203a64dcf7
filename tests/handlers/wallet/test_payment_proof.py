"""Payment proofs: photos and files are accepted at any time, and other files are refused."""

from __future__ import annotations

import pytest

from bot.domain.dialog import Step
from bot.domain.topup import TopUpId
from bot.services.money.topups.proof import MAX_PROOFS_A_DAY
from handlers.wallet.payment_proof import MAX_ID_LENGTH, MAX_MEGABYTES
from tests.handlers.harness import BotHarness
from tests.handlers.topups import a_file, document, photo, request_topup, send_proof
from tests.services.shop import ADMIN, ANNI


async def test_a_proof_reaches_an_admin_and_is_credited_once(topup_harness: BotHarness) -> None:
    total = await request_topup(topup_harness)
    await send_proof(topup_harness)
    assert "dikabari" in topup_harness.text()
    shown = topup_harness.last(ADMIN)
    assert shown.photo is not None
    _, approve = topup_harness.find("Setujui", ADMIN)
    await topup_harness.press_data(approve, shown.message_id, ADMIN)
    await topup_harness.press_data(approve, shown.message_id, ADMIN)
    assert (await topup_harness.shop.wallet(ANNI)).posted == 100_000 + total
    assert "ditambahkan oleh" in topup_harness.text(ADMIN)


@pytest.mark.parametrize(
    ("name", "mime_type"),
    [
        ("bukti.pdf", "application/pdf"),
        ("IMG 1.JPG", "image/jpeg"),
        ("a.heic", "image/heic"),
        (None, "image/png"),
    ],
)
async def test_a_proof_sent_as_a_file_is_forwarded_as_a_file(
    topup_harness: BotHarness, name: str | None, mime_type: str
) -> None:
    total = await request_topup(topup_harness)
    await topup_harness.send(document(topup_harness, name, mime_type))
    assert "dikabari" in topup_harness.text()
    shown = topup_harness.last(ADMIN)
    assert shown.document is not None
    assert shown.photo is None
    await topup_harness.press("Setujui", ADMIN)
    assert (await topup_harness.shop.wallet(ANNI)).posted == 100_000 + total


async def test_other_files_reach_no_admin(topup_harness: BotHarness) -> None:
    """Name and MIME type are claims of the sender; nothing executable is forwarded."""
    await request_topup(topup_harness)
    before, count = topup_harness.said(ADMIN), len(topup_harness.said())
    for name, mime_type, size in (
        ("bukti.pdf.exe", "application/pdf", 9),
        ("bukti\u202efdp.exe", "image/png", 9),
        ("bukti.pdf", "application/x-msdownload", 9),
        ("bukti.apk", "application/vnd.android.package-archive", 9),
        ("bukti.html", "text/html", 9),
        ("bukti.svg", "image/svg+xml", 9),
        ("bukti.pdf", "application/pdf", MAX_MEGABYTES * 1_000_000 + 1),
    ):
        await topup_harness.send(document(topup_harness, name, mime_type, size))
        count += 1
        assert len(topup_harness.said()) == count
        assert "PDF paling besar 10 MB" in topup_harness.text()
        assert topup_harness.said(ADMIN) == before


async def test_a_file_without_a_top_up_is_not_forwarded(topup_harness: BotHarness) -> None:
    await topup_harness.send(document(topup_harness, "lagu.mp3", "audio/mpeg"))
    assert topup_harness.text() == "Maaf, kami cuma bisa baca teks dan foto."
    assert topup_harness.said(ADMIN) == []


async def test_a_photo_without_a_top_up_reaches_the_admins(topup_harness: BotHarness) -> None:
    """Telegram does not have this file, so the text is sent alone."""
    await topup_harness.send({"photo": [a_file("f") | {"width": 1, "height": 1}]})
    assert "fotonya kami cek" in topup_harness.text()
    assert "Tidak ada isi saldo yang menunggu" in topup_harness.text()
    assert f"/credit {ANNI}" in topup_harness.text(ADMIN)


# --- while another answer is expected ---


async def ask_for_a_number(topup_harness: BotHarness) -> None:
    """Choose a product."""
    await topup_harness.to_destination()


async def ask_for_pay(topup_harness: BotHarness) -> None:
    """Send the number."""
    await topup_harness.to_confirm()


async def ask_for_an_amount(topup_harness: BotHarness) -> None:
    """Start one more top-up."""
    await topup_harness.say("/saldo")
    await topup_harness.press("Isi saldo")
    if "💰 Jumlah lain" in topup_harness.labels():
        await topup_harness.press("Jumlah lain")


async def ask_for_a_name(topup_harness: BotHarness) -> None:
    """Start to name a saved number."""
    await topup_harness.say("/nomor")
    await topup_harness.press("0812 3456 7890")
    await topup_harness.press("Beri nama")


async def ask_for_a_price(topup_harness: BotHarness) -> None:
    """Start to set a selling price on a receipt."""
    order = await topup_harness.shop.queue()
    await topup_harness.shop.send_next(
        topup_harness.shop.reply(order, status_word="success", voucher="SN1")
    )
    await topup_harness.deliver.deliver()
    await topup_harness.press("Struk")
    await topup_harness.press("Harga lain")


STEPS = {
    Step.DESTINATION: ask_for_a_number,
    Step.CONFIRM: ask_for_pay,
    Step.AMOUNT: ask_for_an_amount,
    Step.NAME: ask_for_a_name,
    Step.SELLING_PRICE: ask_for_a_price,
}


@pytest.mark.parametrize("step", STEPS)
async def test_a_proof_is_accepted_at_any_step_which_then_stays(
    topup_harness: BotHarness, step: Step
) -> None:
    if step is Step.NAME:
        await topup_harness.to_confirm()
        await topup_harness.press("Bayar")
    await request_topup(topup_harness)
    await STEPS[step](topup_harness)
    await topup_harness.send(document(topup_harness, "bukti.pdf", "application/pdf"))
    assert "dikabari" in topup_harness.text()
    assert "lanjut" in topup_harness.text()
    assert topup_harness.last(ADMIN).document is not None
    assert await topup_harness.step() == step == topup_harness.library_step()


@pytest.mark.parametrize("step", [Step.DESTINATION, Step.CONFIRM, Step.AMOUNT])
async def test_without_a_top_up_a_photo_answers_no_question(
    topup_harness: BotHarness, step: Step
) -> None:
    """A photographed number must be typed, and no admin is notified."""
    await STEPS[step](topup_harness)
    before = topup_harness.said(ADMIN)
    await send_proof(topup_harness)
    assert "fotonya kami cek" not in topup_harness.text()
    assert topup_harness.said(ADMIN) == before
    assert await topup_harness.step() == step


async def test_a_proof_after_the_decision_reaches_the_admins(topup_harness: BotHarness) -> None:
    """The customer may have paid twice."""
    await request_topup(topup_harness)
    await topup_harness.shop.topups.decide(ADMIN, TopUpId(1), approve=True)
    await topup_harness.to_destination()
    await send_proof(topup_harness)
    assert "fotonya kami cek" in topup_harness.text()
    assert f"/credit {ANNI}" in topup_harness.text(ADMIN)


# --- hostile input ---


async def test_a_photo_in_a_group_is_ignored(topup_harness: BotHarness) -> None:
    await request_topup(topup_harness)
    before = (topup_harness.said(), topup_harness.said(ADMIN))
    await topup_harness.send(
        photo(topup_harness) | {"chat": {"id": -5, "type": "group", "title": "g"}}
    )
    assert (topup_harness.said(), topup_harness.said(ADMIN)) == before


@pytest.mark.parametrize("file_id", ["", "x" * (MAX_ID_LENGTH + 1)])
async def test_a_photo_with_an_invalid_file_id_is_ignored(
    topup_harness: BotHarness, file_id: str
) -> None:
    """The id would be sent back to Telegram at every delivery attempt."""
    await request_topup(topup_harness)
    before = topup_harness.said(ADMIN)
    await topup_harness.send({"photo": [a_file(file_id) | {"width": 1, "height": 1}]})
    assert topup_harness.said(ADMIN) == before


async def test_only_the_first_proofs_of_a_day_reach_the_admins(topup_harness: BotHarness) -> None:
    await request_topup(topup_harness)
    before = len(topup_harness.said(ADMIN))
    for _ in range(MAX_PROOFS_A_DAY + 1):
        await send_proof(topup_harness)
    assert "banyak foto" in topup_harness.text()
    assert len(topup_harness.said(ADMIN)) == before + MAX_PROOFS_A_DAY
