"""Reading `.env`: a file that cannot be used is reported in a sentence, without a traceback."""

import codecs
import io
import re
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import parse_stream

MAX_BYTES = 1_000_000
_UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BYTE_ORDER_MARK = "\ufeff"
"""Some editors write it at the start of a UTF-8 file."""
_FIRST_WORD = re.compile(r"\s*(?:export\s+)?['\"]?(\w+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class EnvFile:
    """The parsed content of a file."""

    values: dict[str, str | None]
    """By name in lower case."""
    invalid_lines: tuple[tuple[str, int], ...] = ()
    """The first word, in lower case, and the number of each line that could not be parsed."""


class EnvFileError(Exception):
    """The file exists and cannot be used; the message is a sentence that says how to fix it."""


def read_env_file(path: Path) -> EnvFile:
    """Read and parse a file; a file that does not exist counts as empty.

    Raises `EnvFileError`.
    """
    try:
        # Read once only: the file may be a pipe.
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
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
    if len(content) > MAX_BYTES:
        raise EnvFileError(f"{path} is larger than 1 MB, so it is not a settings file.")
    invalid_lines, valid_text = [], ""
    for part in parse_stream(io.StringIO(_decode(content, path))):
        text = part.original.string
        if part.error or (part.key is not None and part.value is None):
            # The parser counts blank lines before a statement as part of it.
            blank = len(text) - len(text.lstrip("\r\n"))
            line = part.original.line + text[:blank].count("\n")
            word = _FIRST_WORD.match(text)
            invalid_lines.append(("" if word is None else word[1].lower(), line))
        else:
            valid_text += text
    values = dotenv_values(stream=io.StringIO(valid_text))
    return EnvFile({name.lower(): value for name, value in values.items()}, tuple(invalid_lines))


def _decode(content: bytes, path: Path) -> str:
    if content.startswith(_UTF_16_MARKS) or b"\0" in content:
        raise EnvFileError(f"{path} is not UTF-8, perhaps UTF-16: save it as UTF-8.")
    try:
        return content.decode().replace(_BYTE_ORDER_MARK, "")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise EnvFileError(
            f"{path} is not UTF-8: save it as UTF-8 (line {line} has a letter of another encoding)."
        ) from None
