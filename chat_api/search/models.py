"""The table of searchable messages. The migration creates the indexes that only one database vendor has."""

from __future__ import annotations

from django.db import models

from chat_api.lib.db.keys import OneToOneField
from chat_api.lib.db.managers import ChatModel


class MessageSearch(ChatModel):
    """A searchable message: its normalized texts, written in the transaction that writes the message.

    PostgreSQL derives a `tsvector` in a generated column; SQLite keeps an FTS5 table in step by triggers. Django does
    not know either, so a migration that rebuilds this table on SQLite has to create the triggers again.
    """

    message = OneToOneField(
        "chat_api.Message", on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    thread_id = models.IntegerField(db_index=True)
    text = models.TextField(blank=True, default="")
    sender_name = models.TextField(blank=True, default="")
    #: For an external index: when the row was last written (in microseconds), until that index has it.
    pending = models.BigIntegerField(null=True, blank=True, editable=False)
    #: For an external index: the message was deleted, and this row is deleted once that index knows.
    removed = models.BooleanField(default=False, editable=False)

    class Meta:
        app_label = "chat_api"
        verbose_name_plural = "message searches"
        indexes = (
            models.Index(
                fields=("id",),
                name="chat_api_search_pending",
                condition=models.Q(pending__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.text[:60]


class SearchIndexBuild(ChatModel):
    """A record that all messages were indexed with one version of `chat_api.search.normalization`."""

    folding = models.PositiveSmallIntegerField()
    finished = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "chat_api"

    def __str__(self) -> str:
        return f"Folding {self.folding}"
