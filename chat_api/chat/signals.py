"""Signals for hosts. They are sent after commit; the library itself has no receivers for them.

Django logs a receiver that raises, and nothing else is affected. `user_id` is the user who acted; None for periodic
tasks, for scripts that a task continues, and for code of the host that passes no user.
"""

from django.dispatch import Signal

from chat_api.notifications.signals import notification_sent
from chat_api.raised_flags.signals import flag_raised

__all__ = [
    "chat_api_thread_schema_completed",
    "chosen_answers_signal",
    "flag_raised",
    "member_added",
    "member_removed",
    "message_changed",
    "message_created",
    "message_deleted",
    "notification_sent",
    "question_answered",
    "thread_state_changed",
]

#: sender=UserThread, user_thread: a script reached its end, even one that repeats.
chat_api_thread_schema_completed = Signal()
#: sender=Message, message, answers (list of Answer): only with the switch SEND_SIGNAL_INSTEAD_ADDING_ANSWERS.
chosen_answers_signal = Signal()
#: sender=Thread, thread, state, previous_state, user: a change to a thread changed a member's state.
thread_state_changed = Signal()
#: sender=Message, message, user_id: a user or a script posted a message; sent once per message, in order.
message_created = Signal()
#: sender=Message, message, user_id: text, meta or attachments of a message were changed.
message_changed = Signal()
#: sender=Message, message_id, thread_id, user_id: a message was soft-deleted, also by a rollback of a script.
message_deleted = Signal()
#: sender=UserThread, user_thread, user_id: a user became a member, also the creator of a thread.
member_added = Signal()
#: sender=UserThread, user_thread, thread_id, member_id (the user who was a member), user_id: a member left or was
#: removed, or their account or thread was deleted.
member_removed = Signal()
#: sender=Message, message (None if a question was only confirmed), user_thread, question_id, answer_ids, user_id: a
#: member answered a question of a script.
question_answered = Signal()
