"""Scores and flags on the pages of results, for surveys and conversations alike."""

from __future__ import annotations

from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from chat_api.chat.results import tally as run_tally
from chat_api.surveys.models import Survey
from chat_api.surveys.results import computed, results_of
from tests.chat.talking import begin
from tests.chat.test_run_results_admin import page_of as run_page_of
from tests.chat.test_run_results_admin import staff_with as staff_of_runs
from tests.databases import connection
from tests.factories import published_schema
from tests.surveys.test_result_scores import ASKED, FLAGS, SCORES, fill, form
from tests.surveys.test_results import cells, page_of, staff_with

pytestmark = pytest.mark.django_db

Rows = list[tuple[str, int]]


def bars(found: Any) -> Rows:
    return [(bar.label, bar.count) for bar in found]


@pytest.fixture
def scored(filling: Any) -> Any:
    """Return a schema with three surveys: two are completed, one goes on and has raised the flag."""
    schema = form()
    fill(filling(schema), "9", "3")
    fill(filling(schema), "2", "2")
    fill(filling(schema), "8")
    return schema


def test_only_final_scores_of_surveys_are_counted(scored: Any) -> None:
    (total,) = results_of(scored).scores
    assert (total.heading, total.label, total.count, total.mean) == ("total", "Total", 2, 8)
    assert bars(total.bands) == [("low", 1), ("high", 1)]
    assert bars(total.distribution)[0] == ("4", 1)
    assert sum(bar.count for bar in total.distribution) == 2


def test_a_submitted_survey_is_final_even_without_a_state(filling: Any) -> None:
    schema = form()
    survey = fill(filling(schema), "9", "3")
    assert survey.client.post(f"{survey.path}/submit").status_code == 200
    Survey.objects.update(state=None)
    assert [score.count for score in results_of(schema).scores] == [1]


def test_flags_are_counted_and_those_that_are_cleared_apart(scored: Any, filling: Any) -> None:
    survey = filling(scored)
    item = survey.give(1, text="9")
    assert survey.client.patch(f"{survey.path}/items/{item['id']}", {"text": "1"}).status_code == 200
    (severe,) = results_of(scored).flags
    assert (severe.heading, severe.label, severe.raised, severe.open) == ("severe", "Severe pain", 3, 2)


def test_only_scores_and_flags_of_the_newest_surveys_are_counted(scored: Any) -> None:
    found = results_of(scored, surveys_max=2)
    assert [(score.count, score.mean) for score in found.scores] == [(1, 4)]
    assert [(flag.raised, flag.open) for flag in found.flags] == [(1, 1)]


def test_versions_share_scores_and_flags_whose_rules_agree(scored: Any, filling: Any) -> None:
    newer = form(version=2, flags=[{**FLAGS[0], "if": "pain > 8"}])
    fill(filling(newer), "9", "9")
    found = results_of(scored, all_versions=True)
    assert [(score.heading, score.count) for score in found.scores] == [("total", 3)]
    assert [(flag.heading, flag.raised) for flag in found.flags] == [
        ("severe [version 2]", 1),
        ("severe [version 1]", 2),
    ]


def test_the_page_of_surveys_shows_scores_and_flags(scored: Any) -> None:
    page = page_of(staff_with("view_survey"), scored)
    assert cells(page, "<td>Total</td>") == ["total", "Total", "2", "8"]
    assert cells(page, ">high<") == ["high", "1", "50 %", ""]
    assert cells(page, "<td>Severe pain</td>") == ["severe", "Severe pain", "2", "2"]


def test_scores_flags_and_numbers_of_runs_are_counted_like_those_of_surveys(scored: Any, alice: Any) -> None:
    schema = published_schema(
        [{**each, "next_qid": following} for each, following in zip(ASKED, (2, 3, 4, -1), strict=True)],
        name="Talk",
        scores=SCORES,
        flags=FLAGS,
    )
    for texts in (("9", "3"), ("2", "2"), ("8",)):
        talk = begin(alice, schema)
        for text in texts:
            talk.say(text=text)
    runs, surveys = run_tally.results_of(schema), results_of(scored)
    assert (runs.scores, runs.flags) == (surveys.scores, surveys.flags)
    of_runs = [(row.qid, row.answered, row.distribution) for row in runs.questions if row.type == "int"]
    assert of_runs == [
        (row.qid, row.answered, row.distribution) for row in surveys.questions if row.type == "int"
    ]
    page = staff_of_runs("view_scriptrun").get(run_page_of(schema)).content.decode()
    assert cells(page, "<td>Total</td>") == ["total", "Total", "2", "8"]
    assert cells(page, "<td>Severe pain</td>") == ["severe", "Severe pain", "2", "2"]
    assert cells(page, ">high<") == ["high", "1", "50 %", ""]


def test_shares_of_a_repeated_question_are_those_of_its_answers(filling: Any) -> None:
    asked: list[dict[str, Any]] = [
        {
            "type": "choice",
            "text": "Sex?",
            "name": "sex",
            "group": "g",
            "answers": [{"text": "girl"}, {"text": "boy"}],
        }
    ]
    repeat = {"key": "children", "repeat": {"count": None, "min": 4}}
    schema = published_schema(asked, groups={"g": repeat})
    survey = filling(schema)
    for number, text in enumerate(("girl", "girl", "boy", "girl"), start=1):
        survey.give(1, text, instance=number)
    (row,) = results_of(schema).questions
    assert (row.answered, row.answers) == (1, 4)
    page = page_of(staff_with("view_survey"), schema)
    assert cells(page, ">girl<") == ["girl", "3", "75 %", ""]


def test_the_number_of_queries_does_not_grow_with_the_surveys(
    scored: Any, filling: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(computed, "_CHUNK", 2)
    counts = []
    for number in (1, 5):
        for _ in range(number):
            fill(filling(scored), "9", "3")
        with CaptureQueriesContext(connection) as captured:
            results_of(scored)
        counts.append(len(captured))
    assert counts[0] == counts[1]
