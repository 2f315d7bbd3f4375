"""Settings of threads and their members."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chat_api.settings.rules import (
    FUNCTION,
    Choices,
    FieldPath,
    Fields,
    Flags,
    ListOf,
    MappingOf,
    Maybe,
    Rule,
    Switch,
    Text,
    WholeNumber,
)
from chat_api.settings.setting import Setting
from chat_api.settings.table.known import message_fields, permission_flags, type_in

#: The switches of a type of thread in OPTIMIZATIONS_BY_THREAD_TYPE.
THREAD_SWITCHES: Final[Mapping[str, Rule]] = {
    "NO_WS_TO_SUBSCRIBED": Switch(),
    "NO_UPDATES_FOR_LAST_MESSAGE_AND_UPDATED": Switch(),
    "LIMIT_FIELDS_TO": ListOf(FieldPath(message_fields, "field of a message")),
    "SEND_SIGNAL_INSTEAD_ADDING_ANSWERS": Switch(),
    "NO_MOVE_TO_NEXT_QID": Switch(),
    "NOT_INDEXED": Switch(),
    "LIMIT_VARIABLES_MODIFICATIONS_TO": ListOf(Text(blank=False)),
}

_TYPES: Final = Setting(
    "TYPES_CHAT",
    (("chat", "Chat"), ("survey", "Survey"), ("tracker", "Tracker")),
    Choices(longest=50),
    """
The types of threads, as pairs of a name and a label. A change needs no migration.""",
)

#: The rule for a name of one of the host's types of threads.
THREAD_TYPE: Final = type_in(_TYPES)

SETTINGS: Final = (
    _TYPES,
    Setting(
        "TYPES_CHAT_DEFAULT",
        "chat",
        THREAD_TYPE,
        """
The type of a thread that is created without one.""",
    ),
    Setting(
        "TYPES_CHAT_LIST_THROUGH_API",
        ("chat", "survey", "tracker"),
        ListOf(THREAD_TYPE),
        """
The types that ``accounts/{user_id}/threads/{type}`` serves. The response for any other type is 403.""",
    ),
    Setting(
        "DEFAULT_USER_THREAD",
        None,
        Maybe(FUNCTION),
        """
``f(thread, user) -> UserThread``: the membership, never saved, of a user who is not a member but whom your permission
class lets into the thread. It decides what the thread object shows, whether messages are visible (without
MESSAGES_READ, messages and their attachments are 403), and whether the user can post. ``user`` may be anonymous. With
``None``: state ``closed``, notifications 0, permissions MESSAGES_READ and THREAD_READ. No script can lead a
non-member: a scripted state, or a ``question``, counts as a failure. A function that fails shows nothing of the
thread, and every write is rejected. See :doc:`/upgrading`.""",
    ),
    Setting(
        "THREAD_PERMISSIONS_DEFAULT",
        1 | 2 | 16,
        Flags(permission_flags),
        """
The permissions of an added member, as a sum of flags (:doc:`/howto/permissions`). The default is to read messages,
write messages, and read the thread.""",
    ),
    Setting(
        "THREAD_CREATOR_PERMISSIONS_DEFAULT",
        1 | 2 | 8 | 16 | 32 | 64 | 128 | 256,
        Flags(permission_flags),
        """
The permissions of the user who creates a thread. The default is to read, write and delete messages, to read, edit and
leave the thread, and to add and remove members. It does not include THREAD_ROLLBACK (2048), THREAD_BREAK_STATE (1024)
and THREAD_CONTROL_OTHERS (512).""",
    ),
    Setting(
        "THREAD_USERS_DATA_MAX",
        100,
        WholeNumber(least=0),
        """
Threads with more members than this have no ``users_data``: not in the thread object, in lists, or in frames of
sockets. ``users_count`` has their number, and ``threads/{thread_id}/users?limit=`` pages through them.""",
    ),
    Setting(
        "THREAD_MEMBERS_MAX",
        1000,
        WholeNumber(),
        """
The maximum number of members of a thread. Adding one more is rejected.""",
    ),
    Setting(
        "OPTIMIZATIONS_BY_THREAD_TYPE",
        {},
        MappingOf(THREAD_TYPE, Fields(THREAD_SWITCHES, "switch of thread types")),
        """
Switches that leave out work for a type of thread: a dict from the type to a dict of switches, all off by default.

``NO_WS_TO_SUBSCRIBED``
   No events for subscribers (``ws-subscribe``) who are not members.
``NO_UPDATES_FOR_LAST_MESSAGE_AND_UPDATED``
   ``last_message`` and ``updated`` of the thread and its members do not change.
``LIMIT_FIELDS_TO``
   A list of names: message objects have only these fields, also in ``last_message_data`` and in frames. ``__`` reaches
   inside: ``thread_data__id``. A name that no message has is a warning.
``SEND_SIGNAL_INSTEAD_ADDING_ANSWERS``
   ``chosen_answers_signal`` is sent, and only answers that modify variables are stored.
``LIMIT_VARIABLES_MODIFICATIONS_TO``
   With the switch above: only answers that modify one of these variables are stored, and only these variables are
   changed and kept.
``NO_MOVE_TO_NEXT_QID``
   Answering does not move the script on, except to its end.
``NOT_INDEXED``
   Messages are not added to the search index.""",
    ),
)
