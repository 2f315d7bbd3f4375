"""Scripts use the language of the member."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from chat_api.chat.actions import restart_due_scripts
from tests.chat.conftest import client_of, thread_with
from tests.chat.talking import Talk, begin, set_state, talks
from tests.factories import published_schema
from tests.questionnaires import questionnaire, questions_of, scored_items

pytestmark = pytest.mark.django_db

QUESTIONS: list[dict[str, Any]] = [
    {
        "type": "choice",
        "text": "Well?",
        "text_i18n": {"pl": "Dobrze, {{ user.first_name }}?"},
        "answers": [{"text": "Yes", "text_i18n": {"pl": "Tak"}}],
    },
    {"text": "Why {{ answers.q1 }}?", "text_i18n": {"pl": "Dlaczego {{ answers.q1 }}?"}},
]
LANGUAGES = {"alice": "pl", "bob": "en"}


def speaks(user: Any) -> str:
    return LANGUAGES[user.username]


def answer_first(talk: Talk) -> dict[str, Any]:
    return talk.say(answers=[talk.thread()["question_data"]["answers"][0]["id"]])


def test_member_is_asked_in_their_language(alice: Any, settings: Any) -> None:
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "USER_LANGUAGE": speaks}
    talk = begin(alice, published_schema(QUESTIONS))
    answer_first(talk)
    assert talk.texts() == ["Dobrze, Alice?", "Tak", "Dlaczego Tak?"]


def test_member_without_a_language_is_asked_in_the_language_of_the_request(alice: Any) -> None:
    schema = published_schema(QUESTIONS)
    client = client_of(alice)
    path = f"/api/accounts/{alice.pk}/threads/chat"
    polish = {"accept-language": "pl"}
    body = {"state": "scripted", "schema": schema.pk}
    thread = client.post(path, body, format="json", headers=polish).json()
    assert thread["question_data"]["text"] == "Dobrze, Alice?"
    talk = Talk(alice, thread["id"])
    chosen = {"answers": [thread["question_data"]["answers"][0]["id"]]}
    client.post(f"{talk.path}/messages", chosen, format="json", headers=polish)
    # Stored messages keep their language; the question is rendered in that of the current request.
    assert talk.texts() == ["Dobrze, Alice?", "Tak", "Dlaczego Tak?"]
    assert talk.thread()["question_data"]["text"] == "Why Tak?"


def test_script_started_by_another_user_uses_the_language_of_the_member(
    alice: Any, bob: Any, settings: Any
) -> None:
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "USER_LANGUAGE": speaks}
    bob_talk, alice_talk = talks(thread_with(bob, alice), bob, alice)
    body = {"state": "scripted", "schema": published_schema(QUESTIONS).pk}
    client_of(bob).patch(f"{bob_talk.path}/users/{alice.pk}", body, format="json")
    assert alice_talk.texts() == ["Dobrze, Alice?"]


def test_restart_uses_the_language_of_the_member(alice: Any, settings: Any) -> None:
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "USER_LANGUAGE": speaks}
    schema = published_schema(QUESTIONS[:1])
    talk = begin(alice, schema, on_finish="repeat", frequency_unit="days", frequency_value=1)
    answer_first(talk)
    set_state(talk, next_restart=timezone.now() - timedelta(minutes=1))
    with translation.override("en"):
        assert restart_due_scripts() == 1
    assert talk.texts() == ["Dobrze, Alice?", "Tak", "Dobrze, Alice?"]


def test_failing_language_function_does_not_stop_the_script(alice: Any, settings: Any) -> None:
    def fails(user: Any) -> str:
        raise RuntimeError("no profile")

    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "USER_LANGUAGE": fails}
    assert begin(alice, published_schema(QUESTIONS)).texts() == ["Well?"]


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "es", "fr", "pl"])
@pytest.mark.parametrize(("name", "maximum"), [("phq9", 27), ("gad7", 21)])
def test_questionnaire_scores_the_same_in_each_language(
    alice: Any, settings: Any, name: str, maximum: int, language: str
) -> None:
    document = questionnaire(name)
    schema = published_schema(questions_of(document), name=document["name"])
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "USER_LANGUAGE": lambda user: language}
    items = scored_items(document)
    most = len(document["options"]) - 1
    offered: dict[int, list[int]] = {}
    for pk, qid in schema.questions.order_by("answers__position").values_list("answers", "qid"):
        offered.setdefault(qid, []).append(pk)
    tenth = [item for item in document["items"] if item not in items]
    for total in range(maximum + 1):
        talk = begin(alice, schema)
        left, shown, said = total, {}, []
        for qid, item in enumerate(items, start=1):
            score = min(most, left)
            left -= score
            shown = talk.say(answers=[offered[qid][score]])["thread_data"]
            said += [item["text"][language], document["options"][score]["text"][language]]
        assert shown["variables_pool"] == {"score": float(total)}
        if total and tenth:
            (item,) = tenth
            shown = talk.say(answers=[shown["question_data"]["answers"][0]["id"]])["thread_data"]
            said += [item["text"][language], item["own_options"]["choices"][0]["name"][language]]
        assert (shown["question"], shown["variables_pool"]) == (None, {"score": float(total)})
        assert talk.texts() == said
