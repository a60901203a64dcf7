"""The bot's buttons on the smallest phone with large letters: no label is cut."""

from __future__ import annotations

from tests.browser.chromium import Newcomer
from tests.browser.conftest import Opener

SMALLEST = {"width": 320, "height": 640}
LARGER = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(".key { font-size: 18.85px !important; }");
  document.adoptedStyleSheets = [sheet];
}"""
"""130 % of what the page has."""
CUT = """() => [...document.querySelectorAll(".key span")]
  .filter((label) => label.scrollWidth > label.clientWidth).map((label) => label.textContent)"""


async def asks(tab: Newcomer, text: str, answer: str) -> None:
    """Write something, and look at every button there is once it is answered."""
    await tab.say(text)
    await tab.sees(answer)
    assert await tab.page.evaluate(CUT) == []


async def test_no_button_is_cut_on_the_smallest_phone(newcomer: Opener) -> None:
    """At 320 px and 130 %, in lists of one brand and of several, and before paying."""
    tab = await newcomer(SMALLEST)
    await tab.be("Budi")
    await tab.page.evaluate(LARGER)
    await tab.start()
    await asks(tab, "diamonds", "Hasil untuk")
    await asks(tab, "xl combo", "Hasil untuk xl combo")
    await asks(tab, "081234567890", "Mau beli apa")
    await asks(tab, "indosat 5rb", "Hasil untuk indosat 5rb")
    await tab.tap(r"^Indosat 5\.000 ")
    await asks(tab, "081234567890", "sepertinya Telkomsel")
    red = tab.page.locator(".key.danger")
    assert await red.inner_text() == "Tetap bayar Rp6.300"
    assert await red.evaluate("(key) => getComputedStyle(key).backgroundColor") in {
        "rgb(196, 61, 53)",
        "rgb(179, 68, 61)",
    }
