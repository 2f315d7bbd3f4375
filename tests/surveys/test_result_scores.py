"""Calculations, scores and flags in exports of surveys."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from tests.databases import connection
from tests.factories import published_schema
from tests.surveys.conftest import Filling
from tests.surveys.test_export import rows_of, run

pytestmark = pytest.mark.django_db

ASKED: list[dict[str, Any]] = [
    {"type": "int", "text": "Pain?", "name": "pain", "required": True},
    {"type": "int", "text": "Worse?", "name": "worse", "required": True},
    {"type": "calculation", "text": "", "name": "half", "calculate": "pain / 2"},
    {"type": "calculation", "text": "", "name": "both", "calculate": "[pain, worse]", "show_if": "pain > 5"},
]
SCORES = [
    {
        "name": "total",
        "label": "Total",
        "expression": "pain + worse",
        "bands": [{"from": 0, "to": 9, "label": "low"}, {"from": 10, "to": 20, "label": "high"}],
    }
]
FLAGS = [{"name": "severe", "label": "Severe pain", "if": "pain > 7"}]


def form(**schema: Any) -> Any:
    return published_schema(ASKED, **{"name": "Pain", "scores": SCORES, "flags": FLAGS, **schema})


def exported(schema: Any, *args: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(run(schema.pk, "--format", "json", *args))
    return rows


def fill(survey: Filling, *texts: str) -> Filling:
    for qid, text in enumerate(texts, start=1):
        survey.give(qid, text=text)
    return survey


def test_results_follow_the_questions(filling: Any) -> None:
    schema = form()
    fill(filling(schema), "9", "3")
    (row,) = exported(schema)
    assert [*row][7:] == [
        "half",
        "both",
        "score total",
        "band total",
        "flag severe",
        "flag severe cleared",
        "submitted",
        "hidden answers",
    ]
    assert (row["half"], row["both"], row["score total"], row["band total"]) == (4.5, [9, 3], 12, "high")
    assert datetime.fromisoformat(row["flag severe"])
    assert row["flag severe cleared"] is None
    head, cells = rows_of(run(schema.pk))
    assert (cells[head.index("both")], cells[head.index("score total")]) == ("[9, 3]", "12")


def test_scores_of_a_survey_that_goes_on_are_not_final(filling: Any) -> None:
    schema = form()
    survey = fill(filling(schema), "8")
    (row,) = exported(schema)
    assert (row["half"], row["score total"], row["band total"]) == (4, None, None)
    assert row["flag severe"] is not None
    survey.give(2, text="1")
    assert exported(schema)[0]["score total"] == 9


def test_a_flag_that_is_no_longer_true_has_a_time_of_clearing(filling: Any) -> None:
    schema = form()
    survey = filling(schema)
    item = survey.give(1, text="9")
    survey.client.patch(f"{survey.path}/items/{item['id']}", {"text": "1"})
    (row,) = exported(schema)
    assert row["flag severe"] is not None
    assert row["flag severe cleared"] is not None


def test_a_calculation_that_is_hidden_is_empty(filling: Any) -> None:
    schema = form()
    fill(filling(schema), "1", "1")
    assert exported(schema)[0]["both"] is None


def test_versions_share_results_whose_rules_agree(filling: Any) -> None:
    old, new = form(), form(version=2, flags=[{**FLAGS[0], "if": "pain > 8"}])
    for schema in (old, new):
        fill(filling(schema), "9", "3")
    rows = exported(old, "--all-versions")
    assert [(row["half"], row["score total"]) for row in rows] == [(4.5, 12), (4.5, 12)]
    assert [row["flag severe [version 1]"] is None for row in rows] == [False, True]
    assert [row["flag severe [version 2]"] is None for row in rows] == [True, False]


def test_the_number_of_queries_does_not_grow_with_surveys(filling: Any) -> None:
    schema = form()
    counts = []
    for number in (1, 3):
        for _ in range(number):
            fill(filling(schema), "9", "3")
        with CaptureQueriesContext(connection) as captured:
            assert all(row["score total"] == 12 for row in exported(schema))
        counts.append(len(captured))
    assert counts[0] == counts[1]
