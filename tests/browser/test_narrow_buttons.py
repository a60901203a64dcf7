"""The bot's buttons on the smallest phone with large fonts: no label is cut."""

from __future__ import annotations

import pytest

from tests.browser.chromium import BrowserTab
from tests.browser.conftest import Opener

pytestmark = pytest.mark.asyncio(loop_scope="package")

SMALLEST = {"width": 320, "height": 640}
LARGER = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(".key { font-size: 18.85px !important; }");
  document.adoptedStyleSheets = [sheet];
}"""
"""130 % of the page's font size."""
CUT = """() => [...document.querySelectorAll(".key span")]
  .filter((label) => label.scrollWidth > label.clientWidth).map((label) => label.textContent)"""


async def say_and_check_buttons(tab: BrowserTab, text: str, answer: str) -> None:
    """Write something, wait for the answer, and check that no button label is cut."""
    await tab.say(text)
    await tab.sees(answer)
    assert await tab.page.evaluate(CUT) == []


async def test_no_button_is_cut_on_the_smallest_phone(visitor: Opener) -> None:
    """At 320 px and 130 %, in result lists of one and several brands, and on the confirm screen."""
    tab = await visitor(SMALLEST)
    await tab.be("Budi")
    await tab.page.evaluate(LARGER)
    await tab.start()
    await say_and_check_buttons(tab, "diamonds", "Hasil untuk")
    await say_and_check_buttons(tab, "xl combo", "Hasil untuk xl combo")
    await say_and_check_buttons(tab, "081234567890", "Mau beli apa")
    await say_and_check_buttons(tab, "indosat 5rb", "Hasil untuk indosat 5rb")
    await tab.tap(r"^Indosat 5\.000 ")
    await say_and_check_buttons(tab, "081234567890", "sepertinya Telkomsel")
    red = tab.page.locator(".key.danger")
    assert await red.inner_text() == "Tetap bayar Rp6.300"
    assert await red.evaluate("(key) => getComputedStyle(key).backgroundColor") in {
        "rgb(196, 61, 53)",
        "rgb(179, 68, 61)",
    }
