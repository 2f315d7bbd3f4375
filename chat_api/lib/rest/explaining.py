"""Refused answers in words, for requests with `explain=true`."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from chat_api.lib.errors import ChatAPIError
from chat_api.lib.rest.filter_values import is_switched_on
from chat_api.lib.rest.views import ChatAPIView

EXPLANATIONS: Final = "explanations"
EXPLAIN_PARAMETER: Final = OpenApiParameter(
    "explain",
    OpenApiTypes.BOOL,
    description="`true` adds `explanations` to the errors of a refused answer: a list of `field`, `code`, `text`"
    " (the author's own message, or what is expected, in the language of the request) and `expected` (the `type`"
    " of the question and its limits).",
)


class Explained(ValidationError):
    """Errors of a body together with those of an answer, which `refusal` can explain."""

    def __init__(self, refusal: ChatAPIError | None, errors: dict[str, Any]) -> None:
        """Take the errors of the answer, and those of the body, which replace them by field."""
        others = {} if refusal is None else refusal.errors
        super().__init__({**others, **errors})
        self.refusal = refusal
        self.replaced: Collection[str] = errors.keys()


class ExplainingView(ChatAPIView):
    """Base of the views that refuse answers."""

    def handle_exception(self, exc: Exception) -> Response:
        """Respond to the error; with `explain=true`, `explanations` has the refused answer in words."""
        # Before DRF marks the host's transaction around the request, if there is one, to be rolled back.
        wanted = is_switched_on(self.request.query_params, "explain")
        found = self.explanations_for(exc) if wanted else []
        response = super().handle_exception(exc)
        if found and isinstance(response.data, dict):
            response.data = {**response.data, EXPLANATIONS: found}
        return response

    def explanations_for(self, exc: Exception) -> list[dict[str, Any]]:
        """Return the explanations of the errors of an answer among those of the exception."""
        refusal = exc.refusal if isinstance(exc, Explained) else exc
        explain = getattr(refusal, "explain", None)
        if explain is None:
            return []
        replaced = exc.replaced if isinstance(exc, Explained) else ()
        return [each for each in explain() if each["field"] not in replaced]
