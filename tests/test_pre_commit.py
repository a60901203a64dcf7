"""Pre-commit runs what `make lint` runs."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_hooks_are_the_parts_of_make_lint() -> None:
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    lint = re.search(r"^lint: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert lint is not None
    assert re.findall(r"entry: make (\S+)", hooks) == lint[1].split()
