/** Edits of a script: each takes the document and returns the next one, and leaves all that it does not name as it is. */

import {
  type Answer,
  END,
  type Group,
  groupsOf,
  isChoice,
  mapped,
  moved,
  type Question,
  type Script,
  withoutPositions,
  withValues,
} from "./document.js";
import { ALWAYS, NEVER } from "./conditions.js";
import { nameOf } from "./expressions.js";
import { takenNames, withTargets } from "./references.js";

/** Names that stand for something else in expressions and texts. */
const RESERVED: ReadonlySet<string> = new Set(
  "true false empty value index and or not in if else for is lambda none user sender thread variables answers scores bands from import class def return pass try with as while del global yield assert break continue except finally raise nonlocal async await elif".split(
    " ",
  ),
);

export function setQuestion(
  script: Script,
  qid: number,
  values: Partial<Record<keyof Question, unknown>>,
): Script {
  const questions = mapped(script.questions, (each) => (each.qid === qid ? withValues(each, values) : each));
  return { ...script, questions };
}

export function setAnswers(
  script: Script,
  qid: number,
  change: (answers: readonly Answer[]) => readonly Answer[],
): Script {
  const before = script.questions.find((each) => each.qid === qid)?.answers ?? [];
  const after = change(before);
  return after === before ? script : setQuestion(script, qid, { answers: after.length ? after : undefined });
}

function freeQid(script: Script): number {
  return Math.max(0, ...script.questions.map(({ qid }) => qid)) + 1;
}

/** Return a name that is not taken, made of `text`. */
export function freeName(script: Script, text: string, fallback = "answer"): string {
  const taken = takenNames(script);
  const wanted = nameOf(text) || fallback;
  const isFree = (name: string): boolean => !taken.has(name) && !RESERVED.has(name) && !/^q\d+$/.test(name);
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? wanted : `${wanted}_${number}`;
    if (isFree(name)) return name;
  }
}

function withQuestions(script: Script, questions: readonly Question[]): Script {
  return { ...script, questions: withoutPositions(questions) };
}

/** Put a new question at `index`, in the group of its neighbors if both are in the same one; it is returned, too. */
export function addQuestion(
  script: Script,
  index: number,
  type: string,
): { script: Script; question: Question } {
  const { questions } = script;
  const group = questions[index - 1]?.group;
  const shared = group !== undefined && (index === questions.length || questions[index]?.group === group);
  const empty = { qid: freeQid(script), type, text: "", ...(shared ? { group } : {}) };
  const after = questions[index]?.qid ?? END;
  const question = fitted(empty, after);
  const above = questions.slice(0, index);
  const fork = above.at(-1);
  // A fork names its targets: what led to the question below it by default leads to the new one.
  if (fork?.type === "fork") above[index - 1] = ledToNew(fork, after, question.qid);
  const next = withQuestions(script, [...above, question, ...questions.slice(index)]);
  return { script: next, question };
}

/** Return the fork with `qid` in the place of `after` where no rule applies, and in rules that are not filled in yet. */
function ledToNew(fork: Question, after: number, qid: number): Question {
  const rules = mapped(fork.forking_rules ?? [], (rule) =>
    [ALWAYS, NEVER].includes(rule[1].trim()) && Number(rule[0]) === after
      ? ([String(qid), rule[1]] as const)
      : rule,
  );
  return { ...fork, forking_rules: rules };
}

/** Put a copy of the question below it; a name is made free. */
export function duplicate(script: Script, qid: number): { script: Script; question: Question } | null {
  const index = script.questions.findIndex((each) => each.qid === qid);
  const original = script.questions[index];
  if (!original) return null;
  const name = original.name ? freeName(script, original.name) : undefined;
  const question = withValues(original, { qid: freeQid(script), name, position: undefined });
  const { questions } = script;
  const next = withQuestions(script, [
    ...questions.slice(0, index + 1),
    question,
    ...questions.slice(index + 1),
  ]);
  return { script: next, question };
}

/** Remove the question; what names it as a target leads to `instead`. */
export function remove(script: Script, qid: number, instead: number): Script {
  const questions = script.questions.filter((each) => each.qid !== qid);
  return withTargets(withQuestions(script, questions), (target) => (target === qid ? instead : target));
}

/** Return the qid of the question below, or that of the end. */
export function below(script: Script, qid: number): number {
  const index = script.questions.findIndex((each) => each.qid === qid);
  return script.questions[index + 1]?.qid ?? END;
}

/** Move the question to `index`; between two questions of one group it joins that group. */
export function move(script: Script, qid: number, index: number): Script {
  const from = script.questions.findIndex((each) => each.qid === qid);
  const to = Math.max(0, Math.min(index, script.questions.length - 1));
  if (from < 0 || from === to) return script;
  const questions = moved(script.questions, from, to);
  const group = questions[to - 1]?.group;
  const joins = group !== undefined && group === questions[to + 1]?.group;
  return withQuestions(
    script,
    joins ? mapped(questions, (each) => (each.qid === qid ? { ...each, group } : each)) : questions,
  );
}

/** What only some types take: it is set aside, and put back with a type that takes it. */
const OF_TYPES = [
  "answers",
  "choice_open",
  "forking_rules",
  "range_from",
  "range_to",
  "calculate",
  "limits",
  "next_qid",
] as const;

