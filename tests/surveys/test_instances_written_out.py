"""Texts and suggested answers of a repeated group are those of its questions, written out as often."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.chat.conftest import client_of
from tests.factories import UserFactory, published_schema
from tests.surveys.conftest import Filling

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]

#: What texts quote; those of the group have no number here.
PLACES = (
    "{{ answers.a }}",
    "{{ answers.b }}",
    "{{ answers.c }}",
    "{{ answers.limit }}",
    "{{ index }}",
    '{{ answers.a|fallback:"none" }}',
    "{{ variables.y }}",
    "<",
)
#: What is suggested.
DEFAULTS = ("a + index", "coalesce(a, 2) * limit", "c", "sum(g.a) + 1", "2 if answered(b) else 1", "index")
_TEXTS = st.lists(st.sampled_from(PLACES), max_size=5).map("".join)
_EACH = st.fixed_dictionaries(
    {
        "a": st.floats(0, 3).map(lambda value: round(value, 1)) | st.none(),
        "b": st.sampled_from(["x & y", "no"]) | st.none(),
        "d": st.integers(0, 9) | st.none(),
    }
)


class Form:
    """The same questions, as often as there are instances: once in a group, or with a number in their names."""

    def __init__(self, text: str, hint: str, default: str) -> None:
        self.text, self.hint, self.default = text, hint, default

    def questions(self, first: int, **group: Any) -> list[dict[str, Any]]:
        return [
            {"qid": first, "type": "float", "text": "A?", "name": "a", **group},
            {
                "qid": first + 1,
                "type": "choice",
                "text": self.text or "B?",
                "name": "b",
                "show_if": "a > 0 and a <= limit",
                "answers": [{"text": "x & y", "value": "x"}, {"text": "no", "value": "no"}],
                "variable_modifications": [["y", "y + 1"]],
                **group,
            },
            {
                "qid": first + 2,
                "type": "calculation",
                "name": "c",
                "text": "",
                "calculate": "a * index",
                **group,
            },
            {
                "qid": first + 3,
                "type": "float",
                "text": self.text or "D?",
                "hint": self.hint or None,
                "name": "d",
                "default": self.default,
                **group,
            },
        ]

    def written_out(self, number: int) -> list[dict[str, Any]]:
        lists = {name: [f"{name}{place}" for place in range(1, number + 1)] for name in "abcd"}
        written: list[dict[str, Any]] = []
        for place in range(1, number + 1):
            for described in self.questions(4 * place - 2):
                each = {**described, "name": f"{described['name']}{place}"}
                for column in ("text", "hint", "default", "show_if", "calculate"):
                    if each.get(column):
                        each[column] = _numbered(each[column], place, lists)
                written.append(each)
        return written


def _numbered(source: str, place: int, lists: dict[str, list[str]]) -> str:
    if "{{" not in source and "<" not in source[:1]:
        source = re.sub(r"g\.([abcd])", lambda found: ", ".join(lists[found[1]]), source)
        source = re.sub(r"\bindex\b", str(place), source)
        return re.sub(r"\b([abcd])\b", rf"\g<1>{place}", source)
    source = source.replace("{{ index }}", str(place))
    return re.sub(r"answers\.([abcd])\b", rf"answers.\g<1>{place}", source)


def all_of(number: int) -> str:
    """Return a text that quotes the answers of all instances."""
    names = [[f"{{{{ answers.{name}{place} }}}}" for place in range(1, number + 1)] for name in "abc"]
    return "#".join("|".join(each) for each in names)


def shown_by(survey: Filling) -> dict[str, Any]:
    shown = survey.client.get(f"/api/schemas/{survey.schema.pk}?survey={survey.id}")
    assert shown.status_code == 200, shown.content
    body: dict[str, Any] = shown.json()
    return body


def seen(question: dict[str, Any]) -> list[Any]:
    """Return what of a question can differ."""
    texts = [question["text"], question.get("hint"), *(answer["text"] for answer in question["answers"])]
    return [*texts, question.get("default")]


def fill(survey: Filling, each: list[dict[str, Any]], qid_of: Any, **instances: Any) -> None:
    for place, answered in enumerate(each, start=1):
        body = {"instance": place} if instances else {}
        if answered["a"] is not None:
            survey.give(qid_of(place, 0), text=str(answered["a"]), **body)
        if answered["b"] is not None:
            position = 1 if answered["b"] == "x & y" else 2
            question = survey.schema.questions.get(qid=qid_of(place, 1))
            chosen = question.answers.get(position=position).pk
            posted = survey.client.post(
                f"{survey.path}/items", {"related_question": question.pk, "answers": [chosen], **body}
            )
            # An answer is refused in both where its question offers it in none.
            assert posted.status_code == 201, posted.content
        if answered["d"] is not None:
            survey.give(qid_of(place, 3), text=str(answered["d"]), **body)


@settings(
    max_examples=12,
    deadline=None,
    # A failing example is small as it is.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(_EACH, min_size=1, max_size=3),
    st.integers(0, 3),
    _TEXTS,
    _TEXTS,
    st.sampled_from(DEFAULTS),
)
def test_instances_show_what_questions_written_as_often_show(
    each: list[dict[str, Any]], limit: int, text: str, hint: str, default: str
) -> None:
    for answered in each[:-1]:
        # Written out, an unanswered choice keeps all that follows waiting; in a group, the rest of its own instance.
        if answered["b"] is None and answered["a"] is not None and 0 < answered["a"] <= limit:
            answered["b"] = "no"
    user = UserFactory.create()
    form, number = Form(text, hint, default), len(each)
    head = {"qid": 1, "type": "int", "text": "Limit?", "name": "limit", "next_qid": 2}
    listed = "{{ answers.g.a }} # {{ answers.g.b }} # {{ answers.g.c }}"
    repeated = Filling(
        client_of(user),
        user,
        published_schema(
            [head, *form.questions(2, group="g"), {"qid": 6, "text": listed}],
            groups={"g": {"key": "g", "repeat": {"count": None, "min": number}}},
        ),
    )
    plain = Filling(
        client_of(user),
        user,
        published_schema([head, *form.written_out(number), {"qid": 4 * number + 2, "text": all_of(number)}]),
    )
    for survey in (repeated, plain):
        survey.give(1, text=str(limit))
    fill(repeated, each, lambda place, which: 2 + which, instances=True)
    fill(plain, each, lambda place, which: 4 * place - 2 + which)
    written = {question["qid"]: question for question in shown_by(plain)["questions"]}
    parts = written[4 * number + 2]["text"].split("#")
    listed_there = " # ".join(", ".join(filter(None, part.split("|"))) for part in parts)
    assert repeated.state["completed"] == plain.state["completed"]
    document = shown_by(repeated)
    group = document["groups"][0]
    assert document["questions"][-1]["text"] == listed_there
    for place, instance in enumerate(group.get("instances", [{"questions": []}] * number), start=1):
        own = {question["qid"]: question for question in instance["questions"]}
        shown = [seen(own.get(question["qid"], question)) for question in group["questions"]]
        assert shown == [seen(written[4 * place - 2 + which]) for which in range(4)]
