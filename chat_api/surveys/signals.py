"""Signals for hosts. They are sent after commit; nothing inside the library listens to them."""

from django.dispatch import Signal

#: sender=Survey, survey: a survey was submitted, which closes it.
survey_submitted = Signal()
