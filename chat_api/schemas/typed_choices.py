"""Typed lines as answers to a choice, by the texts of the answers in every language of the schema."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from chat_api.engine.question_types.choice_texts import AmbiguousChoice, TypedChoice, chosen_by_text, folded
from chat_api.engine.question_types.choice_texts import without_final_punctuation as without_end
from chat_api.engine.script import Question
from chat_api.lib.errors import InvalidInput
from chat_api.schemas.compiled import CompiledSchema
from chat_api.schemas.rendering import filling

Context = Callable[[], Mapping[str, object]]


def choice_in_text(
    schema: CompiledSchema, question: Question, text: str, context: Context, *, numbers: bool = False
) -> TypedChoice:
    """Return the answers of a choice that the text chooses, and the text beside them, see `chosen_by_text`.

    `question` has the answers that are offered; `context` is that of their texts. Raises `InvalidInput`: `text` is
    AMBIGUOUS, or WRONG_VALUE if it chooses nothing.
    """
    try:
        found = chosen_by_text(question, text, _answer_texts(schema, question, context), numbers=numbers)
    except AmbiguousChoice as error:
        raise InvalidInput.field("text", "AMBIGUOUS") from error
    if found is None:
        raise InvalidInput.field("text", "WRONG_VALUE")
    return found


def is_skip_text(schema: CompiledSchema, question: Question, text: str, context: Context) -> bool:
    """Return whether the text is the one that offers to skip the question, in any language, or the word "skip"."""
    document = schema.question(question.id)
    if question.skip is None or not text:
        return False
    fill = filling(document, context)
    offered = ["skip", question.skip, *schema.translations.details.get((question.id, "skip"), {}).values()]
    wanted = without_end(folded(text))
    return any(without_end(folded(fill(each))) == wanted for each in offered if each)


def _answer_texts(schema: CompiledSchema, question: Question, context: Context) -> dict[int, list[str]]:
    fill = filling(schema.question(question.id), context)

    def shown(source: str, translations: Iterable[str]) -> list[str]:
        return [fill(text) for text in (source, *translations)]

    return {
        answer.id: shown(answer.text, schema.translations.answers.get(answer.id, {}).values())
        for answer in question.answers
    }
