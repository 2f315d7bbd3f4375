"""Checks of the placeholders in texts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from chat_api.engine.analysis.spelling import Spelling
from chat_api.engine.analysis.style_warnings import Row
from chat_api.engine.repeats import repeated_groups
from chat_api.engine.script import Script
from chat_api.engine.script_source import RawGroup, RawQuestion
from chat_api.engine.templates import INDEX, invalid_placeholders, names_in

_WARNING: Final = "warning"
_SHOWN_MAX: Final = 100
_THREAD_NAMES: Final = ("id", "title", "type")
_NOTHING_SHOWN: Final = "Correct it; now nothing is shown, or its fallback."


@dataclass(slots=True)
class TextNames:
    """The names that texts can have; `roots` are first names (None: any).

    With `is_typed` the script uses the questionnaire language, and findings have the nearest name.
    """

    script: Script
    variables: Collection[str]
    roots: Collection[str] | None
    is_typed: bool = False
    scores: Collection[str] = ()
    #: Names of questions.
    answers: Collection[str] = ()
    #: By the id of a repeated group: its key.
    keys: Mapping[int, str] = field(init=False)
    #: By name, and `q` with the qid: the key of the repeated group, and the name.
    repeated: Mapping[str, tuple[str, str | None]] = field(init=False)
    _spelling: Spelling = field(default_factory=Spelling)

    def __post_init__(self) -> None:
        parts = repeated_groups(self.script)
        self.keys = {pk: part.key for pk, part in parts.items()}
        repeated: dict[str, tuple[str, str | None]] = {}
        for part in parts.values():
            for question in (self.script.questions[index] for index in part.indexes):
                names = (f"q{question.qid}", *([] if question.name is None else [question.name]))
                repeated |= dict.fromkeys(names, (part.key, question.name))
        self.repeated = repeated

    def of_question(self, raw: RawQuestion) -> Iterator[Row]:
        """Yield the findings about the texts of a question, their translations, and the titles of its attachments."""
        texts = [raw.text, *(answer.text for answer in raw.answers), *raw.titles]
        where = f"the text of question with QID {raw.qid}"
        yield from self._findings(texts, where, raw.qid, self.keys.get(raw.group_id or 0))

    def of_group(self, raw: RawGroup) -> Iterator[Row]:
        """Yield the findings about the text of a group."""
        first = self.script.first_of_group(raw.id)
        if raw.texts and first is not None:
            where = f"the text of the group of question with QID {first.qid}"
            yield from self._findings(raw.texts, where, first.qid, self.keys.get(raw.id))

    def _findings(self, all_texts: Iterable[str], where: str, qid: int, own_key: str | None) -> Iterator[Row]:
        texts = [text for text in all_texts if "{{" in text]
        for name in sorted(set().union(*map(names_in, texts))):
            parts = name.split(".")
            if not self._is_known(parts, own_key):
                yield "unknown_name", qid, f'Unknown name "{name}" in {where}.', self._hint(parts), _WARNING
            elif parts[0] == "answers" and (found := self.repeated.get(parts[1])) and found[0] != own_key:
                text = f'"{parts[1]}" is repeated, and {where} is outside of its group.'
                yield "outside_repeat", qid, text, _list_hint(*found), _WARNING
        for found_braces in dict.fromkeys(each for text in texts for each in invalid_placeholders(text)):
            hint = 'Use {{ dotted.name }} or {{ dotted.name|fallback:"…" }}.'
            yield (
                "bad_placeholder",
                qid,
                f'Invalid placeholder "{_short(found_braces)}" in {where}.',
                hint,
                _WARNING,
            )

    def _is_known(self, parts: Sequence[str], own_key: str | None) -> bool:
        if any(part.startswith("_") for part in parts):
            return False
        match parts:
            case ["variables", name]:
                return name in self.variables
            case ["answers", name]:
                return name in self.answers or self._is_by_qid(name)
            case ["answers", key, name] if key not in self.answers:
                return self.repeated.get(name) == (key, name)
            case ["thread", name]:
                return name in _THREAD_NAMES
            case ["variables" | "answers" | "thread", *_]:
                return False
            case ["scores" | "bands", name] if self.scores:
                return name in self.scores
            case [first] if first == INDEX and own_key is not None:
                return True
        return self.roots is None or parts[0] in self.roots

    def _is_by_qid(self, name: str) -> bool:
        is_number = name[:1] == "q" and name[1:].isdecimal() and len(name) < 12
        return is_number and int(name[1:]) in self.script.index_by_qid

    def _hint(self, parts: Sequence[str]) -> str:
        if not self.is_typed:
            return _NOTHING_SHOWN
        if parts == [INDEX]:
            return "It is the place in a repeated group, and known only there; now nothing is shown."
        first, rest = parts[0], ".".join(parts[1:])
        known: Mapping[str, Iterable[str]] = {
            "answers": self._answer_names(),
            "variables": self.variables,
            "scores": self.scores,
            "bands": self.scores,
            "thread": _THREAD_NAMES,
        }
        if rest and first in known:
            near = self._spelling.nearest(rest, known[first])
            return f"Did you mean {first}.{near}?" if near else _NOTHING_SHOWN
        name = ".".join(parts)
        if name in self._answer_names():
            return f"Did you mean answers.{name}?"
        near = self._spelling.nearest(name, [*(self.roots or ()), *known])
        return f"Did you mean {near}?" if near else _NOTHING_SHOWN

    def _answer_names(self) -> list[str]:
        lists = [f"{key}.{name}" for own, (key, name) in self.repeated.items() if own == name]
        return [*self.answers, *lists]


def _list_hint(key: str, name: str | None) -> str:
    if name is None:
        return "Give the repeated question a name, and show the list of its answers by it."
    return f"Show the list of its answers, {{{{ answers.{key}.{name} }}}}."


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_MAX else text[:_SHOWN_MAX] + "…"
