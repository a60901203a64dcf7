"""Reads a shop's QRIS from a picture of its sticker."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import suppress
from typing import Final

import structlog
from telegram import Message

from bot.domain.qris import QrisError, QrisFault, read_static
from handlers.ui import qr_reader
from handlers.ui.context import ShopContext
from handlers.ui.i18n import Translator
from handlers.ui.qr_reader import (
    MAX_BYTES,
    NotAPictureError,
    PictureTooLargeError,
    QrisPictureError,
)

log = structlog.get_logger(__name__)

__all__ = [
    "DamagedQrisError",
    "NoCodeError",
    "NotAPictureError",
    "NotQrisError",
    "PictureTooLargeError",
    "QrisPictureError",
    "SeveralCodesError",
    "UnsuitableQrisError",
    "picture_in",
    "qris_among",
    "read_qris",
    "why_not_read",
]

SECONDS: Final = 30
EMVCO_START: Final = "0002"
"""The first field of every payment code by EMVCo: its format."""


class NoCodeError(QrisPictureError):
    """No QR code was found: the picture is blurred, dark, or of something else."""


class SeveralCodesError(QrisPictureError):
    """The picture shows more than one QRIS, so that the shop's own is not known."""


class NotQrisError(QrisPictureError):
    """The code is none for payments, such as the address of a page."""


class DamagedQrisError(QrisPictureError):
    """The code is a QRIS that was printed wrongly: its checksum or its fields do not fit."""


class UnsuitableQrisError(QrisPictureError):
    """The code is for one payment, or of another country; `fault` says which."""

    def __init__(self, fault: QrisFault) -> None:
        super().__init__(fault)
        self.fault = fault


async def picture_in(context: ShopContext, message: Message) -> bytes:
    """Return the picture of a message, sent as a photo or as a file.

    Raises `NotAPictureError` and `PictureTooLargeError`, and the errors of Telegram.
    """
    document = message.document
    if message.photo:
        file_id, size = message.photo[-1].file_id, message.photo[-1].file_size
    elif document is not None and (document.mime_type or "").startswith("image/"):
        file_id, size = document.file_id, document.file_size
    else:
        raise NotAPictureError
    if (size or 0) > MAX_BYTES:
        raise PictureTooLargeError
    file = await context.bot.get_file(file_id)
    if (file.file_size or 0) > MAX_BYTES:
        raise PictureTooLargeError
    return bytes(await file.download_as_bytearray())


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
    errors: list[QrisPictureError] = []
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


def why_not_read(translator: Translator, error: QrisPictureError) -> str:
    """Return, for the owner, why no QRIS was read from a picture, and what to do."""
    _ = translator.gettext
    match error:
        case PictureTooLargeError():
            return _("The picture is too large: send it as a photo, not as a file.")
        case NotAPictureError():
            return _("That is no picture that can be read. Send a photo or a screenshot.")
        case SeveralCodesError():
            return _("There are several QRIS codes in the picture. Crop it to yours.")
        case NotQrisError():
            return _("This code is no QRIS. Send the picture of the shop's QRIS sticker.")
        case DamagedQrisError():
            return _("This QRIS is damaged: its checksum is wrong. Ask your bank for a new one.")
        case UnsuitableQrisError(fault=QrisFault.DYNAMIC):
            return _("This QRIS is good for one payment only. Send the one on your sticker.")
        case UnsuitableQrisError():
            return _("This code is not for payments in rupiah in Indonesia.")
        case _:
            return _(
                "No code was found in the picture. Take it from nearer, straight, in good light, "
                "or send the picture from your bank's app."
            )


def _error_of(text: str, fault: QrisFault) -> QrisPictureError:
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
        case code:
            log.warning("picture_reader_failed", exit_code=code)
            # It was ended for its limits, or by a picture that breaks a library.
            raise NoCodeError
