"""The pages for people: their links lead somewhere, and both languages give the same commands."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pages import PAGES, ROOT, anchors_of

NAMED_IN = [
    path
    for folder in ("bot", "deploy", "handlers", "storage")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.is_file() and path.suffix != ".pyc"
]


def _missing_from(page: Path) -> Iterator[str]:
    for path, anchor in re.findall(r"\]\(([^)#:\s]*)(?:#([^)\s]+))?\)", page.read_text("utf-8")):
        target = page.parent / path if path else page
        if not target.exists():
            yield f"{page.name}: {path}"
        elif anchor and anchor not in anchors_of(target):
            yield f"{page.name}: {path}#{anchor}"


def test_every_link_of_a_page_leads_to_a_page_and_a_heading() -> None:
    assert [one for page in PAGES for one in _missing_from(page)] == []


def test_every_page_that_the_program_names_exists() -> None:
    named = {
        name
        for path in NAMED_IN
        for name in re.findall(rb"\bdocs/(?:\w+/)?[\w-]+\.md\b", path.read_bytes())
    }
    assert len(named) > 5
    assert [name for name in sorted(named) if not (ROOT / name.decode()).exists()] == []


def _commands(half: str) -> list[str]:
    """Return the commands of a page's half, without what differs between the languages."""
    lines = "\n".join(re.findall(r"^ *```\n(.*?)^ *```", half, re.MULTILINE | re.DOTALL))
    words = [line.split() for line in lines.splitlines() if line.strip()]
    return [" ".join(one[: 3 if one[0] == "sudo" else 1]) for one in words]


@pytest.mark.parametrize(
    ("page", "english"),
    [("install", "# Installing Konter"), ("update", "# Updating and moving Konter")],
)
def test_both_languages_of_a_page_give_the_same_commands(page: str, english: str) -> None:
    text = (ROOT / "docs" / f"{page}.md").read_text("utf-8")
    ours, theirs = text.split(f"\n{english}\n")
    assert len(_commands(ours)) > 5
    assert _commands(ours) == _commands(theirs)
