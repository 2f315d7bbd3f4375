"""Signals for hosts. They are sent after commit; nothing inside the library listens to them.

A receiver that raises is logged by Django and disturbs nothing. `user_id` is the user who did it; None for the clock,
for scripts that are continued by a task, and for the host's own code where that names nobody.
"""

from django.dispatch import Signal

from chat_api.notifications.signals import notification_sent

__all__ = [
    "chat_api_thread_schema_completed",
    "chosen_answers_signal",
    "member_added",
    "member_removed",
    "message_changed",
    "message_created",
    "message_deleted",
    "notification_sent",
    "question_answered",
    "thread_state_changed",
]

#: sender=UserThread, user_thread: a script reached its end, repeats too.
chat_api_thread_schema_completed = Signal()
#: sender=Message, message, answers (list of Answer): with the switch SEND_SIGNAL_INSTEAD_ADDING_ANSWERS.
chosen_answers_signal = Signal()
#: sender=Thread, thread, state, previous_state, user: PATCH of a thread changed somebody's state.
thread_state_changed = Signal()
#: sender=Message, message, user_id: a message was posted, by a user or by a script; once for each, in their order.
message_created = Signal()
#: sender=Message, message, user_id: text, meta or attachments of a message were changed.
message_changed = Signal()
#: sender=Message, message_id, thread_id, user_id: a message was soft-deleted, also by going back in a script.
message_deleted = Signal()
#: sender=UserThread, user_thread, user_id: a user became a member, the creator of a thread too.
member_added = Signal()
#: sender=UserThread, user_thread, thread_id, member_id (the user who is gone), user_id: somebody left, was taken out,
#: or their account or thread was deleted.
member_removed = Signal()
#: sender=Message, message (None where a question is only confirmed), user_thread, question_id, answer_ids, user_id: a
#: question of a script was answered.
question_answered = Signal()
