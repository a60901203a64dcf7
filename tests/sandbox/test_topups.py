"""Top-ups by the shop's code, with the whole bot: in time and too late."""

from __future__ import annotations

import re

import pytest

from bot.domain.money import Rupiah
from bot.domain.qris import with_amount
from bot.sandbox.environment import PAYMENT_SETTINGS
from bot.sandbox.telegram.server import ChatMessage
from handlers.ui.i18n import load_languages
from handlers.wallet.payment_picture import draw_payment, payment_of
from tests.sandbox.shop_environment import FUNDS, ShopEnvironment, customer_of

STATIC = PAYMENT_SETTINGS["QRIS_STATIC"]


@pytest.fixture
async def qris_shop(environment: ShopEnvironment) -> ShopEnvironment:
    """A shop with a QRIS, whose admin has started the bot."""
    environment.env |= PAYMENT_SETTINGS
    await environment.enter_with_goods()
    await environment.admin.say("/start")
    return environment


async def request_topup(qris_shop: ShopEnvironment) -> tuple[ChatMessage, Rupiah]:
    """Request a top-up; return the message with the code, and the amount to pay."""
    await qris_shop.sarah.say("/balance")
    await qris_shop.sarah.tap("Top up")
    await qris_shop.sarah.tap("50,000")
    code = await qris_shop.sarah.sees("Pay exactly")
    found = re.search(r"Rp([0-9,]+)", code.text)
    assert found is not None
    return code, Rupiah(int(found[1].replace(",", "")))


async def prove_and_approve(qris_shop: ShopEnvironment, answer: str) -> None:
    """Send a file as proof, which is answered with a text, and let the admin approve it."""
    sarah_id = qris_shop.sarah.user_id
    qris_shop.telegram.send_document(sarah_id, "bukti.pdf", "application/pdf", b"%PDF-1.7")
    await qris_shop.sarah.sees(answer)
    await qris_shop.until(lambda: qris_shop.admin.last.document is not None)
    await qris_shop.admin.tap("Setujui", on=qris_shop.admin.last)
    await qris_shop.sarah.sees("has arrived")


async def test_a_top_up_is_paid_by_its_code_during_a_purchase(qris_shop: ShopEnvironment) -> None:
    code, total = await request_topup(qris_shop)
    assert code.photo is not None
    topup = await qris_shop.read(
        lambda tx: tx.topups.newest_of(customer_of(tx, qris_shop.sarah.user_id))
    )
    assert topup is not None
    payment = payment_of(load_languages()["en"], topup, "Konter")
    assert code.photo.content == draw_payment(with_amount(STATIC, total), payment)
    assert "Save this picture, open your bank or e-wallet app" in code.text
    await qris_shop.sarah.choose()
    request = await qris_shop.admin.sees("Isi saldo Rp")
    await prove_and_approve(qris_shop, "You can go on above")
    assert (await qris_shop.wallet(qris_shop.sarah.user_id)).posted == FUNDS + total
    settled = await qris_shop.admin.sees_in(request.message_id, "ditambahkan oleh")
    assert settled.buttons == []
    await qris_shop.sarah.say("081212345678", shows="Please check once more")


async def test_an_expired_top_up_that_is_paid_late_can_be_credited(
    qris_shop: ShopEnvironment,
) -> None:
    _, total = await request_topup(qris_shop)
    qris_shop.pass_time(hours=1)
    await qris_shop.sarah.sees("is over")
    qris_shop.pass_time(hours=1)
    await qris_shop.leave()
    await qris_shop.enter_with_goods()
    await prove_and_approve(qris_shop, "Thank you!")
    assert (await qris_shop.wallet(qris_shop.sarah.user_id)).posted == FUNDS + total
    assert qris_shop.sarah.texts.count("is over") == 1
