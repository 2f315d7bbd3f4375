"""Parts of the OpenAPI document that all endpoints share: the selection of fields, and error responses.

Every view of this app (`chat_api.lib.rest.views.ChatAPIView`) is described by `DescribedSchema`, which adds the error
responses that follow from method and path. A view adds others by `refusals(410)` in its responses.
"""

from __future__ import annotations

import re
from typing import Any, Final

from django.conf import settings
from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import Direction, OpenApiParameter, OpenApiResponse, PolymorphicProxySerializer
from drf_tweaks.pagination import NoCountsLimitOffsetPagination, NoCountsPageNumberPagination
from rest_framework import ISO_8601, serializers
from rest_framework.settings import api_settings

from chat_api.lib.named_account import ACCOUNT
from chat_api.lib.rest.examples import add_examples
from chat_api.lib.rest.url_converters import CONVERTERS

#: The format of a text that is HTML. Clients have to escape all others.
HTML: Final = "html"

_NO_SIZE: Final = object()

SELECTION_PARAMETERS: Final = [
    OpenApiParameter(
        "fields",
        str,
        description="The fields to return, separated by commas; `users_data__first_name` selects inside an object."
        " Fields that are left out are not looked up in the database.",
    ),
    OpenApiParameter(
        "include_fields",
        str,
        description="Fields that are returned only on request, separated by commas, named as in `fields`.",
    ),
]

#: Of every operation that needs a sign-in.
ACCOUNT_PARAMETER: Final = OpenApiParameter(
    ACCOUNT,
    str,
    description="The id of the user that the client acts for; for another user, the response is 403.",
)

_WITH_BODY: Final = ("POST", "PUT", "PATCH")
#: Converter and name of each parameter of a Django path.
_PARAMETER: Final = re.compile(r"<(\w+):(\w+)>")
_FORMAT_SUFFIX: Final = "<drf_format_suffix"


class Refusal(serializers.Serializer[Any]):
    """The error as a text, with a stable code if programs need to distinguish it."""

    detail = serializers.CharField()
    code = serializers.CharField(required=False)


#: The errors of an answer in words, see `chat_api.lib.rest.explaining`.
_EXPLANATIONS: Final = {
    "type": "array",
    "description": "With `explain=true`, the errors of a refused answer in words.",
    "items": {
        "type": "object",
        "required": ["field", "code", "text", "expected"],
        "properties": {
            "field": {"type": "string"},
            "code": {"type": "string"},
            "text": {"type": "string", "description": "The author's own message, or what is expected."},
            "expected": {
                "type": "object",
                "description": "The `type` of the question, and its limits by name.",
                "additionalProperties": True,
            },
        },
    },
}


class FieldErrors(serializers.Serializer[Any]):
    """Errors by field: codes in capital letters, or texts. All errors of a request are returned together."""


