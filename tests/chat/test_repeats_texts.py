"""Texts in conversations with repeated groups: the round's own answers, its place, and the lists of all rounds."""

from __future__ import annotations

from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from chat_api.chat.choices import PERMISSIONS_ALL
from chat_api.chat.models import Message
from chat_api.engine.question_types.base import Reply
from chat_api.engine.templates import RENDERED_MAX
from chat_api.schemas.models import Group, Schema
from chat_api.schemas.preview import run_preview
from tests.chat.talking import Talk, answer, begin, question
from tests.databases import connection
from tests.factories import UserFactory, draft_schema, publish_unchecked

pytestmark = pytest.mark.django_db

MEDS: list[dict[str, Any]] = [
    {"qid": 1, "type": "int", "text": "How many? {{ index }}", "name": "number", "next_qid": 2},
    {"qid": 2, "text": "Medicine {{ index }}?", "name": "medicine", "group": "meds", "next_qid": 3},
    {
        "qid": 3,
        "type": "float",
        "text": "How much of {{ answers.medicine }}, after [{{ answers.meds.dose }}]?",
        "name": "dose",
        "skip": "no idea",
        "group": "meds",
        "required_message": "How much {{ answers.medicine }} is needed.",
        "constraints": [{"check": "value <= 50", "message": "Too much {{ answers.medicine }} ({{ index }})"}],
        "next_qid": 4,
    },
    {
        "qid": 4,
        "type": "multichoice",
        "text": "When?",
        "name": "times",
        "group": "meds",
        "next_qid": 5,
        "answers": [
            {"text": "at 8 & 9", "value": 8, "next_qid": 5},
            {"text": "night of {{ answers.medicine }}", "value": 22, "next_qid": 5},
        ],
    },
    {
        "qid": 5,
        "text": "{{ answers.meds.medicine }}: {{ answers.meds.dose }}, {{ answers.meds.times }}."
        "[{{ answers.dose }}{{ index }}{{ answers.meds.nothing }}{{ answers.meds }}]",
        "name": "rest",
        "next_qid": -1,
    },
]


def form(questions: list[dict[str, Any]] = MEDS, **schema: Any) -> Schema:
    draft = draft_schema(questions, **schema)
    Group.objects.filter(schema=draft).update(key="meds", repeat={"count": "number"})
    return publish_unchecked(draft)


def asked(talk: Talk) -> str:
    """Return the text of the newest message, which asks the open question."""
    newest = talk.messages()[-1]
    assert newest["text"] == talk.thread()["question_data"]["text"]
    text: str = newest["text"]
    return text


def test_texts_show_the_round_its_answers_and_the_lists_of_all_rounds(alice: Any) -> None:
    schema = form()
    talk = begin(alice, schema)
    assert asked(talk) == "How many? "
    talk.say(text="2")
    assert asked(talk) == "Medicine 1?"
    talk.say(text="Aspirin")
    assert asked(talk) == "How much of Aspirin, after []?"
    talk.say(text="1.50")
    talk.say(answers=[answer(schema, 4, 1), answer(schema, 4, 2)])
    assert asked(talk) == "Medicine 2?"
    talk.say(text="<b>Ibu & co</b>")
    assert asked(talk) == "How much of <b>Ibu & co</b>, after [1.5]?"
    talk.say(text="20")
    talk.say(answers=[answer(schema, 4, 2)])
    assert asked(talk) == (
        "Aspirin, <b>Ibu & co</b>: 1.5, 20, at 8 & 9, night of Aspirin, night of <b>Ibu & co</b>.[]"
    )


def test_lists_leave_out_skipped_answers(alice: Any) -> None:
    schema = form()
    talk = begin(alice, schema)
    talk.say(text="2")
    for dose in ({"skip": True}, {"text": "3"}):
        talk.say(text="Aspirin")
        talk.say(**dose)
        talk.say(answers=[answer(schema, 4, 1)])
    assert asked(talk) == "Aspirin, Aspirin: 3, at 8 & 9, at 8 & 9.[]"


