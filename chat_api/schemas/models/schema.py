"""Schemas, and the base class of their parts."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django.db import models, router, transaction
from django.db.models.base import ModelBase

from chat_api.lib.db.managers import ChatModel
from chat_api.lib.errors import PublishedSchemaIsImmutable
from chat_api.schemas import validation
from chat_api.settings import chat_settings


def schema_types() -> list[tuple[str, Any]]:
    """Return TYPES_SCHEMA as choices."""
    return chat_settings.choices("TYPES_SCHEMA")


def refuse_if_published(schema_ids: Iterable[int | None], *, using: str) -> None:
    """Raise `PublishedSchemaIsImmutable` if one of the stored schemas is published.

    Locks them, so that none is published before the surrounding transaction ends. With ALLOW_EDIT_PUBLISHED_SCHEMAS
    published schemas get a new revision instead.
    """
    pks = {pk for pk in schema_ids if pk is not None}
    stored = Schema.objects.using(using).filter(pk__in=pks).order_by("pk").select_for_update()
    published = [schema.pk for schema in stored.only("pk", "published") if schema.published]
    if not published:
        return
    if not chat_settings.ALLOW_EDIT_PUBLISHED_SCHEMAS:
        raise PublishedSchemaIsImmutable
    # Cached schemas must not outlive that setting.
    Schema.objects.using(using).filter(pk__in=published).update(revision=uuid.uuid4())


class SchemaPart(ChatModel):
    """A part of a schema; it cannot be saved, moved or deleted once the schema is published."""

    #: The look-up path from the row to its schema.
    schema_path: ClassVar[str] = "schema"

    class Meta:
        abstract = True

    @property
    def owning_schema(self) -> Schema | None:
        """The schema that the row belongs to; None for a template without a question."""
        raise NotImplementedError

    def _refuse_if_published(self, using: str) -> None:
        """Check both the stored and the new schema of the row."""
        stored = type(self)._base_manager.using(using).filter(pk=self.pk)
        before = [] if self.pk is None else stored.values_list(self.schema_path, flat=True)
        owner = self.owning_schema
        refuse_if_published([*before, None if owner is None else owner.pk], using=using)

    def save(
        self,
        *,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Save the row. Raises `PublishedSchemaIsImmutable`."""
        using = using or router.db_for_write(type(self), instance=self)
        with transaction.atomic(using=using):
            self._refuse_if_published(using)
            super().save(
                force_insert=force_insert, force_update=force_update, using=using, update_fields=update_fields
            )

    def delete(self, using: str | None = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        """Delete the row. Raises `PublishedSchemaIsImmutable`."""
        using = using or router.db_for_write(type(self), instance=self)
        with transaction.atomic(using=using):
            self._refuse_if_published(using)
            return super().delete(using=using, keep_parents=keep_parents)


class Schema(ChatModel):
    """A version of a script or questionnaire. A published version never changes."""

    name = models.CharField(max_length=100)
    name_i18n = models.JSONField(default=dict, blank=True)
    version = models.IntegerField(default=1)
    type = models.CharField(max_length=100, choices=schema_types, db_index=True)
    published = models.BooleanField(default=False, db_index=True)
    deprecated = models.BooleanField(default=False, db_index=True)
    #: Numbers computed from the answers: `[{name, label, expression, bands: [{from, to, label, severity}]}, …]`.
    scores: Any = models.JSONField(null=True, blank=True)
    #: Conditions that somebody has to look at: `[{name, if, label, severity}, …]`.
    flags: Any = models.JSONField(null=True, blank=True)
    #: Whether a typed text chooses the answer whose text it equals, or else the one whose value it equals.
    match_text = models.BooleanField(default=False, db_default=False)
    #: New for each publication: the key of the compiled schema in the cache.
    revision = models.UUIDField(null=True, blank=True, editable=False)

    class Meta:
        app_label = "chat_api"
        unique_together = (("name", "version"),)
        permissions = (("publish_schema", "Can publish a schema"),)

    _publish: ClassVar[Callable[..., None]]
    _copy: ClassVar[Callable[..., Schema]]

    @classmethod
    def bind_actions(cls, *, publish: Callable[..., None], copy: Callable[..., Schema]) -> None:
        """Set the functions that `publish` and `copy_as_unpublished` call.

        Actions import models, so models cannot import actions; `chat_api.apps` connects them.
        """
        cls._publish, cls._copy = staticmethod(publish), staticmethod(copy)

    def __str__(self) -> str:
        return f"{self.name} ({self.version})"

    @property
    def is_frozen(self) -> bool:
        """Whether this version can no longer be changed."""
        return self.published and not chat_settings.ALLOW_EDIT_PUBLISHED_SCHEMAS

    def save(
        self,
        *,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Save the row, with a new revision if it is published. Raises `PublishedSchemaIsImmutable`."""
        using = using or router.db_for_write(Schema, instance=self)
        if self.published:
            self.revision = uuid.uuid4()
            update_fields = None if update_fields is None else {*update_fields, "revision"}
        with transaction.atomic(using=using):
            if self.pk is not None:
                refuse_if_published([self.pk], using=using)
            super().save(
                force_insert=force_insert, force_update=force_update, using=using, update_fields=update_fields
            )

    def delete(self, using: str | None = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        """Delete the schema with all parts. Raises `PublishedSchemaIsImmutable`."""
        using = using or router.db_for_write(Schema, instance=self)
        with transaction.atomic(using=using):
            refuse_if_published([self.pk], using=using)
            return super().delete(using=using, keep_parents=keep_parents)

    def clean(self) -> None:
        """Validate translations, scores and flags. Raises `ValidationError`."""
        super().clean()
        validation.clean_schema(self)

    @property
    def not_grouped_questions(self) -> models.QuerySet[Any]:
        """The questions without a group, by position."""
        return self.questions.filter(group=None)

    def publish(self) -> None:
        """Publish this version, see `chat_api.schemas.actions.publish`."""
        self._publish(schema=self)

    def copy_as_unpublished(self) -> None:
        """Turn `self` into a copy of this version, see `chat_api.schemas.actions.copy_as_unpublished`."""
        copy = self._copy(schema=self)
        self.__dict__.clear()
        self.__dict__.update(copy.__dict__)
