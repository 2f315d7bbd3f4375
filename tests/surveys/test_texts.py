"""Texts and meta of questions, rendered for the owner of the survey."""

from __future__ import annotations

import logging

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat_api.surveys.models import Survey
from tests.factories import published_schema
from tests.surveys.conftest import question

pytestmark = pytest.mark.django_db


def about(survey, qid, *answers, **body):
    return survey.give(qid, *answers, **body)["related_question_data"]


def test_text_quotes_the_owner_and_their_answers(filling, alice):
    schema = published_schema(
        [
            {"text": "Your name?"},
            {"type": "choice", "text": "Pick", "answers": [{"text": "tea"}, {"text": "milk & co"}]},
            {
                "text": "{{ user.first_name }}, {{ answers.q1 }} likes {{ answers.q2 }}: {{ variables.x }}?",
                "variable_modifications": [["x", "x + 3"]],
            },
        ]
    )
    survey = filling(schema)
    survey.give(1, text="<i>Al</i>")
    survey.give(2, "milk & co")
    shown = about(survey, 3, text="yes")["text"]
    assert shown == "Alice, <i>Al</i> likes milk & co: 3?"


def test_texts_quote_only_answers_to_visible_questions(filling):
    """The answer to a hidden question returns when the question does, and so do its variables."""
    schema = published_schema(
        [
            {
                "type": "choice",
                "text": "Children?",
                "answers": [{"text": "yes", "next_qid": 2}, {"text": "no", "next_qid": 3}],
            },
            {"text": "The name?", "next_qid": 3, "variable_modifications": [["asked", "1"]]},
            {"text": 'And {{ answers.q2|fallback:"nobody" }}{{ variables.asked }}?'},
        ]
    )
    survey = filling(schema)
    first = survey.give(1, "yes")
    survey.give(2, text="Kim")
    last = survey.give(3, text="x")
    items = f"/api/surveys/{survey.id}/items"

    def texts():
        read = survey.client.get(f"/api/schemas/{schema.pk}?survey={survey.id}").json()
        listed = survey.client.get(items).json()
        one = survey.client.get(f"{items}/{last['id']}").json()
        return {
            read["questions"][2]["text"],
            one["related_question_data"]["text"],
            *(row["related_question_data"]["text"] for row in listed if row["id"] == last["id"]),
        }

    assert texts() == {"And Kim1?"}
    yes, no = (answer["id"] for answer in first["related_question_data"]["answers"])
    assert survey.client.patch(f"{items}/{first['id']}", {"answers": [no]}, "json").status_code == 200
    assert texts() == {"And nobody?"}
    assert survey.client.patch(f"{items}/{first['id']}", {"answers": [yes]}, "json").status_code == 200
    assert texts() == {"And Kim1?"}


@pytest.mark.parametrize("escapes", [True, False])
def test_values_are_inserted_as_they_were_typed(filling, settings, escapes):
    settings.CHAT_SETTINGS = {"ESCAPE_TEXT": escapes}
    survey = filling(published_schema([{"text": "Name?"}, {"text": "<b>{{ answers.q1 }}</b>"}]))
    survey.give(1, text="<i>Al</i> &amp;")
    assert about(survey, 2, text="x")["text"] == "<b><i>Al</i> &amp;</b>"


def test_typed_text_is_never_a_template(filling):
    survey = filling(published_schema([{"text": "Name?"}, {"text": "Hi {{ answers.q1 }}"}]))
    survey.give(1, text="{{ user.id }}")
    assert about(survey, 2, text="x")["text"] == "Hi {{ user.id }}"


def test_unknown_variable_is_empty_or_its_fallback(filling):
    text = '[{{ nothing.here }}][{{ thread.title }}][{{ answers.q9|fallback:"nobody" }}]'
    assert about(filling(published_schema([{"text": text}])), 1, text="x")["text"] == "[][][nobody]"


