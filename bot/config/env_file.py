"""Reading `.env`: what cannot be read is one sentence, and never a traceback."""

import codecs
import io
from pathlib import Path

from dotenv import dotenv_values

LARGEST_BYTES = 1_000_000
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MARK = "\ufeff"
"""What some editors put before a text to say that it is UTF-8."""


class EnvFileError(Exception):
    """The file is there and cannot be used; the message is a sentence that says what to do."""


def read_env_file(path: Path) -> dict[str, str | None]:
    """Return the names, in small letters, and values of a file; nothing if there is none.

    Raises `EnvFileError`.
    """
    try:
        # A pipe can be read once only, and is as good as a file.
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except FileNotFoundError:
        return {}
    except IsADirectoryError:
        raise EnvFileError(
            f"{path} is a folder: remove it and write the settings into a file of that name."
        ) from None
    except OSError as error:
        raise EnvFileError(
            f"{path} cannot be read ({error.strerror}): make it a file that Konter may read."
        ) from None
    if len(content) > LARGEST_BYTES:
        raise EnvFileError(f"{path} is larger than 1 MB, so it holds no settings.")
    values = dotenv_values(stream=io.StringIO(_text(content, path)))
    return {name.lower(): value for name, value in values.items()}


def _text(content: bytes, path: Path) -> str:
    if content.startswith(_UTF_16) or b"\0" in content:
        raise EnvFileError(f"{path} is not UTF-8, perhaps UTF-16: save it as UTF-8.")
    try:
        return content.decode().replace(_MARK, "")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise EnvFileError(
            f"{path} is not UTF-8: save it as UTF-8 (line {line} has a letter of another encoding)."
        ) from None
