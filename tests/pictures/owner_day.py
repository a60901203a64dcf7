"""Screens of an owner's day, for docs/owner.md: from the first start to the closing."""

from __future__ import annotations

import io

import segno

from bot.sandbox.environment import PAYMENT_SETTINGS
from tests.pictures.translated_tab import TranslatedTab

NUMBER, REFUSED = "081234567890", "081234560002"
BEST = "S10"


async def take_all(tab: TranslatedTab, customer: TranslatedTab) -> None:
    """Take the pictures of the day, of an owner and a customer who read the same language."""
    await open_shop(tab)
    await serve_customer(tab, customer)
    await run_shop(tab)


async def open_shop(tab: TranslatedTab) -> None:
    """The first start, up to the open shop."""
    await tab.start()
    await tab.expect_pattern("1/7")
    await tab.shoot("owner-setup")
    await tab.say("Toko Maju")
    await tab.expect_pattern("2/7")
    await tab.tap("^@")
    await tab.expect_pattern("3/7")
    await send_qris(tab)
    await tab.press("✅ Yes, use it")
    await tab.expect_pattern("4/7")
    await tab.turn(r"\+Rp1[.,]500")
    await tab.shoot("owner-profit")
    await tab.turn(" ›$")
    await tab.expect_pattern("5/7")
    await tab.turn(" ›$")
    await tab.expect_pattern("6/7")
    await tab.turn("5[.,]000[.,]000$")
    await tab.expect_pattern("7/7")
    await tab.press("🏪 Open the shop")
    await tab.expect_text("🎉 {shop} is open.")
    await tab.shoot("owner-opened")


async def send_qris(tab: TranslatedTab) -> None:
    """Send a picture of the shop's QRIS."""
    picture = io.BytesIO()
    segno.make(PAYMENT_SETTINGS["QRIS_STATIC"], error="m").save(picture, kind="png", scale=6)
    file = {"name": "qris.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    await tab.page.locator("#file").set_input_files(file)  # type: ignore[arg-type]
    await tab.page.get_by_role("dialog").get_by_role("button").last.click()
    await tab.expect_text("Is that you? Customers' money goes there.")


async def serve_customer(tab: TranslatedTab, customer: TranslatedTab) -> None:
    """A top-up, a complaint, and the answer."""
    await customer.start()
    await customer.expect_text("Your balance: {balance}")
    await customer.press("💵 Top up")
    await customer.tap("50[.,]000")
    await tab.expect_text("Approve it only once the money is there.")
    await tab.shoot("owner-topup")
    await tab.press("✅ Approve")
    await customer.expect_text("Your top-up of {amount} has arrived.")
    await customer.say(f"{REFUSED} 10")
    await customer.tap(r"^10[.,]000")
    await customer.tap(f"^{customer.pattern('✅ Pay {price}')}")
    await customer.expect_text("Your money is back: {price}. Your balance is {balance}.")
    await customer.press("💬 Ask the shop")
    await tab.expect_text("A customer asks for help with {number}")
    await customer.page.get_by_role("button", name="OK", exact=True).click()
    await tab.shoot("owner-complaint")
    await tab.tap("^✍️")
    await tab.say("Nomornya ditolak operator, Kak. Uangnya sudah kembali ke saldo.")
    await tab.expect_pattern("📨")
    await tab.shoot("owner-answer")
    await tab.tap("^📨")
    await customer.expect_pattern("Nomornya ditolak")
    await customer.say(f"{NUMBER} 10")
    await customer.tap(r"^10[.,]000")
    await customer.tap(f"^{customer.pattern('✅ Pay {price}')}")
    await customer.expect_text("SN / code:")


async def run_shop(tab: TranslatedTab) -> None:
    """A price, a hidden product, a customer, an employee, the report, and the closing."""
    await tab.say("/menu")
    await tab.expect_pattern("🟢")
    await tab.shoot("owner-menu")
    await tab.say(f"/price {BEST} 11900")
    await tab.expect_pattern("11[.,]900")
    await tab.shoot("owner-price")
    await tab.tap("^✅")
    await tab.expect_pattern("11[.,]900")
    await tab.say(f"/products {BEST}")
    await tab.expect_pattern(f"· {BEST}")
    await tab.turn(f"· {BEST}$")
    await tab.shoot("owner-product")
    await tab.say("/customers Budi")
    await tab.expect_pattern("budi_sandbox")
    await tab.turn("^Budi")
    await tab.shoot("owner-customer")
    await tab.say("/staff")
    await tab.expect_text("🆕 Add an employee")
    await tab.turn(tab.pattern("🆕 Add an employee"))
    await tab.shoot("owner-staff")
    await tab.say("/report")
    await tab.expect_pattern("📊")
    await tab.shoot("owner-report")
    await tab.say("/pause libur sampai Senin")
    await tab.expect_text("The shop is paused.")
    await tab.shoot("owner-closed")
