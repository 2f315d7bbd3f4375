"""The walk of a preview from its start through all replies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC

from django.utils import timezone
from django.utils.translation import gettext as _

from chat_api.engine import flow, flow_events
from chat_api.engine.context_paths import context_paths
from chat_api.engine.judge import judge, offering
from chat_api.engine.question_types.base import SKIPPED, AnswerRefused, CheckedReply, Reply
from chat_api.engine.question_types.registry import check_reply
from chat_api.engine.rules import UNTYPED, Rules
from chat_api.engine.run_state import RunState
from chat_api.engine.scores import results_of
from chat_api.engine.script import Question, QuestionType, Script
from chat_api.engine.suggestions import reply_with, suggestion
from chat_api.engine.templates import render
from chat_api.schemas.answer_texts import shown_answers, shown_scores, text_key
from chat_api.schemas.compiled import CompiledSchema
from chat_api.schemas.expression_context import logic_of
from chat_api.schemas.preview.conversation import Document, Line, Preview, Score, entered_value
from chat_api.schemas.rendering import filled
from chat_api.settings import chat_settings


@dataclass(slots=True)
class Player:
    """A walk; `shown` is the schema in the language of the texts, `source` as it is written."""

    source: CompiledSchema
    shown: CompiledSchema
    account: Mapping[str, object]
    thread_type: str
    language: str | None = None
    preview: Preview = field(default_factory=Preview)
    answers: dict[str, str] = field(default_factory=dict)
    #: What rules see; None for a script without names.
    state: RunState | None = None

    @property
    def script(self) -> Script:
        """The script that runs."""
        return self.source.script

    @property
    def rules(self) -> Rules:
        """The rules of the script, now."""
        if self.state is None:
            return UNTYPED
        self.state.at(timezone.now().astimezone(UTC), timezone.get_current_timezone_name())
        return self.state

    def start(self, context: Mapping[str, str]) -> None:
        """Begin the walk; `context` as for `run_preview`."""
        if self.script.first is None:
            self.preview.ended = _("The schema has no questions.")
            return
        if self.script.is_typed:
            logic = logic_of(self.script)
            self.state = RunState(logic)
            entered = self.preview.context = {path: context.get(path, "") for path in context_paths(logic)}
            found = {path: entered_value(text) for path, text in entered.items()}
            self.state.context = {path: value for path, value in found.items() if value is not None}
        walk = flow.start(
            self.script, at=None, variables={}, repeat_from=None, limit=_limit(), rules=self.rules
        )
        self._add_events(walk)

    def finish(self) -> None:
        """Look up what the question that waits offers and suggests, and what the answers so far amount to."""
        self._offer()
        preview = self.preview
        state = self.state if self.state is not None else RunState(logic_of(self.script))
        if self.state is not None:
            preview.values = {name: value for name, value in self.state.values().items() if value is not None}
        results = results_of(state.logic, state.environment(preview.variables))
        bands = {name: band for name, band in results.bands.items() if band is not None}
        labels = {(score.name, band.low): band.label for score in self.shown.scores for band in score.bands}
        preview.scores = [
            Score(
                score.name,
                score.label or score.name,
                results.scores.get(score.name),
                labels.get((score.name, bands[score.name].low)) if score.name in bands else None,
            )
            for score in self.shown.scores
        ]
        flags = (flag for flag in self.shown.flags if flag.name in results.flags)
        preview.flags = {flag.name: flag.label or flag.name for flag in flags}

    def _offer(self) -> None:
        preview, question = self.preview, self.preview.waiting
        if question is None:
            return
        if self.state is not None:
            question = offering(self.state.logic, question, self.state.environment(preview.variables))
            value = suggestion(self.state, question, preview.variables)
            preview.suggested = Reply() if value is None else reply_with(question, value)
        document = filled(self.shown.question(question.id), self._filler(preview.variables))
        texts = {answer["id"]: answer["text"] for answer in document["answers"]}
        answers = tuple(replace(each, text=texts[each.id]) for each in question.answers)
        preview.offered = replace(question, answers=answers)
        offered = {answer.id for answer in answers}
        places = {pk: place for place, pk in enumerate(sorted(texts))}
        preview.document = {
            **document,
            "answers": [
                {**answer, "index": places[answer["id"]]}
                for answer in document["answers"]
                if answer["id"] in offered
            ],
        }

    def answer(self, question: Question, reply: Reply | None) -> bool:
        """Answer the question that waits, or skip it; return whether that was accepted."""
        preview = self.preview
        checked, text = None, _("(confirmed)")
        if question.type != QuestionType.CONTROL:
            try:
                checked = self._checked(question, reply)
            except AnswerRefused as refusal:
                self._refuse(question, reply, refusal)
                return False
            text = self._note(question, checked, reply)
        walk = flow.answer(
            self.script,
            question,
            checked,
            preview.variables,
            repeat_from=None,
            limit=_limit(),
            rules=self.rules,
            skip=checked is SKIPPED,
        )
        preview.replies.append(reply)
        after = next(
            (event.variables for event in walk.events if isinstance(event, flow_events.Asked)), walk.variables
        )
        preview.lines.append(Line(text, question, after, is_answer=True))
        self._add_events(walk)
        return True

    def _note(self, question: Question, checked: CheckedReply, reply: Reply | None) -> str:
        """Note an accepted reply for texts, and return how the conversation shows it."""
        fill = self._filler(self.preview.variables)
        texts = {answer["id"]: answer["text"] for answer in self.shown.question(question.id)["answers"]}
        text = checked.said(lambda answer: fill(texts[answer.id]))
        self.answers[f"q{question.qid}"] = text
        if self.state is not None and (number := self.state.round_of(question)):
            self.answers[text_key(question.qid, number)] = text
        if reply is None:
            return f"({fill(self.shown.question(question.id).get('skip') or '')})"
        return ", ".join([*([text] if text else []), *(file.name for file in reply.attachments)])

    def _refuse(self, question: Question, reply: Reply | None, refusal: AnswerRefused) -> None:
        preview = self.preview
        preview.errors, preview.refusal = refusal.errors, refusal
        own = self._own_message(question, reply, refusal)
        preview.own_message = self._filler(preview.variables)(own) if own else ""

    def _own_message(self, question: Question, reply: Reply | None, refusal: AnswerRefused) -> str:
        """Return the author's text about a constraint, or about an empty answer, in the language of the texts."""
        source, shown = self.source.question(question.id), self.shown.question(question.id)
        pairs = zip(source.get("constraints", ()), shown.get("constraints", ()), strict=True)
        for before, after in pairs:
            if refusal.message and before["message"] == refusal.message:
                return str(after["message"])
        codes = {code for found in refusal.errors.values() for code in found}
        is_blank = reply is not None and not reply.text.strip() and codes == {"WRONG_VALUE"}
        is_missing = "REQUIRED" in codes or is_blank
        return refusal.message or (shown.get("required_message") or "" if is_missing else "")

    def _checked(self, question: Question, reply: Reply | None) -> CheckedReply:
        """Return the accepted reply; warnings count as confirmed. Raises `AnswerRefused`."""
        if reply is None:
            if question.skip is None:
                raise AnswerRefused({"skip": ["NOT_OFFERED"]})
            return SKIPPED
        if self.state is None:
            return check_reply(question, reply)
        environment = self.state.environment(self.preview.variables)
        return judge(self.state.logic, question, reply, environment, confirms=True)

    def _add_events(self, walk: flow_events.Walk) -> None:
        preview = self.preview
        problems: list[str] = []
        for event in walk.events:
            if isinstance(event, flow_events.EvaluationFailed):
                problem = _("“%(source)s” of question %(qid)s: %(reason)s")
                problems.append(problem % {"source": event.source, "qid": event.qid, "reason": event.reason})
            elif isinstance(event, flow_events.Asked):
                question = event.question
                shown = filled(self.shown.question(question.id), self._filler(event.variables, asked=event))
                attachments: tuple[Document, ...] = tuple(shown["attachments"])
                preview.lines.append(Line(shown["text"], question, event.variables, attachments=attachments))
            elif isinstance(event, flow_events.Broken):
                missing = _("The script stopped: question %(qid)s does not exist.") % {"qid": event.qid}
                too_many = _("The script stopped: too many steps.")
                preview.ended = missing if event.reason == "missing" else too_many
            elif isinstance(event, flow_events.Finished):
                preview.ended = _("End of the script.")
        if problems and preview.lines:
            last = preview.lines.pop()
            preview.lines.append(replace(last, problems=tuple(problems)))
        preview.waiting, preview.variables = walk.cursor, walk.variables
        preview.errors = {}

    def _filler(
        self, variables: Mapping[str, float], *, asked: flow_events.Asked | None = None
    ) -> Callable[[str], str]:
        """Return a function that renders texts; their context is made for the first that has a placeholder."""
        made: list[Mapping[str, object]] = []

        def fill(text: str) -> str:
            if "{{" not in text:
                return text
            if not made:
                made.append(self._context(variables, asked))
            return render(text, made[0])

        return fill

    def _context(
        self, variables: Mapping[str, float], asked: flow_events.Asked | None
    ) -> Mapping[str, object]:
        state, logic = self.state, logic_of(self.script)
        return {
            "user": self.account,
            "sender": {},
            "thread": {"id": 0, "title": _("Preview"), "type": self.thread_type},
            "variables": variables,
            **shown_answers(self.answers, state, asked, self.language),
            **shown_scores(
                logic,
                lambda: (state or RunState(logic)).environment(variables),
                self.language,
                self.shown.scores,
            ),
        }


def _limit() -> int:
    return int(chat_settings.SCRIPT_STEPS_MAX)
