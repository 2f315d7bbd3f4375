"""Several repeated groups in one survey: each has a table with the files and answers of its own instances."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.factories import published_schema
from tests.surveys.conftest import Filling
from tests.surveys.test_export import run
from tests.surveys.test_files import PNG, VIDEO
from tests.surveys.test_results import results_url, staff_with

pytestmark = pytest.mark.django_db

ASKED: list[dict[str, Any]] = [
    {"type": "int", "name": "moles", "text": "How many moles?"},
    {"text": "Dose?", "name": "dose", "group": "drugs"},
    {"type": "file", "text": "Photos?", "name": "photos", "group": "skin"},
    {"text": "Where?", "name": "place", "group": "skin"},
]
GROUPS: dict[str, Any] = {
    "drugs": {"key": "meds", "repeat": {"count": None, "min": 1}},
    "skin": {"key": "moles_seen", "repeat": {"count": "moles", "max": 4}},
}


def found_in(schema: Any, *args: Any) -> list[dict[str, Any]]:
    """Return the rows without the ids of surveys and users."""
    written = json.loads(run(schema.pk, "--format", "json", *args))
    return [dict([*row.items()][2:]) for row in written]


@pytest.fixture
def survey(filling: Any) -> Filling:
    """Return a survey with a medicine and three moles, of which only the first is still counted."""
    found: Filling = filling(published_schema(ASKED, groups=GROUPS, name="Skin"))
    number = found.give(1, text="3")
    found.give(2, text="5 mg", instance=1)
    found.give(3, attachments=[PNG, VIDEO], instance=1)
    found.give(3, attachments=[PNG], instance=2)
    deleted = found.give(4, text="arm", instance=3)
    assert found.client.delete(f"{found.path}/items/{deleted['id']}").status_code == 204
    assert found.client.patch(f"{found.path}/items/{number['id']}", {"text": "1"}).status_code == 200
    return found


def test_each_group_has_its_own_table(survey: Filling) -> None:
    assert found_in(survey.schema, "--repeat", "meds") == [
        {"instance": 1, "dose": "5 mg", "hidden answers": []}
    ]
    (row,) = found_in(survey.schema)
    assert (row["instances meds"], row["instances moles_seen"]) == (1, 1)


def test_files_are_counted_by_instance_and_surplus_instances_without_answers_are_left_out(
    survey: Filling,
) -> None:
    for args in ((), ("--all-versions",)):
        rows = found_in(survey.schema, "--repeat", "moles_seen", *args)
        assert [(row["instance"], row["photos"], row["hidden answers"]) for row in rows] == [
            (1, 2, []),
            (2, 1, ["photos"]),
        ]


def test_the_page_has_links_to_all_groups_of_all_versions(survey: Filling) -> None:
    published_schema([{"text": "Dose?", "group": "g"}], name="Skin", version=2)
    client = staff_with("view_survey", "export_survey_results")
    newest = survey.schema.__class__.objects.get(name="Skin", version=2)
    assert "?repeat=" not in client.get(results_url(newest)).content.decode()
    page = client.get(results_url(newest), {"all_versions": ""}).content.decode()
    for key in ("meds", "moles_seen"):
        assert f"?repeat={key}&amp;all_versions" in page
