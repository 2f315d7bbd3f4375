"""The answers of one survey, as its actions and texts use them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from chat_api.engine.expressions.environment import Environment
from chat_api.engine.expressions.values import Value
from chat_api.engine.question_types.base import CheckedReply, Reply
from chat_api.engine.script import Question, Script
from chat_api.surveys import selectors
from chat_api.surveys.instances import Instance, Place
from chat_api.surveys.models import SurveyItem
from chat_api.surveys.validation import Given, Problems

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Facts:
    """The ids of the visible questions, the variables, and the values by name of visible answers and calculations."""

    visible_ids: frozenset[int]
    variables: Mapping[str, float]
    values: Mapping[str, Value] = field(default_factory=dict)
    #: By id of a repeated group: its instances that count, in their order.
    instances: Mapping[int, Sequence[InstanceFacts]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InstanceFacts:
    """An instance of a repeated group: its number and place, from 1, and the same of its questions.

    `values` are also those outside of the group.
    """

    number: int
    place: int
    visible_ids: frozenset[int]
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Kept:
    """Answers of a survey, and the state that was computed last, whatever answers it was computed from.

    The answers never change; the state does, so only one change of the survey at a time may continue it.
    """

    script: Script
    #: The stored answers by question, or by question and instance; and what rules read of them.
    stored: Mapping[Any, selectors.StoredAnswer]
    replies: Any
    state: Any
    #: The number of questions of the state.
    questions: int

    @property
    def size(self) -> int:
        """Return how much memory it takes, in questions; 100 characters of answers count as one."""
        return self.questions + sum([len(each.text) for each in self.stored.values()]) // 100

    @property
    def mark(self) -> tuple[int, int]:
        """Return what `selectors.items_mark` returns while these are the survey's items."""
        return len(self.stored), max([each.item_id for each in self.stored.values()], default=0)


class Answers(Protocol):
    """The answers of one survey, and what follows from them."""

    @property
    def given(self) -> Given:
        """The stored answers by question id, without those in repeated groups."""

    def stored(self, place: Place) -> selectors.StoredAnswer | None:
        """Return the stored answer to a question in an instance of its group; None without an item."""

    def check(self, place: Place, reply: Reply, *, confirms: bool) -> tuple[Problems, CheckedReply | None]:
        """Return the errors of a new answer, as codes by field, and the accepted reply if there are none."""

    def judged(self, question: Question, reply: Reply, *, confirms: bool, instance: int = 0) -> CheckedReply:
        """Return the accepted reply to a question. Raises `AnswerRefused`."""

    def offered(self, question: Question, instance: int = 0) -> Question:
        """Return the question with the answers that it offers now."""

    def suggestions(self) -> Mapping[int, Any]:
        """Return by question id the answers that questions suggest, as documents show them."""

    def suggestions_of_instances(self, instance: Instance | None = None) -> Mapping[Place, Any]:
        """Return the same by question and instance for those in repeated groups; of one instance, or of all."""

    def reply(self, question_id: int, checked: CheckedReply, *, confirms: bool) -> Any:
        """Return the accepted reply as it is stored for rules; None where none reads it."""

    def put(self, item: SurveyItem) -> None:
        """Take notice of a stored answer."""

    def remove(self, place: Place) -> None:
        """Take notice of a removed answer."""

    def hand_over(self) -> Kept:
        """Return the answers as they are, with their state, to continue from; these no longer have it."""

    def state(self) -> dict[str, Any] | None:
        """Return the state as it is stored; None for a schema without questions."""

    def facts(self) -> Facts:
        """Return what texts show."""

    def environment(self) -> Environment:
        """Return what scores and flags see."""

    def rule_context(self) -> dict[str, Any] | None:
        """Return what is stored beside the state, for rules; None where none reads it."""


def without(values: Mapping[K, V], key: K) -> Mapping[K, V]:
    """Return the mapping without a key; the same one if it has no such key."""
    return {each: value for each, value in values.items() if each != key} if key in values else values
