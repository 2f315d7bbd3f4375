"""Import and export of schemas: Django fixtures as in 0.8.8, and compact documents to be written by hand.

`dump` returns a schema as text, `load` stores the schemas of files. Errors in a file are a `BadDocument`.
"""

from chat_api.schemas.portability.dump import COMPACT, FORMATS, dump
from chat_api.schemas.portability.load import Loaded, load
from chat_api.schemas.portability.parsing import BadDocument

__all__ = ["COMPACT", "FORMATS", "BadDocument", "Loaded", "dump", "load"]
