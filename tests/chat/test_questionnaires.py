"""Real questionnaires, answered in a chat from the first to the last question."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.chat.models import ScriptRun
from tests.chat.talking import Talk, begin
from tests.questionnaires import questionnaire, questionnaire_schema, scored_items

pytestmark = pytest.mark.django_db


def scores_of(total: int, items: int, most: int) -> list[int]:
    """Return scores of at most `most` that add up to the total, the highest last."""
    scores = []
    for left in range(items, 0, -1):
        score = max(0, total - most * (left - 1))
        scores.append(score)
        total -= score
    return scores


def answer_all(talk: Talk, schema: Any, scores: list[int]) -> dict[str, Any]:
    """Answer each question with the option of its score; return the thread after the last answer."""
    offered: dict[int, list[int]] = {}
    for pk, qid in schema.questions.order_by("answers__position").values_list("answers", "qid"):
        offered.setdefault(qid, []).append(pk)
    shown: dict[str, Any] = {}
    for qid, score in enumerate(scores, start=1):
        shown = talk.say(answers=[offered[qid][score]])["thread_data"]
    return shown


@pytest.mark.slow
@pytest.mark.parametrize(("name", "maximum"), [("phq9", 27), ("gad7", 21)])
def test_every_total_score_can_be_reached(alice: Any, name: str, maximum: int) -> None:
    document = questionnaire(name)
    schema = questionnaire_schema(document)
    items = len(scored_items(document))
    assert maximum == items * (len(document["options"]) - 1)
    for total in range(maximum + 1):
        talk = begin(alice, schema, on_finish="close")
        scores = scores_of(total, items, len(document["options"]) - 1)
        assert sum(scores) == total
        shown = answer_all(talk, schema, scores)
        assert shown["variables_pool"] == {"score": float(total)}
        if shown["question"] is not None:
            last = shown["question_data"]["answers"][0]["id"]
            shown = talk.say(answers=[last])["thread_data"]
        assert (shown["state"], shown["variables_pool"]) == ("closed", {"score": float(total)})
        run = ScriptRun.objects.get(user_thread=talk.row)
        assert (run.outcome, run.variables) == ("completed", {"score": float(total)})


def test_tenth_question_is_asked_only_if_one_of_the_nine_scored(alice: Any) -> None:
    document = questionnaire("phq9")
    schema = questionnaire_schema(document)
    tenth = document["items"][9]["text"]["en"]
    patterns = [[0] * 9] + [[int(place == scored) for place in range(9)] for scored in range(9)]
    for scores in patterns:
        talk = begin(alice, schema)
        shown = answer_all(talk, schema, scores)
        asked = [message["text"] for message in talk.messages() if message["type"] == "automated_message"]
        assert (tenth in asked) is any(scores)
        assert (shown["question"] is not None) is any(scores)
        assert len(asked) == 9 + any(scores)
