"""Settings of the event log and the sockets that deliver it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from chat_api.settings.rules import ListOf, Maybe, Name, Span, Text, WholeNumber
from chat_api.settings.setting import Setting
from chat_api.settings.table.known import thread_fields

SETTINGS: Final = (
    Setting(
        "EVENT_LOG_RETENTION",
        timedelta(days=7),
        Span(),
        """
How long the event log is kept, as a ``timedelta``. ``chat_api.tasks.trim_event_log`` deletes older events. A client
that was away for longer loads everything again.""",
    ),
    Setting(
        "EVENT_CATCH_UP_MAX",
        1000,
        WholeNumber(),
        """
The maximum number of a thread's events that a client gets when it catches up. A client that is further behind gets
``resync``.""",
    ),
    Setting(
        "EVENT_BATCH_BYTES_MAX",
        8 * 2**20,
        WholeNumber(),
        """
The maximum size in bytes of the events that a client gets at once when it catches up, over the socket or over HTTP. A
client that missed more gets ``resync``.""",
    ),
    Setting(
        "WS_ALLOWED_ORIGINS",
        None,
        Maybe(ListOf(Text(blank=False))),
        """
The origins whose pages may open a socket: ``["https://example.com", "https://.example.com:8443"]``. A leading dot
includes subdomains. With ``None``, the hosts of ``ALLOWED_HOSTS``.""",
    ),
    Setting(
        "WS_COMMANDS_PER_MINUTE",
        100,
        WholeNumber(),
        """
How many commands a socket may send per minute. Further commands are rejected with ``RATE_LIMITED``.""",
    ),
    Setting(
        "WS_CONNECTS_PER_SECOND",
        100,
        WholeNumber(),
        """
How many sockets one process accepts per second; the others wait for their turn. After a restart all clients reconnect
at once, and this keeps them from overloading the database.""",
    ),
    Setting(
        "WS_CONNECT_WAIT_SECONDS",
        10,
        WholeNumber(least=0),
        """
How many seconds a socket waits for its turn at most. If it would wait longer, it is closed with 4429 at once.""",
    ),
    Setting(
        "WS_FRAME_MAX",
        65_536,
        WholeNumber(),
        """
The maximum size in bytes of a frame that a client sends. A larger one is rejected with ``TOO_LARGE``.""",
    ),
    Setting(
        "WS_FRAME_OUT_MAX",
        131_072,
        WholeNumber(least=1024),
        """
The maximum size in bytes of an event that is sent. Set it no higher than what the clients' WebSocket libraries accept.
A larger event is replaced by a small one with ``too_large: true``, which names what to load over REST.""",
    ),
    Setting(
        "WS_HEARTBEAT_SECONDS",
        20,
        WholeNumber(),
        """
The interval, in seconds, at which a socket gets the latest position of each thread's history. It is also the longest
delay of events that the channel layer has lost.""",
    ),
    Setting(
        "WS_QUEUE_MAX",
        1_048_576,
        WholeNumber(),
        """
How many bytes may wait for a client that reads slowly. With more, its socket is closed with 4408.""",
    ),
    Setting(
        "WS_RECHECK_SECONDS",
        5,
        WholeNumber(least=0),
        """
How many seconds a socket relies on its last check of user and session. Logging out and deactivating by ``save()`` end
sockets at once; this setting is for changes that bypass Django.""",
    ),
    Setting(
        "WS_STRANGERS_PER_MINUTE",
        60,
        WholeNumber(),
        """
How many handshakes without a user one client address (of IPv6: one /64) may make per minute before they are closed
with 4429 instead of 4401. They use none of the turns of ``WS_CONNECTS_PER_SECOND``. The server determines the client
address: behind a proxy, configure which proxies it trusts (``uvicorn --proxy-headers``).""",
    ),
    Setting(
        "WS_THREADS_MAX",
        1000,
        WholeNumber(),
        """
The maximum number of threads that are open in one socket: those with the most recent activity.""",
    ),
    Setting(
        "WS_THREAD_FIELDS",
        None,
        Maybe(ListOf(Name(thread_fields, "field of a thread", nested=True))),
        """
The fields of the thread object that frames contain, in ``thread_data`` of messages and in ``thread_updated``. Nested
fields are named as in ``fields``: ``["title", "unread", "last_message_data__id"]``. ``id`` is always included. With
``None``, all fields, as in 0.8.8. See :doc:`/howto/scaling`.""",
    ),
    Setting(
        "WS_TICKET_SECONDS",
        60,
        WholeNumber(),
        """
How many seconds a ticket can be used to open a socket.""",
    ),
    Setting(
        "WS_USERS_DATA_BYTES_MAX",
        6144,
        WholeNumber(least=0),
        """
The maximum size in bytes of ``users_data`` in frames. A larger one is left out, as each member of the thread gets all
of it each time. ``users_count`` stays, and the thread object over REST has the list.""",
    ),
)
