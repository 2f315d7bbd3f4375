"""Bodies of the script editor's requests: JSON objects of a bounded size."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.request import RawPostDataException
from django.utils.translation import gettext as _

from chat_api.schemas.admin.editor_problems import Problem, problem_of
from chat_api.schemas.portability import BadDocument
from chat_api.schemas.portability.parsing import Reason, parse


class EditorRefused(Exception):
    """The request was refused; `problems` say why."""

    def __init__(self, *reasons: Reason) -> None:
        super().__init__(*map(str, reasons))
        self.problems: list[Problem] = [problem_of(reason) for reason in reasons]


class BodyTooLarge(EditorRefused):
    """The body is larger than DATA_UPLOAD_MAX_MEMORY_SIZE."""


def body_of(request: HttpRequest) -> dict[str, Any]:
    """Return the JSON object that was sent. Raises `EditorRefused`."""
    try:
        text = request.body.decode()
    except RequestDataTooBig:
        raise BodyTooLarge(Reason(_("The script is too large to be sent."))) from None
    except (UnicodeDecodeError, RawPostDataException):
        raise EditorRefused(Reason(_("Send a JSON object."))) from None
    try:
        body = parse(text, is_json=True)
    except BadDocument as error:
        raise EditorRefused(*error.details) from error
    if not isinstance(body, dict):
        raise EditorRefused(Reason(_("Send a JSON object.")))
    return body
