"""All published versions of a script in one table: the same questions share columns, others stay apart."""

from __future__ import annotations

from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from chat_api.chat.models import ScriptRun
from chat_api.chat.results import table, tally
from chat_api.schemas.models import Schema
from tests.chat.talking import answer, begin
from tests.chat.test_run_results import as_csv, as_json
from tests.chat.test_run_results_admin import export_of, page_of, staff_with
from tests.databases import connection
from tests.factories import draft_schema, published_schema

pytestmark = pytest.mark.django_db

ABOUT = len(table.ABOUT) + 1
AFTER = ["superseded answers", "hidden answers"]
YES, NO = {"text": "Yes", "value": 1}, {"text": "No", "value": 0}
CHOICE = {"type": "choice", "text": "Pain?", "name": "pain", "answers": [YES, NO]}
SEVERAL = {**CHOICE, "type": "multichoice"}
RANGE = {"type": "range", "text": "Pain?", "name": "pain", "range_from": 0, "range_to": 10}
SUM = {"type": "calculation", "text": "", "name": "pain", "calculate": "1 + 1"}
FIRST = {"type": "text", "text": "Well?", "name": "first"}


def versions(*questions: list[dict[str, Any]], **columns: Any) -> list[Schema]:
    """Publish versions of one script with these questions."""
    return [
        published_schema(asked, name="Pain", version=number, **columns)
        for number, asked in enumerate(questions, start=1)
    ]


def headings(schema: Schema) -> list[str]:
    return as_csv(schema, "--all-versions")[0][ABOUT:]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            CHOICE,
            {**CHOICE, "text": "How much pain?", "answers": [{**NO, "text": "None"}, {**YES, "text": "Any"}]},
        ),
        (
            CHOICE,
            {**CHOICE, "qid": 7, "answers": [YES, {**NO, "value": 0.0}], "required_message": "Please choose"},
        ),
        (RANGE, {**RANGE, "limits": {"step": 2}}),
        (FIRST, {**FIRST, "limits": {"max_length": 9}}),
    ],
)
def test_questions_share_a_column_if_name_type_and_values_agree(old: Any, new: Any) -> None:
    first, second = versions([old], [new])
    assert headings(first) == headings(second) == [old["name"], *AFTER]


@pytest.mark.parametrize(
    ("old", "new", "columns"),
    [
        (CHOICE, {**CHOICE, "answers": [YES, NO, {"text": "?", "value": 9}]}, ["pain"]),
        (CHOICE, {**CHOICE, "answers": [{**YES, "value": True}, NO]}, ["pain"]),
        (CHOICE, {**CHOICE, "type": "int", "answers": []}, ["pain"]),
        (RANGE, {**RANGE, "range_to": 100}, ["pain"]),
        (SUM, {**SUM, "calculate": "1 + 2"}, ["pain"]),
        ({**FIRST, "name": None}, {**FIRST, "name": None}, ["1: Well?"]),
    ],
)
def test_questions_that_differ_stay_apart_by_version(old: Any, new: Any, columns: list[str]) -> None:
    first, _ = versions([old], [new])
    apart = [f"{name} [version {number}]" for number in (2, 1) for name in columns]
    assert headings(first) == [*apart, *AFTER]


def test_versions_that_agree_are_together_beside_one_that_does_not() -> None:
    first, *_ = versions([CHOICE], [RANGE], [CHOICE])
    assert headings(first) == ["pain [versions 1, 3]", "pain [version 2]", *AFTER]


def test_questions_of_one_version_only_come_last_and_are_empty_in_others(alice: Any) -> None:
    old, new = versions([CHOICE, {**FIRST, "name": "gone"}], [FIRST, CHOICE])
    talk = begin(alice, old)
    talk.say(answers=[answer(old, 1, 1)])
    talk.say(text="left out later")
    begin(alice, new).say(text="fine")
    rows = as_json(old, "--all-versions")
    assert [[*row.items()][ABOUT - 1 : -2] for row in rows] == [
        [("version", 1), ("first", None), ("pain", 1), ("gone", "left out later")],
        [("version", 2), ("first", "fine"), ("pain", None), ("gone", None)],
    ]