def test_lists_are_in_the_language_of_the_member(alice: Any, settings: Any) -> None:
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "USER_LANGUAGE": lambda user: "de"}
    draft = draft_schema(
        [
            {"type": "int", "text": "How many?", "name": "number"},
            {"type": "float", "text": "Dose?", "name": "dose", "group": "meds"},
            {"type": "date", "text": "Since?", "name": "since", "group": "meds"},
            {"type": "calculation", "name": "half", "calculate": "dose / 2", "group": "meds"},
            {
                "type": "calculation",
                "name": "called",
                "calculate": '"<" if index == 1 else "&"',
                "group": "meds",
            },
            {"type": "message", "text": "{{ answers.called }}{{ answers.half }}", "group": "meds"},
            {"type": "calculation", "name": "all", "calculate": "meds.dose"},
            {
                "text": "{{ answers.meds.dose }} | {{ answers.meds.half }} | {{ answers.meds.called }}"
                " | {{ answers.all }} | {{ answers.meds.since }}"
            },
        ]
    )
    Group.objects.filter(schema=draft).update(key="meds", repeat={"count": "number"})
    talk = begin(alice, publish_unchecked(draft))
    for text in ("2", "1,5", "2026-05-01", "3", "2026-05-02"):
        talk.say(text=text)
    assert [text for text in talk.texts() if text.startswith(("<", "&"))] == ["<0,75", "&1,5"]
    assert talk.texts()[-1] == "1,5, 3 | 0,75, 1,5 | <, & | 1,5, 3 | 1. Mai 2026, 2. Mai 2026"


def test_typed_text_in_a_list_is_never_a_template(alice: Any) -> None:
    talk = begin(alice, form([MEDS[0], MEDS[1], {**MEDS[4], "qid": 3}]))
    talk.say(text="2")
    talk.say(text="{{ user.password }}")
    talk.say(text="<script>alert(1)</script>")
    shown = "{{ user.password }}, <script>alert(1)</script>"
    assert asked(talk) == f"{shown}: , .[]"


def test_long_lists_are_cut_like_texts(alice: Any, settings: Any) -> None:
    talk = begin(
        alice, form([MEDS[0], MEDS[1], {**MEDS[4], "qid": 3, "text": "{{ answers.meds.medicine }}"}])
    )
    talk.say(text="3")
    for _ in range(3):
        talk.say(text="a" * 6_000)
    assert asked(talk) == ("a" * 6_000 + ", " + "a" * 6_000)[:RENDERED_MAX]


def test_a_question_called_like_the_group_goes_before_its_list(alice: Any) -> None:
    named = [{**MEDS[0], "name": "meds"}, MEDS[1], {**MEDS[4], "qid": 3, "text": "{{ answers.meds }}"}]
    draft = draft_schema(named)
    Group.objects.filter(schema=draft).update(key="meds", repeat={"min": 1})
    talk = begin(alice, publish_unchecked(draft))
    talk.say(text="7")
    talk.say(text="x")
    assert asked(talk) == "7"


def with_index(subject: Any, row: Any) -> dict[str, Any]:
    """A context provider of a host that has long had a name `index`."""
    return {"index": "host's"}


def test_names_of_the_host_go_before_index(alice: Any, settings: Any) -> None:
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "QUESTION_CONTEXT_PROVIDERS": [with_index]}
    talk = begin(alice, form())
    talk.say(text="1")
    assert asked(talk) == "Medicine host's?"


def test_preview_shows_the_same_texts() -> None:
    draft = draft_schema(MEDS)
    draft.groups.update(key="meds", repeat={"count": "number"})
    yes = draft.questions.get(qid=4).answers.get(position=1).pk
    replies = [Reply("2"), *[Reply("<b>"), Reply("1"), Reply(answer_ids=(yes,))] * 2]
    shown = run_preview(draft, replies, user=UserFactory.create())
    assert shown.lines[-1].text == "<b>, <b>: 1, 1, at 8 & 9, at 8 & 9.[]"


def test_a_text_takes_the_same_queries_however_many_rounds_there_are(alice: Any) -> None:
    def queries(rounds: int) -> int:
        talk = begin(alice, form([MEDS[0], MEDS[1], {**MEDS[4], "qid": 3}]))
        talk.say(text=str(rounds))
        for _ in range(rounds - 1):
            talk.say(text="Aspirin")
        with CaptureQueriesContext(connection) as counted:
            talk.say(text="Aspirin")
        assert asked(talk).startswith("Aspirin, Aspirin")
        return len(counted)

    assert queries(2) == queries(9)


