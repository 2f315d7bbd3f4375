"""The codes of each endpoint's refusals: key, code, when. An endpoint that is not here fails the build.

What DRF itself says of a missing, null or ill-typed key and of an unknown id is not repeated.
"""

from __future__ import annotations

from typing import Final

Refusal = tuple[str, str, str]

_HOST: Final[Refusal] = (
    "code",
    "HOST_ERROR",
    "**503**: a function that the host's settings name fails; nothing was written",
)
_SCRIPT: Final[list[Refusal]] = [
    _HOST,
    ("automated_sender", "NOT_ALLOWED", "neither oneself nor one of `AUTOMATED_SENDERS`"),
    ("schema", "REQUIRED", "a state that needs a schema comes without one"),
    ("schema", "NOT_PUBLISHED", "the schema is a draft"),
    ("schema", "EMPTY", "the schema has no questions"),
    ("initial_question", "QUESTION_FROM_WRONG_SCHEMA", "the question is of another schema"),
    ("repeat_until", "REPEAT_UNTIL_MUST_BE_IN_FUTURE", "the moment has passed"),
    ("frequency_unit", "REQUIRED", "`repeat_until` comes without it"),
    ("frequency_value", "REQUIRED", "`repeat_until` comes without it"),
    ("frequency_value", "FREQUENCY_VALUE_MUST_BE_POSITIVE", "it is 0 or less"),
]
_THREAD: Final[list[Refusal]] = [
    ("state", "WRONG_STATE", "only `open` and `closed` can be set here"),
    (
        "state",
        "NO_PERMISSIONS",
        "closing would end another member's script, and THREAD_BREAK_STATE is missing",
    ),
]
_MEMBER: Final[list[Refusal]] = [
    ("permissions", "TOO_HIGH", "more permissions than the requester has, or one that does not exist"),
    ("state", "ONLY_ONE_SCRIPTED", "another member is scripted"),
    ("group", "WRONG_VALUE", "the schema has no question in that group"),
    *_SCRIPT,
]
_PAUSE: Final[list[Refusal]] = [("paused", "WRONG_STATE", "the member is not scripted")]
_TOO_LONG: Final[Refusal] = ("text", "TOO_LONG", "more than `MESSAGE_TEXT_MAX` characters")
_ANSWER: Final[list[Refusal]] = [
    _TOO_LONG,
    ("answers", "REQUIRED", "a choice without an answer"),
    ("answers", "TOO_MANY", "more than one answer to a `choice`"),
    ("answers", "WRONG_VALUE", "an answer of another question, or one twice"),
    ("answers", "EXCLUSIVE", "an exclusive answer beside others"),
    ("answers", "WRONG_STATE", "answers where a text is wanted, or outside a script"),
    ("text", "REQUIRED", "no text for a `text`, `int`, `float` or `range`"),
    ("text", "WRONG_VALUE", "no such number, date or time"),
    ("text", "WRONG_STATE", "a text beside a choice that is not open"),
]
_BODY: Final[Refusal] = (
    "code",
    "REQUEST_TOO_LARGE",
    "**413**: besides its files, the body has more than `REQUEST_BYTES_MAX` bytes",
)
_HEAVY: Final[Refusal] = (
    "non_field_errors",
    "MESSAGE_TOO_LARGE",
    "text, `meta` and attachments have more than `MESSAGE_BYTES_MAX` bytes together",
)
_PAGE: Final[Refusal] = (
    "limit",
    "PAGE_TOO_LARGE",
    "without `limit`, and the list has more than `PAGE_BYTES_MAX` bytes",
)
_STORAGE: Final[Refusal] = (
    "code",
    "STORAGE_UNAVAILABLE",
    "**503** with `Retry-After`: the storage of files fails; nothing was written",
)
_IS_CLOSED: Final[Refusal] = (
    "non_field_errors",
    "THREAD_IS_CLOSED",
    "the requester is closed and has not THREAD_REOPEN",
)
_META: Final[Refusal] = ("meta", "TOO_LARGE", "more than `JSON_BYTES_MAX` bytes")
_MESSAGE: Final[list[Refusal]] = [
    _HOST,
    _IS_CLOSED,
    ("non_field_errors", "NO_CURRENT_QUESTION", "the script waits for its next start"),
    ("break_state", "NO_PERMISSIONS", "THREAD_BREAK_STATE is missing"),
    ("type", "RESERVED", "a type that only scripts make"),
    _META,
    _HEAVY,
    _BODY,
    _STORAGE,
    ("question", "ALREADY_ANSWERED", "the script has moved on, or stands at another question"),
    ("question", "REQUIRED", "frontend-controlled, and no question is named"),
    ("question", "QUESTION_FROM_WRONG_SCHEMA", "the question is not of one's schema"),
    ("question", "NOT_A_QUESTION", "a message or a fork"),
    ("client_id", "DELETED", "**410**: the message with this `client_id` was deleted or rolled back"),
    *_ANSWER,
]
_ITEM: Final[list[Refusal]] = [
    ("related_question", "ALREADY_ANSWERED", "the question has an answer: change or delete that one"),
    ("related_question", "QUESTION_FROM_WRONG_SCHEMA", "the question is not of the survey's schema"),
    ("related_question", "NOT_A_QUESTION", "a message, fork or control"),
    *_ANSWER,
]
_CHANGED_ITEM: Final[list[Refusal]] = [refusal for refusal in _ANSWER if refusal[1] != "WRONG_STATE"] + [
    ("answers", "WRONG_STATE", "answers where a text is wanted"),
    ("text", "WRONG_STATE", "a text beside a choice that is not open"),
]
_SEARCH: Final[list[Refusal]] = [
    ("q", "TOO_LONG", "more than 500 characters, or than 20 words and phrases"),
    ("code", "SEARCH_UNAVAILABLE", "**503**: the search server is down or slow; with the database never"),
]
_CHANGED: Final[list[Refusal]] = [_IS_CLOSED, _TOO_LONG, _META, _HEAVY, _BODY, _HOST]
_ATTACHMENT: Final[list[Refusal]] = [
    ("description", "TOO_LONG", "more than `MESSAGE_TEXT_MAX` characters"),
    ("url", "REQUIRED", "`youtube` without an address"),
    ("url", "INCORRECT_URL", "no address of YouTube; for other types, no web address"),
    ("object_id", "REQUIRED", "`object_reference`, and half of the reference is missing"),
    ("content_type", "REQUIRED", "`object_reference`, and half of the reference is missing"),
    ("file_content", "REQUIRED", "`image`, or a type of `CUSTOM_ATTACHMENTS_FILE_TYPES`, without a file"),
    (
        "file_content, file",
        "TOO_LARGE",
        "more than `ATTACHMENT_MAX_BYTES`, `_MAX_PIXELS`, `_SCANS_MAX`, or, together, `_PICTURE_WORK_MAX`",
    ),
    ("options", "TOO_LARGE", "more than `JSON_BYTES_MAX` bytes"),
    _HEAVY,
    _BODY,
    _STORAGE,
    _HOST,
    ("file_content, file", "INCORRECT_TYPE", "empty, no base64, no image, or more than an image"),
    ("non_field_errors", "INCORRECT_TYPE", "by its bytes, the file is of no kind that is accepted"),
    ("file", "NOT_ALLOWED", "the type has no files"),
    ("object_id", "DOES_NOT_EXIST", "no such object, or of a model not in `ATTACHMENT_REFERENCE_MODELS`"),
]
_TOO_MANY: Final[Refusal] = (
    "non_field_errors",
    "TOO_MANY",
    "the message or item has `MESSAGE_ATTACHMENTS_MAX` of them",
)
_OF_MESSAGE: Final[list[Refusal]] = [_IS_CLOSED, *_ATTACHMENT]