def test_texts_of_answers_are_rendered_for_the_owner(filling):
    schema = published_schema(
        [{"type": "choice", "answers": [{"text": "as {{ user.first_name }}"}, {"text": "b"}]}]
    )
    item = filling(schema).give(1, "as {{ user.first_name }}")
    assert [one["text"] for one in item["answers_data"]] == ["as Alice"]
    assert [one["text"] for one in item["related_question_data"]["answers"]] == ["as Alice", "b"]


def test_quoted_answers_are_rendered_and_may_quote_each_other(filling):
    answers = [{"text": "of {{ user.first_name }}: {{ answers.q2 }}"}]
    schema = published_schema(
        [
            {"type": "choice", "answers": answers},
            {"type": "choice", "answers": [{"text": "and {{ answers.q1 }}"}]},
            {"text": "{{ answers.q1 }}!"},
        ]
    )
    survey = filling(schema)
    survey.give(1, "of {{ user.first_name }}: {{ answers.q2 }}")
    survey.give(2, "and {{ answers.q1 }}")
    shown = about(survey, 3, text="x")["text"]
    assert shown == "of Alice: and {{ answers.q1 }}!"


def test_rendered_text_is_not_kept_for_other_users(filling, client_of, bob):
    from tests.surveys.conftest import Filling

    schema = published_schema([{"text": "{{ user.first_name }}?"}])
    assert about(filling(schema), 1, text="x")["text"] == "Alice?"
    assert about(Filling(client_of(bob), bob, schema), 1, text="x")["text"] == "Bob?"


def weather(subject, asked):
    """A context provider of a host, about the survey and the question."""
    assert isinstance(subject, Survey)
    return {"weather": {"of": asked.text, "qid": asked.qid, "survey": subject.pk}}


def broken(subject, asked):
    raise RuntimeError("no weather today")


@pytest.mark.parametrize(
    "providers",
    [
        ["tests.surveys.test_texts.weather"],
        (weather,),
        {"special": "tests.surveys.test_texts.weather"},
        {"sky": [weather]},
    ],
)
def test_context_providers_add_variables(filling, settings, providers):
    settings.CHAT_SETTINGS = {"QUESTION_CONTEXT_PROVIDERS": providers}
    schema = published_schema(
        [
            {
                "text": "{{ weather.qid }} of {{ weather.survey }}",
                "show_as_type": "special",
                "meta": {"context": "sky"},
            }
        ]
    )
    survey = filling(schema)
    assert about(survey, 1, text="x")["text"] == f"1 of {survey.id}"


def test_context_provider_for_other_questions_is_not_called(filling, settings):
    settings.CHAT_SETTINGS = {"QUESTION_CONTEXT_PROVIDERS": {"special": weather}}
    survey = filling(published_schema([{"text": "[{{ weather.qid }}]"}]))
    assert about(survey, 1, text="x")["text"] == "[]"


def test_failing_context_provider_is_logged_and_skipped(filling, settings, caplog):
    settings.CHAT_SETTINGS = {"QUESTION_CONTEXT_PROVIDERS": [broken, weather]}
    survey = filling(published_schema([{"text": "{{ weather.qid }}"}]))
    assert about(survey, 1, text="x")["text"] == "1"
    assert "provider" in caplog.text


def reversed_for(argument, context):
    """A resolver of a host."""
    return {"for": context["user"]["first_name"], "is": argument[::-1]}


def test_meta_is_resolved_at_every_depth(filling, settings):
    settings.CHAT_SETTINGS = {
        "META_RESOLVERS": {"reversed": "tests.surveys.test_texts.reversed_for"},
        "META_RESOLVER_SETTINGS_ALLOWED": ("TIME_ZONE",),
    }
    meta = {
        "plain": [1, None],
        "deep": [{"x": {"$resolve": "reversed:a:b"}}],
        "zone": {"$resolve": "setting:TIME_ZONE"},
    }
    shown = about(filling(published_schema([{"meta": meta}])), 1, text="x")["meta"]
    assert shown == {"plain": [1, None], "deep": [{"x": {"for": "Alice", "is": "b:a"}}], "zone": "UTC"}


