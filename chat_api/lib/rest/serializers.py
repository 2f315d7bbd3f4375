"""The base of every serializer: drf-tweaks' conveniences. Serializers validate and describe; `documents` show.

drf-tweaks selects fields (`fields`, `include_fields`) and returns all errors of a body together. Added here:

* `field_errors` has the failed fields for `validate()`, `accepted` the values of the others;
* of a request's body, only the fields that it has are created;
* accounts are those of the host's current ACCOUNT_SERIALIZER.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from drf_tweaks.serializers import SerializerCustomizationMixin
from rest_framework import serializers
from rest_framework.fields import empty

from chat_api.lib.rest.accounts import account_field
from chat_api.lib.rest.selection import Selection


class SerializerMixin(SerializerCustomizationMixin):
    """Base of all serializers: drf-tweaks with all errors together, and the host's accounts."""

    field_errors: Mapping[str, Any] = {}
    #: The validated values of the fields that did not fail.
    accepted: dict[str, Any] = {}

    if TYPE_CHECKING:
        # The one that drf-tweaks inherits is untyped.
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    def change_required_message(self) -> None:
        """Set the class's own error messages; without any, no fields are created."""
        if self.required_error or self.blank_error or self.custom_required_errors or self.custom_blank_errors:
            super().change_required_message()

    def get_fields(self) -> dict[str, Any]:
        """Return the fields, with accounts by the host's current ACCOUNT_SERIALIZER."""
        return {
            name: account_field(source=field.of, many=field.shows_many, optional=field.optional)
            if isinstance(field, AccountData)
            else field
            for name, field in super().get_fields().items()
        }

    def get_selection(self) -> Selection:
        """Return the selection of fields of this serializer's objects."""
        return Selection.of_request(self.context)  # type: ignore[attr-defined]

    def to_internal_value(self, data: Any) -> Any:
        """Validate each field; `field_errors` has the failures afterwards."""
        value, errors = super().to_internal_value(data)
        self.field_errors = errors
        self.accepted = dict(value)
        return value, errors

    def to_representation(self, instance: Any) -> Any:
        """Return the selected fields of `instance`; without a selection, DRF's own loop is used, which is faster."""
        if any(self.get_only_fields_and_include_fields()) or self.get_on_demand_fields():
            return super().to_representation(instance)
        return serializers.Serializer.to_representation(self, instance)  # type: ignore[arg-type]


class AccountData(serializers.Field[Any, Any, Any, Any]):
    """Placeholder in a class body for a user as the host shows accounts; replaced when the fields are created.

    Fields with `optional` can be missing.
    """

    def __init__(self, *, of: str, many: bool = False, optional: bool = False) -> None:
        super().__init__(read_only=True)
        self.of, self.shows_many, self.optional = of, many, optional


class Serializer(SerializerMixin, serializers.Serializer[Any]):
    """A serializer over plain data."""


class RequestSerializer(Serializer):
    """The body of a request. For a JSON body, only the fields that it has are created: creating them costs the most.

    Its fields are those that the class declares.
    """

    @property
    def _writable_fields(self) -> Iterator[Any]:  # type: ignore[override]
        body = getattr(self, "initial_data", None)
        if type(body) is not dict or "fields" in self.__dict__:
            yield from super()._writable_fields
            return
        for name, declared in self._declared_fields.items():
            if not declared.read_only and (
                name in body or declared.required or declared.default is not empty
            ):
                field: Any = deepcopy(declared)
                field.bind(field_name=name, parent=self)
                yield field

    def run_validators(self, value: Any) -> None:
        """Run the validators of the whole body; without any, no fields are created."""
        if self.validators:
            super().run_validators(value)


class ModelSerializer(SerializerMixin, serializers.ModelSerializer[Any]):
    """A serializer over a model's rows. It describes and validates; it writes nothing."""

    def create(self, validated_data: Any) -> Any:
        """Raise `TypeError`: rows are written by actions."""
        raise TypeError("Serializers write nothing: call an action.")

    def update(self, instance: Any, validated_data: Any) -> Any:
        """Raise `TypeError`: rows are written by actions."""
        raise TypeError("Serializers write nothing: call an action.")
