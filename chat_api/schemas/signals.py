"""Signals for hosts. They are sent after commit; nothing inside the library listens to them."""

from django.dispatch import Signal

#: sender=Schema, instance: a schema was loaded from a file.
schema_uploaded_signal = Signal()
