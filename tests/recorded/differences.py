"""Intended differences from the responses of 0.8.8, with their reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Difference:
    """`now` is a part of the report of the replay on the step; `why` is the reason."""

    now: str
    why: str


#: Keys that 0.8.8 did not have.
NEW_KEYS = frozenset(
    {
        "predecessor",
        "client_id",
        "paused",
        "variables_pool",
        "users_count",
        "text_format",
        "assigned_to",
        "progress",
    }
)
#: Keys that 0.8.8 did not have in errors with a `detail`.
NEW_KEYS_OF_ERRORS = frozenset({"code"})


def error_of_0_8_8(body: Any) -> Any:
    """Return the body of an error with a `detail` without the new keys; other bodies as they are."""
    if not isinstance(body, dict) or "detail" not in body:
        return body
    return {key: value for key, value in body.items() if key not in NEW_KEYS_OF_ERRORS}


READERS_SEE_OPTIONS = Difference("403 then, 200 ", "OPTIONS and HEAD answer those who may read")
NO_SUCH_METHOD = Difference("403 then, 405", "a method that there is not is 405 to those who may read")
CONTROL_NEEDED = Difference("403", "changing one's own row needs the right to control others too")
NOT_LED_BY_HIM = Difference(
    "NO_PERMISSIONS", "who may not control others may not say how a new member is led"
)
TYPE_HAS_A_DEFAULT = "the type of a message may be left out"
ANY_JSON = "a JSON key takes any JSON, null too"
NEWEST_FIRST = "the list is ordered: the newest updated first"
SKIPPED = "an expression that fails is skipped, and the conversation goes on"
NUMBERS_AS_WRITTEN = "numbers are read where they can mean one thing only, and stored in plain notation"
PLAIN_NUMBERS = Difference("WRONG_VALUE", "numbers are written in plain decimal notation")
READ_BY_LISTING = Difference(
    "is_read: False then, True now", "listing marks as read, whichever keys are asked for"
)

DIFFERENCES: dict[str, dict[str, Difference]] = {
    "threads_create_list": {
        "create with 300 char title (column is 255)": Difference(
            "400 {'title': ['Ensure this field has no more than 255", "a title fits its column"
        ),
        "create with notifications null": Difference("may not be null", "null is no set of flags"),
        "create with automated_sender = another user": Difference(
            "NOT_ALLOWED", "an automated sender is oneself or one whom the host gives"
        ),
        "list limit 3": Difference("then", NEWEST_FIRST),
        "list limit 3 offset 3": Difference("then", NEWEST_FIRST),
        "list with negative offset": Difference("then", NEWEST_FIRST),
        "list include_fields": Difference("then", NEWEST_FIRST),
        "list ordering=-id (no autofilter here)": Difference("then", NEWEST_FIRST),
        "list nested fields": Difference(
            "results.users_data.id is missing", "the selection of keys reaches into lists too"
        ),
    },
    "threads_create_with_schema": {
        "state scripted without schema": Difference("REQUIRED", "a scripted state needs a schema"),
        "state scripted_fe_controlled without schema": Difference(
            "REQUIRED", "a scripted state needs a schema"
        ),
        "state assisted without schema": Difference("REQUIRED", "an assisted member needs a schema"),
        "initial_question, on_finish repeat, automated_sender": Difference(
            "NOT_ALLOWED", "an automated sender is oneself or one whom the host gives"
        ),
        "schema without questions": Difference("EMPTY", "a script has to ask something"),
        "unpublished schema": Difference("NOT_PUBLISHED", "a draft cannot be begun"),
        "list all": Difference("16 rows then, 10 now", "the threads refused above are not there"),
    },
    "thread_detail": {
        "PATCH state scripted without schema": Difference(
            "WRONG_STATE", "only open and closed can be set for everybody"
        ),
        "POST by bob in scripted without question": Difference(
            "THREAD_IS_CLOSED", "the state set before was refused, so the thread is closed"
        ),
        "OPTIONS member": READERS_SEE_OPTIONS,
        "POST not allowed": NO_SUCH_METHOD,
        "HEAD member": READERS_SEE_OPTIONS,
    },
    "thread_users": {
        "add duplicate": Difference(
            "{'user': ['ALREADY_IN_THREAD']} now", "errors have DRF's shape, and codes"
        ),
        "add with escalated permissions": Difference(
            "['TOO_HIGH']} now", "errors have DRF's shape, and codes"
        ),
        "add with a bit adder lacks": Difference("['TOO_HIGH']} now", "errors have DRF's shape, and codes"),
        "add with -1": Difference("greater than or equal to 0", "flags are not negative"),
        "add scripted user although adder lacks CONTROL_OTHERS": NOT_LED_BY_HIM,
        "second scripted user": NOT_LED_BY_HIM,
        "second scripted (fe) user": NOT_LED_BY_HIM,
        "schema with state open (no check here)": NOT_LED_BY_HIM,
        "GET unknown user id": Difference("404", "a member who is not there is not found"),
        "DELETE unknown": Difference("404", "a member who is not there is not found"),
        "PATCH own permissions: escalate": CONTROL_NEEDED,
        "PATCH own permissions: subset": CONTROL_NEEDED,
        "PATCH own permissions: back up": CONTROL_NEEDED,
        "PATCH own user field (read-only)": CONTROL_NEEDED,
        "PUT self": CONTROL_NEEDED,
        "PUT self empty (permissions default applied?)": CONTROL_NEEDED,
        "OPTIONS list": READERS_SEE_OPTIONS,
        "OPTIONS other detail": READERS_SEE_OPTIONS,
        "PUT list": NO_SUCH_METHOD,
    },
    "ws_subscribe": {
        "subscribe unknown thread": Difference("404", "an unknown thread is not found"),
        "OPTIONS superuser": Difference("an exception then, 200", "OPTIONS is answered"),
    },
    "notifications_flags": {
        "member with notifications NULL": Difference("201", "null reads as no flag"),
        "member with permissions NULL": Difference("403", "null reads as no flag"),
    },
    "messages_list": {
        "carol fields with is_read": READ_BY_LISTING,
        "filter id=abc": Difference("400 {'id'", "a filter's value of the wrong kind is refused by name"),
        "q= without elasticsearch": Difference(
            "0 rows then", "the database searches where no other server does"
        ),
        "OPTIONS": READERS_SEE_OPTIONS,
        "HEAD": READERS_SEE_OPTIONS,
        "put": NO_SUCH_METHOD,
        "patch": NO_SUCH_METHOD,
        "delete": NO_SUCH_METHOD,
    },
    "messages_create_open": {
        "no type": Difference("400 then, 201", TYPE_HAS_A_DEFAULT),
        "client sends type automated_message": Difference("RESERVED", "clients cannot speak as a script"),
        "meta blank string": Difference("400 then, 201", ANY_JSON),
        "meta null": Difference("400 then, 201", ANY_JSON),
        "metas as read back": Difference("17 rows then, 19 now", "other messages were accepted above"),
        "break_state garbage": Difference("Must be a valid boolean.", "DRF says so now"),
    },
    "messages_create_closed": {
        "closed without REOPEN + missing type": Difference("THREAD_IS_CLOSED']} now", TYPE_HAS_A_DEFAULT),
        "alice state": Difference("'scripted' now", "reopening opens closed members only"),
    },
    "question_types": {
        "multichoice: duplicate": Difference("WRONG_VALUE", "an answer is chosen once"),
        "int: '1_000'": PLAIN_NUMBERS,
        "int: '٣'": Difference("'3' now", NUMBERS_AS_WRITTEN),
        "float: '5,5'": Difference("400 then, 201", NUMBERS_AS_WRITTEN),
        "float: '1e3'": PLAIN_NUMBERS,
        "float: 'nan'": PLAIN_NUMBERS,
        "float: 'inf'": PLAIN_NUMBERS,
        "float: '-inf'": PLAIN_NUMBERS,
        "int: none": Difference("{'text': ['REQUIRED']} now", "a number that is not there is required"),
        "float: none": Difference("{'text': ['REQUIRED']} now", "a number that is not there is required"),
        "range without bounds: 5": Difference("201", "a range without ends takes any number"),
        "next_qid to missing question: text": Difference("201", "the answer is kept, and the member is open"),
        "next_qid 0: text": Difference("201", "the answer is kept, and the member is open"),
    },
    "control_without_type": {
        "scripted: no type": Difference("400 then, 204", TYPE_HAS_A_DEFAULT),
        "scripted: confirm": Difference("REQUIRED", "the step before has confirmed it already"),
        "scripted_fe_controlled: no type": Difference("{'question': ['REQUIRED']} now", TYPE_HAS_A_DEFAULT),
    },
    "messages_assisted": {
        "question of own schema": Difference(
            "WRONG_STATE", "the question is sent, so there is no room for a text"
        ),
    },
    "variables": {
        "fe: pool": Difference("'x': 1.0", "an answer given again takes the place of the older one"),
        "x=0 rule with expression target (target=0): answer 2": Difference(
            "201", "a qid that is not there ends the script"
        ),
        "x=0 rule with expression target (target=0): pool after answer 2": Difference(
            "'open' now", "a qid that is not there ends the script"
        ),
        "fe: answering a fork question": Difference("NOT_A_QUESTION", "a fork asks nothing"),
        "expression: division by zero": Difference("201", SKIPPED),
        "after division by zero": Difference("'open' now", SKIPPED),
        "expression: valid answer after the failed one (division by zero)": Difference(
            "WRONG_STATE", SKIPPED
        ),
        "expression: unknown function": Difference("201", SKIPPED),
        "after unknown function": Difference("'open' now", SKIPPED),
        "expression: valid answer after the failed one (unknown function)": Difference(
            "WRONG_STATE", SKIPPED
        ),
        "expression: string": Difference("variables_pool.x is missing", "a variable is a number"),
        "after string": Difference("variables_pool.x is missing", "a variable is a number"),
        "expression: int()": Difference("variables_pool.x is missing", "only four functions can be called"),
        "after int()": Difference("variables_pool.x is missing", "only four functions can be called"),
        "expression: attribute": Difference("201", SKIPPED),
        "after attribute": Difference("'open' now", SKIPPED),
        "expression: valid answer after the failed one (attribute)": Difference("WRONG_STATE", SKIPPED),
        "fork pointing to itself": Difference("201", "a walk without a question ends the script"),
    },
    "message_detail": {
        "PATCH text: html is NOT escaped": Difference("&lt;i&gt;", "texts are escaped by PATCH too"),
        "PATCH meta null": Difference("400 then, 200", ANY_JSON),
        "PATCH someone else's message": Difference("403", "one edits one's own messages only"),
        "list without deleted": Difference("is_read", "reading a message by itself marked it"),
        "OPTIONS": READERS_SEE_OPTIONS,
        "POST": NO_SUCH_METHOD,
        "HEAD": READERS_SEE_OPTIONS,
    },
}
