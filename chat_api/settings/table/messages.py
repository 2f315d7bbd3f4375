"""Settings of messages: who sees them, how they are stored, how large they may be."""

from __future__ import annotations

from typing import Final

from chat_api.settings.rules import FUNCTION, ListOf, Maybe, Switch, Text, WholeNumber
from chat_api.settings.setting import Setting

SETTINGS: Final = (
    Setting(
        "CHAT_MESSAGE_FILTER_QUERYSET",
        None,
        Maybe(FUNCTION),
        """
``f(queryset, user) -> queryset``: the messages that are visible to a user. A message that it leaves out is not listed,
not found by its id, not counted in ``unread`` and not shown as ``last_message_data``. See
:doc:`/howto/hiding-messages`.""",
    ),
    Setting(
        "CHAT_MESSAGE_USER_FILTER",
        None,
        Maybe(FUNCTION),
        """
``f(message, user) -> bool``: the same rule for one message, where there is no queryset. Set both, or neither.""",
    ),
    Setting(
        "MESSAGE_TYPES_RESERVED",
        ("automated_message",),
        ListOf(Text(blank=False)),
        """
The types of messages that only scripts create. A client that sends one is rejected with ``type: RESERVED``.""",
    ),
    Setting(
        "ESCAPE_TEXT",
        True,
        Switch(),
        """
Whether the text of users is stored HTML-escaped; ``text_format`` says for each text how it is stored, so the setting
can change. Turn it off only if every front end escapes texts itself. The texts of scripts are never escaped.""",
    ),
    Setting(
        "MESSAGE_TEXT_MAX",
        65_536,
        WholeNumber(),
        """
The maximum number of characters in the text of a message.""",
    ),
    Setting(
        "MESSAGE_ATTACHMENTS_MAX",
        20,
        WholeNumber(least=0),
        """
The maximum number of attachments of a message or a survey item.""",
    ),
    Setting(
        "JSON_BYTES_MAX",
        65_536,
        WholeNumber(),
        """
The maximum size in bytes of a JSON field that a client writes (``meta``, the ``options`` of an attachment), as compact
JSON in UTF-8. A larger value is rejected with ``TOO_LARGE`` on that field. See
:doc:`/decisions/0018-user-input-has-budgets`.""",
    ),
    Setting(
        "MESSAGE_BYTES_MAX",
        2**19,
        WholeNumber(),
        """
The maximum size in bytes of a message or a survey item: its text as it is stored, its ``meta``, and the titles,
descriptions, ``options`` and URLs of its attachments, without their files. A write that would exceed it is rejected
with ``non_field_errors: MESSAGE_TOO_LARGE``.""",
    ),
)
