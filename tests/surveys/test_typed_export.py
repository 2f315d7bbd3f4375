"""Typed columns in exports of surveys: those that exports of conversations have."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from typing import Any

import pytest
from django.core.management.base import CommandError
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chat_api.schemas.models import Schema
from chat_api.surveys.models import Survey, SurveyItem
from chat_api.surveys.results import results_of, table, typed_table, versions_of
from tests.chat import test_run_results as runs
from tests.chat.talking import begin
from tests.databases import connection
from tests.factories import published_schema
from tests.surveys.conftest import Filling
from tests.surveys.test_export import body_of, rows_of, run, sheet_of
from tests.surveys.test_files import PNG
from tests.surveys.test_results import results_url, staff_with

pytestmark = pytest.mark.django_db

ABOUT, AFTER = len(table.ABOUT), len(table.AFTER)
#: A schema that uses nothing of the questionnaire language.
PLAIN: list[dict[str, Any]] = [
    {"type": "date", "text": "Since?", "next_qid": 2},
    {"type": "time", "text": "When?", "next_qid": 3},
    {
        "type": "choice",
        "text": "Smoker?",
        "choice_open": True,
        "answers": [
            {"text": "yes", "value": 1, "variable_modifications": [["points", "points + 2"]], "next_qid": 4},
            {"text": "no", "value": 0, "next_qid": 4},
        ],
    },
    {
        "type": "multichoice",
        "text": "Which?",
        "answers": [{"text": "pipe", "value": "p", "next_qid": 5}, {"text": "cigar", "next_qid": 5}],
    },
    {"type": "file", "text": "Photos?", "next_qid": 6},
    {"type": "float", "text": "Years?", "next_qid": -1},
]


def as_json(schema: Schema, *args: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(run(schema.pk, "--format", "json", *args))
    return rows


def questions_in(row: dict[str, Any]) -> dict[str, Any]:
    """Return the cells of a row between those about the survey and the last two."""
    return dict([*row.items()][ABOUT:-AFTER])


def fill(survey: Filling) -> Filling:
    """Answer like `runs.fill` in a conversation."""
    survey.give(1, text="48")
    survey.give(2, text="40.5")
    survey.give(3, text="2024-02-29")
    survey.give(4, "yes", text="only <at> night")
    survey.give(5, "Rash")
    survey.give(6, text="-33.8688,151.2093")
    return survey


@pytest.fixture
def plain(filling: Any) -> Filling:
    """Return a survey of a schema without names."""
    survey: Filling = filling(published_schema(PLAIN))
    survey.give(1, text="2024-02-29")
    survey.give(2, text="8:05")
    survey.give(3, "yes", text="<rarely>")
    survey.give(4, "cigar", "pipe")
    survey.give(5, attachments=[PNG, PNG])
    survey.give(6, text="12345678901234567890")
    return survey


def test_a_survey_is_a_row_with_typed_columns(filling: Any) -> None:
    schema = runs.form()
    fill(filling(schema)).give(9, text="7")
    (row,) = as_json(schema)
    assert row["completed"] is True
    assert questions_in(row) == {
        "age": 48,
        "fever": 40.5,
        "since": "2024-02-29",
        "cough": 1,
        "cough.other": "only <at> night",
        "signs": ["rash"],
        "place.latitude": -33.8688,
        "place.longitude": 151.2093,
        "place.accuracy": None,
        "words": None,
        "9: Thank you. And?": "7",
        "half": 20.25,
        "variable points": 2,
        "score risk": 49,
        "band risk": "low",
        "flag hot": row["flag hot"],
        "flag hot cleared": None,
    }
    assert datetime.fromisoformat(row["flag hot"])


@pytest.mark.parametrize("args", [(), ("--labels",), ("--multichoice", "list"), ("--multichoice", "columns")])
def test_conversations_and_surveys_have_the_same_columns_and_cells(
    filling: Any, alice: Any, args: tuple[str, ...]
) -> None:
    schema = runs.form()
    fill(filling(schema)).give(9, text="7")
    talk = begin(alice, schema)
    runs.fill(talk, schema)
    talk.say(text="7")
    (survey,), (conversation,) = as_json(schema, *args), runs.as_json(schema, *args)
    cells = dict([*conversation.items()][runs.ABOUT : -2])
    times = {"flag hot": None, "flag hot cleared": None}
    assert [*questions_in(survey)] == [*cells]
    assert questions_in(survey) | times == cells | times
    (head, row), (other_head, other_row) = rows_of(run(schema.pk, *args)), runs.as_csv(schema, *args)
    assert head[ABOUT:-AFTER] == other_head[runs.ABOUT : -2]
    assert row[ABOUT : -AFTER - 2] == other_row[runs.ABOUT : -4]


def test_labels_stand_in_the_place_of_values(filling: Any) -> None:
    schema = runs.form()
    fill(filling(schema))
    (row,) = as_json(schema, "--labels")
    assert (row["cough"], row["signs"]) == ("yes", ["Rash"])
    assert "signs = Rash" in rows_of(run(schema.pk, "--labels"))[0]


def test_a_multiple_choice_has_the_columns_that_are_asked_for(filling: Any) -> None:
    schema = runs.form()
    fill(filling(schema))
    filling(schema)
    first, second = as_json(schema, "--multichoice", "columns")
    assert (first["signs = cold"], first["signs = rash"], "signs" in first) == (False, True, False)
    assert (second["signs = cold"], second["signs = rash"]) == (None, None)
    head, *rows = rows_of(run(schema.pk, "--multichoice", "list"))
    assert [row[head.index("signs")] for row in rows] == ['["rash"]', ""]


def test_a_multiple_choice_without_a_name_has_the_columns_that_are_asked_for(plain: Filling) -> None:
    (row,) = as_json(plain.schema, "--multichoice", "columns")
    assert [row[f"4: Which? = {text}"] for text in ("pipe", "cigar")] == [True, True]
    head, cells = rows_of(run(plain.schema.pk, "--multichoice", "list"))
    assert cells[head.index("4: Which?")] == '["cigar", "pipe"]'


def test_dates_are_dates_in_a_sheet(filling: Any, tmp_path: Any) -> None:
    schema = runs.form()
    fill(filling(schema))
    run(schema.pk, "-o", tmp_path / "r.xlsx")
    head, row = sheet_of((tmp_path / "r.xlsx").read_bytes()).iter_rows(values_only=True)
    cells = dict(zip(head, row, strict=True))
    assert cells["since"].date() == date(2024, 2, 29)
    assert (cells["age"], cells["fever"], cells["signs = rash"]) == (48, 40.5, True)


def test_calculated_dates_are_dates_in_a_sheet(filling: Any, tmp_path: Any) -> None:
    asked: list[dict[str, Any]] = [
        {"type": "date", "text": "Visit?", "name": "visit"},
        {"type": "calculation", "text": "", "name": "again", "calculate": "add_days(visit, 1)"},
        {"type": "calculation", "text": "", "name": "words", "calculate": '"2024-01-01"'},
        {"type": "date", "text": "Born?", "name": "born", "group": "g"},
        {
            "type": "calculation",
            "text": "",
            "name": "first",
            "group": "g",
            "calculate": "add_days(born, 1)",
        },
    ]
    repeat = {"key": "children", "repeat": {"count": None, "min": 3}}
    schema = published_schema(asked, groups={"g": repeat})
    survey = filling(schema)
    survey.give(1, text="2024-02-28")
    survey.give(4, text="2023-12-31", instance=2)
    run(schema.pk, "-o", tmp_path / "r.xlsx")
    run(schema.pk, "--repeat", "children", "-o", tmp_path / "c.xlsx")
    head, row = sheet_of((tmp_path / "r.xlsx").read_bytes()).iter_rows(values_only=True)
    cells = dict(zip(head, row, strict=True))
    assert (cells["again"].date(), cells["words"]) == (date(2024, 2, 29), "2024-01-01")
    head, *rows = sheet_of((tmp_path / "c.xlsx").read_bytes()).iter_rows(values_only=True)
    firsts = [row[head.index("first")] for row in rows]
    assert [each and each.date() for each in firsts] == [None, date(2024, 1, 1), None]
    assert as_json(schema)[0]["again"] == "2024-02-29"


def test_hidden_answers_are_in_the_table_and_marked_by_name(filling: Any) -> None:
    asked: list[dict[str, Any]] = [
        {"type": "int", "text": "Age?", "name": "age", "next_qid": 2},
        {"text": "School?", "name": "school", "show_if": "age < 20", "next_qid": 3},
        {"text": "Class?", "show_if": "age < 20", "next_qid": -1},
        {"type": "calculation", "text": "", "name": "twice", "calculate": "age * 2", "show_if": "age < 20"},
    ]
    schema = published_schema(asked)
    survey = filling(schema)
    age = survey.give(1, text="12")
    survey.give(2, text="Hill")
    survey.give(3, text="4b")
    assert survey.client.patch(f"{survey.path}/items/{age['id']}", {"text": "48"}).status_code == 200
    (row,) = as_json(schema)
    assert (row["school"], row["3: Class?"], row["twice"]) == ("Hill", "4b", None)
    assert row["hidden answers"] == ["school", "3"]
    assert rows_of(run(schema.pk))[1][-1] == "school 3"


def test_chosen_answers_that_are_no_longer_offered_count_for_nothing(filling: Any) -> None:
    towns = [{"text": "Rome", "show_if": "home == 1"}, {"text": "Oslo", "show_if": "home == 2"}]
    homes = [{"text": "IT", "value": 1}, {"text": "NO", "value": 2}]
    asked: list[dict[str, Any]] = [
        {"type": "choice", "text": "Country?", "name": "home", "answers": homes, "next_qid": 2},
        {"type": "choice", "text": "Town?", "name": "town", "answers": towns, "next_qid": 3},
        {
            "type": "multichoice",
            "text": "Where else?",
            "answers": [*towns, {"text": "elsewhere"}],
            "next_qid": -1,
        },
    ]
    schema = published_schema(asked)
    survey = filling(schema)
    country = survey.give(1, "IT")
    survey.give(2, "Rome")
    survey.give(3, "Rome", "elsewhere")
    answer = schema.questions.get(qid=1).answers.get(text="NO").pk
    path = f"{survey.path}/items/{country['id']}"
    assert survey.client.patch(path, {"answers": [answer]}).status_code == 200
    (row,) = as_json(schema)
    assert (row["town"], row["hidden answers"]) == ("Rome", ["town"])
    _, town, others = results_of(schema).questions
    assert (town.saw, town.answered, [bar.count for bar in town.distribution]) == (1, 0, [0, 0])
    assert (others.answered, [bar.count for bar in others.distribution]) == (1, [0, 0, 1])
    assert survey.state["completed"] is True
    assert results_of(schema).completed == versions_of(schema)[0].completed == 1


def test_a_schema_without_names_has_texts_unless_typed_columns_are_asked_for(plain: Filling) -> None:
    assert questions_in(as_json(plain.schema)[0]) == {
        "1: Since?": "2024-02-29",
        "2: When?": "8:05",
        "3: Smoker?": "yes",
        "3: Smoker? [typed]": "<rarely>",
        "4: Which?": ["cigar", "pipe"],
        "5: Photos?": 2,
        "6: Years?": "12345678901234567890",
    }
    assert as_json(plain.schema, "--labels") == as_json(plain.schema)
    assert questions_in(as_json(plain.schema, "--typed")[0]) == {
        "1: Since?": "2024-02-29",
        "2: When?": "08:05:00",
        "3: Smoker?": 1,
        "3: Smoker? [typed]": "<rarely>",
        "4: Which?": ["cigar", "p"],
        "5: Photos?": 2,
        "6: Years?": 1.2345678901234567e19,
        "variable points": 2,
    }
    labels = as_json(plain.schema, "--typed", "--labels")[0]
    assert (labels["3: Smoker?"], labels["4: Which?"]) == ("yes", ["cigar", "pipe"])


def test_typed_columns_of_a_schema_without_names_are_dates_in_a_sheet(plain: Filling, tmp_path: Any) -> None:
    run(plain.schema.pk, "--typed", "-o", tmp_path / "r.xlsx")
    head, row = sheet_of((tmp_path / "r.xlsx").read_bytes()).iter_rows(values_only=True)
    assert dict(zip(head, row, strict=True))["1: Since?"].date() == date(2024, 2, 29)


def test_an_answer_that_no_value_was_stored_with_is_read_from_its_text(filling: Any) -> None:
    schema = runs.form()
    fill(filling(schema))
    SurveyItem.objects.update(reply=None)
    (row,) = as_json(schema)
    assert (row["age"], row["fever"], row["since"], row["cough"]) == (48, 40.5, "2024-02-29", 1)
    assert (row["cough.other"], row["signs"], row["place.latitude"]) == (
        "only <at> night",
        ["rash"],
        -33.8688,
    )


def test_a_survey_without_a_state_hides_nothing_and_is_neither_completed_nor_scored(filling: Any) -> None:
    schema = runs.form()
    fill(filling(schema)).give(9, text="7")
    Survey.objects.update(state=None)
    (row,) = as_json(schema)
    assert (row["age"], row["half"], row["score risk"]) == (48, None, None)
    assert (row["completed"], row["hidden answers"]) == (None, [])


def test_versions_with_and_without_names_are_in_one_typed_table(filling: Any) -> None:
    old = published_schema([{"type": "date", "text": "Since?"}], name="Since")
    new = published_schema([{"type": "date", "text": "Since?", "name": "since"}], name="Since", version=2)
    for schema in (old, new):
        filling(schema).give(1, text="2024-02-29")
    rows = as_json(old, "--all-versions")
    assert [(row["since"], row["1: Since? [version 1]"]) for row in rows] == [
        (None, "2024-02-29"),
        ("2024-02-29", None),
    ]


def test_versions_without_names_share_no_columns_and_have_texts(filling: Any) -> None:
    smoker = {"type": "choice", "text": "Smoker?", "answers": [{"text": "yes", "value": 1}]}
    old = published_schema([smoker, {"type": "date", "text": "Since?"}], name="Since")
    new = published_schema([smoker, {"type": "control", "text": "Ready?"}], name="Since", version=2)
    filling(old).give(1, "yes")
    filling(new).give(1, "yes")
    rows = as_json(old, "--all-versions")
    headings = ["1: Smoker? [version 2]", "1: Smoker? [version 1]", "2: Since? [version 1]"]
    assert [*rows[0]][ABOUT:-AFTER] == ["version", *headings]
    assert [[row[heading] for heading in ("version", *headings)] for row in rows] == [
        [1, None, "yes", None],
        [2, "yes", None, None],
    ]
    typed = as_json(old, "--all-versions", "--typed")
    assert [[row[heading] for heading in headings] for row in typed] == [[None, 1, None], [1, None, None]]


def test_the_admin_takes_the_options_from_the_url(plain: Filling) -> None:
    client = staff_with("view_survey", "export_survey_results")
    url = reverse("admin:chat_api_survey_export", args=[plain.schema.pk, "json"])
    query = {"typed": "", "labels": "", "multichoice": "columns", "repeat": ""}
    response: Any = client.get(url, query)
    args = ("--typed", "--labels", "--multichoice", "columns")
    assert json.loads(body_of(response)) == as_json(plain.schema, *args)
    wrong = client.get(url, {"multichoice": "rows"}, follow=True).content.decode()
    assert "Choose columns or list for multichoice." in wrong


def test_the_page_offers_the_options(filling: Any) -> None:
    repeat = {"key": "children", "repeat": {"count": None, "min": 1}}
    schema = published_schema([{"text": "Name?", "name": "who", "group": "g"}], groups={"g": repeat})
    page = staff_with("view_survey", "export_survey_results").get(results_url(schema)).content.decode()
    options = page.partition('class="results-options"')[2].partition("</details>")[0]
    assert re.findall(r'name="([a-z_]*)"', options) == ["repeat", "labels", "typed", "multichoice"]
    assert "<option>children</option>" in options
    assert f'formaction="{reverse("admin:chat_api_survey_export", args=[schema.pk, "xlsx"])}"' in options
    assert "results-options" not in staff_with("view_survey").get(results_url(schema)).content.decode()


def test_an_unknown_way_to_show_a_multiple_choice_is_an_error(plain: Filling) -> None:
    with pytest.raises(CommandError, match="invalid choice"):
        run(plain.schema.pk, "--multichoice", "rows")


@pytest.mark.parametrize("args", [(), ("--repeat", "children")])
def test_the_number_of_queries_does_not_grow_with_surveys_answers_and_questions(
    filling: Any, args: tuple[str, ...]
) -> None:
    counts = []
    for number in (1, 8):
        asked: list[dict[str, Any]] = [
            {"type": "int", "text": "A?", "name": f"a{each}"} for each in range(number)
        ]
        asked += [{"type": "message", "text": "Hello"}, {"text": "B?", "name": "b", "group": "g"}]
        schema = published_schema(
            asked,
            groups={"g": {"key": "children", "repeat": {"count": None, "min": number}}},
            scores=[{"name": "sum", "label": "Sum", "expression": "a0 + 1"}],
            flags=[{"name": "hot", "label": "Hot", "if": "a0 > 1"}],
        )
        for _ in range(number):
            survey = filling(schema)
            for each in range(1, number + 1):
                survey.give(each, text="3")
                survey.give(number + 2, text="x", instance=each)
        with CaptureQueriesContext(connection) as captured:
            found = as_json(schema, *args)
        assert len(found) == (number if not args else number * number)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_chunks_add_the_same_number_of_queries(filling: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    schema = runs.form()
    for _ in range(5):
        fill(filling(schema))
    whole, counts = as_json(schema), []
    for size in (5, 2, 1):
        monkeypatch.setattr(typed_table, "CHUNK", size)
        with CaptureQueriesContext(connection) as captured:
            assert as_json(schema) == whole
        counts.append(len(captured))
    # Three queries for each chunk: surveys, answers, flags.
    assert [count - counts[0] for count in counts] == [0, 2 * 3, 4 * 3]
