"""Schemas are begun from the library: PHQ-9, GAD-7, PHQ-2, GAD-2, and documents of the host."""

from __future__ import annotations

from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest
from django.core import checks
from django.test import Client

from chat_api.engine.question_types.base import Reply
from chat_api.schemas.library import entries, start_from
from chat_api.schemas.lint import check_schema
from chat_api.schemas.models import Schema
from chat_api.schemas.preview import run_preview
from tests.factories import UserFactory, draft_schema
from tests.questionnaires import questionnaire, scored_items
from tests.schemas.admin_pages import client_with, path, text_of

pytestmark = pytest.mark.django_db

OURS = ("phq-9", "gad-7", "phq-2", "gad-2")
OWN = "name: Sleep diary\ntype: survey\nquestions: [{qid: 1, type: text, text: Slept well?, text_i18n: {pl: Sen?}}]\n"


@pytest.fixture
def author(db: None) -> Client:
    return client_with("view_schema", "add_schema", "change_schema")


@pytest.fixture
def library(settings: Any, tmp_path: Path) -> Any:
    def use(*items: Any) -> None:
        settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "SCRIPT_LIBRARY": items}

    return use


def started(key: str) -> Schema:
    entry = next(each for each in entries() if each.key == key)
    return start_from(entry)


def begin(client: Client, key: str) -> Any:
    return client.post(path("library"), {"entry": key})


def outcome(schema: Schema, *scores: int) -> tuple[Any, ...]:
    """Answer the scored questions with these values; return score, band and flags."""
    answers = {question.qid: list(question.answers.all()) for question in schema.questions.all()}
    qids = sorted(qid for qid, found in answers.items() if found)
    replies = [Reply(answer_ids=(answers[qid][value].pk,)) for qid, value in zip(qids, scores, strict=False)]
    preview = run_preview(schema, replies, user=UserFactory.create())
    assert len(preview.replies) == len(scores)
    (score,) = preview.scores
    return score.value, score.band, set(preview.flags)


@pytest.mark.parametrize(("key", "count"), [*zip(OURS, (10, 7, 2, 2), strict=True)])
def test_card_says_what_it_is_and_begins_a_draft(author: Client, key: str, count: int) -> None:
    page = author.get(path("library"))
    entry, languages = next(card for card in page.context["cards"] if card[0].key == key)
    assert languages == ["English"]
    assert entry.question_count == count
    assert entry.source in text_of(page)
    assert "No permission required to reproduce, translate, display or distribute" in text_of(page)
    response = begin(author, key)
    schema = Schema.objects.get()
    assert response.url == path("script", schema.pk)
    assert (schema.name, schema.version, schema.published) == (entry.title, 1, False)
    assert check_schema(schema) == []


def test_next_version_is_free(author: Client) -> None:
    draft_schema([{}], name="PHQ-9", version=1)
    begin(author, "phq-9")
    begin(author, "phq-9")
    assert list(Schema.objects.order_by("version").values_list("version", flat=True)) == [1, 2, 3]


@pytest.mark.parametrize(
    ("key", "bands"),
    [
        (
            "phq-9",
            [
                (0, "Minimal"),
                (5, "Mild"),
                (10, "Moderate"),
                (15, "Moderately severe"),
                (20, "Severe"),
                (28, ""),
            ],
        ),
        ("gad-7", [(0, "Minimal"), (5, "Mild"), (10, "Moderate"), (15, "Severe"), (22, "")]),
        ("phq-2", [(0, "Below the cut-off"), (3, "At or above the cut-off"), (7, "")]),
        ("gad-2", [(0, "Below the cut-off"), (3, "At or above the cut-off"), (7, "")]),
    ],
)
def test_bands_and_cut_offs_are_those_of_the_publications(key: str, bands: list[tuple[int, str]]) -> None:
    schema = started(key)
    size = (bands[-1][0] - 1) // 3
    cut_off = 3 if size == 2 else 10
    for (start, label), (end, _) in pairwise(bands):
        for total in {start, end - 1}:
            # The last item of PHQ-9 has a flag of its own.
            scores = [min(3, max(0, total - 3 * place)) for place in range(size)]
            value, band, flags = outcome(schema, *scores)
            assert (value, band) == (total, label)
            assert bool(flags & {"depression", "anxiety"}) is (total >= cut_off)


def test_any_thought_of_self_harm_raises_its_flag() -> None:
    schema = started("phq-9")
    assert outcome(schema, *[0] * 9)[2] == set()
    for value in (1, 2, 3):
        assert outcome(schema, *[0] * 8, value)[2] == {"thoughts_of_self_harm"}


def test_difficulty_is_asked_only_about_problems_and_counts_for_nothing() -> None:
    schema = started("phq-9")
    with pytest.raises(AssertionError):
        outcome(schema, *[0] * 9, 3)
    assert outcome(schema, 1, *[0] * 8, 3)[0] == 1


