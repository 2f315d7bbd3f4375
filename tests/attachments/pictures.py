"""Valid and invalid images for tests."""

from __future__ import annotations

import struct
import zlib
from base64 import b64encode
from functools import cache
from io import BytesIO
from zipfile import ZipFile

from PIL import Image

SCRIPT = b"<script>alert(document.domain)</script>"


def picture(
    format: str = "PNG", size: tuple[int, int] = (40, 20), mode: str = "RGB", **options: object
) -> bytes:
    """Return an image whose left half is red and whose right half is blue."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    return encoded(image.convert(mode), format, **options)


def encoded(image: Image.Image, format: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


@cache
def animation(frames: int, size: tuple[int, int] = (8, 8), format: str = "GIF") -> bytes:
    """Return an animation whose frames differ in colour."""
    made = [Image.new("RGB", size, (number * 40 % 256, number % 256, 0)) for number in range(frames)]
    return encoded(made[0], format, save_all=True, append_images=made[1:], duration=50, loop=0)


def as_text(content: bytes) -> str:
    return b64encode(content).decode()


def png_of(width: int, height: int, *, data: bytes = b"") -> bytes:
    """Return a PNG whose header claims that size."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(data))
        + chunk(b"IEND", b"")
    )


def zipped() -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("a.png", "no picture")
    return out.getvalue()


def many_scans(scans: int, size: tuple[int, int] = (64, 64), more: bytes = b"") -> bytes:
    """Return a progressive JPEG whose last scan is repeated until there are that many; `more` is appended."""
    content = picture("JPEG", size, progressive=True)
    start = content.rindex(b"\xff\xda")
    last = content[start:-2]
    return content[:-2] + last * (scans - content.count(b"\xff\xda")) + b"\xff\xd9" + more


def tiny_parts(format: str, parts: int) -> bytes:
    """Return a valid image with that many empty segments, chunks or blocks."""
    content = picture(format)
    if format == "JPEG":
        return content[:2] + b"\xff\xfe\x00\x02" * parts + content[2:]
    if format == "PNG":
        empty = struct.pack(">I", 0) + b"tEXt" + struct.pack(">I", zlib.crc32(b"tEXt"))
        return content[:33] + empty * parts + content[33:]
    comment = b"\x21\xfe" + b"\x01 " * parts + b"\x00"
    return content[:-1] + comment + content[-1:]
