"""Filters and ordering of lists: schemas, messages and survey items."""

from __future__ import annotations

from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from chat_api.schemas.models import Schema
from tests.databases import connection
from tests.factories import MemberFactory, MessageFactory, SurveyItemFactory, published_schema

pytestmark = pytest.mark.django_db


@pytest.fixture
def schemas(db) -> dict[str, int]:
    """Schemas by name: versions 3, 1, 2, the second one deprecated."""
    made = {
        name: published_schema([{}], name=name, version=version).pk
        for name, version in (("Anxiety", 3), ("anger", 1), ("Sleep", 2))
    }
    Schema.objects.filter(pk=made["anger"]).update(deprecated=True)
    return made


def listed(api: Any, query: str) -> list[str]:
    response = api.get(f"/api/schemas/survey?{query}")
    assert response.status_code == 200, response.json()
    return [row["name"] for row in response.json()]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("version=2", ["Sleep"]),
        ("version__gt=1", ["Anxiety", "Sleep"]),
        ("version__gte=2", ["Anxiety", "Sleep"]),
        ("version__lt=2", ["anger"]),
        ("version__lte=2", ["anger", "Sleep"]),
        ("version__in=1,3", ["Anxiety", "anger"]),
        ("version__isnull=true", []),
        ("version__isnull=false", ["Anxiety", "anger", "Sleep"]),
        ("version__gt=1&version__lt=3", ["Sleep"]),
        ("name=Sleep", ["Sleep"]),
        ("name__icontains=AN", ["Anxiety", "anger"]),
        ("name__istartswith=sl", ["Sleep"]),
        ("name__in=Sleep,anger", ["anger", "Sleep"]),
        ("deprecated=true", ["anger"]),
        ("deprecated=False", ["Anxiety", "Sleep"]),
        ("deprecated=1", ["anger"]),
        ("published=true", ["Anxiety", "anger", "Sleep"]),
        ("type=automated_flow", []),
        ("version=", ["Anxiety", "anger", "Sleep"]),
        ("unheard_of=1", ["Anxiety", "anger", "Sleep"]),
    ],
)
def test_filter_returns_matching_rows(api, schemas, query, names):
    assert listed(api, query) == names


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("id=abc", "id"),
        ("id=1.5", "id"),
        (f"id={'9' * 30}", "id"),
        ("id__in=1,x", "id__in"),
        ("id__in=1,,2", "id__in"),
        (f"id__in={','.join(['1'] * 1001)}", "id__in"),
        ("id__isnull=maybe", "id__isnull"),
        ("deprecated=2", "deprecated"),
        ("deprecated__isnull=2", "deprecated__isnull"),
        ("published=yes", "published"),
        ("type=nothing", "type"),
        ("name=%00", "name"),
        (f"name={'x' * 1001}", "name"),
        ("ordering=nothing", "ordering"),
        ("ordering=-id,schema__name", "ordering"),
    ],
)
def test_invalid_value_is_rejected_by_name_of_filter(api, schemas, query, name):
    response = api.get(f"/api/schemas/survey?{query}")
    assert (response.status_code, list(response.json())) == (400, [name])
    assert all(isinstance(text, str) for text in response.json()[name])


def test_all_invalid_values_are_reported_together(api, schemas):
    response = api.get("/api/schemas/survey?id=x&version__gt=y&ordering=z")
    assert (response.status_code, set(response.json())) == (400, {"id", "version__gt", "ordering"})


@pytest.mark.parametrize(
    ("ordering", "names"),
    [
        ("version", ["anger", "Sleep", "Anxiety"]),
        ("-version", ["Anxiety", "Sleep", "anger"]),
        ("deprecated,-id", ["Sleep", "Anxiety", "anger"]),
        ("-deprecated", ["anger", "Anxiety", "Sleep"]),
        ("-id", ["Sleep", "anger", "Anxiety"]),
        ("", ["Anxiety", "anger", "Sleep"]),
    ],
)
def test_ordering_with_id_as_tie_breaker(api, schemas, ordering, names):
    assert listed(api, f"ordering={ordering}") == names


@pytest.fixture
def messages(alice) -> Any:
    member = MemberFactory.create(user=alice)
    question = published_schema([{}]).questions.get()
    asked = MessageFactory(thread=member.thread, related_question=question)
    plain = MessageFactory(thread=member.thread)
    return f"/api/threads/{member.thread_id}/messages", question, asked, plain


def found(api: Any, path: str, query: str) -> list[int]:
    response = api.get(f"{path}?limit=10&{query}")
    assert response.status_code == 200, response.json()
    return [row["id"] for row in response.json()["results"]]


def test_foreign_keys_are_filtered_by_id(api, messages):
    path, question, asked, plain = messages
    assert found(api, path, f"related_question={question.pk}") == [asked.pk]
    assert found(api, path, f"related_question__in={question.pk},999") == [asked.pk]
    assert found(api, path, "related_question=999") == []
    assert found(api, path, "related_question__isnull=true") == [plain.pk]
    assert found(api, path, "ordering=-related_question,-id") in (
        [asked.pk, plain.pk],  # where null sorts first
        [plain.pk, asked.pk],  # where null sorts last
    )


def test_ordering_by_foreign_key_does_not_join(api, messages):
    path, *_ = messages
    with CaptureQueriesContext(connection) as captured:
        found(api, path, "ordering=related_question&related_question__gt=0")
    (listing,) = [
        each["sql"] for each in captured if "chat_api_message" in each["sql"] and "ORDER BY" in each["sql"]
    ]
    assert "chat_api_question" not in listing


def test_times_are_iso_8601(api, messages):
    path, _, asked, plain = messages
    after = asked.updated.isoformat().replace("+00:00", "Z")
    assert found(api, path, f"updated__gt={after}") == [plain.pk]
    for wrong in ("yesterday", "2017-13-01", "0001-01-01T00:00:00%2B14:00"):
        response = api.get(f"{path}?limit=5&updated__gt={wrong}")
        assert (response.status_code, list(response.json())) == (400, ["updated__gt"])


def test_column_without_index_neither_filters_nor_orders(api, messages):
    path, _, asked, plain = messages
    assert found(api, path, "text=nothing+like+that") == [asked.pk, plain.pk]
    assert found(api, path, "ordering=-text") == [asked.pk, plain.pk]


def test_survey_items_have_same_filters(api, alice):
    item = SurveyItemFactory(survey__user=alice)
    path = f"/api/surveys/{item.survey_id}/items"
    assert [row["id"] for row in api.get(f"{path}?position__gte={item.position}").json()] == [item.pk]
    assert api.get(f"{path}?position__gt={item.position}").json() == []
    assert list(api.get(f"{path}?position=x").json()) == ["position"]
