"""Settings of users: how they are shown, who may act for whom, their language and time zone."""

from __future__ import annotations

from typing import Final

from chat_api.settings.rules import FUNCTION, Maybe, subclass_of
from chat_api.settings.setting import Setting

SETTINGS: Final = (
    Setting(
        "ACCOUNT_SERIALIZER",
        "chat_api.utils.serializers.SimpleAccountSerializer",
        subclass_of("rest_framework.serializers.BaseSerializer"),
        """
The serializer of users wherever one is nested: ``sender_data``, ``users_data``, ``user_data``,
``automated_sender_data``. Texts with variables see the same fields as ``user`` and ``sender``. The default shows
``first_name``, ``last_name``, ``id`` and ``avatar``. See :doc:`/howto/accounts`.""",
    ),
    Setting(
        "AUTOMATED_SENDERS",
        None,
        Maybe(FUNCTION),
        """
``f(user) -> queryset``: the users whom ``user`` may name as ``automated_sender`` besides themselves. With ``None``,
only themselves. Any other user is rejected with ``automated_sender: NOT_ALLOWED``.""",
    ),
    Setting(
        "THREAD_INVITEES",
        None,
        Maybe(FUNCTION),
        """
``f(user) -> queryset``: the accounts that ``user`` may add to threads. Every other id is rejected with
``user: NOT_ALLOWED``, whether the account exists or not. With ``None``, any account can be added. Where your
permission class lets users post to ``threads/{thread_id}/users`` of threads that they are not members of, they can
always add themselves.""",
    ),
    Setting(
        "USER_LANGUAGE",
        None,
        Maybe(FUNCTION),
        """
``f(user) -> language code or None``: the language in which scripts ask a user and notifications are written. With
``None``, scripts use the language of the request that moves them on, and notifications that of the project. See
:doc:`/howto/languages`.""",
    ),
    Setting(
        "USER_TIME_ZONE",
        None,
        Maybe(FUNCTION),
        """
``f(user) -> tzinfo``, the name of a time zone, or ``None``: the time zone in which a repeated script keeps the
wall-clock time of its member. With ``None``, the project's ``TIME_ZONE``. An unknown name is logged and counts as
``None``.""",
    ),
)
