"""Reading `.env`: what cannot be read is one sentence, and never a traceback."""

import codecs
import io
import re
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import parse_stream

LARGEST_BYTES = 1_000_000
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MARK = "\ufeff"
"""What some editors put before a text to say that it is UTF-8."""


_FIRST_WORD = re.compile(r"\s*(?:export\s+)?['\"]?(\w+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class EnvFile:
    """What a file holds: values by name, in small letters."""

    values: dict[str, str | None]
    unread: tuple[tuple[str, int], ...] = ()
    """The first word, in small letters, and the number of each line that sets nothing."""


class EnvFileError(Exception):
    """The file is there and cannot be used; the message is a sentence that says what to do."""


def read_env_file(path: Path) -> EnvFile:
    """Return what a file holds; nothing if there is none.

    Raises `EnvFileError`.
    """
    try:
        # A pipe can be read once only, and is as good as a file.
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except FileNotFoundError:
        return EnvFile({})
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
    unread, good = [], ""
    for part in parse_stream(io.StringIO(_text(content, path))):
        if part.error or (part.key is not None and part.value is None):
            blank = len(part.original.string) - len(part.original.string.lstrip("\r\n"))
            line = part.original.line + part.original.string[:blank].count("\n")
            word = _FIRST_WORD.match(part.original.string)
            unread.append(("" if word is None else word[1].lower(), line))
        else:
            good += part.original.string
    values = dotenv_values(stream=io.StringIO(good))
    return EnvFile({name.lower(): value for name, value in values.items()}, tuple(unread))


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
