"""Ids of operations are the library's own: the same under any prefix, because clients are generated from them."""

from __future__ import annotations

from typing import Any, Final

import pytest
from django.urls import include, path
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from rest_framework.urlpatterns import format_suffix_patterns
from rest_framework.views import APIView

from chat_api.surveys.api.survey_results import SurveyResultsView

#: The documents do not depend on the database.
pytestmark = pytest.mark.sqlite_only

Operations = dict[str, tuple[str, str]]

_DETAIL: Final = ("retrieve", "update", "partial_update", "destroy")
_BOTH: Final = ("list", "create", *_DETAIL)
#: What can be done, by the `operation_name` of the views. An id that changes breaks generated clients: add to them,
#: and do not rename.
IDS: Final[dict[str, tuple[str, ...]]] = {
    "accounts_surveys": ("list", "create"),
    "accounts_threads": ("list", "create"),
    "accounts_unread": ("retrieve",),
    "attachments_item_file": ("retrieve",),
    "attachments_message_file": ("retrieve",),
    "attachments_question_file": ("retrieve",),
    "notifications_unsubscribe": ("retrieve", "create"),
    "push_devices": ("create", "destroy"),
    "schemas": ("list", "retrieve"),
    "surveys": ("list", *_DETAIL),
    "surveys_groups_instances": ("create", "destroy"),
    "surveys_items": _BOTH,
    "surveys_items_attachments": _BOTH,
    "surveys_results": ("retrieve",),
    "surveys_submit": ("create",),
    "threads": _DETAIL,
    "threads_assignment": ("partial_update",),
    "threads_correct": ("create",),
    "threads_departure": ("destroy",),
    "threads_events": ("retrieve",),
    "threads_messages": _BOTH,
    "threads_messages_attachments": _BOTH,
    "threads_messages_question": ("retrieve",),
    "threads_prompt": ("retrieve",),
    "threads_read": ("create",),
    "threads_reply": ("create",),
    "threads_rollback": ("create",),
    "threads_runs": ("list",),
    "threads_users": _BOTH,
    "threads_ws_subscribe": ("create",),
    "ws_ticket": ("create",),
}


class HostView(APIView):
    """A view of the host's, beside the library: then the paths of the document have no prefix in common."""

    schema = AutoSchema()
    authentication_classes = ()

    def get(self, request: Any) -> Any: ...


def operations(*patterns: Any) -> Operations:
    """Return method and path of each operation of such a URLconf, by its id."""
    document: Any = SchemaGenerator(patterns=list(patterns)).get_schema(request=None, public=True)
    return {
        operation["operationId"]: (method, path)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def expected() -> set[str]:
    return {f"{name}_{action}" for name, actions in IDS.items() for action in actions}


def test_every_operation_has_its_id() -> None:
    assert operations(path("", include("chat_api.api_urls"))).keys() == expected()


PLACES: Final[dict[str, list[Any]]] = {
    "prefix": [path("api/v1/", include("chat_api.api_urls"))],
    "beside the host's own": [
        path("api/v1/", include("chat_api.api_urls")),
        path("host/threads", HostView.as_view()),
    ],
    "namespace": [path("<slug:clinic>/chat/", include(("chat_api.api_urls", "chat"), namespace="chat"))],
    "parts": [
        path("messages/v2/", include("chat_api.chat.api_urls")),
        path("forms/", include("chat_api.schemas.api_urls")),
        path("", include("chat_api.surveys.api_urls")),
    ],
}


@pytest.mark.parametrize("place", PLACES)
def test_ids_are_the_same_under_any_prefix(place: str) -> None:
    assert operations(*PLACES[place]).keys() - {"host_threads_retrieve"} == expected()


def test_ids_do_not_depend_on_settings_of_the_host(settings: Any) -> None:
    settings.SPECTACULAR_SETTINGS = {
        **settings.SPECTACULAR_SETTINGS,
        "SCHEMA_PATH_PREFIX": "/api/accounts",
        "OPERATION_ID_METHOD_POSITION": "PRE",
    }
    assert operations(path("api/", include("chat_api.api_urls"))).keys() == expected()


def test_paths_with_a_format_suffix_have_ids_of_their_own() -> None:
    plain = path("api/surveys/<int:pk>/results", SurveyResultsView.as_view())
    assert operations(*format_suffix_patterns([plain])) == {
        "surveys_results_retrieve": ("get", "/api/surveys/{id}/results"),
        "surveys_results_formatted_retrieve": ("get", "/api/surveys/{id}/results{format}"),
    }
