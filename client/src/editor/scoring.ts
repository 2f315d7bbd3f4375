/** Scores that add up points: which questions, and between which numbers the sum is. */

import { isChoice, type Question, type Script } from "./document.js";
import { named } from "./edits.js";
import { tokensOf } from "./expressions.js";

/** Return the names whose weights an expression adds up, or null if it does something else. */
export function addends(expression: string): readonly string[] | null {
  const words = tokensOf(expression).map(({ source }) => source);
  if (!words.length || expression.trim() === "0") return [];
  const [sum, open, ...rest] = words;
  if (sum !== "sum" || open !== "(" || rest.at(-1) !== ")") return null;
  const names: string[] = [];
  const inside = rest.slice(0, -1);
  for (let at = 0; at < inside.length;) {
    const weighs = inside[at] === "weight" && inside[at + 1] === "(" && inside[at + 3] === ")";
    const name = weighs ? inside[at + 2] : inside[at];
    if (!name || !/^[\p{L}_]/u.test(name)) return null;
    names.push(name);
    at += weighs ? 4 : 1;
    if (at < inside.length && inside[at] !== ",") return null;
    at += 1;
  }
  return names;
}

/** Return the expression of the points of these questions together. */
export function sumOf(script: Script, qids: readonly number[]): { script: Script; expression: string } {
  let next = script;
  const parts = qids.map((qid) => {
    const found = named(next, qid);
    next = found.script;
    const question = next.questions.find((each) => each.qid === qid);
    return question && isChoice(question) ? `weight(${found.name})` : found.name;
  });
  return { script: next, expression: parts.length ? `sum(${parts.join(", ")})` : "0" };
}

/** Return the least and the greatest sum of the points of these questions; null where it is not known. */
export function extentOf(
  script: Script,
  names: readonly string[] | null,
): { readonly from: number; readonly to: number } | null {
  if (!names?.length) return null;
  let [from, to] = [0, 0];
  for (const name of names) {
    const question = script.questions.find((each) => each.name === name);
    const one = question && extentOfQuestion(question);
    if (!one) return null;
    from += one[0];
    to += one[1];
  }
  return { from, to };
}

function extentOfQuestion({
  type,
  answers = [],
  range_from,
  range_to,
  limits,
}: Question): readonly [number, number] | null {
  const points = answers.map(({ weight }) => weight ?? 0);
  if (type === "choice" && points.length) return [Math.min(0, ...points), Math.max(0, ...points)];
  if (type === "multichoice") {
    const sum = (some: readonly number[]): number => some.reduce((all, each) => all + each, 0);
    return [sum(points.filter((each) => each < 0)), sum(points.filter((each) => each > 0))];
  }
  const [low, high] = type === "range" ? [range_from, range_to] : [limits?.["min"], limits?.["max"]];
  return typeof low === "number" && typeof high === "number" ? [Math.min(0, low), Math.max(0, high)] : null;
}
