"""`threads/{id}/messages/{pk}/question`: what an own answer replied to, to change it."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.permissions import BasePermission

from chat_api.chat.choices import PERMISSIONS_ALL, Permission
from chat_api.chat.models import Message
from chat_api.schemas.models import Schema
from tests.chat import test_repeats
from tests.chat.conftest import client_of
from tests.chat.talking import Talk, answer, begin, set_state
from tests.chat.test_correcting import corrected, pet_owner, start
from tests.chat.test_query_counts import count
from tests.factories import MemberFactory, MessageFactory, published_schema

pytestmark = pytest.mark.django_db

FOOD: list[dict[str, Any]] = [
    {
        "name": "diet",
        "type": "choice",
        "text": "Diet?",
        "answers": [{"text": "vegan", "value": "vegan"}, {"text": "any", "value": "any"}],
    },
    {
        "name": "dish",
        "type": "choice",
        "text": "{{ user.first_name }}, you eat {{ answers.diet }}. Dish?",
        "choice_open": True,
        "answers": [
            {"text": "salad", "value": "salad"},
            {"text": "steak", "value": "steak", "show_if": 'diet == "any"'},
        ],
    },
    {"name": "drink", "text": "Drink?", "skip": "Nothing"},
    {"name": "price", "text": "Price?", "type": "float"},
    {"text": "Anything else?", "name": "rest"},
]


class Nobody(BasePermission):
    def has_permission(self, request: Any, view: Any) -> bool:
        return False


def path_of(talk: Talk, message: int) -> str:
    return f"{talk.path}/messages/{message}/question"


def asked(talk: Talk, message: int, query: str = "") -> dict[str, Any]:
    response = talk.client.get(path_of(talk, message) + query)
    assert response.status_code == 200, response.content
    shown: dict[str, Any] = response.json()
    return shown


def status(talk: Talk, message: int, *, user: Any = None) -> int:
    code: int = client_of(user or talk.user).get(path_of(talk, message)).status_code
    return code


def test_question_is_shown_as_it_was_asked_with_the_answers_that_it_offered(alice: Any) -> None:
    talk, schema = start(alice, published_schema(FOOD)), Schema.objects.get()
    diet = talk.say(answers=[answer(schema, 1, 1)])
    question = talk.thread()["question_data"]
    dish = talk.say(answers=[answer(schema, 2, 1)])
    shown = asked(talk, dish["id"])
    assert shown["question"]["text"] == question["text"] == f"{alice.first_name}, you eat vegan. Dish?"
    assert [each["text"] for each in shown["question"]["answers"]] == ["salad"]
    assert (shown["answers"], shown["text"], shown["correctable"]) == ([answer(schema, 2, 1)], "", True)
    first = asked(talk, diet["id"])
    assert [each["text"] for each in first["question"]["answers"]] == ["vegan", "any"]
    assert first["answers"] == [answer(schema, 1, 1)]


def test_text_is_what_was_typed(alice: Any) -> None:
    talk, schema = start(alice, published_schema(FOOD)), Schema.objects.get()
    talk.say(answers=[answer(schema, 1, 2)])
    dish = talk.say(answers=[answer(schema, 2, 2)], text="with <chips> & peas")
    drink = talk.say(text="a < b & &amp;")
    price = talk.say(text=" 12.50 ")
    assert asked(talk, dish["id"])["text"] == "with <chips> & peas"
    assert asked(talk, dish["id"])["answers"] == [answer(schema, 2, 2)]
    assert asked(talk, drink["id"])["text"] == "a < b & &amp;"
    assert float(asked(talk, price["id"])["text"]) == 12.5


def test_skipped_question_has_neither_answers_nor_text(alice: Any) -> None:
    talk, schema = start(alice, published_schema(FOOD)), Schema.objects.get()
    talk.say(answers=[answer(schema, 1, 1)])
    talk.say(answers=[answer(schema, 2, 1)])
    skipped = talk.say(skip=True)
    shown = asked(talk, skipped["id"])
    assert (shown["answers"], shown["text"], shown["question"]["skip"]) == ([], "", "Nothing")


def test_answer_that_is_shown_as_correctable_is_corrected(alice: Any) -> None:
    talk, said = pet_owner(alice)
    for message in said:
        shown = asked(talk, message)
        assert shown["correctable"] is True
        body = {"answers": shown["answers"], "text": shown["text"]}
        new = corrected(talk, message, **{key: value for key, value in body.items() if value})
        # The corrected answer is another message now.
        assert status(talk, message) == 404
        assert asked(talk, new["id"])["answers"] == shown["answers"]


def test_each_round_of_a_group_has_its_own_question(alice: Any) -> None:
    talk = test_repeats.start(alice)
    said = test_repeats.said(talk, *test_repeats.TWO)
    texts = ("When was Ann born?", "How many doses did Ann get, at 3?", "When was Bob born?")
    for message, text in zip((said[2], said[3], said[5]), texts, strict=True):
        shown = asked(talk, message["id"])
        assert (shown["question"]["text"], shown["text"]) == (text, message["text"])
        assert shown["correctable"] is True


def test_run_without_names_is_shown_and_not_correctable(alice: Any) -> None:
    questions: list[dict[str, Any]] = [
        {"type": "multichoice", "choice_open": True, "answers": [{"text": "a"}, {"text": "a, b"}]},
        {"text": "Name?"},
        {"text": "Rest?"},
    ]
    talk, schema = begin(alice, published_schema(questions)), Schema.objects.get()
    both = [answer(schema, 1, 1), answer(schema, 1, 2)]
    shown = asked(talk, talk.say(answers=both, text="c, d")["id"])
    assert (shown["answers"], shown["text"], shown["correctable"]) == (both, "c, d", False)
    shown = asked(talk, talk.say(text="x & y")["id"])
    assert (shown["answers"], shown["text"], shown["correctable"]) == ([], "x & y", False)


def test_earlier_run_is_shown_with_its_own_schema_and_values(alice: Any) -> None:
    talk, schema = start(alice, published_schema(FOOD)), Schema.objects.get()
    talk.say(answers=[answer(schema, 1, 1)])
    dish = talk.say(answers=[answer(schema, 2, 1)])
    talk.say(text="water")
    talk.say(text="2")
    talk.say(text="no")
    body = {"state": "scripted", "schema": published_schema([{"text": "New?", "name": "new"}]).pk}
    assert talk.control(alice, **body).status_code == 200
    shown = asked(talk, dish["id"])
    assert shown["question"]["schema"] == schema.pk
    assert [each["text"] for each in shown["question"]["answers"]] == ["salad"]
    assert (shown["answers"], shown["correctable"]) == ([answer(schema, 2, 1)], False)


def test_answer_is_not_correctable_without_the_permission(alice: Any) -> None:
    talk, said = pet_owner(alice)
    set_state(talk, permissions=PERMISSIONS_ALL & ~Permission.THREAD_ROLLBACK)
    assert asked(talk, said[1])["correctable"] is False


def test_permission_class_of_corrections_decides_what_is_correctable(alice: Any, settings: Any) -> None:
    talk, said = pet_owner(alice)
    settings.CHAT_SETTINGS = {
        "PERMISSIONS_THREAD_CORRECT": "tests.chat.test_asked_questions.Nobody",
    }
    assert asked(talk, said[1])["correctable"] is False


def test_paused_run_is_not_correctable(alice: Any) -> None:
    talk, said = pet_owner(alice)
    assert talk.control(alice, paused=True).status_code == 200
    assert asked(talk, said[1])["correctable"] is False


def test_everything_but_own_answers_is_not_found(alice: Any, bob: Any) -> None:
    talk, said = pet_owner(alice)
    MemberFactory.create(thread_id=talk.thread_id, user=bob, permissions=PERMISSIONS_ALL)
    plain = MessageFactory.create(thread_id=talk.thread_id, sender=alice)
    asks = Message.objects.filter(thread_id=talk.thread_id, asks=True).values_list("pk", flat=True)
    for message in (plain.pk, *asks, 0, 10**9, 10**30, 2**63):
        assert status(talk, message) == 404, message
    assert status(talk, said[0], user=bob) == 404
    Message.objects.get(pk=said[0]).delete()
    assert status(talk, said[0]) == 404


def test_answer_of_another_thread_is_not_found(alice: Any) -> None:
    talk, said = pet_owner(alice)
    other = begin(alice, Schema.objects.get())
    assert status(other, said[0]) == 404
    assert status(talk, said[0]) == 200


def test_user_who_left_the_thread_does_not_see_it(alice: Any, bob: Any) -> None:
    talk, said = pet_owner(alice)
    MemberFactory.create(thread_id=talk.thread_id, user=bob)
    assert talk.client.delete(talk.path).status_code == 204
    assert status(talk, said[0]) == 403
    assert client_of(None).get(path_of(talk, said[0])).status_code in (401, 403)


def test_fields_are_selected(alice: Any) -> None:
    talk, said = pet_owner(alice)
    shown = asked(talk, said[1], "?fields=question__text,text")
    assert shown == {"question": {"text": "Which?"}, "text": "cat"}


def test_number_of_queries_does_not_grow_with_the_run(alice: Any) -> None:
    questions = [{"text": f"{number}? {{{{ answers.q1 }}}}", "name": f"q{number}"} for number in range(1, 31)]
    talk = start(alice, published_schema(questions))
    first = talk.say(text="x")["id"]
    talk.say(text="x")
    few = count(talk.client, "get", path_of(talk, first))
    for _ in range(25):
        talk.say(text="x")
    assert count(talk.client, "get", path_of(talk, first)) == few <= 8
