/** The merge of two versions: what one author changed stays, and what both changed is a clash. */

import { describe, expect, it } from "vitest";
import { type Question, type Script, withValues } from "../../src/editor/document.js";
import { addQuestion, move, remove, setGroup, setQuestion } from "../../src/editor/edits.js";
import { areSame, areSameScripts, type Clash, differences, Merger } from "../../src/editor/merging.js";
import { randomEdit } from "./random_edits.js";
import { chance, small } from "./scripts.js";

function merged(mine: Script, theirs: Script): { script: Script; clashes: readonly Clash[] } {
  return new Merger(small, theirs, [mine]).merge(mine, "mine");
}

function text(qid: number, value: string): Script {
  return setQuestion(small, qid, { text: value });
}

function added(at: number, value: string): Script {
  const { script, question } = addQuestion(small, at, "text");
  return setQuestion(script, question.qid, { text: value });
}

function texts({ questions }: Script): readonly (string | undefined)[] {
  return questions.map(({ text: shown }) => shown);
}

const [age, pain, fork, thanks] = texts(small);

describe("both changes stay", () => {
  it.each<[string, Script, Script, readonly (string | undefined)[]]>([
    ["of two questions", text(1, "A"), text(2, "B"), ["A", "B", fork, thanks]],
    ["a new one and a changed one", added(1, "New"), text(2, "B"), [age, "New", "B", fork, thanks]],
    ["new ones at the same place", added(4, "One"), added(4, "Two"), [age, pain, fork, thanks, "One", "Two"]],
    ["a removed one and a changed one", remove(small, 4, -1), text(1, "A"), ["A", pain, fork]],
    ["a moved one and a changed one", move(small, 4, 0), text(1, "A"), [thanks, "A", pain, fork]],
    ["a moved one and a new one", move(small, 1, 3), added(2, "New"), [pain, "New", fork, thanks, age]],
    ["the same change", text(1, "A"), text(1, "A"), ["A", pain, fork, thanks]],
  ])("%s", (_, mine, theirs, expected) => {
    const { script, clashes } = merged(mine, theirs);
    expect(clashes).toEqual([]);
    expect(texts(script)).toEqual(expected);
  });

  it("a new question gets another number where both have added one, and what leads to it follows", () => {
    const mine = setQuestion(added(4, "Mine"), 1, { next_qid: 5 });
    const { script } = merged(mine, setQuestion(added(0, "Theirs"), 2, { next_qid: 5 }));
    const numbers = Object.fromEntries(script.questions.map(({ qid, text: shown }) => [shown, qid]));
    expect(numbers).toMatchObject({ Theirs: 5, Mine: 6 });
    expect(script.questions.find(({ qid }) => qid === 1)?.next_qid).toBe(6);
    expect(script.questions.find(({ qid }) => qid === 2)?.next_qid).toBe(5);
  });

  it("a score and a flag", () => {
    const mine = { ...small, scores: [...(small.scores ?? []), { name: "more", expression: "1" }] };
    const theirs = withValues(small, { flags: undefined, name_i18n: { pl: "Nazwa" } });
    const { script, clashes } = merged(mine, theirs);
    expect(clashes).toEqual([]);
    expect(script.scores?.map(({ name }) => name)).toEqual(["risk", "more"]);
    expect(script.flags).toBeUndefined();
    expect(script.name_i18n).toEqual({ pl: "Nazwa" });
  });
});

describe("positions", () => {
  const placed = (first: number): Script => ({
    ...small,
    questions: small.questions.map((question, index) => ({ ...question, position: first + index })),
  });

  it.each<[string, (script: Script) => Script]>([
    ["of an added question", (script) => addQuestion(script, 1, "text").script],
    ["of a removed question", (script) => remove(script, 4, -1)],
    ["of a moved question", (script) => move(script, 1, 3)],
  ])("follow from the order: %s", (_, edit) => {
    const base = placed(10);
    const mine = edit(base);
    const { script } = new Merger(base, setQuestion(base, 2, { text: "B" }), [mine]).merge(mine, "mine");
    expect(script.questions.map(({ position }) => position)).toEqual(script.questions.map(() => undefined));
    expect(script.questions.map(({ qid }) => qid)).toEqual(mine.questions.map(({ qid }) => qid));
  });
});