@pytest.mark.parametrize("instance", [1, 2])
def test_frontend_is_asked_in_the_round_that_it_names(alice: Any, instance: int) -> None:
    schema = form()
    talk = begin(alice, schema, state="scripted_fe_controlled")

    def say(qid: int, text: str, **body: Any) -> None:
        talk.say(question=question(schema, qid).pk, text=text, **body)

    say(1, "2")
    say(2, "Aspirin", instance=1)
    say(2, "Ibuprofen", instance=2)
    say(3, "5", instance=instance)
    medicine = ["Aspirin", "Ibuprofen"][instance - 1]
    assert talk.texts()[-2:] == [f"How much of {medicine}, after [5]?", "5"]


def explained(talk: Talk, *, path: str = "messages", **body: Any) -> list[str]:
    refused = talk.client.post(f"{talk.path}/{path}?explain=true", body, format="json")
    assert refused.status_code == 400, refused.content
    return [each["text"] for each in refused.json()["explanations"]]


def test_explanations_quote_the_open_round(alice: Any) -> None:
    schema = form()
    talk = begin(alice, schema)
    for body in (
        {"text": "2"},
        {"text": "Aspirin"},
        {"text": "3"},
        {"answers": [answer(schema, 4, 1)]},
        {"text": "<b>"},
    ):
        talk.say(**body)
    assert explained(talk, text="51") == ["Too much <b> (2)"]
    assert explained(talk, text="") == ["How much <b> is needed."]


def begin_with_two_medicines(user: Any, schema: Schema) -> Talk:
    """Begin a script led by the frontend, with the names of two medicines, M1 and M2."""
    talk = begin(user, schema, state="scripted_fe_controlled")
    talk.say(question=question(schema, 1).pk, text="2")
    for instance in (1, 2):
        talk.say(question=question(schema, 2).pk, text=f"M{instance}", instance=instance)
    return talk


@pytest.mark.parametrize("instance", [1, 2])
def test_texts_of_the_frontend_quote_the_round_that_it_names(alice: Any, instance: int) -> None:
    schema = form()
    talk = begin_with_two_medicines(alice, schema)
    dose: dict[str, Any] = {"question": question(schema, 3).pk, "instance": instance}
    assert explained(talk, text="51", **dose) == [f"Too much M{instance} ({instance})"]
    times = {"question": question(schema, 4).pk, "instance": instance, "answers": [answer(schema, 4, 2)]}
    assert talk.say(**times)["text"] == f"night of M{instance}"


def test_typed_lines_choose_among_the_answers_as_their_round_shows_them(alice: Any) -> None:
    schema = form(match_text=True)
    talk = begin_with_two_medicines(alice, schema)
    times = {"question": question(schema, 4).pk, "instance": 1}
    assert talk.refused(text="night of M2", **times) == {"text": ["WRONG_VALUE"]}
    assert talk.say(text="night of M1", **times)["answers"] == [answer(schema, 4, 2)]


def test_a_refused_correction_is_explained_in_the_round_of_the_answer(alice: Any) -> None:
    schema = form()
    talk = begin(alice, schema, permissions=PERMISSIONS_ALL)
    talk.say(text="2")
    talk.say(text="Aspirin")
    dose = talk.say(text="3")
    talk.say(answers=[answer(schema, 4, 1)])
    talk.say(text="Ibuprofen")
    body: dict[str, Any] = {"message": dose["id"], "last": talk.messages()[-1]["id"], "text": "51"}
    assert explained(talk, path="correct", **body) == ["Too much Aspirin (1)"]


def test_a_corrected_choice_is_stored_as_its_round_shows_it(alice: Any) -> None:
    schema = form()
    talk = begin(alice, schema, permissions=PERMISSIONS_ALL)
    for text in ("2", "Aspirin", "3"):
        talk.say(text=text)
    times = talk.say(answers=[answer(schema, 4, 1)])
    talk.say(text="Ibuprofen")
    body = {"message": times["id"], "last": talk.messages()[-1]["id"], "answers": [answer(schema, 4, 2)]}
    corrected = talk.client.post(f"{talk.path}/correct", body, format="json")
    assert (corrected.status_code, corrected.json()["text"]) == (201, "night of Aspirin")


def test_lists_have_the_answers_of_a_run_from_before_there_were_rounds(alice: Any) -> None:
    talk = begin(alice, form([MEDS[0], MEDS[1], {**MEDS[4], "qid": 3}]))
    talk.say(text="2")
    talk.say(text="<b>")
    Message.objects.update(instance=None)
    talk.say(text="Ibuprofen")
    assert asked(talk) == "<b>, Ibuprofen: , .[]"
