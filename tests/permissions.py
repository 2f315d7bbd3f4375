"""The permission matrix: rows for every endpoint and method, and a user of each kind in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from chat_api.chat.choices import PERMISSIONS_ALL, Permission
from chat_api.chat.models import Attachment
from chat_api.notifications.unsubscribe import Unsubscription, token_for
from chat_api.schemas.models import AttachmentTemplate
from chat_api.surveys.models import SurveyAttachment
from tests.factories import (
    MemberFactory,
    MessageFactory,
    SurveyFactory,
    SurveyItemFactory,
    ThreadFactory,
    UserFactory,
    draft_schema,
    published_schema,
)

ANONYMOUS, STRANGER, STAFF, SUPERUSER = "anonymous", "stranger", "staff", "superuser"
BARE, OWNER, EDITOR = "member without flags", "owner", "editor"
#: A user who left the thread and is still the sender of messages in it.
FORMER: Final = "former member"
MEMBERS: Final = {
    BARE: 0,
    **{str(flag.name): int(flag) for flag in Permission},
    EDITOR: int(Permission.MESSAGES_READ | Permission.MESSAGES_EDIT),
    OWNER: PERMISSIONS_ALL,
}
KINDS: Final = (ANONYMOUS, STRANGER, FORMER, STAFF, SUPERUSER, *MEMBERS)
SIGNED_IN: Final = frozenset(KINDS) - {ANONYMOUS}
NOBODY: Final[frozenset[str]] = frozenset()
DEVICE: Final = {
    "endpoint": "https://fcm.googleapis.com/fcm/send/abc",
    "keys": {"p256dh": "A" * 87, "auth": "A" * 22},
}
VIDEO: Final = {"type": "youtube", "url": "https://www.youtube.com/watch?v=abcdefghijk"}


def having(*flags: Permission) -> frozenset[str]:
    """Return the kinds of members that have one of `flags`, each of which may combine several."""
    return frozenset(kind for kind, has in MEMBERS.items() if any(has & flag == flag for flag in flags))


@dataclass(frozen=True)
class Row:
    """The permitted kinds of users with the status that they get; all others get `otherwise`."""

    permitted: frozenset[str]
    status: int = 200
    body: Any = None
    #: The variant of the URL, if it is not the plain one of the endpoint.
    at: str = ""
    otherwise: int = 403
    #: Readers of an endpoint without GET: they get OPTIONS, and 405 for other methods.
    readers: frozenset[str] | None = None


@dataclass
class World:
    """A thread, a survey, schemas and one user of each kind."""

    thread: Any = field(default_factory=ThreadFactory.create)
    users: dict[str, Any] = field(default_factory=dict)
    messages: dict[str, Any] = field(default_factory=dict)
    attachments: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        flags = {STAFF: {"is_staff": True}, SUPERUSER: {"is_staff": True, "is_superuser": True}}
        for kind in SIGNED_IN:
            self.users[kind] = UserFactory.create(**flags.get(kind, {}))
        self.other, self.newcomer = UserFactory.create(), UserFactory.create()
        for kind, permissions in MEMBERS.items():
            MemberFactory.create(thread=self.thread, user=self.users[kind], permissions=permissions)
        MemberFactory.create(thread=self.thread, user=self.other, permissions=0)
        stored = default_storage.save("attachments/a.png", ContentFile(b"x"))
        for kind, user in {**self.users, ANONYMOUS: self.other, "other": self.other}.items():
            message = MessageFactory.create(thread=self.thread, sender=user, has_attachments=True)
            self.messages[kind] = message
            self.attachments[kind] = Attachment.objects.create(message=message, file=stored, **VIDEO)
        self.token = token_for(Unsubscription(self.other.pk, self.thread.pk, "email"))
        self.survey = SurveyFactory.create(
            user=self.users[OWNER], schema=published_schema([{}, {}], type="survey")
        )
        self.last_question = self.survey.schema.questions.get(qid=2).pk
        self.item = SurveyItemFactory.create(survey=self.survey)
        self.item_attachment = SurveyAttachment.objects.create(item=self.item, file=stored, **VIDEO)
        repeating = published_schema(
            [{"name": "dose", "group": "meds"}],
            groups={"meds": {"key": "meds", "repeat": {"count": None}}},
            type="survey",
        )
        self.group = repeating.groups.get()
        self.repeating = SurveyFactory.create(
            user=self.users[OWNER],
            schema=repeating,
            rule_context={"instances": {"meds": {"numbers": [1], "last": 1}}},
        )
        self.flow = published_schema([{}], type="automated_flow")
        self.draft = draft_schema([{}], type="survey")
        self.template, self.flow_template = AttachmentTemplate.objects.bulk_create(
            AttachmentTemplate(question=schema.questions.get(qid=1), file=stored, **VIDEO)
            for schema in (self.survey.schema, self.flow)
        )

    def path(self, name: str, at: str, kind: str) -> str:
        """Return the URL of the endpoint for a user of that kind; under threads, that of their own objects."""
        whose = "other" if at == "another's" else kind
        message, attachment = self.messages[whose].pk, self.attachments[whose].pk
        member = self.users[kind].pk if at == "own" and kind in self.users else self.other.pk
        thread, survey, owner = f"threads/{self.thread.pk}", f"surveys/{self.survey.pk}", self.users[OWNER].pk
        schema = {"flow": self.flow, "draft": self.draft}.get(at, self.survey.schema)
        item = f"{survey}/items/{self.item.pk}"
        instances = f"surveys/{self.repeating.pk}/groups/{self.group.pk}/instances"
        return (
            "/api/"
            + {
                "account-threads-list": f"accounts/{owner}/threads/{'nope' if at == 'unlisted' else 'chat'}",
                "account-unread": f"accounts/{owner}/unread",
                "thread-details": thread,
                "thread-assignment": f"{thread}/assignment",
                "thread-rollback": f"{thread}/rollback",
                "thread-prompt": f"{thread}/prompt",
                "thread-reply": f"{thread}/reply",
                "thread-correct": f"{thread}/correct",
                "thread-users": f"{thread}/users",
                "thread-users-details": f"{thread}/users/{member}",
                "thread-departure": f"{thread}/departure",
                "thread-ws-subscribe": f"{thread}/ws-subscribe",
                "thread-messages-list": f"{thread}/messages",
                "thread-read": f"{thread}/read",
                "thread-events": f"{thread}/events",
                "thread-runs": f"{thread}/runs",
                "ws-ticket": "ws-ticket",
                "push-devices": "push-devices",
                "notifications-unsubscribe": f"notifications/unsubscribe/{self.token}",
                "thread-message-details": f"{thread}/messages/{message}",
                "thread-message-question": f"{thread}/messages/{message}/question",
                "thread-message-attachments-list": f"{thread}/messages/{message}/attachments",
                "thread-message-attachment-details": f"{thread}/messages/{message}/attachments/{attachment}",
                "schema-details": f"schemas/{schema.pk}",
                "schemas-list": f"schemas/{'nope' if at == 'unlisted' else 'survey'}",
                "account-surveys-list": f"accounts/{owner}/surveys",
                "surveys-list": "surveys",
                "survey-details": survey,
                "survey-submit": f"{survey}/submit",
                "survey-results": f"{survey}/results",
                "survey-instances-list": instances,
                "survey-instance-details": f"{instances}/1",
                "survey-items-list": f"{survey}/items",
                "survey-item-details": item,
                "survey-item-attachments-list": f"{item}/attachments",
                "survey-item-attachment-details": f"{item}/attachments/{self.item_attachment.pk}",
                "attachment-file": {
                    "": f"attachments/message/{attachment}/file",
                    "another's": f"attachments/message/{attachment}/file",
                    "item": f"attachments/item/{self.item_attachment.pk}/file",
                    "question": f"attachments/question/{self.template.pk}/file",
                    "flow": f"attachments/question/{self.flow_template.pk}/file",
                }.get(at, ""),
            }[name]
        )

    def body(self, row: Row) -> Any:
        """Return the body of the row with ids instead of names."""
        named = {"newcomer": self.newcomer.pk, "staff": self.users[STAFF].pk, "schema": self.survey.schema_id}
        named["last question"] = self.last_question
        if not isinstance(row.body, dict):
            return row.body
        return {
            key: named.get(value, value) if isinstance(value, str) else value
            for key, value in row.body.items()
        }


P = Permission
OWN: Final = frozenset({OWNER})
#: The response to a change shows the changed object, so changes need the permission to read.
EDITORS: Final = having(P.MESSAGES_READ | P.MESSAGES_EDIT)
ASSIGNERS: Final = having(P.THREAD_CONTROL_OTHERS) | {STAFF, SUPERUSER}
CHANGE: Final = {"permissions": 0}

ROWS: Final[dict[tuple[str, str], list[Row]]] = {
    ("account-threads-list", "get"): [Row(OWN), Row(NOBODY, at="unlisted")],
    ("account-threads-list", "post"): [Row(OWN, 201), Row(NOBODY, at="unlisted")],
    ("account-unread", "get"): [Row(OWN)],
    ("thread-details", "get"): [Row(having(P.THREAD_READ))],
    ("thread-details", "put"): [Row(having(P.THREAD_EDIT), body={"title": "x"})],
    ("thread-details", "patch"): [Row(having(P.THREAD_EDIT), body={"title": "x"})],
    ("thread-details", "delete"): [Row(having(P.THREAD_DELETE), 204)],
    ("thread-rollback", "post"): [
        # Permitted, but there is no script to roll back.
        Row(having(P.THREAD_ROLLBACK), 400, readers=having(P.THREAD_READ))
    ],
    # Permitted, but there is no script with a question.
    ("thread-prompt", "get"): [Row(having(P.THREAD_READ), 400)],
    ("thread-reply", "post"): [
        Row(having(P.MESSAGES_CREATE), 400, body={"text": "x"}, readers=having(P.THREAD_READ))
    ],
    ("thread-correct", "post"): [
        # Permitted, but there is no script with an answer to correct.
        Row(having(P.THREAD_ROLLBACK), 400, readers=having(P.THREAD_READ), body={"message": 1, "last": 1})
    ],
    ("thread-assignment", "patch"): [
        Row(ASSIGNERS, body={"assigned_to": "staff"}, readers=ASSIGNERS),
        Row(ASSIGNERS, body={"assigned_to": None}),
    ],
    ("thread-users", "get"): [Row(having(P.THREAD_READ))],
    ("thread-users", "post"): [
        Row(having(P.THREAD_ADD_USER), 201, body={"user": "newcomer", "permissions": 0})
    ],
    ("thread-users-details", "get"): [Row(having(P.THREAD_READ)), Row(frozenset(MEMBERS), at="own")],
    ("thread-users-details", "put"): [Row(having(P.THREAD_CONTROL_OTHERS), body=CHANGE)],
    ("thread-users-details", "patch"): [
        Row(having(P.THREAD_CONTROL_OTHERS), body=CHANGE),
        Row(having(P.THREAD_CONTROL_OTHERS), body=CHANGE, at="own"),
        Row(having(P.THREAD_CONTROL_OTHERS, P.THREAD_BREAK_STATE), body={"paused": False}),
    ],
    ("thread-users-details", "delete"): [
        Row(having(P.THREAD_REMOVE_USER), 204),
        Row(frozenset(MEMBERS), 204, at="own"),
    ],
    ("thread-departure", "delete"): [Row(SIGNED_IN, 204, readers=SIGNED_IN)],
    ("thread-ws-subscribe", "post"): [Row(frozenset({SUPERUSER}), 204, readers=frozenset({SUPERUSER}))],
    ("thread-messages-list", "get"): [Row(having(P.MESSAGES_READ))],
    ("thread-messages-list", "post"): [Row(having(P.MESSAGES_CREATE), 201, body={"text": "x"})],
    ("thread-read", "post"): [
        Row(having(P.MESSAGES_READ), 204, body={"up_to": 1}, readers=having(P.MESSAGES_READ))
    ],
    ("thread-events", "get"): [Row(having(P.MESSAGES_READ))],
    ("thread-runs", "get"): [Row(having(P.THREAD_CONTROL_OTHERS) | {STAFF, SUPERUSER})],
    ("push-devices", "post"): [Row(SIGNED_IN, 201, body=DEVICE, readers=SIGNED_IN)],
    ("push-devices", "delete"): [Row(SIGNED_IN, 404, body={"endpoint": DEVICE["endpoint"]})],
    ("notifications-unsubscribe", "get"): [Row(frozenset(KINDS))],
    ("notifications-unsubscribe", "post"): [Row(frozenset(KINDS))],
    ("ws-ticket", "post"): [Row(SIGNED_IN, 201, readers=SIGNED_IN)],
    ("thread-message-details", "get"): [
        Row(having(P.MESSAGES_READ)),
        Row(having(P.MESSAGES_READ), at="another's"),
    ],
    ("thread-message-details", "put"): [
        Row(EDITORS, body={"text": "x"}),
        Row(NOBODY, body={"text": "x"}, at="another's"),
    ],
    ("thread-message-details", "patch"): [
        Row(EDITORS, body={"text": "x"}),
        Row(NOBODY, body={"text": "x"}, at="another's"),
    ],
    ("thread-message-details", "delete"): [
        Row(having(P.MESSAGES_DELETE), 204),
        Row(having(P.MESSAGES_DELETE), 204, at="another's"),
    ],
    ("thread-message-question", "get"): [
        # Permitted, but the messages answer nothing.
        Row(having(P.MESSAGES_READ), 404),
        Row(having(P.MESSAGES_READ), 404, at="another's"),
    ],
    ("thread-message-attachments-list", "get"): [
        Row(having(P.MESSAGES_READ)),
        Row(having(P.MESSAGES_READ), at="another's"),
    ],
    ("thread-message-attachments-list", "post"): [
        Row(having(P.MESSAGES_CREATE), 201, body=VIDEO),
        Row(NOBODY, body=VIDEO, at="another's"),
    ],
    ("thread-message-attachment-details", "get"): [
        Row(having(P.MESSAGES_READ)),
        Row(having(P.MESSAGES_READ), at="another's"),
    ],
    **{
        ("thread-message-attachment-details", method): [
            Row(who, status, body={"title": "x"}),
            Row(NOBODY, body={"title": "x"}, at="another's"),
        ]
        for method, status, who in (
            ("put", 200, EDITORS),
            ("patch", 200, EDITORS),
            ("delete", 204, having(P.MESSAGES_EDIT)),
        )
    },
    ("attachment-file", "get"): [
        Row(having(P.MESSAGES_READ), otherwise=404),
        Row(having(P.MESSAGES_READ), at="another's", otherwise=404),
        Row(OWN, at="item", otherwise=404),
        Row(SIGNED_IN, at="question", otherwise=404),
        Row(NOBODY, at="flow", otherwise=404),
    ],
    ("schema-details", "get"): [
        Row(SIGNED_IN),
        Row(NOBODY, at="flow"),
        Row(frozenset({SUPERUSER}), at="draft", otherwise=404),
    ],
    ("schemas-list", "get"): [Row(SIGNED_IN), Row(NOBODY, at="unlisted")],
    ("account-surveys-list", "get"): [Row(OWN)],
    ("account-surveys-list", "post"): [Row(OWN, 201, body={"schema": "schema"})],
    ("surveys-list", "get"): [Row(SIGNED_IN)],
    ("survey-details", "get"): [Row(OWN)],
    ("survey-details", "put"): [Row(OWN)],
    ("survey-details", "patch"): [Row(OWN)],
    ("survey-details", "delete"): [Row(OWN, 204)],
    ("survey-results", "get"): [Row(frozenset({STAFF, SUPERUSER}))],
    ("survey-submit", "post"): [Row(OWN, readers=OWN)],
    ("survey-instances-list", "post"): [Row(OWN, 201, readers=OWN)],
    ("survey-instance-details", "delete"): [Row(OWN, 204, readers=OWN)],
    ("survey-items-list", "get"): [Row(OWN)],
    ("survey-items-list", "post"): [Row(OWN, 201, body={"related_question": "last question", "text": "x"})],
    ("survey-item-details", "get"): [Row(OWN)],
    ("survey-item-details", "put"): [Row(OWN, body={"text": "x"})],
    ("survey-item-details", "patch"): [Row(OWN, body={"text": "x"})],
    ("survey-item-details", "delete"): [Row(OWN, 204)],
    ("survey-item-attachments-list", "get"): [Row(OWN)],
    ("survey-item-attachments-list", "post"): [Row(OWN, 201, body=VIDEO)],
    **{
        ("survey-item-attachment-details", method): [Row(OWN, status, body={"title": "x"})]
        for method, status in (("get", 200), ("put", 200), ("patch", 200), ("delete", 204))
    },
}
