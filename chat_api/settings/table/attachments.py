"""Settings of attachments and their files."""

from __future__ import annotations

from typing import Final

from chat_api.settings.rules import (
    FUNCTION,
    Choices,
    ListOf,
    MappingOf,
    Maybe,
    Model,
    Name,
    Switch,
    WholeNumber,
)
from chat_api.settings.setting import Setting
from chat_api.settings.table.known import built_in_attachment_types, detected_mime_types, type_in

_TYPES: Final = Setting(
    "TYPES_CUSTOM_ATTACHMENTS",
    (),
    Choices(longest=50, taken=built_in_attachment_types),
    """
Your own types of attachments, as pairs of a name and a label, besides ``image``, ``youtube`` and
``object_reference``. See :doc:`/howto/custom-attachments`.""",
)

_TYPE: Final = type_in(_TYPES)
_FUNCTION_BY_TYPE: Final = MappingOf(_TYPE, FUNCTION)
_FILE_TYPE: Final = Name(detected_mime_types, "MIME type that can be detected from a file's bytes")

SETTINGS: Final = (
    _TYPES,
    Setting(
        "CUSTOM_ATTACHMENTS_VALIDATION",
        {},
        _FUNCTION_BY_TYPE,
        """
A dict from a type to ``f(data) -> data``, which validates what a client sent.""",
    ),
    Setting(
        "CUSTOM_ATTACHMENTS_PRE_SAVE",
        {},
        _FUNCTION_BY_TYPE,
        """
A dict from a type to ``f(validated_data) -> validated_data``, called before the row is stored.""",
    ),
    Setting(
        "CUSTOM_ATTACHMENTS_THUMBNAIL_GENERATOR",
        {},
        _FUNCTION_BY_TYPE,
        """
A dict from a type to ``f(validated_data) -> validated_data``, which adds the thumbnail.""",
    ),
    Setting(
        "CUSTOM_ATTACHMENTS_GET_SRC",
        {},
        _FUNCTION_BY_TYPE,
        """
A dict from a type to ``f(attachment) -> str``: the ``src`` that clients see.""",
    ),
    Setting(
        "CUSTOM_ATTACHMENTS_GET_THUMBNAIL",
        {},
        _FUNCTION_BY_TYPE,
        """
A dict from a type to ``f(attachment)``: the ``thumbnail`` that clients see.""",
    ),
    Setting(
        "CUSTOM_ATTACHMENTS_FILE_TYPES",
        {},
        MappingOf(_TYPE, ListOf(_FILE_TYPE)),
        """
A dict from one of your types to the MIME types of its files: ``{"report": ["application/pdf"]}``. Attachments of a
type listed here have a file. Its MIME type is detected from its bytes, it is stored under a random name, and it is
shown as ``src``.""",
    ),
    Setting(
        "ATTACHMENT_THUMBNAIL_SIZE",
        (100, 100),
        ListOf(WholeNumber(), length=2),
        """
The maximum width and height of an image's thumbnail, in pixels.""",
    ),
    Setting(
        "ATTACHMENT_MAX_BYTES",
        10 * 2**20,
        WholeNumber(),
        """
The maximum size of an uploaded file, in bytes.""",
    ),
    Setting(
        "ATTACHMENT_MAX_PIXELS",
        50_000_000,
        WholeNumber(),
        """
The maximum number of pixels of an uploaded image, with all frames of an animation together. It is checked before the
image is decoded.""",
    ),
    Setting(
        "ATTACHMENT_SCANS_MAX",
        100,
        WholeNumber(),
        """
The maximum number of scans of a JPEG. A progressive JPEG is decoded once per scan, each time with all its pixels;
photos have about ten. An image with more is rejected with ``TOO_LARGE`` before it is decoded.""",
    ),
    Setting(
        "ATTACHMENT_PICTURE_WORK_MAX",
        250_000_000,
        WholeNumber(),
        """
The maximum number of pixels, of all images of one request together, that are decoded and encoded again. The frames of
an animation count one by one, and each scan of a JPEG counts as a tenth of its pixels. The image that exceeds it is
rejected with ``TOO_LARGE`` before it is decoded. A pixel takes 10 to 50 nanoseconds of CPU in ordinary images.""",
    ),
    Setting(
        "ATTACHMENT_FILES_PRIVATE",
        False,
        Switch(),
        """
With ``True``, ``src`` and ``thumbnail`` are URLs of this app (``attachments/…/file``), which serves the file to users
who may read the attachment. With ``False``, they are the URLs of the storage, unless it has none.""",
    ),
    Setting(
        "ATTACHMENT_REFERENCE_MODELS",
        (),
        ListOf(Model()),
        """
The models, as ``"app_label.Model"``, whose objects an ``object_reference`` may refer to.""",
    ),
    Setting(
        "ATTACHMENT_REFERENCE_FILTER",
        None,
        Maybe(FUNCTION),
        """
``f(queryset, user) -> queryset``: the objects of those models that a user may refer to. With ``None``, all of them.""",
    ),
)
