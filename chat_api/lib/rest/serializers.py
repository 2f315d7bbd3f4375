"""The base of every serializer: drf-tweaks' conveniences, planned once per request instead of once per object.

drf-tweaks selects the fields again for every object, and its `validate()` runs with the fields that were valid. Ours
keeps its external behaviour (`fields`, `include_fields`, all errors together) and changes the inside:

* the plan of a representation (the fields, and how to get and show them) is created once;
* `field_errors` has the failed fields for `validate()`;
* texts and JSON that no database can store (NUL, lone surrogates) are errors of their fields.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from operator import attrgetter
from typing import Any, Final, TypeVar

from django.conf import settings as django_settings
from django.db import models
from drf_tweaks.serializers import ContextPassing, SerializerCustomizationMixin
from rest_framework import serializers
from rest_framework.fields import empty
from rest_framework.relations import PKOnlyObject

from chat_api.lib.rest.accounts import account_class, account_field, shown_safely
from chat_api.lib.rest.selection import Selection, cut

_Getter = Callable[[Any], Any]
S = TypeVar("S", bound="PlannedSerializerMixin")

#: Fields whose stored value is already what JSON shows.
_SHOWN_AS_STORED: Final = frozenset(
    {
        serializers.IntegerField,
        serializers.CharField,
        serializers.BooleanField,
        serializers.FloatField,
        serializers.ChoiceField,
        serializers.URLField,
    }
)


class PlannedSerializerMixin(SerializerCustomizationMixin):
    """Shows the selected fields, by a plan created for the first object."""

    selection: Selection | None = None
    field_errors: Mapping[str, Any] = {}
    #: The validated values of the fields that did not fail.
    accepted: dict[str, Any] = {}
    _planned_for: Selection | None = None
    _plan: list[tuple[str, _Getter, Callable[[Any], Any] | None]] | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # drf-tweaks' own is untyped.
        super().__init__(*args, **kwargs)

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
        if self.selection is None:
            self.selection = Selection.of_request(self.context)  # type: ignore[attr-defined]
        return self.selection

    def wants(self, name: str) -> bool:
        """Return whether the field will be shown, so that views load only what is selected."""
        return self.get_selection().wants(name, frozenset(self.get_on_demand_fields()))

    def plan_for(self, selection: Selection) -> None:
        """Show only the selected fields from now on."""
        self.selection, self._plan = selection, None

    def reset(self, context: Mapping[str, Any], selection: Selection | None) -> None:
        """Prepare for another request; keep the plan if the selection is the same."""
        self._context: Any = context
        self.selection = selection
        if self.get_selection() != self._planned_for:
            self._plan = None

    def to_internal_value(self, data: Any) -> Any:
        """Validate each field; `field_errors` has the failures afterwards."""
        value, errors = super().to_internal_value(data)
        self.field_errors = errors
        self.accepted = dict(value)
        return value, errors

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Return the selected fields of `instance`."""
        if self._plan is None:
            self._plan = self._make_plan()
        shown: dict[str, Any] = {}
        for name, get, show in self._plan:
            try:
                value = get(instance)
            except serializers.SkipField:
                continue
            shown[name] = value if value is None or show is None else show(value)
        return shown

    def _make_plan(self) -> list[tuple[str, _Getter, Callable[[Any], Any] | None]]:
        selection = self._planned_for = self.get_selection()
        plan = []
        for field in self._readable_fields:  # type: ignore[attr-defined]
            name = field.field_name
            if not self.wants(name):
                continue
            plan.append((name, self._getter(field), _show_function(field, self, selection.inside(name))))
        return plan

    def _getter(self, field: Any) -> _Getter:
        if _shows_primary_key(field):
            attname = self._foreign_key_attname(field.source)
            if attname is not None:
                return attrgetter(attname)
        if type(field) in _SHOWN_AS_STORED and self._is_column(field.source):
            return attrgetter(field.source)
        if _shows_primary_key(field):
            return lambda instance: _without_pk_wrapper(field.get_attribute(instance))
        return field.get_attribute  # type: ignore[no-any-return]

    def _column(self, source: str) -> models.Field[Any, Any] | None:
        model = getattr(getattr(self, "Meta", None), "model", None)
        if model is None:
            return None
        return next((f for f in model._meta.concrete_fields if f.name == source), None)

    def _is_column(self, source: str) -> bool:
        return self._column(source) is not None

    def _foreign_key_attname(self, source: str) -> str | None:
        column = self._column(source)
        return column.attname if isinstance(column, models.ForeignKey) else None


def _shows_primary_key(field: Any) -> bool:
    plain = serializers.PrimaryKeyRelatedField.to_representation
    return getattr(type(field), "to_representation", None) is plain and field.pk_field is None


