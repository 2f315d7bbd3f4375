"""How the preview in the admin answers questions: with files, by skipping, from suggestions and offered answers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from chat_api.attachments.models import file_models
from tests.factories import UserFactory, draft_schema

pytestmark = pytest.mark.django_db

PHOTOS: list[dict[str, Any]] = [
    {
        "type": "file",
        "text": "Photos?",
        "name": "photos",
        "limits": {"accept": ["image/*", ".pdf"], "max_files": 2, "max_size": 1000},
        "constraints": [{"check": "value != 2", "message": "Not two"}],
    },
    {"text": "Of what, all {{ answers.photos }}?", "name": "what"},
]


class Previewing:
    """A preview, page by page, as a browser shows it."""

    def __init__(self, questions: list[dict[str, Any]]) -> None:
        self.client = Client()
        self.client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
        self.url = reverse("admin:chat_api_schema_preview", args=[draft_schema(questions).pk])
        self.page: Any = self.client.get(self.url)

    def send(self, button: str = "reply", status: int = 200, **fields: Any) -> Previewing:
        body = {"replies": self.page.context["replies"], button: "1", **fields}
        self.page = self.client.post(self.url, body)
        assert self.page.status_code == status
        return self

    @property
    def lines(self) -> list[str]:
        return [line.text for line in self.page.context["preview"].lines]

    @property
    def form(self) -> Any:
        return self.page.context["form"]


def file(name: str = "a.png", size: int = 10) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"x" * size)


@pytest.mark.parametrize("names", [{}, {"name": "photos"}], ids=["unnamed", "named"])
def test_question_for_files_takes_files_and_stores_nothing(names: dict[str, Any]) -> None:
    previewing = Previewing([{"type": "file", "text": "Photos?", **names}, {"text": "Of what?"}])
    assert 'type="file" multiple' in previewing.page.content.decode()
    stored = default_storage.listdir(".") if default_storage.exists(".") else None
    previewing.send(files=[file(), file("b.pdf", 20)], text="my arm")
    assert previewing.lines == ["Photos?", "my arm, a.png, b.pdf", "Of what?"]
    # The page knows what they were called and how large they were.
    assert json.loads(previewing.page.context["replies"]) == [["my arm", [], [["a.png", 10], ["b.pdf", 20]]]]
    previewing.send(text="arm")
    assert previewing.page.context["preview"].ended == "End of the script."
    assert stored == (default_storage.listdir(".") if default_storage.exists(".") else None)
    assert not any(model._default_manager.exists() for model in file_models())


def test_expressions_read_how_many_files_there_are() -> None:
    assert Previewing(PHOTOS).send(files=[file()]).lines[-1] == "Of what, all 1?"


@pytest.mark.parametrize(
    ("files", "messages"),
    [
        ([], ["Choose a file."]),
        ([file("a.exe")], ["Expected: files of these types: image/*, .pdf."]),
        ([file(size=1001)], ["Expected: files of at most 1 kB."]),
        ([file(), file(), file()], ["Expected: at most 2 files."]),
        ([file(), file()], ["Not two"]),
    ],
    ids=["none", "accept", "max_size", "max_files", "constraint"],
)
def test_files_have_to_fit_the_limits(files: list[Any], messages: list[str]) -> None:
    previewing = Previewing(PHOTOS).send(status=400, files=files, text="my arm")
    assert (previewing.form.errors, previewing.form.text) == (messages, "my arm")
    assert previewing.lines == ["Photos?"]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ([file(size=2**20 + 1)], "Choose files of at most 1 MB."),
        ([file(), file(), file()], "Choose at most 2 files."),
    ],
)
def test_files_have_to_fit_those_of_messages(settings: Any, files: list[Any], message: str) -> None:
    settings.CHAT_SETTINGS = {
        **settings.CHAT_SETTINGS,
        "ATTACHMENT_MAX_BYTES": 2**20,
        "MESSAGE_ATTACHMENTS_MAX": 2,
    }
    previewing = Previewing([{"type": "file", "text": "Photos?"}]).send(status=400, files=files)
    assert previewing.form.errors == [message]
    assert previewing.lines == ["Photos?"]


@pytest.mark.parametrize(
    "replies",
    ['[["", [], [["a.png"]]]]', '[["", [], [["a.png", "x"]]]]', '[["", [], 3]]', '[["", [], [["a", 1, 2]]]]'],
)
def test_files_that_no_page_had_start_a_new_preview(replies: str) -> None:
    previewing = Previewing(PHOTOS)
    page = previewing.client.post(previewing.url, {"replies": replies})
    assert (page.status_code, [line.text for line in page.context["preview"].lines]) == (200, ["Photos?"])


def test_question_can_be_skipped_where_that_is_offered() -> None:
    previewing = Previewing(
        [
            {"type": "int", "text": "Age?", "name": "age", "skip": "Rather not", "next_qid": 2},
            {"qid": 2, "text": "Why?", "show_if": "not answered(age)", "next_qid": 3},
            {"qid": 3, "text": "Else?", "name": "rest", "next_qid": -1},
        ]
    )
    assert 'name="skip" value="Rather not"' in previewing.page.content.decode()
    previewing.send("skip")
    assert previewing.lines == ["Age?", "(Rather not)", "Why?"]
    assert 'name="skip"' not in previewing.page.content.decode()
    previewing.send("skip", status=400)
    assert previewing.form.errors == ["This question cannot be skipped."]
    previewing.send(text="so").send("back").send("back").send(text="40")
    assert previewing.lines == ["Age?", "40", "Else?"]


def test_suggestion_is_in_the_form_until_another_answer_is_sent() -> None:
    previewing = Previewing(
        [
            {"type": "int", "text": "Rooms?", "name": "rooms", "default": "2 + 1", "limits": {"max": 10}},
            {
                "type": "choice",
                "text": "{{ answers.rooms }}?",
                "name": "sure",
                "default": "'n'",
                "answers": [{"text": "yes", "value": "y"}, {"text": "no", "value": "n"}],
            },
        ]
    )
    assert previewing.form.text == "3"
    previewing.send(status=400, text="11")
    assert (previewing.form.text, previewing.form.errors) == ("11", ["Expected: a whole number up to 10."])
    previewing.send(text="4")
    assert [chosen for _, chosen in previewing.form.answers] == [False, True]


def test_only_answers_whose_condition_is_true_are_offered_with_their_texts_filled_in() -> None:
    towns = [
        {"text": "{{ answers.country }}: Łódź", "value": "l", "show_if": "country == 'pl'"},
        {"text": "{{ answers.country }}: Lyon", "value": "y", "show_if": "country == 'fr'"},
    ]
    countries = [{"text": "Poland", "value": "pl"}, {"text": "France", "value": "fr"}]
    previewing = Previewing(
        [
            {"type": "choice", "text": "Country?", "name": "country", "answers": countries, "next_qid": 2},
            {"qid": 2, "type": "choice", "text": "Town?", "name": "town", "answers": towns, "next_qid": -1},
        ]
    )
    (poland, _), _ = previewing.form.answers
    previewing.send(answers=[poland.id])
    assert [answer.text for answer, _ in previewing.form.answers] == ["Poland: Łódź"]


def test_author_s_own_message_has_its_placeholders_filled_in() -> None:
    previewing = Previewing(
        [
            {"type": "int", "text": "Rooms?", "name": "rooms"},
            {
                "type": "int",
                "text": "Beds?",
                "name": "beds",
                "constraints": [{"check": "value >= rooms", "message": "Fewer than {{ answers.rooms }}"}],
            },
        ]
    )
    previewing.send(text="3").send(status=400, text="2")
    assert previewing.form.errors == ["Fewer than 3"]
