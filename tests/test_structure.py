"""How the package is laid out: no import circle, and public import paths that stay."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from importlib import import_module
from pathlib import Path

import pytest

import chat_api
from chat_api import api

PACKAGE = Path(chat_api.__file__).parent
#: By module, names that hosts import from it: the contract of 0.8.8 and the Python reference name these paths.
PUBLIC = {
    "chat_api.chat.actions": (
        "add_member create_thread mark_read remove_member roll_back send_message start_script stop_script"
    ),
    "chat_api.chat.flags": "Notification OnFinish Permission State",
    "chat_api.chat.membership": "ScriptRun UserThread VariableModification",
    "chat_api.chat.models": (
        "Attachment Message ScriptRun Thread ThreadWSSubscription UnreadMessage UserThread VariableModification"
    ),
    "chat_api.chat.signals": (
        "chat_api_thread_schema_completed chosen_answers_signal member_added message_created thread_state_changed"
    ),
    "chat_api.common": "AttachmentTypes",
    "chat_api.lib.errors": "ChatAPIError Gone InvalidInput PublishedSchemaIsImmutable",
    "chat_api.lib.pagination": "NoCountsPagination NoCountsWhenLimitedPagination",
    "chat_api.models": "Answer Message Question Schema Survey SurveyItem Thread ThreadEvent UserThread",
    "chat_api.notifications.transports": (
        "ConsoleTransport EmailTransport TwilioSMSTransport UniversalNotificationsTransport WebPushTransport"
    ),
    "chat_api.notifications.universal": "UniversalNotificationsConfig",
    "chat_api.permissions": "MessagesListByThreadID NoOne SchemaObject SurveyObject ThreadObjectByThreadID",
    "chat_api.realtime": "Call CommandRefused command",
    "chat_api.realtime.testing": "FaultyChannelLayer",
    "chat_api.routing": "websocket_urlpatterns",
    "chat_api.schemas.actions": "copy_as_unpublished publish",
    "chat_api.schemas.models": "Answer AttachmentTemplate Group Question Schema",
    "chat_api.schemas.signals": "schema_uploaded_signal",
    "chat_api.search.base": "SearchBackend search_backend",
    "chat_api.search.database": "DatabaseSearchBackend",
    "chat_api.search.elastic": "ElasticsearchBackend",
    "chat_api.surveys.actions": "answer_question remove_answer start_survey submit_survey",
    "chat_api.surveys.models": "Survey SurveyAttachment SurveyItem",
    "chat_api.surveys.results": "results_of",
    "chat_api.utils.middlewares": "LocalThreadingRequestMiddleware",
    "chat_api.utils.serializers": "SimpleAccountSerializer",
    "chat_api.web.page": "client_tags",
}


@pytest.mark.parametrize("path", PUBLIC)
def test_public_import_path_stays(path: str) -> None:
    module = import_module(path)
    assert [name for name in PUBLIC[path].split() if not hasattr(module, name)] == []


def test_python_reference_documents_every_name_of_the_api() -> None:
    page = (PACKAGE.parent / "docs/reference/python.rst").read_text()
    documented = {line.split(":: ")[1].strip() for line in page.splitlines() if line.startswith(".. auto")}
    assert documented == set(api.__all__)


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Imports within functions and for typing count."""
    try:
        TopologicalSorter(_imports()).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def _imports() -> dict[str, set[str]]:
    modules = {_module(path): path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts}
    return {name: set(_imported(path, modules)) - {name} for name, path in modules.items()}


def _module(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(path: Path, modules: dict[str, Path]) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom) and node.module in modules:
            for alias in node.names:
                below = f"{node.module}.{alias.name}"
                yield below if below in modules else node.module
