/** Rules of editing without a page: history, expressions, conditions, references, edits. */

import { describe, expect, it } from "vitest";
import { conditionOf, expressionOf } from "../../src/editor/conditions.js";
import { differences } from "../../src/editor/merging.js";
import {
  addQuestion,
  duplicate,
  freeName,
  move,
  named,
  remove,
  setGroup,
  setGroupOf,
  setQuestion,
  setType,
  withAnswerValues,
} from "../../src/editor/edits.js";
import { nameOf, namesIn, quoted, renamed, tokensOf, unquoted } from "../../src/editor/expressions.js";
import { begin, change, redo, settle, undo } from "../../src/editor/history.js";
import { isRead, leadingTo, withName, withTargets } from "../../src/editor/references.js";
import { addends, extentOf, sumOf } from "../../src/editor/scoring.js";
import { entriesOf, languagesOf } from "../../src/editor/translations.js";
import { randomEdit } from "./random_edits.js";
import type { Script } from "../../src/editor/document.js";
import { chance, scriptOf, small } from "./scripts.js";

describe("undo and redo", () => {
  it.each([1, 2, 3, 4, 5])(
    "200 random edits and as many undos give the first script back, redo the last (seed %i)",
    (seed) => {
      const random = chance(seed);
      let history = begin(small);
      const first = JSON.stringify(small);
      for (let edits = 0; edits < 200;) {
        const before = history;
        history = change(history, randomEdit(history.present, random).script);
        if (history !== before) edits += 1;
      }
      const last = history.present;
      const text = JSON.stringify(last);
      for (let undos = 0; undos < 200; undos += 1) history = undo(history);
      expect(history.present).toBe(small);
      expect(JSON.stringify(history.present)).toBe(first);
      expect(undo(history)).toBe(history);
      for (let redos = 0; redos < 200; redos += 1) history = redo(history);
      expect(history.present).toBe(last);
      expect(JSON.stringify(history.present)).toBe(text);
    },
  );

  it("edits of one subject are one step, until it is settled", () => {
    let history = begin("");
    for (const text of ["a", "ab", "abc"]) history = change(history, text, "field");
    expect(undo(history).present).toBe("");
    history = change(settle(history), "abcd", "field");
    expect(undo(history).present).toBe("abc");
    expect(redo(undo(history)).present).toBe("abcd");
  });

  it("a new edit forgets what could be redone", () => {
    const history = change(undo(change(begin(1), 2)), 3);
    expect(redo(history)).toBe(history);
    expect(undo(history).present).toBe(1);
  });
});

describe("expressions", () => {
  it.each([
    ["age >= 18 and pain == 'age'", ["age", "and", "pain"]],
    ["meds.dose > 2.5", ["meds"]],
    ['selected(pain, "age")', ["pain"]],
    ['score("age") // 2', []],
  ])("the names in %s are %j", (source, names) => {
    expect([...namesIn(source)]).toEqual(names);
  });

  it.each([
    ["age+age_2 + years(age, today())", "age", "years_old", "years_old+age_2 + years(years_old, today())"],
    ["meds.age + age", "age", "a", "meds.age + a"],
    ["'age' == age", "age", "a", "'age' == a"],
    ["age (1)", "age", "a", "age (1)"],
  ])("in %s, %s becomes %s: %s", (source, from, to, result) => {
    expect(renamed(source, from, to)).toBe(result);
  });

  it.each(["plain", 'with "quotes"', "back\\slash", "two\nlines", "zażółć", "'"])(
    "the text %j can be quoted",
    (text) => {
      expect(unquoted(quoted(text))).toBe(text);
      expect(tokensOf(quoted(text))).toHaveLength(1);
    },
  );

  it.each([
    ["How old are you?", "how_old_are_you"],
    ["2 × Łódź", "lodz"],
    ["Hello {{ user.name }}!", "hello"],
    ["日本", ""],
  ])("%j is called %j", (text, name) => {
    expect(nameOf(text)).toBe(name);
  });
});

describe("conditions", () => {
  it.each([
    "age >= 18",
    'age < -2.5 and pain == "yes"',
    'selected(meds, "a") or not selected(meds, "b")',
    'contains(name, "x") and not contains(name, "y")',
    "answered(age) and not answered(pain)",
    'born < date("2000-01-01") or born > date("2020-02-29") or born == date("2010-10-10")',
    'score("risk") >= 3',
    "is_new or is_old == false",
    "flag != true",
    "",
  ])("%j is shown as rows, which are that expression", (source) => {
    const condition = conditionOf(source);
    expect(condition).not.toBeNull();
    expect(expressionOf(condition as never)).toBe(source);
  });

  it.each([
    "a > 1 and b > 2 or c > 3",
    "age > other",
    "max(a, b) > 2",
    "(a > 1)",
    "a + 1 > 2",
    "1 < a < 3",
    "a >",
    "not a > 1",
    "selected(a)",
    "1",
    "a == date(b)",
  ])("%j is only shown as an expression", (source) => {
    expect(conditionOf(source)).toBeNull();
  });

  it("a row without a value is left out", () => {
    const rows = [{ subject: { kind: "name", name: "age" }, comparison: ">", value: null } as const];
    expect(expressionOf({ join: "and", rows })).toBe("");
  });
});

