/** Scripts that the tests edit, and a source of chance that can be repeated. */

import type { Question, Script } from "../../src/editor/document.js";
import type { PageData } from "../../src/editor/store.js";
import { Editor } from "../../src/editor/store.js";

export const TYPES = [
  "text",
  "int",
  "choice",
  "multichoice",
  "range",
  "date",
  "message",
  "fork",
  "calculation",
];

export function scriptOf(...questions: Question[]): Script {
  return { name: "check-in", type: "clinic", version: 1, questions };
}

export const small: Script = {
  ...scriptOf(
    { qid: 1, type: "int", name: "age", text: "How old are you?" },
    {
      qid: 2,
      type: "choice",
      name: "pain",
      text: "Hello {{ answers.age }}, does it hurt?",
      answers: [
        { text: "No", value: "no", next_qid: 4 },
        { text: "Yes", value: "yes" },
      ],
    },
    {
      qid: 3,
      type: "fork",
      text: "",
      forking_rules: [
        ["4", "age >= 18 and pain == 'yes'"],
        ["1", "1"],
      ],
    },
    { qid: 4, type: "message", text: "Thank you", show_if: "answered(age)" },
  ),
  scores: [{ name: "risk", expression: "sum(age, weight(pain))" }],
  flags: [{ name: "old", if: "age > 90", label: "Old" }],
};

/** Return numbers from 0 to below 1 by a seed (mulberry32, by Tommy Ettinger, public domain). */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export function pageData(document: Script): PageData {
  const types = TYPES.map((value) => ({
    value,
    label: value,
    limits: value === "int" ? ["min", "max"] : [],
    asked: !["message", "fork", "calculation"].includes(value),
    choice: /choice/.test(value),
    control: "text",
  }));
  const urls = {
    check: "/check",
    save: "/save",
    state: "/state",
    copy: "/copy",
    preview: "/preview",
    picture: "/picture",
    library: "/library",
  };
  return { document, token: "token", types, languages: [["pl", "Polish"]], findings: [], urls, strings: {} };
}

export function editorOf(document: Script = small): Editor {
  return new Editor(pageData(document));
}
