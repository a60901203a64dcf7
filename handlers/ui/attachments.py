"""Files of messages, by Telegram's ids: pictures, documents and voice messages.

Name and type of a file are claims of its sender. So a file is never opened here; it is sent on by
its Telegram file id, and a document only if its name ends like that of a picture or a PDF.
"""

from __future__ import annotations

from typing import Final

from telegram import Document, Message

from bot.domain.thread import Draft, FileKind
from bot.domain.topup import PaymentProof

MAX_MEGABYTES: Final = 10
MAX_ID_LENGTH: Final = 256
"""In characters; Telegram's file ids are shorter."""
KINDS: Final = (
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/heic",
    "image/heif",
    "application/pdf",
)
ENDINGS: Final = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".pdf")


def picture_of(message: Message | None) -> PaymentProof | None:
    """Return the photo of a message, in its largest size, or its file; None if it has neither."""
    picture = None
    if message is not None and message.photo:
        picture = PaymentProof(message.photo[-1].file_id)
    elif message is not None and message.document and _may_be_shown(message.document):
        picture = PaymentProof(message.document.file_id, is_file=True)
    return picture if picture and 0 < len(picture.file_id) <= MAX_ID_LENGTH else None


def draft_of(message: Message | None) -> Draft | None:
    """Return a message's text, picture or voice as one to send on; None for anything else."""
    if message is None:
        return None
    if message.text:
        return Draft(message.text)
    if message.voice and 0 < len(message.voice.file_id) <= MAX_ID_LENGTH:
        return Draft(message.caption or "", FileKind.VOICE, message.voice.file_id)
    picture = picture_of(message)
    if picture is None:
        return None
    kind = FileKind.DOCUMENT if picture.is_file else FileKind.PHOTO
    return Draft(message.caption or "", kind, picture.file_id)


def _may_be_shown(document: Document) -> bool:
    """Return whether type, name and size of a file are those of a picture or a PDF.

    The name decides which program opens the file on an admin's computer.
    """
    name = (document.file_name or "").strip().lower()
    is_small = (document.file_size or 0) <= MAX_MEGABYTES * 1_000_000
    return is_small and document.mime_type in KINDS and (not name or name.endswith(ENDINGS))
