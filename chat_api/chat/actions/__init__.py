"""Actions on threads, each one transaction; they are also the library's Python API."""

from chat_api.chat.actions.assignment import assign_thread, exchange_assignment
from chat_api.chat.actions.attachments import (
    attach,
    change_attachment,
    refuse_attaching,
    remove_attachment,
)
from chat_api.chat.actions.correction import Correction, correct_answer, run_before
from chat_api.chat.actions.departures import forget_departure
from chat_api.chat.actions.drafts import Draft, Sent
from chat_api.chat.actions.dry_run import errors_of, refusal_of
from chat_api.chat.actions.idempotent_creation import create_thread_once, earlier_thread
from chat_api.chat.actions.members import add_member, change_member
from chat_api.chat.actions.messages import (
    change_message,
    delete_message,
    earlier_sending,
    send_message,
)
from chat_api.chat.actions.read_receipts import mark_read
from chat_api.chat.actions.rollback import roll_back
from chat_api.chat.actions.scheduled_restarts import restart_due_scripts
from chat_api.chat.actions.script_plans import ScriptPlan
from chat_api.chat.actions.scripts import start_script, stop_script
from chat_api.chat.actions.subscriptions import stop_notifying, subscribe
from chat_api.chat.actions.threads import ThreadDraft, change_thread, create_thread, remove_member

__all__ = [
    "Correction",
    "Draft",
    "ScriptPlan",
    "Sent",
    "ThreadDraft",
    "add_member",
    "assign_thread",
    "attach",
    "change_attachment",
    "change_member",
    "change_message",
    "change_thread",
    "correct_answer",
    "create_thread",
    "create_thread_once",
    "delete_message",
    "earlier_sending",
    "earlier_thread",
    "errors_of",
    "exchange_assignment",
    "forget_departure",
    "mark_read",
    "refusal_of",
    "refuse_attaching",
    "remove_attachment",
    "remove_member",
    "restart_due_scripts",
    "roll_back",
    "run_before",
    "send_message",
    "start_script",
    "stop_notifying",
    "stop_script",
    "subscribe",
]
