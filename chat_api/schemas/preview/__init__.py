"""Preview of a script without storing anything: every step replays all replies from the start.

`run_preview` runs a stored schema, or the rows of a document that is not stored.
"""

from chat_api.schemas.preview.conversation import Line, PlacedReply, Preview, Score, entered_value
from chat_api.schemas.preview.running import REPLIES_MAX, run_preview

__all__ = ["REPLIES_MAX", "Line", "PlacedReply", "Preview", "Score", "entered_value", "run_preview"]
