"""Access to the objects that attachments refer to: of listed models, and visible to the user who refers to them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import IntegerField, Model, QuerySet

from chat_api.lib.hooks import required
from chat_api.settings import chat_settings

Pair = tuple[int, int]
#: The largest id that the column can hold.
OBJECT_ID_MAX = 2**31 - 1


class VisibleReferences:
    """The objects, by content type and id, that `user` can refer to."""

    def __init__(self, user: Any) -> None:
        self._user = user
        self._asked: set[Pair] = set()
        self._visible: set[Pair] = set()

    def look_up(self, pairs: Iterable[Pair]) -> None:
        """Load many objects at once, with one query per model. Raises `HookFailed`."""
        by_type: dict[int, set[int]] = {}
        for content_type_id, object_id in set(pairs) - self._asked:
            self._asked.add((content_type_id, object_id))
            if 0 <= object_id <= OBJECT_ID_MAX:
                by_type.setdefault(content_type_id, set()).add(object_id)
        for content_type_id, ids in by_type.items():
            found = _visible_ids(content_type_id, ids, self._user)
            self._visible.update((content_type_id, pk) for pk in found)

    def has(self, content_type_id: int, object_id: int) -> bool:
        """Return whether the object exists and the user can refer to it."""
        self.look_up([(content_type_id, object_id)])
        return (content_type_id, object_id) in self._visible


def _visible_ids(content_type_id: int, ids: set[int], user: Any) -> set[int]:
    model = _model(content_type_id)
    if model is None or model._meta.label_lower not in referable_models():
        return set()
    rows = model._default_manager.all()
    if not isinstance(rows.model._meta.pk, IntegerField):
        return set()
    if not chat_settings.has("ATTACHMENT_REFERENCE_FILTER"):
        return _ids(rows, ids)
    return required(
        "ATTACHMENT_REFERENCE_FILTER",
        lambda: _ids(chat_settings.ATTACHMENT_REFERENCE_FILTER(rows, user), ids),
    )


def _ids(rows: QuerySet[Any], ids: set[int]) -> set[int]:
    return set(rows.filter(pk__in=ids).values_list("pk", flat=True))


def _model(content_type_id: int) -> type[Model] | None:
    try:
        return ContentType.objects.get_for_id(content_type_id).model_class()
    except ContentType.DoesNotExist:
        return None


def referable_models() -> frozenset[str]:
    """Return the lower-case labels of the models in ATTACHMENT_REFERENCE_MODELS."""
    listed = chat_settings.ATTACHMENT_REFERENCE_MODELS
    return frozenset((entry if isinstance(entry, str) else entry._meta.label).lower() for entry in listed)
