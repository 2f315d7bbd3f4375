"""Expressions read what the host knows about a person, as it was at the start of the run; and suggested answers."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from chat_api.chat.actions import ScriptPlan, restart_due_scripts, start_script
from chat_api.chat.choices import PERMISSIONS_ALL
from chat_api.chat.models import ScriptRun, UserThread
from chat_api.lib.errors import InvalidInput
from tests.chat import expression_contexts
from tests.chat.talking import Talk, begin
from tests.factories import published_schema

pytestmark = pytest.mark.django_db

BODY = [
    {"qid": 1, "type": "int", "text": "Dose?", "name": "dose", "limits": {"max": "patient.weight / 10"}},
    {"qid": 2, "type": "text", "text": "Pregnant?", "name": "pregnant", "show_if": 'patient.sex == "f"'},
    {"qid": 3, "type": "int", "text": "Age?", "name": "age", "default": "patient.history.age"},
    {"qid": 4, "type": "text", "text": "Anything else?"},
]
PLAIN = [{"qid": 1, "type": "int", "text": "Dose?", "name": "dose"}, {"qid": 2, "text": "Why?"}]


@pytest.fixture(autouse=True)
def context(settings: Any) -> dict[str, Any]:
    path = "tests.chat.expression_contexts.of_patient"
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "EXPRESSION_CONTEXT": path}
    known = expression_contexts.KNOWN
    known.clear()
    known["patient"] = {"weight": 80, "sex": "m", "history": {"age": 71}, "name": "Ada Lovelace"}
    expression_contexts.ASKED.clear()
    return known


def asked(talk: Talk) -> Any:
    return talk.thread()["question_data"]["qid"]


def test_limits_conditions_and_defaults_read_the_context(alice: Any) -> None:
    talk = begin(alice, published_schema(BODY))
    assert talk.refused(text="9") == {"text": ["TOO_LARGE"]}
    talk.say(text="8")
    assert asked(talk) == 3
    assert talk.thread()["question_data"]["default"] == 71


def test_the_run_keeps_only_what_its_schema_reads(alice: Any) -> None:
    talk = begin(alice, published_schema(BODY))
    kept = {"patient.weight": 80, "patient.sex": "m", "patient.history.age": 71}
    assert talk.row.values["context"] == kept
    for text in ("8", "70", "no"):
        talk.say(text=text)
    run = ScriptRun.objects.get()
    assert run.values["context"] == kept
    assert "Ada" not in json.dumps(run.values)


def test_the_context_is_that_of_the_start_of_the_run(alice: Any, context: dict[str, Any]) -> None:
    schema = published_schema(BODY)
    talk = begin(alice, schema, permissions=PERMISSIONS_ALL)
    context["patient"] = {"weight": 1, "sex": "f"}
    talk.say(text="8")
    assert asked(talk) == 3
    assert talk.roll_back().status_code == 200
    talk.say(text="7")
    assert asked(talk) == 3
    assert [(alice.pk, schema.pk)] == expression_contexts.ASKED


def test_it_is_not_called_for_a_script_that_reads_none_of_it(alice: Any) -> None:
    talk = begin(alice, published_schema(PLAIN))
    assert expression_contexts.ASKED == []
    assert "context" not in talk.row.values


def test_a_failing_function_is_logged_and_its_values_are_empty(
    alice: Any, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    path = "tests.chat.expression_contexts.failing"
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "EXPRESSION_CONTEXT": path}
    talk = begin(alice, published_schema(BODY))
    assert "EXPRESSION_CONTEXT" in caplog.text
    talk.say(text="1000")
    assert asked(talk) == 3
    assert "default" not in talk.thread()["question_data"]


def test_without_the_setting_the_names_mean_nothing(alice: Any, settings: Any) -> None:
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "EXPRESSION_CONTEXT": None}
    talk = begin(alice, published_schema(BODY))
    talk.say(text="1000")
    assert "context" not in talk.row.values


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (80.5, 80.5),
        (True, True),
        (Decimal("1.5"), 1.5),
        ("text", "text"),
        (date(2024, 2, 29), {"kind": "date", "value": "2024-02-29"}),
        ([1, "a", True], [1, "a", True]),
        ("x" * 1001, None),
        ("\0", None),
        (10**400, None),
        (float("nan"), None),
        ([[1]], None),
        ([date(2024, 2, 29)], None),
        ([1] * 101, None),
        (object(), None),
        ({"a": 1}, None),
        (None, None),
    ],
)
def test_only_values_of_the_language_are_kept(
    alice: Any, context: dict[str, Any], value: object, kept: object
) -> None:
    context["patient"] = {"weight": value}
    talk = begin(alice, published_schema(BODY))
    assert talk.row.values.get("context", {}).get("patient.weight") == kept


def test_a_timestamp_is_kept_in_utc(alice: Any, context: dict[str, Any]) -> None:
    context["patient"] = {"weight": datetime.fromisoformat("2024-02-29T12:00:00+02:00")}
    talk = begin(alice, published_schema(BODY))
    kept = talk.row.values["context"]["patient.weight"]
    assert kept == {"kind": "datetime", "value": "2024-02-29T10:00:00+00:00"}


def test_no_endpoint_shows_the_context(alice: Any) -> None:
    talk = begin(alice, published_schema(BODY), permissions=PERMISSIONS_ALL)
    talk.say(text="8")
    shown = json.dumps([talk.thread(), talk.messages(), talk.client.get(f"{talk.path}/users").json()])
    assert "patient.weight" not in shown.replace("patient.weight / 10", "")
    assert "history" not in shown


def test_it_goes_with_the_account(alice: Any) -> None:
    begin(alice, published_schema(BODY))
    alice.delete()
    assert not UserThread.objects.exists()
    assert not ScriptRun.objects.exists()


def started(alice: Any, body: list[dict[str, Any]] = BODY, **plan: Any) -> Talk:
    """Start a script by the host's code."""
    talk = begin(alice, published_schema(PLAIN))
    start_script(user_thread=talk.row, plan=ScriptPlan(schema=published_schema(body), **plan))
    return talk


