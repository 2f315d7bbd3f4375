"""Rules for the values of settings: one small class per kind of value.

A rule is called with a value and its place, and yields a `Problem` for each mistake. It never raises. The modules of
this package are imported while Django's settings are loaded, so code that reads them is imported when a rule is called.
"""

from chat_api.settings.rules.base import WITHOUT_EFFECT, Problem, Rule, hint_for, is_sequence
from chat_api.settings.rules.containers import ByType, Choices, Fields, ListOf, MappingOf, Maybe
from chat_api.settings.rules.objects import FUNCTION, PERMISSION, Imported, Model, subclass_of
from chat_api.settings.rules.plain import (
    Anything,
    FieldPath,
    Flags,
    Name,
    NewName,
    Rate,
    Span,
    Switch,
    Text,
    Url,
    WholeNumber,
)

__all__ = [
    "FUNCTION",
    "PERMISSION",
    "WITHOUT_EFFECT",
    "Anything",
    "ByType",
    "Choices",
    "FieldPath",
    "Fields",
    "Flags",
    "Imported",
    "ListOf",
    "MappingOf",
    "Maybe",
    "Model",
    "Name",
    "NewName",
    "Problem",
    "Rate",
    "Rule",
    "Span",
    "Switch",
    "Text",
    "Url",
    "WholeNumber",
    "hint_for",
    "is_sequence",
    "subclass_of",
]
