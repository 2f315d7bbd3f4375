"""A process continues the states that it keeps; they are always those that all stored answers have."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from chat_api.lib.db.transactions import atomic, set_rollback
from chat_api.schemas.compiled import clear_cache, compiled
from chat_api.surveys import stored_answers
from chat_api.surveys.answers import Kept
from chat_api.surveys.kept_states import KeptStates
from chat_api.surveys.models import Survey, SurveyItem
from tests.databases import connection
from tests.factories import SurveyItemFactory, published_schema
from tests.surveys.conftest import SMOKING, Filling, answer, question
from tests.surveys.test_repeated_groups import children, instances_path

pytestmark = pytest.mark.django_db

Begin = Callable[..., Filling]


@pytest.fixture
def continued(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the ids of surveys whose state was continued, in order."""
    found: list[int] = []
    original = stored_answers._continued

    def spied(survey: Survey, *args: Any) -> Any:
        known = original(survey, *args)
        if known is not None:
            found.append(survey.pk)
        return known

    monkeypatch.setattr(stored_answers, "_continued", spied)
    return found


class Workers:
    """Several processes that keep states of their own; one serves at a time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
        self._monkeypatch = monkeypatch
        self.states = [KeptStates() for _ in range(count)]

    def serve(self, number: int) -> None:
        self._monkeypatch.setattr(stored_answers, "STATES", self.states[number])


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> Workers:
    return Workers(monkeypatch, 3)


def stored_state(survey: Filling) -> Any:
    return Survey.objects.get(pk=survey.id).state


def whole_state(survey: Filling) -> Any:
    """Return the state computed from the rows alone, at the time of the last change."""
    stored = Survey.objects.select_related("schema").get(pk=survey.id)
    return stored_answers.answers_of(stored).state()


def random_change(draw: random.Random, survey: Filling) -> None:
    """Send one change; some are refused."""
    items = [*SurveyItem.objects.filter(survey_id=survey.id)]
    kind = draw.choice(["answer", "answer", "answer", "change", "remove", "instance", "no instance", "check"])
    if kind in ("change", "remove") and items:
        item = draw.choice(items)
        path = f"{survey.path}/items/{item.pk}"
        if kind == "remove":
            assert survey.client.delete(path).status_code == 204
        else:
            assert survey.client.patch(path, drawn_answer(draw, item.related_question)).status_code in (
                200,
                400,
            )
    elif "instance" in kind and survey.schema.groups.exists():
        path = instances_path(survey)
        if kind == "instance":
            assert survey.client.post(path).status_code in (201, 400)
        else:
            assert survey.client.delete(f"{path}/{draw.randint(1, 4)}").status_code in (204, 400, 404)
    else:
        asked = draw.choice([*survey.schema.questions.exclude(type__in=["fork", "calculation"])])
        body = {"related_question": asked.pk, **drawn_answer(draw, asked)}
        if asked.group_id is not None:
            body["instance"] = draw.randint(1, 3)
        if kind == "check":
            body["verify"] = True
        assert survey.client.post(f"{survey.path}/items", body).status_code in (200, 201, 400)


def drawn_answer(draw: random.Random, asked: Any) -> dict[str, Any]:
    if asked.type in ("choice", "multichoice"):
        return {"answers": [draw.choice([*asked.answers.all()]).pk]}
    if asked.type == "date":
        return {"text": draw.choice(["2024-02-29", "2023-01-01", "2026-11-28", "soon"])}
    return {"text": draw.choice(["1", "7", "30", "a"])}


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("make", [lambda: published_schema(SMOKING), children], ids=["plain", "typed"])
def test_states_of_several_workers_are_those_of_all_answers(
    filling: Begin, workers: Workers, continued: list[int], make: Callable[[], Any], seed: int
) -> None:
    draw, survey = random.Random(seed), filling(make())
    for _ in range(60):
        # Usually the same worker serves again.
        if draw.random() < 0.3:
            workers.serve(draw.randrange(len(workers.states)))
        random_change(draw, survey)
        assert stored_state(survey) == whole_state(survey)
    assert len(continued) > 10


def test_a_state_is_continued_only_by_the_worker_that_changed_the_survey_last(
    filling: Begin, workers: Workers, continued: list[int]
) -> None:
    survey = filling(published_schema(SMOKING))
    workers.serve(0)
    survey.give(4, text="a")
    survey.give(2, text="3")
    assert len(continued) == 1
    workers.serve(1)
    survey.give(1, "yes")
    assert len(continued) == 1
    workers.serve(0)
    survey.give(6, text="4")
    assert len(continued) == 1
    assert survey.state == {"visibility": [1, 2, 3, 4, 6], "completed": True}


@pytest.mark.parametrize("make", [lambda: published_schema(SMOKING), children], ids=["plain", "typed"])
def test_refused_changes_leave_the_kept_state_as_it_was(
    filling: Begin, continued: list[int], make: Callable[[], Any]
) -> None:
    survey = filling(make())
    first = question(survey.schema, 1)
    body = {"answers": [first.answers.all()[0].pk]} if first.type == "choice" else {"text": "2024-02-29"}
    item = survey.client.post(f"{survey.path}/items", {"related_question": first.pk, **body}).json()
    before = stored_state(survey)
    refused = survey.client.post(f"{survey.path}/items", {"related_question": first.pk, **body})
    assert refused.json() == {"related_question": ["ALREADY_ANSWERED"]}
    assert stored_state(survey) == before
    assert survey.client.delete(f"{survey.path}/items/{item['id']}").status_code == 204
    assert len(continued) == 2
    assert stored_state(survey) == whole_state(survey) != before


def test_a_change_that_is_rolled_back_is_not_continued(filling: Begin, continued: list[int]) -> None:
    survey = filling(published_schema(SMOKING))
    survey.give(4, text="a")
    with atomic():
        survey.give(1, "yes")
        set_rollback()
    del continued[:]
    survey.give(1, "no")
    assert not continued
    assert survey.state == {"visibility": [1, 4, 6], "completed": False}


def test_a_state_from_before_it_was_switched_off_is_not_continued(filling: Begin, settings: Any) -> None:
    survey = filling(published_schema(SMOKING))
    item = survey.give(1, "yes")
    survey.give(4, text="a")
    with_states = settings.CHAT_SETTINGS
    switches = {"survey": {"NO_STATE_UPDATE": True}}
    settings.CHAT_SETTINGS = {**with_states, "OPTIMIZATIONS_BY_SURVEY_TYPE": switches}
    no = {"answers": [answer(survey.schema, 1, "no")]}
    with atomic():
        assert survey.client.patch(f"{survey.path}/items/{item['id']}", no).status_code == 200
        set_rollback()
    settings.CHAT_SETTINGS = with_states
    survey.give(2, text="3")
    assert stored_state(survey) == whole_state(survey)
    assert survey.state["visibility"] == [1, 2, 3, 4, 6]
    settings.CHAT_SETTINGS = {**with_states, "OPTIMIZATIONS_BY_SURVEY_TYPE": switches}
    assert survey.client.patch(f"{survey.path}/items/{item['id']}", no).status_code == 200
    assert Survey.objects.get(pk=survey.id).state_version == 0
    settings.CHAT_SETTINGS = with_states
    survey.give(6, text="4")
    assert survey.state == {"visibility": [1, 4, 6], "completed": True}


@contextmanager
def written_by_the_host(survey: Filling) -> Iterator[None]:
    yield
    survey.give(5, text="brand")
    assert survey.state == whole_state(survey)


def test_items_that_the_host_adds_and_deletes_count(filling: Begin) -> None:
    survey = filling(published_schema(SMOKING))
    survey.give(4, text="a")
    with written_by_the_host(survey):
        row = Survey.objects.get(pk=survey.id)
        added: Any = SurveyItemFactory(survey=row, related_question=question(survey.schema, 1), text="")
        added.answer_links.create(answer_id=answer(survey.schema, 1, "yes"))
    assert survey.state["visibility"] == [1, 2, 3, 4, 6]
    SurveyItem.objects.filter(survey_id=survey.id, related_question__qid=5).delete()
    with written_by_the_host(survey):
        added.delete()
    assert survey.state["visibility"] == [1]


def test_a_schema_that_was_compiled_again_is_computed_from_all_answers(
    filling: Begin, continued: list[int]
) -> None:
    survey = filling(published_schema(SMOKING))
    survey.give(4, text="a")
    clear_cache()
    survey.give(1, "yes")
    assert not continued
    assert survey.state == {"visibility": [1, 2, 3, 4, 6], "completed": False}


def test_nothing_is_kept_where_the_setting_is_zero(
    filling: Begin, continued: list[int], settings: Any
) -> None:
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "SURVEY_STATE_QUESTIONS_KEPT": 0}
    survey = filling(published_schema(SMOKING))
    survey.give(4, text="a")
    survey.give(1, "yes")
    assert not continued
    assert survey.state == {"visibility": [1, 2, 3, 4, 6], "completed": False}


def test_at_most_the_questions_of_the_setting_are_kept(settings: Any) -> None:
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "SURVEY_STATE_QUESTIONS_KEPT": 10}
    states, script = KeptStates(), published_schema_script()
    small = Kept(script, {}, {}, None, 4)
    for pk in (1, 2):
        states.put(("default", pk), 7, small)
    used = states.take(("default", 1), 7)
    assert used is small
    states.put(("default", 1), 8, small)
    states.put(("default", 3), 7, small)
    # The second one has not been used for longest.
    assert states.take(("default", 2), 7) is None
    assert states.take(("default", 1), 8) is small
    assert states.take(("default", 3), 8) is None
    states.put(("default", 4), 7, Kept(script, {}, {}, None, 11))
    assert states.take(("default", 4), 7) is None


def published_schema_script() -> Any:
    return compiled(published_schema([{}])).script


@pytest.mark.parametrize("count", [10, 120])
def test_a_continued_state_takes_as_many_queries_at_any_size(
    filling: Begin, continued: list[int], count: int
) -> None:
    schema = published_schema({"type": "text", "next_qid": qid + 1} for qid in range(1, count + 1))
    survey = filling(schema)
    pks = [*schema.questions.order_by("qid").values_list("pk", flat=True)]
    for pk in pks[:-1]:
        survey.client.post(f"{survey.path}/items", {"related_question": pk, "text": "x"})
    assert len(continued) == count - 2
    with CaptureQueriesContext(connection) as queries:
        survey.client.post(f"{survey.path}/items", {"related_question": pks[-1], "text": "x"})
    reads = [query["sql"] for query in queries if "MAX" in query["sql"]]
    assert len(reads) == 1
    assert not any(
        "answer_links" in query["sql"] or "surveyitem_answers" in query["sql"] for query in queries
    )
    assert len(queries) <= 10
