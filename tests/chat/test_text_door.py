"""The text door: questions as plain text, and typed lines as answers."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.chat.choices import PERMISSIONS_ALL
from chat_api.chat.models import Message
from tests.chat.conftest import client_of
from tests.chat.talking import Talk, answer, begin, question
from tests.chat.test_query_counts import count
from tests.factories import published_schema
from tests.questionnaires import questionnaire, questionnaire_schema, scored_items

pytestmark = pytest.mark.django_db

YES_NO = {"type": "choice", "text": "Well?", "answers": [{"text": "Yes"}, {"text": "No"}]}
CALM: dict[str, Any] = {
    "type": "choice",
    "text": "Calm?",
    "name": "calm",
    "answers": [{"text": "Never", "value": 0}, {"text": "Often", "value": 1}, {"text": "Always", "value": 2}],
}


def prompt(talk: Talk, query: str = "") -> Any:
    response = talk.client.get(f"{talk.path}/prompt{query}")
    assert response.status_code == 200, response.content
    return response.json()


def reply(talk: Talk, text: str, **body: Any) -> Any:
    """Send a typed line and return the response."""
    return talk.client.post(f"{talk.path}/reply", {"text": text, **body}, format="json")


def said(talk: Talk, text: str, **body: Any) -> Any:
    response = reply(talk, text, **body)
    assert response.status_code == 201, response.content
    return response.json()


def refused(talk: Talk, text: str, **body: Any) -> Any:
    response = reply(talk, text, **body)
    assert response.status_code == 400, response.content
    return response.json()


def script(*questions: dict[str, Any], **schema: Any) -> Any:
    return published_schema([*questions, {"text": "And?"}], **{"type": "automated_flow", **schema})


def started(user: Any, *questions: dict[str, Any], **body: Any) -> Talk:
    return begin(user, script(*questions), permissions=PERMISSIONS_ALL, **body)


def test_prompt_is_the_asked_text_with_a_line_for_each_answer(alice: Any) -> None:
    talk = started(alice, {**YES_NO, "text": "Are you well, {{ user.first_name }}?", "skip": "Not now"})
    assert prompt(talk) == {
        "question": talk.row.question_id,
        "qid": 1,
        "type": "choice",
        "text": "Are you well, Alice?",
        "options": [{"number": 1, "text": "Yes"}, {"number": 2, "text": "No"}],
        "skip": "Not now",
        "default": None,
        "expected": {"type": "choice"},
        "prompt": "Are you well, Alice?\n1 Yes\n2 No\nNot now",
    }
    assert prompt(talk, "?fields=prompt,qid") == {
        "prompt": "Are you well, Alice?\n1 Yes\n2 No\nNot now",
        "qid": 1,
    }


def test_prompt_is_plain_text(alice: Any) -> None:
    alice.first_name = "Al & <Ice>"
    alice.save()
    asked = {
        "type": "choice",
        "text": "{{ user.first_name }}?",
        "answers": [{"text": "{{ user.first_name }}"}, {"text": "Fish &amp; chips"}],
    }
    talk = started(alice, asked)
    assert prompt(talk)["prompt"] == "Al & <Ice>?\n1 Al & <Ice>\n2 Fish &amp; chips"
    assert said(talk, "al & <ice>")["text"] == "Al &amp; &lt;Ice&gt;"


def test_prompt_numbers_answers_by_distinct_whole_values(alice: Any) -> None:
    talk = started(alice, CALM)
    assert prompt(talk)["prompt"] == "Calm?\n0 Never\n1 Often\n2 Always"
    assert said(talk, "0")["text"] == "Never"


def test_prompt_has_limits_and_the_default(alice: Any) -> None:
    first = {"type": "int", "text": "Age?", "name": "age", "limits": {"min": 18, "max": 120}}
    second = {
        "type": "range",
        "text": "Pain?",
        "name": "pain",
        "range_from": 0,
        "range_to": 10,
        "default": "2 + 1",
    }
    talk = started(alice, first, second)
    assert prompt(talk)["expected"] == {"type": "int", "min": 18, "max": 120}
    assert refused(talk, "17") == {"text": ["TOO_SMALL"]}
    said(talk, "30")
    shown = prompt(talk)
    assert (shown["expected"], shown["default"]) == ({"type": "range", "min": 0, "max": 10}, 3)
    assert said(talk, "")["text"] == "3"


@pytest.mark.parametrize(
    ("kind", "default", "text"),
    [
        ({"type": "choice", "answers": [{"text": "A", "value": 1}, {"text": "B", "value": 2}]}, "2", "B"),
        (
            {"type": "multichoice", "answers": [{"text": "A", "value": 1}, {"text": "B", "value": 2}]},
            "[1, 2]",
            "A, B",
        ),
        ({"type": "date"}, "date('2024-02-29')", "2024-02-29"),
        ({"type": "text"}, "'so'", "so"),
        ({"type": "float"}, "0.5", "0.5"),
    ],
)
def test_empty_line_takes_the_default(alice: Any, kind: dict[str, Any], default: str, text: str) -> None:
    talk = started(alice, {**kind, "text": "?", "name": "it", "default": default})
    assert said(talk, " ")["text"] == text


@pytest.mark.parametrize(
    ("kind", "errors"),
    [
        (YES_NO, {"answers": ["REQUIRED"]}),
        ({"type": "int", "text": "?"}, {"text": ["REQUIRED"]}),
        (
            {"type": "choice", "text": "?", "name": "it", "default": "7", "answers": [{"text": "A"}]},
            {"answers": ["REQUIRED"]},
        ),
    ],
)
def test_empty_line_without_a_default_is_rejected(alice: Any, kind: dict[str, Any], errors: Any) -> None:
    assert refused(started(alice, kind), "") == errors


@pytest.mark.parametrize(
    ("kind", "default", "errors"),
    [
        ({"type": "int", "limits": {"max": 5}}, "6", {"text": ["REQUIRED"]}),
        ({"type": "int"}, "'many'", {"text": ["REQUIRED"]}),
        ({"type": "int"}, "true", {"text": ["REQUIRED"]}),
        (
            {
                "type": "int",
                "constraints": [{"check": "value % 2 == 0", "message": "Even!", "severity": "error"}],
            },
            "3",
            {"text": ["REQUIRED"]},
        ),
        ({"type": "choice", "answers": [{"text": "A", "value": 1}]}, "true", {"answers": ["REQUIRED"]}),
        ({"type": "choice", "answers": [{"text": "A", "value": True}]}, "1", {"answers": ["REQUIRED"]}),
        (
            {"type": "choice", "answers": [{"text": "A", "value": 1, "show_if": "false"}, {"text": "B"}]},
            "1",
            {"answers": ["REQUIRED"]},
        ),
    ],
    ids=["limit", "type", "truth value", "constraint", "true for 1", "1 for true", "not offered"],
)
def test_default_that_would_be_refused_is_not_suggested(
    alice: Any, kind: dict[str, Any], default: str, errors: Any
) -> None:
    talk = started(alice, {**kind, "text": "?", "name": "it", "default": default})
    assert prompt(talk)["default"] is None
    assert "default" not in talk.thread()["question_data"]
    assert refused(talk, "") == errors


def test_default_with_a_warning_is_suggested_and_has_to_be_confirmed(alice: Any) -> None:
    constraint = {"check": "value > 5", "message": "Sure?", "severity": "warning"}
    talk = started(
        alice, {"type": "int", "text": "?", "name": "it", "default": "3", "constraints": [constraint]}
    )
    assert prompt(talk)["default"] == 3
    assert refused(talk, "") == {"text": ["CONFIRM"]}


@pytest.mark.parametrize("line", ["2", " 2. ", "no", "NO!", "Nie", "n"])
def test_line_chooses_an_answer_by_number_text_or_value(alice: Any, line: str) -> None:
    asked = {**YES_NO, "answers": [{"text": "Yes"}, {"text": "No", "text_i18n": {"pl": "Nie"}, "value": "n"}]}
    schema = script(asked)
    talk = begin(alice, schema)
    shown = said(talk, line)
    assert (shown["text"], shown["answers"]) == ("No", [answer(schema, 1, 2)])
    assert shown["thread_data"]["question"] == question(schema, 2).pk


@pytest.mark.parametrize(
    ("line", "errors"),
    [
        ("3", {"text": ["WRONG_VALUE"]}),
        ("maybe", {"text": ["WRONG_VALUE"]}),
        ("1, 2", {"text": ["WRONG_VALUE"]}),
        ("same!", {"text": ["AMBIGUOUS"]}),
        ("0" * 5000, {"text": ["WRONG_VALUE"]}),
    ],
)
def test_line_that_fits_no_answer_or_two_is_rejected(alice: Any, line: str, errors: Any) -> None:
    talk = started(alice, {**YES_NO, "answers": [{"text": "Same"}, {"text": "Same."}]})
    assert refused(talk, line) == errors
    assert Message.objects.filter(sender=alice).count() == 0


def test_several_answers_are_separated_by_commas(alice: Any) -> None:
    offered = [{"text": "Head"}, {"text": "Back, upper"}, {"text": "None", "exclusive": True}]
    schema = script({"type": "multichoice", "text": "Where?", "answers": offered})
    assert said(begin(alice, schema), "Back, upper, head")["answers"] == [
        answer(schema, 1, 1),
        answer(schema, 1, 2),
    ]
    talk = begin(alice, schema)
    assert refused(talk, "1,3") == {"answers": ["EXCLUSIVE"]}
    assert refused(talk, "1,1") == {"answers": ["WRONG_VALUE"]}
    assert said(talk, "1, 2")["text"] == "Head, Back, upper"


def test_text_beside_an_open_choice_follows_a_comma(alice: Any) -> None:
    talk = started(alice, {**YES_NO, "choice_open": True})
    assert refused(talk, "because") == {"answers": ["REQUIRED"]}
    assert said(talk, "2, because, well, <so>")["text"] == "No, because, well, &lt;so&gt;"


@pytest.mark.parametrize(
    ("kind", "line", "text"),
    [
        ("float", "36,6", "36.6"),
        ("int", "1 000", "1000"),
        ("date", "29.02.2024", "29.02.2024"),
        ("text", "2", "2"),
    ],
)
def test_other_questions_take_the_line_as_typed(
    alice: Any, settings: Any, kind: str, line: str, text: str
) -> None:
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "USER_LANGUAGE": lambda user: "pl"}
    assert said(started(alice, {"type": kind, "text": "?", "name": "it"}), line)["text"] == text


@pytest.mark.parametrize("line", ["Not now", "not now.", "Nie teraz", "skip"])
@pytest.mark.parametrize("kind", ["choice", "text", "int"])
def test_text_that_offers_skipping_skips(alice: Any, kind: str, line: str) -> None:
    asked = {**YES_NO, "type": kind, "skip": "Not now", "skip_i18n": {"pl": "Nie teraz"}, "choice_open": True}
    if kind != "choice":
        asked = {key: value for key, value in asked.items() if key not in ("answers", "choice_open")}
    talk = started(alice, asked)
    response = reply(talk, line)
    assert response.status_code == 201, response.content
    assert response.json()["text"] == ""
    assert prompt(talk)["prompt"] == "And?"


def test_answer_wins_over_the_text_that_offers_skipping(alice: Any) -> None:
    asked = {**YES_NO, "answers": [{"text": "Go"}, {"text": "Skip"}], "skip": "Skip"}
    assert said(started(alice, asked), "skip")["text"] == "Skip"


def test_word_skip_is_a_text_where_skipping_is_not_offered(alice: Any) -> None:
    assert said(started(alice, {"text": "?"}), "skip")["text"] == "skip"
    assert refused(started(alice, YES_NO), "skip") == {"text": ["WRONG_VALUE"]}


@pytest.mark.parametrize("line", ["", "ok", "Go on"])
def test_any_line_confirms_a_control(alice: Any, line: str) -> None:
    talk = started(alice, {"type": "control", "text": "Go on"})
    assert prompt(talk)["prompt"] == "Go on"
    response = reply(talk, line)
    assert (response.status_code, response.content) == (204, b"")
    assert prompt(talk)["prompt"] == "And?"


def test_warning_is_confirmed(alice: Any) -> None:
    check = {"check": "value < 60", "message": "Sure?", "severity": "warning"}
    talk = started(alice, {"type": "int", "text": "?", "name": "age", "constraints": [check]})
    assert refused(talk, "70") == {"text": ["CONFIRM"]}
    assert said(talk, "70", confirm=True)["text"] == "70"


def test_only_offered_answers_are_listed_and_chosen(alice: Any) -> None:
    towns = [
        {"text": "Gda\u0144sk", "show_if": "calm == 0"},
        {"text": "Sopot", "show_if": "calm > 0"},
        {"text": "Gdynia", "show_if": "calm > 0"},
    ]
    talk = started(alice, CALM, {"type": "choice", "text": "Where?", "name": "town", "answers": towns})
    said(talk, "1")
    assert prompt(talk)["prompt"] == "Where?\n1 Sopot\n2 Gdynia"
    assert refused(talk, "gda\u0144sk") == {"text": ["WRONG_VALUE"]}
    assert said(talk, "2")["text"] == "Gdynia"


@pytest.mark.parametrize("name", ["phq9", "gad7"])
@pytest.mark.parametrize("language", ["en", "pl"])
@pytest.mark.parametrize("by", ["number", "text"])
def test_questionnaire_is_answered_by_text_alone(
    alice: Any, settings: Any, name: str, language: str, by: str
) -> None:
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "USER_LANGUAGE": lambda user: language}
    document = questionnaire(name)
    talk = begin(alice, questionnaire_schema(document, type="automated_flow"), on_finish="close")
    total = 0
    for number, item in enumerate(scored_items(document)):
        shown = prompt(talk)
        assert shown["text"] == item["text"].get(language, item["text"]["en"])
        chosen = shown["options"][number % len(shown["options"])]
        total += number % len(document["options"])
        said(talk, str(chosen["number"]) if by == "number" else chosen["text"], question=shown["question"])
    if talk.row.question_id is not None:
        said(talk, prompt(talk)["options"][0]["text"])
    row = talk.row
    assert (row.state, row.variables_pool) == ("closed", {"score": float(total)})


def test_prompt_and_reply_cost_the_same_however_many_answers_and_languages(alice: Any) -> None:
    prompts, replies, posts = [], [], []
    for number in (2, 30):
        texts = {code: f"in {code}" for code in ("pl", "de", "fr")[: number // 10]}
        answers = [
            {"text": f"{{{{ user.first_name }}}} {each}", "text_i18n": texts} for each in range(number)
        ]
        schema = script({**YES_NO, "answers": answers}, match_text=True)
        path = begin(alice, schema).path
        prompts.append(count(client_of(alice), "get", f"{path}/prompt"))
        replies.append(count(client_of(alice), "post", f"{path}/reply", {"text": "2"}, status=201))
        path = begin(alice, schema).path
        posts.append(count(client_of(alice), "post", f"{path}/messages", {"text": "Alice 1"}, status=201))
    assert prompts[0] == prompts[1] <= 4
    assert replies[0] == replies[1]
    assert posts[0] == posts[1]
