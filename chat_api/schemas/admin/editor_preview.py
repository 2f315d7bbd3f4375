"""The preview beside the script editor, as JSON."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _

from chat_api.attachments.types.registry import type_named
from chat_api.engine.expressions.values import Value, text_of
from chat_api.engine.numbers import format_number
from chat_api.engine.question_types.base import SentFile
from chat_api.lib.languages import shown_value
from chat_api.schemas.admin.editor_pictures import shown_pictures
from chat_api.schemas.admin.editor_problems import problems_of
from chat_api.schemas.admin.editor_requests import EditorRefused
from chat_api.schemas.explanations import text_of as explanation_text
from chat_api.schemas.models import Schema
from chat_api.schemas.portability import BadDocument
from chat_api.schemas.portability.parsing import Reason
from chat_api.schemas.preview import REPLIES_MAX, Line, PlacedReply, Preview, run_preview
from chat_api.schemas.translations.documents import Translations
from chat_api.schemas.unsaved import unsaved_rows

Document = dict[str, Any]


class InvalidDocument(EditorRefused):
    """The document of a preview cannot be loaded."""

    def __init__(self, error: BadDocument, document: Any) -> None:
        super().__init__(*error.details)
        self.problems = problems_of(error.details, document)


def preview_document(schema: Schema, body: Document, *, user: Any, may_change: bool) -> Document:
    """Return the conversation of a preview: its lines, the waiting question, and what the answers amount to.

    Raises `EditorRefused`.
    """
    document = body.get("document")
    replies, context = _replies(body.get("replies", [])), _context(body.get("context", {}))
    try:
        shown, rows = unsaved_rows(schema, document)
    except BadDocument as error:
        raise InvalidDocument(error, document) from error
    known = {code for code, _label in settings.LANGUAGES} | Translations.of(shown, rows).languages()
    language = body.get("language")
    if language is not None and language not in known:
        raise EditorRefused(Reason(_("Choose a language of the script or of the project."), field="language"))
    preview = run_preview(shown, replies, user=user, context=context, rows=rows, language=language)
    templates = [template for found in rows.templates.values() for template in found]
    return _document(preview, language, shown_pictures(schema, templates, may_change=may_change))


def _document(preview: Preview, language: str | None, pictures: Mapping[int, str]) -> Document:
    question = preview.document
    suggested = None
    if question is not None:
        attachments = [_with_picture(each, pictures) for each in question["attachments"]]
        question = {**question, "attachments": attachments}
        places = {answer["id"]: answer["index"] for answer in question["answers"]}
        chosen = [places[pk] for pk in preview.suggested.answer_ids if pk in places]
        if preview.suggested.text or chosen:
            suggested = {"text": preview.suggested.text, "answers": chosen}
    return {
        "lines": [_line(line, pictures) for line in preview.lines],
        "question": question,
        "ended": preview.ended,
        "accepted": len(preview.replies),
        "explanations": _explanations(preview, language),
        "values": {name: _shown(value, language) for name, value in preview.values.items()},
        "variables": preview.shown_variables,
        "scores": [
            {
                "name": score.name,
                "label": score.label,
                "value": None if score.value is None else format_number(score.value),
                "band": score.band,
            }
            for score in preview.scores
        ],
        "flags": [{"name": name, "label": label} for name, label in preview.flags.items()],
        "suggested": suggested,
        "context": dict(preview.context),
    }


def _line(line: Line, pictures: Mapping[int, str]) -> Document:
    shown = [_with_picture(each, pictures) for each in line.attachments]
    return {
        "who": "person" if line.is_answer else "script",
        "qid": None if line.question is None else line.question.qid,
        "text": line.text,
        "pictures": [{"src": each["src"], "title": each["title"], "type": each["type"]} for each in shown],
        "problems": list(line.problems),
    }


def _with_picture(attachment: Document, pictures: Mapping[int, str]) -> Document:
    """Return the document of an attachment with the URL of a file that only we can serve."""
    src = pictures.get(attachment["id"])
    if not src or attachment["src"] or not type_named(attachment["type"]).takes_files():
        return attachment
    return {**attachment, "src": src, "thumbnail": None}


def _explanations(preview: Preview, language: str | None) -> list[Document]:
    """Return why the last reply was refused, in words for the person who answers."""
    if preview.refusal is None:
        return []
    # Django lacks the texts of a language that only scripts are translated into.
    code = language if language and check_for_language(language) else translation.get_language()
    with translation.override(code):
        return [
            {"field": each.field, "code": each.code, "text": preview.own_message or explanation_text(each)}
            for each in preview.refusal.explanations
        ]


def _shown(value: Value, language: str | None) -> str:
    each = value if isinstance(value, tuple) else (value,)
    return ", ".join(shown_value(item, language) or text_of(item) for item in each)


def _replies(raw: Any) -> list[PlacedReply]:
    if not isinstance(raw, list) or len(raw) > REPLIES_MAX:
        text = _("Send a list of at most %(most)s replies.") % {"most": REPLIES_MAX}
        raise EditorRefused(Reason(text, field="replies"))
    try:
        return [_reply(each) for each in raw]
    except (AttributeError, KeyError, TypeError, ValueError):
        text = _("Each reply needs the QID of its question, a text and a list of answers.")
        raise EditorRefused(Reason(text, field="replies")) from None


def _reply(raw: Any) -> PlacedReply:
    text, answers, files = raw.get("text") or "", raw.get("answers") or [], raw.get("files") or []
    if not isinstance(text, str) or not all(_is_whole(each) for each in [raw["qid"], *answers]):
        raise TypeError
    return PlacedReply(
        raw["qid"], text, tuple(answers), raw.get("skip") is True, tuple(_file(each) for each in files)
    )


def _file(raw: Any) -> SentFile:
    name, size = raw["name"], raw.get("size")
    if not isinstance(name, str) or not (size is None or _is_whole(size)):
        raise TypeError
    return SentFile(mimetypes.guess_type(name)[0] or "", size, name)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _context(raw: Any) -> dict[str, str]:
    if not isinstance(raw, dict) or not all(isinstance(text, str) for text in raw.values()):
        raise EditorRefused(Reason(_("Send the texts of the host's data by path."), field="context"))
    return raw
