"""Signals for hosts, sent after commit. Nothing inside the library connects to them."""

from django.dispatch import Signal

#: `sender=Survey, survey`: a survey was submitted, which closes it.
survey_submitted = Signal()
