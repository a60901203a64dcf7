"""Pictures of the page: cut to what matters, and small enough to live beside the text."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image
from playwright.async_api import FloatRect, Page

COLOURS = 96
MARGIN = 8
PLAIN = """isPlain => {
  document.getElementById('toasts').hidden = isPlain;
  document.getElementById('wall').hidden = isPlain;
  document.getElementById('chat').style.background = isPlain ? WALL : '';
}""".replace("WALL", "'light-dark(#b7d3ad, #0d1822)'")
"""Without what pops up over the newest message, and on one colour, which makes small files."""


class Camera:
    """Takes pictures of one page into a folder; a name is a file's."""

    def __init__(self, page: Page, folder: Path) -> None:
        """Look at `page`."""
        self._page = page
        self._folder = folder

    async def whole(self, name: str) -> None:
        """Take the window as it is."""
        self._keep(name, await self._page.screenshot(caret="hide"))

    async def part(self, name: str, selector: str) -> None:
        """Take one part of the page."""
        self._keep(name, await self._page.locator(selector).screenshot(caret="hide"))

    async def messages(self, name: str, count: int) -> None:
        """Take the newest messages of the chat, so many, without what stands around them."""
        await self._page.mouse.move(0, 0)
        await self._page.evaluate(PLAIN, True)
        clip = await self._newest(count)
        self._keep(name, await self._page.screenshot(clip=clip, caret="hide"))
        await self._page.evaluate(PLAIN, False)

    async def _newest(self, count: int) -> FloatRect:
        """Return where the newest messages are, as wide as the chat."""
        pane = await self._page.locator("#history").bounding_box()
        shown = await self._page.locator("#messages .message").all()
        boxes = [await one.bounding_box() for one in shown[-count:]]
        assert pane is not None
        first, last = boxes[0], boxes[-1]
        assert first is not None
        assert last is not None
        top = max(first["y"] - MARGIN, pane["y"])
        height = last["y"] + last["height"] + MARGIN - top
        return {"x": pane["x"], "y": top, "width": pane["width"], "height": height}

    def _keep(self, name: str, png: bytes) -> None:
        picture = Image.open(io.BytesIO(png)).convert("RGB")
        small = picture.quantize(COLOURS, dither=Image.Dither.NONE)
        small.save(self._folder / f"{name}.png", optimize=True)
