"""Reads a shop's QRIS from a picture of its sticker."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import suppress
from typing import Final

from bot.domain.qris import QrisError, QrisFault, read_static
from handlers.ui import qr_reader
from handlers.ui.qr_reader import MAX_BYTES, NotAPictureError, PictureTooLargeError

__all__ = [
    "DamagedQrisError",
    "NoCodeError",
    "NotAPictureError",
    "NotQrisError",
    "PictureTooLargeError",
    "SeveralCodesError",
    "UnsuitableQrisError",
    "qris_among",
    "read_qris",
]

SECONDS: Final = 30
EMVCO_START: Final = "0002"
"""The first field of every payment code by EMVCo: its format."""


class NoCodeError(Exception):
    """No QR code was found: the picture is blurred, dark, or of something else."""


class SeveralCodesError(Exception):
    """The picture shows more than one QRIS, so that the shop's own is not known."""


class NotQrisError(Exception):
    """The code is none for payments, such as the address of a page."""


class DamagedQrisError(Exception):
    """The code is a QRIS that was printed wrongly: its checksum or its fields do not fit."""


class UnsuitableQrisError(Exception):
    """The code is for one payment, or of another country; `fault` says which."""

    def __init__(self, fault: QrisFault) -> None:
        super().__init__(fault)
        self.fault = fault


async def read_qris(picture: bytes) -> str:
    """Return the text of the one static QRIS in a picture; other codes beside it do not matter.

    A picture has at most 5 MB and 20 million pixels, and is opened in a process of its own, which
    takes a third of a second. Raises `NotAPictureError`, `PictureTooLargeError`, or an error of
    this module.
    """
    return qris_among(await _codes_of(picture))


def qris_among(texts: list[str]) -> str:
    """Return the one static QRIS among the texts of codes; raises the errors of this module."""
    if not texts:
        raise NoCodeError
    found: set[str] = set()
    errors: list[Exception] = []
    for text in texts:
        try:
            found.add(read_static(text))
        except QrisError as error:
            errors.append(_error_of(text, error.fault))
    if len(found) > 1:
        raise SeveralCodesError
    if found:
        return found.pop()
    # What is nearest to a QRIS says most of what to do.
    raise next((one for one in errors if not isinstance(one, NotQrisError)), errors[0])


def _error_of(text: str, fault: QrisFault) -> Exception:
    if fault in (QrisFault.DYNAMIC, QrisFault.FOREIGN):
        return UnsuitableQrisError(fault)
    return DamagedQrisError() if text.startswith(EMVCO_START) else NotQrisError()


async def _codes_of(picture: bytes) -> list[str]:
    """Return the texts of the codes in a picture, as read by another process."""
    if len(picture) > MAX_BYTES:
        raise PictureTooLargeError
    # Isolated, and without this process's environment, which holds the shop's secrets.
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        qr_reader.__file__,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={},
    )
    try:
        async with asyncio.timeout(SECONDS):
            written, _ = await process.communicate(picture)
    except TimeoutError:
        raise NoCodeError from None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    match process.returncode:
        case 0:
            return [str(text) for text in json.loads(written)]
        case qr_reader.TOO_LARGE:
            raise PictureTooLargeError
        case qr_reader.NOT_A_PICTURE:
            raise NotAPictureError
        case _:
            # It was ended for its limits, or by a picture that breaks a library.
            raise NoCodeError
