"""What forks did to the variables on a walk, and with which message it goes."""

from __future__ import annotations

from dataclasses import dataclass, field

from chat_api.chat.actions.change import ThreadChange
from chat_api.chat.actions.questions import log_modifications
from chat_api.chat.models import Message, UserThread
from chat_api.engine import flow


@dataclass(slots=True)
class PassedForks:
    """With which messages of a walk the modifications of its forks go, so that going back takes them along.

    A fork goes with what was said before it: the reply, or the latest message of the walk. Where nothing was (at the
    start, after a control) it goes with what is asked next; where nothing is, with the end of the run.
    """

    change: ThreadChange
    member: UserThread
    after: Message | None
    waiting: list[flow.ForkPassed] = field(default_factory=list)

    def passed(self, event: flow.ForkPassed) -> None:
        """Log what the fork did, or keep it until something is said."""
        if self.after is None:
            self.waiting.append(event)
        else:
            log_modifications(self.change, self.member, event.modifications, message=self.after)

    def said(self, message: Message) -> None:
        """Log later forks with `message`, which has taken along those that waited."""
        self.after, self.waiting = message, []

    def ended(self) -> None:
        """Log what waited with the end of the run."""
        for event in self.waiting:
            log_modifications(self.change, self.member, event.modifications, message=None)
        self.after, self.waiting = None, []
