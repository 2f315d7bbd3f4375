"""All that the rules of surveys read besides the answers: data and suggestions of the host, the last change."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat_api.lib.errors import InvalidInput
from chat_api.surveys.actions import start_survey
from chat_api.surveys.models import Survey
from tests.chat import expression_contexts
from tests.databases import connection
from tests.factories import UserFactory, published_schema
from tests.surveys.conftest import Filling

pytestmark = pytest.mark.django_db

BODY: list[dict[str, Any]] = [
    {"type": "int", "text": "Dose?", "name": "dose", "limits": {"max": "patient.weight / 10"}},
    {"type": "text", "text": "Pregnant?", "name": "pregnant", "show_if": 'patient.sex == "f"'},
    {"type": "int", "text": "Age?", "name": "age", "default": "patient.history.age"},
    {"type": "text", "text": "Anything else?"},
]
PLAIN: list[dict[str, Any]] = [{"type": "int", "text": "Dose?"}, {"type": "text", "text": "Why?"}]
KEPT = {"patient.weight": 80, "patient.sex": "m", "patient.history.age": 71}


@pytest.fixture(autouse=True)
def context(settings: Any) -> dict[str, Any]:
    path = "tests.chat.expression_contexts.of_patient"
    settings.CHAT_SETTINGS = {
        **settings.CHAT_SETTINGS,
        "EXPRESSION_CONTEXT": path,
        "RESPONDENT_SEES": ["values", "scores", "flags"],
    }
    known = expression_contexts.KNOWN
    known.clear()
    known["patient"] = {"weight": 80, "sex": "m", "history": {"age": 71}, "name": "Ada Lovelace"}
    expression_contexts.ASKED.clear()
    return known


class Started(Filling):
    """A survey that the host's code has started, filled in through the API."""

    def __init__(self, client: Any, user: Any, schema: Any, **given: Any) -> None:
        self.client, self.schema = client, schema
        # Sessions end when a test sets the time.
        client.force_authenticate(user)
        self.id = start_survey(user=user, schema=schema, **given).pk

    def defaults(self, query: str = "") -> dict[str, Any]:
        """Return by the text of the question the suggestions in the document of the schema."""
        shown = self.client.get(f"/api/schemas/{self.schema.pk}?survey={self.id}{query}")
        assert shown.status_code == 200, shown.content
        body = shown.json()
        questions = [*body["questions"], *(each for group in body["groups"] for each in group["questions"])]
        return {each["text"]: each["default"] for each in questions if "default" in each}


def stored(survey: Filling) -> Any:
    return Survey.objects.get(pk=survey.id).rule_context


def test_limits_conditions_and_defaults_read_the_context(api: Any, alice: Any) -> None:
    survey = Started(api, alice, published_schema(BODY))
    assert survey.post(1, text="9").json() == {"text": ["TOO_LARGE"]}
    survey.give(1, text="8")
    assert survey.state["visibility"] == [1, 3, 4]
    assert survey.defaults() == {"Age?": 71}


def test_a_survey_started_over_http_has_the_context_too(filling: Any) -> None:
    survey = filling(published_schema(BODY))
    assert stored(survey)["context"] == KEPT
    assert survey.data["state"]["visibility"] == [1, 3, 4]


def test_the_survey_keeps_the_context_of_its_start(api: Any, alice: Any, context: dict[str, Any]) -> None:
    schema = published_schema(BODY)
    survey = Started(api, alice, schema)
    context["patient"] = {"weight": 1, "sex": "f"}
    item = survey.give(1, text="8")
    changed = api.patch(f"{survey.path}/items/{item['id']}", {"text": "7"})
    assert changed.status_code == 200
    assert api.delete(f"{survey.path}/items/{item['id']}").status_code == 204
    assert survey.state["visibility"] == [1, 3, 4]
    assert stored(survey)["context"] == KEPT
    assert [(alice.pk, schema.pk)] == expression_contexts.ASKED