@pytest.mark.parametrize(("key", "name"), [("phq-9", "phq9"), ("gad-7", "gad7")])
def test_texts_are_those_of_the_instrument(key: str, name: str) -> None:
    schema = started(key)
    original = questionnaire(name)
    items = [item["text"]["en"].strip() for item in scored_items(original)]
    choices = list(schema.questions.filter(type="choice").values_list("text", flat=True))
    assert choices[: len(items)] == items
    options = [option["text"]["en"] for option in original["options"]]
    assert list(schema.questions.get(qid=2).answers.values_list("text", flat=True)) == options


def test_short_forms_are_the_first_items_of_the_long_ones() -> None:
    for short, long in (("phq-2", "phq-9"), ("gad-2", "gad-7")):
        texts = [list(started(key).questions.values_list("text", flat=True)) for key in (short, long)]
        assert texts[0] == texts[1][:3]


def own_documents() -> list[dict[str, Any]]:
    question = {"qid": 1, "type": "text", "text": "?"}
    about = {"title": "Our intake", "licence": "Ours", "language": "xx"}
    return [
        {"name": "Intake", "type": "automated_flow", "questions": [question], "library": about},
        {"name": "PHQ-9", "type": "survey", "questions": [question]},
    ]


def raising() -> list[Any]:
    raise ValueError("broken")


def test_host_adds_files_and_functions(author: Client, library: Any, tmp_path: Path) -> None:
    (tmp_path / "sleep.yaml").write_text(OWN)
    library(str(tmp_path / "sleep.yaml"), f"{__name__}.own_documents")
    page = author.get(path("library"))
    cards = {entry.key: (entry.title, languages) for entry, languages in page.context["cards"]}
    assert list(cards) == [*OURS, "sleep-diary", "our-intake", "phq-9--2"]
    assert cards["sleep-diary"] == ("Sleep diary", ["Polish"])
    assert cards["our-intake"] == ("Our intake", ["xx"])
    assert begin(author, "our-intake").status_code == 302
    assert begin(author, "phq-9--2").status_code == 302
    assert list(Schema.objects.values_list("name", "type")) == [
        ("Intake", "automated_flow"),
        ("PHQ-9", "survey"),
    ]
    assert Schema.objects.get(name="PHQ-9").questions.count() == 1


def test_document_of_a_type_that_the_host_lacks_gets_the_first(author: Client, settings: Any) -> None:
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "TYPES_SCHEMA": (("intake", "Intake"),)}
    begin(author, "gad-2")
    assert Schema.objects.get().type == "intake"


def test_broken_entries_of_the_host_are_left_out(author: Client, library: Any, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("[")
    library(str(tmp_path / "bad.yaml"), "missing.yaml", raising, "no.such.function")
    page = author.get(path("library"))
    assert [entry.key for entry, _ in page.context["cards"]] == list(OURS)


def test_invalid_document_creates_nothing(author: Client, library: Any, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("name: Bad\ntype: survey\nquestions: [{qid: 1}]\n")
    library(str(tmp_path / "bad.yaml"))
    response = begin(author, "bad")
    assert response.status_code == 400
    assert "questions[0]" in text_of(response)
    assert not Schema.objects.exists()


@pytest.mark.parametrize("key", ["", "nothing", "../phq9"])
def test_unknown_entry_is_refused(author: Client, key: str) -> None:
    assert begin(author, key).status_code == 400
    assert not Schema.objects.exists()


def test_add_permission_is_needed() -> None:
    for client, method in product(
        (client_with("view_schema", "change_schema"), client_with()), ("get", "post")
    ):
        assert getattr(client, method)(path("library")).status_code == 403
    assert not Schema.objects.exists()


def test_list_and_add_page_lead_to_the_library(author: Client) -> None:
    for page in ("changelist", "add"):
        assert f'href="{path("library")}"' in text_of(author.get(path(page)))
    viewer = client_with("view_schema")
    assert path("library") not in text_of(viewer.get(path("changelist")))


class TestSystemCheck:
    def found(self) -> list[Any]:
        return [(each.id, each.msg) for each in checks.run_checks(tags=["chat_api"]) if "LIBRARY" in each.msg]

    def test_files_that_cannot_be_loaded_are_reported(self, library: Any, tmp_path: Path) -> None:
        good, bad, empty = (tmp_path / f"{name}.yaml" for name in ("good", "bad", "empty"))
        good.write_text(OWN)
        bad.write_text(OWN.replace("qid: 1", "qid: x"))
        empty.write_text("")
        library(str(good), bad, str(empty), "gone.yaml", own_documents)
        assert [identifier for identifier, _ in self.found()] == ["chat_api.E015"] * 3
        assert "[1]" in self.found()[0][1]
        assert "questions[0].qid" in self.found()[0][1]

    def test_values_of_other_kinds_are_reported(self, library: Any, settings: Any) -> None:
        library(7, "no.such.function", f"{__name__}.OWN")
        assert [identifier for identifier, _ in self.found()] == [
            "chat_api.E007",
            "chat_api.E006",
            "chat_api.E007",
        ]
        settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "SCRIPT_LIBRARY": "a.yaml"}
        assert [identifier for identifier, _ in self.found()] == ["chat_api.E003"]
