"""Other versions of Konter: copies of this checkout with one migration more."""

from __future__ import annotations

import shutil
from pathlib import Path

from storage.schema import FOLDER, POSTGRES_FOLDER, load_migrations, newest_version

ROOT = Path(__file__).parents[3]
NEWER = newest_version(load_migrations()) + 1
SIGN = "alter table facts add column sign text"
"""A migration that the version before it cannot read; the statement is the same on both."""


def newer_version(folder: Path, *migrations: str) -> Path:
    """Return the folder of a version with these migrations more, or one that is harmless."""
    checkout = folder / "newer"
    for name in ("bot", "handlers", "storage", "locales"):
        shutil.copytree(ROOT / name, checkout / name)
    shutil.copy(ROOT / "pyproject.toml", checkout)
    for existing in (FOLDER, POSTGRES_FOLDER):
        place = checkout / existing.relative_to(ROOT)
        for number, migration in enumerate(migrations or (SIGN,), start=NEWER):
            (place / f"{number:04}_newer.sql").write_text(f"{migration};\n")
    return checkout
