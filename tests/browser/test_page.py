"""The sandbox's page in a real browser: purchases of a customer, and the admin's work."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.chromium import PATIENCE_MS, PHONE, BrowserTab
from tests.browser.conftest import Opener
from tests.browser.measurements import long_labels
from tests.sandbox.page.fake_bot import picture

pytestmark = pytest.mark.asyncio(loop_scope="package")

LOST_ORDER_MS = 80_000
"""The first looks for a lost order come after 3, 10 and 20 seconds."""


async def choose(tab: BrowserTab, brand: str = "Telkomsel") -> None:
    """Go from the welcome screen to the question for the phone number."""
    await tab.start()
    await tab.tap("Belanja")
    await tab.tap("Pulsa$")
    await tab.tap(brand)
    await tab.tap(r"^5\.000 ")
    await tab.sees("Kirim nomor HP")


async def buy(tab: BrowserTab, number: str) -> None:
    """Buy the first pulsa of the list for a number."""
    await choose(tab)
    await tab.say(number)
    await tab.sees("Cek dulu")
    await tab.tap("Bayar")


async def test_a_purchase_leads_to_the_voucher(visitor: Opener) -> None:
    tab = await visitor()
    await buy(tab, "0812 3456 0201")
    await tab.sees("Sedang diproses|Selesai")
    await tab.sees("SN / kode:")
    await tab.say("/saldo")
    await tab.sees("Saldo")
    await choose_command_by_keyboard(tab.page)


async def choose_command_by_keyboard(page: Page) -> None:
    """Open the menu, close it, and choose a command, all by keyboard."""
    options = page.get_by_role("listbox", name="Commands").get_by_role("option")
    menu = page.get_by_role("button", name="Menu", exact=True)
    await menu.press("Enter")
    await page.keyboard.press("Escape")
    await expect(options).to_have_count(0)
    await menu.press("Enter")
    await page.keyboard.press("ArrowDown")
    chosen = options.nth(1)
    await expect(chosen).to_have_attribute("aria-selected", "true")
    command = await chosen.locator("b").inner_text()
    await page.keyboard.press("Enter")
    await expect(page.locator("#messages .message.out").last).to_contain_text(command)


async def test_on_a_narrow_phone_nothing_scrolls_sideways(visitor: Opener) -> None:
    tab = await visitor(PHONE)
    assert await tab.overflow() == 0
    await tab.be("Budi")
    await buy(tab, "081234560202")
    await tab.sees("SN / kode:")
    for _ in range(3):
        await tab.say("/bantuan")
        await tab.sees("Cara belanja")
    assert await tab.overflow() == await tab.depth() == 0
    for name in ("Supplier", "Telegram", "Bot", "Log"):
        await tab.open_panel(name)
        assert await tab.overflow() == 0, name
        assert await tab.depth() == 0, name


async def test_every_label_has_one_line_on_a_narrow_phone(visitor: Opener) -> None:
    """Telegram shows one line; a long name must leave room for size and price."""
    tab = await visitor(PHONE)
    await tab.be("Budi")
    await tab.start()
    await tab.tap("Belanja")
    for label in ("Pulsa$", "Telkomsel"):
        await tab.tap(label)
    await tab.sees("Pilih produknya")
    assert await long_labels(tab.page) == []
    for query in ("tsel 10gb 30 hari", "xl combo", "telepon 350"):
        await tab.say(query)
        await tab.sees(f"Hasil untuk {query}")
        assert await long_labels(tab.page) == []


async def test_an_order_after_sigkill_with_a_lost_answer_is_found(command: Opener) -> None:
    """With the command as a shopkeeper starts it, and at its ordinary pace."""
    tab = await command()
    await choose(tab)
    await tab.press_in_panel("Bot", "SIGKILL")
    panel = await tab.open_panel("Bot")
    await expect(panel.get_by_text(re.compile("^Running$"))).to_be_visible(timeout=PATIENCE_MS)
    await tab.press_in_panel("Supplier", "Lose the next answer")
    await tab.say("081234567890")
    await tab.sees("Cek dulu")
    await tab.tap("Bayar")
    await tab.sees("Sedang dicek")
    await expect(tab.message("SN / kode:")).to_be_visible(timeout=LOST_ORDER_MS)
    bought = panel.get_by_role("button", name=re.compile("^ref "))
    await expect(bought).to_have_count(1, timeout=PATIENCE_MS)


async def test_the_admin_settles_a_parked_order(visitor: Opener) -> None:
    tab = await visitor()
    await tab.be("Pak Admin")
    await tab.start()
    await tab.be("Budi")
    await buy(tab, "081234560004")
    await tab.sees("dicek manual|dicek langsung|Sedang dicek")
    await tab.be("Pak Admin")
    await tab.sees("menunggu keputusan")
    await tab.tap("Kembalikan")
    await tab.tap("Tetap kembalikan")
    await tab.sees("uangnya dikembalikan")
    await tab.be("Budi")
    await tab.sees("Uang kamu (sudah )?kembali")


async def test_a_top_up_is_paid_by_a_code_and_approved(visitor: Opener) -> None:
    tab = await visitor()
    await tab.be("Pak Admin")
    await tab.start()
    await tab.be("Budi")
    await tab.start()
    await tab.tap("Isi saldo")
    await tab.tap("50.000")
    await tab.sees("Bayar tepat Rp50.[0-9]{3}")
    pictures = tab.page.locator("#messages .photo img")
    await expect(pictures).to_be_visible(timeout=PATIENCE_MS)
    await send_picture(tab.page)
    await expect(pictures).to_have_count(2)
    await tab.be("Pak Admin")
    await expect(pictures).to_be_visible(timeout=PATIENCE_MS)
    await tab.tap("Setujui")
    await tab.sees("ditambahkan oleh")
    await tab.be("Budi")
    await tab.sees("sudah masuk")


async def send_picture(page: Page) -> None:
    """Choose a file in the file dialog and send it as a picture."""
    async with page.expect_file_chooser() as chosen:
        await page.get_by_role("button", name="Kirim gambar atau file").click()
    chooser = await chosen.value
    await chooser.set_files({"name": "bukti.png", "mimeType": "image/png", "buffer": picture()})
    await page.get_by_role("dialog").get_by_role("button", name="Kirim", exact=True).click()


async def test_a_reload_shows_the_same_chat_and_a_restarted_bot(visitor: Opener) -> None:
    tab = await visitor()
    await tab.be("Siti 🌸")
    await choose(tab)
    await tab.press_in_panel("Bot", "Restart")
    await tab.page.reload()
    await tab.sees("Kirim nomor HP")
    await tab.say("081234560203")
    await tab.sees("Cek dulu")
    await tab.tap("Batal")


async def test_a_page_that_lost_the_sandbox_catches_up(visitor: Opener) -> None:
    tab = await visitor()
    await tab.start()
    await tab.sees("Selamat datang")
    await tab.page.route("**/state?*", lambda route: route.abort())
    await tab.say("/saldo")
    await expect(tab.page.locator("#away")).to_be_visible(timeout=PATIENCE_MS)
    await tab.page.unroute("**/state?*")
    await tab.sees("Saldo kamu: Rp")
    await expect(tab.page.locator("#away")).to_be_hidden()
    assert {"net::ERR_FAILED" in line for line in tab.complaints} == {True}
    tab.complaints.clear()


async def test_each_person_reads_their_own_language(visitor: Opener) -> None:
    tab = await visitor()
    day, box = tab.page.locator("#messages .day"), tab.page.locator("#text")
    await tab.start()
    await tab.sees("Selamat datang")
    await expect(day).to_have_text("Hari ini")
    await expect(box).to_have_attribute("placeholder", "Pesan")
    await tab.be("Sarah")
    await tab.start()
    await tab.sees("Welcome to")
    await expect(day).to_have_text("Today")
    await expect(box).to_have_attribute("placeholder", "Message")
    await tab.say("@budi_sandbox")
    await tab.message("@budi_sandbox").get_by_role("button", name="@budi_sandbox").click()
    await expect(tab.page.locator("#toasts")).to_contain_text("a chat with @budi_sandbox")
    await tab.tap("Bahasa Indonesia")
    await tab.sees("Selamat datang|Bahasa Indonesia")


async def test_a_shared_contact_removes_only_the_keyboard_of_its_chat(newcomer: Opener) -> None:
    tab = await newcomer()
    key = tab.page.get_by_role("group", name="Keyboard of the bot").get_by_role("button")
    await choose(tab)
    await tab.tap("Nomor(ku| saya)")
    await key.click()
    await tab.page.get_by_role("dialog").get_by_role("button").last.click()
    await tab.sees("Cek dulu")
    await expect(key).to_have_count(0)
    await tab.be("Sarah")
    await tab.start()
    for label in ("Shop", "Pulsa", "^Telkomsel$", "Rp", "My number"):
        await tab.tap(label)
    await expect(key).to_be_visible(timeout=PATIENCE_MS)
