"""Questions for files in surveys: the answer is what is attached to the item."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from chat_api.attachments.models import BaseAttachment
from chat_api.raised_flags.models import Flag
from chat_api.schemas.models import Group
from chat_api.surveys.models import SurveyAttachment, SurveyItem
from chat_api.surveys.results.table import table_for
from chat_api.surveys.results.tally import results_of
from tests.attachments.pictures import as_text, picture
from tests.factories import draft_schema, publish_unchecked, published_schema
from tests.surveys.conftest import Filling, question

pytestmark = pytest.mark.django_db

Begin = Callable[..., Filling]

PNG = {"type": "image", "title": "Rash", "file_content": as_text(picture())}
GIF = {"type": "image", "title": "Rash", "file_content": as_text(picture("GIF"))}
VIDEO = {"type": "youtube", "url": "https://youtu.be/dQw4w9WgXcQ"}

PHOTOS: list[dict[str, Any]] = [
    {
        "type": "file",
        "name": "photos",
        "text": "Photos?",
        "required": True,
        "limits": {"accept": [".png", ".gif"], "max_files": 3},
        "constraints": [{"check": "value > 1", "message": "Only one?", "severity": "warning"}],
    },
    {"type": "text", "name": "why", "text": "Why so many?", "show_if": "photos > 2"},
]


@pytest.fixture
def sees_values(settings: Any) -> None:
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "RESPONDENT_SEES": ["values"]}


def attach(survey: Filling, item: dict[str, Any], body: dict[str, Any] = PNG, query: str = "") -> Any:
    return survey.client.post(f"{survey.path}/items/{item['id']}/attachments{query}", body)


def detach(survey: Filling, item: dict[str, Any], place: int = 0, query: str = "") -> Any:
    shown = survey.client.get(f"{survey.path}/items/{item['id']}").json()
    pk = shown["attachments_data"][place]["id"]
    return survey.client.delete(f"{survey.path}/items/{item['id']}/attachments/{pk}{query}")


def files(model: type[BaseAttachment] = SurveyAttachment) -> int:
    return model._default_manager.count()


def test_answer_is_what_is_attached(filling: Begin) -> None:
    survey = filling(published_schema([{"type": "file", "text": "Photos?", "required": True}]))
    item = survey.give(1, text="my arm", attachments=[PNG, VIDEO])
    assert [row["type"] for row in item["attachments_data"]] == ["image", "youtube"]
    assert (item["has_attachments"], item["text"], item["survey_data"]["state"]["completed"]) == (
        True,
        "my arm",
        True,
    )


@pytest.mark.parametrize("names", [{}, {"name": "photos"}], ids=["unnamed", "named"])
@pytest.mark.parametrize("body", [{}, {"text": "my arm"}, {"attachments": []}], ids=["empty", "text", "none"])
def test_answer_without_attachments_is_refused(
    filling: Begin, body: dict[str, Any], names: dict[str, Any]
) -> None:
    survey = filling(published_schema([{"type": "file", "required": True, **names}]))
    response = survey.post(1, **body)
    assert (response.status_code, response.json()) == (400, {"attachments": ["REQUIRED"]})


def test_files_can_be_sent_in_a_form(filling: Begin) -> None:
    survey = filling(published_schema([{"type": "file", "required": True}]))
    body = {
        "related_question": question(survey.schema, 1).pk,
        "attachments[0]type": "image",
        "attachments[0]file": SimpleUploadedFile("a.png", picture(), "image/png"),
    }
    response = survey.client.post(f"{survey.path}/items", body, format="multipart")
    assert response.status_code == 201, response.content
    assert survey.state["completed"] is True


@pytest.mark.parametrize(
    ("limits", "sent", "code"),
    [
        ({"accept": [".gif"]}, [PNG], "WRONG_FORMAT"),
        ({"max_size": 10}, [PNG], "TOO_LARGE"),
        ({"max_files": 1}, [PNG, PNG], "TOO_MANY"),
    ],
    ids=["accept", "max_size", "max_files"],
)
def test_answer_beyond_a_limit_is_refused_and_leaves_nothing(
    filling: Begin, limits: dict[str, Any], sent: list[Any], code: str
) -> None:
    survey = filling(published_schema([{"type": "file", "limits": limits}]))
    body = {"related_question": question(survey.schema, 1).pk, "attachments": sent}
    response = survey.client.post(f"{survey.path}/items?explain=true", body)
    refused = response.json()
    assert (response.status_code, refused["attachments"]) == (400, [code])
    assert [(each["field"], each["code"]) for each in refused["explanations"]] == [("attachments", code)]
    assert (files(), SurveyItem.objects.count()) == (0, 0)


def test_answer_beyond_a_limit_that_reads_others_is_refused(filling: Begin) -> None:
    survey = filling(
        published_schema(
            [
                {"type": "int", "name": "most", "next_qid": 2},
                {"type": "file", "name": "photos", "limits": {"max_files": "most"}},
            ]
        )
    )
    most = survey.give(1, text="1")
    assert survey.post(2, attachments=[PNG, PNG]).json() == {"attachments": ["TOO_MANY"]}
    item = survey.give(2, attachments=[PNG])
    assert attach(survey, item).json() == {"attachments": ["TOO_MANY"]}
    survey.client.patch(f"{survey.path}/items/{most['id']}", {"text": "2"})
    assert attach(survey, item).status_code == 201
    survey.client.patch(f"{survey.path}/items/{most['id']}", {"text": "1"})
    assert [(each["qid"], each["code"]) for each in survey.state["problems"]] == [(2, "TOO_MANY")]


def test_errors_of_attachments_are_those_of_messages(filling: Begin) -> None:
    survey = filling(published_schema([{"type": "file"}]))
    response = survey.post(1, attachments=[PNG, {"type": "youtube"}])
    assert (response.status_code, response.json()) == (400, {"attachments": [{}, {"url": ["REQUIRED"]}]})
    response = survey.post(1, attachments="x")
    assert response.status_code == 400
    assert files() == 0


def test_validated_answer_stores_no_file(filling: Begin) -> None:
    survey = filling(published_schema([{"type": "file"}]))
    response = survey.post(1, attachments=[PNG], verify=True)
    assert (response.status_code, response.json()["id"], files()) == (200, None, 0)
    assert survey.post(1, verify=True).json() == {"attachments": ["REQUIRED"]}


def test_other_questions_take_attachments_as_well(filling: Begin) -> None:
    survey = filling(published_schema([{"type": "text"}]))
    item = survey.give(1, text="my arm", attachments=[PNG])
    assert item["has_attachments"] is True
    # They are not the answer, so all of them can go.
    assert detach(survey, item).status_code == 204
    assert files() == 0


def test_adding_and_removing_files_changes_values_and_state(filling: Begin) -> None:
    survey = filling(published_schema(PHOTOS))
    item = survey.give(1, attachments=[PNG, PNG])
    assert survey.state["visibility"] == [1]
    assert attach(survey, item).status_code == 201
    assert survey.state["visibility"] == [1, 2]
    assert attach(survey, item).json() == {"attachments": ["TOO_MANY"]}
    assert detach(survey, item).status_code == 204
    assert survey.state["visibility"] == [1]
    assert files() == 2


def test_added_or_changed_file_has_to_be_of_an_accepted_type(filling: Begin) -> None:
    survey = filling(published_schema([{"type": "file", "limits": {"accept": [".png"]}}]))
    item = survey.give(1, attachments=[PNG])
    response = attach(survey, item, GIF)
    assert (response.status_code, response.json()) == (400, {"attachments": ["WRONG_FORMAT"]})
    path = f"{survey.path}/items/{item['id']}/attachments/{item['attachments_data'][0]['id']}"
    response = survey.client.patch(path, {"file_content": GIF["file_content"]})
    assert (response.status_code, response.json()) == (400, {"attachments": ["WRONG_FORMAT"]})
    assert survey.client.patch(path, {"title": "Arm"}).json()["title"] == "Arm"


@pytest.mark.parametrize("names", [{}, {"name": "photos"}], ids=["unnamed", "named"])
def test_last_file_of_an_answer_cannot_go(filling: Begin, names: dict[str, Any]) -> None:
    survey = filling(published_schema([{"type": "file", "required": True, **names}]))
    item = survey.give(1, text="my arm", attachments=[PNG, PNG])
    assert detach(survey, item).status_code == 204
    response = detach(survey, item)
    assert (response.status_code, response.json()) == (400, {"attachments": ["REQUIRED"]})
    assert (files(), survey.state["completed"]) == (1, True)
    # The whole answer can go.
    assert survey.client.delete(f"{survey.path}/items/{item['id']}").status_code == 204
    assert (files(), survey.state["completed"]) == (0, False)


def test_warning_is_confirmed_with_the_answer_or_with_the_change(filling: Begin) -> None:
    survey = filling(published_schema(PHOTOS))
    assert survey.post(1, attachments=[PNG]).json() == {"attachments": ["CONFIRM"]}
    item = survey.give(1, attachments=[PNG, PNG])
    assert detach(survey, item).json() == {"attachments": ["CONFIRM"]}
    assert detach(survey, item, query="?confirm=true").status_code == 204
    assert survey.state["problems"] == []
    # It stays confirmed.
    assert attach(survey, item).status_code == 201
    assert detach(survey, item).status_code == 204


def test_text_of_an_answer_with_files_can_be_changed(filling: Begin) -> None:
    survey = filling(published_schema([{"type": "file", "name": "photos", "required": True}]))
    item = survey.give(1, attachments=[PNG])
    changed = survey.client.patch(f"{survey.path}/items/{item['id']}", {"text": "my arm"}).json()
    assert (changed["text"], len(changed["attachments_data"])) == ("my arm", 1)
    assert survey.state["completed"] is True


def test_flag_follows_the_number_of_files(filling: Begin) -> None:
    schema = published_schema(
        [{"type": "file", "name": "photos"}], flags=[{"name": "many", "if": "photos > 1"}]
    )
    survey = filling(schema)
    item = survey.give(1, attachments=[PNG])
    assert not Flag.objects.exists()
    attach(survey, item)
    assert Flag.objects.get().cleared is None
    detach(survey, item)
    assert Flag.objects.get().cleared is not None


def test_results_count_answers_with_files(filling: Begin) -> None:
    schema = published_schema([{"type": "file", "text": "Photos?"}])
    filling(schema).give(1, attachments=[PNG, PNG])
    assert results_of(schema).questions[0].answered == 1
    table = table_for("csv", schema)
    assert next(iter(table.rows))[table.headings.index("1: Photos?")] == 2


@pytest.mark.usefixtures("sees_values")
def test_files_of_an_instance_count_in_their_instance(filling: Begin) -> None:
    file = {"type": "file", "name": "photos", "group": "children", "limits": {"max_files": 2}, "next_qid": 2}
    draft = draft_schema(
        [file, {"qid": 2, "type": "calculation", "name": "total", "calculate": "sum(c.photos)"}]
    )
    Group.objects.filter(schema=draft).update(key="c", repeat={"min": 2})
    survey = filling(publish_unchecked(draft))
    first, second = (
        survey.give(1, attachments=[PNG], instance=row["instance"]) for row in survey.state["instances"]["c"]
    )
    assert attach(survey, first).status_code == 201
    assert attach(survey, first).json() == {"attachments": ["TOO_MANY"]}
    assert survey.state["values"]["total"] == 3
    assert detach(survey, second).json() == {"attachments": ["REQUIRED"]}


def explained(response: Any) -> list[tuple[str, str]]:
    """Return the errors of a refused change in words, and check that they are those of the response."""
    refused = response.json()
    found = refused.pop("explanations")
    assert response.status_code == 400
    assert refused == {"attachments": [each["code"] for each in found]}
    assert {(each["field"], each["expected"]["type"]) for each in found} == {("attachments", "file")}
    return [(each["code"], each["text"]) for each in found]


@pytest.mark.parametrize("names", [{}, {"name": "photos"}], ids=["unnamed", "named"])
def test_refused_changes_are_explained(filling: Begin, names: dict[str, Any]) -> None:
    limits = {"accept": [".png"], "max_files": 2, "max_size": 5000}
    survey = filling(
        published_schema([{"type": "file", "required_message": "Your photo?", "limits": limits, **names}])
    )
    item = survey.give(1, attachments=[PNG])
    large = {**PNG, "file_content": as_text(picture("PNG", (1500, 1500)))}
    assert explained(attach(survey, item, large, "?explain=true")) == [("TOO_LARGE", "files of at most 5 kB")]
    path = f"{survey.path}/items/{item['id']}/attachments/{item['attachments_data'][0]['id']}?explain=true"
    for change in (survey.client.patch, survey.client.put):
        assert explained(change(path, {"file_content": GIF["file_content"]})) == [
            ("WRONG_FORMAT", "files of these types: .png")
        ]
    assert explained(detach(survey, item, query="?explain=true")) == [("REQUIRED", "Your photo?")]
    assert attach(survey, item).status_code == 201
    assert explained(attach(survey, item, query="?explain=true")) == [("TOO_MANY", "at most 2 files")]


def test_warnings_about_changes_are_explained_until_they_are_confirmed(filling: Begin) -> None:
    survey = filling(published_schema(PHOTOS))
    item = survey.give(1, attachments=[PNG, PNG])
    assert explained(detach(survey, item, query="?explain=true")) == [("CONFIRM", "Only one?")]
    assert detach(survey, item, query="?explain=true&confirm=true").status_code == 204
    # Errors that are not of the answer have no words.
    response = attach(survey, item, {"type": "image", "file_content": "x"}, "?explain=true")
    assert (response.status_code, response.json()) == (400, {"file_content": ["INCORRECT_TYPE"]})
