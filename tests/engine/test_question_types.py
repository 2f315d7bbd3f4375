"""Validation of replies, for each question type."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_api.engine.question_types.base import AnswerRefused, Reply, SentFile
from chat_api.engine.question_types.registry import BUILT_IN, check_reply
from chat_api.engine.script import Question, QuestionType
from tests.engine.scripts import CASES, cases, script

pytestmark = pytest.mark.sqlite_only

BY_TYPE = {
    kind: group
    for file in sorted((CASES / "question_types").glob("*.yaml"))
    for kind, group in cases(f"question_types/{file.stem}").items()
}
RECORDED = cases("recorded_replies")


def question_of(type: str, described: dict, meta: object = None) -> Question:
    (question,) = script([{**described, "type": type, "meta": meta}]).questions
    return question


def files_of(case: dict) -> tuple[SentFile, ...]:
    return tuple(SentFile(**described) for described in case.get("files", ()))


def outcome(question: Question, case: dict) -> dict:
    reply = Reply(case.get("text", ""), tuple(case.get("answers", ())), files_of(case))
    try:
        checked = check_reply(question, reply)
    except AnswerRefused as refusal:
        return {"errors": refusal.errors}
    return {"stored": checked.text if case.get("in") == "survey" else checked.said()}


@pytest.mark.parametrize("type", QuestionType)
def test_question_type_is_registered_and_has_cases(type):
    assert type in BUILT_IN
    assert BY_TYPE[type]["replies"]


def test_cases_are_of_registered_question_types():
    assert set(BY_TYPE) == set(BUILT_IN) == set(QuestionType)


@pytest.mark.parametrize(
    ("type", "case"),
    [
        pytest.param(kind, case, id=f"{kind} {case.get('answers', '')} {case.get('text', '')!r}")
        for kind, group in BY_TYPE.items()
        for case in group["replies"]
    ],
)
def test_reply_is_accepted_or_rejected_with_all_codes(type, case):
    question = question_of(type, BY_TYPE[type]["question"], case.get("meta"))
    expected = {key: case[key] for key in ("stored", "errors") if key in case}
    assert outcome(question, {**case, "text": str(case.get("text", ""))}) == expected


@pytest.mark.parametrize(
    ("described", "case"),
    [
        pytest.param(group["question"], case, id=case["from"])
        for group in RECORDED
        for case in group["replies"]
    ],
)
def test_recorded_reply_has_same_outcome_unless_reason_is_given(described, case):
    question = question_of(described["type"], {key: described[key] for key in described if key != "type"})
    found = outcome(question, case)
    recorded = {key: case[key] for key in ("stored", "errors") if key in case}
    if question.type == QuestionType.CONTROL:
        assert "errors" not in found
    elif "ours" in case:
        assert found == case["ours"] != recorded
        assert case["because"]
    else:
        assert found == recorded


def test_text_of_a_reply_has_the_chosen_answers_and_the_typed_text():
    question = question_of("multichoice", {"choice_open": True, "answers": [{"text": "<b>"}]})
    checked = check_reply(question, Reply(" <i> ", (question.answers[0].id,)))
    assert checked.said() == "<b>, <i>"
    assert checked.said(lambda answer: answer.text.upper()) == "<B>, <i>"
    assert checked.text == "<i>"


def test_chosen_answers_keep_order_of_reply():
    question = question_of("multichoice", {"answers": [{"id": 1}, {"id": 2}, {"id": 3}]})
    checked = check_reply(question, Reply("", (3, 1)))
    assert [answer.id for answer in checked.answers] == [3, 1]


TEXTS = st.one_of(st.text(), st.text(alphabet=string.digits + " .:-+/TZeEapmjan", max_size=40))


@given(
    type=st.sampled_from(QuestionType),
    text=TEXTS,
    ids=st.lists(st.integers(0, 4), max_size=4),
    meta=st.one_of(
        st.none(), st.builds(lambda notation: {"format": notation}, st.one_of(st.just("iso"), st.text()))
    ),
)
def test_any_reply_is_accepted_or_rejected(type, text, ids, meta):
    question = question_of(type, {"answers": [{"id": 1}, {"id": 2, "exclusive": True}]}, meta)
    found = outcome(question, {"text": text, "answers": ids})
    if "errors" in found:
        assert found["errors"]
        assert all(codes for codes in found["errors"].values())
    else:
        assert question.type in ("int", "float", "range") or found["stored"].endswith(text.strip())
