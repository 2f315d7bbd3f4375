"""The columns of a table of runs or surveys, and for each version the functions that return their values."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple, TypeVar

from chat_api.engine.expressions.values import Value as ScriptValue
from chat_api.engine.repeats import questions_in, repeated_groups
from chat_api.engine.scores import band_of
from chat_api.engine.script import NON_ANSWERABLE, Question, QuestionType, Score, Script
from chat_api.lib.tables import Value
from chat_api.schemas.compiled import CompiledSchema
from chat_api.schemas.pooling import (
    Pooled,
    aligned,
    pooled_flags,
    pooled_questions,
    pooled_scores,
    same_answers,
)
from chat_api.schemas.results.columns import (
    Column,
    Said,
    Style,
    cell,
    columns_of,
    heading_of,
    list_cell,
    value_of,
)
from chat_api.schemas.results.options import TableOptions

T = TypeVar("T")

#: The last headings: questions with superseded answers, then answered questions and calculations that are hidden. These
#: answers count for nothing.
SUPERSEDED: Final = "superseded answers"
HIDDEN: Final = "hidden answers"


class Facts(NamedTuple):
    """The facts about a run or survey, or about a round or instance of it, from which its row is made.

    Answers and calculations are by the id of their question.
    """

    answers: Mapping[int, Said]
    superseded: Mapping[int, Sequence[Said]]
    variables: Mapping[str, Any]
    calculated: Mapping[int, ScriptValue]
    #: Empty until they are final.
    scores: Mapping[str, Any]
    #: When a flag was raised and cleared.
    flags: Mapping[str, tuple[datetime, datetime | None]]
    hidden: Collection[int]
    #: The numbers of rounds or instances, by the id of their group.
    rounds: Mapping[int, Collection[int]]


Reader = Callable[[Facts], Value]


@dataclass(frozen=True, slots=True)
class Layout:
    """The headings of a table, and by schema a reader of each column; None where a version does not have it.

    The last column has the hidden answers.
    """

    readers: Mapping[int, list[Reader | None]]
    headings: list[str] = field(default_factory=list)

    def add(self, heading: str, by_schema: Mapping[int, Reader]) -> None:
        """Add a column that the schemas have for which there is a reader."""
        self.headings.append(heading)
        for pk, readers in self.readers.items():
            readers.append(by_schema.get(pk))

    def row(self, schema_id: int, facts: Facts) -> Iterator[Value]:
        """Yield the values of a run of the schema."""
        for reader in self.readers[schema_id]:
            yield None if reader is None else reader(facts)


def layout_of(
    versions: Sequence[CompiledSchema],
    options: TableOptions,
    *,
    lists: bool,
    superseded: AbstractSet[int] | None = None,
    answered: AbstractSet[int] = frozenset(),
    rounds: str,
) -> Layout:
    """Return the columns of all versions, the newest first: of a run or survey, or with `repeat` of that group.

    `lists` is whether cells can hold lists. `superseded` are the ids of questions that have a column for their
    superseded answers, None where no answer can be superseded. `answered` are the ids of messages, forks and controls
    that have a column because they have answers. `rounds` says in headings what repeated groups have.
    """
    layout = Layout({version.id: [] for version in versions})
    questions = pooled_questions(
        versions, heading_of, lambda version: questions_in(version.script, options.repeat)
    )
    style = Style(
        labels=options.labels,
        lists=lists,
        per_option=options.is_per_option(lists=lists),
        texts={pk: texts for version in versions for pk, texts in version.translations.answers.items()},
        newest={answer.id: like.text for each in questions for answer, like in same_answers(each)},
    )
    for question in questions:
        ids = {each.id for each in question.by_schema.values()}
        if question.newest.type not in NON_ANSWERABLE or not answered.isdisjoint(ids):
            _add_question(layout, question, style)
            if superseded is not None and not superseded.isdisjoint(ids):
                _add_superseded(layout, question, style)
    for question in questions:
        if question.newest.type == QuestionType.CALCULATION:
            layout.add(question.heading, _each(question.by_schema, lambda one: _calculated(one, style)))
    if options.repeat is None:
        _add_rounds(layout, versions, rounds)
        _add_variables(layout, versions, style)
        _add_results(layout, versions, style)
    # In a row of one group, the same round of another group is not meant.
    named = {
        version.id: questions_in(version.script, options.repeat)
        if options.repeat
        else version.script.questions
        for version in versions
    }
    if superseded is not None:
        layout.add(SUPERSEDED, _each(named, lambda questions: _superseded_names(questions, style)))
    layout.add(HIDDEN, _each(named, lambda questions: _hidden_names(questions, style)))
    return layout


def _add_rounds(layout: Layout, versions: Sequence[CompiledSchema], rounds: str) -> None:
    ids: dict[str, dict[int, int]] = {}
    for version in versions:
        for pk, group in repeated_groups(version.script).items():
            ids.setdefault(group.key, {})[version.id] = pk
    for key, by_schema in ids.items():
        layout.add(f"{rounds} {key}", _each(by_schema, _number_of_rounds))


def _number_of_rounds(group_id: int) -> Reader:
    return lambda facts: len(facts.rounds.get(group_id, ()))


def _add_question(layout: Layout, question: Pooled[Question], style: Style) -> None:
    columns = {
        pk: columns_of(aligned(each, question.newest), question.heading, style)
        for pk, each in question.by_schema.items()
    }
    newest = next(iter(columns.values()))
    for place, column in enumerate(newest):
        by_schema = {pk: _read(question.by_schema[pk].id, found[place]) for pk, found in columns.items()}
        layout.add(column.heading, by_schema)


def _read(question_id: int, column: Column) -> Reader:
    def read(facts: Facts) -> Value:
        said = facts.answers.get(question_id)
        return None if said is None else column.value(said)

    return read


def _add_superseded(layout: Layout, question: Pooled[Question], style: Style) -> None:
    def reader(one: Question) -> Reader:
        def read(facts: Facts) -> Value:
            return list_cell([value_of(one, said, style) for said in facts.superseded.get(one.id, ())], style)

        return read

    layout.add(f"{question.heading} [superseded]", _each(question.by_schema, reader))


def _each(by_schema: Mapping[int, T], reader: Callable[[T], Reader]) -> dict[int, Reader]:
    return {pk: reader(part) for pk, part in by_schema.items()}


def _calculated(question: Question, style: Style) -> Reader:
    return lambda facts: cell(facts.calculated.get(question.id), style)


def _add_variables(layout: Layout, versions: Sequence[CompiledSchema], style: Style) -> None:
    names = {version.id: variables_of(version.script) for version in versions}
    for name in sorted(set().union(*names.values())):
        layout.add(
            f"variable {name}", {pk: _variable(name, style) for pk, has in names.items() if name in has}
        )


def variables_of(script: Script) -> set[str]:
    """Return the names of the variables that the script can set."""
    return {
        modification.name
        for question in script.questions
        for modifications in (question.modifications, *(each.modifications for each in question.answers))
        for modification in modifications
    }


def _variable(name: str, style: Style) -> Reader:
    def read(facts: Facts) -> Value:
        value = facts.variables.get(name)
        return cell(value, style) if isinstance(value, int | float) else None

    return read


def _add_results(layout: Layout, versions: Sequence[CompiledSchema], style: Style) -> None:
    for score in pooled_scores(versions, lambda score: score.name):
        value, band = _score(score.newest, style)
        layout.add(f"score {score.heading}", dict.fromkeys(score.by_schema, value))
        layout.add(f"band {score.heading}", dict.fromkeys(score.by_schema, band))
    for flag in pooled_flags(versions, lambda flag: flag.name):
        raised, cleared = (_flag(flag.newest.name, place) for place in (0, 1))
        layout.add(f"flag {flag.heading}", dict.fromkeys(flag.by_schema, raised))
        layout.add(f"flag {flag.heading} cleared", dict.fromkeys(flag.by_schema, cleared))


def _score(score: Score, style: Style) -> tuple[Reader, Reader]:
    def number(facts: Facts) -> float | None:
        raw = facts.scores.get(score.name)
        return float(raw) if isinstance(raw, int | float) else None

    def band(facts: Facts) -> Value:
        found = band_of(score, number(facts))
        return None if found is None else found.label

    return (lambda facts: cell(number(facts), style)), band


def _flag(name: str, place: int) -> Reader:
    def read(facts: Facts) -> Value:
        timestamp = facts.flags.get(name, (None, None))[place]
        return None if timestamp is None else timestamp.isoformat()

    return read


def _superseded_names(questions: Sequence[Question], style: Style) -> Reader:
    return lambda facts: _names((each for each in questions if each.id in facts.superseded), style)


def _hidden_names(questions: Sequence[Question], style: Style) -> Reader:
    def read(facts: Facts) -> Value:
        hidden = (each for each in questions if each.id in facts.hidden)
        shown = (each for each in hidden if each.id in facts.answers or each.type == QuestionType.CALCULATION)
        return _names(shown, style)

    return read


def _names(questions: Iterable[Question], style: Style) -> Value:
    names = [question.name or str(question.qid) for question in questions]
    return [*names] if style.lists else " ".join(names)
