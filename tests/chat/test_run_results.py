"""The export of runs: a row for each run, typed columns, the answers that stand."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test.utils import CaptureQueriesContext

from chat_api.chat.choices import PERMISSIONS_ALL
from chat_api.chat.models import Message, ScriptRun
from chat_api.chat.results import table
from chat_api.chat.results.tally import results_of
from chat_api.schemas.models import Schema
from tests.chat.talking import Talk, answer, begin, question
from tests.databases import connection
from tests.factories import published_schema

pytestmark = pytest.mark.django_db

FORM = [
    {"qid": 1, "type": "int", "text": "Age?", "name": "age", "next_qid": 2},
    {"qid": 2, "type": "float", "text": "Fever?", "name": "fever", "next_qid": 3},
    {"qid": 3, "type": "date", "text": "Since?", "name": "since", "next_qid": 4},
    {
        "qid": 4,
        "type": "choice",
        "text": "Cough?",
        "name": "cough",
        "choice_open": True,
        "answers": [
            {"text": "yes", "value": 1, "variable_modifications": [["points", "points + 2"]], "next_qid": 5},
            {"text": "no", "value": 0, "next_qid": 5},
        ],
    },
    {
        "qid": 5,
        "type": "multichoice",
        "text": "What else?",
        "name": "signs",
        "next_qid": 6,
        "answers": [
            {"text": "Cold", "value": "cold", "next_qid": 6},
            {"text": "Rash", "value": "rash", "next_qid": 6},
        ],
    },
    {"qid": 6, "type": "location", "text": "Where?", "name": "place", "next_qid": 7},
    {"qid": 7, "type": "calculation", "name": "half", "calculate": "fever / 2", "next_qid": 8},
    {"qid": 8, "type": "text", "text": "Any words?", "name": "words", "skip": "skip", "next_qid": 9},
    {"qid": 9, "type": "text", "text": "Thank you. And?", "next_qid": -1},
]
SCORES = [
    {
        "name": "risk",
        "label": "Risk",
        "expression": "age + cough",
        "bands": [{"from": 0, "to": 50, "label": "low"}, {"from": 50, "to": 200, "label": "high"}],
    }
]
FLAGS = [{"name": "hot", "label": "Hot", "if": "fever > 40"}]
ABOUT = len(table.ABOUT)


def export(*args: Any, **options: Any) -> str:
    """Run the command; return what it writes to standard output."""
    out = io.StringIO(newline="")
    call_command("export_run_results", *map(str, args), stdout=out, **options)
    return out.getvalue()


def as_json(schema: Schema, *args: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(export(schema.pk, "--format", "json", *args))
    return rows


def as_csv(schema: Schema, *args: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(export(schema.pk, *args), newline="")))


def form(**schema: Any) -> Schema:
    return published_schema(FORM, **{"scores": SCORES, "flags": FLAGS, **schema})


def fill(talk: Talk, schema: Schema) -> None:
    """Answer the form up to its last question."""
    talk.say(text="48")
    talk.say(text="40.5")
    talk.say(text="2024-02-29")
    talk.say(answers=[answer(schema, 4, 1)], text="only <at> night")
    talk.say(answers=[answer(schema, 5, 2)])
    talk.say(text="-33.8688,151.2093")
    talk.say(skip=True)


def correct(talk: Talk, message: int, **body: Any) -> None:
    """Correct the answer with that id."""
    last = Message.objects.filter(related_question__isnull=False).latest("pk").pk
    response = talk.client.post(
        f"{talk.path}/correct", {"message": message, "last": last, **body}, format="json"
    )
    assert response.status_code == 201, response.content


def test_a_run_is_a_row_with_typed_columns(alice: Any) -> None:
    schema = form()
    talk = begin(alice, schema)
    fill(talk, schema)
    talk.say(text="7")
    run = ScriptRun.objects.get()
    (row,) = as_json(schema)
    assert [row[name] for name in ("run id", "user id", "thread id")] == [run.pk, alice.pk, talk.thread_id]
    assert (row["run outcome"], row["led by frontend"]) == ("completed", False)
    assert datetime.fromisoformat(row["run started"]) <= datetime.fromisoformat(row["run finished"])
    assert list(row.items())[ABOUT:] == [
        ("age", 48),
        ("fever", 40.5),
        ("since", "2024-02-29"),
        ("cough", 1),
        ("cough.other", "only <at> night"),
        ("signs", ["rash"]),
        ("place.latitude", -33.8688),
        ("place.longitude", 151.2093),
        ("place.accuracy", None),
        ("words", None),
        ("9: Thank you. And?", "7"),
        ("half", 20.25),
        ("variable points", 2),
        ("score risk", 49),
        ("band risk", "low"),
        ("flag hot", row["flag hot"]),
        ("flag hot cleared", None),
        ("superseded answers", []),
        ("hidden answers", []),
    ]
    assert datetime.fromisoformat(row["flag hot"])


def test_several_answers_have_a_column_for_each_option(alice: Any) -> None:
    schema = form()
    fill(begin(alice, schema), schema)
    head, row = as_csv(schema)
    first = head.index("signs = cold")
    assert head[first : first + 2] == ["signs = cold", "signs = rash"]
    assert row[first : first + 2] == ["false", "true"]
    assert row[head.index("place.latitude")] == "-33.8688"


def test_labels_stand_in_the_place_of_values(alice: Any) -> None:
    schema = form()
    fill(begin(alice, schema), schema)
    (row,) = as_json(schema, "--labels")
    assert (row["cough"], row["signs"]) == ("yes", ["Rash"])
    assert "signs = Rash" in as_csv(schema, "--labels")[0]


def test_a_run_that_goes_on_has_its_values_but_no_scores(alice: Any) -> None:
    schema = form()
    fill(begin(alice, schema), schema)
    (row,) = as_json(schema)
    assert (row["run finished"], row["run outcome"]) == (None, None)
    assert (row["half"], row["variable points"]) == (20.25, 2)
    assert (row["score risk"], row["band risk"]) == (None, None)
    assert row["flag hot"] is not None


def test_a_corrected_answer_takes_the_place_of_the_one_before(alice: Any) -> None:
    schema = form()
    talk = begin(alice, schema, permissions=PERMISSIONS_ALL)
    fill(talk, schema)
    fever = Message.objects.get(text="40.5")
    correct(talk, fever.pk, text="38")
    (row,) = as_json(schema)
    assert (row["fever"], row["half"]) == (38, 19)
    assert row["superseded answers"] == ["fever"]
    assert row["flag hot"] is not None
    assert row["flag hot cleared"] is not None


def test_superseded_answers_have_columns_if_they_are_asked_for(alice: Any) -> None:
    asked = [
        {"qid": 1, "type": "int", "text": "Age?", "name": "age", "next_qid": 2},
        {"qid": 2, "type": "fork", "forking_rules": [["3", "age < 20"], ["6", "true"]]},
        {"qid": 3, "type": "location", "text": "Where?", "name": "place", "next_qid": 4},
        {
            "qid": 4,
            "type": "multichoice",
            "text": "Which?",
            "name": "signs",
            "choice_open": True,
            "next_qid": 5,
        },
        {"qid": 5, "type": "date", "text": "Since?", "name": "since", "skip": "skip", "next_qid": 6},
        {"qid": 6, "text": "Words?", "name": "words", "next_qid": -1},
    ]
    asked[3]["answers"] = [
        {"text": "Cold", "value": 1, "next_qid": 5},
        {"text": "Rash", "value": 2, "next_qid": 5},
    ]
    schema = published_schema(asked)
    untouched, talk = begin(alice, schema), begin(alice, schema, permissions=PERMISSIONS_ALL)
    first = talk.say(text="12")
    talk.say(text="-33.8688,151.2093")
    talk.say(answers=[answer(schema, 4, 1), answer(schema, 4, 2)], text="<itches>")
    talk.say(skip=True)
    correct(talk, first["id"], text="48")
    second = Message.objects.get(text="48")
    correct(talk, second.pk, text="49")
    untouched.say(text="7")
    plain = as_json(schema)
    assert [row["superseded answers"] for row in plain] == [[], ["age", "place", "signs", "since"]]
    assert not [name for name in plain[0] if name.endswith("[superseded]")]
    before, after = as_json(schema, "--superseded")
    shown = {name: value for name, value in after.items() if "[superseded]" in name}
    assert shown == {
        "age [superseded]": [12, 48],
        "place [superseded]": ["-33.8688,151.2093"],
        "signs [superseded]": [[1, 2, "<itches>"]],
        "since [superseded]": [None],
    }
    assert [before[name] for name in shown] == [None] * 4
    assert (after["age"], after["signs"]) == (49, None)
    head, _, row = as_csv(schema, "--superseded", "--labels")
    assert row[head.index("age") : head.index("age") + 2] == ["49", "[12, 48]"]
    assert row[head.index("signs [superseded]")] == '[["Cold", "Rash", "<itches>"]]'
    assert row[-2] == "age place signs since"


def test_an_answer_that_a_rollback_removed_is_not_exported(alice: Any) -> None:
    schema = form()
    talk = begin(alice, schema, permissions=PERMISSIONS_ALL)
    talk.say(text="48")
    talk.roll_back()
    assert as_json(schema)[0]["age"] is None
    talk.say(text="49")
    assert as_json(schema)[0]["age"] == 49


def test_of_a_question_asked_again_the_last_answer_counts(alice: Any) -> None:
    asked = [
        {"qid": 1, "type": "int", "text": "Number?", "name": "number", "next_qid": 2},
        {"qid": 2, "type": "fork", "forking_rules": [["1", "number < 5"], ["-1", "true"]]},
    ]
    schema = published_schema(asked)
    talk = begin(alice, schema, permissions=PERMISSIONS_ALL)
    first = talk.say(text="1")
    second = talk.say(text="2")
    assert as_json(schema)[0]["number"] == 2
    # A correction of the first one is newer than the second one, and yet comes before it.
    correct(talk, first["id"], text="3")
    assert Message.objects.filter(pk=second["id"]).exists()
    assert as_json(schema)[0]["number"] == 2


def test_hidden_answers_are_exported_and_marked(alice: Any) -> None:
    asked = [
        {"qid": 1, "type": "int", "text": "Age?", "name": "age", "next_qid": 2},
        {"qid": 2, "type": "text", "text": "School?", "name": "school", "show_if": "age < 20", "next_qid": 3},
        {"qid": 3, "type": "text", "text": "Last?", "next_qid": -1},
    ]
    schema = published_schema(asked)
    talk = begin(alice, schema, state="scripted_fe_controlled")
    ids = [question(schema, qid).pk for qid in (1, 2)]
    talk.say(question=ids[0], text="12")
    talk.say(question=ids[1], text="Hill School")
    talk.say(question=ids[0], text="48")
    (row,) = as_json(schema)
    assert (row["age"], row["school"], row["hidden answers"]) == (48, "Hill School", ["school"])
    assert row["led by frontend"] is True
    assert as_csv(schema)[1][-1] == "school"


def test_scripts_without_names_are_read_from_texts_and_chosen_answers(alice: Any) -> None:
    asked = [
        {"qid": 1, "type": "int", "text": "How many?", "next_qid": 2},
        {
            "qid": 2,
            "type": "choice",
            "text": "Which?",
            "choice_open": True,
            "answers": [{"text": "red, or so", "text_i18n": {"de": "rot"}, "next_qid": 3}],
        },
        {"qid": 3, "type": "date", "text": "When?", "next_qid": 4},
        {"qid": 4, "type": "text", "text": "Why?", "next_qid": -1},
    ]
    schema = published_schema(asked)
    talk = begin(alice, schema)
    talk.say(text="5")
    talk.say(answers=[answer(schema, 2, 1)], text="dark, really")
    talk.say(text="2024-05-01")
    talk.say(text="Tom & Jerry")
    (row,) = as_json(schema)
    assert list(row.items())[ABOUT:-2] == [
        ("1: How many?", 5),
        ("2: Which?", "red, or so"),
        ("2: Which? [typed]", "dark, really"),
        ("3: When?", "2024-05-01"),
        ("4: Why?", "Tom & Jerry"),
    ]


def test_each_run_of_a_repeated_script_is_a_row(alice: Any) -> None:
    schema = published_schema([{"qid": 1, "type": "int", "text": "Pain?", "name": "pain", "next_qid": -1}])
    talk = begin(alice, schema, on_finish="repeat")
    for text in ("3", "4"):
        talk.say(text=text)
    assert [(row["pain"], row["run outcome"]) for row in as_json(schema)] == [
        (3, "completed"),
        (4, "completed"),
        (None, None),
    ]


def test_a_text_cannot_become_a_formula(alice: Any) -> None:
    schema = published_schema([{"qid": 1, "text": "Say", "name": "said", "next_qid": -1}])
    begin(alice, schema).say(text="=1+1")
    head, row = as_csv(schema)
    assert row[head.index("said")] == "'=1+1"


def test_dates_are_dates_in_a_sheet(alice: Any, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    asked = [
        {"qid": 1, "type": "date", "text": "Born?", "name": "born", "next_qid": 2},
        {"qid": 2, "type": "date", "text": "Father?", "name": "father", "next_qid": -1},
    ]
    schema = published_schema(asked)
    talk = begin(alice, schema)
    talk.say(text="1980-05-17")
    talk.say(text="1899-12-31")
    path = tmp_path / "runs.xlsx"
    export(schema.pk, "-o", path)
    _, row = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    assert row[ABOUT].date() == date(1980, 5, 17)
    assert row[ABOUT + 1] == "1899-12-31"


def test_files_are_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    path.write_text("kept")
    with pytest.raises(CommandError, match="already exists"):
        export(form().pk, "-o", path)
    assert path.read_text() == "kept"


def test_the_number_of_queries_depends_only_on_the_number_of_chunks(
    alice: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "CHUNK", 3)
    schema = form()
    counts = []
    for runs in (1, 2, 3):
        talk = begin(alice, schema)
        if runs > 1:
            fill(talk, schema)
        with CaptureQueriesContext(connection) as captured:
            assert len(as_json(schema)) == runs
        counts.append(len(captured))
    # The schema, the extent, four for the chunk, and one to see that there are no more.
    assert counts == [7, 7, 7]
    fill(begin(alice, schema), schema)
    with CaptureQueriesContext(connection) as captured:
        assert [row["age"] for row in as_json(schema)] == [None, 48, 48, 48]
    assert len(captured) == 7 + 4


@pytest.mark.parametrize(
    ("kind", "text", "exported"),
    [
        ("int", "7", 7),
        ("float", "7.50", 7.5),
        ("float", "7.0", 7),
        ("date", "2024-02-29", "2024-02-29"),
        ("date", "03.04.2020", "03.04.2020"),
        ("date", "5 May 2020", "5 May 2020"),
        ("datetime", "2024-02-29 10:00", "2024-02-29 10:00"),
        ("text", "7", "7"),
    ],
)
def test_a_text_without_a_name_is_typed_where_it_means_one_thing(
    alice: Any, kind: str, text: str, exported: Any
) -> None:
    schema = published_schema([{"qid": 1, "type": kind, "text": "?", "next_qid": -1}])
    begin(alice, schema).say(text=text)
    assert as_json(schema)[0]["1: ?"] == exported


@pytest.mark.parametrize(
    ("text", "typed"),
    [("red", None), ("rot", None), ("rot, dunkel", "dunkel"), ("red, dark", "dark"), ("crimson", "crimson")],
)
def test_a_text_beside_a_choice_is_recognized_in_each_language(alice: Any, text: str, typed: Any) -> None:
    option = {"text": "red", "text_i18n": {"de": "rot"}, "next_qid": -1}
    schema = published_schema(
        [{"qid": 1, "type": "choice", "text": "?", "choice_open": True, "answers": [option]}]
    )
    said = begin(alice, schema).say(answers=[answer(schema, 1, 1)])
    Message.objects.filter(pk=said["id"]).update(text=text)
    (row,) = as_json(schema)
    assert (row["1: ?"], row["1: ? [typed]"]) == ("red", typed)


def test_a_kept_answer_counts_for_nothing_until_the_script_comes_to_it_again(alice: Any) -> None:
    answers = [{"text": "yes", "value": 1, "next_qid": 2}, {"text": "no", "value": 0, "next_qid": 3}]
    asked: list[dict[str, Any]] = [
        {"qid": 1, "type": "choice", "text": "Smoker?", "name": "smoker", "answers": answers},
        {"qid": 2, "type": "int", "text": "How many?", "name": "many", "next_qid": 3},
        {"qid": 3, "type": "text", "text": "Job?", "name": "job", "next_qid": 4},
        {"qid": 4, "type": "text", "text": "Else?", "name": "words", "next_qid": -1},
    ]
    schema = published_schema(asked)
    talk = begin(alice, schema, permissions=PERMISSIONS_ALL)
    first = talk.say(answers=[answer(schema, 1, 2)])
    talk.say(text="baker")
    correct(talk, first["id"], answers=[answer(schema, 1, 1)])
    (row,) = as_json(schema)
    assert (row["smoker"], row["job"], row["hidden answers"]) == (1, "baker", ["job"])
    assert [each.answered for each in results_of(schema).questions] == [1, 0, 0, 0]
    talk.say(text="20")
    (row,) = as_json(schema)
    assert (row["many"], row["job"], row["hidden answers"]) == (20, "baker", [])
    assert [each.answered for each in results_of(schema).questions] == [1, 1, 1, 0]
