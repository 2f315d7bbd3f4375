"""Each text comes back with the format in which its row was stored; decoded by it, it is what was typed."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.chat.choices import PERMISSIONS_ALL
from chat_api.chat.models import Message
from chat_api.lib.text_formats import format_of, plain_text, text_to_store
from chat_api.surveys.models import SurveyItem
from tests.chat.conftest import client_of, thread_with
from tests.chat.talking import Talk, answer, begin
from tests.chat.test_correcting import corrected
from tests.factories import MessageFactory, UserFactory, published_schema
from tests.surveys.conftest import Filling

pytestmark = pytest.mark.django_db

TYPED = "a < b & &amp; <b>"
OTHERS = ("&amp;lt; \"x\" 'y'", "&copy; &#39; &nbsp &lt", "")
#: ESCAPE_TEXT at each writing: the last one decides about the row.
SWITCHES = ([True], [False], [True, False], [False, True])


@pytest.fixture
def alice() -> Any:
    return UserFactory.create(first_name="<b>Alice")


def escape(settings: Any, escapes: bool) -> None:
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "ESCAPE_TEXT": escapes}


def decoded(document: dict[str, Any]) -> str:
    """Return the text as a client shows it: the five entities once, and only where it is escaped."""
    text: str = document["text"]
    assert document["text_format"] in ("escaped", "plain")
    if document["text_format"] == "escaped":
        for entity, character in (("lt", "<"), ("gt", ">"), ("quot", '"'), ("#x27", "'"), ("amp", "&")):
            text = text.replace(f"&{entity};", character)
    return text


@pytest.mark.parametrize("text", [TYPED, *OTHERS])
@pytest.mark.parametrize("escapes", [True, False])
def test_stored_text_is_decoded_once_by_its_format_whatever_the_setting_is(
    settings: Any, text: str, escapes: bool
) -> None:
    escape(settings, escapes)
    stored, text_format = text_to_store(text)
    assert text_format == ("escaped" if escapes else "plain")
    for now in (True, False):
        escape(settings, now)
        assert plain_text(stored, text_format) == text
        assert decoded({"text": stored, "text_format": format_of(text_format)}) == text


def test_text_of_an_earlier_row_is_as_the_setting_says_and_that_of_a_script_plain(settings: Any) -> None:
    for escapes, expected in ((True, "a < &copy; &#39;"), (False, "a &lt; &copy; &#39;")):
        escape(settings, escapes)
        assert plain_text("a &lt; &copy; &#39;", None) == expected
        assert plain_text("a &lt; b", None, by_script=True) == "a &lt; b"
        assert format_of(None) == ("escaped" if escapes else "plain")
        assert format_of(None, by_script=True) == "plain"


@pytest.mark.parametrize("switches", SWITCHES)
def test_message_is_as_typed_after_sending_and_two_edits(
    alice: Any, settings: Any, switches: list[bool]
) -> None:
    escape(settings, switches[0])
    talk = Talk(alice, thread_with(alice).pk)
    said = talk.say(text=TYPED)
    path = f"{talk.path}/messages/{said['id']}"
    for text in (f"{TYPED}!", TYPED):
        escape(settings, switches[-1])
        changed = talk.client.patch(path, {"text": text}, format="json").json()
        assert decoded(changed) == text
    for now in (True, False):
        escape(settings, now)
        events = talk.client.get(f"{talk.path}/events?after=0").json()["events"]
        shown = [
            said if now == switches[0] else changed,
            changed,
            talk.client.get(path).json(),
            talk.messages()[0],
            talk.thread()["last_message_data"],
            events[-1]["data"],
        ]
        assert {decoded(each) for each in shown} == {TYPED}
        assert {each["text_format"] for each in shown[1:]} == {"escaped" if switches[-1] else "plain"}
        assert Message.objects.get().plain_text == TYPED


@pytest.mark.parametrize("switches", SWITCHES)
def test_message_is_found_and_marked_as_it_was_typed(alice: Any, settings: Any, switches: list[bool]) -> None:
    escape(settings, switches[0])
    talk = Talk(alice, thread_with(alice).pk)
    talk.say(text=TYPED)
    escape(settings, switches[-1])
    (found,) = talk.messages("&q=amp")
    assert decoded(found) == TYPED
    assert found["highlight"] == "a &lt; b &amp; &amp;<mark>amp</mark>; &lt;b&gt;"
    assert talk.messages("&q=lt") == []


@pytest.mark.parametrize("switches", SWITCHES)
def test_script_quotes_answers_and_names_as_plain_text(
    alice: Any, settings: Any, switches: list[bool]
) -> None:
    escape(settings, switches[0])
    schema = published_schema(
        [
            {"text": "&amp; {{ user.first_name }}", "name": "said"},
            {"type": "choice", "text": "Pick", "answers": [{"text": "{{ answers.q1 }} & co"}]},
            {"type": "message", "text": "<i>{{ answers.said }}|{{ answers.q2 }}", "next_qid": 4},
            {"type": "text", "text": "Last: {{ answers.said }}", "hint": "{{ answers.q1 }}"},
        ]
    )
    talk = begin(alice, schema)
    assert decoded(talk.say(text=TYPED)) == TYPED
    escape(settings, switches[-1])
    offered = talk.thread()["question_data"]["answers"][0]["text"]
    chosen = talk.say(answers=[answer(schema, 2, 1)])
    assert offered == decoded(chosen) == f"{TYPED} & co"
    # Something that a person typed is in it.
    assert chosen["text_format"] == ("escaped" if switches[-1] else "plain")
    asked = [each for each in talk.messages() if not each["is_own"]]
    assert {each["text_format"] for each in asked} == {"plain"}
    assert [each["text"] for each in asked] == [
        "&amp; <b>Alice",
        "Pick",
        f"<i>{TYPED}|{TYPED} & co",
        f"Last: {TYPED}",
    ]
    question = talk.thread()["question_data"]
    assert (question["text"], question["hint"]) == (f"Last: {TYPED}", TYPED)
    assert talk.client.get(f"{talk.path}/prompt").json()["text"] == f"Last: {TYPED}"


def test_chosen_answers_alone_are_as_their_author_wrote_them(alice: Any) -> None:
    written = "Don't <know> &amp;"
    asked = {"type": "choice", "choice_open": True, "answers": [{"text": written}], "next_qid": 2}
    schema = published_schema([asked, {**asked, "qid": 2, "next_qid": -1}])
    talk = begin(alice, schema)
    alone = talk.say(answers=[answer(schema, 1, 1)])
    assert (alone["text"], alone["text_format"]) == (written, "plain")
    beside = talk.say(answers=[answer(schema, 2, 1)], text="<so>")
    assert (decoded(beside), beside["text_format"]) == (f"{written}, <so>", "escaped")
    assert "<" not in beside["text"]


def test_text_that_the_member_sends_for_a_script_is_plain(alice: Any) -> None:
    schema = published_schema([{"text": "<{{ user.first_name }}>"}])
    talk = Talk(alice, thread_with(alice).pk)
    talk.row.__class__.objects.filter(pk=talk.row.pk).update(state="assisted", schema=schema)
    sent = talk.say(question=schema.questions.get().pk)
    assert (sent["text"], sent["text_format"], sent["is_own"]) == ("<<b>Alice>", "plain", True)


def test_text_door_stores_lines_like_messages(alice: Any) -> None:
    talk = begin(alice, published_schema([{"text": "Say"}]))
    sent = talk.client.post(f"{talk.path}/reply", {"text": TYPED}, format="json")
    assert sent.status_code == 201, sent.content
    own = next(each for each in talk.messages() if each["is_own"])
    assert (decoded(own), own["text_format"]) == (TYPED, "escaped")


@pytest.mark.parametrize("switches", SWITCHES)
def test_corrected_answer_is_as_typed(alice: Any, settings: Any, switches: list[bool]) -> None:
    escape(settings, switches[0])
    schema = published_schema([{"name": "a"}, {"name": "b", "text": "{{ answers.a }}"}])
    talk = begin(alice, schema, permissions=PERMISSIONS_ALL)
    first = talk.say(text="x")
    escape(settings, switches[-1])
    corrected(talk, first["id"], text=TYPED)
    own = [each for each in talk.messages() if each["is_own"]]
    assert [decoded(each) for each in own] == [TYPED]
    assert own[0]["text_format"] == ("escaped" if switches[-1] else "plain")


@pytest.mark.parametrize("switches", SWITCHES)
def test_survey_item_is_as_typed_and_later_questions_quote_it(
    alice: Any, settings: Any, switches: list[bool]
) -> None:
    escape(settings, switches[0])
    quoting = {"text": "{{ answers.q1 }} of {{ user.first_name }}"}
    survey = Filling(client_of(alice), alice, published_schema([{"text": "&amp;"}, quoting]))
    item = survey.give(1, text=TYPED)
    assert decoded(item) == TYPED
    assert item["text_format"] == ("escaped" if switches[0] else "plain")
    path = f"{survey.path}/items/{item['id']}"
    for text in (f"{TYPED}!", TYPED):
        escape(settings, switches[-1])
        assert decoded(survey.client.patch(path, {"text": text}, format="json").json()) == text
    for now in (True, False):
        escape(settings, now)
        shown = [survey.client.get(path).json(), survey.client.get(f"{survey.path}/items").json()[0]]
        assert [decoded(each) for each in shown] == [TYPED, TYPED]
        assert {each["text_format"] for each in shown} == {"escaped" if switches[-1] else "plain"}
        assert shown[0]["related_question_data"]["text"] == "&amp;"
        assert SurveyItem.objects.get().plain_text == TYPED
        document = survey.client.get(f"/api/schemas/{survey.schema.pk}?survey={survey.id}").json()
        assert document["questions"][1]["text"] == f"{TYPED} of <b>Alice"
    last = survey.give(2, text="x")
    assert last["related_question_data"]["text"] == f"{TYPED} of <b>Alice"


def test_change_that_sends_no_text_keeps_text_and_format(alice: Any, settings: Any) -> None:
    escape(settings, True)
    talk = Talk(alice, thread_with(alice).pk)
    said = talk.say(text=TYPED)
    escape(settings, False)
    changed = talk.client.patch(
        f"{talk.path}/messages/{said['id']}", {"meta": {"a": 1}}, format="json"
    ).json()
    assert (changed["text"], changed["text_format"]) == (said["text"], "escaped")


def test_earlier_rows_are_shown_in_the_format_that_they_are_taken_for(alice: Any, settings: Any) -> None:
    escape(settings, True)
    thread = thread_with(alice)
    MessageFactory.create(thread=thread, sender=alice, text="a &lt; b")
    MessageFactory.create(thread=thread, sender=None, text="a &lt; b", asks=True)
    talk = Talk(alice, thread.pk)
    assert [each["text_format"] for each in talk.messages()] == ["escaped", "plain"]
    assert [each.plain_text for each in Message.objects.order_by("pk")] == ["a < b", "a &lt; b"]
    escape(settings, False)
    assert [each["text_format"] for each in talk.messages()] == ["plain", "plain"]


def test_format_is_selected_like_any_key(alice: Any) -> None:
    talk = Talk(alice, thread_with(alice).pk)
    said = talk.say(text=TYPED)
    path = f"{talk.path}/messages/{said['id']}"
    assert talk.client.get(f"{path}?fields=text").json().keys() == {"text"}
    assert talk.client.get(f"{path}?fields=text_format").json() == {"text_format": "escaped"}
    last = talk.client.get(f"{talk.path}?fields=last_message_data__text_format").json()
    assert last == {"last_message_data": {"text_format": "escaped"}}
