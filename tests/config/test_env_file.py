"""Reading `.env`: UTF-8 is accepted, and any other file is reported in one sentence."""

import os
import threading
from pathlib import Path

import pytest

from bot.config import SettingsError, load_database_settings, load_settings
from tests.config.test_settings import REQUIRED

TEXT = "SHOP_NAME=Café Ibu\r\nMARKUP_FLAT=700\r\n"


def env_file(folder: Path, content: bytes) -> Path:
    file = folder / ".env"
    file.write_bytes(content)
    return file


def problem_with(file: Path) -> str:
    """Return the one problem, which must be the same for both ways of loading."""
    sentences = []
    for load in (load_settings, load_database_settings):
        with pytest.raises(SettingsError) as caught:
            load(REQUIRED, file)
        (sentence,) = caught.value.problems
        sentences.append(sentence)
    assert sentences[0] == sentences[1]
    return sentences[0]


@pytest.mark.parametrize("mark", ["", "\ufeff", "\ufeff\ufeff"])
def test_utf_8_is_read_with_and_without_byte_order_mark(mark: str, tmp_path: Path) -> None:
    settings = load_settings(REQUIRED, env_file(tmp_path, (mark + TEXT).encode()))
    assert (settings.shop_name, settings.markup_flat) == ("Café Ibu", 700)


UTF_16 = "is not UTF-8, perhaps UTF-16: save it as UTF-8."
"""Windows editors call UTF-16 "Unicode"."""
OTHER = "# Toko\n# é\n"
UNREADABLE = {
    **{
        encoding: (TEXT.encode(encoding), UTF_16)
        for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le")
    },
    "a mark alone": (b"\xfe\xff", UTF_16),
    # A crash of the machine can leave a file of NUL bytes.
    "NUL bytes": (b"SHOP_NAME=Ibu\n" + b"\0" * 64, UTF_16),
    **{
        encoding: (
            OTHER.encode(encoding),
            "is not UTF-8: save it as UTF-8 (line 2 has a letter of another encoding).",
        )
        for encoding in ("cp1252", "mac-roman")
    },
    "more than 1 MB": (b"#" * 1_000_001, "is larger than 1 MB"),
}


@pytest.mark.parametrize(("content", "says"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_is_not_utf_8_text_is_reported(
    content: bytes, says: str, tmp_path: Path
) -> None:
    file = env_file(tmp_path, content)
    assert problem_with(file).startswith(f"{file} {says}")


def test_a_folder_is_reported(tmp_path: Path) -> None:
    """Docker creates a folder when the file to mount does not exist."""
    folder = tmp_path / ".env"
    folder.mkdir()
    assert problem_with(folder) == (
        f"{folder} is a folder: remove it and write the settings into a file of that name."
    )


def test_an_unreadable_file_is_reported_with_the_reason(tmp_path: Path) -> None:
    loop = tmp_path / ".env"
    loop.symlink_to(loop)
    assert "cannot be read (Too many levels" in problem_with(loop)


def test_the_file_may_be_missing(tmp_path: Path) -> None:
    assert load_settings(REQUIRED, tmp_path / ".env").markup_flat == 1000


def test_settings_can_be_read_from_a_pipe(tmp_path: Path) -> None:
    """Secret managers hand over secrets through pipes."""
    pipe = tmp_path / ".env"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=("MARKUP_FLAT=700\n",))
    writer.start()
    assert load_settings(REQUIRED, pipe).markup_flat == 700
    writer.join()


@pytest.mark.parametrize(
    "line",
    [
        *("MARKUP_FLAT: 7000", "MARKUP_FLAT 7000", "MARKUP_FLAT", "markup_flat: 7000"),
        *("export MARKUP_FLAT: 7000", "MARKUP_FLAT='7000'0"),
        *('MARKUP_FLAT="7000', 'MARKUP_FLAT="7000" rupiah'),
    ],
)
def test_an_invalid_line_of_a_setting_is_reported(line: str, tmp_path: Path) -> None:
    """Otherwise the default would apply: the shop would sell at the wrong price."""
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


def test_invalid_lines_without_a_setting_are_ignored(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    text = "=====\nmy shop\nOTHER: 1\nMARKUP_FLAT=700\n"
    assert load_settings(REQUIRED, env_file(tmp_path, text.encode())).markup_flat == 700
    assert caplog.text == ""


def test_database_commands_report_their_own_settings_only(tmp_path: Path) -> None:
    file = env_file(tmp_path, b"MARKUP_FLAT: 7\nOSIMESA_API_KEY: k\nDATABASE_URL: x\n")
    with pytest.raises(SettingsError) as caught:
        load_database_settings({}, file)
    (sentence,) = caught.value.problems
    assert sentence.startswith("DATABASE_URL cannot be read in line 3")
