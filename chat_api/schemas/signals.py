"""Signals for hosts, sent after commit; the library itself has no receivers."""

from django.dispatch import Signal

#: sender=Schema, instance: a schema was loaded from a file.
schema_uploaded_signal = Signal()
