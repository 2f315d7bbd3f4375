"""Answers in an export of surveys: multiple choices, hidden answers, completion, numbers."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from chat_api.surveys.models import SurveyItem
from tests.databases import connection
from tests.factories import published_schema
from tests.surveys.conftest import question
from tests.surveys.test_export import AFTER, answered, rows_of, run, sheet_of

pytestmark = pytest.mark.django_db


OPTIONS = [{"text": "red, green"}, {"text": "red"}, {"text": "green"}, {"text": "red"}]


@pytest.fixture
def colours(db):
    return published_schema(
        [{"type": "multichoice", "text": "Colours?", "answers": OPTIONS, "choice_open": True}]
    )


def choose(filling: Any, schema: Any, *places: int, **body: Any) -> Any:
    survey = filling(schema)
    offered = [row.pk for row in question(schema, 1).answers.order_by("position")]
    sent = {
        "related_question": question(schema, 1).pk,
        "answers": [offered[place] for place in places],
        **body,
    }
    response = survey.client.post(f"{survey.path}/items", sent)
    assert response.status_code == 201, response.content
    return survey


class TestMultipleChoices:
    def test_csv_has_a_column_for_each_option(self, filling, colours):
        choose(filling, colours, 0)
        choose(filling, colours, 1, 2, text="a, b")
        filling(colours)
        head, first, second, third = rows_of(run(colours.pk))
        name = "1: Colours?"
        options = [f"{name} = red, green", f"{name} = red (2)", f"{name} = green", f"{name} = red (4)"]
        assert head[5:] == [*options, f"{name} [typed]", *AFTER]
        assert first[5:-2] == ["true", "false", "false", "false", ""]
        assert second[5:-2] == ["false", "true", "true", "false", "a, b"]
        assert third[5:-2] == [""] * 5

    def test_json_has_a_list_of_the_chosen_answers(self, filling, colours):
        choose(filling, colours, 0)
        choose(filling, colours, 1, 2, text="a, b")
        filling(colours)
        rows = json.loads(run(colours.pk, "--format", "json"))
        assert [row["1: Colours?"] for row in rows] == [["red, green"], ["red", "green"], None]
        assert [row["1: Colours? [typed]"] for row in rows] == [None, "a, b", None]

    def test_sheet_has_the_same_cells_as_csv(self, filling, colours, tmp_path):
        choose(filling, colours, 1, 2, text="a, b")
        run(colours.pk, "-o", tmp_path / "r.xlsx")
        head, row = sheet_of((tmp_path / "r.xlsx").read_bytes()).iter_rows(values_only=True)
        assert list(head) == rows_of(run(colours.pk))[0]
        assert list(row[5:-2]) == [False, True, True, False, "a, b"]

    def test_answers_that_only_older_releases_accepted_have_a_column(self, filling):
        schema = published_schema([{"type": "multichoice", "text": "A?", "answers": [{"text": "x"}]}])
        other = published_schema(
            [{"type": "choice", "answers": [{"text": "y"}, {"text": "z"}]}], name="Other"
        )
        choose(filling, schema, 0)
        assert rows_of(run(schema.pk))[0][5:-2] == ["1: A? = x"]
        item = SurveyItem.objects.get()
        for row in question(other, 1).answers.all():
            item.answer_links.create(answer=row)
        head, row = rows_of(run(schema.pk))
        assert head[5:-2] == ["1: A? = x", "1: A? [other answers]"]
        assert row[5:-2] == ["true", '["y", "z"]']
        (shown,) = json.loads(run(schema.pk, "--format", "json"))
        assert shown["1: A?"] == ["x", "y", "z"]

    def test_query_count_does_not_grow_with_questions_and_options(self, filling):
        counts = []
        for questions, options in ((1, 2), (20, 12)):
            asked = [
                {"type": "multichoice", "answers": [{"text": str(n)} for n in range(options)]}
            ] * questions
            schema = published_schema(asked)
            choose(filling, schema, 0, 1)
            with CaptureQueriesContext(connection) as captured:
                run(schema.pk)
            counts.append(len(captured))
        assert counts[0] == counts[1]


class TestHiddenAndCompleted:
    def test_hidden_answers_are_exported_and_their_qids_listed(self, filling, smoking):
        survey = filling(smoking)
        survey.give(2, text="20")
        survey.give(6, text="7")
        survey.give(1, "no")
        survey.give(4, text="x")
        (shown,) = json.loads(run(smoking.pk, "--format", "json"))
        assert (shown["2: How many a day?"], shown["hidden answers"]) == (20, [2])
        assert rows_of(run(smoking.pk))[1][-1] == "2"

    def test_completed_agrees_with_the_results_page(self, filling):
        schema = published_schema([{"text": "A?", "next_qid": -1}, {"text": "Hidden?"}])
        survey = filling(schema)
        filling(schema).give(2, text="x")
        filling(schema).give(1, text="x")

        def shown(name: str) -> list[Any]:
            return [row[name] for row in json.loads(run(schema.pk, "--format", "json"))]

        assert shown("completed") == [False, False, True]
        submitted = survey.client.post(f"{survey.path}/submit").json()["submitted"]
        assert shown("completed") == [True, False, True]
        first = shown("submitted")[0]
        assert datetime.fromisoformat(first) == datetime.fromisoformat(submitted)
        assert shown("submitted")[1:] == [None, None]

    @pytest.mark.parametrize(
        ("text", "number"), [(".5", 0.5), ("5.", 5), ("-.5", -0.5), ("+5.", 5), ("-5", -5), (".", ".")]
    )
    def test_number_in_plain_notation_is_exported_as_a_number(self, text, number, tmp_path):
        schema = published_schema([{"type": "float"}])
        answered(schema, text)
        (row,) = json.loads(run(schema.pk, "--format", "json"))
        assert row["1: Question 1?"] == number
        run(schema.pk, "-o", tmp_path / "r.xlsx")
        assert sheet_of((tmp_path / "r.xlsx").read_bytes()).cell(2, 6).value == number
        cell = rows_of(run(schema.pk))[1][5]
        assert float(cell) == number if number != "." else cell == "."