describe("references", () => {
  it("another name is taken over by rules, scores, flags and texts", () => {
    const script = withName(small, 1, "years");
    expect(JSON.stringify(script)).not.toMatch(/\bage\b/);
    expect(script.questions[1]?.text).toBe("Hello {{ answers.years }}, does it hurt?");
    expect(script.questions[2]?.forking_rules?.[0]?.[1]).toBe("years >= 18 and pain == 'yes'");
    expect(script.scores?.[0]?.expression).toBe("sum(years, weight(pain))");
    expect(script.flags?.[0]?.if).toBe("years > 90");
    expect(withName(script, 1, "age")).toEqual(small);
  });

  it("what leads to a question and reads it is found", () => {
    expect(leadingTo(small, 4)).toBe(2);
    expect(leadingTo(small, 2)).toBe(0);
    expect(isRead(small, "age")).toBe(true);
    expect(isRead(small, "other")).toBe(false);
  });

  it("targets that stay the same leave the script as it is", () => {
    expect(withTargets(small, (qid) => qid)).toBe(small);
  });
});

describe("edits", () => {
  it("what leads to a removed question leads to another one instead", () => {
    const script = remove(small, 4, -1);
    expect(script.questions.map(({ qid }) => qid)).toEqual([1, 2, 3]);
    expect(script.questions[1]?.answers?.[0]?.next_qid).toBe(-1);
    expect(script.questions[2]?.forking_rules?.[0]?.[0]).toBe("-1");
  });

  it("a copy has a number and a name of its own, and comes below", () => {
    const { script, question } = duplicate(small, 1) as NonNullable<ReturnType<typeof duplicate>>;
    expect(script.questions.map(({ qid }) => qid)).toEqual([1, 5, 2, 3, 4]);
    expect(question.name).toBe("age_2");
  });

  it("an edit leaves all other questions as they are", () => {
    const script = setQuestion(small, 2, { text: "Pain?" });
    expect(script.questions.filter((question, index) => question !== small.questions[index])).toHaveLength(1);
  });

  it("positions go when the order changes", () => {
    const script = scriptOf({ qid: 1, type: "text", position: 10 }, { qid: 2, type: "text", position: 20 });
    expect(move(script, 2, 0).questions).toEqual([
      { qid: 2, type: "text" },
      { qid: 1, type: "text" },
    ]);
  });

  it("a question between two of a group joins it", () => {
    const script = scriptOf(
      { qid: 1, type: "text", group: "g" },
      { qid: 2, type: "text", group: "g" },
      { qid: 3, type: "text" },
    );
    expect(addQuestion(script, 1, "text").question.group).toBe("g");
    expect(addQuestion(script, 2, "text").question.group).toBeUndefined();
    expect(move(script, 3, 1).questions[1]).toMatchObject({ qid: 3, group: "g" });
  });

  it.each([
    ["fork", { forking_rules: [["3", "1"]] }],
    ["range", { range_from: 0, range_to: 10 }],
    ["text", {}],
  ])("a choice that becomes a %s has what that type needs, and nothing else", (type, more) => {
    const changed = setType(small, 2, type, []).script.questions[1];
    expect(changed).toEqual({ qid: 2, type, name: "pain", text: small.questions[1]?.text, ...more });
  });

  it("a type that is passed on the way to another one deletes nothing", () => {
    const text = setType(small, 2, "text", []);
    expect(setType(text.script, 2, "choice", [], text.aside).script).toEqual(small);
  });

  it("limits that the new type takes stay", () => {
    const script = scriptOf({ qid: 1, type: "int", limits: { min: 1, pattern: "x" } });
    expect(setType(script, 1, "text", ["pattern"]).script.questions[0]?.limits).toEqual({ pattern: "x" });
  });

  it("names are free: not of questions, variables or words", () => {
    const script = scriptOf({
      qid: 1,
      type: "text",
      name: "value_2",
      variable_modifications: [["points", "1"]],
    });
    expect(freeName(script, "points")).toBe("points_2");
    expect(freeName(script, "value")).toBe("value_3");
    expect(freeName(script, "q7")).not.toBe("q7");
    expect(freeName(script, "?")).toBe("answer");
    expect(named(script, 1)).toEqual({ script, name: "value_2" });
  });

  it("answers get values that differ, and keep those that they have", () => {
    const script = scriptOf({
      qid: 1,
      type: "choice",
      answers: [{ text: "Yes" }, { text: "yes!" }, { text: "No", value: 0 }],
    });
    expect(withAnswerValues(script, 1).questions[0]?.answers?.map(({ value }) => value)).toEqual([
      "yes",
      "yes_2",
      0,
    ]);
  });

  it("a group is listed when it is first used, and its questions follow its name", () => {
    const script = setGroup(setGroupOf(small, 1, "About you"), "About you", { name: "You", layout: "page" });
    expect(script.groups).toEqual([{ name: "You", layout: "page" }]);
    expect(script.questions[0]?.group).toBe("You");
    expect(setGroup(script, "You", { layout: undefined }).groups).toEqual(["You"]);
  });
});

