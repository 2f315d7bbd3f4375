"""Creates the compact recordings from the full ones: ``python -m tests.recorded.compact FOLDER``.

Of a response, its status, its keys and the values in which both releases must agree are kept; of a refusal, the
whole body. Socket frames and database rows are omitted.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
#: Keys whose values are kept, at any depth.
HELD = (
    "text",
    "type",
    "state",
    "is_own",
    "is_read",
    "title",
    "answers",
    "variables_pool",
    "permissions",
    "notifications",
)
#: The tables whose rows a step creates, referenced ones first.
TABLES = (
    "Schema",
    "Group",
    "Question",
    "Answer",
    "Thread",
    "Message",
    "UserThread",
    "UnreadMessage",
    "VariableModification",
)


def keys_of(value: Any) -> Any:
    """Return the keys of a response at every level; a list becomes its first element, any other value null."""
    if isinstance(value, dict):
        return {key: keys_of(item) for key, item in value.items()}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [keys_of(value[0])]
    return None


def held_of(value: Any) -> Any:
    """Return the kept values of a response, or of each row of a page."""
    if isinstance(value, dict) and isinstance(value.get("results"), list):
        return [held_of(row) for row in value["results"]]
    if isinstance(value, dict):
        return {key: value[key] for key in HELD if key in value}
    return None


def compact_step(step: dict[str, Any]) -> dict[str, Any] | None:
    """Return the kept part of a step; None if nothing is kept."""
    kept: dict[str, Any] = {"label": step["label"], "now": step["now"]}
    if step["kind"] == "http":
        failed = step["status"] >= 400
        kept |= {name: step[name] for name in ("method", "path", "user", "request", "status")}
        if "exception_in_0_8_8" in step:
            kept["raised"] = step["exception_in_0_8_8"].split(":")[0]
        elif failed:
            kept["refusal"] = step["response"]
        elif step["method"] not in ("OPTIONS", "HEAD"):
            kept |= {"keys": keys_of(step["response"]), "held": held_of(step["response"])}
        return kept
    rows = {name: step["db"][name] for name in TABLES if name in step.get("db", {})}
    return {**kept, "rows": rows} if rows else None


def main(folder: Path) -> None:
    """Write `threads.json` and `messages.json` beside this file."""
    for name in ("threads", "messages"):
        scenarios = []
        for scenario in json.loads((folder / f"{name}.json").read_text(encoding="utf-8")):
            steps = [kept for step in scenario["steps"] if (kept := compact_step(step)) is not None]
            scenarios.append({"name": scenario["name"], "steps": steps})
        text = json.dumps(scenarios, ensure_ascii=False, separators=(",", ":"))
        (HERE / f"{name}.json").write_text(text.replace('{"label"', '\n{"label"') + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
