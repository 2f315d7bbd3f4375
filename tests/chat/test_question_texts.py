"""Template variables of the texts of a script."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework import serializers

from chat_api.chat.models import Attachment, Message
from chat_api.schemas.models import AttachmentTemplate
from tests.chat.conftest import thread_with
from tests.chat.talking import Talk, answer, begin, question
from tests.factories import draft_schema, publish_unchecked, published_schema

pytestmark = pytest.mark.django_db


class NameAndMail(serializers.Serializer[Any]):
    name = serializers.CharField(source="username")


def test_text_has_the_account_fields_that_the_host_shows(alice: Any, settings: Any) -> None:
    schema = published_schema([{"text": "Hi {{ user.first_name }}{{ user.password }}{{ user.name }}"}])
    assert begin(alice, schema).texts() == ["Hi Alice"]
    settings.CHAT_SETTINGS = {"ACCOUNT_SERIALIZER": NameAndMail}
    assert begin(alice, schema).messages("&fields=text") == [{"text": "Hi alice"}]


def test_text_can_use_thread_and_sender(alice: Any) -> None:
    text = "{{ thread.title }} {{ thread.type }} {{ sender.first_name }}"
    talk = begin(alice, published_schema([{"text": text}]), title="Mine", automated_sender=alice.pk)
    assert talk.texts() == ["Mine chat Alice"]


def test_unknown_name_renders_empty_or_its_fallback(alice: Any) -> None:
    schema = published_schema([{"text": '[{{ nope.what }}][{{ user.nope|fallback:"you" }}]'}])
    assert begin(alice, schema).texts() == ["[][you]"]


def test_text_uses_variables_after_the_modifications_of_the_question(alice: Any) -> None:
    schema = published_schema([{"text": "{{ variables.x }}", "variable_modifications": [["x", "x + 2"]]}])
    assert begin(alice, schema).texts() == ["2"]


def test_text_can_use_the_current_answer(alice: Any) -> None:
    schema = published_schema([{"text": "Name?"}, {"text": "Hello {{ answers.q1 }}!"}])
    talk = begin(alice, schema)
    said = talk.say(text="Ann")
    assert talk.texts() == ["Name?", "Ann", "Hello Ann!"]
    assert said["thread_data"]["question_data"]["text"] == "Hello Ann!"
    assert talk.thread()["question_data"]["text"] == "Hello Ann!"


def test_text_uses_the_last_answer_to_a_question(alice: Any) -> None:
    schema = published_schema([{"text": "a"}, {"text": "b {{ answers.q1 }}", "next_qid": 1}])
    talk = begin(alice, schema)
    for text in ("one", "x", "two"):
        talk.say(text=text)
    assert talk.texts()[-1] == "b two"


def test_new_run_does_not_see_answers_of_the_last_one(alice: Any) -> None:
    schema = published_schema([{"text": "a {{ answers.q1 }}{{ answers.q2 }}"}, {}])
    talk = begin(alice, schema, on_finish="repeat")
    talk.say(text="one")
    talk.say(text="two")
    assert talk.texts()[-1] == "a "


def test_messages_of_other_members_are_not_answers(alice: Any, bob: Any) -> None:
    schema = published_schema([{}, {"text": "{{ answers.q1 }}"}])
    talk = begin(alice, schema)
    Message.objects.create(
        thread_id=talk.thread_id, sender=bob, text="bob", related_question=question(schema, 1)
    )
    talk.say(text="mine")
    assert talk.texts()[-1] == "mine"


@pytest.mark.parametrize("escape", [True, False])
def test_values_are_inserted_as_they_are_and_not_rendered_again(
    alice: Any, settings: Any, escape: bool
) -> None:
    settings.CHAT_SETTINGS = {"ESCAPE_TEXT": escape}
    alice.first_name = "<b>"
    schema = published_schema([{"text": "<i>{{ user.first_name }}</i>"}, {"text": "<i>{{ answers.q1 }}</i>"}])
    talk = begin(alice, schema)
    talk.say(text="{{ user.id }} & <u>")
    stored = "{{ user.id }} &amp; &lt;u&gt;" if escape else "{{ user.id }} & <u>"
    assert talk.texts() == ["<i><b></i>", stored, "<i>{{ user.id }} & <u></i>"]


def test_text_of_an_answer_is_stored_as_shown(alice: Any) -> None:
    schema = published_schema(
        [{"type": "choice", "answers": [{"text": "I, {{ user.first_name }}"}], "choice_open": True}, {}]
    )
    talk = begin(alice, schema)
    shown = talk.thread()["question_data"]["answers"][0]["text"]
    said = talk.say(answers=[answer(schema, 1, 1)], text="<so>")
    assert said["text"] == "I, Alice, &lt;so&gt;"
    assert shown == "I, Alice"


def test_title_of_an_attachment_of_a_question_is_rendered(alice: Any) -> None:
    schema = draft_schema([{"text": "Look", "has_attachments": True}])
    AttachmentTemplate.objects.create(
        question=question(schema, 1),
        type="youtube",
        url="https://www.youtube.com/watch?v=abcdefghijk",
        title="For {{ user.first_name }}",
        description="{{ kept }}",
    )
    talk = begin(alice, publish_unchecked(schema))
    (attachment,) = talk.messages()[0]["attachments_data"]
    assert attachment["title"] == "For Alice"
    assert attachment["description"] == "{{ kept }}"
    assert Attachment.objects.get().message_id == talk.messages()[0]["id"]


def test_rendered_title_is_truncated_to_its_column(alice: Any) -> None:
    alice.first_name = "y" * 150
    schema = draft_schema([{}])
    AttachmentTemplate.objects.create(
        question=question(schema, 1), type="youtube", title="{{ user.first_name }}" * 10
    )
    talk = begin(alice, publish_unchecked(schema))
    assert talk.messages()[0]["attachments_data"][0]["title"] == "y" * 255


def week(user_thread: Any, question: Any) -> dict[str, Any]:
    return {"week": 3, "name_of": user_thread.user.username, "qid_of": question.qid}


def test_context_providers_of_the_host_extend_the_context(alice: Any, settings: Any) -> None:
    text = "{{ week }} {{ name_of }} {{ qid_of }}"
    settings.CHAT_SETTINGS = {"QUESTION_CONTEXT_PROVIDERS": ["tests.chat.test_question_texts.week"]}
    assert begin(alice, published_schema([{"text": text}])).texts() == ["3 alice 1"]
    settings.CHAT_SETTINGS = {
        "QUESTION_CONTEXT_PROVIDERS": {"card": "tests.chat.test_question_texts.week", "ctx": week}
    }
    assert begin(alice, published_schema([{"text": text}])).texts() == ["  "]
    assert begin(alice, published_schema([{"text": text, "show_as_type": "card"}])).texts() == ["3 alice 1"]
    by_meta = published_schema([{"text": text, "meta": {"context": "ctx"}}])
    assert begin(alice, by_meta).texts() == ["3 alice 1"]


def double(argument: str, context: Any) -> Any:
    return [argument * 2, context["user"]["first_name"]]


def test_meta_is_resolved_in_the_message_and_in_the_question(alice: Any, settings: Any) -> None:
    settings.CHAT_SETTINGS = {
        "META_RESOLVERS": {"double": "tests.chat.test_question_texts.double"},
        "META_RESOLVER_SETTINGS_ALLOWED": ("TIME_ZONE",),
    }
    meta = {
        "a": {"$resolve": "double:x"},
        "zone": {"$resolve": "setting:TIME_ZONE"},
        "secret": {"$resolve": "setting:SECRET_KEY"},
        "nobody": {"$resolve": "nobody:x"},
        "plain": [1],
    }
    talk = begin(alice, published_schema([{"meta": meta}]))
    resolved = {"a": ["xx", "Alice"], "zone": "UTC", "secret": None, "nobody": None, "plain": [1]}
    assert talk.messages()[0]["meta"] == resolved
    assert talk.thread()["question_data"]["meta"] == resolved


@pytest.mark.parametrize("escape", [True, False])
def test_messages_are_escaped_on_post_and_patch_unless_turned_off(
    alice: Any, settings: Any, escape: bool
) -> None:
    settings.CHAT_SETTINGS = {"ESCAPE_TEXT": escape}
    talk = Talk(alice, thread_with(alice).pk)
    raw = "<b>\"x\" & 'y'</b>"
    safe = "&lt;b&gt;&quot;x&quot; &amp; &#x27;y&#x27;&lt;/b&gt;"
    said = talk.say(text=raw)
    assert said["text"] == (safe if escape else raw)
    changed = talk.client.patch(f"{talk.path}/messages/{said['id']}", {"text": raw}, format="json")
    assert changed.json()["text"] == (safe if escape else raw)


def test_messages_of_members_are_not_rendered_as_templates(alice: Any) -> None:
    talk = Talk(alice, thread_with(alice).pk)
    assert talk.say(text="{{ user.first_name }}")["text"] == "{{ user.first_name }}"
