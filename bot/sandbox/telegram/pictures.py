"""What Telegram reads in the bytes of a picture: that it is one, and its size."""

from __future__ import annotations

import struct

from bot.sandbox.telegram.wire import refuse

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
OTHERS = (b"RIFF", b"GIF8")
UNREAD_SIZE = (800, 800)
"""The size that is told of kinds whose own is not read."""
FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
"""The JPEG segments (ITU-T T.81, table B.1) that begin a frame, and so tell its size."""
SCAN = 0xDA


def picture_size(content: bytes) -> tuple[int, int]:
    """Return the width and height of a picture; raises RefusalError for what is none."""
    if content.startswith(PNG) and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if content.startswith(JPEG):
        return jpeg_size(content)
    if not content.startswith(OTHERS):
        refuse("IMAGE_PROCESS_FAILED")
    return UNREAD_SIZE


def jpeg_size(content: bytes) -> tuple[int, int]:
    """Return the size that a JPEG's frame tells."""
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF and content[at + 1] != SCAN:
        if content[at + 1] in FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return UNREAD_SIZE
