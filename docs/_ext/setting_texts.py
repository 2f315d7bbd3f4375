"""What each key of `CHAT_SETTINGS` means, by section, in reStructuredText. A key without its text fails the build."""

from __future__ import annotations

from typing import Final

SECTIONS: Final[dict[str, dict[str, str]]] = {
    "People": {
        "ACCOUNT_SERIALIZER": """
How a user is shown wherever one is nested: ``sender_data``, ``users_data``, ``user_data``,
``automated_sender_data``; and what texts with variables see as ``user`` and ``sender``. The default shows
``first_name``, ``last_name``, ``id`` and ``avatar``. See :doc:`/howto/accounts`.""",
        "AUTOMATED_SENDERS": """
``f(user) -> queryset``: the users whom ``user`` may name as ``automated_sender`` besides himself. With
``None``, only himself; anyone else is refused with ``automated_sender: NOT_ALLOWED``.""",
        "THREAD_INVITEES": """
``f(user) -> queryset``: the accounts that ``user`` may add to threads. Every other id, of an account or of none, is
refused with ``user: NOT_ALLOWED``. With ``None``, any account can be added. Where your permission class lets users
post to ``threads/{thread_id}/users`` of threads that they are not members of, they can always add themselves.""",
        "USER_LANGUAGE": """
``f(user) -> language code or None``: in which language scripts ask a user, and notifications are written to him.
With ``None``, scripts speak the language of the request that moves them on, notifications that of the project. See
:doc:`/howto/languages`.""",
        "USER_TIME_ZONE": """
``f(user) -> tzinfo``, or the zone's name, or ``None``: in which time zone a repeated script keeps the wall
clock of its member. With ``None``, the project's ``TIME_ZONE``; a name that is no zone's is logged and counts
as ``None``.""",
    },
    "Threads": {
        "TYPES_CHAT": """
The types of threads, as pairs of a name and a label. Changing them makes no migration.""",
        "TYPES_CHAT_DEFAULT": """
The type of a thread made without one.""",
        "TYPES_CHAT_LIST_THROUGH_API": """
The types that ``accounts/{user_id}/threads/{type}`` serves; any other is 403.""",
        "DEFAULT_USER_THREAD": """
``f(thread, user) -> UserThread``: the membership, never saved, of a user whom your permission class lets into a
thread without being a member: what the thread object shows, whether messages are shown (without MESSAGES_READ messages
and their attachments are 403), and whether the user can post. ``user`` may be anonymous. With ``None``: state
``closed``, notifications 0, permissions MESSAGES_READ and THREAD_READ. No script can lead a non-member: a scripted
state, or a ``question``, counts as a failure, and a function that fails shows nothing of the thread and refuses all
writes. See :doc:`/upgrading`.""",
        "THREAD_PERMISSIONS_DEFAULT": """
The permissions of an added member, as a sum of flags (:doc:`/howto/permissions`): reading messages, writing
them, and reading the thread.""",
        "THREAD_CREATOR_PERMISSIONS_DEFAULT": """
The permissions of who makes a thread. The default lets him read, write and delete messages, read, edit and leave
the thread, add and remove members. It has not THREAD_ROLLBACK (2048), THREAD_BREAK_STATE (1024) and
THREAD_CONTROL_OTHERS (512).""",
        "THREAD_USERS_DATA_MAX": """
Threads with more members than this have no ``users_data``: not in the thread object, in lists, or in frames of sockets.
``users_count`` says how many they are, and ``threads/{thread_id}/users?limit=`` pages through them.""",
        "THREAD_MEMBERS_MAX": """
The most members that a thread has; one more is refused.""",
        "OPTIMIZATIONS_BY_THREAD_TYPE": """
Switches that leave out work for a type of thread, as a dict from the type to a dict of switches, all off by
default:

``NO_WS_TO_SUBSCRIBED``
   No events to subscribers (``ws-subscribe``) who are no members.
``NO_UPDATES_FOR_LAST_MESSAGE_AND_UPDATED``
   ``last_message`` and ``updated`` of the thread and its members stay as they are.
``LIMIT_FIELDS_TO``
   A list of names: message objects, those in ``last_message_data`` and in frames too, are cut to these fields. ``__``
   reaches inside: ``thread_data__id``. A name that no message has is a warning.
``SEND_SIGNAL_INSTEAD_ADDING_ANSWERS``
   ``chosen_answers_signal`` is sent, and only answers that modify variables are stored.
``LIMIT_VARIABLES_MODIFICATIONS_TO``
   With the switch above: only answers that modify one of these variables are stored, and only these variables are
   changed and kept.
``NO_MOVE_TO_NEXT_QID``
   Answering does not move the script on, except to its end.
``NOT_INDEXED``
   Messages are left out of the search.""",
    },
    "Messages": {
        "CHAT_MESSAGE_FILTER_QUERYSET": """
``f(queryset, user) -> queryset``: which messages a user may see. What it leaves out is not listed, not found by
its id, not counted in ``unread`` and not shown as ``last_message_data``. See :doc:`/howto/hiding-messages`.""",
        "CHAT_MESSAGE_USER_FILTER": """
``f(message, user) -> bool``: the same rule for one message, where there is no queryset. Set both, or neither.""",
        "MESSAGE_TYPES_RESERVED": """
Types of messages that only scripts make; a client that sends one is refused with ``type: RESERVED``.""",
        "ESCAPE_TEXT": """
Whether what people write is stored HTML-escaped, and what is put into a script's texts is escaped. Turn it off
only if every front end escapes by itself.""",
        "MESSAGE_TEXT_MAX": """
The most characters that a message's text has.""",
        "MESSAGE_ATTACHMENTS_MAX": """
The most attachments that a message, or a survey item, has.""",
        "JSON_BYTES_MAX": """
The most bytes of a JSON key that a client writes (``meta``, an attachment's ``options``), as compact JSON in UTF-8. A
larger value is refused with ``TOO_LARGE`` on that key. See :doc:`/decisions/0018-budgets-of-bytes`.""",
        "MESSAGE_BYTES_MAX": """
The most bytes of a message or a survey item: its text as it is stored, its ``meta``, and the titles, descriptions,
``options`` and URLs of its attachments, not their files. What would make it larger is refused with
``non_field_errors: MESSAGE_TOO_LARGE``.""",
    },
    "Scripts": {
        "TYPES_SCHEMA": """
The types of schemas, as pairs of a name and a label. Changing them makes no migration.""",
        "TYPES_SCHEMA_LIST_THROUGH_API": """
The types that ``schemas/{type}`` lists; any other is 403.""",
        "TYPES_SCHEMA_GET_THROUGH_API": """
The types that ``schemas/{pk}`` shows to everybody who is signed in. One of another type is shown only to those
whose assisted or frontend-controlled membership it leads.""",
        "ALLOW_EDIT_PUBLISHED_SCHEMAS": """
**For development only.** Published schemas can be changed, and unpublished ones started. Conversations that are
on a schema while it changes may end in any way.""",
        "QUESTION_CONTEXT_PROVIDERS": """
Functions ``f(user_thread, question) -> dict`` whose values texts can name besides ``user``, ``sender``,
``thread``, ``variables`` and ``answers``; a survey is passed in place of the member where the text is a
survey's. A list of them is asked for every question that has variables in it. A dict is keyed by a question's
``show_as_type`` or by ``meta["context"]``, so that only the functions which fit are asked. A function that raises
is logged and counts as giving nothing.""",
        "META_RESOLVERS": """
From a name to ``f(argument, context) -> value``: what ``{"$resolve": "name:argument"}`` in a question's or an
answer's ``meta`` becomes when it is shown. ``setting`` and ``constance`` are built in.""",
        "META_RESOLVER_SETTINGS_ALLOWED": """
The Django settings that ``{"$resolve": "setting:NAME"}`` may show. Nothing else of the settings can be read.""",
        "SCRIPT_STEPS_MAX": """
The most steps that a script takes in one request without asking anything. One that would take more is ended, its
member is opened, and an error is logged.""",
        "SCHEMA_QUESTIONS_MAX": """
The most questions that a schema may have: one with more is not loaded and not published.""",
        "SCHEMA_CACHE_SIZE": """
How many published schemas a process keeps in memory in their compiled form.""",
    },
    "Surveys": {
        "SURVEYS_ALLOWED_SCHEMA_TYPES": """
The types of schemas that a survey can be on; any other is refused with ``schema: NOT_ALLOWED``.""",
        "SURVEYS_GLOBAL_LIST_ALL": """
Whether ``surveys`` shows everybody's surveys to everybody. If not, staff see all of them and others their own.""",
        "SURVEYS_REQUIRE_SUBMIT": """
Whether results count only submitted surveys as completed. If not, they also count those that have an answer and are
complete.""",
        "OPTIMIZATIONS_BY_SURVEY_TYPE": """
From a type of schema to ``{"NO_STATE_UPDATE": True}``: the ``state`` of its surveys is left alone.""",
    },
    "Attachments": {
        "TYPES_CUSTOM_ATTACHMENTS": """
The host's own types of attachments, as pairs of a name and a label, besides ``image``, ``youtube`` and
``object_reference``. See :doc:`/howto/custom-attachments`.""",
        "CUSTOM_ATTACHMENTS_VALIDATION": """
From a type to ``f(data) -> data``, which checks what a client sent.""",
        "CUSTOM_ATTACHMENTS_PRE_SAVE": """
From a type to ``f(validated_data) -> validated_data``, called before the row is stored.""",
        "CUSTOM_ATTACHMENTS_THUMBNAIL_GENERATOR": """
From a type to ``f(validated_data) -> validated_data``, which adds the thumbnail.""",
        "CUSTOM_ATTACHMENTS_GET_SRC": """
From a type to ``f(attachment) -> str``: the ``src`` that clients see.""",
        "CUSTOM_ATTACHMENTS_GET_THUMBNAIL": """
From a type to ``f(attachment)``: the ``thumbnail`` that clients see.""",
        "CUSTOM_ATTACHMENTS_FILE_TYPES": """
From a type of the host's to the MIME types of its files, ``{"report": ["application/pdf"]}``. Types listed here have a
file, which is told by its bytes, stored under a random name and shown as ``src``.""",
        "ATTACHMENT_THUMBNAIL_SIZE": """
The largest width and height of an image's thumbnail, in pixels.""",
        "ATTACHMENT_MAX_BYTES": """
The most bytes of an uploaded file.""",
        "ATTACHMENT_MAX_PIXELS": """
The most pixels of an uploaded image, of all frames of an animation together; looked at before it is decoded.""",
        "ATTACHMENT_SCANS_MAX": """
The most scans of a JPEG. A progressive one is decoded in as many passes over all its pixels; photos have about ten.
More are refused with ``TOO_LARGE`` before anything is decoded.""",
        "ATTACHMENT_PICTURE_WORK_MAX": """
The most pixels, of all images of one request together, that are decoded and stored again. The frames of an animation
count one by one, and each scan of a JPEG counts as a tenth of its pixels. The image that exceeds it is refused with
``TOO_LARGE`` before it is decoded. A pixel takes 10 to 50 nanoseconds of CPU in ordinary images.""",
        "ATTACHMENT_FILES_PRIVATE": """
With ``True``, ``src`` and ``thumbnail`` name our own address (``attachments/…/file``), which serves the file to those
who may read the attachment. With ``False`` they name the storage's, unless it has none.""",
        "ATTACHMENT_REFERENCE_MODELS": """
The models, as ``"app_label.Model"``, whose objects an ``object_reference`` may refer to.""",
        "ATTACHMENT_REFERENCE_FILTER": """
``f(queryset, user) -> queryset``: which objects of those models a user may refer to. With ``None``, all.""",
    },
    "Lists and limits": {
        "PREPARED_QUERIES": """
Whether the queries of every request are compiled once for each connection. Turn it off to find out whether these
compiled queries are the cause of a problem, for example with a database backend of your own: they then take longer, and
return the same rows. See :doc:`/decisions/0011-hot-queries-are-compiled-once`.""",
        "PAGINATION_THREAD_LIST": """
How the threads of an account are cut into pages. The default takes ``limit`` and ``offset``, counts nothing, and
gives ``next`` whenever the page is full. A class of the host's brings its own limit.""",
        "PAGINATION_MESSAGES_LIST": """
How a thread's messages are cut into pages.""",
        "PAGINATION_ACCOUNT_SURVEY_LIST": """
How the surveys of an account are cut into pages.""",
        "PAGINATION_GLOBAL_SURVEY_LIST": """
How the list of all surveys is cut into pages.""",
        "PAGINATION_SCHEMA_LIST": """
How the list of schemas is cut into pages: by default only where the request has a ``limit``.""",
        "SCHEMA_LIST_MAX": """
The most schemas that the list gives without a ``limit``.""",
        "PAGE_SIZE_MAX": """
The most objects of a page; a larger ``limit`` is cut to it. A list without ``limit`` takes
``REST_FRAMEWORK["PAGE_SIZE"]``; with neither it is refused.""",
        "PAGE_BYTES_MAX": """
The most bytes of the messages on a page. A page of messages or threads ends before the one that would exceed it (it has
one at least), and ``next`` goes on there; a plain list of survey items is refused with ``limit: PAGE_TOO_LARGE``.""",
        "REQUEST_BYTES_MAX": """
The most bytes of a request's body besides the files in it, or Django's ``DATA_UPLOAD_MAX_MEMORY_SIZE`` where that is
lower. A larger body is refused with 413 and ``REQUEST_TOO_LARGE`` before it is parsed.""",
        "THROTTLE_RATES": """
From a throttling scope to a rate such as ``"100/minute"``. The scope of all endpoints is ``chat_api``. Without a
rate there is no limit.""",
    },
    "Notifications": {
        "NOTIFICATION_TRANSPORTS": """
By which ways people are told of messages they have not read, as a dict from the member's flag (``push``, ``email``,
``sms``) to a class with a method ``send(delivery)``, or its path. Without an entry nobody is told that way. See
:doc:`/howto/notifications`.""",
        "NOTIFICATION_DELAYS": """
For how many seconds a notification waits, from flag to number; none without an entry. What was read meanwhile is not
sent, and all messages of one thread that came meanwhile make one notification.""",
        "NOTIFICATION_OPTIONS": """
The keyword arguments that a transport is made with, from flag to dict.""",
        "NOTIFICATION_BASE_URL": """
Where the project is reached, such as ``https://example.com``, with the path of its prefix if it has one, such as
``https://example.com/chat``. With ``None``, notifications have no link to unsubscribe.""",
        "NOTIFICATIONS_DEFAULT_BY_THREAD_TYPE": """
The ``notifications`` of new members, from type of thread to a sum of flags: unread (1), WS (2), push (4), e-mail (8),
SMS (16). Types without an entry have 3.""",
        "PUSH_DEVICES_MAX": """
How many devices a user may have; one more takes the place of the oldest.""",
        "WEB_PUSH_SERVICES": """
The push services that devices may be at: hosts, reached by HTTPS at its usual port, with a leading dot for their
subdomains; or whole origins such as ``http://127.0.0.1:9000``. Users name the addresses that the server sends to, so
any other is refused.""",
        "USER_PHONE": """
``f(user) -> number or None``: where a user gets an SMS. With ``None``, his attribute ``phone``.""",
    },
    "Sockets": {
        "EVENT_LOG_RETENTION": """
How long the event log is kept, as a ``timedelta``. ``chat_api.tasks.trim_event_log`` deletes what is older; who was
away for longer reads everything anew.""",
        "EVENT_CATCH_UP_MAX": """
The most events of a thread that a client gets when it catches up. Who is further behind is told ``resync``.""",
        "EVENT_BATCH_BYTES_MAX": """
The most bytes of the events that a client gets at once when it catches up, over the socket or over HTTP. Who missed
more is told ``resync``.""",
        "WS_ALLOWED_ORIGINS": """
The origins whose pages may open a socket, as ``["https://example.com", "https://.example.com:8443"]``; a leading dot
takes in subdomains. With ``None``, the hosts of ``ALLOWED_HOSTS``.""",
        "WS_COMMANDS_PER_MINUTE": """
How many commands a socket may send in a minute; those above are refused with ``RATE_LIMITED``.""",
        "WS_CONNECTS_PER_SECOND": """
How many sockets one process lets in per second; the others wait for their turn. It is what keeps a restart, after
which all clients come back at once, from stopping the database.""",
        "WS_CONNECT_WAIT_SECONDS": """
How long a socket waits for its turn at most; where it would take longer it is closed with 4429 at once.""",
        "WS_FRAME_MAX": """
The largest frame that a client may send, in bytes. A larger one is refused with ``TOO_LARGE``.""",
        "WS_FRAME_OUT_MAX": """
The largest event that is sent, in bytes; set it no higher than what the clients' WebSocket libraries take. In place of
a larger one comes a small one with ``too_large: true``, which names what to read over REST.""",
        "WS_HEARTBEAT_SECONDS": """
How often a socket is told how far each thread's history goes. It also bounds how late news comes that the channel
layer has lost.""",
        "WS_QUEUE_MAX": """
How many bytes may wait for a client that reads slowly; with more, its socket is closed with 4408.""",
        "WS_RECHECK_SECONDS": """
For how long a socket believes that its user and session are still good. Signing out and deactivating by ``save()``
end sockets at once; this is for what changes behind Django's back.""",
        "WS_STRANGERS_PER_MINUTE": """
How many handshakes without a user one client address (of IPv6: one /64) may make in a minute before they are closed
with 4429 instead of 4401. They take none of the turns of ``WS_CONNECTS_PER_SECOND``. The address is the server's word:
behind a proxy, tell it whose word to trust (``uvicorn --proxy-headers``).""",
        "WS_THREADS_MAX": """
The most threads that are open in one socket: those in which something happened last.""",
        "WS_THREAD_FIELDS": """
Which fields of the thread object frames carry, in ``thread_data`` of messages and in ``thread_updated``; what is inside
one is named as in ``fields``: ``["title", "unread", "last_message_data__id"]``. ``id`` is always among them. ``None``:
all, as 0.8.8 sent them. See :doc:`/howto/scaling`.""",
        "WS_TICKET_SECONDS": """
How long a ticket opens a socket.""",
        "WS_USERS_DATA_BYTES_MAX": """
A ``users_data`` of more bytes than this is left out of frames, as each member of the thread is sent all of it each
time. ``users_count`` stays, and the thread object over REST has it.""",
    },
    "Search": {
        "SEARCH_BACKEND": """
A subclass of ``chat_api.search.base.SearchBackend``: what finds messages. With ``None``,
``chat_api.search.elastic.ElasticsearchBackend`` where ``ELASTICSEARCH_URL`` is set, else
``chat_api.search.database.DatabaseSearchBackend``. See :doc:`/howto/search`.""",
        "ELASTICSEARCH_URL": """
The address of an Elasticsearch or OpenSearch server, with a name and a password before the host where it wants
them. ``None``: the search is the database's.""",
        "ELASTICSEARCH_PREFIX": """
The end of the index's name: ``chat_api-messages-{prefix}``; in small letters, as the server wants it.""",
    },
    "Permission classes": {
        "PERMISSIONS_THREADS_LIST_BY_USER_ID_AND_TYPE": "``accounts/{user_id}/threads/{type}``",
        "PERMISSIONS_THREAD_OBJECT_BY_THREAD_ID": "``threads/{thread_id}``",
        "PERMISSIONS_THREAD_ROLLBACK": "``threads/{thread_id}/rollback``",
        "PERMISSIONS_THREAD_USERS_LIST_BY_THREAD_ID": "``threads/{thread_id}/users``",
        "PERMISSIONS_THREAD_USERS_OBJECT_BY_THREAD_ID": "``threads/{thread_id}/users/{user_id}``",
        "PERMISSIONS_MESSAGES_LIST_BY_THREAD_ID": "``threads/{thread_id}/messages``",
        "PERMISSIONS_MESSAGE_OBJECT_BY_THREAD_ID": "``threads/{thread_id}/messages/{pk}``",
        "PERMISSIONS_MESSAGES_READ_BY_THREAD_ID": "``threads/{thread_id}/read``",
        "PERMISSIONS_ATTACHMENTS_LIST_BY_MESSAGE_ID": "``threads/{thread_id}/messages/{message_id}/attachments``",
        "PERMISSIONS_ATTACHMENT_OBJECT_BY_MESSAGE_ID": (
            "``threads/{thread_id}/messages/{message_id}/attachments/{pk}``"
        ),
        "PERMISSIONS_THREAD_WS_SUBSCRIBE": "``threads/{thread_id}/ws-subscribe``",
        "PERMISSIONS_THREAD_DEPARTURE": "``threads/{thread_id}/departure``",
        "PERMISSIONS_THREAD_EVENTS": "``threads/{thread_id}/events``",
        "PERMISSIONS_WS_TICKET": "``ws-ticket``",
        "PERMISSIONS_PUSH_DEVICES": "``push-devices``",
        "PERMISSIONS_NOTIFICATIONS_UNSUBSCRIBE": "``notifications/unsubscribe/{token}``",
        "PERMISSIONS_SCHEMA_OBJECT": "``schemas/{pk}``",
        "PERMISSIONS_SCHEMA_LIST_BY_TYPE": "``schemas/{type}``",
        "PERMISSIONS_SURVEYS_LIST_BY_USER_ID": "``accounts/{user_id}/surveys``",
        "PERMISSIONS_SURVEYS_GLOBAL_LIST": "``surveys``",
        "PERMISSIONS_SURVEY_OBJECT": "``surveys/{pk}``",
        "PERMISSIONS_SURVEY_SUBMIT": "``surveys/{pk}/submit``",
        "PERMISSIONS_SURVEY_ITEMS_LIST_BY_SURVEY_ID": "``surveys/{survey_id}/items``",
        "PERMISSIONS_SURVEY_ITEM_OBJECT_BY_SURVEY_ID": "``surveys/{survey_id}/items/{pk}``",
        "PERMISSIONS_SURVEY_ATTACHMENT_LIST_BY_ITEM_ID": "``surveys/{survey_id}/items/{item_id}/attachments``",
        "PERMISSIONS_SURVEY_ATTACHMENT_OBJECT_BY_ITEM_ID": (
            "``surveys/{survey_id}/items/{item_id}/attachments/{pk}``"
        ),
    },
}
