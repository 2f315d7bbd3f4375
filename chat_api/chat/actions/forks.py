"""Modifications of variables by the forks of a walk, and the messages that they belong to."""

from __future__ import annotations

from dataclasses import dataclass, field

from chat_api.chat.actions.change import ThreadChange
from chat_api.chat.actions.questions import log_modifications
from chat_api.chat.models import Message, UserThread
from chat_api.engine import flow


@dataclass(slots=True)
class PassedForks:
    """Assigns the modifications of forks to messages of the walk, so that a rollback undoes them.

    A fork belongs to the message before it: the reply, or the latest message of the walk. Where there is none (at the
    start, after a control) it belongs to the next question; where there is none either, to the end of the run.
    """

    change: ThreadChange
    member: UserThread
    after: Message | None
    waiting: list[flow.ForkPassed] = field(default_factory=list)

    def passed(self, event: flow.ForkPassed) -> None:
        """Log the modifications of the fork, or keep it until there is a message."""
        if self.after is None:
            self.waiting.append(event)
        else:
            log_modifications(self.change, self.member, event.modifications, message=self.after)

    def said(self, message: Message) -> None:
        """Log later forks with `message`; the waiting ones are logged with it already."""
        self.after, self.waiting = message, []

    def ended(self) -> None:
        """Log the waiting forks with the end of the run."""
        for event in self.waiting:
            log_modifications(self.change, self.member, event.modifications, message=None)
        self.after, self.waiting = None, []