export type SetAside = Partial<Pick<Question, (typeof OF_TYPES)[number]>>;

/**
 * Give the question another type, with the columns that it takes: those that were set `aside` before, where it has none.
 * Return also what is to be set aside from now on.
 */
export function setType(
  script: Script,
  qid: number,
  type: string,
  limits: readonly string[],
  aside: SetAside = {},
): { script: Script; aside: SetAside } {
  const question = script.questions.find((each) => each.qid === qid);
  if (!question || question.type === type) return { script, aside };
  const own = Object.fromEntries(
    OF_TYPES.filter((name) => question[name] !== undefined).map((name) => [name, question[name]]),
  );
  const all: SetAside = { ...aside, ...own };
  const kept = Object.entries(all.limits ?? {}).filter(([name]) => limits.includes(name));
  const next = withValues(
    { ...question, ...all },
    { type, limits: kept.length ? Object.fromEntries(kept) : undefined },
  );
  const other = fitted(next, below(script, qid));
  const questions = mapped(script.questions, (each) => (each === question ? other : each));
  return { script: { ...script, questions }, aside: all };
}

/** Return the question with what its type needs, and without what only other types take. */
function fitted(question: Question, after: number): Question {
  const { type } = question;
  const isFork = type === "fork";
  const choice = isChoice(question);
  return withValues(question, {
    answers: choice ? (question.answers ?? [{ text: "" }, { text: "" }]) : undefined,
    choice_open: choice ? question.choice_open : undefined,
    next_qid: isFork || (!choice && question.next_qid === null) ? undefined : question.next_qid,
    forking_rules: isFork ? (question.forking_rules ?? [[String(after), ALWAYS]]) : undefined,
    range_from: type === "range" ? (question.range_from ?? 0) : undefined,
    range_to: type === "range" ? (question.range_to ?? 10) : undefined,
    calculate: type === "calculation" ? (question.calculate ?? "0") : undefined,
  });
}

/** Set columns of a group; one without columns of its own is its name alone, as the server writes it. */
export function setGroup(
  script: Script,
  name: string,
  values: Partial<Record<keyof Group, unknown>>,
): Script {
  const groups = groupsOf(withAllGroups(script)).map((group) => {
    const changed = group.name === name ? withValues(group, values) : group;
    return Object.keys(changed).length > 1 ? changed : changed.name;
  });
  const renamed = typeof values.name === "string" ? values.name : name;
  const questions = mapped(script.questions, (each) =>
    each.group === name && renamed !== name ? { ...each, group: renamed } : each,
  );
  return { ...script, groups, questions };
}

/** List the groups that only questions name, too. */
function withAllGroups(script: Script): Script {
  const known = new Set(groupsOf(script).map(({ name }) => name));
  const named = new Set(script.questions.map(({ group }) => group).filter((group) => group !== undefined));
  const missing = [...named].filter((name) => !known.has(name));
  return missing.length ? { ...script, groups: [...(script.groups ?? []), ...missing] } : script;
}

/** Put the question into a group, which is added if it is new; null takes it out. */
export function setGroupOf(script: Script, qid: number, group: string | null): Script {
  return withAllGroups(setQuestion(script, qid, { group: group || undefined }));
}

/** Remove the group; its questions stay, in no group. */
export function removeGroup(script: Script, name: string): Script {
  const groups = groupsOf(script).filter((group) => group.name !== name);
  const listed = groups.map((group) => (Object.keys(group).length > 1 ? group : group.name));
  const questions = mapped(script.questions, (each) =>
    each.group === name ? withValues(each, { group: undefined }) : each,
  );
  return withValues({ ...script, questions }, { groups: listed.length ? listed : undefined });
}

/** Give the question a name if it has none, so that expressions can read its answer; the name is returned, too. */
export function named(script: Script, qid: number): { script: Script; name: string } {
  const question = script.questions.find((each) => each.qid === qid);
  if (question?.name) return { script, name: question.name };
  const name = freeName(script, question?.text ?? "");
  return { script: setQuestion(script, qid, { name }), name };
}

/** Give each answer of the choice a value, so that conditions on it hold when its text changes. */
export function withAnswerValues(script: Script, qid: number): Script {
  return setAnswers(script, qid, (answers) => {
    const taken = new Set(answers.map(({ value }) => value));
    return mapped(answers, (answer, index) => {
      if (answer.value !== undefined && answer.value !== null) return answer;
      const wanted = nameOf(answer.text ?? "") || `answer_${index + 1}`;
      let value = wanted;
      for (let number = 2; taken.has(value); number += 1) value = `${wanted}_${number}`;
      taken.add(value);
      return { ...answer, value };
    });
  });
}

/** Put a fork on the answer below the question: a rule to begin with, and what happens otherwise. */
export function addForkBelow(script: Script, qid: number): { script: Script; question: Question } {
  const read = named(script, qid);
  const index = read.script.questions.findIndex((each) => each.qid === qid) + 1;
  const added = addQuestion(read.script, index, "fork");
  const after = String(below(added.script, added.question.qid));
  const rules = [
    [after, `answered(${read.name})`],
    [after, ALWAYS],
  ];
  return {
    script: setQuestion(added.script, added.question.qid, { forking_rules: rules }),
    question: added.question,
  };
}
