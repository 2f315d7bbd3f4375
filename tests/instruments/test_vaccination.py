"""A vaccination form that asks the same of each child, filled in at random over HTTP beside an evaluator by hand."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from chat_api.schemas.models import Question, Schema
from chat_api.schemas.portability.load import load
from tests.chat.conftest import client_of
from tests.chat.talking import Talk, begin
from tests.instruments.documents import FORMS, published
from tests.instruments.naive_results import seen
from tests.instruments.naive_vaccination import CHILD, QIDS, Vaccination, Values, born_codes, doses_max
from tests.instruments.replies import DAY
from tests.surveys.conftest import Filling

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sees_results", "clock")]

#: Changes of one survey.
STEPS = 40
KIDS_MAX = 4


@dataclass(frozen=True)
class Drawn:
    """A value to send, its text, whether it confirms warnings, and the codes with which it is refused."""

    value: Any
    text: str
    confirms: bool = False


def draw(chance: random.Random, name: str) -> Drawn:
    """Draw an answer that is often right."""
    if name == "visited":
        value = DAY - timedelta(days=chance.choice([-1, 0, 1, 30, 400]))
        return Drawn(value, value.isoformat())
    if name == "born":
        days = chance.choice([0, 100, 274, 300, 450, 500, 800, 2300, 2500, 7000])
        value = DAY - timedelta(days=days + chance.randrange(3))
        return Drawn(value, value.isoformat(), chance.random() < 0.5)
    if name in ("kids", "doses", "mmr"):
        number = chance.choice(
            {"kids": [0, 1, 2, 2, 3, 4, 6, 7], "doses": [0, 1, 1, 2, 3], "mmr": [0, 1]}[name]
        )
        return Drawn(number, str(number))
    return Drawn("Ann", "Ann")


def refusals(name: str, drawn: Drawn, visited: date | None, months: int | None) -> set[str]:
    """Return the codes with which an answer is refused."""
    value = drawn.value
    if name == "visited":
        return {"TOO_LARGE"} if value > DAY else set()
    if name == "kids":
        return {"TOO_LARGE"} if value > 6 else set()
    if name == "born":
        codes = {*born_codes(visited, value)}
        return codes - {"CONFIRM"} if drawn.confirms or "CONSTRAINT" in codes else codes
    if name == "doses":
        return {"TOO_SMALL"} if value < 1 else {"TOO_LARGE"} if value > doses_max(months) else set()
    return set()


def body_of(question: Question, drawn: Drawn) -> dict[str, Any]:
    if question.type == "choice":
        return {"answers": [question.answers.get(value=drawn.value).pk], "text": ""}
    return {"text": drawn.text, "confirm": drawn.confirms}


def months_of(form: Vaccination, place: int) -> int | None:
    return form.children[place - 1].months if place <= len(form.children) else None


@dataclass
class Walk:
    """A survey that is filled in over HTTP, and its answers as the evaluator knows them."""

    survey: Filling
    questions: dict[str, Question]
    is_counted: bool
    answers: Values = field(default_factory=dict)
    #: By number of the instance.
    children: dict[int, Values] = field(default_factory=dict)
    ids: dict[tuple[str, int], int] = field(default_factory=dict)
    last: int = 0

    @property
    def numbers(self) -> list[int]:
        return [*range(1, KIDS_MAX + 1)] if self.is_counted else [*self.children]

    def form(self, without: tuple[str, int] | None = None) -> Vaccination:
        answers = {name: value for name, value in self.answers.items() if (name, 0) != without}
        given = [
            {
                name: value
                for name, value in self.children.get(number, {}).items()
                if (name, number) != without
            }
            for number in self.numbers
        ]
        number = min(answers.get("kids", 0), KIDS_MAX) if self.is_counted else len(given)
        return Vaccination(answers, given, number)

    def step(self, chance: random.Random) -> None:
        """Answer, change or remove something, and compare."""
        if not self.is_counted and chance.random() < 0.2:
            self.add_or_remove(chance)
        else:
            self.answer(chance)
        self.compare()

    def add_or_remove(self, chance: random.Random) -> None:
        path = f"{self.survey.path}/groups/{self.survey.schema.groups.get().pk}/instances"
        if self.children and chance.random() < 0.4:
            number = chance.choice([*self.children])
            assert self.survey.client.delete(f"{path}/{number}").status_code == 204
            del self.children[number]
            self.ids = {key: pk for key, pk in self.ids.items() if key[1] != number}
            return
        added = self.survey.client.post(path)
        if len(self.children) >= KIDS_MAX:
            assert (added.status_code, added.json()) == (400, {"instances": ["TOO_MANY"]})
            return
        self.last += 1
        assert added.json()["instance"] == self.last
        self.children[self.last] = {}

    def answer(self, chance: random.Random) -> None:
        name = chance.choice([*QIDS, *CHILD])
        if name in CHILD and not self.numbers:
            return
        number = chance.choice(self.numbers) if name in CHILD else 0
        key = name, number
        if key in self.ids and chance.random() < 0.3:
            removed = self.survey.client.delete(f"{self.survey.path}/items/{self.ids.pop(key)}")
            assert removed.status_code == 204
            self.forget(key)
            return
        drawn, form = draw(chance, name), self.form(without=key)
        place = self.numbers.index(number) + 1 if number else 0
        codes = refusals(name, drawn, form.answers.get("visited"), months_of(form, place) if place else None)
        response = self.send(key, body_of(self.questions[name], drawn))
        assert response.status_code == (400 if codes else 200 if key in self.ids else 201), response.content
        if codes:
            assert {*response.json()["text"]} == codes
            return
        self.ids[key] = response.json()["id"]
        self.forget(key)
        home = self.children.setdefault(number, {}) if number else self.answers
        home[name] = drawn.value
        if name == "born" and drawn.confirms:
            home["born confirmed"] = True

    def forget(self, key: tuple[str, int]) -> None:
        name, number = key
        home = self.children.get(number, {}) if number else self.answers
        home.pop(name, None)
        if name == "born":
            home.pop("born confirmed", None)

    def send(self, key: tuple[str, int], body: dict[str, Any]) -> Any:
        if key in self.ids:
            return self.survey.client.patch(f"{self.survey.path}/items/{self.ids[key]}", body)
        body |= {"related_question": self.questions[key[0]].pk}
        if key[1]:
            body["instance"] = key[1]
        return self.survey.client.post(f"{self.survey.path}/items", body)

    def compare(self) -> None:
        form, state = self.form(), self.survey.state
        assert state["visibility"] == form.visible, (self.answers, self.children)
        assert state["completed"] is form.completed
        assert state["values"] == {"oldest": form.oldest}
        assert [
            (
                each["instance"],
                each["visibility"],
                each["values"],
                [(problem["qid"], problem["code"]) for problem in each["problems"]],
            )
            for each in state["instances"]["children"]
        ] == [
            (number, child.visible, {"months": child.months, "due": child.due}, child.problems)
            for number, child in zip(self.numbers, form.children, strict=False)
        ], (self.answers, self.children)
        shown = self.survey.client.get(f"{self.survey.path}/results").json()
        bands = dict.fromkeys(form.scores)
        assert seen(shown) == (form.scores, bands, form.flags), (self.answers, self.children)


def decided(folder: Path) -> Schema:
    """Publish the form with as many children as the user adds."""
    path = folder / "decided.yaml"
    form = (FORMS / "vaccination.yaml").read_text()
    path.write_text(form.replace("{count: kids, max: 4}", "{count: null, max: 4}"))
    return load([path], using="default", publish=True).schemas[0]


@pytest.mark.parametrize("is_counted", [True, False], ids=["counted", "decided"])
def test_random_changes_of_a_survey_are_those_of_the_evaluator(
    is_counted: bool, user: Any, walks: int, tmp_path: Path
) -> None:
    schema = published("vaccination", tmp_path) if is_counted else decided(tmp_path)
    questions = {row.name or "": row for row in schema.questions.all()}
    for seed in range((walks + 2) // 3):
        chance = random.Random(seed)
        walk = Walk(Filling(client_of(user), user, schema), questions, is_counted)
        for _ in range(STEPS):
            walk.step(chance)


def test_random_walks_of_a_conversation_are_those_of_the_evaluator(
    user: Any, walks: int, tmp_path: Path
) -> None:
    schema = published("vaccination", tmp_path)
    questions = {row.pk: row for row in schema.questions.all()}
    for seed in range(walks):
        converse(begin(user, schema), random.Random(seed), questions)


def converse(talk: Talk, chance: random.Random, questions: dict[int, Question]) -> Vaccination:
    """Answer at random up to the end, and return the form with the answers."""
    answers: Values = {}
    children: list[Values] = []
    for _ in range(80):
        form = Vaccination(answers, children, min(answers.get("kids", 0), KIDS_MAX))
        row = talk.row
        current = None if row.question_id is None else questions[row.question_id].name
        place, waits = waiting(form)
        assert current == waits, (answers, children)
        if waits is None or current is None:
            break
        drawn = draw(chance, waits)
        codes = refusals(waits, drawn, answers.get("visited"), months_of(form, place) if place else None)
        body = {**body_of(questions[row.question_id or 0], drawn), "question": row.question_id}
        if place:
            body["instance"] = place
            children += [{}] * (place > len(children))
        response = talk.post(**body)
        assert response.status_code == (400 if codes else 201), (
            waits,
            drawn,
            answers,
            children,
            response.content,
        )
        if not codes:
            (children[place - 1] if place else answers)[waits] = drawn.value
    else:
        pytest.fail("the script did not end")
    newest = talk.client.get(f"{talk.path}/runs?limit=1").json()["results"][0]
    assert seen(newest) == (form.scores, dict.fromkeys(form.scores), form.flags), (answers, children)
    return form


def waiting(form: Vaccination) -> tuple[int, str | None]:
    """Return the place of the child, 0 outside, and the name of the question that waits; None at the end."""
    for name in ("visited", "kids"):
        if name not in form.answers:
            return 0, name
    for child in form.children:
        if child.waits is not None:
            return child.place, child.waits
    return 0, "school" if (form.oldest or 0) >= 72 and "school" not in form.answers else None
