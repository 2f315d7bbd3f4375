"""Changing, removing and listing the items of a survey."""

from __future__ import annotations

import pytest
from django.contrib.contenttypes.models import ContentType

from chat_api.surveys.models import Survey, SurveyAttachment, SurveyItem
from tests.factories import published_schema
from tests.surveys.conftest import SMOKING, answer, question
from tests.surveys.test_items import SHARED_KEYS

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("method", ["patch", "put"])
def test_answer_can_be_changed(filling, smoking, method):
    survey = filling(smoking)
    path = f"{survey.path}/items/{survey.give(1, 'yes')['id']}"
    changed = getattr(survey.client, method)(path, {"answers": [answer(smoking, 1, "no")]})
    assert changed.status_code == 200
    assert [one["text"] for one in changed.json()["answers_data"]] == ["no"]
    assert changed.json() == survey.client.get(path).json()
    assert survey.state["visibility"] == [1, 4, 6]


@pytest.mark.parametrize("method", ["patch", "put"])
def test_fields_that_are_read_only_or_not_sent_do_not_change(filling, smoking, bob, method):
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


def test_changed_answer_is_validated_like_a_new_one(filling, smoking):
    survey = filling(smoking)
    path = f"{survey.path}/items/{survey.give(1, 'yes')['id']}"

    def rejected(body):
        response = survey.client.patch(path, body)
        assert response.status_code == 400
        return response.json()

    yes, no = answer(smoking, 1, "yes"), answer(smoking, 1, "no")
    assert rejected({"answers": [yes, no]}) == {"answers": ["TOO_MANY"]}
    assert rejected({"answers": [answer(smoking, 3, "pipe")]}) == {"answers": ["WRONG_VALUE"]}
    assert rejected({"answers": []}) == {"answers": ["REQUIRED"]}
    assert rejected({"answers": [10**9]}) == {"answers": [f'Invalid pk "{10**9}" - object does not exist.']}
    assert rejected({"text": "x"}) == {"text": ["WRONG_STATE"]}
    assert rejected({"text": None, "answers": []}) == {
        "text": ["This field may not be null."],
        "answers": ["REQUIRED"],
    }
    number = f"{survey.path}/items/{survey.give(2, text='20')['id']}"
    assert survey.client.patch(number, {"text": "x"}).json() == {"text": ["WRONG_VALUE"]}
    assert survey.client.patch(number, {"text": ""}).json() == {"text": ["REQUIRED"]}
    assert survey.client.get(number).json()["text"] == "20"


def test_typed_text_is_kept_when_the_choice_changes(filling):
    schema = published_schema(
        [{"type": "choice", "choice_open": True, "answers": [{"text": "a"}, {"text": "b"}]}]
    )
    survey = filling(schema)
    item = survey.give(1, "a", text="R&D")
    assert item["text"] == "R&amp;D"
    changed = survey.client.patch(f"{survey.path}/items/{item['id']}", {"answers": [answer(schema, 1, "b")]})
    assert changed.json()["text"] == "R&amp;D"
    assert changed.json()["answers"] == [answer(schema, 1, "b")]


def test_answer_can_be_removed_and_given_again(filling, smoking):
    survey = filling(smoking)
    first = survey.give(1, "yes")
    path = f"{survey.path}/items/{first['id']}"
    assert survey.client.delete(path).status_code == 204
    assert survey.state == {"visibility": [1], "completed": False}
    assert survey.client.delete(path).status_code == 404
    assert survey.client.patch(path, {"text": "x"}).status_code == 404
    assert survey.give(1, "no")["id"] != first["id"]


def test_items_are_listed_oldest_first(filling, smoking):
    survey = filling(smoking)
    ids = [survey.give(qid, text=text)["id"] for qid, text in ((6, "3"), (2, "20"), (4, "x"))]
    listed = survey.client.get(f"{survey.path}/items").json()
    assert [item["id"] for item in listed] == ids
    assert all(set(item) == SHARED_KEYS | {"survey_data"} for item in listed)


def test_items_can_be_filtered_ordered_selected_and_paginated(filling, smoking):
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


def test_plain_list_of_items_ends_at_schema_questions_max(filling, smoking, settings):
    survey = filling(smoking)
    for qid, text in ((6, "3"), (2, "20"), (4, "x")):
        survey.give(qid, text=text)
    settings.CHAT_SETTINGS = {"SCHEMA_QUESTIONS_MAX": 2}
    assert len(survey.client.get(f"{survey.path}/items").json()) == 2


def test_item_of_another_survey_is_not_found(filling, smoking):
    first, second = filling(smoking), filling(smoking)
    item = first.give(1, "yes")
    for method in ("get", "patch", "put", "delete"):
        response = getattr(second.client, method)(f"{second.path}/items/{item['id']}")
        assert response.status_code == 404
    assert first.client.get(f"{first.path}/items/{item['id']}").status_code == 200


def test_items_that_answer_questions_of_another_schema_are_shown(filling, smoking):
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


def test_touching_a_survey_changes_only_updated(filling, smoking, bob):
    survey = filling(smoking)
    before = survey.client.get(survey.path).json()
    for method in ("patch", "put"):
        body = {"automated_sender": bob.pk, "schema": 9, "user": bob.pk, "state": {}}
        changed = getattr(survey.client, method)(survey.path, body)
        assert changed.status_code == 200
        after = changed.json()
        assert after.pop("updated") > before["updated"]
        assert after == {key: value for key, value in before.items() if key != "updated"}


def test_deleting_a_survey_deletes_its_items(filling, smoking):
    survey = filling(smoking)
    survey.give(1, "yes")
    assert survey.client.delete(survey.path).status_code == 204
    assert not Survey.objects.exists()
    assert not SurveyItem.objects.exists()
    assert survey.client.get(survey.path).status_code == 404


def test_attachments_are_shown_with_their_item(filling, smoking, alice):
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


def test_number_is_stored_in_plain_notation_and_as_typed(filling, alice, settings):
    schema = published_schema([{"type": "float"}, {"type": "range", "range_from": 0, "range_to": 5000}])
    survey = filling(schema)
    item = survey.give(1, text=" 36,6 ")
    path = f"{survey.path}/items/{item['id']}"

    def stored():
        return SurveyItem.objects.values_list("text", "typed_text").get(pk=item["id"])

    assert (item["text"], stored()) == ("36.6", ("36.6", "36,6"))
    changed = survey.client.patch(path, {"text": "1\u00a0000,5"})
    assert (changed.json()["text"], stored()) == ("1000.5", ("1000.5", "1\u00a0000,5"))
    assert survey.client.patch(path, {"text": "37"}).status_code == 200
    assert stored() == ("37", None)
    rejected = survey.client.patch(path, {"text": "1,234"})
    assert (rejected.status_code, rejected.json()) == (400, {"text": ["WRONG_VALUE"]})
    assert survey.post(2, text="6 000").json() == {"text": ["WRONG_VALUE"]}
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "USER_LANGUAGE": lambda user: "en"}
    assert survey.client.patch(path, {"text": "1,234"}).json()["text"] == "1234"
    assert stored() == ("1234", "1,234")
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "USER_LANGUAGE": lambda user: "pl"}
    assert survey.give(2, text="1,234")["text"] == "1.234"
