"""What the image promises: words, users and files, read from the Dockerfile itself."""

from pathlib import Path, PurePosixPath

import pytest

from tests.image.dockerfile import DOCKERFILE, is_sent, stages


def test_an_unknown_instruction_is_not_passed_over() -> None:
    with pytest.raises(ValueError, match="SHELL"):
        stages('FROM base\nSHELL ["/bin/bash"]\n')


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("bot/__main__.py", True),
        ("requirements.lock", True),
        (".env", False),
        ("deploy/docker/.env", False),
        ("data/konter.db", False),
        (".git/config", False),
        ("tests/conftest.py", False),
        ("requirements-dev.lock", False),
        ("bot/__pycache__/app.cpython-313.pyc", False),
    ],
)
def test_only_the_program_is_sent_to_the_build(path: str, *, sent: bool) -> None:
    assert is_sent(PurePosixPath(path)) is sent


def test_a_stop_reaches_the_bot_and_no_shell() -> None:
    last = stages(DOCKERFILE.read_text(encoding="utf-8"))[-1]
    assert last.one("ENTRYPOINT").words == ["python", "-m", "bot"]
    assert last.one("CMD").words == ["run"]
    assert last.one("STOPSIGNAL").text == "SIGTERM"
    assert last.one("USER").text == "10001:10001"
    assert last.one("VOLUME").words == ["/app/data"]


def test_packages_are_checked_by_their_hashes() -> None:
    build = stages(DOCKERFILE.read_text(encoding="utf-8"))[0]
    installs = [step.text for step in build.all("RUN") if "pip " in step.text]
    assert len(installs) == 1
    assert "--require-hashes -r requirements.lock" in installs[0]


def test_the_labels_say_what_the_image_is() -> None:
    last = stages(DOCKERFILE.read_text(encoding="utf-8"))[-1]
    labels = {name.rsplit(".", 1)[1]: value for name, value in last.one("LABEL").pairs.items()}
    assert set(labels) == {"title", "description", "licenses", "version", "revision"}
    assert (labels["title"], labels["licenses"]) == ("Konter", "MIT")
    assert (labels["version"], labels["revision"]) == ("${VERSION}", "${REVISION}")
    assert Path(DOCKERFILE).parent.joinpath("compose.yaml").exists()
