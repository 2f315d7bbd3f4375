"""In a frontend-controlled script, a repeated answer replaces the older one."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat_api.chat.choices import PERMISSIONS_ALL
from chat_api.chat.models import UserThread, VariableModification
from tests.chat.talking import Talk, answer, begin, question
from tests.factories import published_schema
from tests.work import work_of

pytestmark = pytest.mark.django_db


def scored(*points: int, **more: Any) -> dict[str, Any]:
    """Return a choice whose answers add these points; an answer with 0 has no modifications."""
    answers = [{"variable_modifications": [["x", f"x + {n}"]] if n else [], "next_qid": 1} for n in points]
    return {"type": "choice", "answers": answers, **more}


class Asked:
    """A frontend-controlled conversation."""

    def __init__(self, user: Any, questions: list[dict[str, Any]], **body: Any) -> None:
        self.schema = published_schema(questions)
        self.talk: Talk = begin(
            user, self.schema, state="scripted_fe_controlled", permissions=PERMISSIONS_ALL, **body
        )

    def give(self, qid: int, *positions: int, **body: Any) -> dict[str, Any]:
        if positions:
            body["answers"] = [answer(self.schema, qid, position) for position in positions]
        return self.talk.say(question=question(self.schema, qid).pk, **body)

    def pool(self) -> Any:
        return self.talk.thread()["variables_pool"]


@pytest.fixture
def asked(alice: Any) -> Asked:
    return Asked(alice, [scored(1, 5, 0), scored(2, 7), {"next_qid": 1}])


def test_newer_answer_replaces_the_older_one(asked: Asked) -> None:
    for position, pool in ((1, 1.0), (2, 5.0), (2, 5.0), (1, 1.0)):
        shown = asked.give(1, position)["thread_data"]
        assert shown["variables_pool"] == {"x": pool}
    asked.give(2, 2)
    assert asked.pool() == {"x": 8.0}


def test_answer_without_modifications_replaces_the_older_one(asked: Asked) -> None:
    asked.give(1, 1)
    asked.give(1, 3)
    assert asked.pool() == {}
    asked.give(1, 2)
    assert asked.pool() == {"x": 5.0}


def test_several_answers_of_a_multichoice_are_all_replaced(alice: Any) -> None:
    asked = Asked(alice, [{**scored(1, 2, 4), "type": "multichoice"}])
    asked.give(1, 1, 2)
    assert asked.pool() == {"x": 3.0}
    asked.give(1, 3)
    assert asked.pool() == {"x": 4.0}


def test_modifications_of_the_question_count_once(alice: Any) -> None:
    asked = Asked(alice, [scored(1, 2, variable_modifications=[["asked", "asked + 1"]])])
    for _ in range(3):
        asked.give(1, 2)
    assert asked.pool() == {"asked": 1.0, "x": 2.0}


def test_newer_answer_takes_the_position_of_the_older_one(alice: Any) -> None:
    questions = [
        {**scored(1, 3), "text": "{{ variables.x }}"},
        {"variable_modifications": [["x", "x * 10"]], "next_qid": 1},
    ]
    asked = Asked(alice, questions)
    asked.give(1, 1)
    asked.give(2, text="a")
    assert asked.pool() == {"x": 10.0}
    asked.give(1, 2)
    assert asked.pool() == {"x": 30.0}
    # The text is rendered with the pool without the replaced answer.
    assert asked.talk.texts()[-2] == "0"


def test_rolling_back_the_newer_answer_restores_the_older_one(asked: Asked) -> None:
    asked.give(1, 1)
    asked.give(2, 1)
    asked.give(1, 3)
    assert asked.pool() == {"x": 2.0}
    back = asked.talk.roll_back(question=question(asked.schema, 2).pk).json()
    assert back["variables_pool"] == {"x": 1.0}
    assert asked.talk.roll_back(question=question(asked.schema, 1).pk).json()["variables_pool"] == {}


def test_deleting_the_newer_answer_restores_the_older_one(asked: Asked) -> None:
    older = asked.give(1, 2)
    newer = asked.give(1, 3)
    assert asked.pool() == {}
    assert asked.talk.client.delete(f"{asked.talk.path}/messages/{newer['id']}").status_code == 204
    assert asked.pool() == {"x": 5.0}
    assert asked.talk.client.delete(f"{asked.talk.path}/messages/{older['id']}").status_code == 204
    assert asked.pool() == {}


def test_deleting_the_older_answer_changes_nothing(asked: Asked) -> None:
    older = asked.give(1, 2)
    asked.give(1, 1)
    asked.talk.client.delete(f"{asked.talk.path}/messages/{older['id']}")
    assert asked.pool() == {"x": 1.0}


def test_next_run_starts_with_an_empty_pool(alice: Any) -> None:
    asked = Asked(alice, [scored(1, 5), {"next_qid": -1}], on_finish="repeat")
    asked.give(1, 1)
    asked.give(2, text="the end")
    assert asked.pool() == {}
    asked.give(1, 2)
    assert asked.pool() == {"x": 5.0}


def test_every_round_of_a_script_counts(alice: Any) -> None:
    schema = published_schema([scored(1, 5)])
    talk = begin(alice, schema)
    for _ in range(3):
        talk.say(answers=[answer(schema, 1, 1)])
    assert talk.thread()["variables_pool"] == {"x": 3.0}


def test_answers_of_an_older_release_are_replaced_too(asked: Asked) -> None:
    row = asked.talk.row
    asked.give(1, 1)
    for messages in (row.asked_messages, row.thread.messages, row.variable_modifications):
        messages.update(run=None)
    UserThread.objects.filter(pk=row.pk).update(run=None)
    asked.give(1, 2)
    assert asked.pool() == {"x": 5.0}


def test_failing_modification_of_a_replaced_answer_is_skipped_and_logged(
    alice: Any, caplog: pytest.LogCaptureFixture
) -> None:
    failing = {"variable_modifications": [["x", "1 / 0"], ["x", "9"]]}
    asked = Asked(alice, [{"type": "choice", "answers": [{"next_qid": 1}, {"next_qid": 1, **failing}]}])
    asked.give(1, 1)
    asked.give(1, 2)
    assert asked.pool() == {"x": 9.0}
    assert "1 / 0" in caplog.text


def test_query_count_does_not_grow_with_earlier_answers(asked: Asked) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as made:
            asked.give(1, 1)
        return len(made)

    asked.give(1, 1)
    few = queries()
    for position in (1, 2) * 4:
        asked.give(2, position)
    assert queries() == few


def test_modifications_of_earlier_runs_are_not_loaded(alice: Any) -> None:
    asked = Asked(alice, [scored(1, 5), {"next_qid": -1}], on_finish="repeat")
    member, run = asked.talk.row, asked.talk.row.run
    asked.give(2, text="the end")
    rows = [VariableModification(user_thread=member, run=run, variable_modifications=[["x", "1"]])] * 60_000
    VariableModification.objects.bulk_create(rows)
    asked.give(1, 1)
    work, _ = work_of(lambda: asked.give(1, 2))
    assert work < len(rows)
    assert asked.pool() == {"x": 5.0}
