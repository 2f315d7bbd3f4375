"""The cost of decoding an image, computed from its bytes before anything is decoded."""

from __future__ import annotations

import re
from typing import Final

from chat_api.settings import chat_settings


class NotAPicture(Exception):
    """The bytes are not an image of the format, or contain more than the image."""


class TooMuchWork(Exception):
    """The image has more pixels, frames or scans than allowed; it was not decoded."""


class PictureWork:
    """The budget for all images of one request, in pixels. Each image spends from it before it is decoded."""

    def __init__(self, pixels: int) -> None:
        self._left = pixels

    def spend(self, pixels: int) -> None:
        """Subtract `pixels` from the budget. Raises `TooMuchWork`, and subtracts nothing, if less is left."""
        if pixels > self._left:
            raise TooMuchWork
        self._left -= pixels


def picture_work() -> PictureWork:
    """Return the budget for the images of one request."""
    return PictureWork(chat_settings.ATTACHMENT_PICTURE_WORK_MAX)


#: The largest number of JPEG segments or PNG chunks; Pillow walks through them one by one.
PARTS_MAX: Final = 10_000
#: JPEG markers that end a segment. Stuffed zeros, restarts (D0 to D7) and a second SOI (D8) do not.
_MARKER: Final = re.compile(rb"\xff([\x02-\xcf\xd9-\xfe])")
#: One scan of all pixels takes about a tenth of the time of decoding and encoding them.
SCANS_A_PICTURE: Final = 10
_SCAN: Final = 0xDA
_END: Final = 0xD9
_PNG_SIGNATURE: Final = 8
_PNG_CHUNK: Final = 12
#: The blocks of a GIF hold up to 255 bytes; a file with much smaller blocks is built to be slow.
_GIF_BYTES_A_BLOCK: Final = 32


def scans_of(content: bytes, most: int) -> int:
    """Return the number of scans of a JPEG.

    A progressive JPEG is decoded once per scan, over all its pixels. Bytes after the end of the image do not
    count. Raises `TooMuchWork` above `most`, and `NotAPicture` above `PARTS_MAX` segments.
    """
    scans, position = 0, 2
    for _ in range(PARTS_MAX):
        found = _MARKER.search(content, position)
        if found is None or found[1][0] == _END:
            return scans
        position = found.end() + max(int.from_bytes(content[found.end() : found.end() + 2]), 2)
        if found[1][0] == _SCAN:
            scans += 1
            if scans > most:
                raise TooMuchWork
    raise NotAPicture("The JPEG has too many segments.")


def check_chunks(content: bytes) -> None:
    """Raise `NotAPicture` for a PNG with more than `PARTS_MAX` chunks."""
    position = _PNG_SIGNATURE
    for _ in range(PARTS_MAX):
        if position >= len(content):
            return
        position += _PNG_CHUNK + int.from_bytes(content[position : position + 4])
    raise NotAPicture("The PNG has too many chunks.")


def check_blocks(content: bytes) -> None:
    """Raise `NotAPicture` for a GIF whose data come in blocks of only a few bytes each."""
    most = PARTS_MAX + len(content) // _GIF_BYTES_A_BLOCK
    position = 13 + _colours(content[10:11])
    blocks = 0
    while position < len(content) and blocks <= most:
        blocks += 1
        introducer = content[position]
        if introducer == 0x3B:
            return
        if introducer == 0x2C:
            position += 11 + _colours(content[position + 9 : position + 10])
        elif introducer == 0x21:
            position += 2
        else:
            # Pillow skips bytes outside of blocks one at a time.
            position += 1
            continue
        while position < len(content) and content[position] and blocks <= most:
            position += 1 + content[position]
            blocks += 1
        position += 1
    if blocks > most:
        raise NotAPicture("The GIF has too many blocks.")


def _colours(flags: bytes) -> int:
    """Return the size in bytes of the colour table that the flags announce."""
    return 3 << ((flags[0] & 7) + 1) if flags and flags[0] & 0x80 else 0
