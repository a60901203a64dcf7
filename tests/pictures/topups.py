"""Screens of a customer about money: the wallet, top-ups, and the picture of a transfer."""

from __future__ import annotations

import io
import re

from PIL import Image, ImageDraw, ImageFont

from tests.pictures.translated_tab import TranslatedTab

ASK, PICTURE = "💵 Top up", "When you have paid, send the picture of the transfer here."


async def top_up(tab: TranslatedTab) -> None:
    """The wallet, and a request for a top-up."""
    await tab.ask("/balance", "Latest")
    await tab.shoot("wallet")
    await tab.press(ASK)
    await tab.expect_text("The shop tells you how to pay, and credits it once the money is there.")
    await tab.shoot("topup")
    await tab.ask("50.00", "That can be read in two ways.")
    await tab.shoot("topup-wrong", 2)
    await tab.ask("75rb", PICTURE)
    await tab.page.locator("#messages .photo img").last.wait_for()
    await tab.shoot("topup-pay", 2)
    await tab.ask("/balance", "Latest")
    await tab.press(ASK)
    await tab.expect_text("You have asked for this already")
    await tab.shoot("topup-open")
    await tab.press("✕ Cancel it")
    await tab.expect_text("Your top-up of {amount} is cancelled.")
    await tab.shoot("topup-cancelled")


async def request_topup(tab: TranslatedTab, amount: str, *although_open: str) -> None:
    """Request a top-up of one of the offered amounts."""
    await tab.ask("/balance", "Latest")
    for label in (ASK, *although_open):
        await tab.turn(f"^{tab.pattern(label)}$")
    await tab.expect_text("How much do you want to top up?")
    await tab.tap(amount)
    await tab.expect_text(PICTURE)


async def send_proof(tab: TranslatedTab) -> None:
    """Send the picture of a transfer, as a bank's app shows it."""
    request = await tab.page.locator("#messages .message").last.inner_text()
    amount = re.search(r"Rp[0-9.,]+", request)
    assert amount is not None
    buffer = transfer(amount[0])
    await tab.page.locator("#file").set_input_files(
        {"name": "bukti.png", "mimeType": "image/png", "buffer": buffer}
    )
    await tab.page.get_by_role("dialog").get_by_role("button").last.click()
    await tab.expect_text(
        "Thank you! We are checking your {amount} and will tell you here once it is credited."
    )


def transfer(amount: str) -> bytes:
    """Draw the confirmation of a transfer in a bank's app, as PNG."""
    picture = Image.new("RGB", (360, 220), "#f3f6fb")
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(22)
    draw.rectangle((0, 0, 360, 48), fill="#1d4f91")
    for line, text in enumerate(("BANK", "Transfer berhasil", amount, "Ke: Konter Sandbox")):
        draw.text((20, 12 + line * 50), text, "white" if line == 0 else "#22303f", font)
    png = io.BytesIO()
    picture.save(png, "png")
    return png.getvalue()
