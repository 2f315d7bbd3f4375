"""A thread as its staff read it: every message with who wrote it, what it answers, and whether it still counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from chat_api.attachments.links import url_of_attachment, web_link
from chat_api.chat.models import Attachment, Message, ScriptRun, Thread
from chat_api.chat.results.stored import StoredParts, stored_parts
from chat_api.lib.tables import Table, Value
from chat_api.lib.text_formats import plain_text
from chat_api.lib.user_names import name_of

#: The number of messages that are read at a time.
CHUNK: Final = 200
#: The columns of an export.
HEADINGS: Final = (
    "message id",
    "time",
    "sender id",
    "sender",
    "kind",
    "text",
    "question",
    "qid",
    "round",
    "run id",
    "counts",
    "deleted",
    "superseded",
    "attachments",
)
_MESSAGE, _QUESTION, _ANSWER = "message", "question", "answer"


@dataclass(frozen=True, slots=True)
class Line:
    """A message; its texts are plain."""

    id: int
    time: datetime
    #: `message`, or of a script's questions and answers `question` and `answer`.
    kind: str
    sender_id: Any
    sender: str
    text: str
    #: The text and number of the question that it answers or asks.
    question: str
    qid: int | None
    #: The round of a repeated group, or None.
    round: int | None
    run_id: int | None
    #: Whether the answer is hidden now, so that it counts for nothing.
    is_hidden: bool
    is_deleted: bool
    is_superseded: bool
    #: Titles and URLs; the URL is empty where it is none of the web.
    attachments: Sequence[tuple[str, str]]

    @property
    def marks(self) -> list[Any]:
        """Words for all that distinguishes the message from one that counts."""
        found = [
            (self.is_superseded, _("replaced by a correction")),
            (self.is_deleted and not self.is_superseded, _("deleted")),
            (self.is_hidden, _("hidden: it counts for nothing")),
            (self.kind == _ANSWER and not (self.text or self.attachments), _("skipped")),
        ]
        return [words for holds, words in found if holds]


def page_of_lines(thread: Thread, *, after: int = 0, limit: int = CHUNK) -> tuple[list[Line], bool]:
    """Return the lines after the message with that id, oldest first, and whether there are more. Three queries."""
    rows = list(_messages(thread).filter(pk__gt=after)[: limit + 1])
    return _lines(rows[:limit]), len(rows) > limit


def transcript_table(thread: Thread) -> Table:
    """Return all messages that exist now as a table, for an export: two queries, and three for each chunk of rows."""
    rows = Message.all_objects.filter(thread=thread)
    extent, number = rows.aggregate(last=Max("pk"))["last"] or 0, rows.count()
    return Table(HEADINGS, number, _rows(thread, extent), CHUNK, "messages")


def _rows(thread: Thread, last: int) -> Iterator[list[Value]]:
    after = 0
    while True:
        lines, has_more = page_of_lines(thread, after=after)
        for line in lines:
            # Messages that arrive in the meantime are left out, or reading might never end.
            if line.id > last:
                return
            yield _cells(line)
        if not has_more or not lines:
            return
        after = lines[-1].id


def _cells(line: Line) -> list[Value]:
    sender = line.sender_id
    return [
        line.id,
        line.time.isoformat(),
        sender if sender is None or isinstance(sender, int) else str(sender),
        line.sender,
        line.kind,
        line.text,
        line.question if line.kind == _ANSWER else "",
        line.qid,
        line.round,
        line.run_id,
        not (line.is_hidden or line.is_deleted) if line.kind == _ANSWER else None,
        line.is_deleted,
        line.is_superseded,
        "\n".join(url or title for title, url in line.attachments),
    ]


def _messages(thread: Thread) -> QuerySet[Message]:
    rows = Message.all_objects.filter(thread=thread).order_by("pk")
    return rows.select_related("sender", "related_question", "run__user_thread")


def _lines(rows: Sequence[Message]) -> list[Line]:
    attached: dict[int, list[Attachment]] = {}
    with_files = [row.pk for row in rows if row.has_attachments]
    for attachment in Attachment.objects.filter(message__in=with_files).order_by("pk") if with_files else ():
        attached.setdefault(attachment.message_id, []).append(attachment)
    parts: dict[int, StoredParts] = {}
    return [_line(row, attached.get(row.pk, ()), parts) for row in rows]


def _line(row: Message, attachments: Sequence[Attachment], parts: dict[int, StoredParts]) -> Line:
    question, run = row.related_question, row.run
    kind = _MESSAGE if question is None else _QUESTION if row.asks else _ANSWER
    hidden = False
    if run is not None and kind == _ANSWER and question is not None and not row.deleted:
        if run.pk not in parts:
            parts[run.pk] = stored_parts(values_of(run))
        # A frontend answers for nobody: only its member's answers have values.
        hidden = row.sender_id == run.user_thread.user_id and parts[run.pk][row.instance or 0].hides(
            question.pk
        )
    return Line(
        id=row.pk,
        time=row.created,
        kind=kind,
        sender_id=row.sender_id,
        sender=name_of(row.sender),
        text=plain_text(row.text, row.text_format, by_script=row.asks),
        question="" if question is None else question.text,
        qid=None if question is None else question.qid,
        round=row.instance,
        run_id=row.run_id,
        is_hidden=hidden,
        is_deleted=row.deleted,
        is_superseded=row.superseded,
        attachments=[_attachment(each) for each in attachments],
    )


def values_of(run: ScriptRun) -> Any:
    """Return the stored values of a run: those of its membership while it goes on. Its membership is loaded."""
    member = run.user_thread
    return member.values if run.finished is None and member.run_id == run.pk else run.values


def _attachment(attachment: Attachment) -> tuple[str, str]:
    source = url_of_attachment(attachment) or attachment.url or attachment.src or ""
    url = web_link(str(source))
    return str(attachment.title or attachment.type or url), url
