"""Answering the questions of a survey, changing answers and taking them back."""

from __future__ import annotations

import pytest
from django.contrib.contenttypes.models import ContentType

from chat_api.surveys.models import Survey, SurveyAttachment, SurveyItem
from tests.factories import published_schema
from tests.surveys.conftest import SMOKING, answer, question

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


def test_an_answer_comes_back_with_all_keys_and_the_new_state(filling, smoking, alice):
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


def test_a_single_item_shows_its_sender_but_not_its_survey(filling, smoking):
    survey = filling(smoking)
    made = survey.give(1, "yes")
    item = survey.client.get(f"{survey.path}/items/{made['id']}").json()
    assert set(item) == SHARED_KEYS | {"sender_data"}
    assert item["sender_data"]["first_name"] == "Alice"
    assert {key: item[key] for key in SHARED_KEYS} == {key: made[key] for key in SHARED_KEYS}


def test_several_answers_are_shown_by_position(filling, smoking):
    item = filling(smoking).give(3, "cigar", "pipe")
    assert [one["text"] for one in item["answers_data"]] == ["pipe", "cigar"]
    assert item["answers"] == [answer(smoking, 3, "pipe"), answer(smoking, 3, "cigar")]


def test_typed_text_is_stripped_and_escaped_unless_the_host_turns_that_off(filling, smoking, settings):
    survey = filling(smoking)
    item = survey.give(5, text=' <i>Cohiba</i> & "co" ')
    assert item["text"] == "&lt;i&gt;Cohiba&lt;/i&gt; &amp; &quot;co&quot;"
    settings.CHAT_SETTINGS = {"ESCAPE_TEXT": False}
    changed = survey.client.patch(f"{survey.path}/items/{item['id']}", {"text": "<b>"})
    assert changed.json()["text"] == "<b>"


def test_text_is_escaped_when_it_is_changed_too(filling, smoking):
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
def test_an_answer_is_checked_as_in_a_chat(filling, smoking, qid, answers, text, errors):
    survey = filling(smoking)
    refused = survey.post(qid, *answers, **({} if text is None else {"text": text}))
    assert refused.status_code == 400
    assert refused.json() == errors
    assert survey.client.get(f"{survey.path}/items").json() == []


def test_an_answer_of_another_question_is_refused(filling, smoking):
    survey = filling(smoking)
    body = {"related_question": question(smoking, 1).pk, "answers": [answer(smoking, 3, "pipe")]}
    refused = survey.client.post(f"{survey.path}/items", body)
    assert refused.json() == {"answers": ["WRONG_VALUE"]}


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
def test_what_names_nothing_is_refused_in_the_words_of_the_framework(filling, smoking, body, errors):
    survey = filling(smoking)
    refused = survey.client.post(f"{survey.path}/items", body)
    assert refused.status_code == 400
    assert refused.json() == errors


@pytest.mark.parametrize("answers", [[None], [True], [{}], [[1]], [1.5], list(range(2_000)), "[1", 7])
def test_answers_that_are_no_list_of_ids_are_refused_by_name(filling, smoking, answers):
    survey = filling(smoking)
    body = {"related_question": question(smoking, 1).pk, "answers": answers}
    refused = survey.client.post(f"{survey.path}/items", body)
    assert refused.status_code == 400
    assert list(refused.json()) == ["answers"]
    assert all(isinstance(text, str) for text in refused.json()["answers"])


def test_a_text_that_cannot_be_stored_or_is_too_long_is_refused(filling, smoking, settings):
    settings.CHAT_SETTINGS = {"MESSAGE_TEXT_MAX": 5}
    survey = filling(smoking)
    for text in (r"a\u0000b", r"\ud800", "123456"):
        body = f'{{"related_question": {question(smoking, 4).pk}, "text": "{text}"}}'
        refused = survey.client.generic("POST", f"{survey.path}/items", body, content_type="application/json")
        assert refused.status_code == 400
        assert list(refused.json()) == ["text"]


def test_a_question_takes_one_answer(filling, smoking):
    survey = filling(smoking)
    survey.give(1, "yes")
    refused = survey.post(1, "no")
    assert refused.status_code == 400
    assert refused.json() == {"related_question": ["ALREADY_ANSWERED"]}
    both = survey.post(1, "no", text="x")
    assert both.json() == {"related_question": ["ALREADY_ANSWERED"], "text": ["WRONG_STATE"]}
    assert len(survey.client.get(f"{survey.path}/items").json()) == 1


def test_a_question_of_another_schema_is_refused(filling, smoking):
    other = published_schema([{"type": "text"}])
    survey = filling(smoking)
    refused = survey.client.post(
        f"{survey.path}/items", {"related_question": question(other, 1).pk, "text": "x"}
    )
    assert refused.status_code == 400
    assert refused.json() == {"related_question": ["QUESTION_FROM_WRONG_SCHEMA"]}


