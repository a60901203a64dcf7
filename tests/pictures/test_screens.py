"""The kept pictures: those that README and the docs show, and no other."""

from __future__ import annotations

import re

from tests.browser.chromium import ROOT

DOCS = ROOT / "docs"
PICTURES = DOCS / "pictures"
MOST_BYTES = 400_000


def test_every_kept_picture_is_shown() -> None:
    pages = [ROOT / "README.md", *DOCS.glob("*.md")]
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    shown = set(re.findall(r"pictures/([\w-]+\.png)", text))
    assert shown == {path.name for path in PICTURES.iterdir()}


def test_the_pictures_are_small() -> None:
    assert sum(path.stat().st_size for path in PICTURES.iterdir()) < MOST_BYTES
