"""The first start in a real browser: from an empty shop to its poster, with counted taps."""

from __future__ import annotations

import io

import pytest
import segno

from bot.sandbox.environment import PAYMENT_SETTINGS
from tests.browser.chromium import BrowserTab, QuickSandbox
from tests.browser.conftest import Opener

pytestmark = pytest.mark.asyncio(loop_scope="package")

PHONE = {"width": 390, "height": 844}
MOST_TAPS, MOST_TEXTS = 14, 2


class CountingOwner:
    """An owner who counts their taps and typed texts."""

    def __init__(self, tab: BrowserTab) -> None:
        self.tab = tab
        self.taps = 0
        self.texts = 0

    async def start(self) -> None:
        """Press Start."""
        self.taps += 1
        await self.tab.start()

    async def tap(self, label: str, then_sees: str) -> None:
        """Press a button, and wait for what it leads to."""
        self.taps += 1
        await self.tab.tap(label)
        await self.tab.sees(then_sees)

    async def type(self, text: str, then_sees: str) -> None:
        """Type a text, and wait for what it leads to."""
        self.texts += 1
        await self.tab.say(text)
        await self.tab.sees(then_sees)

    async def send_picture(self, picture: bytes, then_sees: str) -> None:
        """Choose a picture, and send it: two taps."""
        self.taps += 2
        file = {"name": "qris.png", "mimeType": "image/png", "buffer": picture}
        await self.tab.page.locator("#file").set_input_files(file)  # type: ignore[arg-type]
        await self.tab.page.get_by_role("dialog").get_by_role("button").last.click()
        await self.tab.sees(then_sees)


def qris_picture() -> bytes:
    """Draw a sticker of a QRIS."""
    picture = io.BytesIO()
    segno.make(PAYMENT_SETTINGS["QRIS_STATIC"], error="m").save(picture, kind="png", scale=6)
    return picture.getvalue()


async def test_a_shop_opens_with_few_taps_and_two_typed_texts(
    new_shop: tuple[QuickSandbox, Opener],
) -> None:
    _, open_tab = new_shop
    customer = await open_tab(PHONE)
    await customer.be("Budi")
    await customer.start()
    await customer.sees("Toko belum buka")
    tab = await open_tab(PHONE)
    await tab.be("Pak Admin")
    owner = CountingOwner(tab)
    await owner.start()
    await owner.type("Toko Maju", "2/7")
    await owner.tap("^@", "3/7")
    await owner.send_picture(qris_picture(), "QRIS atas nama Konter Sandbox")
    await owner.tap("Ya, pakai ini", "4/7")
    await owner.tap(r"\+Rp1\.500", r"Telkomsel 5\.000: modal Rp5\.179 → jual Rp6\.700")
    await owner.tap("Lanjut", "Aturan Telegram")
    await owner.tap("Voucher Game", "5/7")
    await owner.tap("Lanjut", "Di panel ada")
    await owner.tap("Catat", "7/7")
    await owner.type("081234560101", "Mau beli apa")
    assert await tab.overflow() == 0
    await owner.tap(r"^5\.000", "Cek dulu")
    await owner.tap("Bayar", "Hasil pembelianmu")
    await tab.sees("SN / kode")
    await owner.tap("Buka toko", "Toko Maju sudah buka")
    await tab.sees("https://t.me/")
    await owner.tap("Poster", "Cetak PDF")
    assert owner.taps <= MOST_TAPS
    assert owner.texts <= MOST_TEXTS
    await customer.say("/start")
    await customer.sees("Selamat datang di Toko Maju")
