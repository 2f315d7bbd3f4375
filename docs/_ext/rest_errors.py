"""The error codes of every operation: field, code, condition. The build fails if an operation is missing here.

DRF's own errors (a missing or null field, a wrong type, an unknown id) are left out.
"""

from __future__ import annotations

from typing import Final

Error = tuple[str, str, str]

_HOST: Final[Error] = (
    "code",
    "HOST_ERROR",
    "**503**: a function named in the host's settings raised an exception; nothing was written",
)
_SCRIPT: Final[list[Error]] = [
    _HOST,
    ("automated_sender", "NOT_ALLOWED", "the user is neither the requester nor one of `AUTOMATED_SENDERS`"),
    ("schema", "REQUIRED", "the state requires a schema, and none is given"),
    ("schema", "NOT_PUBLISHED", "the schema is a draft"),
    ("schema", "EMPTY", "the schema has no questions"),
    ("initial_question", "QUESTION_FROM_WRONG_SCHEMA", "the question belongs to another schema"),
    ("repeat_until", "REPEAT_UNTIL_MUST_BE_IN_FUTURE", "the time is in the past"),
    ("frequency_unit", "REQUIRED", "`repeat_until` is given without it"),
    ("frequency_value", "REQUIRED", "`repeat_until` is given without it"),
    ("frequency_value", "FREQUENCY_VALUE_MUST_BE_POSITIVE", "0 or less"),
]
_THREAD: Final[list[Error]] = [
    ("state", "WRONG_STATE", "neither `open` nor `closed`: other states cannot be set here"),
    (
        "state",
        "NO_PERMISSIONS",
        "closing would end another member's script, and the requester lacks THREAD_BREAK_STATE",
    ),
]
_MEMBER: Final[list[Error]] = [
    ("permissions", "TOO_HIGH", "a permission that the requester does not have, or that does not exist"),
    ("state", "ONLY_ONE_SCRIPTED", "another member already has a script"),
    ("group", "WRONG_VALUE", "no question of the schema belongs to the group"),
    *_SCRIPT,
]
_PAUSE: Final[list[Error]] = [("paused", "WRONG_STATE", "the member has no script")]
_TOO_LONG: Final[Error] = (
    "text",
    "TOO_LONG",
    "more than `MESSAGE_TEXT_MAX` characters, or in an answer than the limit `max_length`",
)
_FILES: Final[list[Error]] = [
    ("attachments", "TOO_MANY", "more files than the limit `max_files` of the question"),
    ("attachments", "TOO_LARGE", "a file above the limit `max_size` of the question"),
    ("attachments", "WRONG_FORMAT", "a file of a type that is not in the limit `accept` of the question"),
]
_ANSWER: Final[list[Error]] = [
    _TOO_LONG,
    ("answers", "REQUIRED", "the question is a choice, and no answer is given"),
    ("answers", "TOO_MANY", "more than one answer to a `choice`, or more than the limit `max_selected`"),
    ("answers", "TOO_FEW", "fewer answers than the limit `min_selected`"),
    ("answers", "WRONG_VALUE", "an answer belongs to another question, or is listed twice"),
    ("answers", "EXCLUSIVE", "an exclusive answer together with others"),
    ("answers", "WRONG_STATE", "answers to a question that expects a text, or outside a script"),
    ("text", "REQUIRED", "a `text`, `int`, `float` or `range` question, and no text is given"),
    ("text", "WRONG_VALUE", "not a number, date or time that the question accepts"),
    ("text", "WRONG_VALUE", "a text that fits no answer, where texts choose answers (`match_text`)"),
    ("text", "AMBIGUOUS", "a text that fits two answers, where texts choose answers (`match_text`)"),
    ("text", "WRONG_STATE", "a text for a choice without `choice_open`"),
    ("text", "TOO_SMALL", "a number, date or time below the limit `min`"),
    ("text", "TOO_LARGE", "a number, date or time above the limit `max`"),
    ("text", "TOO_SHORT", "fewer characters than the limit `min_length`"),
    ("text", "WRONG_FORMAT", "against the limits `step`, `decimals`, `pattern` or `format`"),
    ("attachments", "REQUIRED", "a `file` question, and nothing is attached"),
    *_FILES,
    ("text", "CONSTRAINT", "a constraint of the question does not hold"),
    ("text", "CONFIRM", "a constraint that is a warning does not hold, and `confirm` is not true"),
    ("answers", "CONSTRAINT", "a constraint of the choice does not hold"),
    ("answers", "CONFIRM", "a constraint that is a warning does not hold, and `confirm` is not true"),
]
_BODY: Final[Error] = (
    "code",
    "REQUEST_TOO_LARGE",
    "**413**: the body, not counting its files, is larger than `REQUEST_BYTES_MAX` bytes",
)
_HEAVY: Final[Error] = (
    "non_field_errors",
    "MESSAGE_TOO_LARGE",
    "text, `meta` and attachments together are larger than `MESSAGE_BYTES_MAX` bytes",
)
_PAGE: Final[Error] = (
    "limit",
    "PAGE_TOO_LARGE",
    "no `limit` is given, and the list is larger than `PAGE_BYTES_MAX` bytes",
)
_STORAGE: Final[Error] = (
    "code",
    "STORAGE_UNAVAILABLE",
    "**503** with `Retry-After`: the file storage failed; nothing was written",
)
_IS_CLOSED: Final[Error] = (
    "non_field_errors",
    "THREAD_IS_CLOSED",
    "the requester's state is `closed`, and they lack THREAD_REOPEN",
)
_META: Final[Error] = ("meta", "TOO_LARGE", "larger than `JSON_BYTES_MAX` bytes")
_MESSAGE: Final[list[Error]] = [
    _HOST,
    _IS_CLOSED,
    ("non_field_errors", "NO_CURRENT_QUESTION", "the script is waiting for its next start"),
    ("break_state", "NO_PERMISSIONS", "the requester lacks THREAD_BREAK_STATE"),
    ("type", "RESERVED", "only scripts create messages of this type"),
    _META,
    _HEAVY,
    _BODY,
    _STORAGE,
    ("question", "ALREADY_ANSWERED", "the script has moved on, or is at another question"),
    ("asked", "ALREADY_ANSWERED", "another message than this one asks now"),
    ("question", "REQUIRED", "the state is `scripted_fe_controlled`, and no question is given"),
    ("question", "QUESTION_FROM_WRONG_SCHEMA", "the question does not belong to the requester's schema"),
    ("question", "NOT_A_QUESTION", "a `message` or `fork`"),
    ("question", "HIDDEN", "the state is `scripted_fe_controlled`, and the question's `show_if` is not true"),
    ("instance", "ALREADY_ANSWERED", "the script is at another round of the group, or outside of groups"),
    (
        "instance",
        "REQUIRED",
        "the state is `scripted_fe_controlled`, and no round of the question's repeated group is given",
    ),
    ("instance", "WRONG_VALUE", "the state is `scripted_fe_controlled`, and the question has no such round"),
    (
        "instance",
        "TOO_LARGE",
        "the state is `scripted_fe_controlled`, and the group cannot have so many rounds",
    ),
    ("skip", "NOT_OFFERED", "the question cannot be skipped"),
    ("client_id", "DELETED", "**410**: the message with this `client_id` was deleted or rolled back"),
    *_ANSWER,
]
_REPLY: Final[list[Error]] = [
    (
        "non_field_errors",
        "NO_CURRENT_QUESTION",
        "no script is waiting for an answer of the requester; nothing is posted",
    ),
    *(
        error
        for error in _MESSAGE
        if error[0] not in ("break_state", "type", "meta", "skip") and error[1] != "NO_CURRENT_QUESTION"
    ),
]
_RULES: Final[list[Error]] = [
    ("text, answers, attachments", "CONSTRAINT", "against a constraint of the question"),
    (
        "text, answers, attachments",
        "CONFIRM",
        "a constraint warns about the answer, and `confirm` is not true",
    ),
]
#: Of changes to the attachments of an answer to a question for files.
_LEFT_FILES: Final[list[Error]] = [
    ("attachments", "REQUIRED", "the last file of an answer to a `file` question"),
    ("attachments", "CONSTRAINT", "the files left are against a constraint of the question"),
    ("attachments", "CONFIRM", "a constraint warns about the files left, and `confirm` is not true"),
]
_ITEM: Final[list[Error]] = [
    ("related_question", "ALREADY_ANSWERED", "the question has an answer; change or delete it instead"),
    ("related_question", "QUESTION_FROM_WRONG_SCHEMA", "the question does not belong to the survey's schema"),
    ("related_question", "NOT_A_QUESTION", "a `message`, `fork` or `control`"),
    ("instance", "REQUIRED", "the question belongs to a repeated group"),
    ("instance", "NOT_REPEATED", "the question does not belong to a repeated group"),
    ("instance", "NO_SUCH_INSTANCE", "the survey has no such instance of the group"),
    *_ANSWER,
    *_RULES,
]
_CHANGED_ITEM: Final[list[Error]] = [
    error for error in _ANSWER if error[1] != "WRONG_STATE" and "`match_text`" not in error[2]
] + [
    ("answers", "WRONG_STATE", "answers to a question that expects a text"),
    ("text", "WRONG_STATE", "a text for a choice without `choice_open`"),
    *_RULES,
]
_SEARCH: Final[list[Error]] = [
    ("q", "TOO_LONG", "more than 500 characters, or more than 20 words and phrases"),
    (
        "code",
        "SEARCH_UNAVAILABLE",
        "**503**: the search server is down or slow; never with a database backend",
    ),
]
_CHANGED: Final[list[Error]] = [
    _IS_CLOSED,
    _TOO_LONG,
    ("text", "USE_CORRECT", "an answer that rules of the script read: it is corrected, not changed"),
    _META,
    _HEAVY,
    _BODY,
    _HOST,
]
_ATTACHMENT: Final[list[Error]] = [
    ("description", "TOO_LONG", "more than `MESSAGE_TEXT_MAX` characters"),
    ("url", "REQUIRED", "`youtube`, and no URL is given"),
    ("url", "INCORRECT_URL", "not a YouTube URL; for other types, not an HTTP URL"),
    ("object_id", "REQUIRED", "`object_reference`, and this half of the reference is missing"),
    ("content_type", "REQUIRED", "`object_reference`, and this half of the reference is missing"),
    (
        "file_content",
        "REQUIRED",
        "`image` or a type in `CUSTOM_ATTACHMENTS_FILE_TYPES`, and no file is given",
    ),
    (
        "file_content, file",
        "TOO_LARGE",
        (
            "above `ATTACHMENT_MAX_BYTES`, `ATTACHMENT_MAX_PIXELS` or `ATTACHMENT_SCANS_MAX`,"
            " or all images of the request together above `ATTACHMENT_PICTURE_WORK_MAX`"
        ),
    ),
    ("options", "TOO_LARGE", "larger than `JSON_BYTES_MAX` bytes"),
    _HEAVY,
    _BODY,
    _STORAGE,
    _HOST,
    (
        "file_content, file",
        "INCORRECT_TYPE",
        "empty, not base64, not an image, or an image followed by other data",
    ),
    ("non_field_errors", "INCORRECT_TYPE", "the content of the file is of a type that is not accepted"),
    ("file", "NOT_ALLOWED", "attachments of this type have no files"),
    (
        "object_id",
        "DOES_NOT_EXIST",
        "there is no such object, or its model is not in `ATTACHMENT_REFERENCE_MODELS`",
    ),
]
_TOO_MANY: Final[Error] = (
    "non_field_errors",
    "TOO_MANY",
    "the message or item already has `MESSAGE_ATTACHMENTS_MAX` attachments",
)
_OF_MESSAGE: Final[list[Error]] = [_IS_CLOSED, *_ATTACHMENT]

