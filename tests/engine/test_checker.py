"""The findings of the checker: complete, correct, and found in bounded time."""

from collections import Counter

import pytest
from hypothesis import given

from chat_api.engine import flow, flow_events, walker
from chat_api.engine.analysis.checker import Severity, check, has_errors
from chat_api.engine.analysis.reachability import exits_of
from chat_api.engine.analysis.variable_values import EVALUATIONS_MAX, VariableValues
from chat_api.engine.expressions import ExpressionError, evaluate
from chat_api.engine.script import END, Script
from tests.engine.scripts import cases, raw_questions, script
from tests.engine.strategies import walkable_scripts
from tests.questionnaires import questionnaire, questions_of

pytestmark = pytest.mark.sqlite_only

LIMIT = 60


@pytest.mark.parametrize("case", cases("checker"), ids=lambda case: case["rule"])
def test_findings(case):
    findings = check(raw_questions(case["script"]))
    found = [[finding.severity, finding.code, finding.qid, finding.text] for finding in findings]
    for expected in case["found"]:
        same = [row for row in found if row[: len(expected)] == expected]
        assert same, f"{expected} is not among {found}"
        found.remove(same[0])
    assert found == []
    assert all(finding.hint for finding in findings)
    assert has_errors(findings) == any(expected[0] == "error" for expected in case["found"])


def test_host_can_add_names():
    described = [{"text": "{{ weather.today }}", "next": -1}]
    assert [finding.code for finding in check(raw_questions(described))] == ["unknown_name"]
    assert check(raw_questions(described), roots={"weather"}) == []
    assert check(raw_questions(described), roots=None) == []


def test_findings_are_ordered_by_position():
    described = [{"qid": 5}, {"qid": 3, "next": 9}, {"qid": 4, "next": 8}]
    assert [finding.qid for finding in check(raw_questions(described))] == [5, 3, 3, 4, 4]


def test_path_of_long_cycle_is_abbreviated():
    ring = [{"type": "message", "next": qid % 100 + 1} for qid in range(1, 101)]
    (finding,) = check(raw_questions(ring))
    assert finding.text.endswith("19 -> 20 -> … -> 1")


def test_number_of_evaluations_does_not_grow_with_number_of_questions():
    def sized(count: int) -> int:
        questions = [
            {
                "type": "choice",
                "answers": [{"next": qid % count + 1, "mods": [["s", f"s + {n}"]]} for n in range(4)],
            }
            for qid in range(1, count + 1)
        ]
        values = VariableValues.of(
            m for q in script(questions).questions for a in q.answers for m in a.modifications
        )
        assert [finding.code for finding in check(raw_questions(questions))] == ["endless_questions"]
        return EVALUATIONS_MAX - values.evaluations_left

    assert sized(1000) == sized(10)


def test_exponentially_many_paths_are_checked():
    rungs = 400
    ladder = [{"type": "fork", "rules": [[str(n + 2), f"x > {n}"], [str(n + 3), "1"]]} for n in range(rungs)]
    ladder += [{"next": -1, "mods": [["x", "x + 1"]]}, {"next": -1}]
    assert check(raw_questions(ladder)) == []


def test_reached_limit_is_reported_and_nothing_is_called_unreachable():
    count = 6000
    questions = [
        {
            "type": "fork",
            "rules": [["-1", f"v{n} < -1"]],
            "mods": [[f"v{n}", f"v{n} + v{(n + 1) % count} + {n + 1}"]],
        }
        for n in range(count)
    ]
    findings = check(raw_questions(questions))
    assert findings[0].code == "bound_met"
    assert not any(finding.code == "unreachable_condition" for finding in findings)


@pytest.mark.parametrize("name", ["phq9", "gad7"])
def test_published_questionnaires_have_no_findings(name):
    described = [
        {
            "qid": question["qid"],
            "type": question["type"],
            "text": question["text"],
            "rules": question.get("forking_rules", []),
            "answers": [
                {"next": answer["next_qid"], "mods": answer.get("variable_modifications", [])}
                for answer in question.get("answers", ())
            ],
        }
        for question in questions_of(questionnaire(name))
    ]
    assert check(raw_questions(described)) == []


