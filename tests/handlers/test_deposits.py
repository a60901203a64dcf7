"""Paying money in, as the customer and the admins see it."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.customer import TopUpId, TopUpState
from bot.domain.money import Rupiah
from bot.domain.qris import with_amount
from bot.sandbox.telegram_state import StoredFile
from handlers.qr import qr_png
from tests.domain.test_qris import STATIC
from tests.handlers.counter import Counter
from tests.services.shop import ADMIN, ANNI, SECOND_ADMIN, shop_rules

ACCOUNT = "BCA 123 456 a.n. <Konter>"


def furnish(counter: Counter, qris: str) -> None:
    """Give the running shop a way to pay; the services are made anew."""
    shop = counter.shop
    shop.rules = shop_rules(deposit_expires=timedelta(hours=1))
    shop.build()
    counter._build()
    services = replace(counter.services, qris_static=qris, topup_instructions=ACCOUNT)
    counter.application.bot_data.services = services


@pytest.fixture
async def till(counter: Counter) -> Counter:
    """A shop with a QRIS and a bank account."""
    await counter.stop()
    furnish(counter, STATIC)
    await counter.start()
    return counter


def picture(counter: Counter) -> StoredFile:
    """Return a picture that Telegram has."""
    return counter.telegram.state.add_file("a.png", "image/png", qr_png("x"), (290, 290))


async def pay_in(till: Counter, typed: str = "50rb") -> Rupiah:
    """Ask for a deposit, one more if there are some, and return what is to be paid."""
    await till.say("/saldo")
    await till.press("isi saldo")
    if "💰 Jumlah lain" in till.labels():
        await till.press("Jumlah lain")
    await till.say(typed)
    found = re.search(r"Rp([0-9.]+)", till.text())
    assert found is not None, till.shown()
    return Rupiah(int(found[1].replace(".", "")))


async def test_a_deposit_shows_the_shops_code_for_its_amount(till: Counter) -> None:
    """A picture with the exact amount, until when, and where else to pay."""
    total = await pay_in(till)
    message = till.last()
    assert message.photo is not None
    assert message.photo.content == qr_png(with_amount(STATIC, total))
    assert 50_001 <= total <= 50_999
    assert ACCOUNT in message.text
    assert "Bayar sebelum" in message.text


async def test_a_shop_without_a_code_tells_the_account(counter: Counter) -> None:
    """In words."""
    await counter.stop()
    furnish(counter, "")
    await counter.start()
    await pay_in(counter)
    assert counter.last().photo is None
    assert ACCOUNT in counter.text()


@pytest.mark.parametrize("typed", ["50rb", "50.000", "Rp 50.000", "50000", "50k", "50ribu"])
async def test_amounts_are_understood_as_typed(till: Counter, typed: str) -> None:
    """In every usual spelling."""
    assert 50_001 <= await pay_in(till, typed) <= 50_999


@pytest.mark.parametrize(
    ("typed", "says"), [("1e6", "bukan jumlah"), ("-5", "lebih dari"), ("5000", "minimal")]
)
async def test_other_amounts_are_explained(till: Counter, typed: str, says: str) -> None:
    """And asked for again."""
    await till.say("/saldo")
    await till.press("isi saldo")
    await till.say(typed)
    assert re.search(says, till.text(), re.IGNORECASE), till.text()


async def test_a_phone_number_is_no_amount(till: Counter) -> None:
    """It is what it always is."""
    await till.say("/saldo")
    await till.press("isi saldo")
    await till.say("081234567890")
    assert "Mau beli apa" in till.text()
    assert await till.dialog() is None


async def test_the_picture_of_a_transfer_is_decided_upon(till: Counter) -> None:
    """An admin sees it with the buttons; approving twice credits once."""
    total = await pay_in(till)
    stored = picture(till)
    photo = {"file_id": stored.file_id, "file_unique_id": "u", "width": 9, "height": 9}
    await till.send({"photo": [photo]})
    assert "dikabari" in till.text()
    shown = till.last(ADMIN)
    assert shown.photo is not None
    _, approve = till.find("Setujui", ADMIN)
    await till.press_data(approve, shown.message_id, ADMIN)
    await till.press_data(approve, shown.message_id, ADMIN)
    assert (await till.shop.wallet(ANNI)).posted == 100_000 + total
    assert "Disetujui" in till.text(ADMIN)


async def test_a_picture_without_a_deposit_reaches_the_admins(till: Counter) -> None:
    """Also one that Telegram no longer has: then the words alone."""
    await till.send({"photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]})
    assert "fotonya kami lihat" in till.text()
    assert f"/credit {ANNI}" in till.text(ADMIN)


async def test_another_amount_is_typed_by_the_admin(till: Counter) -> None:
    """A wrong one is asked for again; the customer reads what was credited."""
    await pay_in(till)
    await till.press("Jumlah lain", ADMIN)
    await till.say("banyak", ADMIN)
    assert "bukan jumlah" in till.text(ADMIN)
    await till.say("12.345", ADMIN)
    assert "Rp12.345" in till.text(ADMIN)
    assert "Rp12.345" in till.text()
    assert (await till.shop.wallet(ANNI)).posted == 112_345
    assert (await till.press("Jumlah lain", ADMIN)).text


async def test_a_rejection_tells_its_reason(till: Counter) -> None:
    """Escaped, in the customer's message."""
    await pay_in(till)
    await till.press("Tolak + alasan", ADMIN)
    await till.say("Belum <masuk>", ADMIN)
    assert "Belum <masuk>" in till.text()
    topup = (await till.shop.wallets.topup(ADMIN, TopUpId(1))).topup
    assert topup.state is TopUpState.REJECTED


async def test_a_question_for_a_decided_deposit_says_so(till: Counter) -> None:
    """The other admin was faster while this one typed."""
    await pay_in(till)
    await till.press("Jumlah lain", ADMIN)
    await till.shop.wallets.decide_topup(SECOND_ADMIN, TopUpId(1), approve=False)
    await till.say("12.345", ADMIN)
    assert (await till.shop.wallet(ANNI)).posted == 100_000


async def test_a_purchase_goes_on_after_the_deposit(till: Counter) -> None:
    """The product and number are kept: two taps, and it is bought."""
    await till.shop.credit(ANNI, -95_000)
    await till.to_confirm()
    await till.press("isi saldo")
    await till.say("50rb")
    await till.press("Setujui", ADMIN)
    await till.press("Lanjutkan belanja")
    await till.press("Bayar")
    (order,) = await till.orders()
    assert order.service_code == "SM10"


async def test_too_many_open_deposits_are_refused(till: Counter) -> None:
    """With what to do about it."""
    for _ in range(3):
        await pay_in(till)
    await till.say("/saldo")
    await till.press("isi saldo")
    await till.press("Jumlah lain")
    await till.say("50rb")
    assert "belum kamu bayar" in till.text()


def test_a_code_is_a_picture_that_is_large_enough() -> None:
    """A PNG with the white border that readers need."""
    content = qr_png(with_amount(STATIC, Rupiah(50_123)))
    assert io.BytesIO(content).read(8) == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(content[16:20]) > 300