@pytest.mark.parametrize("body", [PLAIN, [{**PLAIN[0], "name": "dose"}]], ids=["plain", "named"])
def test_it_is_not_called_for_a_schema_that_reads_none_of_it(
    api: Any, alice: Any, body: list[dict[str, Any]]
) -> None:
    survey = Started(api, alice, published_schema(body), context={"patient": {"weight": 1}})
    survey.give(1, text="3")
    assert expression_contexts.ASKED == []
    assert "patient" not in json.dumps(stored(survey))


def test_a_schema_without_rules_keeps_nothing(api: Any, alice: Any) -> None:
    survey = Started(api, alice, published_schema(PLAIN))
    survey.give(1, text="3")
    assert stored(survey) is None


def test_a_failing_function_is_logged_and_its_values_are_empty(
    api: Any, alice: Any, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    path = "tests.chat.expression_contexts.failing"
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "EXPRESSION_CONTEXT": path}
    survey = Started(api, alice, published_schema(BODY))
    assert "EXPRESSION_CONTEXT" in caplog.text
    survey.give(1, text="1000")
    assert survey.defaults() == {}


def test_without_the_setting_the_names_mean_nothing(api: Any, alice: Any, settings: Any) -> None:
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "EXPRESSION_CONTEXT": None}
    survey = Started(api, alice, published_schema(BODY), context={"patient": {"weight": 80}})
    survey.give(1, text="1000")
    assert "context" not in stored(survey)


def test_the_start_can_give_a_context_that_wins(api: Any, alice: Any) -> None:
    given = {"patient": {"weight": 100, "history": {"age": None}}}
    survey = Started(api, alice, published_schema(BODY), context=given)
    assert stored(survey)["context"] == {**KEPT, "patient.weight": 100}
    survey.give(1, text="10")


def test_no_endpoint_shows_or_filters_by_it(api: Any, alice: Any, settings: Any) -> None:
    survey = Started(api, alice, published_schema(BODY), answers={"dose": 5})
    survey.give(1, text="8")
    paths = [
        survey.path,
        f"{survey.path}/items",
        f"/api/accounts/{alice.pk}/surveys?limit=9",
        "/api/surveys?limit=9",
    ]
    shown = [api.get(path) for path in paths]
    text = json.dumps([each.json() for each in shown]).replace("patient.weight / 10", "")
    assert {each.status_code for each in shown} == {200}
    assert "rule_context" not in api.get(f"{survey.path}?fields=rule_context").json()
    assert not [word for word in ("rule_context", "patient.weight", "prefill", "history") if word in text]
    filtered = api.get(f"/api/accounts/{alice.pk}/surveys?limit=9&rule_context__isnull=true")
    assert filtered.status_code == 400 or len(filtered.json()["results"]) == 1


def test_it_goes_with_the_account(api: Any, alice: Any) -> None:
    Started(api, alice, published_schema(BODY))
    alice.delete()
    assert not Survey.objects.exists()


def test_scores_and_flags_see_the_context(api: Any, alice: Any, client_of: Any) -> None:
    schema = published_schema(
        BODY[:1],
        scores=[{"name": "share", "label": "Share", "expression": "dose / patient.weight * 100"}],
        flags=[{"name": "old", "if": "patient.age > 70 and dose > 3", "label": "Old", "severity": "high"}],
    )
    survey = Started(api, alice, schema, context={"patient": {"weight": 80, "age": 71}})
    survey.give(1, text="4")
    shown = client_of(UserFactory(is_staff=True)).get(f"{survey.path}/results")
    assert shown.status_code == 200, shown.content
    assert shown.json()["scores"] == {"share": 5}
    assert [each["name"] for each in shown.json()["flags"]] == ["old"]


# Suggestions.


def test_suggested_answers_win_over_defaults_and_are_not_answers(api: Any, alice: Any) -> None:
    survey = Started(api, alice, published_schema(BODY), answers={"age": 30, "dose": 9})
    assert survey.defaults() == {"Age?": 30}
    assert api.get(f"{survey.path}/items").json() == []
    assert survey.post(3, text="").json() == {"text": ["REQUIRED"]}


