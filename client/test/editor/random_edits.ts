/** Edits that an author could make, chosen by chance. */

import { type Question, type Script, withValues } from "../../src/editor/document.js";
import {
  addForkBelow,
  addQuestion,
  below,
  duplicate,
  freeName,
  move,
  named,
  remove,
  removeGroup,
  setAnswers,
  setGroup,
  setGroupOf,
  setQuestion,
  setType,
  withAnswerValues,
} from "../../src/editor/edits.js";
import { withName } from "../../src/editor/references.js";
import { sumOf } from "../../src/editor/scoring.js";
import { entriesOf } from "../../src/editor/translations.js";
import { TYPES } from "./scripts.js";

type Random = () => number;

const WORDS = [
  "pain",
  "How old are you?",
  "¿De verdad?",
  "zażółć",
  "a “quoted” text",
  "{{ answers.age }}",
  "",
  "x".repeat(90),
];

function one<Item>(list: readonly Item[], random: Random): Item {
  return list[Math.floor(random() * list.length)] as Item;
}

type Edit = (script: Script, question: Question, random: Random) => Script;

export const EDITS: Readonly<Record<string, Edit>> = {
  text: (script, { qid }, random) => setQuestion(script, qid, { text: one(WORDS, random) }),
  hint: (script, { qid }, random) => setQuestion(script, qid, { hint: one(WORDS, random) || undefined }),
  required: (script, { qid, required }) => setQuestion(script, qid, { required: !required || undefined }),
  add: (script, _, random) =>
    addQuestion(script, Math.floor(random() * (script.questions.length + 1)), one(TYPES, random)).script,
  duplicate: (script, { qid }) => duplicate(script, qid)?.script ?? script,
  remove: (script, { qid }) =>
    script.questions.length > 1 ? remove(script, qid, below(script, qid)) : script,
  move: (script, { qid }, random) => move(script, qid, Math.floor(random() * script.questions.length)),
  type: (script, { qid }, random) => setType(script, qid, one(TYPES, random), ["min", "max"]).script,
  target: (script, { qid }, random) =>
    setQuestion(script, qid, { next_qid: one([undefined, -1, one(script.questions, random).qid], random) }),
  rename: (script, { qid, text = "" }) => withName(script, qid, freeName(script, text)),
  named: (script, { qid }) => named(script, qid).script,
  answers: (script, { qid, type }, random) =>
    /choice/.test(type)
      ? setAnswers(script, qid, (answers) => [
          ...answers,
          { text: one(WORDS, random), weight: Math.floor(random() * 4) },
        ])
      : script,
  values: (script, { qid }) => withAnswerValues(script, qid),
  fork: (script, { qid }) => addForkBelow(script, qid).script,
  limits: (script, { qid, type }, random) =>
    type === "int" ? setQuestion(script, qid, { limits: { min: 0, max: Math.ceil(random() * 99) } }) : script,
  group: (script, { qid }, random) => setGroupOf(script, qid, one([null, "One", "Two"], random)),
  groupText: (script, { group }, random) =>
    group ? setGroup(script, group, { text: one(WORDS, random) || undefined }) : script,
  ungroup: (script, { group }) => (group ? removeGroup(script, group) : script),
  translate: (script, _, random) => {
    const entry = one(entriesOf(script), random);
    return entry.set(script, { ...entry.translations, pl: one(WORDS, random) || "odpowiedź" });
  },
  score: (script, _, random) => {
    const numbers = script.questions.filter(({ type }) =>
      ["int", "choice", "multichoice", "range"].includes(type),
    );
    const sum = sumOf(
      script,
      numbers.filter(() => random() < 0.5).map(({ qid }) => qid),
    );
    const bands = [
      { from: 0, to: 4, label: "low" },
      { from: 5, to: 9, label: "high" },
    ];
    return { ...sum.script, scores: [{ name: "total", label: "Total", expression: sum.expression, bands }] };
  },
  flag: (script, { qid, type }) => {
    const found = named(script, qid);
    if (["message", "fork", "control"].includes(type)) return script;
    return withValues(found.script, {
      flags: [{ name: "look", if: `answered(${found.name})`, label: "Look" }],
    });
  },
};

/** Return the script after one edit by chance, and the name of the edit. */
export function randomEdit(
  script: Script,
  random: Random,
): { readonly script: Script; readonly name: string } {
  const name = one(Object.keys(EDITS), random);
  return { script: (EDITS[name] as Edit)(script, one(script.questions, random), random), name };
}