@pytest.mark.parametrize(
    "kind", [{"type": "message"}, {"type": "control"}, {"type": "fork", "forking_rules": [["-1", "1"]]}]
)
def test_what_asks_nothing_cannot_be_answered(filling, kind):
    survey = filling(published_schema([kind, {"type": "text"}]))
    refused = survey.post(1, text="x")
    assert refused.status_code == 400
    assert refused.json() == {"related_question": ["NOT_A_QUESTION"]}


def test_verify_checks_and_stores_nothing(filling, smoking):
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


@pytest.mark.parametrize("method", ["patch", "put"])
def test_an_answer_can_be_changed(filling, smoking, method):
    survey = filling(smoking)
    path = f"{survey.path}/items/{survey.give(1, 'yes')['id']}"
    changed = getattr(survey.client, method)(path, {"answers": [answer(smoking, 1, "no")]})
    assert changed.status_code == 200
    assert [one["text"] for one in changed.json()["answers_data"]] == ["no"]
    assert changed.json() == survey.client.get(path).json()
    assert survey.state["visibility"] == [1, 4, 6]


@pytest.mark.parametrize("method", ["patch", "put"])
def test_what_is_not_sent_or_fixed_stays(filling, smoking, bob, method):
    survey = filling(smoking)
    made = survey.give(3, "cigar", "pipe")
    path = f"{survey.path}/items/{made['id']}"
    body = {
        "related_question": question(smoking, 4).pk,
        "position": 9,
        "sender": bob.pk,
        "type": "z",
        "survey": 9,
        "meta": {"z": 1},
    }
    changed = getattr(survey.client, method)(path, body)
    assert changed.status_code == 200
    fixed = SHARED_KEYS - {"updated"}
    assert {key: changed.json()[key] for key in fixed} == {key: made[key] for key in fixed}


def test_a_changed_answer_is_checked_like_a_new_one(filling, smoking):
    survey = filling(smoking)
    path = f"{survey.path}/items/{survey.give(1, 'yes')['id']}"

    def refused(body):
        response = survey.client.patch(path, body)
        assert response.status_code == 400
        return response.json()

    yes, no = answer(smoking, 1, "yes"), answer(smoking, 1, "no")
    assert refused({"answers": [yes, no]}) == {"answers": ["TOO_MANY"]}
    assert refused({"answers": [answer(smoking, 3, "pipe")]}) == {"answers": ["WRONG_VALUE"]}
    assert refused({"answers": []}) == {"answers": ["REQUIRED"]}
    assert refused({"answers": [10**9]}) == {"answers": [f'Invalid pk "{10**9}" - object does not exist.']}
    assert refused({"text": "x"}) == {"text": ["WRONG_STATE"]}
    assert refused({"text": None, "answers": []}) == {
        "text": ["This field may not be null."],
        "answers": ["REQUIRED"],
    }
    number = f"{survey.path}/items/{survey.give(2, text='20')['id']}"
    assert survey.client.patch(number, {"text": "x"}).json() == {"text": ["WRONG_VALUE"]}
    assert survey.client.patch(number, {"text": ""}).json() == {"text": ["REQUIRED"]}
    assert survey.client.get(number).json()["text"] == "20"


def test_a_typed_text_beside_a_choice_is_kept_when_the_choice_changes(filling):
    schema = published_schema(
        [{"type": "choice", "choice_open": True, "answers": [{"text": "a"}, {"text": "b"}]}]
    )
    survey = filling(schema)
    item = survey.give(1, "a", text="R&D")
    assert item["text"] == "R&amp;D"
    changed = survey.client.patch(f"{survey.path}/items/{item['id']}", {"answers": [answer(schema, 1, "b")]})
    assert changed.json()["text"] == "R&amp;D"
    assert changed.json()["answers"] == [answer(schema, 1, "b")]


def test_an_answer_can_be_taken_back_and_given_anew(filling, smoking):
    survey = filling(smoking)
    first = survey.give(1, "yes")
    path = f"{survey.path}/items/{first['id']}"
    assert survey.client.delete(path).status_code == 204
    assert survey.state == {"visibility": [1], "completed": False}
    assert survey.client.delete(path).status_code == 404
    assert survey.client.patch(path, {"text": "x"}).status_code == 404
    assert survey.give(1, "no")["id"] != first["id"]


def test_items_are_listed_in_the_order_in_which_they_were_given(filling, smoking):
    survey = filling(smoking)
    ids = [survey.give(qid, text=text)["id"] for qid, text in ((6, "3"), (2, "20"), (4, "x"))]
    listed = survey.client.get(f"{survey.path}/items").json()
    assert [item["id"] for item in listed] == ids
    assert all(set(item) == SHARED_KEYS | {"survey_data"} for item in listed)


