"""The base class of attachment types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.validators import URLValidator
from rest_framework.exceptions import ValidationError

from chat_api.attachments.image_cost import PictureWork, picture_work
from chat_api.attachments.models import BaseAttachment
from chat_api.attachments.reference_access import VisibleReferences
from chat_api.attachments.uploads import FILE, FILE_CONTENT, Upload, uploaded

#: The columns that a client or a function of the host can set.
COLUMNS: Final = (
    "title",
    "description",
    "options",
    "url",
    "src",
    "content_type",
    "object_id",
    "thumbnail",
    "file",
    "thumbnail_image",
)
#: Those of them that a body can contain; a change is validated together with their stored values.
SENT_COLUMNS: Final = ("title", "description", "options", "url", "src", "content_type", "object_id")

_validate_url: Final = URLValidator(schemes=["http", "https"])


@dataclass(frozen=True, slots=True)
class Submission:
    """One attachment as submitted: `data` is all of it with its `type`, `sent` the fields of the body."""

    data: dict[str, Any]
    sent: frozenset[str]
    #: The stored row to change; None for a new attachment.
    instance: BaseAttachment | None
    serializer: Any
    #: The budget for images; the attachments of one request share it.
    work: PictureWork = field(default_factory=picture_work)

    @property
    def is_new(self) -> bool:
        """Whether the submission creates an attachment."""
        return self.instance is None

    def errors_of_fields(self) -> Mapping[str, Any]:
        """Return the errors of single fields; these fields are not in `data`."""
        found: Mapping[str, Any] = self.serializer.field_errors
        return found


class AttachmentType:
    """One type of attachment."""

    #: Whether clients can create attachments of this type.
    can_be_made: ClassVar[bool] = True
    #: Whether clients can write `src`.
    takes_src: ClassVar[bool] = False
    #: Whether the attachment must refer to an object.
    needs_reference: ClassVar[bool] = False

    def check(self, submission: Submission) -> dict[str, Any]:
        """Return the data to store. Raises `ValidationError` with all errors, by field."""
        errors: dict[str, Any] = {**self.url_errors(submission), **self.reference_errors(submission)}
        columns: dict[str, Any] = {}
        try:
            columns = self.files_of(submission)
        except ValidationError as error:
            errors.update(error.detail)  # type: ignore[arg-type]
        if errors:
            raise ValidationError(errors)
        return {**submission.data, **columns}

    def files_of(self, submission: Submission) -> dict[str, Any]:
        """Return the columns set from an uploaded file. Raises `ValidationError`, also for a missing file."""
        if not self.takes_files():
            if submission.data.get(FILE) is not None:
                raise ValidationError({FILE: ["NOT_ALLOWED"]})
            return {}
        upload = uploaded(submission.data)
        if upload is not None:
            return self.columns_of(upload, submission.work)
        if submission.is_new and FILE_CONTENT not in submission.errors_of_fields():
            raise ValidationError({FILE_CONTENT: ["REQUIRED"]})
        return {}

    def takes_files(self) -> bool:
        """Return whether attachments of this type have a file that we store."""
        return False

    def columns_of(self, upload: Upload, work: PictureWork) -> dict[str, Any]:
        """Return the columns set from the file, whose type is detected from its bytes. Raises `ValidationError`.

        The cost of decoding it is subtracted from `work`.
        """
        raise NotImplementedError

    def columns_of_file(self, file: Any) -> dict[str, Any]:
        """Return the columns set from a form's file. Raises `ValidationError` (NOT_ALLOWED without files)."""
        upload = uploaded({FILE: file})
        if upload is None or not self.takes_files():
            raise ValidationError({FILE: ["NOT_ALLOWED"]})
        return self.columns_of(upload, picture_work())

    def url_errors(self, submission: Submission) -> dict[str, list[str]]:
        """Return the errors of the URL, if one was sent."""
        url = submission.data.get("url")
        return {} if "url" not in submission.sent or is_web_url(url) else {"url": ["INCORRECT_URL"]}

    def reference_errors(self, submission: Submission) -> dict[str, list[str]]:
        """Return the errors of the reference: both fields are required, and the object must be visible."""
        names = ("object_id", "content_type")
        if not submission.is_new and not submission.sent.intersection(names):
            return {}
        given = [name for name in names if submission.data.get(name) is not None]
        if not given and not self.needs_reference:
            return {}
        if len(given) < len(names):
            return {name: ["REQUIRED"] for name in names if name not in given}
        context = submission.serializer.context
        visible = context.get("visible_references") or VisibleReferences(context["request"].user)
        if visible.has(submission.data["content_type"].pk, submission.data["object_id"]):
            return {}
        return {"object_id": ["DOES_NOT_EXIST"]}

    def finish(self, submission: Submission, data: dict[str, Any]) -> dict[str, Any]:
        """Return the data to store, just before the row is written."""
        return data

    def src(self, attachment: BaseAttachment, serializer: Any) -> str | None:
        """Return the URL of the attached object or an empty string; None if a function of the host fails."""
        return ""

    def shows_inline(self, attachment: BaseAttachment) -> bool:
        """Return whether browsers show the file inline instead of downloading it."""
        return False

    def thumbnail(self, attachment: BaseAttachment, serializer: Any) -> Any:
        """Return the preview: `width`, `height`, `src`, or whatever is stored; None if there is none."""
        return attachment.thumbnail


class StoredOnly(AttachmentType):
    """The type of existing rows whose type can no longer be created or has been removed by the host."""

    can_be_made = False


def is_web_url(url: Any) -> bool:
    """Return whether the text is an http or https URL; `javascript:`, for example, is not."""
    try:
        _validate_url(url)
    except DjangoValidationError:
        return False
    return True
