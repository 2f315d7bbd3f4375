"""Running a preview."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, Final

from chat_api.engine.question_types.base import Reply
from chat_api.schemas.compiled import build
from chat_api.schemas.loader import SchemaRows
from chat_api.schemas.models import Schema
from chat_api.schemas.preview.conversation import PlacedReply, Preview
from chat_api.schemas.preview.player import Player
from chat_api.schemas.rendering import shown_account

#: The maximum number of replies, because each step replays all steps before it.
REPLIES_MAX: Final = 500


def run_preview(
    schema: Schema,
    replies: Iterable[Reply | PlacedReply | None],
    *,
    user: Any,
    context: Mapping[str, str] | None = None,
    rows: SchemaRows | None = None,
    language: str | None = None,
) -> Preview:
    """Run the schema with the replies, without writing anything.

    None instead of a reply skips a question. Attachments of replies stand for files: their names and sizes are checked.
    The first rejected reply stops the run, and so does a placed one to another question than the one that waits,
    because the script may have changed in the meantime. Texts are rendered for `user` in `language` (None: as they are
    written), with a placeholder thread and no sender; the host's providers and resolvers are not called. `context` has,
    by path, the texts that stand for what EXPRESSION_CONTEXT would return, see `entered_value`; it is not called, as
    there is no member or survey. `rows` are those of the schema, by default as they are stored, with four queries.
    """
    source = build(schema, rows)
    shown = source if language is None else source.in_language(language)
    player = Player(source, shown, shown_account(user, viewer=user), schema.type, language)
    player.start(context or {})
    for reply in islice(replies, REPLIES_MAX):
        waiting = player.preview.waiting
        if waiting is None:
            break
        if isinstance(reply, PlacedReply):
            if reply.qid != waiting.qid:
                break
            reply = reply.to(waiting)
        if not player.answer(waiting, reply):
            break
    player.finish()
    return player.preview
