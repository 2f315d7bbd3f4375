"""All published versions of a questionnaire in one table and on one page."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chat_api.schemas.models import Schema
from chat_api.surveys.models import SurveyItem
from chat_api.surveys.results import results_of, table
from tests.databases import connection
from tests.factories import SurveyFactory, UserFactory, published_schema
from tests.surveys.conftest import question
from tests.surveys.test_export import body_of, rows_of, run
from tests.surveys.test_results import results_url, staff_with

pytestmark = pytest.mark.django_db

ABOUT = len(table.ABOUT) + 1
YES, NO = {"text": "yes", "value": 1, "next_qid": 2}, {"text": "no", "value": 0, "next_qid": 2}
SMOKER = {"type": "choice", "text": "Smoker?", "name": "smoker", "answers": [YES, NO]}
WHICH: dict[str, Any] = {
    "type": "multichoice",
    "text": "Which?",
    "name": "which",
    "answers": [{"text": "pipe", "next_qid": 3}, {"text": "cigar", "next_qid": 3}],
}
WORDS = {"text": "Words?", "next_qid": -1}


@pytest.fixture
def both(db: None) -> tuple[Schema, Schema]:
    """Return two versions, of which the newer one has turned the answers and has no free text."""
    old = published_schema([SMOKER, WHICH, WORDS], name="Smoke")
    smoker = {
        **SMOKER,
        "text": "Do you smoke?",
        "answers": [{**NO, "text": "never"}, {**YES, "text": "I do"}],
    }
    which = {**WHICH, "answers": [*reversed(WHICH["answers"])]}
    return old, published_schema([smoker, which], name="Smoke", version=2)


def test_the_same_questions_share_columns_with_the_texts_of_the_newest_version(filling, both):
    old, new = both
    first, second = filling(old), filling(new)
    first.give(1, "yes")
    first.give(2, "pipe")
    first.give(3, text="old words")
    second.give(1, "never")
    second.give(2, "pipe", "cigar")
    head, *rows = rows_of(run(old.pk, "--all-versions"))
    assert head[ABOUT - 1 :] == [
        "version",
        "smoker",
        "which = cigar",
        "which = pipe",
        "3: Words? [version 1]",
        *table.AFTER,
    ]
    assert [row[ABOUT - 1 : -2] for row in rows] == [
        ["1", "1", "false", "true", "old words"],
        ["2", "0", "true", "true", ""],
    ]
    labels = [row[ABOUT] for row in rows_of(run(old.pk, "--all-versions", "--labels"))]
    assert labels == ["smoker", "I do", "never"]
    lists = [row["which"] for row in json.loads(run("Smoke", "--all-versions", "--format", "json"))]
    assert lists == [["pipe"], ["pipe", "cigar"]]


def test_questions_whose_values_differ_stay_apart(filling, both):
    old, _ = both
    published_schema([{**SMOKER, "answers": [YES]}], name="Smoke", version=3)
    head = rows_of(run(old.pk, "--all-versions"))[0]
    assert head[ABOUT : ABOUT + 2] == ["smoker [version 3]", "smoker [versions 1, 2]"]


def test_hidden_answers_are_named_by_the_questions_of_their_version(filling):
    asked = [
        {**SMOKER, "answers": [{**YES, "next_qid": 2}, {**NO, "next_qid": 3}]},
        {"text": "Since?", "name": "since", "next_qid": 3},
        {"text": "Else?", "name": "else_", "next_qid": -1},
    ]
    old = published_schema(asked, name="Smoke")
    published_schema(
        [{**each, "qid": 9 - number} for number, each in enumerate(asked)], name="Smoke", version=2
    )
    survey = filling(old)
    survey.give(2, text="1999")
    survey.give(1, "no")
    survey.give(3, text="x")
    (row,) = json.loads(run(old.pk, "--all-versions", "--format", "json"))
    assert (row["since"], row["completed"], row["hidden answers"]) == ("1999", True, ["since"])


def test_items_of_other_schemas_and_versions_are_left_out(both):
    old, new = both
    survey = SurveyFactory.create(schema=old)
    for row in (question(new, 1), question(published_schema([WORDS], name="Other"), 1)):
        SurveyItem.objects.create(survey=survey, related_question=row, position=1, text="left over")
    assert "left over" not in run(old.pk, "--all-versions")


def test_a_control_that_is_answered_has_a_column_of_its_own(filling):
    old, new = (
        published_schema(
            [{"type": "control", "text": "Ready?", "name": "ready"}], name="Ready", version=number
        )
        for number in (1, 2)
    )
    SurveyItem.objects.create(
        survey=SurveyFactory.create(schema=old), related_question=question(old, 1), position=1, text="yes"
    )
    assert rows_of(run(new.pk, "--all-versions"))[1][ABOUT - 1 : -2] == ["1", "yes"]


def test_the_number_of_queries_does_not_grow_with_cached_versions(both):
    counts = []
    for number in (3, 4):
        for schema in Schema.objects.all():
            SurveyFactory.create_batch(2, schema=schema, user=UserFactory())
        run("Smoke", "--all-versions")
        with CaptureQueriesContext(connection) as captured:
            run("Smoke", "--all-versions")
        counts.append(len(captured))
        published_schema([SMOKER], name="Smoke", version=number)
    assert counts[0] == counts[1]


def test_answers_of_all_versions_are_counted_together(filling, both):
    old, new = both
    for schema, text in ((old, "yes"), (old, "no"), (new, "I do")):
        filling(schema).give(1, text)
    counted = results_of(new, all_versions=True)
    smoker, which, words = counted.questions
    assert (counted.surveys, smoker.heading, smoker.saw, smoker.answered) == (3, "Do you smoke?", 3, 3)
    assert [(bar.label, bar.count) for bar in smoker.distribution] == [("never", 1), ("I do", 2)]
    assert (which.saw, which.answered, words.heading, words.saw) == (3, 0, "Words? [version 1]", 0)
    assert [row.answered for row in results_of(new).questions] == [1, 0]


def test_a_survey_stops_at_the_first_question_of_its_own_version(both):
    old, _ = both
    asked = [{**WORDS, "next_qid": 2, "required": True}, {**SMOKER, "required": True}]
    swapped = published_schema(asked, name="Smoke", version=3)
    SurveyFactory.create(schema=swapped, state={"visibility": [2, 1], "completed": False})
    SurveyFactory.create(schema=old, state={"visibility": [1, 2, 3], "completed": False})
    stopped = {row.heading: row.stopped for row in results_of(old, all_versions=True).questions}
    assert stopped == {"Words? [version 3]": 1, "Smoker?": 1, "Which?": 0, "Words? [version 1]": 0}


def test_the_page_and_its_files_have_all_versions(filling, both):
    old, new = both
    filling(old).give(1, "yes")
    filling(new).give(1, "never")
    client = staff_with("view_survey", "export_survey_results")
    page = client.get(results_url(old), {"all_versions": ""}).content.decode()
    export: Any = reverse("admin:chat_api_survey_export", args=[old.pk, "csv"])
    assert f"{export}?all_versions" in page
    assert "<title>Results of Smoke |" in page
    assert "3: Words? [version 1]" in page
    assert "?all_versions" in client.get(results_url(old)).content.decode()
    response: Any = client.get(export, {"all_versions": ""})
    assert response["Content-Disposition"] == 'attachment; filename="smoke-all.csv"'
    assert body_of(response).decode() == run(old.pk, "--all-versions")
