"""A thread as its staff read it: every message with who wrote it, what it answers, and whether it still counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeAlias

from django.db.models import F, Max, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from chat_api.attachments.links import url_of_attachment, web_link
from chat_api.chat.message_rows import asking_in
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
_STANDING: Final = ("run", "related_question", "instance", "newest")
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
    #: The text, as the script asked it, and the number of the question that it answers or asks.
    question: str
    qid: int | None
    #: The round of a repeated group, or None.
    round: int | None
    run_id: int | None
    #: Whether the answer is hidden now, so that it counts for nothing.
    is_hidden: bool
    #: Whether a frontend has sent another answer to the same question since.
    is_replaced: bool
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
            (self.is_replaced, _("replaced by a later answer")),
            (self.kind == _ANSWER and not (self.text or self.attachments), _("skipped")),
        ]
        return [words for holds, words in found if holds]


def page_of_lines(thread: Thread, *, after: int = 0, limit: int = CHUNK) -> tuple[list[Line], bool]:
    """Return the lines after the message with that id, oldest first, and whether there are more.

    Takes one query, and at most one each for attachments, for earlier askings, and for answers that were replaced.
    """
    rows = list(_messages(thread).filter(pk__gt=after)[: limit + 1])
    return _lines(rows[:limit]), len(rows) > limit


def transcript_table(thread: Thread) -> Table:
    """Return all messages that exist now as a table, for an export.

    Takes two queries, and those of `page_of_lines` for each chunk of rows.
    """
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
        not (line.is_hidden or line.is_replaced or line.is_deleted) if line.kind == _ANSWER else None,
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
    askings = _askings_of(rows)
    earlier = {_place(row): row for row in askings.values() if row.pk < rows[0].pk}
    page = _Page(askings, _standing_of(rows), earlier)
    return [_line(row, attached.get(row.pk, ()), page) for row in rows]


#: A run, a question of it, and the round.
_Place: TypeAlias = tuple[int | None, int | None, int | None]


@dataclass(frozen=True, slots=True)
class _Page:
    """Rows looked up for all messages of a page together."""

    #: The messages that asked, by id.
    askings: Mapping[int, Message]
    #: The ids of the answers that count in runs led by a frontend.
    standing: Mapping[_Place, int]
    #: The message that asked last, while the page is read.
    asked: dict[_Place, Message]
    #: By the id of the run.
    parts: dict[int, StoredParts] = field(default_factory=dict)


def _place(row: Message) -> _Place:
    return row.run_id, row.related_question_id, row.instance


def _is_answer(row: Message) -> bool:
    return row.related_question_id is not None and not row.asks


def _askings_of(rows: Sequence[Message]) -> dict[int, Message]:
    """Return the messages that asked what the page answers, by id: those of the page, and one query for others."""
    found = {row.pk: row for row in rows if row.asks}
    answers = [row for row in rows if _is_answer(row)]
    first: dict[_Place, int] = {}
    for row in found.values():
        first.setdefault(_place(row), row.pk)
    wanted = {asking_in(row.reply) for row in answers} - {0, *found}
    earlier = [row for row in answers if row.run_id is not None and first.get(_place(row), row.pk) >= row.pk]
    if wanted or earlier:
        asking = Message.all_objects.filter(asks=True, thread_id=rows[0].thread_id, pk__lt=rows[-1].pk)
        runs = {row.run_id for row in earlier}
        questions = {row.related_question_id for row in earlier}
        asked = Q(pk__lt=rows[0].pk, run__in=runs, related_question__in=questions)
        last = asking.filter(asked).order_by().values("run", "related_question", "instance")
        ids = last.annotate(last=Max("pk")).values("last")
        found.update(asking.filter(Q(pk__in=wanted) | Q(pk__in=ids)).in_bulk())
    return found


def _standing_of(rows: Sequence[Message]) -> dict[_Place, int]:
    """Return the newest answers in those of the page's runs that a frontend leads; it replaces earlier ones."""
    answers = [row for row in rows if _is_answer(row) and row.run is not None and row.run.led_by_frontend]
    if not answers:
        return {}
    said = Message.objects.filter(
        run__in={row.run_id for row in answers},
        related_question__in={row.related_question_id for row in answers},
        asks=False,
        sender=F("run__user_thread__user"),
    )
    newest = said.order_by().values("run", "related_question", "instance").annotate(newest=Max("pk"))
    return {(run, question, number): pk for run, question, number, pk in newest.values_list(*_STANDING)}


def _line(row: Message, attachments: Sequence[Attachment], page: _Page) -> Line:
    question = row.related_question
    kind = _MESSAGE if question is None else _QUESTION if row.asks else _ANSWER
    if row.asks:
        page.asked[_place(row)] = row
    asking = page.askings.get(asking_in(row.reply)) or page.asked.get(_place(row)) or row
    return Line(
        id=row.pk,
        time=row.created,
        kind=kind,
        sender_id=row.sender_id,
        sender=name_of(row.sender),
        text=plain_text(row.text, row.text_format, by_script=row.asks),
        question="" if question is None else asking.plain_text if asking.asks else question.text,
        qid=None if question is None else question.qid,
        round=row.instance,
        run_id=row.run_id,
        is_hidden=kind == _ANSWER and _is_hidden(row, page),
        is_replaced=kind == _ANSWER and _is_replaced(row, page),
        is_deleted=row.deleted,
        is_superseded=row.superseded,
        attachments=[_attachment(each) for each in attachments],
    )


def _is_of_member(row: Message) -> bool:
    """Return whether the member of the run sent it: only their answers have values."""
    return row.run is not None and not row.deleted and row.sender_id == row.run.user_thread.user_id


def _is_hidden(row: Message, page: _Page) -> bool:
    if row.run is None or row.related_question_id is None or not _is_of_member(row):
        return False
    if row.run.pk not in page.parts:
        page.parts[row.run.pk] = stored_parts(values_of(row.run))
    return page.parts[row.run.pk][row.instance or 0].hides(row.related_question_id)


def _is_replaced(row: Message, page: _Page) -> bool:
    return _is_of_member(row) and page.standing.get(_place(row), row.pk) > row.pk


def values_of(run: ScriptRun) -> Any:
    """Return the stored values of a run: those of its membership while it goes on. Its membership is loaded."""
    member = run.user_thread
    return member.values if run.finished is None and member.run_id == run.pk else run.values


def _attachment(attachment: Attachment) -> tuple[str, str]:
    source = url_of_attachment(attachment) or attachment.url or attachment.src or ""
    url = web_link(str(source))
    return str(attachment.title or attachment.type or url), url
