"""Pictures of transfers: taken at any time, as what they are, and refused when they are not."""

from __future__ import annotations

import pytest

from bot.domain.dialog import Step
from bot.domain.topup import TopUpId
from bot.services.money.topups.proof import MAX_PROOFS_A_DAY
from handlers.proofs import LARGEST_MEGABYTES, LONGEST_ID
from tests.handlers.counter import Counter
from tests.handlers.till import a_file, document, pay_in, photo, prove
from tests.services.shop import ADMIN, ANNI


async def test_the_picture_of_a_transfer_is_decided_upon(till: Counter) -> None:
    """An admin sees it with the buttons; approving twice credits once."""
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
async def test_a_transfer_sent_as_a_file_is_shown_as_one(
    till: Counter, name: str | None, mime_type: str
) -> None:
    """With the same buttons below; Telegram would not show it as a picture."""
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
    """What a file is called and said to be is its sender's word; what runs is passed on never."""
    await pay_in(till)
    before = till.said(ADMIN)
    await till.send(document(till, name, mime_type, size))
    assert "PDF paling besar 10 MB" in till.text()
    assert till.said(ADMIN) == before


async def test_a_file_of_nobody_who_pays_is_not_understood(till: Counter) -> None:
    """Without a request there is nothing that it could belong to."""
    await till.send(document(till, "lagu.mp3", "audio/mpeg"))
    assert till.text() == "Maaf, kami cuma bisa baca teks dan foto."
    assert till.said(ADMIN) == []


async def test_a_picture_without_a_deposit_reaches_the_admins(till: Counter) -> None:
    """Also one that Telegram no longer has: then the words alone."""
    await till.send({"photo": [a_file("f") | {"width": 1, "height": 1}]})
    assert "fotonya kami cek" in till.text()
    assert "Tidak ada isi saldo yang menunggu" in till.text()
    assert f"/credit {ANNI}" in till.text(ADMIN)


# --- whatever else is waited for ---


async def ask_for_a_number(till: Counter) -> None:
    """A product was chosen."""
    await till.to_destination()


async def ask_for_pay(till: Counter) -> None:
    """The number was sent."""
    await till.to_confirm()


async def ask_for_an_amount(till: Counter) -> None:
    """One more deposit is to be opened."""
    await till.say("/saldo")
    await till.press("Isi saldo")
    if "💰 Jumlah lain" in till.labels():
        await till.press("Jumlah lain")


async def ask_for_a_name(till: Counter) -> None:
    """A saved number is to be named."""
    await till.say("/nomor")
    await till.press("0812 3456 7890")
    await till.press("Beri nama")


async def ask_for_a_price(till: Counter) -> None:
    """A receipt is to show a price of one's own."""
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
async def test_a_transfers_picture_is_taken_at_any_step(till: Counter, step: Step) -> None:
    """And the step is still waited for, by the database and in memory."""
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
async def test_without_a_deposit_a_picture_answers_no_question(till: Counter, step: Step) -> None:
    """Somebody photographs a number: they are told to type it, and no admin is called."""
    await STEPS[step](till)
    before = till.said(ADMIN)
    await prove(till)
    assert "fotonya kami cek" not in till.text()
    assert till.said(ADMIN) == before
    dialog = await till.dialog()
    assert dialog is not None
    assert dialog.step == step


async def test_a_second_transfer_is_a_case_also_while_a_number_is_asked(till: Counter) -> None:
    """Paid twice: the request is decided, and the money must not be lost."""
    await pay_in(till)
    await till.shop.topups.decide(ADMIN, TopUpId(1), approve=True)
    await till.to_destination()
    await prove(till)
    assert "fotonya kami cek" in till.text()
    assert f"/credit {ANNI}" in till.text(ADMIN)


# --- hostile ---


async def test_a_picture_in_a_group_is_nobodys_transfer(till: Counter) -> None:
    """Everybody could see it, and anybody send it."""
    await pay_in(till)
    before = (till.said(), till.said(ADMIN))
    await till.send(photo(till) | {"chat": {"id": -5, "type": "group", "title": "g"}})
    assert (till.said(), till.said(ADMIN)) == before


@pytest.mark.parametrize("file_id", ["", "x" * (LONGEST_ID + 1)])
async def test_an_id_that_cannot_be_telegrams_is_no_picture(till: Counter, file_id: str) -> None:
    """It would be sent back to Telegram with every try."""
    await pay_in(till)
    before = till.said(ADMIN)
    await till.send({"photo": [a_file(file_id) | {"width": 1, "height": 1}]})
    assert till.said(ADMIN) == before


async def test_a_flood_of_pictures_is_answered_and_does_not_bury_the_admins(till: Counter) -> None:
    """Ten of a day are shown."""
    await pay_in(till)
    before = len(till.said(ADMIN))
    for _ in range(MAX_PROOFS_A_DAY + 1):
        await prove(till)
    assert "banyak foto" in till.text()
    assert len(till.said(ADMIN)) == before + MAX_PROOFS_A_DAY
