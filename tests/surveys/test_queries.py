"""Query counts of surveys, which do not depend on the number of rows."""

from __future__ import annotations

import pytest
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from chat_api.surveys.models import SurveyItem
from tests.databases import connection
from tests.factories import SurveyFactory, UserFactory, published_schema
from tests.surveys.conftest import question

pytestmark = pytest.mark.django_db


@pytest.fixture
def queries(alice):
    """Return a function that counts the queries of a request by Alice."""
    client = APIClient()
    client.force_authenticate(alice)

    def count(method, path, body=None, *, status=200):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            response = (
                getattr(client, method)(path, body) if body is not None else getattr(client, method)(path)
            )
        assert response.status_code == status, response.content
        return len(captured)

    return count


def long_schema(length):
    """Create a schema of choices, one of them with a text that is rendered for the owner."""
    asked = [
        {
            "type": "choice",
            "required": True,
            "text": "{{ user.first_name }}?" if number == 1 else "Well?",
            "answers": [{"text": "a", "variable_modifications": [["x", "x + 1"]]}, {"text": "b"}],
        }
        for number in range(length - 1)
    ]
    return published_schema([*asked, {"type": "fork", "forking_rules": [["-1", "x > 1"]]}])


def started(alice, schema, answered):
    survey = SurveyFactory(user=alice, schema=schema)
    SurveyItem.objects.bulk_create(
        SurveyItem(survey=survey, related_question=row, position=row.position, sender=alice)
        for row in schema.questions.all()[:answered]
    )
    for item in survey.survey_items.select_related("related_question"):
        item.answers.add(item.related_question.answers.first())
    return survey


def answer_body(schema, qid):
    row = question(schema, qid)
    return {"related_question": row.pk, "answers": [row.answers.first().pk]}


def test_query_count_of_an_answer_does_not_depend_on_the_schema(queries, alice):
    counts = []
    for length in (10, 500):
        schema = long_schema(length)
        survey = started(alice, schema, length - 5)
        path = f"/api/surveys/{survey.pk}/items"
        queries("post", path, answer_body(schema, length - 4), status=201)
        first = queries("post", path, answer_body(schema, length - 3), status=201)
        item = survey.survey_items.order_by("-pk").first()
        changed = queries("patch", f"{path}/{item.pk}", answer_body(schema, length - 3))
        removed = queries("delete", f"{path}/{item.pk}", status=204)
        counts.append((first, changed, removed))
    assert counts[0] == counts[1]
    # PostgreSQL gets the chosen answers and the state in one statement.
    assert counts[0] == (7 if connection.vendor == "postgresql" else 8, 9, 11)


@pytest.mark.slow
def test_answer_in_a_schema_of_1000_questions_has_the_whole_state(queries, alice):
    schema = long_schema(1000)
    survey = started(alice, schema, 998)
    path = f"/api/surveys/{survey.pk}/items"
    queries("post", path, answer_body(schema, 999), status=201)
    survey.refresh_from_db()
    assert survey.state == {"visibility": list(range(1, 1001)), "completed": True}


def test_query_count_of_a_new_survey_does_not_depend_on_the_schema(queries, alice):
    counts = []
    for length in (10, 500):
        schema = long_schema(length)
        path = f"/api/accounts/{alice.pk}/surveys"
        queries("post", path, {"schema": schema.pk}, status=201)
        counts.append(queries("post", path, {"schema": schema.pk}, status=201))
    assert counts[0] == counts[1]
    assert counts[0] <= 5


def test_query_count_of_the_items_does_not_depend_on_their_number(queries, alice):
    counts = []
    for answered in (2, 20):
        schema = long_schema(30)
        path = f"/api/surveys/{started(alice, schema, answered).pk}/items"
        queries("get", path)
        counts.append(queries("get", path))
    assert counts[0] == counts[1]
    assert counts[0] <= 5


def test_query_count_of_the_surveys_does_not_depend_on_their_number(queries, alice):
    schema = long_schema(3)
    counts = []
    for number in (2, 18):
        for _ in range(number):
            SurveyFactory(user=alice, schema=schema, automated_sender=UserFactory())
        lists = (f"/api/accounts/{alice.pk}/surveys", "/api/surveys")
        counts += [queries("get", f"{path}?limit=50") for path in lists]
    assert counts == [1, 1, 1, 1]


def test_fields_that_are_not_selected_cost_no_query(queries, alice):
    schema = long_schema(10)
    survey = started(alice, schema, 5)
    path = f"/api/surveys/{survey.pk}/items"
    queries("get", path)
    assert queries("get", f"{path}?fields=id,text") < queries("get", path)
