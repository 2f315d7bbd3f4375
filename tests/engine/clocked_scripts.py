"""Scripts with a repeated group whose rules read the clock."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from chat_api.engine.script import Script
from chat_api.engine.script_source import RawGroup
from tests.engine.scripts import script

CLOCK = [
    'today() < date("2026-05-08")',
    "day(today()) % 2 == 0",
    "day(now()) % 3 != 0",
    "now() > now()",
    "year(today()) > 2000",
]
OF_ONE = ["{} > 1", "{} == empty", "not {}"]
OF_LISTS = ["sum(g.{}) > 2", "count(g.{}) % 2 == 0"]


@st.composite
def clocked_scripts(draw: st.DrawFn) -> Script:
    """Draw a script with questions before, in and after a repeated group; rules read the clock and earlier answers.

    The last question can lead back to any other.
    """
    described: list[dict[str, Any]] = [{"name": "n", "type": "int"}]
    outside, inside = ["n"], list[str]()

    def sources(*, in_round: bool, numbers: bool) -> st.SearchStrategy[str]:
        found = [*CLOCK, *(["day(today())", "day(now())"] if numbers else ["x > 1"])]
        names = outside + (inside if in_round else [])
        found += [f"{name} + day(today())" for name in names] if numbers else []
        found += [source.format(name) for name in names for source in OF_ONE]
        found += [source.format(name) for name in inside for source in OF_LISTS]
        return st.sampled_from([*found, *(["index > 1"] if in_round else [])])

    def add(name: str, *, in_round: bool) -> None:
        question: dict[str, Any] = {
            "name": name,
            "type": draw(st.sampled_from(["int", "int", "calculation"])),
        }
        condition = sources(in_round=in_round, numbers=False)
        if draw(st.booleans()):
            question["show_if"] = (
                f"{draw(condition)} {draw(st.sampled_from(['and', 'or']))} {draw(condition)}"
            )
        if question["type"] == "calculation":
            question["calculate"] = draw(sources(in_round=in_round, numbers=True))
        if draw(st.integers(0, 4)) == 0:
            question["mods"] = [["x", draw(sources(in_round=in_round, numbers=True))]]
        described.append({**question, "group": 9} if in_round else question)
        (inside if in_round else outside).append(name)

    for place in range(draw(st.integers(0, 2))):
        add(f"b{place}", in_round=False)
    for place in range(draw(st.integers(1, 4))):
        add(f"i{place}", in_round=True)
    for place in range(draw(st.integers(0, 3))):
        add(f"a{place}", in_round=False)
    back = {"value": True, "next": draw(st.integers(1, len(described)))}
    on = {"value": False, "next": len(described) + 2}
    described += [{"name": "again", "type": "choice", "answers": [back, on]}, {"name": "end", "type": "int"}]
    for qid, question in enumerate(described, start=1):
        question["next"] = qid + 1 if qid < len(described) else None
    hidden = draw(st.one_of(st.none(), st.sampled_from(CLOCK)))
    return script(described, [RawGroup(id=9, position=1, key="g", repeat={"count": "n"}, show_if=hidden)])
