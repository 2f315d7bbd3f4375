"""Schemas as files: Django fixtures as 0.8.8 made them, and a compact document that a person can write.

`dump` gives a schema as text, `load` stores what is in files. What is wrong with a file is a `BadDocument`.
"""

from chat_api.schemas.portability.dump import COMPACT, FORMATS, dump
from chat_api.schemas.portability.load import Loaded, load
from chat_api.schemas.portability.parsing import BadDocument

__all__ = ["COMPACT", "FORMATS", "BadDocument", "Loaded", "dump", "load"]
