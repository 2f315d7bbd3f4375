"""The names, flags and types that settings may name, as the packages above this one define them.

Settings are below every other package, so they refer to higher packages by dotted path, which is imported when
a check runs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

import filetype
from django.utils.module_loading import import_string

from chat_api.settings.rules import WITHOUT_EFFECT, Name, is_sequence
from chat_api.settings.setting import Setting

_SERIALIZERS: Final = "chat_api.chat.serializers.responses"
_CHOICES: Final = "chat_api.chat.choices"


def permission_flags() -> int:
    return int(import_string(f"{_CHOICES}.PERMISSIONS_ALL"))


def notification_flags() -> int:
    return int(import_string(f"{_CHOICES}.NOTIFICATIONS_ALL"))


def transports() -> Collection[str]:
    return frozenset(import_string(f"{_CHOICES}.TRANSPORT_FLAGS"))


def built_in_attachment_types() -> Collection[str]:
    return [name for name, _ in import_string("chat_api.common.AttachmentTypes").CHOICES]


def built_in_question_types() -> Collection[str]:
    return frozenset(import_string("chat_api.engine.question_types.registry.BUILT_IN"))


def detected_mime_types() -> Collection[str]:
    return frozenset(kind.mime for kind in filetype.types)


def thread_fields() -> Collection[str]:
    fields: Collection[str] = import_string(f"{_SERIALIZERS}.ThreadSerializer").Meta.fields
    return fields


def message_fields() -> Mapping[str, Collection[str] | None]:
    """Return the fields of a message, each with the fields inside it, or None if these are not known."""
    fields: Collection[str] = import_string(f"{_SERIALIZERS}.SentMessageSerializer").Meta.fields
    return {**dict.fromkeys(fields), "thread_data": thread_fields()}


def type_in(setting: Setting) -> Name:
    """Return the rule for a name among the host's choices in `setting`; any other name is only without effect."""
    return Name(_names_in(setting), f"type in {setting.name}", WITHOUT_EFFECT)


def _names_in(setting: Setting) -> Callable[[], Collection[str]]:
    def names() -> frozenset[str]:
        pairs: Any = setting.configured()
        found = [pair[0] for pair in pairs if is_sequence(pair) and pair] if is_sequence(pairs) else []
        return frozenset(name for name in found if isinstance(name, str))

    return names
