/** What a survey shows: its questions in rows, sections and pages, and what is missing or wrong. */

import type { AnswerSnapshot, Question, Schema, SurveySnapshot } from "../index.js";

export type Group = Schema["groups"][number];
export type Layout = "page" | "pages" | "question";

/** A question that is asked, in one instance of its group; 0 outside of repeated groups. */
export interface Row {
  readonly key: string;
  readonly question: Question;
  readonly instance: number;
  readonly group: Group | null;
  readonly answer: AnswerSnapshot | undefined;
  /** Whether it only holds the place of a repeated group that has no instances. */
  readonly isEmpty?: boolean;
}

/** Rows of one group that follow each other; of a repeated group, those of one instance. */
export interface Section {
  readonly key: string;
  readonly group: Group | null;
  readonly instance: number;
  readonly rows: readonly Row[];
}

export interface Page {
  readonly key: string;
  readonly sections: readonly Section[];
}

/** What stands in the way of submitting the survey, or only warns. */
export interface Problem {
  readonly row: Row;
  /** A sentence of the author or of the server; null: an answer is missing, or does not fit any more. */
  readonly text: string | null;
  readonly kind: "missing" | "wrong" | "warning";
}

/** How often a group is asked; the user decides unless `count` does. */
export interface Repeat {
  readonly count?: unknown;
  readonly min?: number | null;
  readonly max?: number | null;
}

const SAYS_ONLY = /^(message|control)$/;
const IS_HIDDEN = /^(fork|calculation)$/;

export function isAsked({ question, isEmpty }: Row): boolean {
  return !isEmpty && !SAYS_ONLY.test(question.type);
}

/** Return whether there is an answer, on its way or stored. */
export function isAnswered({ answer }: Row): boolean {
  const queued = answer?.saving?.data as { draft: unknown } | undefined;
  return queued ? queued.draft !== null : !!answer?.item;
}

/** Return the first choice without a stored answer whose answers lead to questions that are not asked yet. */
export function undecidedOf({ survey }: SurveySnapshot, rows: readonly Row[]): Row | undefined {
  const isHidden = (qid: number | null) =>
    (qid ?? -1) >= 0 && !survey?.state?.visibility.includes(qid as number);
  return rows.find(
    (row) =>
      (!isAnswered(row) || row.answer?.saving) &&
      row.question.next_qid === null &&
      row.question.answers.some(({ next_qid }) => isHidden(next_qid)),
  );
}

/** Return what the answers so far lead to; a repeated group once for each of its instances. */
export function rowsOf({ survey, schema, answers }: SurveySnapshot): Row[] {
  if (!survey?.state || !schema) return [];
  const { visibility, instances = {} } = survey.state;
  const groups = new Map(
    schema.groups.flatMap((group) => group.questions.map(({ qid }) => [qid, group] as const)),
  );
  const questions = new Map(
    [...schema.questions, ...schema.groups.flatMap((group) => group.questions)].map((one) => [one.qid, one]),
  );
  const rowOf = (qid: number, instance: number): Row[] => {
    const group = groups.get(qid) ?? null;
    // Questions whose texts depend on the instance are there for each instance.
    const own = group?.instances?.find((one) => one.instance === instance)?.questions;
    const question = own?.find((one) => one.qid === qid) ?? questions.get(qid);
    if (!question || IS_HIDDEN.test(question.type)) return [];
    const key = `${question.id}:${instance}`;
    return [{ key, question, instance, group, answer: answers.get(key) }];
  };
  const drawn = new Set<Group>();
  const rows = visibility.flatMap((qid) => {
    const group = groups.get(qid);
    const rounds = group?.key ? instances[group.key] : undefined;
    if (!group || !rounds) return rowOf(qid, 0);
    // The group stands where its first question does.
    if (drawn.has(group)) return [];
    drawn.add(group);
    return rounds.flatMap((round) => round.visibility.flatMap((one) => rowOf(one, round.instance)));
  });
  for (const group of schema.groups) {
    const [question] = group.questions;
    const isOpen = group.repeat && !(group.repeat as Repeat).count && !group.show_if;
    if (!question || !isOpen || instances[group.key ?? ""]?.length !== 0) continue;
    const after = rows.findIndex((row) => row.question.position > question.position);
    const place = { key: `+${group.id}`, question, instance: 0, group, answer: undefined, isEmpty: true };
    rows.splice(after < 0 ? rows.length : after, 0, place);
  }
  return rows;
}

/** Return rows that follow each other and have the same key in one list. */
function runsOf<T>(items: readonly T[], keyOf: (item: T) => string): [string, T[]][] {
  const runs: [string, T[]][] = [];
  for (const item of items) {
    const last = runs.at(-1);
    if (last && last[0] === keyOf(item)) last[1].push(item);
    else runs.push([keyOf(item), [item]]);
  }
  return runs;
}

export function sectionsOf(rows: readonly Row[]): Section[] {
  return runsOf(rows, ({ group, instance }) => `${group?.id ?? ""}:${instance}`).map(([key, own]) => ({
    // Questions without a group can be in several places.
    key: own[0]?.group ? key : `:${own[0]?.key}`,
    group: own[0]?.group ?? null,
    instance: own[0]?.instance ?? 0,
    rows: own,
  }));
}

/** Return the layout that the page asks for; by default, groups that the author made pages are pages. */
export function layoutOf(asked: string | null, groups: readonly Group[]): Layout {
  if (/^(pages?|question)$/.test(asked ?? "")) return asked as Layout;
  return groups.some(({ layout }) => layout === "page") ? "pages" : "page";
}

/** Return the pages of a survey: questions without a group that follow each other are a page too. */
export function pagesOf(rows: readonly Row[], layout: Layout): Page[] {
  if (layout === "page") return [{ key: "page", sections: sectionsOf(rows) }];
  if (layout === "pages")
    return runsOf(rows, ({ group }) => `${group?.id ?? ""}`).map(([key, own]) => ({
      key: key || `:${own[0]?.key}`,
      sections: sectionsOf(own),
    }));
  const pages: Page[] = [];
  let before: Row[] = [];
  for (const row of rows) {
    before.push(row);
    // What only says something is shown with the question after it.
    if (!isAsked(row) && !row.isEmpty && row !== rows.at(-1)) continue;
    pages.push({ key: row.key, sections: sectionsOf(before) });
    before = [];
  }
  return pages;
}

/** Return what is missing or wrong, in the order of the rows. */
export function problemsOf({ survey }: SurveySnapshot, rows: readonly Row[]): Problem[] {
  const { problems = [], instances = {} } = survey?.state ?? {};
  return rows.filter(isAsked).flatMap((row): Problem[] => {
    const { refused } = row.answer ?? {};
    if (refused) {
      const text = refused.explanations.map((one) => one.text).join(" ");
      return [{ row, text: text || null, kind: "wrong" }];
    }
    if (row.question.required && !isAnswered(row)) return [{ row, text: null, kind: "missing" }];
    const rounds = row.instance ? (instances[row.group?.key ?? ""] ?? []) : [];
    const own = row.instance ? rounds.find(({ instance }) => instance === row.instance)?.problems : problems;
    return (own ?? [])
      .filter(({ qid }) => qid === row.question.qid)
      .map(({ message, severity }) => ({
        row,
        text: message,
        kind: severity === "error" ? "wrong" : "warning",
      }));
  });
}
