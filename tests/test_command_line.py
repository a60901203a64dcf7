"""The command line, as a person types it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def konter(*words: str, folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m bot ...` in a folder of its own, with no settings but those given."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(  # noqa: S603 - the project's own command
        [sys.executable, "-m", "bot", *words],
        cwd=folder,
        env=kept | {"PYTHONPATH": str(ROOT)} | env,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_without_settings_everything_that_is_missing_is_told(tmp_path: Path) -> None:
    """A newcomer who types `run` first reads what to fill in, and of the sandbox."""
    result = konter("run", folder=tmp_path)
    assert result.returncode == 2
    for name in ("TELEGRAM_BOT_TOKEN", "OSIMESA_USER_ID", "OSIMESA_API_KEY"):
        assert f"{name} is missing" in result.stderr
    assert "python -m bot sandbox" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_doctor_needs_settings_too(tmp_path: Path) -> None:
    """Looking at nothing would find nothing."""
    result = konter("doctor", folder=tmp_path)
    assert result.returncode == 2
    assert "OSIMESA_API_KEY is missing" in result.stderr


def test_the_audit_needs_no_credentials(tmp_path: Path) -> None:
    """The books can be checked where no token is; a mistyped path is no clean bill."""
    result = konter("audit", folder=tmp_path, DATABASE_URL="sqlite:///nowhere.db")
    assert (result.returncode, result.stderr) == (1, "")
    assert f"There is no database at {tmp_path.resolve() / 'nowhere.db'}" in result.stdout


def test_the_audit_of_a_file_that_is_no_database_says_so(tmp_path: Path) -> None:
    """A wrong file is a sentence, not a traceback."""
    (tmp_path / "letter.db").write_text("Dear reader, " * 1000)
    result = konter("audit", folder=tmp_path, DATABASE_URL="sqlite:///letter.db")
    assert result.returncode == 1
    assert "cannot be read" in result.stdout
    assert "Traceback" not in result.stderr


def test_a_backup_needs_no_credentials(tmp_path: Path) -> None:
    """Whoever may read the file may copy it."""
    result = konter("backup", folder=tmp_path, DATABASE_URL="sqlite:///nowhere.db")
    assert (result.returncode, result.stderr) == (1, "")
    assert f"there is no database at {tmp_path.resolve() / 'nowhere.db'}" in result.stdout


@pytest.mark.parametrize("command", ["audit", "backup"])
def test_only_the_settings_that_are_needed_count(command: str, tmp_path: Path) -> None:
    """A wrong price or token elsewhere must not keep anybody from their books."""
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


def test_what_is_not_there_cannot_be_restored(tmp_path: Path) -> None:
    """A typing error is a sentence."""
    result = konter("restore", "nowhere.db", folder=tmp_path)
    assert result.returncode == 2
    assert "does not exist" in result.stderr


COMMANDS = ("run", "sandbox", "doctor", "audit", "backup", "restore")


@pytest.mark.parametrize("words", [("-h",), *((command, "-h") for command in COMMANDS)])
def test_every_command_explains_itself(words: tuple[str, ...], tmp_path: Path) -> None:
    """Help needs no settings."""
    result = konter(*words, folder=tmp_path)
    assert result.returncode == 0
    assert "Usage: python -m bot" in result.stdout


WORDS_OF: list[tuple[str, ...]] = [
    (command,) for command in COMMANDS if command not in {"sandbox", "restore"}
]
WORDS_OF.append(("restore", "backup.db"))


@pytest.mark.parametrize("words", WORDS_OF)
@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_a_file_that_is_not_utf_8_is_a_sentence_in_every_command(
    words: tuple[str, ...], encoding: str, tmp_path: Path
) -> None:
    """No traceback, exit code 2, and what to do."""
    (tmp_path / "backup.db").touch()
    (tmp_path / ".env").write_bytes("DATABASE_URL=sqlite:///café.db\n".encode(encoding))
    result = konter(*words, folder=tmp_path)
    assert result.returncode == 2
    assert "save it as UTF-8" in result.stderr
    assert "Traceback" not in result.stderr
    assert "is missing" not in result.stderr


@pytest.mark.parametrize("words", WORDS_OF)
def test_an_environment_that_is_not_utf_8_is_a_sentence_in_every_command(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    """The system hands over bytes."""
    (tmp_path / "backup.db").touch()
    result = konter(*words, folder=tmp_path, DATABASE_URL="sqlite:///caf\udce9.db")
    assert result.returncode == 2
    assert "DATABASE_URL must be plain text, saved as UTF-8" in result.stderr
    assert "Traceback" not in result.stderr


def test_wrong_settings_are_told_all_at_once(tmp_path: Path) -> None:
    """As a shopkeeper writes amounts, and as the network does not work."""
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
        told = [line.split()[1] for line in result.stderr.splitlines() if line.startswith("  - ")]
        assert {*wrong} <= {*told}
        assert "Traceback" not in result.stderr


@pytest.mark.parametrize("port", ["0", "65536", "8.090", "http"])
def test_the_page_of_the_sandbox_needs_a_port(port: str, tmp_path: Path) -> None:
    """Before anything is made."""
    result = konter("sandbox", "--port", port, folder=tmp_path)
    assert result.returncode == 2
    assert "--port" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("words", [("backup",), ("restore",), ("sandbox", "--data")])
def test_a_name_that_is_not_utf_8_is_refused(words: tuple[str, ...], tmp_path: Path) -> None:
    """The database could not be told it."""
    (tmp_path / "caf\udce9.db").touch()
    (tmp_path / ".env").write_text(
        "TELEGRAM_BOT_TOKEN=1:a\nOSIMESA_USER_ID=shop\nOSIMESA_API_KEY=the-key-of-the-shop\n"
    )
    name = "caf\udce9" if words[-1] == "--data" else "caf\udce9.db"
    result = konter(*words, name, folder=tmp_path)
    assert result.returncode == 2
    assert "not UTF-8" in result.stderr
    assert "Traceback" not in result.stderr
