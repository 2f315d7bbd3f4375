"""Answering the questions of a survey."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_api.surveys.models import SurveyItem
from chat_api.surveys.serializers.items import NewItemBody
from chat_api.surveys.validation import plain_answer
from tests.factories import published_schema
from tests.surveys.conftest import answer, question

pytestmark = pytest.mark.django_db

SHARED_KEYS = {
    "related_question",
    "updated",
    "answers",
    "meta",
    "created",
    "has_attachments",
    "type",
    "survey",
    "id",
    "sender",
    "text",
    "text_format",
    "position",
    "attachments_data",
    "answers_data",
    "related_question_data",
}
QUESTION_KEYS = {
    "schema",
    "range_to",
    "next_qid",
    "meta",
    "required",
    "has_attachments",
    "qid",
    "choice_open",
    "type",
    "group",
    "id",
    "text",
    "range_from",
    "position",
    "answers",
    "attachments",
    "variable_modifications",
    "forking_rules",
    "show_as_type",
}
ANSWER_KEYS = {
    "question",
    "next_qid",
    "meta",
    "id",
    "text",
    "position",
    "variable_modifications",
    "exclusive",
}


def test_new_item_is_returned_with_all_keys_and_the_new_state(filling, smoking, alice):
    survey = filling(smoking)
    item = survey.give(1, "yes")
    assert set(item) == SHARED_KEYS | {"survey_data"}
    assert item["related_question"] == question(smoking, 1).pk
    assert item["answers"] == [answer(smoking, 1, "yes")]
    assert (item["type"], item["text"], item["position"], item["meta"]) == ("answer", "", 1, None)
    assert (item["survey"], item["sender"], item["attachments_data"]) == (survey.id, alice.pk, [])
    assert [set(one) for one in item["answers_data"]] == [ANSWER_KEYS]
    assert item["answers_data"][0]["text"] == "yes"
    assert set(item["related_question_data"]) == QUESTION_KEYS
    assert item["related_question_data"]["text"] == "Smoker?"
    assert [one["text"] for one in item["related_question_data"]["answers"]] == ["yes", "no"]
    assert set(item["survey_data"]) == {
        "schema",
        "user",
        "updated",
        "automated_sender",
        "id",
        "created",
        "state",
    }
    assert item["survey_data"]["state"] == {"visibility": [1, 2, 3, 4, 6], "completed": False}
    assert item["survey_data"]["updated"] == survey.client.get(survey.path).json()["updated"]


def test_single_item_has_sender_data_but_no_survey_data(filling, smoking):
    survey = filling(smoking)
    made = survey.give(1, "yes")
    item = survey.client.get(f"{survey.path}/items/{made['id']}").json()
    assert set(item) == SHARED_KEYS | {"sender_data"}
    assert item["sender_data"]["first_name"] == "Alice"
    assert {key: item[key] for key in SHARED_KEYS} == {key: made[key] for key in SHARED_KEYS}


def test_chosen_answers_are_ordered_by_position(filling, smoking):
    item = filling(smoking).give(3, "cigar", "pipe")
    assert [one["text"] for one in item["answers_data"]] == ["pipe", "cigar"]
    assert item["answers"] == [answer(smoking, 3, "pipe"), answer(smoking, 3, "cigar")]


def test_text_is_stripped_and_escaped_unless_escape_text_is_off(filling, smoking, settings):
    survey = filling(smoking)
    item = survey.give(5, text=' <i>Cohiba</i> & "co" ')
    assert item["text"] == "&lt;i&gt;Cohiba&lt;/i&gt; &amp; &quot;co&quot;"
    settings.CHAT_SETTINGS = {"ESCAPE_TEXT": False}
    changed = survey.client.patch(f"{survey.path}/items/{item['id']}", {"text": "<b>"})
    assert changed.json()["text"] == "<b>"


def test_changed_text_is_escaped(filling, smoking):
    survey = filling(smoking)
    item = survey.give(4, text="plain")
    changed = survey.client.patch(f"{survey.path}/items/{item['id']}", {"text": "<b>"})
    assert changed.json()["text"] == "&lt;b&gt;"


@pytest.mark.parametrize(
    ("qid", "answers", "text", "errors"),
    [
        (1, [], None, {"answers": ["REQUIRED"]}),
        (1, ["yes", "no"], None, {"answers": ["TOO_MANY"]}),
        (1, ["yes"], "x", {"text": ["WRONG_STATE"]}),
        (1, [], "x", {"answers": ["REQUIRED"], "text": ["WRONG_STATE"]}),
        (2, [], None, {"text": ["REQUIRED"]}),
        (2, [], "many", {"text": ["WRONG_VALUE"]}),
        (2, [], "1_000", {"text": ["WRONG_VALUE"]}),
        (3, ["none", "pipe"], None, {"answers": ["EXCLUSIVE"]}),
        (3, ["pipe", "pipe"], None, {"answers": ["WRONG_VALUE"]}),
        (4, [], "  ", {"text": ["REQUIRED"]}),
        (6, [], "10.5", {"text": ["WRONG_VALUE"]}),
        (6, [], "nan", {"text": ["WRONG_VALUE"]}),
    ],
)
def test_answer_is_validated_as_in_a_chat(filling, smoking, qid, answers, text, errors):
    survey = filling(smoking)
    rejected = survey.post(qid, *answers, **({} if text is None else {"text": text}))
    assert rejected.status_code == 400
    assert rejected.json() == errors
    assert survey.client.get(f"{survey.path}/items").json() == []


def test_answer_of_another_question_is_rejected(filling, smoking):
    survey = filling(smoking)
    body = {"related_question": question(smoking, 1).pk, "answers": [answer(smoking, 3, "pipe")]}
    rejected = survey.client.post(f"{survey.path}/items", body)
    assert rejected.json() == {"answers": ["WRONG_VALUE"]}


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, {"related_question": ["This field is required."]}),
        ({"related_question": None}, {"related_question": ["This field may not be null."]}),
        (
            {"related_question": 2**70},
            {"related_question": [f'Invalid pk "{2**70}" - object does not exist.']},
        ),
        (
            {"related_question": "x", "answers": "y", "text": None},
            {
                "related_question": ["Incorrect type. Expected pk value, received str."],
                "answers": ['Expected a list of items but got type "str".'],
                "text": ["This field may not be null."],
            },
        ),
        (
            {"answers": [10**12]},
            {
                "related_question": ["This field is required."],
                "answers": [f'Invalid pk "{10**12}" - object does not exist.'],
            },
        ),
    ],
)
def test_wrong_types_and_unknown_ids_get_the_texts_of_drf(filling, smoking, body, errors):
    survey = filling(smoking)
    rejected = survey.client.post(f"{survey.path}/items", body)
    assert rejected.status_code == 400
    assert rejected.json() == errors


@pytest.mark.parametrize("answers", [[None], [True], [{}], [[1]], [1.5], list(range(2_000)), "[1", 7])
def test_answers_must_be_a_list_of_ids(filling, smoking, answers):
    survey = filling(smoking)
    body = {"related_question": question(smoking, 1).pk, "answers": answers}
    rejected = survey.client.post(f"{survey.path}/items", body)
    assert rejected.status_code == 400
    assert list(rejected.json()) == ["answers"]
    assert all(isinstance(text, str) for text in rejected.json()["answers"])


def test_unstorable_and_too_long_texts_are_rejected(filling, smoking, settings):
    settings.CHAT_SETTINGS = {"MESSAGE_TEXT_MAX": 5}
    survey = filling(smoking)
    for text in (r"a\u0000b", r"\ud800", "123456"):
        body = f'{{"related_question": {question(smoking, 4).pk}, "text": "{text}"}}'
        rejected = survey.client.generic(
            "POST", f"{survey.path}/items", body, content_type="application/json"
        )
        assert rejected.status_code == 400
        assert list(rejected.json()) == ["text"]


def test_question_accepts_only_one_item(filling, smoking):
    survey = filling(smoking)
    survey.give(1, "yes")
    rejected = survey.post(1, "no")
    assert rejected.status_code == 400
    assert rejected.json() == {"related_question": ["ALREADY_ANSWERED"]}
    both = survey.post(1, "no", text="x")
    assert both.json() == {"related_question": ["ALREADY_ANSWERED"], "text": ["WRONG_STATE"]}
    assert len(survey.client.get(f"{survey.path}/items").json()) == 1


def test_question_of_another_schema_is_rejected(filling, smoking):
    other = published_schema([{"type": "text"}])
    survey = filling(smoking)
    rejected = survey.client.post(
        f"{survey.path}/items", {"related_question": question(other, 1).pk, "text": "x"}
    )
    assert rejected.status_code == 400
    assert rejected.json() == {"related_question": ["QUESTION_FROM_WRONG_SCHEMA"]}


@pytest.mark.parametrize(
    "kind", [{"type": "message"}, {"type": "control"}, {"type": "fork", "forking_rules": [["-1", "1"]]}]
)
def test_messages_controls_and_forks_cannot_be_answered(filling, kind):
    survey = filling(published_schema([kind, {"type": "text"}]))
    rejected = survey.post(1, text="x")
    assert rejected.status_code == 400
    assert rejected.json() == {"related_question": ["NOT_A_QUESTION"]}


def test_verify_validates_and_stores_nothing(filling, smoking):
    survey = filling(smoking)
    before = survey.client.get(survey.path).json()
    checked = survey.post(1, "yes", verify=True)
    assert checked.status_code == 200
    item = checked.json()
    assert set(item) == SHARED_KEYS | {"survey_data"}
    assert item["id"] is None
    assert item["answers"] == [answer(smoking, 1, "yes")]
    assert item["survey_data"]["state"] == before["state"]
    assert survey.client.get(survey.path).json() == before
    assert not SurveyItem.objects.exists()
    assert survey.post(1, verify=True).json() == {"answers": ["REQUIRED"]}
    survey.give(1, "no")
    assert survey.post(1, "yes", verify=True).json() == {"related_question": ["ALREADY_ANSWERED"]}


class Fields(NewItemBody):
    """The fields of the body alone, without the rules of the survey."""

    def validate(self, attrs):
        return attrs


LIKELY = st.one_of(
    st.integers(-1, 2**63),
    st.booleans(),
    st.none(),
    st.text(st.sampled_from("aé 1\0\ud800"), max_size=8),
    st.floats(),
    st.lists(st.one_of(st.integers(-1, 9), st.booleans(), st.sampled_from(["", "1"])), max_size=4),
)


@given(
    st.dictionaries(
        st.sampled_from(["related_question", "answers", "text", "verify", "other"]), LIKELY, max_size=5
    )
)
def test_plain_body_is_what_the_serializer_returns(body):
    plain = plain_answer(body)
    if plain is not None:
        serializer = Fields(data=body)
        assert serializer.is_valid(), serializer.errors
        assert {"answer_ids": [], "text": "", **serializer.validated_data} == plain


@pytest.mark.parametrize(
    ("body", "is_plain"),
    [
        ({"related_question": 1}, True),
        ({"related_question": 1, "answers": [2, 3], "text": "x", "verify": True, "other": {}}, True),
        ({"related_question": "1"}, False),
        ({"related_question": True}, False),
        ({"related_question": 1, "answers": [1] * 1_001}, False),
        ({"related_question": 1, "answers": [2**63]}, False),
        ({"related_question": 1, "text": None}, False),
        ({"related_question": 1, "text": "\ud800"}, False),
        ({"related_question": 1, "text": "x" * 100_001}, False),
        ({}, False),
        ([], False),
        (None, False),
    ],
)
def test_body_passes_the_serializer_by_only_if_it_is_plain(body, is_plain):
    assert (plain_answer(body) is not None) is is_plain
