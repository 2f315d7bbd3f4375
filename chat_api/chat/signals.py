"""Signals for hosts. They are sent after commit; nothing inside the library listens to them."""

from django.dispatch import Signal

#: sender=UserThread, user_thread: a script reached its end, repeats too.
chat_api_thread_schema_completed = Signal()
#: sender=Message, message, answers (list of Answer): with the switch SEND_SIGNAL_INSTEAD_ADDING_ANSWERS.
chosen_answers_signal = Signal()
#: sender=Thread, thread, state, previous_state, user: PATCH of a thread changed somebody's state.
thread_state_changed = Signal()