_SUBMITTED: Final[Error] = ("survey", "SUBMITTED", "the survey was submitted, and can no longer be changed")
_COUNTED: Final[Error] = (
    "instances",
    "COUNTED",
    "the `count` of the group decides how many instances there are",
)

#: Errors of every operation that needs a sign-in; the reference shows them once.
SIGN_IN: Final[list[Error]] = [
    ("code", "NOT_AUTHENTICATED", "**401** or **403**: the credentials are missing or wrong"),
    (
        "code",
        "CSRF_FAILED",
        "**403**: a session, and the CSRF token or the origin of the page is wrong; this is checked first",
    ),
    ("code", "OTHER_ACCOUNT", "**403**: `account` is not the id of the signed-in user"),
]

ERRORS: Final[dict[str, dict[str, list[Error]]]] = {
    "accounts/{user_id}/threads/{type}": {
        "get": _SEARCH,
        "post": [
            ("state", "WRONG_STATE_FOR_SCHEMA", "a schema is given, but the state does not use one"),
            ("next_restart", "NOT_ALLOWED", "a time is given; `next_restart` follows from the frequency"),
            (
                "client_id",
                "DELETED",
                "**410**: the user left the thread created with this `client_id`, or the thread was deleted",
            ),
            *_SCRIPT,
        ],
    },
    "accounts/{user_id}/unread": {"get": []},
    "threads/{thread_id}": {"get": [], "put": _THREAD, "patch": _THREAD, "delete": []},
    "threads/{thread_id}/prompt": {
        "get": [
            _HOST,
            (
                "non_field_errors",
                "NO_CURRENT_QUESTION",
                "no script is waiting for an answer of the requester",
            ),
        ]
    },
    "threads/{thread_id}/reply": {"post": _REPLY},
    "threads/{thread_id}/correct": {
        "post": [
            (
                "non_field_errors",
                "WRONG_STATE",
                "not the requester's last run, or it is paused or broken",
            ),
            (
                "non_field_errors",
                "NOT_CORRECTABLE",
                "the questions have no names, or no values are stored: of an older release, or by the host's settings",
            ),
            ("state", "ONLY_ONE_SCRIPTED", "the run has ended, and another member has a script now"),
            ("last", "ALREADY_ANSWERED", "the run has gone on since that message"),
            ("message", "NOT_AN_ANSWER", "not an answer of the requester in this run"),
            *(
                error
                for error in _MESSAGE
                if error[0] not in ("break_state", "question") and error[1] != "NO_CURRENT_QUESTION"
            ),
        ]
    },
    "threads/{thread_id}/rollback": {
        "post": [
            (
                "non_fields_errors",
                "WRONG_STATE",
                "the requester has no script, or none of its messages is left",
            ),
            ("non_fields_errors", "AT_THE_BEGINNING", "there is no earlier question"),
            ("message", "NOT_A_QUESTION", "the message asks no question of the requester's current run"),
            ("question", "REQUIRED", "the state is `scripted_fe_controlled`, and no question is given"),
            (
                "question",
                "QUESTION_FROM_WRONG_SCHEMA",
                "the question does not belong to the requester's schema",
            ),
            ("question", "QUESTION_TYPE_CONTROL", "a `control`"),
            ("question", "NO_SUCH_MESSAGE", "the question has not been asked"),
            (
                "instance",
                "WRONG_VALUE",
                "0 in a repeated group, another value outside of one, or not the round of the `message` (`scripted`)",
            ),
            ("instance", "NO_SUCH_MESSAGE", "the question has not been asked in that round"),
        ]
    },
    "threads/{thread_id}/users": {
        "get": [],
        "post": [
            ("user", "ALREADY_IN_THREAD", "the user is already a member"),
            (
                "user",
                "NOT_ALLOWED",
                "`THREAD_INVITEES` is set and does not return this user, or the user does not exist",
            ),
            (
                "user",
                "HAS_LEFT",
                "the user left the thread and has not allowed others to add them again (`threads/{id}/departure`)",
            ),
            ("non_field_errors", "TOO_MANY_MEMBERS", "the thread already has `THREAD_MEMBERS_MAX` members"),
            ("any field of scripts", "NO_PERMISSIONS", "the requester lacks THREAD_CONTROL_OTHERS"),
            *_MEMBER,
        ],
    },
    "threads/{thread_id}/users/{user_id}": {
        "get": [],
        "put": [*_MEMBER, *_PAUSE],
        "patch": [*_MEMBER, *_PAUSE],
        "delete": [],
    },
    "threads/{thread_id}/assignment": {
        "patch": [
            (
                "assigned_to",
                "NOT_ALLOWED",
                "neither a member whom the requester sees nor active staff, or the user does not exist",
            ),
            _HOST,
        ]
    },
    "threads/{thread_id}/departure": {"delete": []},
    "threads/{thread_id}/ws-subscribe": {"post": []},
    "threads/{thread_id}/runs": {"get": []},
    "surveys/{id}/results": {"get": []},
    "threads/{thread_id}/events": {"get": [("after", "WRONG_VALUE", "not a whole number of 0 or more")]},
    "ws-ticket": {"post": []},
    "push-devices": {
        "post": [
            ("endpoint", "UNKNOWN_PUSH_SERVICE", "not a URL of one of `WEB_PUSH_SERVICES`"),
            ("keys", "WRONG_VALUE", "`p256dh` is not a public key, or `auth` is not a secret"),
        ],
        "delete": [],
    },
    "notifications/unsubscribe/{token}": {"get": [], "post": []},
    "threads/{thread_id}/messages": {
        "get": [("before, after, around", "ONE_ANCHOR_ONLY", "more than one is given"), *_SEARCH],
        "post": _MESSAGE,
    },
    "threads/{thread_id}/messages/{id}": {
        "get": [],
        "put": _CHANGED,
        "patch": _CHANGED,
        "delete": [_HOST],
    },
    "threads/{thread_id}/messages/{id}/question": {"get": []},
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
            ("schema", "NOT_ALLOWED", "the type of the schema is not in `SURVEYS_ALLOWED_SCHEMA_TYPES`"),
            ("schema", "NOT_PUBLISHED", "the schema is a draft"),
            (
                "automated_sender",
                "NOT_ALLOWED",
                "the user is neither the requester nor one of `AUTOMATED_SENDERS`",
            ),
            _HOST,
            ("client_id", "DELETED", "**410**: the survey with this `client_id` was deleted"),
        ],
    },
    "surveys": {"get": []},
    "surveys/{id}": {"get": [], "put": [_SUBMITTED], "patch": [_SUBMITTED], "delete": []},
    "surveys/{id}/submit": {
        "post": [
            (
                "state",
                "NOT_COMPLETE",
                "a visible required question has no answer, or a problem of the state is an `error`",
            )
        ],
    },
    "surveys/{survey_id}/groups/{group_id}/instances": {
        "post": [
            _SUBMITTED,
            _COUNTED,
            ("instances", "TOO_MANY", "the group has as many instances as its `max` permits"),
        ],
    },
    "surveys/{survey_id}/groups/{group_id}/instances/{number}": {
        "delete": [
            _SUBMITTED,
            _COUNTED,
            ("instances", "TOO_FEW", "the group has as few instances as its `min` permits"),
        ],
    },
    "surveys/{survey_id}/items": {"get": [_PAGE], "post": [_SUBMITTED, *_ITEM]},
    "surveys/{survey_id}/items/{id}": {
        "get": [],
        "put": [_SUBMITTED, *_CHANGED_ITEM],
        "patch": [_SUBMITTED, *_CHANGED_ITEM],
        "delete": [_SUBMITTED],
    },
    "threads/{thread_id}/messages/{message_id}/attachments": {
        "get": [],
        "post": [_TOO_MANY, *_FILES, *_LEFT_FILES[1:], *_OF_MESSAGE],
    },
    "threads/{thread_id}/messages/{message_id}/attachments/{id}": {
        "get": [],
        "put": [*_FILES, *_OF_MESSAGE],
        "patch": [*_FILES, *_OF_MESSAGE],
        "delete": _LEFT_FILES,
    },
    "surveys/{survey_id}/items/{item_id}/attachments": {
        "get": [],
        "post": [_SUBMITTED, _TOO_MANY, *_FILES, *_LEFT_FILES[1:], *_ATTACHMENT],
    },
    "surveys/{survey_id}/items/{item_id}/attachments/{id}": {
        "get": [],
        "put": [_SUBMITTED, *_FILES, *_ATTACHMENT],
        "patch": [_SUBMITTED, *_FILES, *_ATTACHMENT],
        "delete": [_SUBMITTED, *_LEFT_FILES],
    },
}
