"""Measurements on the page: texts that are cut or covered, at any font size."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page

STANDARD_PIXELS, FIXED_PIXELS = 16, 13
"""Chromium's default font sizes."""

CUT_TEXTS = """(within) => {
  const slack = 0.6;
  const isClipped = (style, side) => style[side] === 'hidden' || style[side] === 'clip';
  const scrolls = (style) => /auto|scroll/.test(style.overflowX + style.overflowY);
  const found = [];
  for (const root of document.querySelectorAll(within)) {
    if (!root.checkVisibility({visibilityProperty: true})) continue;
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode, own = text.parentElement;
      if (!text.data.trim() || own.closest('.sr, .last, svg, #menu-label')) continue;
      if (!own.checkVisibility({visibilityProperty: true})) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      for (const line of range.getClientRects()) {
        if (line.left < -slack || line.right > innerWidth + slack) found.push(text.data);
        for (let box = own; box && box !== document.body; box = box.parentElement) {
          const style = getComputedStyle(box), rect = box.getBoundingClientRect();
          if (scrolls(style)) break;
          const isButton = box.matches('button, a.key, .toast, .badge');
          const isWide = line.left < rect.left - slack || line.right > rect.right + slack;
          const isTall = line.top < rect.top - slack || line.bottom > rect.bottom + slack;
          const x = style.display !== 'inline' && (isClipped(style, 'overflowX') || isButton);
          const y = style.display !== 'inline' && (isClipped(style, 'overflowY') || isButton);
          if ((x && isWide) || (y && isTall)) found.push(text.data);
        }
      }
    }
  }
  return [...new Set(found)];
}"""

LONG_LABELS = """() => [...document.querySelectorAll('.key span')].filter((label) => {
  const lines = Math.round(label.clientHeight / parseFloat(getComputedStyle(label).lineHeight));
  return lines > 1 || label.scrollWidth > label.clientWidth;
}).map((label) => label.textContent)"""

COVERED_LABELS = """() => [...document.querySelectorAll('.key > svg')].filter((sign) => {
  const range = document.createRange();
  range.selectNodeContents(sign.parentElement.querySelector('span'));
  const one = sign.getBoundingClientRect();
  return [...range.getClientRects()].some((line) => line.left < one.right && line.right > one.left
    && line.top < one.bottom && line.bottom > one.top);
}).map((sign) => sign.parentElement.textContent)"""


async def set_letters(page: Page, percent: int) -> None:
    """Set the browser's font sizes to `percent` of the defaults."""
    session = await page.context.new_cdp_session(page)
    sizes = {
        "standard": round(STANDARD_PIXELS * percent / 100),
        "fixed": round(FIXED_PIXELS * percent / 100),
    }
    await session.send("Page.setFontSizes", {"fontSizes": sizes})


async def cut_texts(page: Page, within: str) -> list[str]:
    """Return texts inside the matching elements that overflow their button or are clipped."""
    return await _texts(page, CUT_TEXTS, within)


async def long_labels(page: Page) -> list[str]:
    """Return labels of chat buttons that have more than one line; Telegram shows only one."""
    return await _texts(page, LONG_LABELS)


async def covered_labels(page: Page) -> list[str]:
    """Return the labels that overlap the icon for copying or for a link."""
    return await _texts(page, COVERED_LABELS)


async def _texts(page: Page, script: str, *given: Any) -> list[str]:
    return list(await page.evaluate(script, *given))
