"""docs/docker.md: its commands and variables exist."""

import re

import click

from bot.__main__ import konter
from tests.image.dockerfile import DOCKERFILE, ROOT

PAGE = (ROOT / "docs" / "docker.md").read_text(encoding="utf-8")


def test_every_command_of_the_page_is_one_of_konter() -> None:
    assert isinstance(konter, click.Group)
    run = re.findall(r"compose run --rm konter (\S+)", PAGE)
    executed = re.findall(r"exec konter python -m bot ([\w-]+)", PAGE)
    named = {name.strip("`.,") for name in (*run, *executed)}
    assert named >= {"set-up", "doctor", "hold", "try-backup", "undo-update", "restore", "move-out"}
    assert named <= set(konter.commands)


def test_every_service_and_variable_of_the_page_is_in_the_compose_file() -> None:
    compose = (DOCKERFILE.parent / "compose.yaml").read_text(encoding="utf-8")
    for name in re.findall(r"^([A-Z_]+)=", PAGE, re.MULTILINE):
        assert name in compose or name.startswith("WEBHOOK_"), name
