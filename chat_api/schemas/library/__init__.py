"""The library that authors begin a schema from: compact documents, ours and those of SCRIPT_LIBRARY.

A file can have a part `library` before the document: its title, what it measures, source and licence. The documents of
this folder are instruments whose owners permit everybody to reproduce and distribute them, as they were published.
"""

from chat_api.schemas.library.entries import Entry, entries, entry_of
from chat_api.schemas.library.starting import start_from

__all__ = ["Entry", "entries", "entry_of", "start_from"]
