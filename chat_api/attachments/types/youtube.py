"""YouTube videos, by their URL. Nothing is requested from YouTube itself."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from chat_api.attachments.models import BaseAttachment
from chat_api.attachments.types.base import AttachmentType, Submission, is_web_url

_SHORT_HOST: Final = "youtu.be"
_HOSTS: Final = frozenset(
    {
        "youtube.com",
        "www.youtube.com",
        "m.youtube.com",
        "music.youtube.com",
        "youtube-nocookie.com",
        "www.youtube-nocookie.com",
    }
)
_PLACES: Final = frozenset({"embed", "live", "shorts", "v", "watch"})
_VIDEO_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,32}")


class YouTube(AttachmentType):
    """A video, identified by its `url`."""

    def url_errors(self, submission: Submission) -> dict[str, list[str]]:
        """Return the errors of the URL: a new video requires one, and it must lead to a video."""
        if "url" not in submission.sent:
            return {"url": ["REQUIRED"]} if submission.is_new else {}
        return {} if video_id(submission.data["url"]) is not None else {"url": ["INCORRECT_URL"]}

    def finish(self, submission: Submission, data: dict[str, Any]) -> dict[str, Any]:
        """Add the preview of the video if its URL was sent."""
        return {**data, "thumbnail": preview(data["url"])} if "url" in submission.sent else data

    def src(self, attachment: BaseAttachment, serializer: Any) -> str:
        """Return the stored URL of the video."""
        return attachment.url or ""

    def thumbnail(self, attachment: BaseAttachment, serializer: Any) -> Any:
        """Return the stored preview, or the one derived from the URL."""
        stored = super().thumbnail(attachment, serializer)
        return preview(attachment.url or "") if stored is None else stored


def preview(url: str) -> dict[str, Any] | None:
    """Return the preview of the video at that URL, or None if it is not the URL of a video."""
    video = video_id(url)
    if video is None:
        return None
    return {"width": 480, "height": 360, "src": f"https://i.ytimg.com/vi/{video}/hqdefault.jpg"}


def video_id(url: str) -> str | None:
    """Return the id of the video in a YouTube URL, or None for any other text."""
    if not is_web_url(url):
        return None
    parts = urlsplit(url)
    if parts.username is not None or parts.password is not None:
        return None
    place, _, rest = parts.path.strip("/").partition("/")
    if parts.hostname == _SHORT_HOST:
        found = place
    elif parts.hostname not in _HOSTS or place not in _PLACES:
        return None
    else:
        found = rest or parse_qs(parts.query).get("v", [""])[0]
    return found if _VIDEO_ID.fullmatch(found) else None