def test_an_item_shows_what_its_question_suggests_to_the_owner_alone(
    api: Any, alice: Any, client_of: Any, settings: Any
) -> None:
    survey = Started(api, alice, published_schema(BODY))
    assert survey.give(3, text="70")["related_question_data"]["default"] == 71
    assert "default" not in survey.give(1, text="1")["related_question_data"]
    listed = api.get(f"{survey.path}/items").json()
    assert [item["related_question_data"].get("default") for item in listed] == [71, None]
    settings.CHAT_SETTINGS = {
        **settings.CHAT_SETTINGS,
        "PERMISSIONS_SURVEY_ITEMS_LIST_BY_SURVEY_ID": "rest_framework.permissions.IsAuthenticated",
    }
    for other in (UserFactory(), UserFactory(is_staff=True)):
        shown = client_of(other).get(f"{survey.path}/items")
        assert shown.status_code != 200 or "default" not in shown.json()[0]["related_question_data"]


def test_suggestions_follow_the_answers(api: Any, alice: Any) -> None:
    body: list[dict[str, Any]] = [
        {"type": "int", "text": "One?", "name": "one"},
        {"type": "int", "text": "Two?", "name": "two", "default": "one * 2", "limits": {"max": 10}},
        {
            "type": "multichoice",
            "text": "Which?",
            "name": "which",
            "default": '["a", "b"]',
            "answers": [{"text": "A", "value": "a"}, {"text": "B", "value": "b"}],
        },
    ]
    survey = Started(api, alice, published_schema(body))
    assert survey.defaults() == {"Which?": ["a", "b"]}
    item = survey.give(1, text="4")
    assert survey.defaults() == {"Two?": 8, "Which?": ["a", "b"]}
    # What the question would refuse is left out.
    api.patch(f"{survey.path}/items/{item['id']}", {"text": "6"})
    assert survey.defaults() == {"Which?": ["a", "b"]}


@pytest.mark.parametrize(
    ("answers", "codes"),
    [
        ({"weight": 1}, ["UNKNOWN_NAME"]),
        ({"dose": object()}, ["WRONG_VALUE"]),
        ({"dose": "x" * 1001, "weight": 1}, ["UNKNOWN_NAME", "WRONG_VALUE"]),
    ],
)
@pytest.mark.parametrize("switches", [{}, {"NO_STATE_UPDATE": True}], ids=["state", "no state"])
def test_wrong_suggestions_are_refused_and_nothing_starts(
    alice: Any, settings: Any, answers: dict[str, Any], codes: list[str], switches: dict[str, bool]
) -> None:
    schema = published_schema(BODY)
    settings.CHAT_SETTINGS = {
        **settings.CHAT_SETTINGS,
        "OPTIMIZATIONS_BY_SURVEY_TYPE": {schema.type: switches},
    }
    with pytest.raises(InvalidInput) as raised:
        start_survey(user=alice, schema=schema, answers=answers)
    assert raised.value.errors == {"answers": codes}
    assert not Survey.objects.exists()


def test_a_survey_without_a_state_has_context_and_suggestions(api: Any, alice: Any, settings: Any) -> None:
    schema = published_schema(BODY)
    settings.CHAT_SETTINGS = {
        **settings.CHAT_SETTINGS,
        "OPTIMIZATIONS_BY_SURVEY_TYPE": {schema.type: {"NO_STATE_UPDATE": True}},
    }
    survey = Started(api, alice, schema, answers={"dose": 5})
    assert stored(survey) == {"context": KEPT, "prefill": {"dose": 5}}
    assert survey.post(1, text="9").json() == {"text": ["TOO_LARGE"]}
    assert survey.defaults() == {"Dose?": 5, "Age?": 71}


def many(size: int, **column: Any) -> list[dict[str, Any]]:
    return [{"type": "int", "text": f"{place}?", "name": f"n{place}", **column} for place in range(size)]


