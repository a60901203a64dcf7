"""docs/install.md quotes what the scripts really say, in both languages."""

import re

from bot.commands import set_up_texts
from bot.commands.set_up_texts import Text
from tests.deploy.machine import ROOT

OTHERS = {
    "Permission denied",
    "Connection timed out",
    "Killed",
    "Could not get lock",
    "unable to resolve host",
    "destination path '/opt/konter/source' already exists",
}
"""What ssh, the system and git say."""


def test_every_sentence_that_the_page_explains_is_one_of_ours() -> None:
    page = (ROOT / "docs/install.md").read_text()
    texts = [text for text in vars(set_up_texts).values() if isinstance(text, Text)]
    scripts = [
        path.read_text() for path in sorted((ROOT / "deploy").glob("*"), key=str) if path.is_file()
    ]
    ours = re.sub(
        r"\$\{?\w+\}?", "...", " ".join([*scripts, *(part for text in texts for part in text)])
    )
    tables = re.findall(
        r"## (?:Kalau ada yang gagal|If something fails)\n(.*?)\n\n[^|]", page, re.DOTALL
    )
    assert len(tables) == 2
    rows = [row for table in tables for row in table.splitlines() if row.startswith("| `")]
    assert len(rows) > 40
    for row in rows:
        for quoted in re.findall(r"`(.+?)`", row.split(" | ")[0]):
            for part in filter(None, (one.strip(" :") for one in quoted.split("..."))):
                assert part in OTHERS | {"ssh", "FAILURE"} or part in ours, quoted
