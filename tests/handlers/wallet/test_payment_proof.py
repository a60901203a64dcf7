"""Payment proofs: photos and files are accepted at any time, and other files are refused."""

from __future__ import annotations

import pytest

from bot.domain.dialog import Step
from bot.domain.topup import TopUpId
from bot.services.money.topups.proof import MAX_PROOFS_A_DAY
from handlers.wallet.payment_proof import LARGEST_MEGABYTES, LONGEST_ID
from tests.handlers.counter import Counter
from tests.handlers.till import a_file, document, pay_in, photo, prove
from tests.services.shop import ADMIN, ANNI


async def test_a_proof_reaches_an_admin_and_is_credited_once(till: Counter) -> None:
    total = await pay_in(till)
    await prove(till)
    assert "dikabari" in till.text()
    shown = till.last(ADMIN)
    assert shown.photo is not None
    _, approve = till.find("Setujui", ADMIN)
    await till.press_data(approve, shown.message_id, ADMIN)
    await till.press_data(approve, shown.message_id, ADMIN)
    assert (await till.shop.wallet(ANNI)).posted == 100_000 + total
    assert "ditambahkan oleh" in till.text(ADMIN)


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
    till: Counter, name: str | None, mime_type: str
) -> None:
    total = await pay_in(till)
    await till.send(document(till, name, mime_type))
    assert "dikabari" in till.text()
    shown = till.last(ADMIN)
    assert shown.document is not None
    assert shown.photo is None
    await till.press("Setujui", ADMIN)
    assert (await till.shop.wallet(ANNI)).posted == 100_000 + total


@pytest.mark.parametrize(
    ("name", "mime_type", "size"),
    [
        ("bukti.pdf.exe", "application/pdf", 9),
        ("bukti\u202efdp.exe", "image/png", 9),
        ("bukti.pdf", "application/x-msdownload", 9),
        ("bukti.apk", "application/vnd.android.package-archive", 9),
        ("bukti.html", "text/html", 9),
        ("bukti.svg", "image/svg+xml", 9),
        ("bukti.pdf", "application/pdf", LARGEST_MEGABYTES * 1_000_000 + 1),
    ],
)
async def test_other_files_reach_no_admin(
    till: Counter, name: str, mime_type: str, size: int
) -> None:
    """Name and MIME type are claims of the sender; nothing executable is forwarded."""
    await pay_in(till)
    before = till.said(ADMIN)
    await till.send(document(till, name, mime_type, size))
    assert "PDF paling besar 10 MB" in till.text()
    assert till.said(ADMIN) == before


async def test_a_file_without_a_top_up_is_not_forwarded(till: Counter) -> None:
    await till.send(document(till, "lagu.mp3", "audio/mpeg"))
    assert till.text() == "Maaf, kami cuma bisa baca teks dan foto."
    assert till.said(ADMIN) == []


async def test_a_photo_without_a_top_up_reaches_the_admins(till: Counter) -> None:
    """Telegram does not have this file, so the text is sent alone."""
    await till.send({"photo": [a_file("f") | {"width": 1, "height": 1}]})
    assert "fotonya kami cek" in till.text()
    assert "Tidak ada isi saldo yang menunggu" in till.text()
    assert f"/credit {ANNI}" in till.text(ADMIN)


# --- while another answer is expected ---


async def ask_for_a_number(till: Counter) -> None:
    """Choose a product."""
    await till.to_destination()


async def ask_for_pay(till: Counter) -> None:
    """Send the number."""
    await till.to_confirm()


async def ask_for_an_amount(till: Counter) -> None:
    """Start one more top-up."""
    await till.say("/saldo")
    await till.press("Isi saldo")
    if "💰 Jumlah lain" in till.labels():
        await till.press("Jumlah lain")


async def ask_for_a_name(till: Counter) -> None:
    """Start to name a saved number."""
    await till.say("/nomor")
    await till.press("0812 3456 7890")
    await till.press("Beri nama")


async def ask_for_a_price(till: Counter) -> None:
    """Start to set a selling price on a receipt."""
    order = await till.shop.queue()
    await till.shop.send_next(till.shop.reply(order, status_word="success", voucher="SN1"))
    await till.deliver.deliver()
    await till.press("Struk")
    await till.press("Harga lain")


STEPS = {
    Step.DESTINATION: ask_for_a_number,
    Step.CONFIRM: ask_for_pay,
    Step.AMOUNT: ask_for_an_amount,
    Step.NAME: ask_for_a_name,
    Step.SELLING_PRICE: ask_for_a_price,
}


@pytest.mark.parametrize("step", STEPS)
async def test_a_proof_is_accepted_at_any_step_which_then_stays(till: Counter, step: Step) -> None:
    if step is Step.NAME:
        await till.to_confirm()
        await till.press("Bayar")
    await pay_in(till)
    await STEPS[step](till)
    await till.send(document(till, "bukti.pdf", "application/pdf"))
    assert "dikabari" in till.text()
    assert "lanjut" in till.text()
    assert till.last(ADMIN).document is not None
    dialog = await till.dialog()
    assert dialog is not None
    assert dialog.step == step == till.remembered()


@pytest.mark.parametrize("step", [Step.DESTINATION, Step.CONFIRM, Step.AMOUNT])
async def test_without_a_top_up_a_photo_answers_no_question(till: Counter, step: Step) -> None:
    """A photographed number must be typed, and no admin is notified."""
    await STEPS[step](till)
    before = till.said(ADMIN)
    await prove(till)
    assert "fotonya kami cek" not in till.text()
    assert till.said(ADMIN) == before
    dialog = await till.dialog()
    assert dialog is not None
    assert dialog.step == step


async def test_a_proof_after_the_decision_reaches_the_admins(till: Counter) -> None:
    """The customer may have paid twice."""
    await pay_in(till)
    await till.shop.topups.decide(ADMIN, TopUpId(1), approve=True)
    await till.to_destination()
    await prove(till)
    assert "fotonya kami cek" in till.text()
    assert f"/credit {ANNI}" in till.text(ADMIN)


# --- hostile input ---


async def test_a_photo_in_a_group_is_ignored(till: Counter) -> None:
    await pay_in(till)
    before = (till.said(), till.said(ADMIN))
    await till.send(photo(till) | {"chat": {"id": -5, "type": "group", "title": "g"}})
    assert (till.said(), till.said(ADMIN)) == before


@pytest.mark.parametrize("file_id", ["", "x" * (LONGEST_ID + 1)])
async def test_a_photo_with_an_invalid_file_id_is_ignored(till: Counter, file_id: str) -> None:
    """The id would be sent back to Telegram at every delivery attempt."""
    await pay_in(till)
    before = till.said(ADMIN)
    await till.send({"photo": [a_file(file_id) | {"width": 1, "height": 1}]})
    assert till.said(ADMIN) == before


async def test_only_the_first_proofs_of_a_day_reach_the_admins(till: Counter) -> None:
    await pay_in(till)
    before = len(till.said(ADMIN))
    for _ in range(MAX_PROOFS_A_DAY + 1):
        await prove(till)
    assert "banyak foto" in till.text()
    assert len(till.said(ADMIN)) == before + MAX_PROOFS_A_DAY
