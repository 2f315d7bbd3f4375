"""Answers as the texts of a script show them, by the numbers and the names of their questions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from chat_api.engine import flow_events
from chat_api.engine.expressions.environment import Environment
from chat_api.engine.expressions.values import Value, text_of
from chat_api.engine.logic import Logic
from chat_api.engine.repeats import RepeatedGroup
from chat_api.engine.rounds import Rounds, standing
from chat_api.engine.run_state import RunState
from chat_api.engine.scores import band_of, results_of
from chat_api.engine.script import Question, QuestionType, Score
from chat_api.engine.templates import INDEX, RENDERED_MAX
from chat_api.lib.languages import shown_value

#: Yields the values of a question in all instances of its group that have one, each with the text of its answer.
Listed = Callable[[Question], Iterable[tuple[Value, str]]]

_COMMA: Final = ", "


def with_names(
    by_qid: Mapping[str, str],
    questions: Iterable[Question],
    values: Mapping[str, Value],
    language: str | None,
) -> dict[str, str]:
    """Return the texts by `q<qid>` with those by name, for those of the questions that have `values`.

    Numbers and dates are shown by name as in `language` (None: the active one), all else as by `q<qid>`.
    """
    found = dict(by_qid)
    for question in questions:
        if question.name is not None and (value := values.get(question.name)) is not None:
            shown = _shown(question, value, language)
            found[question.name] = by_qid.get(f"q{question.qid}", "") if shown is None else shown
    return found


def _shown(question: Question, value: Value, language: str | None) -> str | None:
    """Return the text of a value that shows by itself; None for one that shows as its answer."""
    shown = shown_value(value, language)
    if shown is not None or question.type != QuestionType.CALCULATION:
        return shown
    each = value if isinstance(value, tuple) else (value,)
    return _COMMA.join(shown_value(item, language) or text_of(item) for item in each)


class ListTexts(Mapping[str, str]):
    """The values of a repeated group in all instances, comma-separated, by the names of its questions.

    They are made when a text reads them, at most as long as a rendered text.
    """

    def __init__(self, questions: Iterable[Question], listed: Listed, language: str | None) -> None:
        """Show the values that `listed` yields."""
        self._questions = {each.name: each for each in questions if each.name is not None}
        self._listed, self._language = listed, language
        self._made: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        made = self._made.get(name)
        if made is None:
            made = self._made[name] = _COMMA.join(self._texts(self._questions[name]))
        return made

    def __contains__(self, name: object) -> bool:
        return name in self._questions

    def __iter__(self) -> Iterator[str]:
        return iter(self._questions)

    def __len__(self) -> int:
        return len(self._questions)

    def _texts(self, question: Question) -> Iterator[str]:
        length = 0
        for value, text in self._listed(question):
            shown = _shown(question, value, self._language)
            if shown is None:
                # Messages of older releases do not say which round they belong to.
                shown = text or text_of(value)
            if shown and length <= RENDERED_MAX:
                length += len(shown)
                yield shown[:RENDERED_MAX]


def with_lists(texts: Mapping[str, str], lists: Mapping[str, ListTexts]) -> dict[str, object]:
    """Return the texts with those of repeated groups, by key of the group; a question with that name goes before."""
    return {**lists, **texts}


def text_key(qid: int, instance: int) -> str:
    """Return the key of the text of an answer that was given in a round; no text can name it."""
    return f"q{qid}#{instance}"


def shown_answers(
    texts: Mapping[str, str],
    state: RunState | None,
    asked: flow_events.Asked | None,
    language: str | None,
) -> dict[str, object]:
    """Return `answers`, by `q<qid>` and by name, and in a round of a repeated group `index`, as texts show them.

    `texts` are the answers of the run, as plain texts, by `q<qid>` and by `text_key`. `asked` is the question whose
    text it is; by default, the current round is shown.
    """
    if state is None:
        return {"answers": texts}
    questions, rounds = state.logic.script.questions, state.rounds
    values = state.values() if asked is None else state.values_at(asked.question, asked.instance)
    if rounds is None:
        return {"answers": with_names(texts, questions, values, language)}
    group, number = rounds.place.group, rounds.place.number
    if asked is not None:
        group, number = rounds.group_of(asked.question), asked.instance or 0
    shown = _of_round(texts, rounds, group, number)
    listed = _listed_in(texts, rounds)
    lists = {
        each.key: ListTexts(rounds.questions_of(each), listed, language) for each in rounds.groups.values()
    }
    named = with_names(shown, questions, values, language)
    index = {INDEX: number} if group is not None and number else {}
    return {"answers": with_lists(named, lists), **index}


def _listed_in(texts: Mapping[str, str], rounds: Rounds) -> Listed:
    def listed(question: Question) -> Iterator[tuple[Value, str]]:
        group = rounds.group_of(question)
        for number in () if group is None else rounds.numbers_of(group):
            given = None if group is None else standing(rounds.round(group, number), question)
            if given is not None and given.value is not None:
                yield given.value, texts.get(text_key(question.qid, number), "")

    return listed


def _of_round(
    texts: Mapping[str, str], rounds: Rounds, group: RepeatedGroup | None, number: int
) -> dict[str, str]:
    """Return the texts by `q<qid>` that are shown in a round of a repeated group; outside, the last ones of each."""
    shown = {key: text for key, text in texts.items() if "#" not in key}
    for question in () if group is None else rounds.questions_of(group):
        text = texts.get(text_key(question.qid, number))
        shown.pop(f"q{question.qid}", None)
        if text is not None:
            shown[f"q{question.qid}"] = text
    return shown


def shown_scores(
    logic: Logic, environment: Callable[[], Environment], language: str | None, labelled: Iterable[Score]
) -> dict[str, dict[str, str]]:
    """Return `scores`, as numbers in the language, and `bands`, as their labels, by name; empty ones are left out.

    `labelled` are the scores of the script with their labels in the language. A script without scores has neither, and
    does not call `environment`.
    """
    if not logic.script.scores:
        return {}
    results = results_of(logic, environment())
    scores = {
        name: shown_value(value, language) or ""
        for name, value in results.scores.items()
        if value is not None
    }
    bands: dict[str, str] = {}
    for score in labelled:
        band = band_of(score, results.scores.get(score.name))
        if band is not None:
            bands.setdefault(score.name, band.label)
    return {"scores": scores, "bands": bands}