_SUBMITTED: Final[Refusal] = ("survey", "SUBMITTED", "the survey was submitted, which closes it")

ANSWERS: Final[dict[str, dict[str, list[Refusal]]]] = {
    "accounts/{user_id}/threads/{type}": {
        "get": _SEARCH,
        "post": [
            ("state", "WRONG_STATE_FOR_SCHEMA", "a schema with a state that takes none"),
            ("next_restart", "NOT_ALLOWED", "a time; it follows from the frequency"),
            (
                "client_id",
                "DELETED",
                "**410**: its account left the thread with this `client_id`, or it was deleted",
            ),
            *_SCRIPT,
        ],
    },
    "threads/{thread_id}": {"get": [], "put": _THREAD, "patch": _THREAD, "delete": []},
    "threads/{thread_id}/rollback": {
        "post": [
            ("non_fields_errors", "WRONG_STATE", "one is not scripted, or no message of the script is left"),
            ("non_fields_errors", "AT_THE_BEGINNING", "there is no question before this one"),
            ("message", "NOT_A_QUESTION", "the message asked this member nothing in his current run"),
            ("question", "REQUIRED", "frontend-controlled, and no question is named"),
            ("question", "QUESTION_FROM_WRONG_SCHEMA", "the question is not of one's schema"),
            ("question", "QUESTION_TYPE_CONTROL", "the question is a control"),
            ("question", "NO_SUCH_MESSAGE", "no message asked this question"),
        ]
    },
    "threads/{thread_id}/users": {
        "get": [],
        "post": [
            ("user", "ALREADY_IN_THREAD", "the user is a member"),
            ("user", "NOT_ALLOWED", "with `THREAD_INVITEES`, an account that it does not return, or none"),
            (
                "user",
                "HAS_LEFT",
                "the user left the thread, and has not taken that back (`threads/{id}/departure`)",
            ),
            ("non_field_errors", "TOO_MANY_MEMBERS", "the thread has `THREAD_MEMBERS_MAX` members"),
            ("any key of scripts", "NO_PERMISSIONS", "it comes from somebody without THREAD_CONTROL_OTHERS"),
            *_MEMBER,
        ],
    },
    "threads/{thread_id}/users/{user_id}": {
        "get": [],
        "put": [*_MEMBER, *_PAUSE],
        "patch": [*_MEMBER, *_PAUSE],
        "delete": [],
    },
    "threads/{thread_id}/departure": {"delete": []},
    "threads/{thread_id}/ws-subscribe": {"post": []},
    "threads/{thread_id}/events": {"get": [("after", "WRONG_VALUE", "no whole number of 0 or more")]},
    "ws-ticket": {"post": []},
    "push-devices": {
        "post": [
            ("endpoint", "UNKNOWN_PUSH_SERVICE", "no address at one of `WEB_PUSH_SERVICES`"),
            ("keys", "WRONG_VALUE", "`p256dh` is no public key, or `auth` no secret"),
        ],
        "delete": [],
    },
    "notifications/unsubscribe/{token}": {"get": [], "post": []},
    "threads/{thread_id}/messages": {
        "get": [("before, after, around", "ONE_ANCHOR_ONLY", "more than one of them is given"), *_SEARCH],
        "post": _MESSAGE,
    },
    "threads/{thread_id}/messages/{id}": {
        "get": [],
        "put": _CHANGED,
        "patch": _CHANGED,
        "delete": [_HOST],
    },
    "threads/{thread_id}/read": {
        "post": [("up_to", "REQUIRED", "neither `up_to` nor `messages` is given"), _HOST],
    },
    "attachments/message/{id}/file": {"get": [_STORAGE]},
    "attachments/item/{id}/file": {"get": [_STORAGE]},
    "attachments/question/{id}/file": {"get": [_STORAGE]},
    "schemas/{id}": {"get": []},
    "schemas/{type}": {"get": []},
    "accounts/{user_id}/surveys": {
        "get": [],
        "post": [
            ("schema", "NOT_ALLOWED", "its type is not one of `SURVEYS_ALLOWED_SCHEMA_TYPES`"),
            ("schema", "NOT_PUBLISHED", "the schema is a draft"),
            ("automated_sender", "NOT_ALLOWED", "neither oneself nor one of `AUTOMATED_SENDERS`"),
            _HOST,
            ("client_id", "DELETED", "**410**: the survey with this `client_id` was deleted"),
        ],
    },
    "surveys": {"get": []},
    "surveys/{id}": {"get": [], "put": [_SUBMITTED], "patch": [_SUBMITTED], "delete": []},
    "surveys/{id}/submit": {
        "post": [("state", "NOT_COMPLETE", "a visible required question has no answer")],
    },
    "surveys/{survey_id}/items": {"get": [_PAGE], "post": [_SUBMITTED, *_ITEM]},
    "surveys/{survey_id}/items/{id}": {
        "get": [],
        "put": [_SUBMITTED, *_CHANGED_ITEM],
        "patch": [_SUBMITTED, *_CHANGED_ITEM],
        "delete": [_SUBMITTED],
    },
    "threads/{thread_id}/messages/{message_id}/attachments": {"get": [], "post": [_TOO_MANY, *_OF_MESSAGE]},
    "threads/{thread_id}/messages/{message_id}/attachments/{id}": {
        "get": [],
        "put": _OF_MESSAGE,
        "patch": _OF_MESSAGE,
        "delete": [],
    },
    "surveys/{survey_id}/items/{item_id}/attachments": {
        "get": [],
        "post": [_SUBMITTED, _TOO_MANY, *_ATTACHMENT],
    },
    "surveys/{survey_id}/items/{item_id}/attachments/{id}": {
        "get": [],
        "put": [_SUBMITTED, *_ATTACHMENT],
        "patch": [_SUBMITTED, *_ATTACHMENT],
        "delete": [_SUBMITTED],
    },
}
