"""The table of what is searched. Indexes that only one kind of database has are made by the migration."""

from __future__ import annotations

from django.db import models

from chat_api.lib.db.keys import OneToOneField
from chat_api.lib.db.managers import ChatModel


class MessageSearch(ChatModel):
    """A message as it is searched: folded texts beside its id, written in the transaction that wrote the message.

    PostgreSQL keeps a `tsvector` of the texts in a column of its own making; SQLite keeps an FTS5 table in step by
    triggers. Neither is known to Django, so a migration that remakes this table on SQLite has to make them anew.
    """

    message = OneToOneField(
        "chat_api.Message", on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    thread_id = models.IntegerField(db_index=True)
    text = models.TextField(blank=True, default="")
    sender_name = models.TextField(blank=True, default="")
    #: For an index elsewhere: when (in microseconds) the row was written last, until that index has it.
    pending = models.BigIntegerField(null=True, blank=True, editable=False)
    #: For an index elsewhere: the message is gone, and so will this row be when that index knows.
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
    """That all messages were indexed by one version of `chat_api.search.normalization`."""

    folding = models.PositiveSmallIntegerField()
    finished = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "chat_api"

    def __str__(self) -> str:
        return f"Folding {self.folding}"
