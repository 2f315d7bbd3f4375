"""How much work an image is, read from its bytes before anything is decoded."""

from __future__ import annotations

import re
from typing import Final

from chat_api.settings import chat_settings


class NotAPicture(Exception):
    """The bytes are no image of the format, or more than that."""


class TooMuchWork(Exception):
    """The image has more pixels, frames or scans than allowed; it was not decoded."""


class PictureWork:
    """What one request may cost by its images, in pixels; each image spends of it before it is decoded."""

    def __init__(self, pixels: int) -> None:
        self._left = pixels

    def spend(self, pixels: int) -> None:
        """Take `pixels` off what is left. Raises `TooMuchWork` where that is less, and takes nothing then."""
        if pixels > self._left:
            raise TooMuchWork
        self._left -= pixels


def picture_work() -> PictureWork:
    """Return what the images of one request may cost together."""
    return PictureWork(chat_settings.ATTACHMENT_PICTURE_WORK_MAX)


#: More segments of a JPEG or chunks of a PNG than this are refused: Pillow walks them one by one.
PARTS_MAX: Final = 10_000
#: Of JPEG: markers that end what came before. Stuffed zeros, restarts (D0 to D7) and a second SOI (D8) do not.
_MARKER: Final = re.compile(rb"\xff([\x02-\xcf\xd9-\xfe])")
#: A pass over all pixels takes about a tenth of what decoding and storing them again takes.
SCANS_A_PICTURE: Final = 10
_SCAN: Final = 0xDA
_END: Final = 0xD9
_PNG_SIGNATURE: Final = 8
_PNG_CHUNK: Final = 12
#: The blocks of a GIF hold up to 255 bytes; a file with much smaller ones is made to be slow.
_GIF_BYTES_A_BLOCK: Final = 32


def scans_of(content: bytes, most: int) -> int:
    """Return the number of scans of a JPEG: a progressive one is decoded in as many passes over all its pixels.

    Raises `TooMuchWork` above `most`, and `NotAPicture` above `PARTS_MAX` segments. What comes behind the end
    of the image does not count.
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
    raise NotAPicture("A JPEG of too many segments.")


def check_chunks(content: bytes) -> None:
    """Raise `NotAPicture` for a PNG of more than `PARTS_MAX` chunks."""
    position = _PNG_SIGNATURE
    for _ in range(PARTS_MAX):
        if position >= len(content):
            return
        position += _PNG_CHUNK + int.from_bytes(content[position : position + 4])
    raise NotAPicture("A PNG of too many chunks.")


def check_blocks(content: bytes) -> None:
    """Raise `NotAPicture` for a GIF whose data come in blocks of a few bytes each."""
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
            # Pillow passes over what is no block byte by byte.
            position += 1
            continue
        while position < len(content) and content[position] and blocks <= most:
            position += 1 + content[position]
            blocks += 1
        position += 1
    if blocks > most:
        raise NotAPicture("A GIF of too many blocks.")


def _colours(flags: bytes) -> int:
    """Return how many bytes the table of colours has that the flags announce."""
    return 3 << ((flags[0] & 7) + 1) if flags and flags[0] & 0x80 else 0