@pytest.mark.parametrize("asked", [CHOICE, SEVERAL])
def test_answers_are_found_by_value_and_have_the_texts_of_the_newest_version(
    alice: Any, asked: dict[str, Any]
) -> None:
    turned = {**asked, "answers": [{**NO, "text": "None"}, {**YES, "text": "Any"}]}
    old, new = versions([asked], [turned])
    begin(alice, old).say(answers=[answer(old, 1, 1)])
    begin(alice, new).say(answers=[answer(new, 1, 1)])
    shown = [row["pain"] for row in as_json(old, "--all-versions", "--labels")]
    cells = [row[ABOUT:-2] for row in as_csv(old, "--all-versions", "--labels")]
    if asked is CHOICE:
        assert shown == ["Any", "None"]
        assert cells == [["pain"], ["Any"], ["None"]]
    else:
        assert shown == [["Any"], ["None"]]
        assert cells == [["pain = None", "pain = Any"], ["false", "true"], ["true", "false"]]


def test_scores_share_a_column_if_expression_and_bands_agree(alice: Any) -> None:
    band = {"from": 0, "to": 10, "label": "old"}
    score = {"name": "risk", "label": "Risk", "expression": "pain", "bands": [band]}
    flag = {"name": "hot", "label": "Hot", "if": "pain > 5"}
    asked = [{"type": "int", "text": "Pain?", "name": "pain"}]
    old, new, other = (
        published_schema(asked, name="Pain", version=version, scores=[scored], flags=[flagged])
        for version, scored, flagged in (
            (1, score, flag),
            (2, {**score, "label": "R", "bands": [{**band, "label": "new"}]}, {**flag, "label": "H"}),
            (3, {**score, "expression": "pain + 1"}, {**flag, "if": "pain > 6"}),
        )
    )
    for schema in (old, new, other):
        begin(alice, schema).say(text="6")
    rows = as_json(new, "--all-versions")
    assert [row["score risk [versions 1, 2]"] for row in rows] == [6, 6, None]
    assert [row["band risk [versions 1, 2]"] for row in rows] == ["new", "new", None]
    assert [row["score risk [version 3]"] for row in rows] == [None, None, 7]
    assert [row["flag hot [versions 1, 2]"] is None for row in rows] == [False, False, True]
    assert [row["flag hot [version 3]"] for row in rows] == [None, None, None]


def test_drafts_and_other_scripts_are_left_out(alice: Any) -> None:
    schema, _ = versions([FIRST], [FIRST])
    draft_schema([{"text": "Draft?", "name": "draft"}], name="Pain", version=3)
    begin(alice, published_schema([FIRST], name="Other")).say(text="no")
    begin(alice, schema).say(text="yes")
    (row,) = as_json(schema, "--all-versions")
    assert (row["first"], "draft" in row) == ("yes", False)


def test_the_number_of_queries_grows_neither_with_runs_nor_with_cached_versions(alice: Any) -> None:
    schema, *_ = versions([CHOICE], [CHOICE])
    counts = []
    for number in (3, 4):
        for each in Schema.objects.all():
            begin(alice, each).say(answers=[answer(each, 1, 1)])
        with CaptureQueriesContext(connection) as captured:
            assert as_json(schema, "--all-versions")
        counts.append(len(captured))
        published_schema([CHOICE], name="Pain", version=number)
    # The schema by its id, all of its versions, the extent, three for the chunk, and one to see that there are no more.
    assert counts == [7, 7]


def test_the_page_and_its_files_have_all_versions(alice: Any) -> None:
    old, new = versions([CHOICE, {**FIRST, "name": None}], [{**CHOICE, "answers": [NO, YES]}, RANGE])
    for schema in (old, new):
        begin(alice, schema).say(answers=[answer(schema, 1, 1)])
    client = staff_with("view_scriptrun", "view_message")
    one = client.get(page_of(new)).content.decode()
    page = client.get(page_of(new), {"all_versions": ""}).content.decode()
    assert "?all_versions" in one
    assert "Results of Pain in conversations" in page
    assert f"{export_of(new, 'csv')}?all_versions" in page
    assert "1: Well? [version 1]" not in one
    assert "2: Well? [version 1]" in page
    response: Any = client.get(export_of(new, "csv"), {"all_versions": ""})
    assert 'filename="pain-all-runs.csv"' in response["Content-Disposition"]
    assert len(b"".join(response.streaming_content).splitlines()) == 3


def test_answers_of_all_versions_are_counted_together(alice: Any) -> None:
    old, new = versions([CHOICE], [{**CHOICE, "answers": [NO, YES]}])
    for schema, position in ((old, 1), (new, 2), (new, 1)):
        begin(alice, schema).say(answers=[answer(schema, 1, position)])
    found = tally.results_of(old, all_versions=True)
    assert (found.runs, ScriptRun.objects.count()) == (3, 3)
    assert [(row.answered, row.options) for row in found.questions] == [(3, (("No", 1), ("Yes", 2)))]
    assert [row.answered for row in tally.results_of(old).questions] == [1]
