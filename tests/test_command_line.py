"""The command line, run in a subprocess where that matters: a start takes half a second."""

import os
import re
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.__main__ import konter as commands

ROOT = Path(__file__).parent.parent


def konter(*arguments: str, folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m bot ...` in a folder of its own, with no settings but those given."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(  # noqa: S603 - the project's own command
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=kept | {"PYTHONPATH": str(ROOT)} | env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def called(*arguments: str, folder: Path, **env: str) -> Result:
    """Call `python -m bot ...` in this process, as `konter` runs it in its own."""
    with chdir(folder):
        return CliRunner().invoke(commands, arguments, prog_name="python -m bot", env=env)


def test_run_without_settings_names_every_missing_one_and_the_sandbox(tmp_path: Path) -> None:
    result = konter("run", folder=tmp_path)
    assert result.returncode == 2
    for name in ("TELEGRAM_BOT_TOKEN", "OSIMESA_USER_ID", "OSIMESA_API_KEY"):
        assert f"{name} is missing" in result.stderr
    assert "python -m bot sandbox" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_doctor_needs_settings_too(tmp_path: Path) -> None:
    result = konter("doctor", folder=tmp_path)
    assert result.returncode == 2
    assert "OSIMESA_API_KEY is missing" in result.stderr


def test_the_audit_needs_no_credentials_and_fails_without_a_database(tmp_path: Path) -> None:
    result = konter("audit", folder=tmp_path, DATABASE_URL="sqlite:///nowhere.db")
    assert (result.returncode, result.stderr) == (1, "")
    assert f"There is no database at {tmp_path.resolve() / 'nowhere.db'}" in result.stdout


def test_the_audit_of_a_file_that_is_no_database_fails_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("Dear reader, " * 1000)
    result = konter("audit", folder=tmp_path, DATABASE_URL="sqlite:///letter.db")
    assert result.returncode == 1
    assert "cannot be read" in result.stdout
    assert "Traceback" not in result.stderr


def test_a_backup_needs_no_credentials_and_fails_without_a_database(tmp_path: Path) -> None:
    result = konter("backup", folder=tmp_path, DATABASE_URL="sqlite:///nowhere.db")
    assert (result.returncode, result.stderr) == (1, "")
    assert f"there is no database at {tmp_path.resolve() / 'nowhere.db'}" in result.stdout


def test_a_file_is_no_server_to_accept(tmp_path: Path) -> None:
    result = konter("accept-server", folder=tmp_path)
    assert (result.returncode, result.stderr) == (1, "")
    assert result.stdout.startswith("DATABASE_URL names a file, not a server")


@pytest.mark.parametrize("command", ["audit", "backup"])
def test_commands_on_the_database_ignore_faults_in_other_settings(
    command: str, tmp_path: Path
) -> None:
    wrong = "MARKUP_FLATT=5\nBACKUP_HOUR=99\nTELEGRAM_BOT_TOKEN=x\n"
    (tmp_path / ".env").write_text(f"{wrong}DATABASE_URL=sqlite:///nowhere.db\n")
    result = konter(command, folder=tmp_path, OSIMESA_URL="no address")
    assert (result.returncode, result.stderr) == (1, "")
    assert str(tmp_path.resolve() / "nowhere.db") in result.stdout
    (tmp_path / ".env").write_text(f"{wrong}DATABASE_UR=sqlite:///nowhere.db\n")
    result = konter(command, folder=tmp_path)
    assert result.returncode == 2
    assert "did you mean DATABASE_URL?" in result.stderr
    assert "MARKUP_FLATT" not in result.stderr


def test_a_restore_of_a_missing_file_is_refused(tmp_path: Path) -> None:
    result = konter("restore", "nowhere.db", folder=tmp_path)
    assert result.returncode == 2
    assert "does not exist" in result.stderr


def test_the_version_is_that_of_the_changelog(tmp_path: Path) -> None:
    result = konter("--version", folder=tmp_path)
    newest = re.search(r"^## \[([0-9.]+)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest is not None
    assert (result.returncode, result.stdout) == (0, f"Konter {newest[1]}\n")


COMMANDS = ("run", "sandbox", "doctor", "audit", "accept-server", "backup", "restore")


@pytest.mark.parametrize("arguments", [("-h",), *((command, "-h") for command in COMMANDS)])
def test_every_command_has_help_that_needs_no_settings(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    result = called(*arguments, folder=tmp_path)
    assert result.exit_code == 0
    assert "Usage: python -m bot" in result.stdout


INVOCATIONS: list[tuple[str, ...]] = [
    (command,) for command in COMMANDS if command not in {"sandbox", "restore"}
]
INVOCATIONS.append(("restore", "backup.db"))


@pytest.mark.parametrize(
    ("arguments", "encoding"),
    [*((arguments, "utf-16") for arguments in INVOCATIONS), (INVOCATIONS[0], "cp1252")],
)
def test_a_settings_file_that_is_not_utf_8_is_refused_by_every_command(
    arguments: tuple[str, ...], encoding: str, tmp_path: Path
) -> None:
    (tmp_path / "backup.db").touch()
    (tmp_path / ".env").write_bytes("DATABASE_URL=sqlite:///café.db\n".encode(encoding))
    result = called(*arguments, folder=tmp_path)
    assert result.exit_code == 2
    assert "save it as UTF-8" in result.stderr
    assert "Traceback" not in result.stderr
    assert "is missing" not in result.stderr


@pytest.mark.parametrize("arguments", INVOCATIONS)
def test_an_environment_that_is_not_utf_8_is_refused_by_every_command(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "backup.db").touch()
    result = called(*arguments, folder=tmp_path, DATABASE_URL="sqlite:///caf\udce9.db")
    assert result.exit_code == 2
    assert "DATABASE_URL must be plain text, saved as UTF-8" in result.stderr
    assert "Traceback" not in result.stderr


def test_all_wrong_settings_are_reported_at_once(tmp_path: Path) -> None:
    wrong = {
        "MARKUP_FLAT": "1.000",
        "ADMIN_CREDIT_LIMIT": "500.000",
        "QUEUE_MAX_SECONDS": "1.800",
        "ADMIN_IDS": "99999999999999999",
        "WEBHOOK_URL": "https://shop.example:8080/hook",
        "WEBHOOK_SECRET": "fifteen-letters",
    }
    text = "".join(f"{name}={value}\n" for name, value in wrong.items())
    (tmp_path / ".env").write_text(text, encoding="utf-8-sig")
    for command in ("run", "doctor"):
        result = konter(command, folder=tmp_path)
        assert result.returncode == 2
        reported = [
            line.split()[1] for line in result.stderr.splitlines() if line.startswith("  - ")
        ]
        assert {*wrong} <= {*reported}
        assert "Traceback" not in result.stderr


@pytest.mark.parametrize("port", ["0", "65536", "8.090", "http"])
def test_the_sandbox_refuses_an_invalid_port(port: str, tmp_path: Path) -> None:
    result = called("sandbox", "--port", port, folder=tmp_path)
    assert result.exit_code == 2
    assert "--port" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("arguments", [("backup",), ("restore",), ("sandbox", "--data")])
def test_a_path_that_is_not_utf_8_is_refused(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """Neither the database nor the console can write such a name."""
    (tmp_path / "caf\udce9.db").touch()
    (tmp_path / ".env").write_text(
        "TELEGRAM_BOT_TOKEN=1:a\nOSIMESA_USER_ID=shop\nOSIMESA_API_KEY=the-key-of-the-shop\n"
    )
    name = "caf\udce9" if arguments[-1] == "--data" else "caf\udce9.db"
    result = konter(*arguments, name, folder=tmp_path)
    assert result.returncode == 2
    assert "not UTF-8" in result.stderr
    assert "Traceback" not in result.stderr