describe("a question that is added below a fork", () => {
  const last = (rules: [string, string][]): Script =>
    scriptOf(
      { qid: 1, type: "int", name: "age", text: "Age?" },
      { qid: 2, type: "fork", forking_rules: rules },
    );

  it.each<[string, [string, string][], [string, string][]]>([
    ["is where it leads otherwise", [["-1", "1"]], [["3", "1"]]],
    [
      "is where rules lead that are not filled in",
      [
        ["-1", "0"],
        ["-1", "1"],
      ],
      [
        ["3", "0"],
        ["3", "1"],
      ],
    ],
    [
      "takes no rule that an author has filled in",
      [
        ["-1", "age > 7"],
        ["-1", "1"],
      ],
      [
        ["-1", "age > 7"],
        ["3", "1"],
      ],
    ],
    ["takes no other target", [["1", "1"]], [["1", "1"]]],
  ])("%s", (_, before, after) => {
    const { script } = addQuestion(last(before), 2, "text");
    expect(script.questions[1]?.forking_rules).toEqual(after);
  });

  it("is not reached from a fork further above", () => {
    const script = last([["-1", "1"]]);
    const once = addQuestion(script, 2, "text").script;
    expect(addQuestion(once, 3, "text").script.questions[1]?.forking_rules).toEqual([["3", "1"]]);
  });
});

describe("scores", () => {
  it("add up the points of the chosen questions, which get names", () => {
    const script = scriptOf(
      { qid: 1, type: "choice", text: "Sleep" },
      { qid: 2, type: "int", text: "Hours" },
    );
    const sum = sumOf(script, [1, 2]);
    expect(sum.expression).toBe("sum(weight(sleep), hours)");
    expect(addends(sum.expression)).toEqual(["sleep", "hours"]);
    expect(addends("0")).toEqual([]);
    expect(addends("sum(a, b) * 2")).toBeNull();
    expect(addends("a + b")).toBeNull();
  });
});

describe("the extent of a score", () => {
  const script = scriptOf(
    {
      qid: 1,
      type: "choice",
      name: "a",
      answers: [
        { text: "x", weight: 1 },
        { text: "y", weight: 3 },
      ],
    },
    {
      qid: 2,
      type: "multichoice",
      name: "b",
      answers: [
        { text: "x", weight: 2 },
        { text: "y", weight: 5 },
      ],
    },
    { qid: 3, type: "range", name: "c", range_from: 0, range_to: 10 },
    { qid: 4, type: "int", name: "d" },
  );

  it.each<[string, readonly string[] | null, unknown]>([
    ["of one choice, which can be skipped", ["a"], { from: 0, to: 3 }],
    ["of several choices together", ["b"], { from: 0, to: 7 }],
    ["of all together", ["a", "b", "c"], { from: 0, to: 20 }],
    ["of a number without limits", ["a", "d"], null],
    ["of nothing", [], null],
    ["of another expression", null, null],
    ["of a name that does not exist", ["z"], null],
  ])("%s", (_, names, expected) => {
    expect(extentOf(script, names)).toEqual(expected);
  });
});

describe("translations", () => {
  it("each text is listed once, and set where it is", () => {
    const script = setQuestion(small, 4, { text_i18n: { pl: "Dziękuję" } });
    expect(languagesOf(script)).toEqual(["pl"]);
    const keys = entriesOf(script).map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    const translated = entriesOf(script).reduce((all, entry) => entry.set(all, { pl: entry.key }), script);
    expect(entriesOf(translated).every((entry) => entry.translations["pl"] === entry.key)).toBe(true);
    const cleared = entriesOf(translated).reduce((all, entry) => entry.set(all, undefined), translated);
    expect(languagesOf(cleared)).toEqual([]);
    expect(cleared).toEqual(small);
  });
});

describe("two versions", () => {
  it("differ by question, and in the rest", () => {
    const other = { ...setQuestion(small, 1, { text: "Age?" }), flags: null };
    expect(differences(small, other)).toEqual([1, null]);
    expect(differences(small, small)).toEqual([]);
  });
});
