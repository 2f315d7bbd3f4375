"""The signal for hosts, sent after commit. The library itself has no receivers for it."""

from django.dispatch import Signal

#: sender=Flag, flag: an answer raised a flag of its schema, for the first time or again after somebody has seen it.
flag_raised = Signal()
