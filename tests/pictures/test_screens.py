"""docs/screens.md shows every picture, and no other."""

from __future__ import annotations

import re

from tests.browser.chromium import ROOT

PAGE = ROOT / "docs" / "screens.md"
PICTURES = ROOT / "docs" / "pictures"
MOST_BYTES = 3_000_000


def test_every_picture_is_shown() -> None:
    shown = re.findall(r'src="pictures/([^"]+)"', PAGE.read_text(encoding="utf-8"))
    assert sorted(shown) == sorted(path.name for path in PICTURES.iterdir())


def test_every_screen_is_shown_in_both_languages() -> None:
    names = [path.stem for path in PICTURES.iterdir() if not path.stem.startswith("page-")]
    screens = {name.rpartition("-")[0] for name in names}
    assert sorted(names) == sorted(f"{one}-{code}" for one in screens for code in ("en", "id"))


def test_the_pictures_are_small() -> None:
    assert sum(path.stat().st_size for path in PICTURES.iterdir()) < MOST_BYTES
