"""The versions of a schema taken together: which of their questions, scores and flags are the same."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Generic, Protocol, TypeVar

from django.db.models import Q
from django.utils.text import slugify

from chat_api.engine.question_types.choice import code_of
from chat_api.engine.repeats import repeated_groups
from chat_api.engine.script import Answer, Flag, Question, QuestionType, Score
from chat_api.lib.tables import ExportRefused
from chat_api.schemas.compiled import CompiledSchema, compiled
from chat_api.schemas.models import Schema

#: The parameter of a URL that asks for all published versions together.
ALL_VERSIONS: Final = "all_versions"


class _Part(Protocol):
    @property
    def name(self) -> str | None: ...


T = TypeVar("T", bound=_Part)
N = TypeVar("N", Score, Flag)


@dataclass(frozen=True, slots=True)
class Pooled(Generic[T]):
    """A part of some versions, by the id of the schema, the newest version first; never empty.

    `heading` names it, and its versions if these are not clear without.
    """

    heading: str
    by_schema: Mapping[int, T]

    @property
    def newest(self) -> T:
        """Return that of the newest version."""
        return next(iter(self.by_schema.values()))


def versions_together(schema: Schema) -> list[CompiledSchema]:
    """Return the published versions with the schema's name, and the schema itself, newest first.

    Takes one query, and those that compile the schemas which are not cached.
    """
    rows = Schema.objects.using(schema._state.db).filter(
        Q(name=schema.name, published=True) | Q(pk=schema.pk)
    )
    return [compiled(row) for row in rows.order_by("-version", "-pk")]


def file_name_of(schema: Schema, *, all_versions: bool = False) -> str:
    """Return the name of a file with results of the schema, without its extension."""
    return f"{slugify(schema.name) or 'results'}-{'all' if all_versions else schema.version}"


def all_questions(version: CompiledSchema) -> Iterable[Question]:
    """Return the questions of a version."""
    return version.script.questions


def repeats_of(versions: Iterable[CompiledSchema], wanted: str | None = None) -> tuple[str, ...]:
    """Return the keys of the repeated groups of all versions. Raises `ExportRefused` if `wanted` is none of them."""
    groups = (group for version in versions for group in repeated_groups(version.script).values())
    found = tuple(dict.fromkeys(group.key for group in groups))
    if wanted is not None and wanted not in found:
        raise ExportRefused(f"There is no repeated group with the key {wanted!r}.")
    return found


@dataclass(frozen=True, slots=True)
class GroupPart:
    """A repeated group of one version: its id, and the ids of its questions."""

    pk: int
    question_ids: frozenset[int]


def group_part(version: CompiledSchema, key: str | None) -> GroupPart | None:
    """Return the repeated group of a version that has the key, or None."""
    for pk, group in repeated_groups(version.script).items():
        if group.key == key:
            return GroupPart(pk, frozenset(version.script.questions[index].id for index in group.indexes))
    return None


def pooled_questions(
    versions: Sequence[CompiledSchema],
    heading: Callable[[Question], str],
    parts: Callable[[CompiledSchema], Iterable[Question]] = all_questions,
) -> list[Pooled[Question]]:
    """Return the questions of all versions, those of the newest first, each in the order of its script.

    Questions of two versions are the same if name, type and values agree: the values of the answers in any order,
    whether texts are possible beside them, the ends of a range, the expression of a calculation. Questions without a
    name are never the same. `heading` returns the heading of a question, `parts` the questions of a version to return.
    """
    return _pooled(versions, parts, same=_same_question, heading=heading)


def pooled_scores(versions: Sequence[CompiledSchema], heading: Callable[[Score], str]) -> list[Pooled[Score]]:
    """Return the scores of all versions; two are the same if name, expression and the bounds of bands agree."""
    return _pooled(
        versions,
        lambda version: _first_by_name(version.script.scores),
        same=lambda score: (
            score.name,
            score.expression,
            tuple((band.low, band.high) for band in score.bands),
        ),
        heading=heading,
    )


def pooled_flags(versions: Sequence[CompiledSchema], heading: Callable[[Flag], str]) -> list[Pooled[Flag]]:
    """Return the flags of all versions; two are the same if name and condition agree."""
    return _pooled(
        versions,
        lambda version: _first_by_name(version.script.flags),
        same=lambda flag: (flag.name, flag.condition),
        heading=heading,
    )


def _pooled(
    versions: Sequence[CompiledSchema],
    parts: Callable[[CompiledSchema], Iterable[T]],
    *,
    same: Callable[[T], Hashable],
    heading: Callable[[T], str],
) -> list[Pooled[T]]:
    """Return the parts of all versions; those of different versions with a name and equal `same` are one."""
    found: dict[Hashable, dict[int, T]] = {}
    for version in versions:
        for number, part in enumerate(parts(version)):
            key = same(part)
            # Of two parts of one version that are the same, the second one stays apart.
            if part.name is None or version.id in found.get(key, ()):
                key = (version.id, number)
            found.setdefault(key, {})[version.id] = part
    pools = [(next(iter(by_schema.values())), by_schema) for by_schema in found.values()]
    names = Counter(part.name for part, _ in pools)
    headings = Counter(heading(part) for part, _ in pools)
    numbers = {version.id: version.version for version in versions}

    def named(part: T, by_schema: Iterable[int]) -> str:
        text = heading(part)
        if len(numbers) == 1 or (part.name is not None and names[part.name] == headings[text] == 1):
            return text
        of = sorted(numbers[pk] for pk in by_schema)
        return f"{text} [version{'s' if len(of) > 1 else ''} {', '.join(map(str, of))}]"

    return [Pooled(named(part, by_schema), by_schema) for part, by_schema in pools]


def aligned(question: Question, like: Question) -> Question:
    """Return the question with its answers in the order of those of `like`, whose values are the same."""
    waiting: dict[Hashable, deque[Answer]] = {}
    for answer in question.answers:
        waiting.setdefault(_code(answer), deque()).append(answer)
    return replace(question, answers=tuple(waiting[_code(answer)].popleft() for answer in like.answers))


def same_answers(question: Pooled[Question]) -> Iterator[tuple[Answer, Answer]]:
    """Yield each answer of older versions with that of the newest version which has the same value."""
    newest, *older = question.by_schema.values()
    for each in older:
        yield from zip(aligned(each, newest).answers, newest.answers, strict=True)


def _first_by_name(parts: Iterable[N]) -> Iterable[N]:
    firsts: dict[str, N] = {}
    for part in parts:
        firsts.setdefault(part.name, part)
    return firsts.values()


def _same_question(question: Question) -> Hashable:
    is_range = question.type == QuestionType.RANGE
    return (
        question.name,
        question.type,
        frozenset(Counter(map(_code, question.answers)).items()),
        question.choice_open,
        (question.range_from, question.range_to) if is_range else None,
        question.calculate if question.type == QuestionType.CALCULATION else None,
    )


def _code(answer: Answer) -> Hashable:
    """Return the value of an answer; in Python, true and 1 are equal."""
    code = code_of(answer)
    return isinstance(code, bool), code
