"""`.env` as editors save it: UTF-8 is read, and anything else is one sentence."""

import os
import threading
from pathlib import Path

import pytest

from bot.config import SettingsError, load_database_settings, load_settings
from tests.test_config import REQUIRED

TEXT = "SHOP_NAME=Café Ibu\r\nMARKUP_FLAT=700\r\n"


def env_file(folder: Path, content: bytes) -> Path:
    file = folder / ".env"
    file.write_bytes(content)
    return file


def problem_with(file: Path) -> str:
    """The one sentence that both ways of loading give."""
    sentences = []
    for load in (load_settings, load_database_settings):
        with pytest.raises(SettingsError) as caught:
            load(REQUIRED, file)
        (sentence,) = caught.value.problems
        sentences.append(sentence)
    assert sentences[0] == sentences[1]
    return sentences[0]


@pytest.mark.parametrize("mark", ["", "\ufeff", "\ufeff\ufeff"])
def test_utf_8_is_read_with_and_without_its_mark(mark: str, tmp_path: Path) -> None:
    """The mark, which some editors write, is no part of the first name."""
    settings = load_settings(REQUIRED, env_file(tmp_path, (mark + TEXT).encode()))
    assert (settings.shop_name, settings.markup_flat) == ("Café Ibu", 700)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
def test_utf_16_is_told(encoding: str, tmp_path: Path) -> None:
    """Windows' own editors call it Unicode; without its mark it is a text full of NUL."""
    file = env_file(tmp_path, TEXT.encode(encoding))
    assert problem_with(file) == f"{file} is not UTF-8, perhaps UTF-16: save it as UTF-8."


def test_a_big_endian_mark_is_seen(tmp_path: Path) -> None:
    """Its file may be nothing but the mark."""
    assert "save it as UTF-8" in problem_with(env_file(tmp_path, b"\xfe\xff"))


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "mac-roman"])
def test_another_encoding_is_told_with_its_line(encoding: str, tmp_path: Path) -> None:
    """One letter with an accent is enough, in a comment too."""
    file = env_file(tmp_path, "MARKUP_FLAT=700\n# Toko\n# é\n".encode(encoding))
    assert problem_with(file) == (
        f"{file} is not UTF-8: save it as UTF-8 (line 3 has a letter of another encoding)."
    )


def test_nul_is_told(tmp_path: Path) -> None:
    """A file that a crash of the machine left, for example."""
    assert "save it as UTF-8" in problem_with(env_file(tmp_path, b"SHOP_NAME=Ibu\n" + b"\0" * 64))


def test_a_folder_is_told(tmp_path: Path) -> None:
    """Docker makes one where the file to mount is missing."""
    folder = tmp_path / ".env"
    folder.mkdir()
    assert problem_with(folder) == (
        f"{folder} is a folder: remove it and write the settings into a file of that name."
    )


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    """With the system's reason."""
    loop = tmp_path / ".env"
    loop.symlink_to(loop)
    assert "cannot be read (Too many levels" in problem_with(loop)


def test_a_file_that_is_no_settings_is_not_read_whole(tmp_path: Path) -> None:
    """A database in its place, for example."""
    assert "larger than 1 MB" in problem_with(env_file(tmp_path, b"#" * 1_000_001))


def test_no_file_is_no_problem(tmp_path: Path) -> None:
    """Everything may stand in the environment."""
    assert load_settings(REQUIRED, tmp_path / ".env").markup_flat == 1000


def test_a_pipe_is_as_good_as_a_file(tmp_path: Path) -> None:
    """Keepers of passwords hand secrets over so."""
    pipe = tmp_path / ".env"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=("MARKUP_FLAT=700\n",))
    writer.start()
    assert load_settings(REQUIRED, pipe).markup_flat == 700
    writer.join()


@pytest.mark.parametrize(
    "line",
    [
        "MARKUP_FLAT: 7000",
        "MARKUP_FLAT 7000",
        "MARKUP_FLAT",
        "markup_flat: 7000",
        "export MARKUP_FLAT: 7000",
        'MARKUP_FLAT="7000',
        'MARKUP_FLAT="7000" rupiah',
        "MARKUP_FLAT='7000'0",
    ],
)
def test_a_line_that_sets_nothing_is_told(line: str, tmp_path: Path) -> None:
    """Else the shop would sell at the default's price, and together with whatever else is wrong."""
    file = env_file(tmp_path, f"SHOP_NAME=Ibu\n\n# prices\n{line}\nBACKUP_HOUR=99\n".encode())
    with pytest.raises(SettingsError) as caught:
        load_settings(REQUIRED, file)
    unread = (
        "MARKUP_FLAT cannot be read in line 4: write NAME=value, and a value in quotes wholly "
        "inside them."
    )
    assert caught.value.problems == [unread, "BACKUP_HOUR must be at most 23."]


def test_an_invalid_line_of_a_deprecated_name_is_reported(tmp_path: Path) -> None:
    file = env_file(tmp_path, b"DEPOSIT_EXPIRES_MINUTES: 45\n")
    with pytest.raises(SettingsError) as caught:
        load_settings(REQUIRED, file)
    (sentence,) = caught.value.problems
    assert sentence.startswith("DEPOSIT_EXPIRES_MINUTES cannot be read in line 1")
    present = load_settings(REQUIRED | {"TOPUP_EXPIRES_MINUTES": "60"}, file)
    assert present.topup_expires_minutes == 60


def test_a_line_of_something_else_is_nobodys_fault(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A ruler, a sentence, another program's: they set nothing of Konter's, so nothing is said."""
    text = "=====\nmy shop\nOTHER: 1\nMARKUP_FLAT=700\n"
    assert load_settings(REQUIRED, env_file(tmp_path, text.encode())).markup_flat == 700
    assert caplog.text == ""


def test_a_command_that_opens_the_database_reads_its_own_lines(tmp_path: Path) -> None:
    """What it does not use cannot be wrong for it."""
    file = env_file(tmp_path, b"MARKUP_FLAT: 7\nOSIMESA_API_KEY: k\nDATABASE_URL: x\n")
    with pytest.raises(SettingsError) as caught:
        load_database_settings({}, file)
    (sentence,) = caught.value.problems
    assert sentence.startswith("DATABASE_URL cannot be read in line 3")
