"""Classes of values that are made for every answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

C = TypeVar("C")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[C]) -> type[C]:
    """Return the class as a dataclass whose fields nothing assigns, which mypy checks.

    It is not frozen at run time: Python makes a frozen object four times as slowly, and an answer makes a handful.
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)
