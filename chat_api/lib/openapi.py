"""What the OpenAPI document says of every endpoint: the selection of fields, and how a request is refused.

Every view of ours (`chat_api.lib.views.ChatAPIView`) is described by `DescribedSchema`, which adds those
refusals that follow from method and path. A view names its own, as `refusals(410)` beside its responses.
"""

from __future__ import annotations

from typing import Any, Final

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import Direction, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

SELECTION_PARAMETERS: Final = [
    OpenApiParameter(
        "fields",
        str,
        description="Only these keys, separated by commas; `users_data__first_name` names one inside another."
        " What is not asked for is not looked up.",
    ),
    OpenApiParameter(
        "include_fields",
        str,
        description="Keys that are shown on demand only, separated by commas and named as in `fields`.",
    ),
]

_WITH_BODY: Final = ("POST", "PUT", "PATCH")
_WRITING: Final = (*_WITH_BODY, "DELETE")


class Refusal(serializers.Serializer[Any]):
    """Why the request was refused, in words; some refusals have a stable code, too."""

    detail = serializers.CharField()
    code = serializers.CharField(required=False)


class FieldErrors(serializers.Serializer[Any]):
    """What is wrong, by key: codes in capital letters, or texts. All problems of a request come together."""


class FieldErrorsExtension(OpenApiSerializerExtension):
    """Describes `FieldErrors`, whose keys are those of the request."""

    target_class = FieldErrors

    def map_serializer(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        """Give the schema."""
        return {
            "type": "object",
            "description": FieldErrors.__doc__,
            "additionalProperties": {
                "description": "A list of codes or texts; an object or a list of them, as the key is.",
            },
            "example": {"text": ["REQUIRED"], "answers": ["TOO_MANY"]},
        }


_REFUSALS: Final[dict[int, tuple[Any, str]]] = {
    400: (FieldErrors, "Something in the request is wrong; by key, and all at once."),
    401: (Refusal, "Nobody is signed in, and the host's authentication says how one does."),
    403: (
        Refusal,
        "Nobody is signed in, or the requester may not do that, or must not know whether it exists.",
    ),
    404: (Refusal, "There is no such thing."),
    409: (FieldErrors, "What is there by now does not go with the request."),
    410: (FieldErrors, "It was there once and is gone."),
    413: (Refusal, "The body is too large."),
    429: (Refusal, "Too many requests."),
    503: (
        Refusal,
        "The database is busy, or the storage of files or a function of the host's fails; nothing was written.",
    ),
}


def refusals(*codes: int) -> dict[int, OpenApiResponse]:
    """Give the descriptions of these refusals, to be added to the `responses` of `extend_schema`."""
    return {code: OpenApiResponse(*_REFUSALS[code]) for code in codes}


class DescribedSchema(AutoSchema):
    """Adds to what a view says of its responses how requests like that are refused."""

    def refusal_codes(self) -> list[int]:
        """Give the codes that follow from the method and the path."""
        codes = [401, 403, 429]
        if self._is_list_view() or self.method in _WITH_BODY:
            codes.append(400)
        if "{" in self.path:
            codes.append(404)
        if self.method in _WITH_BODY:
            codes.append(413)
        if self.method in _WRITING:
            codes.append(503)
        return codes

    def _map_serializer_field(self, field: Any, direction: Direction, bypass_extensions: bool = False) -> Any:
        shown = super()._map_serializer_field(field, direction, bypass_extensions)
        if "enum" in shown:
            # Choices at the top are made components, named by the field; ours share names, and hosts would have
            # to settle that in their settings.
            choices = {key: shown.pop(key) for key in ("type", "enum") if key in shown}
            shown["allOf"] = [choices]
        return shown

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for code, response in refusals(*self.refusal_codes()).items():
            if str(code) not in bodies:
                bodies[str(code)] = self._get_response_for_code(response, str(code))
        return dict(sorted(bodies.items()))
