"""Serializer fields that name other rows by id, and the rule for the senders in whose name a user can write."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import router
from django.db.models import IntegerField, QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import NotFound

from chat_api.lib.db.managers import accounts
from chat_api.lib.db.storable import is_storable
from chat_api.lib.hooks import required
from chat_api.settings import chat_settings

#: The maximum number of ids in one list.
IDS_MAX: Final = 1_000
#: No supported database has larger ids.
ID_MAX: Final = 2**63 - 1

_TEXTS: Final = serializers.PrimaryKeyRelatedField.default_error_messages


def can_be_key(value: Any) -> bool:
    """Return whether a database can look up the key: a number in the range of ids, or a text that it can store."""
    if isinstance(value, str):
        return is_storable(value)
    return not isinstance(value, int) or abs(value) <= ID_MAX


def account_named(key: Any, *, requester: Any) -> Any:
    """Return the account that a path names, `requester` without a query. Raises `NotFound`."""
    if requester.pk == key:
        return requester
    account = accounts().filter(pk=key).first() if can_be_key(key) else None
    if account is None:
        raise NotFound
    return account


def as_id(value: Any) -> int:
    """Return the id in JSON or a form. Raises `TypeError`, `ValueError` for anything but whole numbers."""
    if isinstance(value, bool | float) or not isinstance(value, int | str):
        raise TypeError
    return int(value)


@extend_schema_field(OpenApiTypes.INT)
class IdField(serializers.Field[int, Any, int, Any]):
    """The id of a row, checked for its type only: the caller checks whether the row exists."""

    default_error_messages = {"incorrect_type": _TEXTS["incorrect_type"]}

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Validate; an empty form field is null."""
        return super().run_validation(None if data == "" else data)

    def to_internal_value(self, data: Any) -> int:
        """Return the id. Raises `ValidationError` for anything but a whole number in the range of ids."""
        try:
            pk = as_id(data)
        except (TypeError, ValueError):
            self.fail("incorrect_type", data_type=type(data).__name__)
        if not 0 <= pk <= ID_MAX:
            raise no_such_row(data)
        return pk

    def to_representation(self, value: int) -> int:
        """Return the id."""
        return value


class IdListField(serializers.ListField):
    """A list of ids in the given order, checked for their type only; at most `IDS_MAX`."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", IDS_MAX)
        super().__init__(child=IdField(), **kwargs)

    def to_internal_value(self, data: Any) -> list[int]:
        """Return the ids. Raise `ValidationError` with one list of texts, as for related rows.

        A list that is too long is rejected before its items are checked.
        """
        if isinstance(data, list | tuple) and self.max_length is not None and len(data) > self.max_length:
            message = self.error_messages["max_length"].format(max_length=self.max_length)
            raise serializers.ValidationError([message], code="max_length")
        try:
            return super().to_internal_value(data)
        except serializers.ValidationError as error:
            if isinstance(error.detail, dict):
                texts = [text for texts in error.detail.values() for text in texts]
                raise serializers.ValidationError(texts) from error
            raise


class RowField(serializers.PrimaryKeyRelatedField[Any]):
    """A related row, given by its id. Values on which DRF's own field fails (infinite numbers) are type errors.

    Pages for browsers have an input for the id: a list of choices would show all rows to everybody.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs["style"] = {"base_template": "input.html", **kwargs.get("style", {})}
        super().__init__(**kwargs)

    def get_choices(self, cutoff: int | None = None) -> dict[Any, str]:
        """Return no choices."""
        return {}

    def get_queryset(self) -> Any:
        """Return the rows, of any model, from the database that they are written to."""
        rows = super().get_queryset()
        return rows if rows is None else rows.using(router.db_for_write(rows.model))

    def to_internal_value(self, data: Any) -> Any:
        """Return the row. Raises `ValidationError` if it does not exist."""
        rows = self.get_queryset()
        if rows is not None and not isinstance(rows.model._meta.pk, IntegerField):
            return self._row_with_other_key(data)
        try:
            pk = as_id(data)
        except (TypeError, ValueError):
            self.fail("incorrect_type", data_type=type(data).__name__)
        if not 0 <= pk <= ID_MAX:
            self.fail("does_not_exist", pk_value=data)
        return super().to_internal_value(pk)

    def _row_with_other_key(self, data: Any) -> Any:
        """Return the row of a model whose keys are not numbers: a host's users."""
        if not isinstance(data, str) or not can_be_key(data):
            self.fail("incorrect_type", data_type=type(data).__name__)
        try:
            return super().to_internal_value(data)
        except DjangoValidationError:
            self.fail("does_not_exist", pk_value=data)


def no_such_row(pk: object) -> serializers.ValidationError:
    """Return DRF's own error for the id of a missing row."""
    return serializers.ValidationError([_TEXTS["does_not_exist"].format(pk_value=pk)], code="does_not_exist")


def refuse_missing(rows: QuerySet[Any], pks: Iterable[int]) -> None:
    """Raise `ValidationError` for the first of the ids that is not among `rows`. One query, or none."""
    wanted = list(pks)
    if not wanted:
        return
    possible = {pk for pk in wanted if 0 <= pk <= ID_MAX}
    existing: Collection[int] = set(rows.filter(pk__in=possible).values_list("pk", flat=True))
    for pk in wanted:
        if pk not in existing:
            raise no_such_row(pk)


def may_speak_as(*, user: Any, sender_id: int) -> bool:
    """Return whether `user` is permitted to name that automated sender: themselves, or one of AUTOMATED_SENDERS.

    Raises `HookFailed`.
    """
    if sender_id == user.pk:
        return True
    if not chat_settings.has("AUTOMATED_SENDERS"):
        return False

    def allowed() -> bool:
        rows = chat_settings.AUTOMATED_SENDERS(user)
        return bool(rows.using(router.db_for_write(rows.model)).filter(pk=sender_id).exists())

    return required("AUTOMATED_SENDERS", allowed)
