"""The preview of a script whose questions have names follows its rules."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.urls import reverse

from chat_api.engine.question_types.base import Reply
from chat_api.schemas.preview import entered_value, run_preview
from tests.factories import UserFactory, draft_schema

pytestmark = pytest.mark.django_db

QUESTIONS: list[dict[str, Any]] = [
    {"type": "int", "text": "Age?", "name": "age", "limits": {"max": 120}},
    {"text": "School?", "show_if": "age < 18"},
    {"type": "calculation", "name": "double", "calculate": "age * 2"},
    {
        "type": "int",
        "text": "{{ answers.double }}?",
        "name": "other",
        "constraints": [{"check": "value > age", "message": "More."}],
    },
]


def preview(*texts: str) -> Any:
    return run_preview(draft_schema(QUESTIONS), [Reply(text) for text in texts], user=UserFactory.create())


def test_conditions_calculations_and_names_in_texts_are_evaluated() -> None:
    assert [line.text for line in preview("40").lines] == ["Age?", "40", "80?"]
    assert [line.text for line in preview("17").lines] == ["Age?", "17", "School?"]


def test_limits_and_constraints_refuse() -> None:
    assert preview("121").errors == {"text": ["TOO_LARGE"]}
    assert preview("40", "40").errors == {"text": ["CONSTRAINT"]}
    assert preview("40", "41").ended == "End of the script."


def test_repeated_groups_are_asked_in_rounds() -> None:
    schema = draft_schema(
        [
            {"type": "int", "text": "How many?", "name": "number"},
            {"text": "Name {{ answers.place }}?", "name": "called", "group": "children"},
            {"type": "calculation", "name": "place", "calculate": "index", "group": "children"},
            {
                "type": "message",
                "text": "{{ answers.called }}, number {{ answers.place }}.",
                "group": "children",
            },
            {"text": "Who is {{ answers.called }}?"},
        ]
    )
    schema.groups.update(key="children", repeat={"count": "number"})
    shown = run_preview(schema, map(Reply, ("2", "Ann", "Bob")), user=UserFactory.create())
    assert [line.text for line in shown.lines] == [
        "How many?",
        "2",
        "Name ?",
        "Ann",
        "Ann, number 1.",
        "Name ?",
        "Bob",
        "Bob, number 2.",
        "Who is ?",
    ]


HOST: list[dict[str, Any]] = [
    {
        "type": "int",
        "text": "Weight?",
        "name": "weight",
        "limits": {"max": "patient.heaviest"},
        "next_qid": 2,
    },
    {"qid": 2, "text": "Pregnant?", "show_if": "patient.sex == 'f' and patient.age >= 12", "next_qid": 3},
    {"qid": 3, "text": "Since {{ answers.days }} days?", "next_qid": -1},
]


@pytest.fixture
def _host_has_data(settings: Any) -> None:
    def fails(subject: object, schema: object) -> Any:
        raise AssertionError("The preview has no member or survey that the host could know.")

    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "EXPRESSION_CONTEXT": fails}


@pytest.mark.usefixtures("_host_has_data")
@pytest.mark.parametrize(
    ("entered", "asked", "empty"),
    [
        ({}, [1, 3], ["patient.age", "patient.heaviest", "patient.sex"]),
        ({"patient.sex": "f", "patient.age": "30"}, [1, 2], ["patient.heaviest"]),
        ({"patient.sex": "f", "patient.age": "x", "patient.heaviest": " "}, [1, 3], ["patient.heaviest"]),
        ({"patient.sex": '"f"', "patient.age": "11", "patient.heaviest": "300"}, [1, 3], []),
        ({"patient.heaviest": "50", "patient.name": "A"}, [1], ["patient.age", "patient.sex"]),
    ],
    ids=["nothing", "some", "another kind", "all", "a limit"],
)
def test_rules_read_the_data_of_the_host_as_they_were_entered(
    client: Any, entered: dict[str, str], asked: list[int], empty: list[str]
) -> None:
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    url = reverse("admin:chat_api_schema_preview", args=[draft_schema(HOST).pk])
    assert "Data of the host" in client.get(url).content.decode()
    body = {
        "replies": "[]",
        "reply": "1",
        "text": "70",
        **{f"context.{key}": text for key, text in entered.items()},
    }
    page = client.post(url, body)
    shown = page.context["preview"]
    assert [line.question.qid for line in shown.lines if not line.is_answer] == asked
    assert shown.empty_context == empty
    assert not empty or f"Empty: {', '.join(empty)}." in page.content.decode()
    # They stay entered.
    assert dict(shown.context).items() >= {
        (key, text) for key, text in entered.items() if key in shown.context
    }


def test_preview_has_no_data_of_the_host_without_the_setting(client: Any) -> None:
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    url = reverse("admin:chat_api_schema_preview", args=[draft_schema(HOST).pk])
    page = client.get(url)
    assert (page.status_code, dict(page.context["preview"].context)) == (200, {})
    assert "Data of the host" not in page.content.decode()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        (" ", None),
        ("30", 30),
        ("-0.5", -0.5),
        ("true", True),
        ("null", None),
        ("f", "f"),
        ('"30"', "30"),
        ("2024-02-29", date(2024, 2, 29)),
        ("2024-02-30", "2024-02-30"),
        ("10:30", time(10, 30)),
        ("2024-02-29T10:30:00+02:00", datetime(2024, 2, 29, 8, 30, tzinfo=UTC)),
        ('["a", 1]', ("a", 1)),
        ('{"a": 1}', '{"a": 1}'),
        ("[[1]]", None),
        ("NaN", None),
        ("1e999", None),
        ("[" * 100_000, None),
        ("x" * 1_001, None),
    ],
    ids=lambda each: repr(each)[:30],
)
def test_entered_texts_are_values(text: str, value: Any) -> None:
    found = entered_value(text)
    assert (type(found), found) == (type(value), value)
