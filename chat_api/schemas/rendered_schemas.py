"""Documents of schemas with the texts that a user sees: rendered, with suggested answers, in each instance."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from chat_api.engine.templates import INDEX, names_in
from chat_api.schemas.compiled import CompiledSchema
from chat_api.schemas.models import Schema
from chat_api.schemas.rendering import (
    TextContext,
    is_resolved_by_host,
    shown_question,
    shown_text,
    with_default,
)
from chat_api.schemas.translations.documents import DETAILS

Document = dict[str, Any]


def render_schema(schema: CompiledSchema, row: Schema, context: TextContext) -> Document:
    """Return the document of a schema with texts and meta rendered, and suggested answers, in the context.

    Repeated groups have `instances`, if a text or suggested answer in them depends on the instance.
    """
    suggested = {} if context.suggest is None else context.suggest(schema.script)

    def render(questions: list[Document]) -> list[Document]:
        return [
            with_default(shown_question(schema, question["id"], context), suggested.get(question["id"]))
            for question in questions
        ]

    document = schema.document(row)
    groups = [
        {
            **group,
            **({"text": shown_text(group["text"], context)} if "text" in group else {}),
            "questions": render(group["questions"]),
        }
        for group in document["groups"]
    ]
    if context.instances is not None and any("repeat" in group for group in groups):
        for group, source in zip(groups, document["groups"], strict=True):
            group |= _instances(schema, source, context)
    return {**document, "groups": groups, "questions": render(document["questions"])}


def _instances(schema: CompiledSchema, group: Document, context: TextContext) -> Document:
    """Return `instances` of a repeated group; nothing where all are the same."""
    if "repeat" not in group or "key" not in group:
        return {}
    own = _own_names(group["questions"])
    with_text = not own.isdisjoint(names_in(group.get("text", "")))
    reading = {question["id"] for question in group["questions"] if reads_instance(question, own)}
    suggesting: Collection[int] = ()
    if context.suggesting is not None:
        suggesting = context.suggesting(schema.script) & {question["id"] for question in group["questions"]}
    if context.instances is None or not (with_text or reading or suggesting):
        return {}
    shown: list[Document] = []
    for number, own_context in context.instances().get(group["id"], ()):
        suggested: Mapping[int, Any] = {}
        if suggesting and own_context.suggest is not None:
            suggested = own_context.suggest(schema.script)
        questions = [
            with_default(
                shown_question(schema, pk, own_context if pk in reading else context), suggested.get(pk)
            )
            for pk in (question["id"] for question in group["questions"])
            if pk in reading or pk in suggested
        ]
        text = {"text": shown_text(group["text"], own_context)} if with_text else {}
        shown.append({"instance": number, **text, "questions": questions})
    return {"instances": shown}


def reads_instance(question: Document, own_names: Collection[str]) -> bool:
    """Return whether a question of a repeated group can be shown differently in each instance."""
    return not names_in("\n".join(_texts(question))).isdisjoint(own_names) or any(
        is_resolved_by_host(meta) for meta in _metas(question) if meta
    )


def _own_names(questions: Sequence[Document]) -> set[str]:
    """Return the names in texts whose values are those of the instance."""
    names = [f"q{question['qid']}" for question in questions]
    names += [question["name"] for question in questions if "name" in question]
    return {INDEX, *(f"answers.{name}" for name in names)}


def _texts(question: Document) -> Iterator[str]:
    yield question["text"]
    yield from (answer["text"] for answer in question["answers"])
    yield from (question[name] for name in DETAILS if name in question)
    yield from (constraint["message"] for constraint in question.get("constraints", ()))
    yield from (attachment["title"] for attachment in question["attachments"])


def _metas(question: Document) -> Iterator[Any]:
    yield question["meta"]
    yield from (answer["meta"] for answer in question["answers"])