describe("a target that is the question below", () => {
  const explicit = setQuestion(small, 1, { next_qid: 2 });

  it("is the same as none, which the server writes", () => {
    expect(areSameScripts(explicit, small)).toBe(true);
    expect(areSameScripts(setQuestion(small, 1, { next_qid: 4 }), small)).toBe(false);
    expect(differences(explicit, small)).toEqual([]);
    const mine = setQuestion(explicit, 1, { text: "A" });
    const theirs = setQuestion(small, 4, { text: "B" });
    expect(new Merger(explicit, theirs, [mine]).merge(mine, "mine").clashes).toEqual([]);
  });

  it.each(["choice", "fork"])("is one of its own in a %s", (type) => {
    const other = setQuestion(small, 1, { type });
    expect(areSameScripts(setQuestion(other, 1, { next_qid: 2 }), other)).toBe(false);
  });
});

describe("a clash", () => {
  const grouped = setGroup(setQuestion(small, 1, { group: "A" }), "A", { text: "Mine" });

  it.each<[string, Script, Script, readonly Clash[]]>([
    ["of one question", text(1, "A"), text(1, "B"), [1]],
    ["of a changed question that the other removed", text(4, "A"), remove(small, 4, -1), [4]],
    ["of two orders", move(small, 1, 3), move(small, 4, 0), [null]],
    [
      "of one score",
      { ...small, scores: [{ name: "risk", expression: "1" }] },
      { ...small, scores: [{ name: "risk", expression: "2" }] },
      [null],
    ],
    ["of one new group", grouped, setGroup(grouped, "A", { text: "Theirs" }), [null]],
  ])("%s", (_, mine, theirs, clashes) => {
    expect(merged(mine, theirs).clashes).toEqual(clashes);
    const merger = new Merger(small, theirs, [mine]);
    expect(areSame(merger.merge(mine, "theirs").script, theirs)).toBe(true);
  });

  it.each(["next_qid", "text"] as const)("is found where a value became empty: %s", (column) => {
    const mine = setQuestion(small, 1, { [column]: column === "text" ? "" : null });
    expect(merged(mine, setQuestion(small, 1, { [column]: column === "text" ? "B" : 4 })).clashes).toEqual([
      1,
    ]);
  });
});

describe("equality", () => {
  const question: Question = { qid: 1, type: "text", text: "A" };

  it.each<[string, unknown, boolean]>([
    ["the order of columns", { text: "A", type: "text", qid: 1 }, true],
    ["empty columns", { ...question, hint: null, skip: "", required: false, answers: [] }, true],
    ["a position", { ...question, position: 4 }, true],
    ["a target", { ...question, next_qid: null }, false],
    ["data for programs", { ...question, meta: { a: false } }, false],
    ["a text", { ...question, text: "B" }, false],
  ])("%s", (_, other, expected) => {
    expect(areSame(question, other)).toBe(expected);
  });
});

function edited(count: number, random: () => number): Script {
  let script = small;
  for (let number = 0; number < count; number += 1) script = randomEdit(script, random).script;
  return script;
}

describe("by chance", () => {
  it.each([1, 2, 3, 4, 5])("what only one author changed is in the merge (seed %i)", (seed) => {
    const random = chance(seed);
    for (let round = 0; round < 20; round += 1) {
      const [mine, theirs] = [edited(4, random), edited(4, random)];
      const merger = new Merger(small, theirs, [mine]);
      const { script, clashes } = merger.merge(mine, "mine");
      const find = (of: Script, qid: number): Question | undefined =>
        of.questions.find((each) => each.qid === qid);
      for (const { qid } of small.questions) {
        if (clashes.includes(qid)) continue;
        const own = find(mine, qid);
        const expected = areSame(own, find(small, qid)) ? find(theirs, qid) : own;
        expect(areSame(withoutTargets(find(script, qid)), withoutTargets(expected))).toBe(true);
      }
      const qids = script.questions.map(({ qid }) => qid);
      expect(new Set(qids).size).toBe(qids.length);
      expect(merger.merge(small, "mine").script).toBe(theirs);
      expect(areSameScripts(new Merger(small, small, [mine]).merge(mine, "mine").script, mine)).toBe(true);
    }
  });
});

/** Targets of new questions are renumbered. */
function withoutTargets(question: Question | undefined): unknown {
  if (!question) return question;
  const { next_qid, forking_rules, answers, ...rest } = question;
  return [
    rest,
    (forking_rules ?? []).length,
    (answers ?? []).map(({ text: shown }) => shown),
    next_qid === null,
  ];
}
