"""Texts and suggested answers of repeated groups in surveys: each instance has its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from tests.databases import connection
from tests.factories import published_schema
from tests.surveys.conftest import Filling

pytestmark = pytest.mark.django_db

Begin = Callable[..., Filling]

MEDS: list[dict[str, Any]] = [
    {"qid": 1, "text": "Your name?", "name": "patient"},
    {
        "qid": 2,
        "text": "Medicine {{ index }} of {{ answers.patient }}?",
        "name": "medicine",
        "group": "meds",
    },
    {
        "qid": 3,
        "type": "float",
        "text": "How much {{ answers.medicine }}?",
        "hint": "Last: {{ answers.q4 }}",
        "name": "dose",
        "default": "index * 1.5",
        "group": "meds",
        "required_message": "How much {{ answers.medicine }} is needed.",
        "constraints": [
            {"check": "value <= 10", "message": "Too much {{ answers.medicine }} ({{ index }})"},
        ],
    },
    {
        "qid": 4,
        "type": "choice",
        "text": "Taken?",
        "name": "taken",
        "group": "meds",
        "answers": [
            {"text": "{{ answers.medicine }} & water", "value": "water", "next_qid": 5},
            {"text": "no", "value": "no", "next_qid": 5},
        ],
    },
    {"qid": 5, "text": "Anything else?", "group": "meds"},
    {
        "qid": 6,
        "text": "{{ answers.meds.medicine }}: {{ answers.meds.dose }}, {{ answers.meds.taken }}."
        "[{{ answers.dose }}{{ index }}{{ answers.q2 }}{{ answers.meds }}]",
    },
]
GROUP = {"key": "meds", "text": "{{ index }}. {{ answers.medicine }}"}


def form(questions: list[dict[str, Any]] = MEDS, group: dict[str, Any] = GROUP, **schema: Any) -> Any:
    repeat = {"count": None, "min": 2, "max": 20}
    return published_schema(questions, groups={"meds": {"repeat": repeat, **group}}, **schema)


def group_of(survey: Filling, query: str = "", **headers: Any) -> dict[str, Any]:
    """Return the document of the repeated group, as the survey shows it."""
    path = f"/api/schemas/{survey.schema.pk}?survey={survey.id}{query}"
    shown = survey.client.get(path, headers=headers)
    assert shown.status_code == 200, shown.content
    group: dict[str, Any] = shown.json()["groups"][0]
    return group


def texts(survey: Filling, **headers: Any) -> list[dict[int, str]]:
    """Return the texts by qid that each instance shows, in the order of the instances."""
    return [
        {each["qid"]: each["text"] for each in instance["questions"]}
        for instance in group_of(survey, **headers)["instances"]
    ]


def instances_path(survey: Filling) -> str:
    return f"{survey.path}/groups/{survey.schema.groups.get().pk}/instances"


def last_text(survey: Filling) -> Any:
    shown = survey.client.get(f"/api/schemas/{survey.schema.pk}?survey={survey.id}").json()
    return shown["questions"][-1]["text"]


def two_medicines(filling: Begin) -> Filling:
    """Return a survey with two instances, both of which are answered in part."""
    begun = filling(form())
    begun.give(1, text="Ann & co")
    begun.give(2, text="Aspirin", instance=1)
    begun.give(2, text="<b>Ibu</b>", instance=2)
    begun.give(4, "no", instance=1)
    return begun


@pytest.fixture
def survey(filling: Begin) -> Filling:
    return two_medicines(filling)


def test_each_instance_shows_its_own_answers_and_its_place(survey: Filling) -> None:
    group = group_of(survey)
    assert group["text"] == ". "
    assert [each["text"] for each in group["questions"]] == [
        "Medicine  of Ann & co?",
        "How much ?",
        "Taken?",
        "Anything else?",
    ]
    first, second = group["instances"]
    assert (first["instance"], first["text"]) == (1, "1. Aspirin")
    assert (second["instance"], second["text"]) == (2, "2. <b>Ibu</b>")
    # Questions that are the same in all instances are left out.
    assert texts(survey) == [
        {2: "Medicine 1 of Ann & co?", 3: "How much Aspirin?", 4: "Taken?"},
        {2: "Medicine 2 of Ann & co?", 3: "How much <b>Ibu</b>?", 4: "Taken?"},
    ]
    shown = first["questions"][1]
    assert (shown["hint"], shown["required_message"]) == ("Last: no", "How much Aspirin is needed.")
    assert [each["message"] for each in shown["constraints"]] == ["Too much Aspirin (1)"]
    assert [each["text"] for each in first["questions"][2]["answers"]] == ["Aspirin & water", "no"]
    assert second["questions"][1]["hint"] == "Last: "
    assert {
        **shown,
        **dict.fromkeys(("text", "hint", "default", "constraints", "required_message")),
    } == {
        **group["questions"][1],
        **dict.fromkeys(("text", "hint", "default", "constraints", "required_message")),
    }


def test_items_show_their_question_and_answers_as_their_instance_does(survey: Filling) -> None:
    item = survey.give(4, "{{ answers.medicine }} & water", instance=2)
    assert [each["text"] for each in item["answers_data"]] == ["<b>Ibu</b> & water"]
    survey.give(3, text="1", instance=1)
    survey.give(3, text="2", instance=2)
    listed = survey.client.get(f"{survey.path}/items").json()
    rows = [survey.client.get(f"{survey.path}/items/{each['id']}").json() for each in listed]
    shown = [
        [each["related_question_data"]["text"] for each in found if each.get("instance")]
        for found in (listed, rows)
    ]
    assert (
        shown[0]
        == shown[1]
        == [
            "Medicine 1 of Ann & co?",
            "Medicine 2 of Ann & co?",
            "Taken?",
            "Taken?",
            "How much Aspirin?",
            "How much <b>Ibu</b>?",
        ]
    )
    offered = [each["related_question_data"]["answers"][0]["text"] for each in listed[3:5]]
    assert offered == ["Aspirin & water", "<b>Ibu</b> & water"]
    assert [each["related_question_data"].get("default") for each in listed[5:]] == [1.5, 3]


def test_lists_show_the_answers_of_all_instances_everywhere(survey: Filling) -> None:
    assert last_text(survey) == "Aspirin, <b>Ibu</b>: , no.[]"
    survey.give(3, text="1.50", instance=2)
    survey.give(3, text="10", instance=1)
    survey.give(4, "no", instance=2)
    assert last_text(survey) == "Aspirin, <b>Ibu</b>: 10, 1.5, no, no.[]"


def test_quoted_answers_have_their_own_placeholders_filled_in(survey: Filling) -> None:
    survey.give(4, "{{ answers.medicine }} & water", instance=2)
    assert last_text(survey).endswith(": , no, <b>Ibu</b> & water.[]")
    assert group_of(survey)["instances"][1]["questions"][1]["hint"] == "Last: <b>Ibu</b> & water"


def test_instances_that_are_gone_are_shown_no_more_and_places_follow(survey: Filling) -> None:
    assert survey.client.post(instances_path(survey)).json()["instance"] == 3
    survey.give(2, text="Zinc", instance=3)
    assert survey.client.delete(f"{instances_path(survey)}/1").status_code == 204
    shown = group_of(survey)["instances"]
    assert [(each["instance"], each["text"]) for each in shown] == [
        (2, "1. <b>Ibu</b>"),
        (3, "2. Zinc"),
    ]
    assert last_text(survey) == "<b>Ibu</b>, Zinc: , .[]"
    assert [each["questions"][1]["default"] for each in shown] == [1.5, 3]


def test_surplus_and_hidden_answers_are_not_quoted(filling: Begin) -> None:
    questions: list[dict[str, Any]] = [
        {"type": "int", "text": "How many?", "name": "number"},
        {"text": "Which?", "name": "which", "group": "meds"},
        {"text": "Why {{ answers.which }}?", "name": "why", "group": "meds", "show_if": 'which != "x"'},
        {"text": "{{ answers.why }} {{ answers.q3 }} {{ index }}?", "group": "meds"},
        {"text": "{{ answers.meds.which }} {{ answers.meds.why }}"},
    ]
    survey = filling(form(questions, {"key": "meds", "repeat": {"count": "number"}}))
    survey.give(1, text="2")
    for number, which in ((1, "x"), (2, "y"), (3, "z")):
        survey.give(2, text=which, instance=number)
        surplus = survey.give(3, text="so", instance=number)
    last = survey.give(4, text="no", instance=3)
    assert [each[4] for each in texts(survey)] == ["  1?", "so so 2?"]
    assert last_text(survey) == "x, y so"
    # An instance that does not count quotes nothing.
    assert surplus["related_question_data"]["text"] == "Why ?"
    assert last["related_question_data"]["text"] == "  ?"


def test_fields_of_instances_can_be_chosen(survey: Filling) -> None:
    fields = "groups__instances__instance,groups__instances__questions__text"
    shown = survey.client.get(f"/api/schemas/{survey.schema.pk}?survey={survey.id}&fields={fields}").json()
    assert shown["groups"][0]["instances"][0] == {
        "instance": 1,
        "questions": [{"text": text} for text in texts(survey)[0].values()],
    }


def test_without_instances_the_list_is_empty(filling: Begin) -> None:
    assert group_of(filling(form(group={**GROUP, "repeat": {"min": 0}})))["instances"] == []


PLAIN: list[dict[str, Any]] = [
    {"text": "Which?", "name": "which", "group": "meds"},
    {"text": "Why, {{ user.first_name }}? {{ answers.meds.which }} {{ answers.name }}", "group": "meds"},
    {"text": "Name?", "name": "name"},
]


def test_a_group_that_is_the_same_in_all_instances_has_no_list_of_them(filling: Begin) -> None:
    survey = filling(form(PLAIN, {"key": "meds", "text": "{{ answers.name }}"}))
    survey.give(1, text="x", instance=1)
    group = group_of(survey)
    assert "instances" not in group
    assert group["questions"][1]["text"] == "Why, Alice? x "


def test_groups_have_no_instances_without_a_survey_or_a_repeat(survey: Filling, filling: Begin) -> None:
    group = survey.client.get(f"/api/schemas/{survey.schema.pk}").json()["groups"][0]
    assert (group["text"], "instances" in group) == ("{{ index }}. {{ answers.medicine }}", False)
    once = filling(form(group={"key": "meds", "repeat": None}))
    once.give(2, text="Aspirin")
    assert "instances" not in group_of(once)
    assert group_of(once)["questions"][1]["text"] == "How much Aspirin?"


def test_a_repeated_group_without_names_quotes_by_number(filling: Begin) -> None:
    questions = [{"text": "Which?", "group": "meds"}, {"text": "Why {{ answers.q1 }}?", "group": "meds"}]
    survey = filling(form(questions, {"key": "meds"}))
    survey.give(1, text="a", instance=2)
    assert texts(survey) == [{2: "Why ?"}, {2: "Why a?"}]


# Languages, hooks of the host, hostile texts, queries.


def test_instances_are_in_the_language_of_the_request(filling: Begin) -> None:
    questions: list[dict[str, Any]] = [
        {"type": "float", "text": "Dose?", "name": "dose", "group": "meds"},
        {
            "text": "{{ answers.dose }} of {{ answers.meds.dose }}",
            "text_i18n": {"de": "{{ index }}: {{ answers.dose }} von {{ answers.meds.dose }}"},
            "group": "meds",
        },
    ]
    survey = filling(form(questions, {"key": "meds"}))
    survey.give(1, text="1.5", instance=1)
    survey.give(1, text="2.5", instance=2)
    assert texts(survey) == [{2: "1.5 of 1.5, 2.5"}, {2: "2.5 of 1.5, 2.5"}]
    assert texts(survey, accept_language="de") == [{2: "1: 1,5 von 1,5, 2,5"}, {2: "2: 2,5 von 1,5, 2,5"}]


CALLS: list[Any] = []


def weather(subject: Any, asked: Any) -> dict[str, Any]:
    CALLS.append(asked.qid)
    return {"weather": "sun"}


def medicine(argument: str, context: Any) -> Any:
    return [context["answers"].get("medicine"), context.get("index")]


def test_hooks_of_the_host_know_the_instance_and_are_called_once_a_question(
    filling: Begin, settings: Any
) -> None:
    settings.CHAT_SETTINGS = {
        "QUESTION_CONTEXT_PROVIDERS": [weather],
        "META_RESOLVERS": {"medicine": medicine},
    }
    questions: list[dict[str, Any]] = [
        {"text": "Which?", "name": "medicine", "group": "meds"},
        {"text": "{{ weather }} {{ index }}", "group": "meds"},
        {"text": "Plain", "meta": {"of": {"$resolve": "medicine"}}, "group": "meds"},
    ]
    survey = filling(form(questions, {"key": "meds"}))
    survey.give(1, text="Aspirin", instance=2)
    CALLS.clear()
    shown = group_of(survey)["instances"]
    assert CALLS == [2, 3]
    assert [each["text"] for each in (instance["questions"][0] for instance in shown)] == ["sun 1", "sun 2"]
    assert [instance["questions"][1]["meta"] for instance in shown] == [
        {"of": [None, 1]},
        {"of": ["Aspirin", 2]},
    ]


@pytest.mark.parametrize(
    "template",
    [
        "{{ answers.medicine.__class__ }}",
        "{{ answers.meds.__class__ }}",
        "{{ answers.meds._listed }}",
        "{{ answers.meds.medicine.x }}",
        "{{ answers.meds.nothing }}",
        "{{ answers.meds.patient }}",
        "{{ index.real }}",
        "{{ index.__class__ }}",
        "{{ answers.meds }}",
        "{{ answers.q2#1 }}",
    ],
)
def test_hostile_templates_read_nothing_else(filling: Begin, template: str) -> None:
    questions = [*MEDS[:2], {"qid": 3, "text": f"[{template}{{{{ index }}}}]", "group": "meds"}]
    survey = filling(form(questions))
    survey.give(2, text="Aspirin", instance=1)
    kept = template if "#" in template else ""
    assert [each[3] for each in texts(survey)] == [f"[{kept}1]", f"[{kept}2]"]


def test_typed_texts_are_never_templates(filling: Begin, settings: Any) -> None:
    survey = filling(form())
    survey.give(2, text="{{ user.password }}{{ index }}", instance=1)
    shown = "How much {{ user.password }}{{ index }}?"
    assert texts(survey)[0][3] == shown
    settings.CHAT_SETTINGS = {"ESCAPE_TEXT": False}
    other = filling(form())
    other.give(2, text="<i>&amp;", instance=1)
    assert texts(other)[0][3] == "How much <i>&amp;?"
    assert last_text(other) == "<i>&amp;: , .[]"


def test_queries_do_not_grow_with_the_instances(filling: Begin) -> None:
    def queries(number: int) -> list[int]:
        survey = filling(form())
        survey.give(1, text="Ann")
        while survey.client.post(instances_path(survey)).json()["instance"] < number:
            pass
        for place in range(1, number + 1):
            survey.give(2, text=f"M{place}", instance=place)
            survey.give(3, text="1", instance=place)
        counts = []
        for path in (f"/api/schemas/{survey.schema.pk}?survey={survey.id}", f"{survey.path}/items"):
            survey.client.get(path)
            with CaptureQueriesContext(connection) as counted:
                assert f"M{number}" in survey.client.get(path).content.decode()
            counts.append(len(counted))
        return counts

    assert queries(3) == queries(12)
