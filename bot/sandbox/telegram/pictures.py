"""Check that bytes are a picture, and read its size in pixels."""

from __future__ import annotations

import struct

from bot.sandbox.telegram.wire import refuse

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
OTHER_KINDS = (b"RIFF", b"GIF8")
DEFAULT_SIZE = (800, 800)
"""The size that is reported for formats whose header is not read."""
FRAME_MARKERS = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
"""The JPEG markers (ITU-T T.81, table B.1) of a frame header, which holds the size."""
SCAN_MARKER = 0xDA


def picture_size(content: bytes) -> tuple[int, int]:
    """Return width and height of a picture; raises RefusalError for any other content."""
    if content.startswith(PNG) and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if content.startswith(JPEG):
        return jpeg_size(content)
    if not content.startswith(OTHER_KINDS):
        refuse("IMAGE_PROCESS_FAILED")
    return DEFAULT_SIZE


def jpeg_size(content: bytes) -> tuple[int, int]:
    """Return the size in a JPEG's frame header, or the default size without one."""
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF and content[at + 1] != SCAN_MARKER:
        if content[at + 1] in FRAME_MARKERS:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return DEFAULT_SIZE
