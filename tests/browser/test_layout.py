"""No text is cut, on narrow screens and with large fonts; styled buttons have enough contrast."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.chromium import PATIENCE_MS, PHONE, BrowserTab
from tests.browser.conftest import Opener
from tests.browser.measurements import covered_labels, cut_texts, set_letters

pytestmark = pytest.mark.asyncio(loop_scope="package")

WIDTHS = (320, 360, 390, 1400)
TABS = ("Supplier", "Telegram", "Bot", "Log")
DEEP = "gjpqy Çağ ŷ @ _ 🙏"
"""Letters with descenders, and characters that are taller than a line."""
LABELS = {
    "deep": DEEP,
    "long": "Telkomsel Combo Sakti 13,5 GB Youtube + 10 GB Chat & Sosmed / 30 Hari · Rp105.500",
    "unbroken": "W" * 60,
    "arabic": "شحن الرصيد",
}


async def cut_texts_by_part(tab: BrowserTab) -> dict[str, list[str]]:
    """Return the texts that are cut, by part of the page."""
    found = {"chat": await cut_texts(tab.page, "#chat")}
    await tab.page.locator("#more").click()
    found["extras"] = await cut_texts(tab.page, "#extras")
    await tab.page.keyboard.press("Escape")
    for name in TABS:
        await tab.open_panel(name)
        found[name] = await cut_texts(tab.page, "#side-panel")
    assert await tab.overflow() == 0
    await tab.close_panel()
    return {name: texts for name, texts in found.items() if texts}


async def test_no_text_is_cut_at_any_width(visitor: Opener) -> None:
    tab = await visitor(PHONE)
    await tab.be("Budi")
    await tab.start()
    await tab.tap("Belanja")
    await tab.tap("Pulsa$")
    await tab.tap("Telkomsel")
    await tab.sees("Pilih produknya")
    await (await tab.open_panel("Supplier")).get_by_text("Move the clock").click()
    await tab.close_panel()
    for width, percent in (*((width, 130) for width in WIDTHS), (WIDTHS[0], 100)):
        await tab.page.set_viewport_size({"width": width, "height": 740})
        await set_letters(tab.page, percent)
        await tab.show_people()
        await expect(tab.page.locator(".person")).to_have_count(6)
        assert await cut_texts(tab.page, "#people") == []
        await tab.be("Budi")
        assert await covered_labels(tab.page) == []
        assert await cut_texts_by_part(tab) == {}, (width, percent)


async def test_any_button_label_is_shown_whole(visitor: Opener) -> None:
    tab = await visitor(PHONE)
    await tab.be("Budi")
    await tab.start()
    await tab.say("/help")
    await tab.sees("Cara belanja")
    await tab.page.evaluate(RELABEL, list(LABELS.values()))
    for width, percent in (*((width, 130) for width in WIDTHS), (WIDTHS[0], 100)):
        await tab.page.set_viewport_size({"width": width, "height": 740})
        await set_letters(tab.page, percent)
        assert await cut_texts(tab.page, "#messages .key") == [], (width, percent)
        assert await covered_labels(tab.page) == []
        assert await tab.overflow() == 0


RELABEL = """(labels) => {
  const signs = document.querySelector('.key > svg');
  [...document.querySelectorAll('.key')].forEach((key, index) => {
    key.querySelector('span').textContent = labels[index % labels.length];
    if (!key.querySelector('svg')) key.append(signs.cloneNode(true));
  });
}"""


async def test_cut_and_covered_texts_are_measured(visitor: Opener) -> None:
    """Proves that the measurements can fail: a too low line and an icon over a text."""
    tab = await visitor({"width": 320, "height": 740})
    await tab.be("Budi")
    await tab.start()
    await tab.say("/help")
    await tab.sees("Cara belanja")
    await tab.page.evaluate(
        """() => {
          for (const label of document.querySelectorAll('.key span')) {
            Object.assign(label.style, {display: 'block', overflow: 'hidden', height: '7px'});
            label.textContent = 'gjpqy';
          }
          for (const key of document.querySelectorAll('.key')) key.style.padding = '6px 0';
        }"""
    )
    assert await cut_texts(tab.page, "#messages .key") == ["gjpqy"]
    await tab.page.evaluate(
        """() => {
          const sign = document.querySelector('.key > svg');
          const label = sign.parentElement.querySelector('span');
          Object.assign(label.style, {height: 'auto', whiteSpace: 'nowrap'});
          label.textContent = 'M'.repeat(99);
        }"""
    )
    assert await covered_labels(tab.page) != []


CONTRAST = """() => {
  const pen = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const channels = (colour) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (colour) => channels(colour).map((value) => value / 255)
    .map((one) => (one <= .04045 ? one / 12.92 : ((one + .055) / 1.055) ** 2.4))
    .reduce((sum, one, index) => sum + one * [.2126, .7152, .0722][index], 0);
  return ['primary', 'success', 'danger'].flatMap((style) => ['key', 'reply-key'].map((kind) => {
    const node = document.createElement('button');
    node.className = `${kind} ${style}`;
    node.textContent = 'Batal';
    document.getElementById('messages').append(node);
    const {color, backgroundColor} = getComputedStyle(node);
    const [one, other] = [light(color), light(backgroundColor)].sort((a, b) => b - a);
    const red = channels(backgroundColor);
    node.remove();
    return {style, ratio: (one + .05) / (other + .05), strongest: red.indexOf(Math.max(...red))};
  }));
}"""
STRONGEST = {"danger": 0, "success": 1, "primary": 2}
"""The strongest colour channel of each style by the Bot API: red, green, blue."""


async def test_button_styles_have_their_colours_and_enough_contrast(visitor: Opener) -> None:
    """White text needs the contrast of WCAG 1.4.3, 4.5 to 1."""
    tab = await visitor()
    await tab.start()
    await tab.sees("Selamat datang")
    for scheme in ("light", "dark"):
        await tab.page.emulate_media(color_scheme=scheme)
        for found in await tab.page.evaluate(CONTRAST):
            assert found["ratio"] >= 4.5, (scheme, found)
            assert found["strongest"] == STRONGEST[found["style"]], (scheme, found)


async def test_stickers_voice_contacts_and_places_are_sent(visitor: Opener) -> None:
    tab = await visitor(PHONE)
    await tab.be("Siti 🌸")
    await tab.start()
    await tab.sees("Selamat datang")
    mine = tab.page.locator("#messages .message.out")
    more = tab.page.get_by_role("button", name="Kirim stiker, pesan suara, kontak atau lokasi")
    await more.press("Enter")
    await expect(tab.page.get_by_role("button", name="Stiker 👍")).to_be_focused()
    await tab.page.keyboard.press("Enter")
    await expect(mine.last.get_by_role("img", name="Stiker 👍")).to_be_visible()
    for label, shown in (("Pesan suara", "0:07"), ("Lokasi", "-7.2575")):
        await more.press("Enter")
        await tab.page.get_by_role("button", name=label, exact=True).press("Enter")
        await expect(mine.last).to_contain_text(shown)
    await more.press("Enter")
    await tab.page.get_by_role("button", name="Kontak orang lain…").press("Enter")
    dialog = tab.page.get_by_role("dialog")
    await dialog.get_by_label("Nama").fill("Mr. Lee")
    await dialog.get_by_label("Nomor HP").fill("+852 9123 4567")
    await tab.page.keyboard.press("Enter")
    await expect(mine.last).to_contain_text("+852 9123 4567", timeout=PATIENCE_MS)
    assert await tab.overflow() == 0


async def test_every_person_can_be_chosen(visitor: Opener) -> None:
    tab = await visitor(PHONE)
    for name, balance in (("Ratna", "Rp0"), ("Siti 🌸", "Rp150.000"), ("يوسف", "Rp0")):
        await tab.be(name)
        await tab.start()
        await tab.sees(f"Saldo kamu: {balance}")
    await tab.page.get_by_label("Back to the list of people").click()
    avatar = tab.page.get_by_role("button").filter(has_text="Siti 🌸").locator(".avatar")
    await expect(avatar).to_have_text("S🌸")
