"""Payment proofs: photos and files are accepted at any time, and other files are refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from bot.domain.dialog import Step
from bot.domain.topup import TopUpId
from bot.services.money.topups.proof import MAX_PROOFS_A_DAY
from handlers.ui.attachments import MAX_ID_LENGTH, MAX_MEGABYTES
from tests.handlers.admins import balance_of
from tests.handlers.harness import INDONESIAN_ADMIN, BotHarness
from tests.handlers.topups import a_file, document, photo, request_topup, send_proof
from tests.services.shop import ADMIN, ANNI, ANNI_CHAT


@pytest.fixture
def harness(topup_harness: BotHarness) -> BotHarness:
    """A shop with a way to pay."""
    return topup_harness


async def test_a_proof_reaches_an_admin_and_is_credited_once(harness: BotHarness) -> None:
    total = await request_topup(harness)
    await send_proof(harness)
    assert "dikabari" in harness.text()
    shown = harness.last(INDONESIAN_ADMIN)
    assert shown.photo is not None
    _, approve = harness.find("Setujui", INDONESIAN_ADMIN)
    for _ in range(2):
        await harness.press_data(approve, shown.message_id, INDONESIAN_ADMIN)
        assert await balance_of(harness, ANNI) == 100_000 + total


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
    harness: BotHarness, name: str | None, mime_type: str
) -> None:
    await request_topup(harness)
    await harness.send(document(harness, name, mime_type))
    assert "dikabari" in harness.text()
    shown = harness.last(INDONESIAN_ADMIN)
    assert shown.document is not None
    assert shown.photo is None
    assert "✅ Setujui" in harness.labels(INDONESIAN_ADMIN)


async def test_other_files_reach_no_admin(harness: BotHarness) -> None:
    """Name and MIME type are claims of the sender; nothing executable is forwarded."""
    await request_topup(harness)
    before = harness.said(INDONESIAN_ADMIN)
    for name, mime_type, size in (
        ("bukti.pdf.exe", "application/pdf", 9),
        ("bukti\u202efdp.exe", "image/png", 9),
        ("bukti.pdf", "application/x-msdownload", 9),
        ("bukti.apk", "application/vnd.android.package-archive", 9),
        ("bukti.html", "text/html", 9),
        ("bukti.svg", "image/svg+xml", 9),
        ("bukti.pdf", "application/pdf", MAX_MEGABYTES * 1_000_000 + 1),
    ):
        count = len(harness.said())
        await harness.send(document(harness, name, mime_type, size))
        assert len(harness.said()) == count + 1
        assert "PDF paling besar 10 MB" in harness.text()
        assert harness.said(INDONESIAN_ADMIN) == before


async def test_a_photo_without_a_top_up_reaches_the_admins(harness: BotHarness) -> None:
    """Telegram does not have this file, so the text is sent alone."""
    await harness.send({"photo": [a_file("f") | {"width": 1, "height": 1}]})
    assert "Tidak ada isi saldo yang menunggu" in harness.text()
    assert f"/credit {ANNI_CHAT}" in harness.text(INDONESIAN_ADMIN)


# --- while another answer is expected ---


async def ask_for_an_amount(harness: BotHarness) -> None:
    """Start one more top-up."""
    await harness.say("/saldo")
    await harness.press("Isi saldo")
    if "💰 Jumlah lain" in harness.labels():
        await harness.press("Jumlah lain")


async def ask_for_a_name(harness: BotHarness) -> None:
    """Start to name a saved number."""
    await harness.say("/nomor")
    await harness.press("0812 3456 7890")
    await harness.press("Beri nama")


async def ask_for_a_price(harness: BotHarness) -> None:
    """Start to set a selling price on a receipt."""
    order = await harness.shop.queue()
    await harness.shop.send_next(harness.shop.reply(order, status_word="success", voucher="SN1"))
    await harness.deliver.deliver()
    await harness.press("Struk")
    await harness.press("Harga lain")


STEPS: dict[Step, Callable[[BotHarness], Awaitable[None]]] = {
    Step.DESTINATION: BotHarness.to_destination,
    Step.CONFIRM: BotHarness.to_confirm,
    Step.AMOUNT: ask_for_an_amount,
    Step.NAME: ask_for_a_name,
    Step.SELLING_PRICE: ask_for_a_price,
}


@pytest.mark.parametrize("step", STEPS)
async def test_a_proof_is_accepted_at_any_step_which_then_stays(
    harness: BotHarness, step: Step
) -> None:
    if step is Step.NAME:
        await harness.to_confirm()
        await harness.press("Bayar")
    await request_topup(harness)
    await STEPS[step](harness)
    await harness.send(document(harness, "bukti.pdf", "application/pdf"))
    assert "dikabari" in harness.text()
    assert "lanjut" in harness.text()
    assert harness.last(INDONESIAN_ADMIN).document is not None
    assert await harness.step() == step == harness.library_step()


@pytest.mark.parametrize("step", [Step.DESTINATION, Step.CONFIRM, Step.AMOUNT])
async def test_without_a_top_up_a_photo_answers_no_question(
    harness: BotHarness, step: Step
) -> None:
    """A photographed number must be typed, and no admin is notified."""
    await STEPS[step](harness)
    before = harness.said(INDONESIAN_ADMIN)
    await send_proof(harness)
    assert "fotonya kami cek" not in harness.text()
    assert harness.said(INDONESIAN_ADMIN) == before
    assert await harness.step() == step


async def test_a_proof_after_the_decision_reaches_the_admins(harness: BotHarness) -> None:
    """The customer may have paid twice."""
    await request_topup(harness)
    await harness.shop.topups.decide(ADMIN, TopUpId(1), approve=True)
    await harness.to_destination()
    await send_proof(harness)
    assert "fotonya kami cek" in harness.text()
    assert f"/credit {ANNI_CHAT}" in harness.text(INDONESIAN_ADMIN)


# --- hostile input ---


async def test_a_photo_in_a_group_is_ignored(harness: BotHarness) -> None:
    await request_topup(harness)
    before = (harness.said(), harness.said(INDONESIAN_ADMIN))
    await harness.send(photo(harness) | {"chat": {"id": -5, "type": "group", "title": "g"}})
    assert (harness.said(), harness.said(INDONESIAN_ADMIN)) == before


@pytest.mark.parametrize("file_id", ["", "x" * (MAX_ID_LENGTH + 1)])
async def test_a_photo_with_an_invalid_file_id_is_ignored(
    harness: BotHarness, file_id: str
) -> None:
    """The id would be sent back to Telegram at every delivery attempt."""
    await request_topup(harness)
    before = harness.said(INDONESIAN_ADMIN)
    await harness.send({"photo": [a_file(file_id) | {"width": 1, "height": 1}]})
    assert harness.said(INDONESIAN_ADMIN) == before


async def test_only_the_first_proofs_of_a_day_reach_the_admins(harness: BotHarness) -> None:
    await request_topup(harness)
    before = len(harness.said(INDONESIAN_ADMIN))
    for _ in range(MAX_PROOFS_A_DAY + 1):
        await send_proof(harness)
    assert "banyak foto" in harness.text()
    assert len(harness.said(INDONESIAN_ADMIN)) == before + MAX_PROOFS_A_DAY