class Explorer:
    """Explores the conversations of a script, up to a limit, and records what happens."""

    def __init__(self, walked: Script) -> None:
        self.script = walked
        self.visited: set[int] = set()
        self.true_rules: set[tuple[int, int]] = set()
        self.broken: set[str] = set()
        self.missing: set[int] = set()

    def explore(self, states: int = 150) -> None:
        waiting = [self.walk(self.script.questions[0].qid, {})]
        seen: set[object] = set()
        while waiting and len(seen) < states:
            stop = waiting.pop()
            if stop is None or (key := (stop[0].qid, tuple(sorted(stop[1].items())))) in seen:
                continue
            seen.add(key)
            question, variables = stop
            for answer in question.answers:
                changed = dict(variables)
                self.modify(answer.modifications, changed)
                waiting.append(self.walk(answer.next_qid, changed))
            if not question.answers:
                waiting.append(self.walk(question.next_qid, dict(variables)))

    def modify(self, modifications, variables):
        for modification in modifications:
            try:
                variables[modification.name] = evaluate(modification.expression, variables)
            except ExpressionError:
                continue

    def walk(self, qid, variables):
        for _ in range(LIMIT):
            if qid is None or qid <= END:
                return None
            question = self.script.questions_by_qid.get(qid)
            if question is None:
                self.missing.add(qid)
                return None
            self.visited.add(qid)
            if question.type == "fork":
                self.modify(question.modifications, variables)
                self.note_rules(question, variables)
                qid, _ = walker.choose_branch(question, variables)
                continue
            self.modify(question.modifications, variables)
            if question.type != "message":
                return question, variables
            qid = question.next_qid
        self.broken.add("steps")
        return None

    def note_rules(self, fork, variables):
        for number, rule in enumerate(fork.rules):
            try:
                if evaluate(rule.condition, variables):
                    self.true_rules.add((fork.qid, number))
                    evaluate(rule.target, variables)
                    return
            except ExpressionError:
                continue


@given(walkable_scripts())
def test_nothing_that_happens_is_reported_as_impossible(described):
    walked = script(described)
    explorer = Explorer(walked)
    explorer.explore()
    findings = check(raw_questions(described))
    by_code = Counter(finding.code for finding in findings)
    unreachable = {finding.qid for finding in findings if finding.code == "unreachable_question"}
    assert not unreachable & explorer.visited
    values = VariableValues.of(
        m for q in walked.questions for owner in (q, *q.answers) for m in owner.modifications
    )
    for question in walked.questions:
        never_chosen = exits_of(question, values).never_chosen
        for number, rule in enumerate(question.rules):
            if (question.qid, number) in explorer.true_rules:
                assert never_chosen.count(rule) < question.rules.count(rule)
    if explorer.broken:
        assert by_code["infinite_loop"] or by_code["undecided_loop"]
    reported = {finding.text for finding in findings if finding.code == "missing_question"}
    for qid in explorer.missing:
        assert f"Question with QID {qid} does not exists." in reported or by_code["undecided_target"]


@given(walkable_scripts())
def test_infinite_loop_never_ends(described):
    walked = script(described)
    for finding in check(raw_questions(described)):
        if finding.code == "infinite_loop":
            walk = flow.start(walked, at=finding.qid, variables={}, repeat_from=None, limit=LIMIT)
            assert isinstance(walk.events[-1], flow_events.Broken)
            assert walk.events[-1].reason == "steps"
            assert finding.severity == Severity.ERROR


@given(walkable_scripts())
def test_question_without_incoming_link_is_reported(described):
    walked = script(described)
    found, waiting = set(), [walked.first.qid]
    while waiting:
        qid = waiting.pop()
        question = walked.questions_by_qid.get(qid)
        if question is None or qid in found:
            continue
        found.add(qid)
        if any(not rule.target.lstrip("-").isdecimal() for rule in question.rules):
            # A computed target can lead anywhere.
            found = {other.qid for other in walked.questions}
            break
        waiting += [int(rule.target) for rule in question.rules]
        if question.type != "fork":
            waiting += [qid for qid in (question.next_qid, *(a.next_qid for a in question.answers)) if qid]
    reported = {f.qid for f in check(raw_questions(described)) if f.code == "unreachable_question"}
    assert {question.qid for question in walked.questions} - found <= reported


@given(walkable_scripts())
def test_without_variables_exactly_the_unvisited_questions_are_reported(described):
    for question in described:
        question["mods"] = []
        question["rules"] = [
            rule for rule in question.get("rules", []) if not any(map(str.isalpha, "".join(rule)))
        ]
        if answers := question.get("answers"):
            # Surveys, and free-text answers, also continue at the next question of the choice itself.
            answers.append({"next": question["next"] or -1})
            question["answers"] = [{"next": answer["next"]} for answer in answers]
    walked = script(described)
    explorer = Explorer(walked)
    explorer.explore()
    reported = {f.qid for f in check(raw_questions(described)) if f.code == "unreachable_question"}
    assert reported == {question.qid for question in walked.questions} - explorer.visited
