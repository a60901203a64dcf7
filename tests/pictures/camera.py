"""Pictures of the page, cropped and with few colours, so that the files are small."""

from __future__ import annotations

import io
from itertools import chain
from pathlib import Path
from typing import cast

from PIL import Image
from playwright.async_api import FloatRect, Page, ViewportSize

FEW, MANY = (24, 32), (48, 128)
"""Numbers of colours in a picture: the most frequent ones, and the others."""
MARGIN = 8
TALL = 1600
"""A window height in pixels at which every message is fully visible."""
PLAIN = """([isPlain, isQuiet]) => {
  document.getElementById('toasts').hidden = isQuiet;
  document.getElementById('wall').hidden = isPlain;
  document.getElementById('chat').style.background = isPlain ? WALL : '';
}""".replace("WALL", "'light-dark(#b7d3ad, #0d1822)'")
"""Show one plain background colour, which makes small files, and hide pop-ups if wanted."""


SETTLED = """new Promise(done => {
  const look = () => requestAnimationFrame(isFilled() ? done : look);
  const isFilled = () => document.getElementById('app').clientHeight === innerHeight;
  requestAnimationFrame(look);
})"""
"""Wait until the page fills its window and has been drawn."""


class Camera:
    """Saves pictures of one page in a folder; a name is a file name without suffix."""

    def __init__(self, page: Page, folder: Path) -> None:
        self._page = page
        self._folder = folder

    async def whole(self, name: str) -> None:
        """Take a picture of the window as it is."""
        await self._set(is_plain=False, is_quiet=False)
        await self._page.locator("#history:not(.scrolling)").wait_for(state="attached")
        self._keep(name, await self._page.screenshot(caret="hide"), MANY)

    async def part(self, name: str, selector: str) -> None:
        """Take a picture of one element of the page."""
        self._keep(name, await self._page.locator(selector).screenshot(caret="hide"))

    async def messages(self, name: str, count: int) -> None:
        """Take a picture of the newest `count` messages of the chat, without their surroundings."""
        window = self._page.viewport_size
        assert window is not None
        await self._resize({"width": window["width"], "height": TALL})
        await self._set(is_plain=True, is_quiet=True)
        clip = await self._newest(count)
        self._keep(name, await self._page.screenshot(clip=clip, caret="hide"))
        await self._set(is_plain=False, is_quiet=False)
        await self._resize(window)

    async def _set(self, *, is_plain: bool, is_quiet: bool) -> None:
        await self._page.mouse.move(0, 0)
        await self._page.evaluate(PLAIN, [is_plain, is_quiet])
        await self._page.evaluate(SETTLED)

    async def _resize(self, window: ViewportSize) -> None:
        """Resize the window, and wait until the page fills it."""
        await self._page.set_viewport_size(window)
        await self._page.evaluate(SETTLED)

    async def _newest(self, count: int) -> FloatRect:
        """Return the rectangle of the newest messages, as wide as the chat."""
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

    def _keep(self, name: str, png: bytes, colours: tuple[int, int] = FEW) -> None:
        picture = Image.open(io.BytesIO(png)).convert("RGB")
        small = picture.quantize(palette=palette_of(picture, *colours), dither=Image.Dither.NONE)
        small.save(self._folder / f"{name}.png", optimize=True)


def palette_of(picture: Image.Image, commonest: int, others: int) -> Image.Image:
    """Return a picture's palette: its most frequent colours exactly, and `others` approximations.

    The first keep surfaces smooth, the others keep emoji colourful.
    """
    counts = picture.getcolors(picture.width * picture.height) or []
    common = [colour for _, colour in sorted(counts, reverse=True)[:commonest]]
    rest = picture.quantize(others, Image.Quantize.FASTOCTREE).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette([*chain.from_iterable(map(_rgb, common)), *rest[: 3 * others]])
    return palette


def _rgb(colour: object) -> tuple[int, int, int]:
    """Cast a colour of an RGB picture to its type."""
    return cast("tuple[int, int, int]", colour)