def test_the_start_can_give_a_context_that_wins(alice: Any) -> None:
    talk = started(alice, context={"patient": {"weight": 100, "history": {"age": None}}})
    assert talk.row.values["context"] == {
        "patient.weight": 100,
        "patient.sex": "m",
        "patient.history.age": 71,
    }
    talk.say(text="10")


def test_a_later_run_asks_again_and_keeps_what_the_start_gave(alice: Any, context: dict[str, Any]) -> None:
    talk = started(
        alice,
        context={"patient": {"weight": 100}},
        answers={"dose": 3},
        on_finish="repeat",
        frequency_unit="days",
        frequency_value=1,
    )
    for text in ("10", "70", "no"):
        talk.say(text=text)
    context["patient"] = {"weight": 1, "sex": "f"}
    assert restart_due_scripts(now=timezone.now() + timedelta(days=2)) == 1
    assert talk.row.values["context"] == {"patient.weight": 100, "patient.sex": "f"}
    assert talk.thread()["question_data"]["default"] == 3
    talk.say(text="10")
    assert asked(talk) == 2


def test_suggested_answers_win_over_defaults_and_are_not_answers(alice: Any) -> None:
    talk = started(alice, answers={"age": 30, "dose": 9})
    assert "default" not in talk.thread()["question_data"]
    talk.say(text="1")
    assert talk.thread()["question_data"]["default"] == 30
    assert talk.refused(text="") == {"text": ["REQUIRED"]}


def test_the_text_door_takes_a_suggested_answer(alice: Any) -> None:
    talk = started(alice, answers={"dose": 2})
    response = talk.client.post(f"{talk.path}/reply", {"text": ""}, format="json")
    assert response.status_code == 201, response.content
    assert response.json()["text"] == "2"


@pytest.mark.parametrize(
    ("answers", "codes"),
    [
        ({"weight": 1}, ["UNKNOWN_NAME"]),
        ({"dose": object()}, ["WRONG_VALUE"]),
        ({"dose": "x" * 1001, "weight": 1}, ["UNKNOWN_NAME", "WRONG_VALUE"]),
    ],
)
def test_wrong_suggestions_are_refused_and_nothing_starts(
    alice: Any, answers: dict[str, Any], codes: list[str]
) -> None:
    with pytest.raises(InvalidInput) as raised:
        started(alice, answers=answers)
    assert raised.value.errors == {"answers": codes}
    assert ScriptRun.objects.count() == 1
