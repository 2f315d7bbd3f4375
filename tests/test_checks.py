"""System checks of `CHAT_SETTINGS`: at least one wrong value per setting, with its message."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from os import environ
from typing import Any

import pytest
from django.core.checks import CheckMessage, run_checks
from django.core.management import call_command
from django.test import override_settings
from django.utils.translation import gettext_lazy
from rest_framework.permissions import IsAdminUser, IsAuthenticated

from chat_api.engine.question_types.base import BaseQuestionType
from chat_api.settings import DEFAULTS, IMPORT_STRINGS, PERMISSION_CLASSES, chat_settings
from chat_api.settings.table.threads import THREAD_SWITCHES
from tests.checking import reported, said

HERE = __name__


def a_function(*arguments: Any) -> None:
    """A function that a setting can name."""


NOT_A_FUNCTION = 5

#: Setting, a wrong value, the id of the check, and a part of its message or hint.
WRONG: list[tuple[str, Any, str, str]] = [
    ("ACCOUNT_SERIALIZER", "chat_api.utils.serializers.Nobody", "E006", "cannot import"),
    ("ACCOUNT_SERIALIZER", f"{HERE}.a_function", "E007", "is not a subclass of BaseSerializer"),
    ("TYPES_SCHEMA", {"survey": "Survey"}, "E003", "pairs (name, label)"),
    ("TYPES_SCHEMA", [("s" * 101, "Too long")], "E004", "1 to 100 characters"),
    (
        "TYPES_SCHEMA_LIST_THROUGH_API",
        ("survey", "sruvey"),
        "W006",
        "[1]: 'sruvey' is not a type in TYPES_SCHEMA",
    ),
    ("TYPES_SCHEMA_GET_THROUGH_API", "survey", "E003", "must be a list or tuple, not 'survey'"),
    (
        "QUESTION_TYPES",
        {"iban": "bank.questions.Iban"},
        "E006",
        "['iban']: cannot import 'bank.questions.Iban'",
    ),
    ("QUESTION_TYPES", {"iban": f"{HERE}.a_function"}, "E007", "is not a subclass of BaseQuestionType"),
    ("QUESTION_TYPES", {"choice": BaseQuestionType}, "E004", "the name 'choice' is already taken"),
    ("QUESTION_TYPES", {"": BaseQuestionType}, "E004", "1 to 50 characters"),
    ("QUESTION_TYPES", {5: BaseQuestionType}, "E003", "names that are strings"),
    ("QUESTION_TYPES", [("iban", BaseQuestionType)], "E003", "must be a dict"),
    ("ALLOW_EDIT_PUBLISHED_SCHEMAS", "no", "E003", "must be True or False, not 'no'"),
    ("TYPES_CHAT", [("chat", "Chat"), "tracker"], "E003", "[1] must be a pair (name, label)"),
    ("TYPES_CHAT", [("chat", "Chat"), ("chat", "Again")], "E004", "'chat' is already taken"),
    ("TYPES_CHAT", [("chat", "Chat"), ("", "Blank")], "E004", "1 to 50 characters"),
    ("TYPES_CHAT_DEFAULT", "caht", "W006", "Did you mean 'chat'?"),
    ("TYPES_CHAT_DEFAULT", None, "E003", "must be a string, not None"),
    ("TYPES_CHAT_LIST_THROUGH_API", ["forum"], "W006", "Choose one of: 'chat', 'survey', 'tracker'."),
    ("CHAT_MESSAGE_FILTER_QUERYSET", f"{HERE}.missing", "E006", "cannot import"),
    ("CHAT_MESSAGE_USER_FILTER", f"{HERE}.NOT_A_FUNCTION", "E007", "is not a function"),
    ("SURVEYS_ALLOWED_SCHEMA_TYPES", [7], "E003", "[0] must be a string, not 7"),
    ("TYPES_CUSTOM_ATTACHMENTS", [("image", "My image")], "E004", "'image' is already taken"),
    ("CUSTOM_ATTACHMENTS_VALIDATION", {"pdf": a_function}, "W006", "There are none to choose from."),
    ("CUSTOM_ATTACHMENTS_PRE_SAVE", [a_function], "E003", "must be a dict"),
    (
        "CUSTOM_ATTACHMENTS_THUMBNAIL_GENERATOR",
        {"pdf": "no.where"},
        "E006",
        "['pdf']: cannot import 'no.where'",
    ),
    ("CUSTOM_ATTACHMENTS_GET_SRC", {"pdf": NOT_A_FUNCTION}, "E007", "['pdf']: 5 is not a function"),
    ("CUSTOM_ATTACHMENTS_GET_THUMBNAIL", {"pdf": None}, "E007", "None is not a function"),
    ("CUSTOM_ATTACHMENTS_FILE_TYPES", {"pdf": "application/pdf"}, "E003", "must be a list or tuple"),
    ("ATTACHMENT_MAX_BYTES", 0, "E004", "must be at least 1, not 0"),
    ("ATTACHMENT_MAX_PIXELS", 1.5, "E003", "must be a whole number"),
    ("ATTACHMENT_FILES_PRIVATE", 1, "E003", "must be True or False"),
    ("ATTACHMENT_THUMBNAIL_SIZE", (100,), "E003", "must be 2 values"),
    ("ATTACHMENT_THUMBNAIL_SIZE", (100, 0), "E004", "[1] must be at least 1, not 0"),
    ("ATTACHMENT_REFERENCE_MODELS", ["auth.Usr"], "E008", "Did you mean 'auth.User'?"),
    ("ATTACHMENT_REFERENCE_MODELS", ["User"], "E008", "there is no model 'User'"),
    ("ATTACHMENT_REFERENCE_FILTER", True, "E007", "True is not a function"),
    (
        "PAGINATION_THREAD_LIST",
        "rest_framework.serializers.Serializer",
        "E007",
        "a subclass of BasePagination",
    ),
    ("PAGINATION_MESSAGES_LIST", None, "E007", "None is not a subclass of BasePagination"),
    ("PAGINATION_RUN_LIST", 20, "E007", "20 is not a subclass"),
    ("PAGINATION_GLOBAL_SURVEY_LIST", "rest_framework.pagination.Nope", "E006", "cannot import"),
    ("PAGINATION_ACCOUNT_SURVEY_LIST", 20, "E007", "20 is not a subclass"),
    ("PAGINATION_SCHEMA_LIST", "LimitOffsetPagination", "E006", "cannot import 'LimitOffsetPagination'"),
    ("PAGE_SIZE_MAX", 0, "E004", "must be at least 1, not 0"),
    ("THREAD_PERMISSIONS_DEFAULT", 8192, "E004", "from 0 to 8191, not 8192"),
    ("THREAD_PERMISSIONS_DEFAULT", True, "E003", "must be a whole number, not True"),
    ("THREAD_CREATOR_PERMISSIONS_DEFAULT", -1, "E004", "from 0 to 8191, not -1"),
    ("SEARCH_BACKEND", f"{HERE}.a_function", "E007", "is not a subclass of SearchBackend"),
    ("ELASTICSEARCH_URL", "localhost:9200", "E004", "must start with http:// or https://"),
    ("ELASTICSEARCH_PREFIX", None, "E003", "must be a string, not None"),
    ("OPTIMIZATIONS_BY_THREAD_TYPE", {"chta": {}}, "W006", "Did you mean 'chat'?"),
    (
        "OPTIMIZATIONS_BY_THREAD_TYPE",
        {"chat": {"NO_MOVE_TO_NEXT_QUID": True}},
        "W006",
        "['chat']: 'NO_MOVE_TO_NEXT_QUID' is not a switch of thread types. Did you mean 'NO_MOVE_TO_NEXT_QID'?",
    ),
    ("OPTIMIZATIONS_BY_THREAD_TYPE", {"chat": True}, "E003", "['chat'] must be a dict, not True"),
    (
        "OPTIMIZATIONS_BY_SURVEY_TYPE",
        {"survey": {"NO_STATE_UPDATE": 1}},
        "E003",
        "['NO_STATE_UPDATE'] must be True",
    ),
    ("ESCAPE_TEXT", 0, "E003", "must be True or False, not 0"),
    ("MESSAGE_TYPES_RESERVED", ("",), "E004", "[0] must not be empty"),
    ("AUTOMATED_SENDERS", "tests.nobody", "E006", "cannot import 'tests.nobody'"),
    ("DEFAULT_USER_THREAD", f"{HERE}.NOT_A_FUNCTION", "E007", "is not a function"),
    ("THREAD_INVITEES", ["a", "b"], "E007", "is not a function"),
    ("SURVEYS_GLOBAL_LIST_ALL", None, "E003", "must be True or False, not None"),
    ("SURVEYS_REQUIRE_SUBMIT", "yes", "E003", "must be True or False, not 'yes'"),
    ("QUESTION_CONTEXT_PROVIDERS", f"{HERE}.a_function", "E003", "must be a list or tuple"),
    ("QUESTION_CONTEXT_PROVIDERS", ["no.where"], "E006", "[0]: cannot import 'no.where'"),
    ("QUESTION_CONTEXT_PROVIDERS", {"tip": ["no.where"]}, "E006", "['tip'][0]: cannot import 'no.where'"),
    ("EXPRESSION_CONTEXT", "no.where", "E006", "cannot import 'no.where'"),
    ("META_RESOLVERS", {"price": "no.where"}, "E006", "['price']: cannot import 'no.where'"),
    ("META_RESOLVER_SETTINGS_ALLOWED", "TIME_ZONE", "E003", "must be a list or tuple"),
    ("USER_TIME_ZONE", "Europe/Warsaw", "E006", "cannot import 'Europe/Warsaw'"),
    ("SCRIPT_STEPS_MAX", "1000", "E003", "must be a whole number, not '1000'"),
    ("SCHEMA_CACHE_SIZE", -1, "E004", "must be at least 0, not -1"),
    ("SURVEY_STATE_QUESTIONS_KEPT", -1, "E004", "must be at least 0, not -1"),
    ("PREPARED_QUERIES", 1, "E003", "must be True or False, not 1"),
    ("THREAD_USERS_DATA_MAX", -1, "E004", "must be at least 0, not -1"),
    ("THREAD_MEMBERS_MAX", 0, "E004", "must be at least 1, not 0"),
    ("MESSAGE_ATTACHMENTS_MAX", 2.5, "E003", "must be a whole number, not 2.5"),
    ("MESSAGE_TEXT_MAX", 0, "E004", "must be at least 1, not 0"),
    ("REQUEST_BYTES_MAX", 0, "E004", "must be at least 1, not 0"),
    ("JSON_BYTES_MAX", None, "E003", "must be a whole number, not None"),
    ("MESSAGE_BYTES_MAX", "1 MB", "E003", "must be a whole number, not '1 MB'"),
    ("PAGE_BYTES_MAX", 0, "E004", "must be at least 1, not 0"),
    ("EVENT_BATCH_BYTES_MAX", 1.5, "E003", "must be a whole number, not 1.5"),
    ("WS_FRAME_OUT_MAX", 1023, "E004", "must be at least 1024, not 1023"),
    ("ATTACHMENT_SCANS_MAX", 0, "E004", "must be at least 1, not 0"),
    ("ATTACHMENT_PICTURE_WORK_MAX", True, "E003", "must be a whole number, not True"),
    ("SCRIPT_LIBRARY", ["no.where"], "E006", "[0]: cannot import 'no.where'"),
    ("SCHEMA_QUESTIONS_MAX", None, "E003", "must be a whole number, not None"),
    ("SCHEMA_LIST_MAX", "all", "E003", "must be a whole number, not 'all'"),
    ("EVENT_LOG_RETENTION", 7, "E003", "must be a timedelta, not 7"),
    ("EVENT_LOG_RETENTION", timedelta(0), "E004", "must be longer than zero"),
    ("EVENT_CATCH_UP_MAX", 0, "E004", "must be at least 1, not 0"),
    ("WS_COMMANDS_PER_MINUTE", 0, "E004", "must be at least 1, not 0"),
    ("WS_CONNECTS_PER_SECOND", 0, "E004", "must be at least 1, not 0"),
    ("WS_FRAME_MAX", 0, "E004", "must be at least 1, not 0"),
    ("WS_HEARTBEAT_SECONDS", 0, "E004", "must be at least 1, not 0"),
    ("WS_QUEUE_MAX", 0, "E004", "must be at least 1, not 0"),
    ("WS_THREADS_MAX", 0, "E004", "must be at least 1, not 0"),
    ("WS_STRANGERS_PER_MINUTE", 0, "E004", "must be at least 1, not 0"),
    ("WS_THREAD_FIELDS", ["tilte"], "E005", "'tilte' is not a field of a thread"),
    ("WS_USERS_DATA_BYTES_MAX", "8 KB", "E003", "must be a whole number"),
    ("WS_TICKET_SECONDS", 0, "E004", "must be at least 1, not 0"),
    ("WS_CONNECT_WAIT_SECONDS", -1, "E004", "must be at least 0, not -1"),
    ("WS_RECHECK_SECONDS", -1, "E004", "must be at least 0, not -1"),
    ("WS_ALLOWED_ORIGINS", "https://example.com", "E003", "must be a list or tuple"),
    (
        "NOTIFICATION_TRANSPORTS",
        {"emial": "chat_api.notifications.transports.EmailTransport"},
        "E005",
        "Did you mean 'email'?",
    ),
    ("NOTIFICATION_TRANSPORTS", {"email": f"{HERE}.a_function"}, "E007", "a class with a method `send`"),
    ("NOTIFICATION_TRANSPORTS", {"email": "no.where"}, "E006", "cannot import 'no.where'"),
    ("NOTIFICATION_DELAYS", {"sms": -1}, "E004", "must be at least 0, not -1"),
    ("NOTIFICATION_OPTIONS", {"push": "key"}, "E003", "['push'] must be a dict"),
    ("NOTIFICATION_BASE_URL", "example.com", "E004", "must start with http://"),
    ("NOTIFICATIONS_DEFAULT_BY_THREAD_TYPE", {"chat": 32}, "E004", "a sum of flags from 0 to 31"),
    ("PUSH_DEVICES_MAX", 0, "E004", "must be at least 1, not 0"),
    ("WEB_PUSH_SERVICES", "fcm.googleapis.com", "E003", "must be a list or tuple"),
    ("CLIENT_API_URL", "api/", "E004", "must start with / or http:// or https://, not 'api/'"),
    ("CLIENT_API_URL", "//example.com/", "E004", "must start with / or http://"),
    ("CLIENT_API_URL", "https:///api/", "E004", "a URL without spaces, query and fragment"),
    ("CLIENT_API_URL", "/api/?page=1", "E004", "a URL without spaces, query and fragment"),
    ("CLIENT_API_URL", "/api /", "E004", "a URL without spaces, query and fragment"),
    ("CLIENT_API_URL", "/\\example.com", "E004", "a URL without spaces, query and fragment"),
    ("CLIENT_API_URL", 7, "E003", "must be a string, not 7"),
    ("CLIENT_PAGE_THREAD_TYPE", "caht", "W006", "Did you mean 'chat'?"),
    ("CLIENT_SOCKET_URL", "https://example.com/ws/chat", "E004", "must start with / or ws:// or wss://"),
    ("USER_LANGUAGE", "no.where", "E006", "cannot import"),
    ("USER_PHONE", f"{HERE}.NOT_A_FUNCTION", "E007", "is not a function"),
    ("RESPONDENT_SEES", ["score"], "E005", "Did you mean 'scores'?"),
    ("FLAG_RECIPIENTS", ["a", "b"], "E007", "is not a function"),
    ("THROTTLE_RATES", {"chat_api": "many/day"}, "E009", "['chat_api']: 'many/day' is not a rate"),
    ("THROTTLE_RATES", {"chat_api": "10 a fortnight"}, "E009", "for example '100/day'"),
    ("THROTTLE_RATES", "10/day", "E003", "must be a dict"),
    *(
        (key, "rest_framework.pagination.BasePagination", "E007", "is not a subclass of BasePermission")
        for key in PERMISSION_CLASSES
    ),
]

RIGHT: list[dict[str, Any]] = [
    {},
    {"TYPES_CHAT": [["chat", gettext_lazy("Chat")]], "TYPES_CHAT_LIST_THROUGH_API": []},
    {"PERMISSIONS_SCHEMA_OBJECT": IsAdminUser, "PERMISSIONS_SURVEY_OBJECT": IsAdminUser | ~IsAuthenticated},
    {"CHAT_MESSAGE_FILTER_QUERYSET": a_function, "AUTOMATED_SENDERS": f"{HERE}.a_function"},
    {
        "TYPES_CUSTOM_ATTACHMENTS": (("pdf", "PDF File"),),
        "CUSTOM_ATTACHMENTS_VALIDATION": {"pdf": f"{HERE}.a_function"},
    },
    {"QUESTION_CONTEXT_PROVIDERS": {"tip": a_function, "advert": [f"{HERE}.a_function"]}},
    {"OPTIMIZATIONS_BY_THREAD_TYPE": {"tracker": {"LIMIT_FIELDS_TO": ["id", "text"], "NOT_INDEXED": True}}},
    {"THROTTLE_RATES": {"chat_api": "10/min", "other": None}, "ATTACHMENT_REFERENCE_MODELS": ("auth.User",)},
]


def without_address(part: Any) -> str:
    """Return a test id that is the same in every process."""
    return re.sub(r" at 0x[0-9a-f]+", "", str(part))[:40]


@pytest.mark.parametrize(("key", "value", "check", "says"), WRONG, ids=without_address)
def test_wrong_value_is_reported_with_the_name_of_the_setting(key: str, value: Any, check: str, says: str):
    host = {"TYPES_CUSTOM_ATTACHMENTS": [("pdf", "PDF File")], key: value}
    if says == "There are none to choose from.":
        del host["TYPES_CUSTOM_ATTACHMENTS"]
    (message,) = reported(host)
    assert message.id == f"chat_api.{check}"
    assert message.is_serious() == check.startswith("E")
    assert f"CHAT_SETTINGS[{key!r}]" in message.msg
    assert says in said(message)


def test_every_setting_has_a_wrong_value_in_this_file():
    assert DEFAULTS.keys() == {key for key, *_ in WRONG}


@pytest.mark.parametrize("host", RIGHT, ids=lambda host: ",".join(host) or "nothing")
def test_valid_value_is_not_reported(host: dict[str, Any]):
    assert reported(host) == []


def test_defaults_are_valid():
    assert reported(dict(DEFAULTS)) == []


@pytest.mark.parametrize("switch", THREAD_SWITCHES)
def test_every_switch_of_a_thread_type_rejects_a_number(switch: str):
    (message,) = reported({"OPTIMIZATIONS_BY_THREAD_TYPE": {"chat": {switch: 3}}})
    assert message.msg.startswith(
        f"CHAT_SETTINGS['OPTIMIZATIONS_BY_THREAD_TYPE']['chat'][{switch!r}] must be"
    )


def test_limit_of_fields_may_name_only_fields_of_messages():
    def limited_to(*names: str) -> list[CheckMessage]:
        return reported({"OPTIMIZATIONS_BY_THREAD_TYPE": {"chat": {"LIMIT_FIELDS_TO": names}}})

    for name, hint in (("txt", "Did you mean 'text'?"), ("thread_data__tilte", "Did you mean 'title'?")):
        (message,) = limited_to(name)
        assert (message.id, message.is_serious(), message.hint) == ("chat_api.W006", False, hint)
    assert limited_to("thread_data__id", "sender_data__anything", "thread_data__last_message_data__id") == []


@pytest.mark.parametrize(
    "left_over",
    [
        {"TYPES_CHAT": [("onboarding", "Onboarding")]},
        {"TYPES_CHAT_LIST_THROUGH_API": ["gone"]},
        {"TYPES_SCHEMA_LIST_THROUGH_API": ["gone"]},
        {"TYPES_SCHEMA_GET_THROUGH_API": ["gone"]},
        {"SURVEYS_ALLOWED_SCHEMA_TYPES": ["gone"]},
        {"CUSTOM_ATTACHMENTS_GET_SRC": {"gone": a_function}},
        {"OPTIMIZATIONS_BY_THREAD_TYPE": {"gone": {"NOT_INDEXED": True}}},
        {"OPTIMIZATIONS_BY_THREAD_TYPE": {"chat": {"NO_SUCH_SWITCH": True}}},
        {"OPTIMIZATIONS_BY_SURVEY_TYPE": {"gone": {"NO_STATE_UPDATE": True}}},
        {"NOTIFICATIONS_DEFAULT_BY_THREAD_TYPE": {"gone": 3}},
    ],
    ids=",".join,
)
@pytest.mark.django_db
def test_left_over_names_do_not_block_migrate(left_over: dict[str, Any]) -> None:
    assert {message.id for message in reported(left_over)} == {"chat_api.W006"}
    with override_settings(CHAT_SETTINGS=left_over):
        call_command("migrate", plan=True, skip_checks=False, stdout=StringIO(), stderr=StringIO())


@pytest.mark.parametrize(
    ("key", "hint"),
    [("TYPE_CHAT", "Did you mean 'TYPES_CHAT'?"), ("ESCAPE_TEXTS", "Did you mean 'ESCAPE_TEXT'?")],
)
def test_unknown_setting_is_an_error_with_a_suggestion(key: str, hint: str):
    (message,) = reported({key: ()})
    assert (message.id, message.hint) == ("chat_api.E002", hint)
    assert repr(key) in message.msg


@pytest.mark.parametrize("host", [[], ["TYPES_CHAT"], "TYPES_CHAT", 5])
def test_settings_that_are_not_a_dict_are_one_error(host: Any):
    (message,) = reported(host)
    assert message.id == "chat_api.E001"


def test_all_wrong_values_are_reported_together():
    found = reported({"PAGE_SIZE_MAX": 0, "ESCAPE_TEXT": "yes", "META_RESOLVERS": {"a": "x.y", "b": "x.z"}})
    assert [message.id for message in found] == [f"chat_api.E00{n}" for n in (4, 3, 6, 6)]


def test_default_type_must_be_among_the_types_of_the_host():
    (message,) = reported({"TYPES_CHAT": [("forum", "Forum")]})
    assert message.id == "chat_api.W006"
    assert "CHAT_SETTINGS['TYPES_CHAT_DEFAULT']: 'chat'" in message.msg


def test_names_are_checked_against_the_types_of_the_host():
    types = [("forum", "Forum")]
    assert reported({"TYPES_CHAT": types, "TYPES_CHAT_DEFAULT": "forum"}) == []
    (message,) = reported(
        {"TYPES_CHAT": types, "TYPES_CHAT_DEFAULT": "forum", "OPTIMIZATIONS_BY_THREAD_TYPE": {"chat": {}}}
    )
    assert message.hint == "Choose one of: 'forum'."


# Each starts a process, whatever the database.
@pytest.mark.sqlite_only
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["path", "module", "number", "none", "list", "dict", "object"])
def test_every_wrong_setting_is_reported_and_none_crashes_the_checks(kind: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "django", "check"],
        env={**environ, "DJANGO_SETTINGS_MODULE": "tests.settings_broken", "CHAT_API_TEST_BROKEN": kind},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    imported = IMPORT_STRINGS | {"CELERY_APP_PATH"} if kind in ("path", "module") else ["ACCOUNT_SERIALIZER"]
    wrong = "E006" if kind in ("path", "module") else "E007"
    for key in imported:
        assert re.search(rf"\(chat_api\.{wrong}\)[^\n]*{key}", done.stderr), key
    for key in ("ACCEPTED_IMAGE_MIME", "MIME_TO_EXT"):
        assert re.search(rf"\(chat_api\.E003\)[^\n]*{key}", done.stderr), key


@pytest.mark.parametrize("value", [5, "text", ["ACCOUNT_SERIALIZER"], object()])
def test_settings_that_are_not_a_dict_crash_nothing(value: Any, db: None) -> None:
    with override_settings(CHAT_SETTINGS=value):
        assert [message.id for message in run_checks() if message.is_serious()] == ["chat_api.E001"]
        assert DEFAULTS["PAGE_SIZE_MAX"] == chat_settings.PAGE_SIZE_MAX
