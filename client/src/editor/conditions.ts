/** Conditions as rows that are chosen: question, comparison, value, joined by `and` or `or`. */

import { quoted, type Token, tokensOf, unquoted } from "./expressions.js";

export type Comparison =
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">=" // of numbers and texts
  | "selected"
  | "not_selected" // of several choices
  | "contains"
  | "not_contains"
  | "before"
  | "after"
  | "on" // of dates
  | "answered"
  | "not_answered"
  | "true"
  | "false";

/** What is compared: the answer to a question, a score, or a variable, by its name. */
export interface Subject {
  readonly kind: "name" | "score";
  readonly name: string;
}

export interface Row {
  readonly subject: Subject;
  readonly comparison: Comparison;
  /** Null for comparisons without a value, and until it is entered. */
  readonly value: string | number | boolean | null;
}

export interface Condition {
  readonly join: "and" | "or";
  readonly rows: readonly Row[];
}

const OPERATORS: readonly string[] = ["==", "!=", "<", "<=", ">", ">="];
const CALLS = {
  selected: "selected",
  not_selected: "selected",
  contains: "contains",
  not_contains: "contains",
} as const;
const DATES = { before: "<", after: ">", on: "==" } as const;
export const WITHOUT_VALUE: readonly Comparison[] = ["answered", "not_answered", "true", "false"];

/** The expressions of what always holds, and of what never does. */
export const ALWAYS = "1";
export const NEVER = "0";

/** Return the expression of a condition; rows whose value is not entered yet are left out. */
export function expressionOf({ join, rows }: Condition): string {
  return rows.map(partOf).filter(Boolean).join(` ${join} `);
}

function partOf({ subject, comparison, value }: Row): string {
  if (!subject.name) return "";
  const name = subject.kind === "score" ? `score(${quoted(subject.name)})` : subject.name;
  switch (comparison) {
    case "answered":
      return `answered(${name})`;
    case "not_answered":
      return `not answered(${name})`;
    case "true":
      return name;
    case "false":
      return `${name} == false`;
  }
  if (value === null || value === "") return "";
  if (comparison in DATES)
    return `${name} ${DATES[comparison as keyof typeof DATES]} date(${quoted(String(value))})`;
  const literal = typeof value === "string" ? quoted(value) : String(value);
  if (comparison in CALLS) {
    const call = `${CALLS[comparison as keyof typeof CALLS]}(${name}, ${literal})`;
    return comparison.startsWith("not_") ? `not ${call}` : call;
  }
  return `${name} ${comparison} ${literal}`;
}

/** Return the condition that an expression is, or null if rows cannot show it. */
export function conditionOf(source: string): Condition | null {
  const tokens = tokensOf(source);
  if (!tokens.length) return { join: "and", rows: [] };
  const joins = new Set<string>();
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.source === "(") depth += 1;
    if (token.source === ")") depth -= 1;
    if (!depth && (token.source === "and" || token.source === "or")) {
      joins.add(token.source);
      parts.push([]);
    } else parts.at(-1)?.push(token);
  }
  if (joins.size > 1) return null;
  const rows = parts.map(rowOf);
  if (rows.some((row) => row === null)) return null;
  return { join: joins.has("or") ? "or" : "and", rows: rows as Row[] };
}

function rowOf(tokens: readonly Token[]): Row | null {
  const isNegated = tokens[0]?.source === "not";
  const words = isNegated ? tokens.slice(1) : tokens;
  const row = callOf(words) ?? (isNegated ? null : comparisonOf(words));
  if (!row || !isNegated) return row;
  return { ...row, comparison: `not_${row.comparison}` as Comparison };
}

/** Read `answered(name)`, `selected(name, "code")` and `contains(name, "text")`. */
function callOf(words: readonly Token[]): Row | null {
  const [call, open, ...rest] = words;
  if (open?.source !== "(" || rest.at(-1)?.source !== ")") return null;
  const inside = rest.slice(0, -1);
  if (call?.source === "answered") {
    const subject = subjectOf(inside);
    return subject && { subject, comparison: "answered", value: null };
  }
  if (call?.source !== "selected" && call?.source !== "contains") return null;
  const comma = inside.findIndex((word) => word.source === ",");
  const subject = subjectOf(inside.slice(0, comma));
  const value = valueOf(inside.slice(comma + 1));
  return comma > 0 && subject && value !== null ? { subject, comparison: call.source, value } : null;
}

function comparisonOf(words: readonly Token[]): Row | null {
  const at = words.findIndex((word) => OPERATORS.includes(word.source));
  if (at < 0) {
    const subject = subjectOf(words);
    return subject && { subject, comparison: "true", value: null };
  }
  const subject = subjectOf(words.slice(0, at));
  const operator = words[at]?.source as Comparison;
  const rest = words.slice(at + 1);
  if (!subject) return null;
  if (operator === "==" && rest.length === 1 && rest[0]?.source === "false")
    return { subject, comparison: "false", value: null };
  const day = dateOf(rest);
  if (day !== null) {
    const found = Object.entries(DATES).find(([, sign]) => sign === operator);
    return found ? { subject, comparison: found[0] as Comparison, value: day } : null;
  }
  const value = valueOf(rest);
  return value === null ? null : { subject, comparison: operator, value };
}

function subjectOf(words: readonly Token[]): Subject | null {
  const [first, , text] = words;
  if (words.length === 1 && first?.kind === "name") return { kind: "name", name: first.source };
  const signs = words.map((word) => (word.kind === "text" ? '""' : word.source)).join("");
  if (signs !== 'score("")' || !text) return null;
  const name = unquoted(text.source);
  return name === null ? null : { kind: "score", name };
}

function valueOf(words: readonly Token[]): string | number | boolean | null {
  const isNegative = words[0]?.source === "-";
  const [word, ...more] = isNegative ? words.slice(1) : words;
  if (!word || more.length) return null;
  if (word.kind === "number") {
    const number = Number(word.source.replaceAll("_", ""));
    return isNegative ? -number : number;
  }
  if (isNegative) return null;
  if (word.kind === "text") return unquoted(word.source);
  return word.source === "true" ? true : word.source === "false" ? false : null;
}

function dateOf(words: readonly Token[]): string | null {
  const signs = words.map((word) => (word.kind === "text" ? '""' : word.source)).join("");
  return signs === 'date("")' ? unquoted(words[2]?.source ?? '""') : null;
}
