"""Instances of repeated groups: a table of their own, a row for each; the table of surveys has their number."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.management.base import CommandError
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chat_api.lib import tables
from chat_api.surveys.models import Survey
from chat_api.surveys.results import results_of, table
from tests.databases import connection
from tests.factories import published_schema
from tests.surveys.conftest import Filling
from tests.surveys.test_export import body_of, rows_of, run, sheet_of
from tests.surveys.test_repeated_groups import VACCINATION, add, children
from tests.surveys.test_results import results_url, staff_with

pytestmark = pytest.mark.django_db

NAME, BORN, MMR = "child", "born", "mmr"


def instances(schema: Any, *args: str) -> list[dict[str, Any]]:
    """Return the rows of the children without the ids of surveys and users."""
    text = run(schema.pk, "--repeat", "children", "--format", "json", *args)
    return [dict([*row.items()][2:]) for row in json.loads(text)]


def child(number: int, **values: Any) -> dict[str, Any]:
    return {
        "instance": number,
        NAME: None,
        BORN: None,
        MMR: None,
        "age": None,
        "hidden answers": [],
        **values,
    }


@pytest.fixture
def survey(filling: Any) -> Filling:
    """Return a survey of three children, the second of whom has been removed."""
    found: Filling = filling(children(name="Vaccines"))
    found.give(1, text="2026-03-01")
    for name in ("Ann", "Ben", "Cho"):
        found.give(2, text=name, instance=add(found))
    found.give(3, text="2025-01-01", instance=1)
    found.give(5, "yes", instance=1)
    path = f"{found.path}/groups/{found.schema.groups.get().pk}/instances/2"
    assert found.client.delete(path).status_code == 204
    return found


def test_an_instance_is_a_row_with_the_questions_of_its_group(survey: Filling) -> None:
    add(survey)
    assert instances(survey.schema) == [
        child(1, **{NAME: "Ann", BORN: "2025-01-01", MMR: 1, "age": 14}),
        child(3, **{NAME: "Cho"}),
        child(4),
    ]
    head, first, *_ = rows_of(run(survey.schema.pk, "--repeat", "children"))
    assert head == ["survey id", "user id", "instance", NAME, BORN, MMR, "age", "hidden answers"]
    assert first[0] == str(survey.id)


def test_the_table_of_surveys_has_the_number_of_instances_and_no_questions_of_them(survey: Filling) -> None:
    head, row = rows_of(run(survey.schema.pk))
    assert head[len(table.ABOUT) :] == [
        "visited",
        "vaccinated",
        "oldest",
        "instances children",
        *table.AFTER,
    ]
    assert row[len(table.ABOUT) :] == ["2026-03-01", "1", "14", "2", "", ""]


def test_hidden_answers_are_marked_in_the_row_of_their_instance(survey: Filling) -> None:
    item = next(
        each for each in survey.client.get(f"{survey.path}/items").json() if each["text"] == "2025-01-01"
    )
    assert survey.client.patch(f"{survey.path}/items/{item['id']}", {"text": "2026-02-01"}).status_code == 200
    assert [(row[MMR], row["hidden answers"]) for row in instances(survey.schema)] == [
        (1, ["mmr"]),
        (None, []),
    ]
    assert json.loads(run(survey.schema.pk, "--format", "json"))[0]["hidden answers"] == []


def test_instances_beyond_the_count_are_hidden(filling: Any) -> None:
    asked = [
        {"type": "int", "name": "n", "text": "How many?"},
        {"text": "Name?", "name": "who", "group": "g"},
    ]
    schema = published_schema(asked, groups={"g": {"key": "children", "repeat": {"count": "n", "max": 5}}})
    found = filling(schema)
    item = found.give(1, text="2")
    for number, name in ((1, "Ann"), (2, "Ben")):
        found.give(2, text=name, instance=number)
    found.client.patch(f"{found.path}/items/{item['id']}", {"text": "1"})
    rows = [(row["instance"], row["who"], row["hidden answers"]) for row in instances(schema)]
    assert rows == [(1, "Ann", []), (2, "Ben", ["who"])]
    assert json.loads(run(schema.pk, "--format", "json"))[0]["instances children"] == 1


def test_a_survey_with_answers_in_instances_alone_is_counted_as_completed(filling: Any) -> None:
    schema = published_schema(
        [{"text": "Name?", "name": "who", "group": "g"}],
        groups={"g": {"key": "g", "repeat": {"count": None, "min": 1}}},
    )
    found = filling(schema)
    assert json.loads(run(schema.pk, "--format", "json"))[0]["completed"] is False
    found.give(1, text="Ann", instance=1)
    assert json.loads(run(schema.pk, "--format", "json"))[0]["completed"] is True


def test_instances_of_surveys_without_a_state_are_those_with_answers(survey: Filling) -> None:
    Survey.objects.update(state=None)
    assert [(row["instance"], row["hidden answers"]) for row in instances(survey.schema)] == [
        (1, []),
        (3, []),
    ]
    assert json.loads(run(survey.schema.pk, "--format", "json"))[0]["instances children"] == 2


def test_the_page_counts_the_instances_of_surveys_without_a_state(survey: Filling) -> None:
    Survey.objects.update(state=None)
    counted = {each.qid: (each.saw, each.answered) for each in results_of(survey.schema).questions}
    assert counted == {1: (1, 1), 2: (1, 1), 3: (1, 1), 4: (0, 0), 5: (1, 1), 6: (0, 0), 7: (0, 0)}


def test_questions_have_the_columns_that_they_have_outside_of_groups(filling: Any) -> None:
    which: dict[str, Any] = {"type": "multichoice", "text": "Which?", "choice_open": True}
    which["answers"] = [{"text": "pill"}, {"text": "drops"}]
    asked: list[dict[str, Any]] = [which, {"type": "int", "text": "Dose?"}]
    plain = filling(published_schema(asked))
    repeat = {"key": "children", "repeat": {"count": None, "min": 2}}
    found = filling(published_schema([{**each, "group": "g"} for each in asked], groups={"g": repeat}))
    plain.give(1, "drops", text="nose <b>")
    plain.give(2, text="7")
    found.give(1, "drops", text="nose <b>", instance=1)
    found.give(2, text="7", instance=2)
    head, row = rows_of(run(plain.schema.pk))
    columns = slice(len(table.ABOUT), -len(table.AFTER))
    shown, first, second = rows_of(run(found.schema.pk, "--repeat", "children"))
    assert shown[len(table.ABOUT_INSTANCE) : -1] == head[columns]
    assert first[len(table.ABOUT_INSTANCE) : -1] == [*row[columns][:-1], ""]
    assert second[len(table.ABOUT_INSTANCE) : -1] == ["", "", "", "7"]
    assert [each["2: Dose?"] for each in json.loads(run(plain.schema.pk, "--format", "json"))] == [7]


def test_a_sheet_has_the_instances_unless_they_are_too_many(
    survey: Filling, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    add(survey)
    run(survey.schema.pk, "--repeat", "children", "-o", tmp_path / "all.xlsx")
    sheet = sheet_of((tmp_path / "all.xlsx").read_bytes())
    assert [row[2:4] for row in sheet.values] == [
        ("instance", NAME),
        (1, "Ann"),
        (3, "Cho"),
        (4, None),
    ]
    # Two instances have answers; the third one is seen only when it is written.
    for most in (1, 2):
        monkeypatch.setattr(tables, "SHEET_ROWS_MAX", most)
        with pytest.raises(CommandError, match=f"at most {most} instances"):
            run(survey.schema.pk, "--repeat", "children", "-o", tmp_path / "some.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["all.xlsx"]


def test_instances_need_the_permission_to_export(survey: Filling) -> None:
    client = staff_with("view_survey")
    url = reverse("admin:chat_api_survey_export", args=[survey.schema.pk, "csv"])
    assert "?repeat=" not in client.get(results_url(survey.schema)).content.decode()
    assert client.get(url, {"repeat": "children"}).status_code == 403


def test_versions_share_columns_of_instances_too(survey: Filling, filling: Any) -> None:
    columns = {"children": {"key": "children", "repeat": {"count": None, "min": 1}}}
    asked = [{**each, "type": "text"} if each["name"] == "born" else each for each in VACCINATION]
    asked = [{**each, "constraints": None, "calculate": "1"} for each in asked]
    newer = filling(published_schema(asked, name="Vaccines", version=2, groups=columns))
    newer.give(2, text="Dan", instance=1)
    rows = instances(survey.schema, "--all-versions")
    assert [(row["version"], row["instance"], row[NAME]) for row in rows] == [
        (1, 1, "Ann"),
        (1, 3, "Cho"),
        (2, 1, "Dan"),
    ]
    assert rows[0][f"{BORN} [version 1]"] == "2025-01-01"
    both = json.loads(run("Vaccines", "--all-versions", "--format", "json"))
    assert [row["instances children"] for row in both] == [2, 1]


def test_an_unknown_group_is_named_in_the_error(smoking: Any) -> None:
    with pytest.raises(CommandError, match="no repeated group with the key 'children'"):
        instances(smoking)


def test_the_number_of_queries_does_not_grow_with_instances(survey: Filling) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            instances(survey.schema)
        return len(captured)

    before = queries()
    survey.give(2, text="Eve", instance=add(survey))
    assert queries() == before


def test_the_page_offers_the_instances_of_each_group(survey: Filling) -> None:
    client = staff_with("view_survey", "export_survey_results")
    url = reverse("admin:chat_api_survey_export", args=[survey.schema.pk, "csv"])
    assert f"{url}?repeat=children" in client.get(results_url(survey.schema)).content.decode()
    response: Any = client.get(url, {"repeat": "children"})
    assert 'filename="vaccines-1-children.csv"' in response["Content-Disposition"]
    assert body_of(response).decode() == run(survey.schema.pk, "--repeat", "children")
    assert "no repeated group" in client.get(url, {"repeat": "x"}, follow=True).content.decode()