@pytest.mark.parametrize(
    ("column", "extra"), [({}, 0), ({"default": "patient.weight"}, 1)], ids=["no default", "defaults"]
)
def test_suggestions_cost_one_query_however_many_there_are(
    api: Any, alice: Any, column: dict[str, Any], extra: int
) -> None:
    counts = []
    for size in (3, 30):
        survey = Started(api, alice, published_schema(many(size, **column)))
        for qid in range(1, size + 1):
            survey.give(qid, text="1")
        of_size = []
        for path in (f"/api/schemas/{survey.schema.pk}?survey={survey.id}", f"{survey.path}/items"):
            api.get(path)
            with CaptureQueriesContext(connection) as queries:
                shown = api.get(path)
            assert shown.status_code == 200
            of_size.append(len(queries))
        counts.append(of_size)
    assert counts[0] == counts[1]
    reads = [query for query in queries if "reply" in query["sql"] and "answer_id" in query["sql"]]
    assert len(reads) == extra


# The time of the last change.

DATED: list[dict[str, Any]] = [
    {"type": "int", "text": "One?", "name": "one"},
    {"type": "calculation", "text": "", "name": "year_now", "calculate": "year(today())"},
    {"type": "text", "text": "{{ answers.year_now }}: why?", "name": "why"},
]


def set_time(monkeypatch: pytest.MonkeyPatch, year: int) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(year, 6, 1, 12, tzinfo=UTC))


def test_reading_uses_the_time_of_the_last_change(
    api: Any, alice: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_time(monkeypatch, 2031)
    survey = Started(api, alice, published_schema(DATED))
    set_time(monkeypatch, 2032)
    first = survey.give(1, text="1")
    set_time(monkeypatch, 2033)
    survey.give(3, text="so")
    set_time(monkeypatch, 2034)
    # A deletion is a change, although no answer has its time.
    assert api.delete(f"{survey.path}/items/{first['id']}").status_code == 204
    set_time(monkeypatch, 2035)
    shown = api.get(f"{survey.path}/items").json()[0]
    assert shown["related_question_data"]["text"] == "2034: why?"
    assert shown["survey_data"]["state"]["values"] == {"year_now": 2034}
    kept = stored(survey)
    assert api.post(f"{survey.path}/submit").status_code == 200
    assert survey.state["values"] == {"year_now": 2034}
    assert stored(survey) == kept


@pytest.mark.parametrize("kept", [None, [], {"at": 3, "zone": 4, "context": [], "prefill": 1}, {"at": "x"}])
def test_a_survey_from_before_has_the_time_of_its_newest_answer(
    api: Any, alice: Any, monkeypatch: pytest.MonkeyPatch, kept: Any
) -> None:
    set_time(monkeypatch, 2031)
    survey = Started(api, alice, published_schema(DATED))
    survey.give(3, text="so")
    Survey.objects.update(rule_context=kept)
    set_time(monkeypatch, 2034)
    shown = api.get(f"{survey.path}/items").json()[0]
    assert shown["related_question_data"]["text"] == "2031: why?"
    survey.give(1, text="1")
    assert survey.state["values"] == {"year_now": 2034}
    assert stored(survey)["at"].startswith("2034-06-01T12:00")


def test_a_schema_without_rules_costs_no_query_more(api: Any, alice: Any, settings: Any) -> None:
    """Schemas that may be edited are not cached: each reading of one shows in the queries."""
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "ALLOW_EDIT_PUBLISHED_SCHEMAS": True}
    schema = published_schema(PLAIN)
    with CaptureQueriesContext(connection) as queries:
        survey = Started(api, alice, schema)
    assert len([each for each in queries if 'FROM "chat_api_question"' in each["sql"]]) == 1
    with CaptureQueriesContext(connection) as queries:
        assert survey.defaults() == {}
    assert len([each for each in queries if 'FROM "chat_api_question"' in each["sql"]]) == 1
