"""Signals for hosts, sent after commit. Nothing inside the library connects to them."""

from django.dispatch import Signal

from chat_api.raised_flags.signals import flag_raised

__all__ = ["flag_raised", "survey_submitted"]

#: `sender=Survey, survey`: a survey was submitted, which closes it.
survey_submitted = Signal()