class FieldErrorsExtension(OpenApiSerializerExtension):
    """Describes `FieldErrors`, whose fields are those of the request."""

    target_class = FieldErrors

    def map_serializer(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        """Return the schema. Nested objects of a request have errors of the same shape, lists one for each item."""
        nested = {"$ref": "#/components/schemas/FieldErrors"}
        return {
            "type": "object",
            "description": FieldErrors.__doc__,
            # Only answers that were refused have them, and only on request.
            "properties": {"explanations": _EXPLANATIONS},
            "additionalProperties": {
                "description": "A list of codes or texts; an object or a list of them for nested fields.",
                "anyOf": [
                    {"type": "string"},
                    {"type": "array", "items": {"anyOf": [{"type": "string"}, nested]}},
                    nested,
                ],
            },
            "example": {"text": ["REQUIRED"], "answers": ["TOO_MANY"]},
        }


_REFUSALS: Final[dict[int, tuple[Any, str]]] = {
    400: (FieldErrors, "The request is invalid: errors by field, all together."),
    401: (
        Refusal,
        "Authentication is required (`NOT_AUTHENTICATED`); the header `WWW-Authenticate` names the scheme.",
    ),
    403: (
        Refusal,
        (
            "Authentication is required (`NOT_AUTHENTICATED`, `CSRF_FAILED`), the requester is not the `account`"
            " (`OTHER_ACCOUNT`), or, without a code, not permitted to do that or to know whether it exists."
        ),
    ),
    404: (Refusal, "Not found, or the path is malformed."),
    406: (Refusal, "The response is not available in the media type of the `Accept` header."),
    409: (FieldErrors, "The request conflicts with the current state."),
    410: (FieldErrors, "It existed and was deleted."),
    413: (Refusal, "The body is too large."),
    415: (Refusal, "The host does not accept the body's media type."),
    429: (Refusal, "Too many requests."),
    503: (
        Refusal,
        "The database is busy, or the file storage or a function of the host fails; nothing was written.",
    ),
}


def refusals(*codes: int) -> dict[int, OpenApiResponse]:
    """Return the descriptions of these error responses, to be added to the `responses` of `extend_schema`."""
    return {code: OpenApiResponse(*_REFUSALS[code]) for code in codes}


class _OptionallyPaged:
    """Describes a pagination that returns pages to some requests, and none to others."""

    def __init__(self, paginator: Any) -> None:
        self._paginator = paginator

    def __getattr__(self, name: str) -> Any:
        return getattr(self._paginator, name)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe the response: a plain list, or a page of it."""
        return {"oneOf": [schema, self._paginator.get_paginated_response_schema(schema)]}


class DescribedSchema(AutoSchema):
    """Adds to the responses that a view describes the error responses of such requests."""

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        """Return the operation, with the recorded examples of its requests and responses."""
        operation: Any = super().get_operation(*args, **kwargs)
        if operation:
            add_examples(operation, self.registry.build({}).get("schemas", {}))
        return operation

    def get_operation_id(self) -> str:
        """Return the id: the view's `operation_name` and what the method does, whatever the prefix of the path.

        drf-spectacular derives ids from paths, so that they would depend on where a host includes the URLs, and on the
        host's own URLs beside them. Clients are generated from the ids.
        """
        view: Any = self.view
        if not view.operation_name:
            return super().get_operation_id()
        reads_many = self.method == "GET" and self._is_list_view()
        parts = [view.operation_name, "list" if reads_many else self.method_mapping[self.method.lower()]]
        if _FORMAT_SUFFIX in self.path_regex:
            # The same operation, at a second path of a host that uses `format_suffix_patterns`.
            parts.insert(1, "formatted")
        return "_".join(parts)

    def refusal_codes(self) -> list[int]:
        """Return the status codes that follow from the method, the path and whether there is a body."""
        view: Any = self.view
        codes = [403, 429, 503]
        if view.negotiates:
            codes.append(406)
        if view.get_authenticate_header(view.request):
            # As DRF decides between 401 and 403: by the first of the view's authentication classes.
            codes.append(401)
        if "{" in self.path:
            codes.append(404)
        if self._is_list_view():
            codes.append(400)
        if self.method in _WITH_BODY:
            codes.append(413)
            if self._get_request_body() is not None:
                codes += [400, 415]
        return codes

    def get_override_parameters(self) -> list[Any]:
        """Return the parameters that the view describes, and the account where there is a sign-in."""
        described: list[Any] = super().get_override_parameters()
        return [ACCOUNT_PARAMETER, *described] if self.view.get_authenticators() else described

    def _get_paginator(self) -> Any:
        paginator = super()._get_paginator()
        if isinstance(paginator, NoCountsLimitOffsetPagination | NoCountsPageNumberPagination):
            return paginator
        sizes = [getattr(paginator, name, _NO_SIZE) for name in ("default_limit", "page_size")]
        # Without a size DRF's own classes return no page, and the list is plain.
        return _OptionallyPaged(paginator) if None in sizes else paginator

    def _resolve_path_parameters(self, variables: list[str]) -> list[Any]:
        found: list[Any] = super()._resolve_path_parameters(variables)
        ours = {
            "id" if name == "pk" else name: CONVERTERS[converter].openapi_schema
            for converter, name in _PARAMETER.findall(self.path_regex)
            if converter in CONVERTERS
        }
        return [
            {**parameter, "schema": dict(ours[parameter["name"]])} if parameter["name"] in ours else parameter
            for parameter in found
        ]

    def _map_serializer_field(self, field: Any, direction: Direction, bypass_extensions: bool = False) -> Any:
        if isinstance(field, serializers.FileField) and field.write_only:
            # It is only sent, in a form; drf-spectacular describes the URL that other fields show.
            return {"type": "string", "format": "binary"}
        if hasattr(field, "openapi_schema"):
            return field.openapi_schema()
        shown = super()._map_serializer_field(field, direction, bypass_extensions)
        if shown is None:
            return None
        if isinstance(field, serializers.DateTimeField) and not _shows_a_zone(field):
            shown.pop("format", None)
        if "enum" in shown:
            # Choices at the top level become components named by the field; ours share names, and hosts would have
            # to resolve that in their settings.
            choices = {key: shown.pop(key) for key in ("type", "enum") if key in shown}
            if _is_stored(field):
                # A row keeps its value when the host's settings do not name it any more.
                shown["anyOf"] = [choices, {"type": "string"}]
            else:
                shown["allOf"] = [choices]
        return shown

    def _map_serializer(self, serializer: Any, direction: Direction, bypass_extensions: bool = False) -> Any:
        shown = super()._map_serializer(serializer, direction, bypass_extensions)
        if isinstance(serializer, PolymorphicProxySerializer) and "oneOf" in shown:
            # A small object can also be valid as one with optional fields.
            return {"anyOf": shown["oneOf"]}
        return shown

    def _map_basic_serializer(self, serializer: Any, direction: Direction) -> dict[str, Any]:
        if isinstance(serializer, serializers.Serializer):
            # Fields created at import can differ from those of the host's current settings.
            serializer.__dict__.pop("fields", None)
        shown: dict[str, Any] = super()._map_basic_serializer(serializer, direction)
        for name, text_format in getattr(serializer, "text_formats", {}).items():
            shown["properties"][name]["format"] = text_format
        optional = getattr(serializer, "optional_keys", ())
        if optional:
            required = [name for name in shown.pop("required", ()) if name not in optional]
            # An empty list is not valid.
            shown |= {"required": required} if required else {}
        return shown

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for code, response in refusals(*self.refusal_codes()).items():
            if str(code) not in bodies:
                bodies[str(code)] = self._get_response_for_code(response, str(code))
        view: Any = self.view
        for code in view.never_answers.get(self.method, ()):
            bodies.pop(str(code), None)
        return dict(sorted(bodies.items()))


def _shows_a_zone(field: serializers.DateTimeField) -> bool:
    """Return whether the field shows RFC 3339: with a time zone, and not in a format of the host's."""
    shown_as = getattr(field, "format", api_settings.DATETIME_FORMAT)
    return settings.USE_TZ and (shown_as or "").lower() == ISO_8601


def _is_stored(field: serializers.Field[Any, Any, Any, Any]) -> bool:
    """Return whether the field shows a column, as opposed to a choice of a request."""
    model = getattr(getattr(field.parent, "Meta", None), "model", None)
    return model is not None and any(column.name == field.source for column in model._meta.concrete_fields)
