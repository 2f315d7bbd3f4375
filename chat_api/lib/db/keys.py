"""Foreign keys whose rows are read from the database that routers write them to: see `chat_api.lib.db.managers`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models, router
from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor, ForwardOneToOneDescriptor

__all__ = ["ForeignKey", "OneToOneField"]

if TYPE_CHECKING:
    # For type checkers they are Django's own fields: the plugin knows what those refer to.
    from django.db.models import ForeignKey, OneToOneField
else:

    class _ReadFromPrimary:
        def get_queryset(self, **hints: Any) -> models.QuerySet:
            rows = super().get_queryset(**hints)
            return rows.using(router.db_for_write(rows.model, **hints))

    class _ForwardKey(_ReadFromPrimary, ForwardManyToOneDescriptor):
        pass

    class _ForwardOneToOne(_ReadFromPrimary, ForwardOneToOneDescriptor):
        pass

    class ForeignKey(models.ForeignKey):
        """A foreign key that loads the related row, even the host's, from the database that it is written to."""

        forward_related_accessor_class = _ForwardKey

        def deconstruct(self) -> Any:
            """Return the definition for migrations: to the database, it is a plain foreign key."""
            name, _, args, kwargs = super().deconstruct()
            return name, "django.db.models.ForeignKey", args, kwargs

        def validate(self, value: Any, model_instance: models.Model | None) -> None:
            """Raise `ValidationError` where the database that such rows are written to has no such row."""
            # Django's own check of the row asks the database of reads, so only its check of the value is used.
            models.Field.validate(self, value, model_instance)
            if value is None:
                return
            model, name = self.remote_field.model, self.remote_field.field_name
            rows = model._base_manager.using(router.db_for_write(model, instance=model_instance))
            if not rows.filter(**{name: value}).complex_filter(self.get_limit_choices_to()).exists():
                about = {"model": model._meta.verbose_name, "field": name, "pk": value, "value": value}
                raise ValidationError(self.error_messages["invalid"], code="invalid", params=about)

    class OneToOneField(models.OneToOneField, ForeignKey):
        """A unique `ForeignKey` of this module."""

        forward_related_accessor_class = _ForwardOneToOne

        def deconstruct(self) -> Any:
            """Return the definition for migrations: to the database, it is a plain foreign key."""
            name, _, args, kwargs = super().deconstruct()
            return name, "django.db.models.OneToOneField", args, kwargs
