"""deploy/lib.sh: what its callers rely on where `set -e` does not hold."""

import subprocess
from pathlib import Path

from tests.deploy.machine import ROOT

WRITE = """
. "$0/deploy/lib.sh"
printf new | write_file "$1" 600 "$(id -u):$(id -g)" || exit 2
if write_file "$1" 644 "$(id -u):$(id -g)" </; then exit 3; fi
"""
"""A folder cannot be read: so the second file is not whole."""


def test_half_a_file_never_takes_the_place_of_a_whole_one(tmp_path: Path) -> None:
    file = tmp_path / "file"
    subprocess.run(  # noqa: S603 - our own script
        ["bash", "-euo", "pipefail", "-c", WRITE, str(ROOT), str(file)],  # noqa: S607 - any bash
        check=True,
        stderr=subprocess.DEVNULL,
    )
    assert (file.read_text(), file.stat().st_mode & 0o777) == ("new", 0o600)
    assert list(tmp_path.iterdir()) == [file]