@pytest.mark.parametrize(
    "reference", ["nobody:x", "setting:SECRET_KEY", "setting:", "constance:X", 7, None, ["a"]]
)
def test_unresolvable_meta_is_null_and_logged(filling, caplog, reference):
    survey = filling(published_schema([{"meta": {"x": {"$resolve": reference}}}]))
    with caplog.at_level(logging.ERROR, logger="chat_api.schemas"):
        assert about(survey, 1, text="x")["meta"] == {"x": None}
    assert caplog.records


def test_stored_text_of_the_schema_is_not_changed(filling, smoking):
    schema = published_schema([{"text": "{{ user.first_name }}"}])
    about(filling(schema), 1, text="x")
    assert question(schema, 1).text == "{{ user.first_name }}"


def test_schema_can_be_read_as_a_survey_shows_it(filling, client_of, bob):
    schema = published_schema(
        [{"text": "Name?"}, {"text": "{{ user.first_name }}: {{ answers.q1 }}", "group": "later"}]
    )
    survey = filling(schema)
    survey.give(1, text="Al")
    path = f"/api/schemas/{schema.pk}"

    def grouped(query=""):
        return survey.client.get(path + query).json()["groups"][0]["questions"][0]["text"]

    assert grouped() == "{{ user.first_name }}: {{ answers.q1 }}"
    assert grouped(f"?survey={survey.id}") == "Alice: Al"
    other = filling(published_schema([{"text": "Name?"}]))
    for client, number in ((client_of(bob), survey.id), (survey.client, other.id), (survey.client, "x")):
        rejected = client.get(f"{path}?survey={number}")
        assert rejected.status_code == 400
        assert list(rejected.json()) == ["survey"]


@pytest.mark.parametrize("names", [{"name": "pain"}, {"variable_modifications": [["pain", "pain + 8"]]}])
def test_texts_show_scores_and_their_bands(filling, names):
    """With names, scores read the answer; without, the variable that the question sets."""
    bands = [
        {"from": 0, "to": 5, "label": "low"},
        {"from": 5, "to": 10, "label": "<high>", "label_i18n": {"pl": "duże"}},
    ]
    risk = {"name": "risk", "label": "Risk", "expression": "pain / 1.6", "bands": bands}
    questions = [{"type": "int", **names}, {"text": "{{ scores.risk }}: {{ bands.risk }}"}]
    survey = filling(published_schema(questions, scores=[risk]))
    shown = f"/api/schemas/{survey.schema.pk}?survey={survey.id}"

    def text(language="en"):
        response = survey.client.get(shown, headers={"Accept-Language": language})
        return response.json()["questions"][1]["text"]

    if "name" in names:
        assert text() == ": "
    item = survey.give(1, text="8")
    assert text() == "5: <high>"
    assert text("pl") == "5: duże"
    survey.client.patch(f"/api/surveys/{survey.id}/items/{item['id']}", {"text": "4"})
    assert text("pl") == ("2,5: low" if "name" in names else "5: duże")


def test_texts_with_scores_take_no_further_queries(filling):
    risk = {"name": "risk", "expression": "pain / 2"}
    taken = []
    for text in ("{{ answers.pain }}", "{{ answers.pain }} {{ scores.risk }} {{ bands.risk }}"):
        survey = filling(
            published_schema([{"type": "int", "name": "pain"}, *({"text": text},) * 3], scores=[risk])
        )
        survey.give(1, text="8")
        with CaptureQueriesContext(connection) as queries:
            survey.client.get(f"/api/schemas/{survey.schema.pk}?survey={survey.id}")
        taken.append(len(queries))
    assert taken[0] == taken[1]