def _without_pk_wrapper(value: Any) -> Any:
    return value.pk if isinstance(value, PKOnlyObject) else value


def _show_function(field: Any, parent: Any, selection: Selection) -> Callable[[Any], Any] | None:
    """Return the function that shows a field's value; None where the value is shown unchanged."""
    if type(field) in _SHOWN_AS_STORED or _shows_primary_key(field):
        return None
    child = field.child if isinstance(field, serializers.ListSerializer) else field
    if not isinstance(child, serializers.BaseSerializer):
        return field.to_representation  # type: ignore[no-any-return]
    show = _nested_show_function(field, child, parent, selection)
    if getattr(field, "shows_accounts", False):
        show = shown_safely(show, child, many=child is not field)
    if getattr(field, "same_for_same_pk", False):
        return _remembered(show, field, parent)
    return show


def _nested_show_function(field: Any, child: Any, parent: Any, selection: Selection) -> Callable[[Any], Any]:
    if isinstance(child, PlannedSerializerMixin):
        child.plan_for(selection)
        return field.to_representation  # type: ignore[no-any-return]
    only, include = set(selection.only), set(selection.include)
    if isinstance(child, SerializerCustomizationMixin):
        prefix = f"{field.field_name}__"
        outer_only = {prefix + name for name in only}
        outer_include = {prefix + name for name in include}

        def show_tweaked(value: Any) -> Any:
            context = getattr(parent.root, "_context", None)
            with ContextPassing(field, _ContextHolder(context), outer_only, outer_include):
                return field.to_representation(value)

        return show_tweaked

    return lambda value: cut(field.to_representation(value), selection)


class _ContextHolder:
    """A parent as drf-tweaks expects it: with a context that it changes during one call."""

    def __init__(self, context: dict[str, Any] | None) -> None:
        self._context: dict[str, Any] = {} if context is None else context


def _remembered(show: Callable[[Any], Any], field: Any, parent: Any) -> Callable[[Any], Any]:
    key = ("remembered", id(field))

    def show_once(value: Any) -> Any:
        # The context lives as long as the request, and so does what it remembers.
        seen = parent.context.setdefault(key, {})
        if value.pk not in seen:
            seen[value.pk] = show(value)
        return seen[value.pk]

    return show_once


def reader(
    kind: type[S], context: Mapping[str, Any], selection: Selection | None = None, *, variant: object = None
) -> S:
    """Return a cached serializer that only shows: creating its fields costs more than showing an object.

    It is cached per OS thread and serves one caller at a time: call its `to_representation` and drop it.
    `selection` applies in place of the request's own; `variant` (hashable) is whatever else the fields of this kind
    depend on.
    """
    host = getattr(django_settings, "REST_FRAMEWORK", None)
    key = (kind, account_class(), id(host), variant)
    kept: dict[Any, Any] = _readers.__dict__
    if key not in kept:
        if len(kept) >= _READERS_MAX:
            kept.clear()
        # The host's settings are kept with it, so that their id is not reused.
        kept[key] = (kind(), host)
    serializer: S = kept[key][0]
    serializer.reset(context, selection)
    return serializer


def let_go() -> None:
    """Clear the last request from the serializers cached for this OS thread."""
    for serializer, _ in _readers.__dict__.values():
        serializer.reset({}, None)


_readers: Final = threading.local()
_READERS_MAX: Final = 100


class AccountData(serializers.Field[Any, Any, Any, Any]):
    """Placeholder in a class body for a user as the host shows accounts; replaced when the fields are created.

    Fields with `optional` can be missing.
    """

    def __init__(self, *, of: str, many: bool = False, optional: bool = False) -> None:
        super().__init__(read_only=True)
        self.of, self.shows_many, self.optional = of, many, optional


class Serializer(PlannedSerializerMixin, serializers.Serializer[Any]):
    """A serializer over plain data."""


class RequestSerializer(Serializer):
    """The body of a request. For a JSON body, only the fields that it has are created: creating them costs the most.

    Its fields are those that the class declares.
    """

    @property
    def _writable_fields(self) -> Iterator[Any]:
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


class ModelSerializer(PlannedSerializerMixin, serializers.ModelSerializer[Any]):
    """A serializer over a model's rows. It describes and validates; it writes nothing."""

    def create(self, validated_data: Any) -> Any:
        """Raise `TypeError`: rows are written by actions."""
        raise TypeError("Serializers write nothing: call an action.")

    def update(self, instance: Any, validated_data: Any) -> Any:
        """Raise `TypeError`: rows are written by actions."""
        raise TypeError("Serializers write nothing: call an action.")