def test_items_are_filtered_ordered_cut_and_paged(filling, smoking):
    survey = filling(smoking)
    ids = [survey.give(qid, text=text)["id"] for qid, text in ((6, "3"), (2, "20"), (4, "x"))]

    def listed(query):
        return survey.client.get(f"{survey.path}/items?{query}").json()

    assert listed("ordering=position&fields=position") == [
        {"position": 2},
        {"position": 4},
        {"position": 6},
    ]
    assert [item["id"] for item in listed("position__gt=2")] == [ids[0], ids[2]]
    assert [item["id"] for item in listed(f"related_question={question(smoking, 2).pk}")] == [ids[1]]
    assert listed("related_question=x") == {"related_question": ["Enter a whole number."]}
    assert [item["id"] for item in listed("limit=2&offset=1")["results"]] == ids[1:]
    assert survey.give(1, "yes")
    cut = listed("fields=text,answers_data__text,related_question_data__answers__text&position=1")
    assert cut == [
        {
            "text": "",
            "answers_data": [{"text": "yes"}],
            "related_question_data": {"answers": [{"text": "yes"}, {"text": "no"}]},
        }
    ]


def test_a_list_of_items_is_never_longer_than_a_schema_may_be(filling, smoking, settings):
    survey = filling(smoking)
    for qid, text in ((6, "3"), (2, "20"), (4, "x")):
        survey.give(qid, text=text)
    settings.CHAT_SETTINGS = {"SCHEMA_QUESTIONS_MAX": 2}
    assert len(survey.client.get(f"{survey.path}/items").json()) == 2


def test_an_item_is_found_in_its_own_survey_alone(filling, smoking):
    first, second = filling(smoking), filling(smoking)
    item = first.give(1, "yes")
    for method in ("get", "patch", "put", "delete"):
        response = getattr(second.client, method)(f"{second.path}/items/{item['id']}")
        assert response.status_code == 404
    assert first.client.get(f"{first.path}/items/{item['id']}").status_code == 200


def test_items_that_answer_another_schemas_question_are_still_shown(filling, smoking):
    other = published_schema(SMOKING, name="other")
    survey = filling(smoking)
    foreign = question(other, 1)
    row = SurveyItem.objects.create(survey_id=survey.id, related_question=foreign, position=1)
    row.answers.add(answer(other, 1, "no"))
    own = SurveyItem.objects.create(survey_id=survey.id, related_question=question(smoking, 1), position=1)
    own.answers.add(answer(other, 3, "pipe"))
    items = survey.client.get(f"{survey.path}/items").json()
    assert items[0]["related_question_data"]["schema"] == other.pk
    assert [one["text"] for one in items[0]["answers_data"]] == ["no"]
    assert [one["text"] for one in items[1]["answers_data"]] == ["pipe"]
    path = f"{survey.path}/items/{row.pk}"
    assert survey.client.patch(path, {"answers": [answer(other, 1, "yes")]}).json() == {
        "related_question": ["QUESTION_FROM_WRONG_SCHEMA"]
    }
    assert survey.client.delete(path).status_code == 204


def test_touching_a_survey_changes_updated_alone(filling, smoking, bob):
    survey = filling(smoking)
    before = survey.client.get(survey.path).json()
    for method in ("patch", "put"):
        body = {"automated_sender": bob.pk, "schema": 9, "user": bob.pk, "state": {}}
        changed = getattr(survey.client, method)(survey.path, body)
        assert changed.status_code == 200
        after = changed.json()
        assert after.pop("updated") > before["updated"]
        assert after == {key: value for key, value in before.items() if key != "updated"}


def test_a_survey_goes_with_its_items(filling, smoking):
    survey = filling(smoking)
    survey.give(1, "yes")
    assert survey.client.delete(survey.path).status_code == 204
    assert not Survey.objects.exists()
    assert not SurveyItem.objects.exists()
    assert survey.client.get(survey.path).status_code == 404


def test_attachments_are_shown_beside_their_item(filling, smoking, alice):
    survey = filling(smoking)
    made = survey.give(4, text="look")
    row = SurveyAttachment.objects.create(
        item_id=made["id"],
        type="youtube",
        title="a film",
        url="https://youtu.be/x",
        thumbnail={"width": 1, "height": 2, "src": "https://img.test/x.jpg"},
        content_type=ContentType.objects.get_for_model(alice),
        object_id=alice.pk,
    )
    SurveyItem.objects.filter(pk=made["id"]).update(has_attachments=True)
    shown = survey.client.get(f"{survey.path}/items/{made['id']}").json()
    assert shown["has_attachments"] is True
    assert shown["attachments_data"] == [
        {
            "title": "a film",
            "item": made["id"],
            "description": "",
            "src": "https://youtu.be/x",
            "id": row.pk,
            "thumbnail": {"width": 1, "height": 2, "src": "https://img.test/x.jpg"},
            "options": None,
            "object_id": alice.pk,
            "content_type": row.content_type_id,
            "type": "youtube",
            "content_type_name": "user",
        }
    ]
    cut = survey.client.get(f"{survey.path}/items?fields=attachments_data__title").json()
    assert cut == [{"attachments_data": [{"title": "a film"}]}]
