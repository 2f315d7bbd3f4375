"""Permissions of members in the conversations of the clinic."""

from chat_api.api import Permission

#: Patients read, write and change their own messages and answers.
PATIENT_PERMISSIONS = int(
    Permission.MESSAGES_READ
    | Permission.MESSAGES_CREATE
    | Permission.MESSAGES_EDIT
    | Permission.MESSAGES_DELETE
    | Permission.THREAD_READ
    | Permission.THREAD_EDIT
    | Permission.THREAD_ROLLBACK
    | Permission.THREAD_REOPEN
)
#: Staff can do everything: start and stop scripts, see results, assign the conversation.
STAFF_PERMISSIONS = sum(Permission)
