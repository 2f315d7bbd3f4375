"""The reply in the preview of a script: its controls, and how the replies so far are carried from page to page."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from chat_api.engine.numbers import format_number
from chat_api.engine.question_types.base import Explanation, Reply, SentFile
from chat_api.engine.question_types.registry import question_type
from chat_api.engine.script import CHOICE_TYPES, Question, QuestionType
from chat_api.schemas.explanations import text_of
from chat_api.schemas.preview import REPLIES_MAX, Preview
from chat_api.settings import chat_settings

#: The input of HTML, by control of the question type.
_INPUTS: Final = {
    "number": "number",
    "slider": "number",
    "date": "date",
    "time": "time",
    "datetime-local": "datetime-local",
}
#: Before the paths of the host's data in the names of the controls.
CONTEXT_PREFIX: Final = "context."
_MESSAGES: Final[dict[str, Any]] = {
    "REQUIRED": gettext_lazy("Enter an answer."),
    "TOO_MANY": gettext_lazy("Choose only one answer."),
    "EXCLUSIVE": gettext_lazy("Choose an exclusive answer alone."),
    "NOT_OFFERED": gettext_lazy("This question cannot be skipped."),
    "WRONG_STATE": gettext_lazy("Leave this empty; the question does not accept it."),
}
_VALUE_MESSAGES: Final[dict[str, Any]] = {
    QuestionType.INT: gettext_lazy("Enter a whole number."),
    QuestionType.FLOAT: gettext_lazy("Enter a number."),
    QuestionType.DATE: gettext_lazy("Enter a valid date."),
    QuestionType.TIME: gettext_lazy("Enter a valid time."),
    QuestionType.DATETIME: gettext_lazy("Enter a valid date and time."),
}


def replies_from(text: str) -> list[Reply | None]:
    """Return the replies of a hidden field; an invalid value is an empty list."""
    try:
        return [None if each is None else _reply(*each) for each in json.loads(text)[:REPLIES_MAX]]
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return []


def _reply(text: object, chosen: Iterable[Any], files: Sequence[Any] = ()) -> Reply:
    return Reply(
        str(text), tuple(int(pk) for pk in chosen), _files((name, int(size)) for name, size in files)
    )


def _files(found: Iterable[tuple[object, int]]) -> tuple[SentFile, ...]:
    """Return stand-ins for files, whose types are those of their names, as for stored attachments."""
    names = [(str(name), size) for name, size in found]
    return tuple(SentFile(mimetypes.guess_type(name)[0] or "", size, name) for name, size in names)


def replies_text(replies: Iterable[Reply | None]) -> str:
    """Return the value of the hidden field that `replies_from` reads; of files it has names and sizes."""
    return json.dumps([None if each is None else _plain(each) for each in replies])


def _plain(reply: Reply) -> list[Any]:
    files = [[file.name, file.size] for file in reply.attachments]
    return [reply.text, list(reply.answer_ids), *([files] if files else [])]


def submitted_reply(data: Any, files: Any) -> Reply:
    """Return the reply in a submitted form; invalid ids are ignored. Of files only names and sizes are kept."""
    sent = [(each.name, each.size) for each in files.getlist("files")]
    text, chosen = ReplyForm.submitted(data)
    return Reply(text, chosen, _files(sent))


def upload_errors(reply: Reply) -> list[str]:
    """Return the messages about files that no message could have, whatever the script says."""
    errors = []
    largest, most = chat_settings.ATTACHMENT_MAX_BYTES, chat_settings.MESSAGE_ATTACHMENTS_MAX
    if any((file.size or 0) > largest for file in reply.attachments):
        size = format_number(round(largest / 2**20, 3))
        errors.append(_("Choose files of at most %(size)s MB.") % {"size": size})
    if len(reply.attachments) > most:
        text = ngettext("Choose at most %(count)s file.", "Choose at most %(count)s files.", most)
        errors.append(text % {"count": most})
    return errors


def context_from(data: Mapping[str, Any]) -> dict[str, str]:
    """Return by path the texts that stand for the host's data in a submitted form."""
    return {
        name.removeprefix(CONTEXT_PREFIX): str(data[name]) for name in data if name.startswith(CONTEXT_PREFIX)
    }


def error_messages(question: Question, preview: Preview) -> list[str]:
    """Return the messages about a rejected reply: the author's own, else ours."""
    if preview.refusal is None:
        return []
    if preview.own_message:
        return [preview.own_message]
    return [_error_message(question, each) for each in preview.refusal.explanations]


def _error_message(question: Question, error: Explanation) -> str:
    code = error.code
    if code == "REQUIRED" and error.field == "attachments":
        return _("Choose a file.")
    if code == "TOO_MANY" and question.type != QuestionType.CHOICE:
        return _expected(error)
    if code != "WRONG_VALUE":
        return str(_MESSAGES.get(code) or _expected(error))
    if (
        question.type == QuestionType.RANGE
        and question.range_from is not None
        and question.range_to is not None
    ):
        ends = {"start": format_number(question.range_from), "end": format_number(question.range_to)}
        return _("Enter a number from %(start)s to %(end)s.") % ends
    return str(_VALUE_MESSAGES.get(question.type) or _expected(error))


def _expected(error: Explanation) -> str:
    return _("Expected: %(what)s.") % {"what": text_of(error)}


class ReplyForm:
    """The controls to answer one question."""

    def __init__(
        self, question: Question, preview: Preview, data: Mapping[str, Any], errors: Sequence[str] = ()
    ) -> None:
        self.question = question
        self.errors = [*errors, *error_messages(question, preview)]
        suggested = preview.suggested.text, preview.suggested.answer_ids
        self.text, chosen = self.submitted(data) if self.errors else suggested
        self.takes_files = question_type(question.type).control == "file"
        self.is_choice = question.type in CHOICE_TYPES
        self.input = "checkbox" if question.type == QuestionType.MULTICHOICE else "radio"
        self.answers = [(answer, answer.id in chosen) for answer in question.answers]
        self.takes_text = question.type not in (*CHOICE_TYPES, QuestionType.CONTROL) or question.choice_open
        self.text_input = _INPUTS.get(question_type(question.type).control, "text")
        self.step = "any" if question.type in (QuestionType.FLOAT, QuestionType.RANGE) else None

    @staticmethod
    def submitted(data: Any) -> tuple[str, tuple[int, ...]]:
        """Return the text and the ids of the chosen answers in a submitted form; invalid ids are ignored."""
        raw = data.getlist("answers") if hasattr(data, "getlist") else []
        return str(data.get("text", "")), tuple(int(pk) for pk in raw if pk.isdecimal() and len(pk) < 10)
