"""Images: detecting their format, and encoding them again so that nothing but the picture remains."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from PIL import Image, ImageCms, ImageOps, ImageSequence

from chat_api.attachments.image_cost import (
    SCANS_A_PICTURE,
    NotAPicture,
    PictureWork,
    TooMuchWork,
    check_blocks,
    check_chunks,
    scans_of,
)

#: MIME type -> the name of the format in Pillow, and the file extension.
FORMATS: Final[dict[str, tuple[str, str]]] = {
    "image/gif": ("GIF", "gif"),
    "image/png": ("PNG", "png"),
    "image/jpeg": ("JPEG", "jpg"),
    "image/webp": ("WEBP", "webp"),
    "image/bmp": ("BMP", "bmp"),
    "image/tiff": ("TIFF", "tif"),
}
#: The largest number of frames in an animation; even small frames take time.
FRAMES_MAX: Final = 500
_ANIMATED: Final = frozenset({"GIF", "PNG", "WEBP"})
#: The metadata that Pillow needs to store a frame as it looks; everything else is about who took it, and where.
_KEPT: Final = frozenset(
    {"transparency", "background", "duration", "loop", "disposal", "blend", "default_image"}
)
#: Markup that could make a browser treat the file as a page.
_MARKUP: Final = re.compile(rb"<(?:script|iframe|html|!doctype\s+html|\?php)\b", re.IGNORECASE)
_JPEG_QUALITY: Final = 92
_SRGB: Final = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))

AnyImage = Image.Image


@dataclass(frozen=True, slots=True)
class Picture:
    """An encoded image, upright and without metadata. `small` is its thumbnail, `size` the thumbnail's."""

    content: bytes
    small: bytes
    size: tuple[int, int]


def picture_of(
    content: bytes, mime: str, *, pixels_max: int, scans_max: int, box: tuple[int, int], work: PictureWork
) -> Picture:
    """Return `content`, an image in one of `FORMATS`, encoded again.

    `pixels_max` limits width x height, for all frames of an animation together. `scans_max` limits the passes in which
    a progressive JPEG is decoded. The cost of both is subtracted from `work`. All three limits are checked before
    anything is decoded. `box` is the largest width and height of the thumbnail. Raises `NotAPicture`, `TooMuchWork`.
    """
    name = FORMATS[mime][0]
    scans = _measured(content, name, scans_max)
    if _MARKUP.search(content):
        raise NotAPicture("The file contains markup.")
    try:
        with _opened(content, name) as image:
            frames_max = _frames_allowed(image, pixels_max)
            pixels = image.width * image.height * _frames_in(image, name, frames_max)
            work.spend(pixels + pixels * scans // SCANS_A_PICTURE)
            image.verify()
        with _opened(content, name) as image:
            frames = list(_frames(image, name, frames_max))
            # A still JPEG that needs no change keeps its quantization tables, so that encoding it again loses nothing.
            keeps = frames[0] is image and image.format == "JPEG"
            return _encoded_picture(frames, name, keeps, box)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooMuchWork from error
    except (NotAPicture, TooMuchWork):
        raise
    except Exception as error:
        # Decoders raise exceptions of any kind for hostile bytes.
        raise NotAPicture(f"{type(error).__name__}: {error}") from error


def _opened(content: bytes, name: str) -> AnyImage:
    return Image.open(BytesIO(content), formats=[name])


def _measured(content: bytes, name: str, scans_max: int) -> int:
    """Return the scans of a JPEG, 0 for other images. Raises `NotAPicture` for a file of too many parts."""
    if name == "JPEG":
        return scans_of(content, scans_max)
    if name == "PNG":
        check_chunks(content)
    elif name == "GIF":
        check_blocks(content)
    return 0


def _frames_allowed(image: AnyImage, pixels_max: int) -> int:
    """Return how many frames of the image's size can be decoded. Raises `TooMuchWork` for zero frames."""
    width, height = image.size
    if width * height > pixels_max:
        raise TooMuchWork
    return min(FRAMES_MAX, pixels_max // max(width * height, 1))


def _frames_in(image: AnyImage, name: str, most: int) -> int:
    """Return how many frames will be decoded. Raises `TooMuchWork` for more than `most`."""
    frames = int(getattr(image, "n_frames", 1)) if name in _ANIMATED else 1
    if frames > most:
        raise TooMuchWork
    return frames


def _frames(image: AnyImage, name: str, most: int) -> Iterator[AnyImage]:
    if name not in _ANIMATED or not getattr(image, "is_animated", False):
        image.load()
        yield _upright(image, name)
        return
    for number, frame in enumerate(ImageSequence.Iterator(image), start=1):
        if number > most:
            raise TooMuchWork
        yield _upright(frame.copy(), name)


def _upright(frame: AnyImage, name: str) -> AnyImage:
    """Return the frame as it looks: rotated by its EXIF data, in sRGB, without metadata."""
    profile = frame.info.get("icc_profile")
    orientation = frame.getexif().get(0x0112, 1)
    if orientation != 1:
        frame = ImageOps.exif_transpose(frame)
    if profile:
        frame = _in_srgb(frame, profile)
    frame.info = {key: value for key, value in frame.info.items() if key in _KEPT}
    if name == "JPEG" and frame.mode not in {"L", "RGB", "CMYK"}:
        return frame.convert("RGB")
    return frame


def _in_srgb(frame: AnyImage, profile: bytes) -> AnyImage:
    if frame.mode not in {"RGB", "RGBA", "CMYK"}:
        return frame
    try:
        found = ImageCms.ImageCmsProfile(BytesIO(profile))
        mode = "RGBA" if frame.mode == "RGBA" else "RGB"
        turned = ImageCms.profileToProfile(frame, found, _SRGB, outputMode=mode)
    except (ImageCms.PyCMSError, OSError):
        # Ignore a profile that cannot be read, as browsers do.
        return frame
    return frame if turned is None else turned


def _encoded_picture(frames: list[AnyImage], name: str, keeps: bool, box: tuple[int, int]) -> Picture:
    first = frames[0]
    small = first.copy()
    if small.mode not in {"L", "RGB", "RGBA", "CMYK"}:
        see_through = "transparency" in small.info or small.mode in {"LA", "PA", "La"}
        small = small.convert("RGBA" if see_through and name != "JPEG" else "RGB")
        small.info.pop("transparency", None)
    small.thumbnail(box)
    return Picture(_encoded(frames, name, keeps), _encoded([small], name, False), small.size)


def _encoded(frames: list[AnyImage], name: str, keeps: bool) -> bytes:
    options: dict[str, Any] = {"JPEG": {"quality": "keep" if keeps else _JPEG_QUALITY}}.get(name, {})
    if len(frames) > 1:
        durations = [frame.info.get("duration", 0) for frame in frames]
        options |= {"save_all": True, "append_images": frames[1:], "duration": durations}
        if name != "PNG":
            options["disposal" if name == "GIF" else "minimize_size"] = 2 if name == "GIF" else False
        if "loop" in frames[0].info:
            options["loop"] = frames[0].info["loop"]
    out = BytesIO()
    frames[0].save(out, format=name, **options)
    return out.getvalue()
