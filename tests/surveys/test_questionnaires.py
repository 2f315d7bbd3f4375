"""Real questionnaires as surveys: their questions, and when they are complete."""

from __future__ import annotations

import pytest

from tests.questionnaires import questionnaire, questionnaire_schema, scored_items

pytestmark = pytest.mark.django_db


def options(document):
    return [option["text"]["en"] for option in document["options"]]


def test_gad7_is_complete_when_its_seven_items_are_answered(filling):
    document = questionnaire("gad7")
    survey = filling(questionnaire_schema(document))
    items = scored_items(document)
    assert len(items) == 7
    for qid in range(1, 8):
        assert survey.state["completed"] is False
        survey.give(qid, options(document)[qid % 4])
    assert survey.state == {"visibility": list(range(1, 8)), "completed": True}


def test_phq9_is_complete_after_nine_answers_when_none_scores(filling):
    document = questionnaire("phq9")
    survey = filling(questionnaire_schema(document))
    for qid in range(1, 10):
        survey.give(qid, options(document)[0])
    assert survey.state == {"visibility": list(range(1, 11)), "completed": True}


@pytest.mark.parametrize("scoring", range(1, 10))
def test_phq9_asks_its_tenth_item_when_any_of_the_nine_scores(filling, scoring):
    document = questionnaire("phq9")
    survey = filling(questionnaire_schema(document))
    for qid in range(1, 10):
        survey.give(qid, options(document)[1 if qid == scoring else 0])
    assert survey.state == {"visibility": list(range(1, 12)), "completed": False}
    tenth = document["items"][9]["own_options"]["choices"][0]["name"]["en"]
    survey.give(11, tenth)
    assert survey.state == {"visibility": list(range(1, 12)), "completed": True}


def test_phq9_hides_its_tenth_item_when_the_scoring_answer_is_removed(filling):
    document = questionnaire("phq9")
    survey = filling(questionnaire_schema(document))
    items = [survey.give(qid, options(document)[3 if qid == 4 else 0]) for qid in range(9, 0, -1)]
    assert 11 in survey.state["visibility"]
    scoring = next(item for item in items if item["position"] == 4)
    survey.client.delete(f"{survey.path}/items/{scoring['id']}")
    assert 11 not in survey.state["visibility"]
    survey.give(4, options(document)[0])
    assert survey.state == {"visibility": list(range(1, 11)), "completed": True}
